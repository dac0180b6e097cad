// Package httpx holds what the web pages and the API share: who is asking, in
// which language, how an error becomes a status and a sentence, and what every
// answer carries.
package httpx

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

// MaxForm is the most bytes of a form without files.
const MaxForm = 1 << 20

// Status is the only place that turns an error kind into a number.
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	switch kindOf(err) {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.Conflict:
		return http.StatusConflict
	case errs.Unauthenticated:
		return http.StatusUnauthorized
	case errs.TooMany:
		return http.StatusTooManyRequests
	case errs.TooLarge:
		return http.StatusRequestEntityTooLarge
	default:
		return http.StatusInternalServerError
	}
}

// Sentence is what a person may read of err.
func Sentence(ctx context.Context, err error) string {
	if most, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return i18n.T(ctx, "err.too_large", i18n.Args{"Most": megabytes(most.Limit)})
	}
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case !ok || e.Kind == errs.Internal:
		return i18n.T(ctx, "err.internal")
	case len(e.Args) > 0:
		return i18n.T(ctx, e.Key, spoken(ctx, e.Args))
	default:
		return i18n.T(ctx, e.Key)
	}
}

// spoken is args with its moments as people say them.
func spoken(ctx context.Context, args errs.Args) errs.Args {
	out := maps.Clone(args)
	for k, v := range out {
		if t, ok := v.(time.Time); ok {
			out[k] = i18n.Lately(ctx, t)
		}
	}
	return out
}

// FieldSentences says what is wrong with each field of err: field → sentence.
func FieldSentences(ctx context.Context, err error) map[string]string {
	fields := errs.FieldsOf(err)
	out := make(map[string]string, len(fields))
	for f, key := range fields {
		out[f] = i18n.T(ctx, key)
	}
	return out
}

// kindOf is errs.KindOf, and knows a body that was cut off.
func kindOf(err error) errs.Kind {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.TooLarge
	}
	return errs.KindOf(err)
}

func megabytes(bytes int64) int64 { return max(1, bytes>>20) }

// Limit caps the body of a request; reading more of it fails with a sentence
// that names the limit.
func Limit(w http.ResponseWriter, r *http.Request, most int64) {
	r.Body = http.MaxBytesReader(w, r.Body, most)
}
