// Package handoffs holds the pages on which work is asked for and handed over:
// what one can ask, the form, the page of one handoff, and that of an order.
package handoffs

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/repeat"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web"

	"github.com/a-h/templ"
)

// Services is what the pages work with.
type Services struct {
	Handoffs *handoff.Service
	Links    *link.Service
	Org      *org.Service
	Routes   *route.Service
	Repeats  *repeat.Service
	MarkRead func(ctx context.Context, a authz.Actor, subject string) error // what the bell says of one handoff
	Unread   func(ctx context.Context, a authz.Actor) (int, error)          // lines of the bell that are left
	Away     func(ctx context.Context, a authz.Actor) (map[id.Person]absence.Absence, error)

	// Voice is what both ends say of a handoff, to stand on its page; nil for nothing.
	Voice func(ctx context.Context, a authz.Actor, h handoff.Handoff) (templ.Component, error)
}

type pages struct{ Services }

// mostUpload is the most bytes of the files of one form: some photos, or one
// large file.
const mostUpload = 25 << 20

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /pedir", web.Handle(p.catalogue))
	mux.HandleFunc("GET /pedir/{service}", web.Handle(p.askForm))
	mux.HandleFunc("GET /pedir/{service}/promesa", web.Handle(p.promise))
	mux.HandleFunc("POST /pedir/{service}", web.UploadOr(mostUpload, p.ask, p.askForm))
	mux.HandleFunc("GET /entregar", web.Handle(p.ours))
	mux.HandleFunc("GET /entregar/{service}", web.Handle(p.handOnForm))
	mux.HandleFunc("GET /entregar/{service}/promesa", web.Handle(p.promise))
	mux.HandleFunc("POST /entregar/{service}", web.UploadOr(mostUpload, p.handOn, p.handOnForm))
	mux.HandleFunc("GET /pases/{number}", web.Handle(p.show))
	mux.HandleFunc("GET /pases/{number}/partes", web.Handle(p.parts))
	mux.HandleFunc("GET /pases/{number}/{act}", web.Handle(p.back))
	mux.HandleFunc("POST /pases/{number}/{act}", web.UploadOr(mostUpload, p.act, p.again))
	mux.HandleFunc("GET /pedidos/{ref...}", web.Handle(p.order))
	mux.HandleFunc("GET /repeticiones", web.Handle(p.repeats))
	mux.HandleFunc("GET /repeticiones/{repeat}/cambiar", web.Handle(p.changeForm))
	mux.HandleFunc("POST /repeticiones/{repeat}/cambiar", web.Handle(p.changeRepeat))
	mux.HandleFunc("POST /repeticiones/{repeat}/{act}", web.Handle(p.turnRepeat))
	mux.HandleFunc("GET /repetir/{service}", web.Handle(p.repeatForm))
	mux.HandleFunc("POST /repetir/{service}", web.Handle(p.makeRepeat))
	mux.HandleFunc("GET /archivos/{file}", web.Handle(p.file))
}

// number reads the number in the address.
func number(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil || n <= 0 {
		return 0, errs.New(errs.NotFound, "handoff.err.not_found")
	}
	return n, nil
}

// URL is the address of the page of a handoff.
func URL(number int64) string { return "/pases/" + strconv.FormatInt(number, 10) }

// OrderURL is the address of the page of a customer's order.
func OrderURL(ref string) string { return "/pedidos/" + url.PathEscape(ref) }

// file gives out what somebody attached: to keep, or a picture to look at.
func (p pages) file(r *http.Request, a authz.Actor) (web.Result, error) {
	f, content, err := p.Handoffs.File(r.Context(), a, id.File(r.PathValue("file")))
	if err != nil {
		return web.Result{}, err
	}
	look := r.URL.Query().Get("ver") == "1" && isPicture(f.Type)
	return web.Send(web.File{Name: f.Name, Type: f.Type, Body: content, Inline: look, Keep: true}), nil
}
