package orgs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/sheet"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// matter is one kind of file that can be brought in.
type matter struct {
	word string // in the address
	code string // in the catalogue
	icon string
	run  func(ctx context.Context, p pages, a authz.Actor, t sheet.Table, r *http.Request, dryRun bool) (sheet.Report, error)
	more []string // what else the form asks: boxes to tick
}

// matters are in the order in which a company needs them.
var matters = []matter{
	{
		word: "personas", code: "people", icon: "users",
		run: func(ctx context.Context, p pages, a authz.Actor, t sheet.Table, _ *http.Request, dryRun bool) (sheet.Report, error) {
			return p.Org.ImportPeople(ctx, a, t, dryRun)
		},
	},
	{
		word: "servicios", code: "services", icon: "store",
		run: func(ctx context.Context, p pages, a authz.Actor, t sheet.Table, _ *http.Request, dryRun bool) (sheet.Report, error) {
			return p.Links.ImportServices(ctx, a, t, dryRun)
		},
	},
	{
		word: "historia", code: "history", icon: "history", more: []string{"create_nodes", "create_people"},
		run: func(ctx context.Context, p pages, a authz.Actor, t sheet.Table, r *http.Request, dryRun bool) (sheet.Report, error) {
			return p.Handoffs.Import(ctx, a, t, handoff.ImportOptions{
				DryRun: dryRun, CreateNodes: r.PostForm.Has("create_nodes"), CreatePeople: r.PostForm.Has("create_people"),
			})
		},
	},
}

func find(word string) (matter, error) {
	for _, m := range matters {
		if m.word == word {
			return m, nil
		}
	}
	return matter{}, errs.New(errs.NotFound, "err.not_found")
}

func (m matter) url() string { return home + "/importar/" + m.word }

// importView is the form that brings a file in, and what came of it.
type importView struct {
	matter
	Form   ui.Form
	Tabs   []ui.Tab
	Report *sheet.Report
	Sum    string // of the file that was checked: only that one is brought in
	Other  bool   // what came was not the file that had been checked
	Keeps  bool   // the browser still has the file: the page was not loaded anew
}

// mostProblems is how many lines of what is wrong a page shows.
const mostProblems = 200

// importMenu leads to the first form.
func (p pages) importMenu(*http.Request, authz.Actor) (web.Result, error) {
	return web.Go(matters[0].url()), nil
}

func (p pages) importForm(r *http.Request, a authz.Actor) (web.Result, error) {
	m, err := find(r.PathValue("what"))
	if err != nil {
		return web.Result{}, err
	}
	return importPage(r, a, importView{matter: m, Form: ui.Form{Values: r.PostForm}}, nil)
}

func importPage(r *http.Request, a authz.Actor, v importView, wrong error) (web.Result, error) {
	ctx := r.Context()
	if err := a.MustOwn(); err != nil {
		return web.Result{}, err
	}
	for _, m := range matters {
		v.Tabs = append(v.Tabs, ui.Tab{Label: i18n.T(ctx, "orgpage.import."+m.code), URL: m.url(), Here: m.word == v.word})
	}
	v.Keeps = httpx.Fragment(r)
	return web.Show(web.Page{
		Title: i18n.T(ctx, "orgpage.import.title"), Lead: i18n.T(ctx, "orgpage.import.lead"), Section: layout.Org,
		Crumbs: crumbs(ctx, ui.Crumb{Label: i18n.T(ctx, "orgpage.import")}), Body: importingPage(v), Part: outcome(v),
	}), wrong
}

// importFile checks a file, and brings it in if it is the one that was checked
// a moment ago. Between the two nothing is kept here, so nothing can be lost or
// mixed up: who has no script chooses the file twice.
func (p pages) importFile(r *http.Request, a authz.Actor) (web.Result, error) {
	m, err := find(r.PathValue("what"))
	if err != nil {
		return web.Result{}, err
	}
	v := importView{matter: m, Sum: r.PostFormValue("sum")}
	content, err := upload(r)
	if err != nil {
		v.Form = web.FormAgain(r, err)
		return importPage(r, a, v, err)
	}
	checked, sum := v.Sum, checksum(content, r)
	report, err := p.bring(r, a, m, content, checked != sum)
	if err != nil && !web.Again(err) && errs.KindOf(err) != errs.TooLarge {
		return web.Result{}, err
	}
	v.Form, v.Sum, v.Other = ui.Form{Values: r.PostForm}, "", checked != "" && checked != sum
	if err != nil && len(report.Problems) == 0 {
		v.Form = web.FormAgain(r, err)
		return importPage(r, a, v, err)
	}
	if v.Report = &report; report.DryRun && len(report.Problems) == 0 {
		v.Sum = sum
	}
	return importPage(r, a, v, err)
}

// bring reads a file and takes it in, or only looks at it.
func (p pages) bring(r *http.Request, a authz.Actor, m matter, content []byte, dryRun bool) (sheet.Report, error) {
	t, err := sheet.Read(bytes.NewReader(content))
	if err != nil {
		return sheet.Report{}, err
	}
	return m.run(r.Context(), p, a, t, r, dryRun)
}

// upload returns the file that came with r.
func upload(r *http.Request) ([]byte, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		return nil, errs.Field("file", "orgpage.import.no_file")
	}
	f, err := r.MultipartForm.File["file"][0].Open()
	if err != nil {
		return nil, errs.Wrap(err, "open upload")
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	return b, errs.Wrap(err, "read upload")
}

// checksum names a file and what the person ticked beside it.
func checksum(content []byte, r *http.Request) string {
	h := sha256.New()
	h.Write(content) // a hash takes everything
	for _, box := range []string{"create_nodes", "create_people"} {
		if r.PostForm.Has(box) {
			h.Write([]byte(box))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// besides are the sentences about what else comes with a file.
func besides(ctx context.Context, r sheet.Report) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(r.Besides)) {
		out = append(out, i18n.T(ctx, key, i18n.Args{"N": r.Besides[key]}))
	}
	return out
}

// formats are those in which a list is taken away.
var formats = []string{"csv", "xlsx"}

var types = map[string]string{
	"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

type exporter func(ctx context.Context, a authz.Actor, to io.Writer, f sheet.Format) error

func (p pages) exportPeople(format string) web.Handler {
	return export("personas", format, p.Org.ExportPeople)
}

func (p pages) exportServices(format string) web.Handler {
	return export("servicios", format, p.Links.ExportServices)
}

func export(name, format string, write exporter) web.Handler {
	return func(r *http.Request, a authz.Actor) (web.Result, error) {
		f, err := sheet.ParseFormat(format)
		if err != nil {
			return web.Result{}, err
		}
		var b bytes.Buffer
		if err := write(r.Context(), a, &b, f); err != nil {
			return web.Result{}, err
		}
		return web.Send(web.File{Name: name + "." + format, Type: types[format], Body: b.Bytes()}), nil
	}
}

// seen is where what was brought in can be seen.
func (m matter) seen() string {
	return map[string]string{"people": home + "/personas", "services": "/catalogo", "history": "/pases"}[m.code]
}

func fileField(ctx context.Context) ui.FieldArgs {
	return ui.FieldArgs{
		Name: "file", Label: i18n.T(ctx, "orgpage.import.file"), Type: "file", Accept: ".csv,.tsv,.txt,.xlsx",
		Help: i18n.T(ctx, "orgpage.import.file_help", i18n.Args{"Most": sheet.MostMB}),
	}
}

func listed(words []string) string {
	const most = 12
	if len(words) > most {
		return strings.Join(words[:most], ", ") + "…"
	}
	return strings.Join(words, ", ")
}
