package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/once"

	"github.com/danielgtaylor/huma/v2"
)

// onceHeader is the key under which a program may ask again after a lost answer.
const onceHeader = "Idempotency-Key"

var onceParam = &huma.Param{
	Name: onceHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{"7c1b6f0e-ask-4411"}},
	Description: "A key of your own. Asking again under it within a day does nothing twice, and gets the first answer again. " +
		"An answer that held a secret is not given again.",
}

// keys answers requests that carry a key.
type keys struct{ db *db.DB }

// do answers a request under a key: as before if it was answered before.
func (k *keys) do(w http.ResponseWriter, r *http.Request, a authz.Actor, key string, op *huma.Operation, next http.HandlerFunc) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, op.MaxBodyBytes-1))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); !large {
			err = &errs.Error{Kind: errs.Invalid, Key: "api.err.body", Err: err}
		}
		write(w, r, err)
		return
	}
	ctx, was, err := once.Begin(r.Context(), k.db, a, key, digest(r, body))
	switch {
	case err != nil:
		write(w, r, err)
	case was != nil && op.Metadata[secret] == true:
		write(w, r, errs.New(errs.Conflict, "api.err.told_once"))
	case was != nil:
		again(w, was)
	default:
		r = r.WithContext(ctx)
		r.Body = io.NopCloser(bytes.NewReader(body))
		held := &held{ResponseWriter: w, status: http.StatusOK}
		next(held, r)
		k.keep(ctx, a, key, held, op.Metadata[secret] == true)
		held.release()
	}
}

// keep keeps an answer before it is given: who asks again at once finds it.
func (k *keys) keep(ctx context.Context, a authz.Actor, key string, h *held, secret bool) {
	body := h.body.String()
	if secret {
		body = ""
	}
	if err := once.End(ctx, k.db, a, key, h.status, body); err != nil {
		slog.ErrorContext(ctx, "answer not kept", "id", httpx.RequestID(ctx), "err", err)
	}
}

// digest says what is asked, so that a key is not used for two things.
func digest(r *http.Request, body []byte) string {
	h := sha256.New()
	for _, part := range []string{r.Method, r.URL.RequestURI(), r.Header.Get("Content-Type")} {
		_, _ = io.WriteString(h, part+"\n") // a hash takes everything
	}
	_, _ = h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

func again(w http.ResponseWriter, was *once.Answer) {
	if was.Body != "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(was.Status)
	_, _ = io.WriteString(w, was.Body) // the reader may be gone
}

// held is an answer that has not been given yet.
type held struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *held) WriteHeader(status int)      { h.status = status }
func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }

func (h *held) release() {
	h.ResponseWriter.WriteHeader(h.status)
	_, _ = h.ResponseWriter.Write(h.body.Bytes()) // the reader may be gone
}
