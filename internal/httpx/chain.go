package httpx

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"

	"github.com/google/uuid"
)

// policy is the strict content security policy of every answer: no script, no
// style and no frame that is not ours.
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
	"frame-ancestors 'none'; form-action 'self'"

// Chain gives next what every request of ours gets: an id, one line in the
// log, the headers that protect, compression, refusal of forms that other sites
// send, recovery from panics, and the visitor in the context.
func Chain(who Who, next http.Handler) http.Handler {
	routed := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// ServeMux writes the pattern into the request that it gets.
		defer func() { note(r.Context(), func(l *line) { l.pattern = r.Pattern }) }()
		next.ServeHTTP(w, r)
	})
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(denyCross))
	return logged(Headers(Gzip(recovered(Context(who, cross.Handler(routed))))))
}

func denyCross(w http.ResponseWriter, r *http.Request) {
	plain(w, r, errs.New(errs.Forbidden, "ui.err.other_site"))
}

// plain answers with the sentence of err alone, where no page can be made.
func plain(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(Status(err))
	_, _ = io.WriteString(w, Sentence(r.Context(), err)+"\n") // the reader may be gone
}

// Headers adds the headers that protect to every answer.
func Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// line is what the log says about one request: ids, never names.
type line struct {
	id      string
	pattern string
	company int64
	person  string
	quiet   bool
}

type lineKey struct{}

func note(ctx context.Context, f func(*line)) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		f(l)
	}
}

// RequestID returns the id of the request of ctx, which the log knows too.
func RequestID(ctx context.Context) string {
	out := ""
	note(ctx, func(l *line) { out = l.id })
	return out
}

// Quiet keeps the request of ctx out of the log, unless it fails: when somebody
// answers a pulse is nobody's business.
func Quiet(ctx context.Context) {
	note(ctx, func(l *line) { l.quiet = true })
}

// logged writes one line per request. It names the route and not the address,
// since an address may hold a secret.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, l := time.Now(), &line{id: uuid.NewString()[:8]}
		c := &counter{ResponseWriter: w}
		w.Header().Set("X-Request-Id", l.id)
		next.ServeHTTP(c, r.WithContext(context.WithValue(r.Context(), lineKey{}, l)))
		level := slog.LevelInfo
		if c.status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		if l.quiet && level < slog.LevelError {
			return
		}
		if l.quiet {
			l.person = ""
		}
		slog.LogAttrs(r.Context(), level, "request", slog.String("id", l.id), slog.String("method", r.Method),
			slog.String("route", l.pattern), slog.Int("status", c.code()), slog.Int64("bytes", c.bytes),
			slog.Duration("took", time.Since(start)), slog.Int64("company", l.company), slog.String("person", l.person))
	})
}

// recovered turns a panic into a sentence and a line in the log.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p) // the server's own way to drop a connection
			}
			ctx := i18n.With(r.Context(), r.Header.Get("Accept-Language"))
			slog.ErrorContext(ctx, "panic", "id", RequestID(ctx), "panic", p, "stack", string(debug.Stack()))
			plain(w, r.WithContext(ctx), errs.New(errs.Internal, "err.internal"))
		}()
		next.ServeHTTP(w, r)
	})
}

// counter knows what was answered.
type counter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *counter) code() int {
	if c.status == 0 {
		return http.StatusOK
	}
	return c.status
}

func (c *counter) WriteHeader(status int) {
	if c.status == 0 || c.status < http.StatusOK {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
