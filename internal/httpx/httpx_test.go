package httpx

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	for want, err := range map[int]error{
		200: nil, 401: errs.New(errs.Unauthenticated, "err.signed_out"), 403: errs.New(errs.Forbidden, "err.owner_only"),
		404: errs.New(errs.NotFound, "err.not_found"), 409: errs.New(errs.Conflict, "err.changed_meanwhile"),
		413: errs.Wrap(&http.MaxBytesError{Limit: 1}, "read"), 422: errs.Field("name", "err.required"),
		429: errs.New(errs.TooMany, "err.too_many"), 500: errors.New("disk on fire"),
	} {
		if got := Status(err); got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
}

func TestSentencesTellNoCause(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(t.Context(), "en")
	for want, err := range map[string]error{
		"Something failed on our side. Nothing was saved. Try again in a moment.": errors.New("SELECT secret"),
		"The file is too large. The most is 20 MB.":                               &http.MaxBytesError{Limit: 20 << 20},
		"The file is too large. The most is 5 MB.":                                errs.With(errs.TooLarge, "err.too_large", errs.Args{"Most": 5}),
		"Check the marked fields.":                                                errs.Field("name", "err.required"),
	} {
		if got := Sentence(ctx, err); got != want {
			t.Errorf("%v: %q", err, got)
		}
	}
	if got := FieldSentences(ctx, errs.Field("name", "err.required")); got["name"] != "This is missing." {
		t.Errorf("fields: %v", got)
	}
}

// serve answers one request through h.
func serve(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func request(t *testing.T, to string, head ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	return r
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	from := io.Reader(res.Body)
	if res.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		from = z
	}
	b, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestLongTextIsCompressedAndArrivesWhole(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("cada quien recibe bien hecho lo que necesita. ", 200)
	for name, c := range map[string]struct {
		kind, accept, text string
		chunk              int
		packed             bool
	}{
		"long":          {"text/html; charset=utf-8", "gzip, br", long, len(long), true},
		"in pieces":     {"text/html; charset=utf-8", "gzip", long, 7, true},
		"json":          {"application/problem+json", "gzip", long, len(long), true},
		"unnamed":       {"", "gzip", long, len(long), true},
		"short":         {"text/html", "gzip", "hola", 4, false},
		"a picture":     {"image/png", "gzip", long, len(long), false},
		"a stream":      {"text/event-stream", "gzip", long, 100, false},
		"an old reader": {"text/html", "", long, len(long), false},
	} {
		h := Gzip(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if c.kind != "" {
				w.Header().Set("Content-Type", c.kind)
			}
			w.WriteHeader(http.StatusCreated)
			for rest := c.text; rest != ""; {
				n := min(c.chunk, len(rest))
				if _, err := io.WriteString(w, rest[:n]); err != nil {
					t.Error(err)
				}
				rest = rest[n:]
			}
		}))
		res := serve(h, request(t, "/", "Accept-Encoding", c.accept))
		if packed := res.Header.Get("Content-Encoding") == "gzip"; packed != c.packed {
			t.Errorf("%s: compressed %t", name, packed)
		}
		if got := body(t, res); got != c.text || res.StatusCode != http.StatusCreated {
			t.Errorf("%s: status %d, %d bytes of %d", name, res.StatusCode, len(got), len(c.text))
		}
	}
}

// What was packed before is sent so to who takes it, and else left to be written.
func TestWhatWasPackedBeforeIsSentAsItIs(t *testing.T) {
	t.Parallel()
	const text = "ya estaba empacado"
	for name, c := range map[string]struct {
		accept, kind, begun string
		packed              bool
	}{
		"ready":         {"gzip", "application/json", "", true},
		"an old reader": {"", "application/json", "", false},
		"begun":         {"gzip", "application/json", "antes ", false},
		"a picture":     {"gzip", "image/png", "", false},
	} {
		h := Gzip(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(http.StatusCreated)
			if c.begun != "" {
				if _, err := io.WriteString(w, c.begun); err != nil {
					t.Error(err)
				}
			}
			done, err := WritePacked(w, Pack([]byte(text)))
			if err != nil || done != c.packed {
				t.Errorf("%s: sent %t, %v", name, done, err)
			}
			if !done {
				if _, err := io.WriteString(w, text); err != nil {
					t.Error(err)
				}
			}
		}))
		res := serve(h, request(t, "/", "Accept-Encoding", c.accept))
		if got := body(t, res); got != c.begun+text || res.StatusCode != http.StatusCreated {
			t.Errorf("%s: status %d, %q", name, res.StatusCode, got)
		}
	}
}

func TestAnAnswerWithoutBodyStaysSo(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNoContent, http.StatusNotModified, http.StatusSeeOther} {
		res := serve(Gzip(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })),
			request(t, "/", "Accept-Encoding", "gzip"))
		if res.StatusCode != status || body(t, res) != "" || res.Header.Get("Content-Encoding") != "" {
			t.Errorf("%d: %d %v", status, res.StatusCode, res.Header)
		}
	}
}

// What is flushed arrives while the rest is not yet written.
func TestAStreamArrivesPieceByPiece(t *testing.T) {
	t.Parallel()
	goOn := make(chan struct{})
	s := httptest.NewServer(Chain(nobody, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: one\n\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-goOn
	})))
	defer s.Close()
	res, err := s.Client().Do(must(http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b := make([]byte, len("data: one\n\n"))
	if _, err := io.ReadFull(res.Body, b); err != nil || string(b) != "data: one\n\n" {
		t.Errorf("%q, %v", b, err)
	}
	close(goOn)
}

func must(r *http.Request, err error) *http.Request {
	if err != nil {
		panic(err)
	}
	return r
}

func nobody(*http.Request) (Visitor, error) {
	return Visitor{}, errs.New(errs.Unauthenticated, "err.signed_out")
}

func ana(*http.Request) (Visitor, error) {
	return Visitor{
		Actor: authz.Actor{Company: 7, Person: "p-7"}, Person: "Ana Pérez", Company: "Taller Sol", Lang: "en",
		Zone: time.FixedZone("here", -6*3600), Country: "MX",
	}, nil
}

// One line per request, with ids and the route: no name, no query, no secret
// of an address.
func TestTheLogHasOneLineWithoutSecrets(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /invitacion/{token}", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, RequestID(r.Context()))
	})
	res := serve(Chain(ana, mux), request(t, "/invitacion/s3cret?q=s3cret"))
	line := log.String()
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, `route="GET /invitacion/{token}"`) || !strings.Contains(line, "company=7 person=p-7") {
		t.Errorf("the line: %s", line)
	}
	if strings.Contains(line, "s3cret") || strings.Contains(line, "Ana") {
		t.Errorf("the line tells too much: %s", line)
	}
	if id := body(t, res); id == "" || !strings.Contains(line, "id="+id) || res.Header.Get("X-Request-Id") != id {
		t.Errorf("the id %q is not in %s", id, line)
	}
}

func TestTheVisitorTravelsInTheContext(t *testing.T) {
	t.Parallel()
	var got context.Context
	h := Context(ana, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Context() }))
	serve(h, request(t, "/", "Accept-Language", "es", "Cookie", "tema=dark; idioma="))
	v, err := VisitorOf(got)
	if err != nil || v.Theme != "dark" || v.Lang != "en" || i18n.Lang(got) != "en" || i18n.Country(got) != "MX" || i18n.Zone(got).String() != "here" {
		t.Errorf("%+v, %v", v, err)
	}
	serve(h, request(t, "/", "Cookie", "tema=<script>; idioma=es"))
	if v, _ := VisitorOf(got); v.Theme != "" || v.Lang != "es" {
		t.Errorf("%+v", v)
	}
	h = Context(nobody, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Context() }))
	serve(h, request(t, "/", "Accept-Language", "en-GB"))
	if _, err := Actor(got); errs.KindOf(err) != errs.Unauthenticated || i18n.Lang(got) != "en" {
		t.Errorf("nobody: %v", err)
	}
}

func TestAnswersCarryTheHeadersThatProtect(t *testing.T) {
	t.Parallel()
	h := serve(Chain(nobody, http.NotFoundHandler()), request(t, "/")).Header
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
	} {
		if !strings.HasPrefix(h.Get(name), want) {
			t.Errorf("%s: %q", name, h.Get(name))
		}
	}
	if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || h.Get("Strict-Transport-Security") != "" {
		t.Errorf("%v", h)
	}
}

func TestAPanicIsASentence(t *testing.T) {
	t.Parallel()
	h := Chain(nobody, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh") }))
	res := serve(h, request(t, "/", "Accept-Language", "en"))
	if got := body(t, res); res.StatusCode != 500 || !strings.HasPrefix(got, "Something failed on our side.") {
		t.Errorf("%d %s", res.StatusCode, got)
	}
}

func BenchmarkGzipPage(b *testing.B) {
	page := []byte(strings.Repeat(`<li class="row"><p class="row-title"><a href="/pases/1042">40 piezas de la blusa azul</a></p></li>`, 400))
	h := Gzip(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(page)
	}))
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}
