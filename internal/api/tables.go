package api

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/sheet"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Report says what an import did, or in a dry run what it would do.
type Report struct {
	DryRun   bool           `json:"dry_run"`
	Rows     int            `json:"rows"`
	Created  int            `json:"created"`
	Updated  int            `json:"updated"`
	Skipped  int            `json:"skipped" doc:"They are there already, as they stand in the file."`
	Besides  map[string]int `json:"besides" doc:"What else is created: nodes, people, services."`
	Problems []CellProblem  `json:"problems" doc:"The first 1000. With any, nothing is written."`
	Warnings []CellProblem  `json:"warnings" doc:"What is left out."`
	Ignored  []string       `json:"ignored" doc:"Headings that nobody knows."`
}

// CellProblem is what is wrong with one cell.
type CellProblem struct {
	Row     int    `json:"row" doc:"As a spreadsheet program numbers it."`
	Column  string `json:"column"`
	Value   string `json:"value" doc:"What stands there."`
	Code    string `json:"code"`
	Message string `json:"message"`
}

type importIn struct {
	DryRun  bool   `query:"dry_run" doc:"Only look at it: nothing is written."`
	Nodes   bool   `query:"create_nodes" doc:"Of handoffs: add nodes, services and reasons that nobody knows yet."`
	People  bool   `query:"create_people" doc:"Of handoffs: add people that nobody knows, as people who have left."`
	Type    string `header:"Content-Type" hidden:"true"`
	RawBody []byte `contentType:"text/csv"`
}

// exportQuery are the parameters of any export.
var exportQuery = queryOf[exportHandoffsIn]()

type exportHandoffsIn struct {
	ExportIn
	Matching
}

// ExportIn is how somebody wants a table.
type ExportIn struct {
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

// The types by which a browser and a spreadsheet program know files.
const (
	csvType  = "text/csv; charset=utf-8"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

const (
	mostTable    = sheet.MostMB << 20
	mostProblems = 1000
)

func (f *surface) imports() {
	const tag = "tables"
	type bring func(context.Context, authz.Actor, sheet.Table, importIn) (sheet.Report, error)
	for _, m := range []struct {
		word, summary string
		bring         bring
	}{
		{"people", "Bring in people, and where they work", func(ctx context.Context, a authz.Actor, t sheet.Table, in importIn) (sheet.Report, error) {
			return f.Org.ImportPeople(ctx, a, t, in.DryRun)
		}},
		{"services", "Bring in services", func(ctx context.Context, a authz.Actor, t sheet.Table, in importIn) (sheet.Report, error) {
			return f.Links.ImportServices(ctx, a, t, in.DryRun)
		}},
		{"handoffs", "Bring in handoffs that happened before", func(ctx context.Context, a authz.Actor, t sheet.Table, in importIn) (sheet.Report, error) {
			return f.Handoffs.Import(ctx, a, t, handoff.ImportOptions{
				DryRun: in.DryRun, CreateNodes: in.Nodes, CreatePeople: in.People,
			})
		}},
	} {
		on(f, tag, route{
			method: http.MethodPost, path: "/imports/" + m.word, id: "import-" + m.word, summary: m.summary, status: http.StatusOK,
			detail: "The body is the file, CSV or XLSX, or a form with it. Only an owner may. Bringing the same file in again does nothing twice.",
			most:   mostTable, long: true, shape: tableBody,
		}, func(ctx context.Context, a authz.Actor, in *importIn) (*out[Report], error) {
			ctx = reader(ctx)
			t, err := table(in.Type, in.RawBody)
			if err != nil {
				return nil, err
			}
			r, err := m.bring(ctx, a, t, *in)
			if len(r.Problems) > 0 && err != nil {
				return nil, refused(ctx, err, r)
			}
			return answer(reportOf(ctx, r), err)
		})
	}
}

// table reads the file of an import.
func table(contentType string, body []byte) (sheet.Table, error) {
	if kind, params, err := mime.ParseMediaType(contentType); err == nil && kind == formData {
		_, files, err := fromForm(body, params["boundary"])
		if err != nil || len(files) != 1 {
			return sheet.Table{}, &errs.Error{Kind: errs.Invalid, Key: "api.err.one_file", Err: err}
		}
		body = files[0].Content
	}
	return sheet.Read(bytes.NewReader(body))
}

// refused is the problem of an import that wrote nothing, with each cell that
// is wrong.
func refused(ctx context.Context, err error, r sheet.Report) *Problem {
	p := problem(ctx, err, nil)
	for _, c := range r.Problems[:min(len(r.Problems), mostProblems)] {
		v := cellOf(ctx)(c)
		p.Errors = append(p.Errors, Fault{
			Location: "body.rows[" + strconv.Itoa(v.Row) + "]." + v.Column, Message: v.Message, Code: v.Code,
		})
	}
	return p
}

func reportOf(ctx context.Context, r sheet.Report) Report {
	b := Report{
		DryRun: r.DryRun, Rows: r.Rows, Created: r.Created, Updated: r.Updated, Skipped: r.Skipped, Besides: map[string]int{},
		Problems: each(r.Problems[:min(len(r.Problems), mostProblems)], cellOf(ctx)),
		Warnings: each(r.Warnings[:min(len(r.Warnings), mostProblems)], cellOf(ctx)), Ignored: list(r.Ignored),
	}
	for key, n := range r.Besides {
		b.Besides[key[strings.LastIndexByte(key, '.')+1:]] = n
	}
	return b
}

func cellOf(ctx context.Context) func(sheet.Problem) CellProblem {
	return func(p sheet.Problem) CellProblem {
		return CellProblem{Row: p.Row, Column: p.Column, Value: p.Value, Code: p.Key, Message: i18n.T(ctx, p.Key, p.Args)}
	}
}

func (f *surface) exports() {
	const tag = "tables"
	on(f, tag, route{
		method: http.MethodGet, path: "/exports/people", id: "export-people", summary: "The people, and where they work",
		detail: "Only for an owner.", shape: tableAnswer,
	}, func(_ context.Context, a authz.Actor, in *ExportIn) (*huma.StreamResponse, error) {
		return sent("people", *in, func(ctx context.Context, to io.Writer, format sheet.Format) error {
			return f.Org.ExportPeople(ctx, a, to, format)
		})
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/exports/services", id: "export-services", summary: "The catalogue", shape: tableAnswer,
	}, func(_ context.Context, a authz.Actor, in *ExportIn) (*huma.StreamResponse, error) {
		return sent("services", *in, func(ctx context.Context, to io.Writer, format sheet.Format) error {
			return f.Links.ExportServices(ctx, a, to, format)
		})
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/exports/handoffs", id: "export-handoffs", summary: "Handoffs that match", shape: tableAnswer,
	}, func(_ context.Context, a authz.Actor, in *exportHandoffsIn) (*huma.StreamResponse, error) {
		filter, err := in.filter(a)
		if err != nil {
			return nil, err
		}
		return sent("handoffs", in.ExportIn, func(ctx context.Context, to io.Writer, format sheet.Format) error {
			return f.Handoffs.Export(ctx, a, filter, to, format)
		})
	})
}

// sent answers with a table, row by row as it is read.
func sent(name string, in ExportIn, export func(context.Context, io.Writer, sheet.Format) error) (*huma.StreamResponse, error) {
	format, err := sheet.ParseFormat(in.Format)
	if err != nil {
		return nil, err
	}
	to := download{kind: csvType, name: name + ".csv"}
	if format.XLSX {
		to = download{kind: xlsxType, name: name + ".xlsx"}
	}
	return streamed(to, exportQuery, func(ctx context.Context, w io.Writer) error { return export(ctx, w, format) }), nil
}

// streamed answers with a file as it is written; query are the parameters by
// which it was asked for.
func streamed(to download, query map[string]bool, write func(context.Context, io.Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		to.w = w
		if err := write(reader(r.Context()), &to); err != nil {
			if to.begun {
				panic(http.ErrAbortHandler) // who reads sees that it was cut off
			}
			send(w, problem(r.Context(), err, query))
		}
	}}
}

// download is a file whose headers go out with its first bytes: until then it
// can still become a problem.
type download struct {
	w          http.ResponseWriter
	kind, name string
	begun      bool
}

func (d *download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		d.w.Header().Set("Content-Type", d.kind)
		d.w.Header().Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
	}
	return d.w.Write(b)
}

// tableBody writes the forms of a file into the document.
func tableBody(o *huma.Operation) {
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	o.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{
		xlsxType: {Schema: binary},
		formData: {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": binary},
			Examples: []any{map[string]any{"file": "personas.xlsx"}},
		}},
	}}
}

// tableAnswer writes the file into the document.
func tableAnswer(o *huma.Operation) {
	text := &huma.Schema{Type: huma.TypeString}
	o.Responses = map[string]*huma.Response{"200": {
		Description: "The file.",
		Content: map[string]*huma.MediaType{
			"text/csv": {Schema: text, Example: "Nombre,Correo,Puesto\r\nCarla Ruiz,carla@taller.example,Corte\r\n"},
			xlsxType:   {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		},
	}}
}
