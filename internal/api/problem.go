package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is the answer to a request that was refused (RFC 9457).
type Problem struct {
	Type   string         `json:"type" doc:"What kind of problem it is; stays the same in every language."`
	Title  string         `json:"title" doc:"The kind in words."`
	Status int            `json:"status"`
	Detail string         `json:"detail" doc:"What happened and what to do next, in the language of Accept-Language (es or en)."`
	Code   string         `json:"code" doc:"Names the sentence of detail; stays the same in every language."`
	Args   map[string]any `json:"args,omitempty" doc:"What the sentence names: who did what in the meantime, and when."`
	Errors []Fault        `json:"errors,omitempty" doc:"What is wrong with each field, all at once."`
}

// Fault is what is wrong with one field.
type Fault struct {
	Location string `json:"location" doc:"Where: body.title, query.limit."`
	Message  string `json:"message"`
	Code     string `json:"code"`
}

// Error satisfies error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus satisfies [huma.StatusError].
func (p *Problem) GetStatus() int { return p.Status }

// ContentType satisfies [huma.ContentTypeFilter].
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// kinds are the problems by their status.
var kinds = map[int]string{
	http.StatusBadRequest:            "malformed",
	http.StatusUnauthorized:          "signed_out",
	http.StatusForbidden:             "forbidden",
	http.StatusNotFound:              "not_found",
	http.StatusMethodNotAllowed:      "method",
	http.StatusRequestTimeout:        "too_slow",
	http.StatusConflict:              "conflict",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType:  "media_type",
	http.StatusUnprocessableEntity:   "invalid",
	http.StatusTooManyRequests:       "too_many",
	http.StatusInternalServerError:   "internal",
}

// reader returns ctx with the sentences of who asks: an API follows
// Accept-Language before the language of the person.
func reader(ctx context.Context) context.Context {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		if l := c.r.Header.Get("Accept-Language"); l != "" {
			return i18n.With(ctx, l, i18n.Lang(ctx))
		}
	}
	return ctx
}

// problemOf returns a problem with the sentence of key.
func problemOf(ctx context.Context, status int, key string, args ...i18n.Args) *Problem {
	ctx = reader(ctx)
	kind, ok := kinds[status]
	if !ok {
		status, kind = http.StatusInternalServerError, kinds[http.StatusInternalServerError]
	}
	return &Problem{
		Type: "urn:eslabon:problem:" + kind, Title: i18n.T(ctx, "api.title."+kind), Status: status,
		Detail: i18n.T(ctx, key, args...), Code: key,
	}
}

// problem translates what a use case says; query names the fields that came in
// the address. Errors of our own are logged here, once.
func problem(ctx context.Context, err error, query map[string]bool) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	status := httpx.Status(err)
	if status == http.StatusInternalServerError {
		slog.ErrorContext(ctx, "api failed", "id", httpx.RequestID(ctx), "err", err)
		return problemOf(ctx, status, "err.internal")
	}
	ctx = reader(ctx)
	p := problemOf(ctx, status, "err.internal")
	p.Detail = httpx.Sentence(ctx, err)
	if e, ok := errors.AsType[*errs.Error](err); ok {
		p.Code, p.Args = e.Key, argsOf(e.Args)
	} else {
		p.Code = "err.too_large" // the only error with a status that is not of errs
	}
	fields := httpx.FieldSentences(ctx, err)
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		p.Errors = append(p.Errors, Fault{location(f, query), fields[f], errs.FieldsOf(err)[f]})
	}
	return p
}

// argsOf are the placeholders of a sentence in the form of the API.
func argsOf(args errs.Args) map[string]any {
	if len(args) == 0 {
		return nil
	}
	out := make(map[string]any, len(args))
	for k, v := range args {
		out[strings.ToLower(k)] = v
	}
	return out
}

// renamed are the fields whose name in the API says more than in the domain.
var renamed = map[string]string{"take": "take_secs", "deliver": "deliver_secs"}

var index = regexp.MustCompile(`\.(\d+)(\.|$)`)

// location says where a field of a domain stands in the request.
func location(field string, query map[string]bool) string {
	switch {
	case query[field]:
		return "query." + field
	case field == "idempotency_key":
		return "header." + onceHeader
	}
	if name, ok := renamed[field]; ok {
		field = name
	}
	return "body." + index.ReplaceAllString(field, "[$1]$2")
}

// queryOf returns the names of the query parameters of a request.
func queryOf[I any]() map[string]bool {
	out := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[I]()) {
		if name, _, _ := strings.Cut(f.Tag.Get("query"), ","); name != "" {
			out[name] = true
		}
	}
	return out
}

// write answers with the problem of err.
func write(w http.ResponseWriter, r *http.Request, err error) {
	send(w, problem(r.Context(), err, nil))
}

func send(w http.ResponseWriter, p *Problem) {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts, numbers and times only
	}
	h := w.Header()
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	h.Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(b, '\n')) // the reader may be gone
}

// init makes huma speak our language: its error constructor and the shape of
// its lists are variables of the package.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return fromHuma(context.Background(), status, msg, errs)
	}
	huma.NewErrorWithContext = func(c huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return fromHuma(c.Context(), status, msg, errs)
	}
}

// said translates what huma says of a parameter or a body before any use case
// sees it; of a body it says what [unmarshal] told it.
var said = map[string]string{
	"invalid integer":           "api.err.whole",
	"invalid boolean":           "api.err.boolean",
	"request body is required":  "api.err.no_body",
	"request body read timeout": "api.err.too_slow",
}

func fromHuma(ctx context.Context, status int, msg string, causes []error) *Problem {
	if limit, ok := tooLarge(msg); ok {
		return problemOf(ctx, status, "err.too_large", i18n.Args{"Most": limit >> 20})
	}
	if key, ok := said[msg]; ok {
		return problemOf(ctx, status, key)
	}
	var faults []Fault
	for _, c := range causes {
		d, ok := c.(huma.ErrorDetailer) //nolint:errorlint // as huma does: it is no wrapped error
		if !ok {
			continue
		}
		f := faultOf(reader(ctx), d.ErrorDetail())
		switch f.Code {
		case "api.err.json":
			return problemOf(ctx, http.StatusBadRequest, f.Code)
		case "api.err.media_type":
			return problemOf(ctx, http.StatusUnsupportedMediaType, f.Code)
		}
		faults = append(faults, f)
	}
	if len(faults) == 0 { // a body that broke off is the sender's doing
		return problemOf(ctx, http.StatusBadRequest, "api.err.body")
	}
	p := problemOf(ctx, http.StatusUnprocessableEntity, "err.fields")
	p.Errors = faults
	return p
}

func faultOf(ctx context.Context, d *huma.ErrorDetail) Fault {
	f := Fault{Location: d.Location, Code: "err.unknown"}
	if key, ok := said[d.Message]; ok {
		f.Code = key
	} else if key, at, ok := strings.Cut(d.Message, "|"); ok {
		f.Code, f.Location = key, strings.TrimSuffix("body."+at, ".")
	} else if strings.HasPrefix(d.Message, huma.ErrUnknownContentType.Error()) {
		f.Code = "api.err.media_type"
	}
	f.Message = i18n.T(ctx, f.Code)
	return f
}

// tooLarge reads the limit, in bytes, from what huma says of a large body.
func tooLarge(msg string) (int64, bool) {
	_, rest, ok := strings.Cut(msg, "limit=")
	number, _, _ := strings.Cut(rest, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	return n, ok && err == nil
}
