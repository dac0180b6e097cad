// Package web holds what every page shares: who is asking, how a result or an
// error becomes an answer, and how a fragment differs from a whole page.
package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// Handler makes the answer to one request. With an error it returns a Result
// only to show a form again with its fields marked, or the page as it stands
// after a conflict.
type Handler func(r *http.Request, a authz.Actor) (Result, error)

// Handle adapts a handler for people who are signed in; others are led to the
// door and back.
func Handle(h Handler) http.HandlerFunc { return adapt(h, httpx.MaxForm, true) }

// Open adapts a handler for anybody; the actor is empty for who is signed out.
func Open(h Handler) http.HandlerFunc { return adapt(h, httpx.MaxForm, false) }

// Upload adapts a handler whose form may carry files, most bytes in all.
func Upload(most int64, h Handler) http.HandlerFunc { return adapt(h, most, true) }

// inMemory is how much of an upload is kept in memory, in bytes.
const inMemory = 1 << 20

func adapt(h Handler, most int64, signed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "HX-Request")
		w.Header().Set("Cache-Control", "no-store")
		httpx.Limit(w, r, most)
		res, err := run(h, r, signed)
		answer(w, r, res, err)
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll() // leftovers in the temporary folder harm nobody
		}
	}
}

// run calls h, and turns a panic into an error.
func run(h Handler, r *http.Request, signed bool) (res Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			res, err = Result{}, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	a, err := httpx.Actor(r.Context())
	if err != nil && (signed || errs.KindOf(err) != errs.Unauthenticated) {
		return Result{}, err
	}
	if err := parse(r); err != nil {
		return Result{}, err
	}
	return h(r, a)
}

// parse reads the form, so that a handler never sees half of one.
func parse(r *http.Request) error {
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(inMemory)
	}
	if errors.Is(err, http.ErrNotMultipart) {
		return nil // an ordinary form, or none
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large || err == nil {
		return err
	}
	return &errs.Error{Kind: errs.Invalid, Key: "ui.err.form", Err: err}
}

// Again reports whether a form is shown once more, with what is wrong.
func Again(err error) bool {
	k := errs.KindOf(err)
	return k == errs.Invalid || k == errs.Conflict
}

// FormOf returns what was sent with r and what err finds wrong with it; with
// no error it is a form to fill in. What is wrong with more than the form stands
// on top of the page: see alertOf.
func FormOf(r *http.Request, err error) ui.Form {
	f := ui.Form{Values: r.PostForm}
	if r.Method == http.MethodGet {
		f.Values = r.URL.Query()
	}
	if errs.KindOf(err) != errs.Invalid {
		return f
	}
	if f.Errors = httpx.FieldSentences(r.Context(), err); len(f.Errors) == 0 {
		f.Whole = httpx.Sentence(r.Context(), err)
	}
	return f
}

// FormAgain is FormOf once something is wrong; until then the form is empty, and
// what is there already fills it.
func FormAgain(r *http.Request, wrong error) ui.Form {
	if wrong == nil {
		return ui.Form{}
	}
	return FormOf(r, wrong)
}

func answer(w http.ResponseWriter, r *http.Request, res Result, err error) {
	ctx, fragment := r.Context(), httpx.Fragment(r)
	status := httpx.Status(err)
	if status == http.StatusInternalServerError {
		slog.ErrorContext(ctx, "page failed", "id", httpx.RequestID(ctx), "err", err)
		res = Result{}
	}
	if e := res.enter; e != nil && e.secret != "" {
		httpx.SetSession(w, r, e.secret, e.ends)
	} else if e != nil {
		httpx.ClearSession(w, r)
	}
	if res.lang != "" {
		setCookie(w, r, httpx.LangCookie, res.lang, year)
	}
	switch {
	case status == http.StatusUnauthorized && res.empty():
		toDoor(w, r)
	case err != nil && res.empty():
		refuse(w, r, status, err)
	case res.file != nil:
		sendFile(w, r, *res.file)
	case res.part != nil && (fragment || res.to == ""):
		if res.flash.Text != "" {
			w.Header().Set("HX-Trigger", trigger(res.flash))
		}
		render(w, r, status, withAlert(ctx, res.part, err))
	case res.to != "":
		setFlash(w, r, res.flash)
		redirect(w, r, res.to)
	case fragment:
		if res.flash.Text != "" {
			w.Header().Set("HX-Trigger", trigger(res.flash))
		}
		render(w, r, status, withAlert(ctx, res.page.fragment(), err))
	default:
		render(w, r, status, framed(w, r, *res.page, res.flash, alertOf(ctx, err)))
	}
}

func (p Page) fragment() templ.Component {
	if p.Part != nil {
		return p.Part
	}
	return p.Body
}

// alertOf is the sentence on top of a page that is shown in spite of err. What
// is wrong with a form stands in the form.
func alertOf(ctx context.Context, err error) string {
	if err == nil || errs.KindOf(err) == errs.Invalid {
		return ""
	}
	return httpx.Sentence(ctx, err)
}

func withAlert(ctx context.Context, c templ.Component, err error) templ.Component {
	if s := alertOf(ctx, err); s != "" {
		return templ.Join(c, besides(s))
	}
	return c
}

// refuse answers an error that has no page: an alert for htmx, else a page.
func refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	ctx, requestID := r.Context(), ""
	if status == http.StatusInternalServerError {
		requestID = httpx.RequestID(ctx)
	}
	sentence := httpx.Sentence(ctx, err)
	if httpx.Fragment(r) {
		w.Header().Set("HX-Retarget", "#problem")
		w.Header().Set("HX-Reswap", "innerHTML")
		render(w, r, status, alert(sentence, requestID))
		return
	}
	title := map[int]string{
		http.StatusNotFound: "ui.problem.not_found", http.StatusForbidden: "ui.problem.forbidden",
		http.StatusInternalServerError: "ui.problem.internal",
	}[status]
	if title == "" {
		title = "ui.problem.other"
	}
	_, err = httpx.Actor(ctx)
	p := Page{Title: i18n.T(ctx, title), Bare: err != nil, Body: problem(sentence, requestID, err == nil)}
	render(w, r, status, framed(w, r, p, Flash{}, ""))
}

// framed puts a page in its frame.
func framed(w http.ResponseWriter, r *http.Request, p Page, said Flash, alert string) templ.Component {
	v, err := httpx.VisitorOf(r.Context())
	flash := takeFlash(w, r)
	if said.Text != "" {
		flash = said
	}
	path := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		path = httpx.Local(r.Referer(), "/")
	}
	var frame templ.Component
	if p.Bare || err != nil {
		frame = layout.Bare(layout.BareFrame{
			Title: p.Title, Lang: i18n.Lang(r.Context()), Theme: v.Theme, Path: path, Flash: flash, Alert: alert, Wide: p.Wide,
		})
	} else {
		f := layout.Frame{
			Title: p.Title, Lead: p.Lead, Section: p.Section, Crumbs: p.Crumbs, Actions: p.Actions,
			Person: v.Person, Company: v.Company, CompanyID: int64(v.Actor.Company), Unread: v.Unread, Seq: v.Seq,
			Lang: v.Lang, Theme: v.Theme, Path: path, Flash: flash, Alert: alert,
		}
		for _, s := range v.Companies {
			f.Companies = append(f.Companies, layout.Seat{ID: int64(s.Company), Name: s.Name})
		}
		if p.Unread != nil {
			f.Unread = *p.Unread
		}
		frame = layout.Page(f)
	}
	return templ.ComponentFunc(func(ctx context.Context, out io.Writer) error {
		return frame.Render(templ.WithChildren(ctx, p.Body), out)
	})
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render makes the whole answer before it sends the first byte: an error in the
// middle must not leave half a page.
func render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	if err := c.Render(r.Context(), b); err != nil {
		if r.Context().Err() != nil {
			return // the reader is gone
		}
		slog.ErrorContext(r.Context(), "render failed", "id", httpx.RequestID(r.Context()), "err", err)
		http.Error(w, httpx.Sentence(r.Context(), err), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader may be gone
}

func redirect(w http.ResponseWriter, r *http.Request, to string) {
	if r.Header.Get("HX-Request") != "" {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// toDoor asks who it is, and remembers where the person wanted to go.
func toDoor(w http.ResponseWriter, r *http.Request) {
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet || httpx.Fragment(r) {
		back = "/mi-dia"
		if u, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil && u.Path != "" {
			back = u.RequestURI()
		}
	}
	to := "/entrar"
	if back = httpx.Local(back, "/"); back != "/" {
		to += "?volver=" + url.QueryEscape(back)
	}
	redirect(w, r, to)
}

// inline are the types that a browser may show without risk.
var inline = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"}

func sendFile(w http.ResponseWriter, r *http.Request, f File) {
	if f.Write != nil {
		streamFile(w, r, f)
		return
	}
	way := "attachment"
	for _, t := range inline {
		if f.Inline && strings.EqualFold(f.Type, t) {
			way = "inline"
		}
	}
	h := w.Header()
	if f.Keep {
		h.Set("Cache-Control", "private, max-age=3600, immutable")
	}
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", mime.FormatMediaType(way, map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Length", strconv.Itoa(len(f.Body)))
	_, _ = w.Write(f.Body) // the reader may be gone
}

// streamFile sends a file while it is made. What goes wrong before its first
// byte is still a page.
func streamFile(w http.ResponseWriter, r *http.Request, f File) {
	to := &late{w: w, f: f}
	if err := f.Write(to); err != nil {
		if to.begun {
			panic(http.ErrAbortHandler) // who reads sees that it was cut off
		}
		answer(w, r, Result{}, err)
	}
}

// late sends its headers with the first byte.
type late struct {
	w     http.ResponseWriter
	f     File
	begun bool
}

func (l *late) Write(b []byte) (int, error) {
	if !l.begun {
		l.begun = true
		h := l.w.Header()
		h.Set("Content-Type", l.f.Type)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": l.f.Name}))
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	}
	return l.w.Write(b)
}
