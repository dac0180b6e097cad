package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"

	"github.com/danielgtaylor/huma/v2"
)

// Dataset is an event log that was brought in.
type Dataset struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	File      string          `json:"file"`
	Size      int64           `json:"size" doc:"Bytes."`
	State     string          `json:"state" enum:"arriving,waiting,asking,queued,ready,failed" doc:"asking: for a mapping. failed: see problem; another mapping may help."`
	Done      int             `json:"done" doc:"Of the work under way, in percent."`
	Problem   *DatasetProblem `json:"problem,omitempty"`
	Mapping   json.RawMessage `json:"mapping" doc:"What its columns mean: as guessed while it asks, as told afterwards."`
	Preview   json.RawMessage `json:"preview,omitempty" doc:"What the file shows: columns with their commonest values, what was left out, what to ask."`
	Cases     int             `json:"cases"`
	Events    int             `json:"events"`
	Everybody bool            `json:"everybody" doc:"The whole company may see it."`
	AddedBy   string          `json:"added_by"`
	AddedAt   time.Time       `json:"added_at"`
}

// DatasetProblem is why a file could not be read or analysed.
type DatasetProblem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Line    int64  `json:"line,omitempty"`
	Field   string `json:"field,omitempty"`
}

// DatasetMapping says what the columns of a log mean, and what of it counts.
type DatasetMapping struct {
	Case       string              `json:"case,omitempty" doc:"Column of the case. An empty field leaves the choice to the program."`
	Activity   string              `json:"activity,omitempty"`
	Time       string              `json:"time,omitempty"`
	Start      string              `json:"start,omitempty" doc:"When the step began."`
	TimeFormat string              `json:"time_format,omitempty" doc:"day-first, month-first, or a pattern: DD/MM/YYYY."`
	TimeZone   string              `json:"time_zone,omitempty" doc:"Of times without offset."`
	Lifecycle  string              `json:"lifecycle,omitempty"`
	Instance   string              `json:"instance,omitempty"`
	Resource   string              `json:"resource,omitempty"`
	ObjectType string              `json:"object_type,omitempty" doc:"Along which an object-centric log is followed."`
	Sheet      string              `json:"sheet,omitempty"`
	Dimensions []string            `json:"dimensions" doc:"Columns whose values supply each other."`
	Filter     []LogFilter         `json:"filter,omitempty" doc:"All must hold; applied before anything else."`
	Missing    []string            `json:"missing_placeholders,omitempty" doc:"Texts that stand for nothing, to the letter."`
	LeaveOut   map[string][]string `json:"leave_out,omitempty" doc:"By dimension, values as robots, whose events do not count in it."`
	States     []LogState          `json:"states,omitempty" doc:"What steps mean: arrive, accept, work, wait_external, return, done."`
	PingPong   int                 `json:"ping_pong,omitempty"`
}

func (m DatasetMapping) domain() dataset.Mapping {
	return dataset.Mapping{
		Case: m.Case, Activity: m.Activity, Time: m.Time, Start: m.Start, Format: m.TimeFormat, Zone: m.TimeZone, Lifecycle: m.Lifecycle,
		Instance: m.Instance, Resource: m.Resource, Object: m.ObjectType, Sheet: m.Sheet, Dimensions: m.Dimensions, Filters: each(m.Filter, func(f LogFilter) dataset.Filter { return dataset.Filter(f) }),
		Missing: m.Missing, Robots: m.LeaveOut, States: each(m.States, func(r LogState) dataset.StateRule { return dataset.StateRule(r) }), PingPong: m.PingPong,
	}
}

// LinkCases are cases in which work passed on a link of a log.
type LinkCases struct {
	Total int       `json:"total"`
	Items []LogCase `json:"items" doc:"Those that bounced most come first."`
}

// LogCase is a case of a log.
type LogCase struct {
	Number int        `json:"number" doc:"In the file, from 1."`
	Name   string     `json:"name"`
	Passes int        `json:"passes" doc:"On this link."`
	Back   int        `json:"returned" doc:"Of those, straight back."`
	Events []LogEvent `json:"events"`
}

// LogEvent is one event of a case.
type LogEvent struct {
	At       time.Time `json:"at"`
	Activity string    `json:"activity"`
	Value    string    `json:"value" doc:"Of the dimension."`
	Resource string    `json:"resource,omitempty"`
	Mark     string    `json:"mark,omitempty" doc:"On this link: handed_over, arrived or returned."`
}

// LogFilter keeps the events whose column has one of the values, or with not
// those where it has none of them.
type LogFilter struct {
	Key    string   `json:"key"`
	Not    bool     `json:"not,omitempty"`
	Values []string `json:"values"`
}

// LogState says what the events of an activity mean for the work.
type LogState struct {
	Activity  string `json:"activity"`
	Lifecycle string `json:"lifecycle,omitempty"`
	State     string `json:"state"`
}

func logCase(c dataset.Case) LogCase {
	return LogCase{c.Number, c.Name, c.Passes, c.Back, each(c.Events, func(e dataset.Step) LogEvent { return LogEvent(e) })}
}

// Sharing says who else may see a log.
type Sharing struct {
	Everybody bool     `json:"everybody"`
	People    []string `json:"people"`
}

type newDatasetIn struct {
	Name    string `query:"name" doc:"What people will call it; the name of the file if it is left out."`
	File    string `query:"file" doc:"The name of the file, if the body is the file itself."`
	Type    string `header:"Content-Type" hidden:"true"`
	content io.Reader
}

// Resolve takes the body as it comes in: a log is stored part by part, and never
// held as a whole.
func (in *newDatasetIn) Resolve(ctx huma.Context) []error {
	in.content = arriving{ctx.BodyReader()}
	_ = ctx.SetReadDeadline(time.Time{}) // it may take minutes, where the server knows how to wait
	return nil
}

// arriving is a body. Whoever stops sending it is at fault.
type arriving struct{ r io.Reader }

func (a arriving) Read(b []byte) (int, error) {
	n, err := a.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &errs.Error{Kind: errs.Invalid, Key: "api.err.body", Err: err}
	}
	return n, err
}

// onlyFile is the one file of a form, as it comes in. A second one is an error.
type onlyFile struct {
	form *multipart.Reader
	part *multipart.Part
}

func inForm(form *multipart.Reader) (*onlyFile, error) {
	p, err := form.NextPart()
	if err != nil || p.FileName() == "" {
		return nil, &errs.Error{Kind: errs.Invalid, Key: "api.err.one_file", Err: err}
	}
	return &onlyFile{form, p}, nil
}

func (f *onlyFile) Read(b []byte) (int, error) {
	n, err := f.part.Read(b)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	if n > 0 {
		return n, nil // the end comes next
	}
	if _, err := f.form.NextPart(); !errors.Is(err, io.EOF) {
		return 0, &errs.Error{Kind: errs.Invalid, Key: "api.err.one_file", Err: err}
	}
	return 0, io.EOF
}

type linkCasesIn struct {
	ByID
	Dimension string `query:"dimension" doc:"The first of the mapping if it is left out."`
	Supplier  string `query:"supplier"`
	Customer  string `query:"customer"`
	Which     string `query:"which" enum:"all,returned,ping-pong" default:"returned" doc:"Those in which the work came straight back, at least twice, or all."`
	Skip      int    `query:"skip"`
	Limit     int    `query:"limit" default:"20"`
}

// rawOut is JSON that is ready.
type rawOut struct {
	Type string `header:"Content-Type"`
	Body []byte
}

// datasets adds the logs that were brought in.
func (f *surface) datasets() {
	const tag = "datasets"
	on(f, tag, route{
		method: http.MethodGet, path: "/datasets", id: "datasets", summary: "The imported logs that one may see",
	}, func(ctx context.Context, a authz.Actor, _ *nothing) (*out[page[Dataset]], error) {
		list, err := f.Datasets.List(ctx, a)
		return answer(page[Dataset]{Items: each(list, func(d dataset.Dataset) Dataset { return datasetOf(ctx, d, false) })}, err)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/datasets", id: "upload-dataset", summary: "Bring an event log in", status: http.StatusCreated,
		detail: "The body is the file (XES, CSV, XLSX, OCEL 2.0; compressed too) or a form with it. It is read in the background: ask for it until it is neither waiting nor queued.",
		most:   dataset.MostMB << 20, long: true,
	}, func(ctx context.Context, a authz.Actor, in *newDatasetIn) (*out[Dataset], error) {
		up := dataset.Upload{Name: in.Name, File: in.File, Content: in.content}
		if kind, params, err := mime.ParseMediaType(in.Type); err == nil && kind == formData {
			file, err := inForm(multipart.NewReader(in.content, params["boundary"]))
			if err != nil {
				return nil, err
			}
			up.File, up.Content = file.part.FileName(), file
		}
		d, err := f.Datasets.Upload(ctx, a, up)
		return answer(datasetOf(ctx, d, true), err)
	})
	// Of a form that it knows before, the library would read the whole.
	datasetBody(f.api.OpenAPI().Paths[Prefix+"/datasets"].Post)
	on(f, tag, route{
		method: http.MethodGet, path: "/datasets/{id}", id: "dataset", summary: "An imported log, with what its file shows",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Dataset], error) {
		d, err := f.Datasets.Get(ctx, a, id.Dataset(in.ID))
		return answer(datasetOf(ctx, d, true), err)
	})
	on(f, tag, route{
		method: http.MethodPut, path: "/datasets/{id}/mapping", id: "map-dataset", summary: "Say what the columns of a log mean",
		detail: "The log is analysed anew, in the background.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[DatasetMapping]) (*out[Dataset], error) {
		d, err := f.Datasets.Map(ctx, a, id.Dataset(in.ID), in.Body.domain())
		return answer(datasetOf(ctx, d, true), err)
	})
	on(f, tag, route{
		method: http.MethodPut, path: "/datasets/{id}/sharing", id: "share-dataset", summary: "Say who else may see a log", status: http.StatusNoContent,
	}, func(ctx context.Context, a authz.Actor, in *idBody[Sharing]) (*nothing, error) {
		return nil, f.Datasets.Share(ctx, a, id.Dataset(in.ID), in.Body.Everybody, texts[id.Person](in.Body.People))
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/datasets/{id}/analysis", id: "dataset-analysis", summary: "The whole analysis of a log",
		detail: "As `eslabon analyze --format json` writes it.", shape: analysisAnswer,
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*rawOut, error) {
		b, err := f.Datasets.Analysis(ctx, a, id.Dataset(in.ID))
		if err != nil {
			return nil, err
		}
		return &rawOut{"application/json", b}, nil
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/datasets/{id}/cases", id: "dataset-cases", summary: "The cases of a link of a log, with their events",
	}, func(ctx context.Context, a authz.Actor, in *linkCasesIn) (*out[LinkCases], error) {
		list, n, err := f.Datasets.Cases(ctx, a, id.Dataset(in.ID), in.Dimension, in.Supplier, in.Customer, dataset.Which(in.Which), in.Skip, in.Limit)
		return answer(LinkCases{Total: n, Items: each(list, logCase)}, err)
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/datasets/{id}/file", id: "dataset-file", summary: "The file of a log, as it came", shape: fileBody,
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*huma.StreamResponse, error) {
		d, content, err := f.Datasets.Content(ctx, a, id.Dataset(in.ID))
		if err != nil {
			return nil, err
		}
		return streamed(download{kind: "application/octet-stream", name: d.File}, nil, func(_ context.Context, w io.Writer) error {
			_, err := io.Copy(w, content)
			return err
		}), nil
	})
	on(f, tag, route{
		method: http.MethodDelete, path: "/datasets/{id}", id: "remove-dataset", summary: "Remove a log with all that was found in it",
		status: http.StatusNoContent,
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
		return nil, f.Datasets.Remove(ctx, a, id.Dataset(in.ID))
	})
}

func datasetOf(ctx context.Context, d dataset.Dataset, whole bool) Dataset {
	out := Dataset{
		ID: string(d.ID), Name: d.Name, File: d.File, Size: d.Size, State: string(d.State), Done: d.Done, Mapping: raw(d.Mapping), Cases: d.Cases,
		Events: d.Events, Everybody: d.Everybody, AddedBy: string(d.AddedBy), AddedAt: d.AddedAt.Time,
	}
	if whole {
		out.Preview = raw(d.Preview)
	}
	if p := d.Problem; p != nil {
		args := i18n.Args{"Field": p.Field, "Line": p.Line}
		for k, v := range p.Args {
			args[k] = v
		}
		out.Problem = &DatasetProblem{Code: p.Key, Line: p.Line, Field: p.Field, Message: i18n.T(ctx, p.Sentence(), args)}
	}
	return out
}

func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	return b
}

// datasetBody writes the forms of a log into the document.
func datasetBody(o *huma.Operation) {
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: binary},
		formData: {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": binary},
			Examples: []any{map[string]any{"file": "incidentes.xes.gz"}},
		}},
	}}
}

// analysisAnswer writes the analysis into the document.
func analysisAnswer(o *huma.Operation) {
	o.Responses = map[string]*huma.Response{"200": {
		Description: "The analysis.",
		Content: map[string]*huma.MediaType{"application/json": {
			Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, Example: map[string]any{"cases": 7554, "events": 65533},
		}},
	}}
}
