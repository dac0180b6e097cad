// Package datasets holds the pages of the logs that were brought in: what there
// is, what a file means, and the chain that is in it.
package datasets

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/trail"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// Services is what the pages work with.
type Services struct {
	Datasets *dataset.Service
	Handoffs *handoff.Service
	Org      *org.Service
}

type pages struct{ Services }

// home is the list of all.
const home = "/registros"

// mostUpload is the most bytes of a file, with its form.
const mostUpload = dataset.MostMB<<20 + 64<<10

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /registros", web.Handle(p.list))
	mux.HandleFunc("POST /registros", web.UploadOr(mostUpload, p.upload, p.list))
	mux.HandleFunc("GET /registros/historia", web.Handle(p.history))
	mux.HandleFunc("GET /registros/{dataset}", web.Handle(p.one))
	mux.HandleFunc("GET /registros/{dataset}/avance", web.Handle(p.progress))
	mux.HandleFunc("GET /registros/{dataset}/columnas", web.Handle(p.wizard))
	mux.HandleFunc("POST /registros/{dataset}/columnas", web.Handle(p.mapped))
	mux.HandleFunc("GET /registros/{dataset}/eslabon", web.Handle(p.link))
	mux.HandleFunc("GET /registros/{dataset}/analisis", web.Handle(p.analysis))
	mux.HandleFunc("GET /registros/{dataset}/archivo", web.Handle(p.original))
	mux.HandleFunc("POST /registros/{dataset}/compartir", web.Handle(p.share))
	mux.HandleFunc("POST /registros/{dataset}/borrar", web.Handle(p.remove))
}

// URL is the address of the page of a dataset.
func URL(d id.Dataset) string { return home + "/" + string(d) }

func crumbs(ctx context.Context, steps ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: i18n.T(ctx, "ui.place.datasets"), URL: home}}, steps...)
}

// listView is the list with the form that brings a file in.
type listView struct {
	Form  ui.Form
	List  []dataset.Dataset
	Saved []dataset.Saved
	May   bool
	Owner bool
}

func (p pages) list(r *http.Request, a authz.Actor) (web.Result, error) { return p.listed(r, a, nil) }

func (p pages) listed(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	v := listView{May: dataset.MayAdd(a), Owner: a.Owner}
	if r.Method == http.MethodPost {
		v.Form = web.FormOf(r, wrong)
	}
	var err error
	if v.List, err = p.Datasets.List(ctx, a); err != nil {
		return web.Result{}, err
	}
	if v.May {
		if v.Saved, err = p.Datasets.Saved(ctx, a); err != nil {
			return web.Result{}, err
		}
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "dataset.title"), Lead: i18n.T(ctx, "dataset.lead"), Section: layout.Datasets, Body: listPage(v),
	}), wrong
}

func (p pages) upload(r *http.Request, a authz.Actor) (web.Result, error) {
	in := dataset.Upload{Name: r.PostFormValue("name"), Content: noFile{}}
	if r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 {
		h := r.MultipartForm.File["file"][0]
		f, err := h.Open()
		if err != nil {
			return web.Result{}, errs.Wrap(err, "open upload")
		}
		defer f.Close()
		in.File, in.Content = h.Filename, f
	} else {
		return p.listed(r, a, errs.Field("file", "dataset.err.no_file"))
	}
	d, err := p.Datasets.Upload(r.Context(), a, in)
	if k := errs.KindOf(err); k == errs.Invalid || k == errs.TooLarge {
		return p.listed(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(as(URL(d.ID), r.PostFormValue("saved"))), nil
}

// as adds to an address the saved mapping by which the file is to be read.
func as(to, saved string) string {
	if saved == "" {
		return to
	}
	return to + "?lectura=" + url.QueryEscape(saved)
}

// savedOf is the mapping that an address names.
func savedOf(r *http.Request) string { return r.URL.Query().Get("lectura") }

type noFile struct{}

func (noFile) Read([]byte) (int, error) { return 0, io.EOF }

// one shows a dataset as it stands.
func (p pages) one(r *http.Request, a authz.Actor) (web.Result, error) {
	d, err := p.Datasets.Get(r.Context(), a, id.Dataset(r.PathValue("dataset")))
	if err != nil {
		return web.Result{}, err
	}
	switch {
	case d.State.Busy():
		return busy(r, d), nil
	case d.State == dataset.Ready:
		return p.chain(r, a, d)
	case savedOf(r) != "":
		return web.Go(as(URL(d.ID)+"/columnas", savedOf(r))), nil
	}
	return p.mapping(r, a, wizardView{Dataset: d}, nil)
}

func busy(r *http.Request, d dataset.Dataset) web.Result {
	saved := savedOf(r)
	return web.Show(web.Page{
		Title: d.Name, Section: layout.Datasets, Crumbs: crumbs(r.Context(), ui.Crumb{Label: d.Name}),
		Body: busyPage(d, saved), Part: busyPart(d, saved),
	})
}

// progress says how far the work is; when it is done it leads to what came of it.
func (p pages) progress(r *http.Request, a authz.Actor) (web.Result, error) {
	d, err := p.Datasets.Get(r.Context(), a, id.Dataset(r.PathValue("dataset")))
	if err != nil {
		return web.Result{}, err
	}
	if !d.State.Busy() {
		return web.Go(as(URL(d.ID), savedOf(r))), nil
	}
	return busy(r, d), nil
}

// history takes the history of the company away as an event log.
func (p pages) history(r *http.Request, a authz.Actor) (web.Result, error) {
	q := r.URL.Query()
	f, err := trail.Parse(q.Get("formato"))
	if err != nil {
		return web.Result{}, err
	}
	o := handoff.LogOptions{Format: f, Case: handoff.CaseOf(q.Get("caso")), People: handoff.People(q.Get("personas"))}
	return web.Send(web.File{Name: "historia" + f.Ext(), Type: f.Media(), Write: func(w io.Writer) error {
		return p.Handoffs.ExportEvents(r.Context(), a, o, w)
	}}), nil
}

func (p pages) analysis(r *http.Request, a authz.Actor) (web.Result, error) {
	b, err := p.Datasets.Analysis(r.Context(), a, id.Dataset(r.PathValue("dataset")))
	if err != nil {
		return web.Result{}, err
	}
	return web.Send(web.File{Name: "analisis.json", Type: "application/json", Body: b}), nil
}

func (p pages) original(r *http.Request, a authz.Actor) (web.Result, error) {
	d, content, err := p.Datasets.Content(r.Context(), a, id.Dataset(r.PathValue("dataset")))
	if err != nil {
		return web.Result{}, err
	}
	return web.Send(web.File{Name: d.File, Type: "application/octet-stream", Write: func(w io.Writer) error {
		_, err := io.Copy(w, content)
		return err
	}}), nil
}

func (p pages) share(r *http.Request, a authz.Actor) (web.Result, error) {
	d := id.Dataset(r.PathValue("dataset"))
	var people []id.Person
	for _, x := range r.PostForm["people"] {
		people = append(people, id.Person(x))
	}
	if err := p.Datasets.Share(r.Context(), a, d, r.PostForm.Has("everybody"), people); err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(d)).Say(i18n.T(r.Context(), "dataset.shared")), nil
}

func (p pages) remove(r *http.Request, a authz.Actor) (web.Result, error) {
	if err := p.Datasets.Remove(r.Context(), a, id.Dataset(r.PathValue("dataset"))); err != nil {
		return web.Result{}, err
	}
	return web.Go(home).Say(i18n.T(r.Context(), "dataset.removed")), nil
}

// sharing is who else may see a dataset, to be changed.
type sharing struct {
	Everybody bool
	People    []person
}

type person struct {
	ID   id.Person
	Name string
	In   bool
}

func (p pages) sharing(ctx context.Context, a authz.Actor, d dataset.Dataset) (*sharing, error) {
	if !d.Mine {
		return nil, nil
	}
	in, err := p.Datasets.Readers(ctx, a, d.ID)
	if err != nil {
		return nil, err
	}
	people, err := p.Org.People(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &sharing{Everybody: d.Everybody}
	for _, x := range people {
		if x.Active && x.ID != d.AddedBy && !x.Owner {
			out.People = append(out.People, person{x.ID, x.Name, slices.Contains(in, x.ID)})
		}
	}
	return out, nil
}
