package api

import (
	"context"
	"io"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/trail"

	"github.com/danielgtaylor/huma/v2"
)

type exportEventsIn struct {
	Format string `query:"format" enum:"xes,csv,ocel,ocel-xml" default:"xes" doc:"XES (IEEE 1849), CSV, or OCEL 2.0 as JSON or XML."`
	Case   string `query:"case" enum:"order,handoff" default:"order" doc:"What a case is: the order of the customer, or each handoff. A handoff without an order is a case of its own."`
	People string `query:"people" enum:"none,codes,names" default:"none" doc:"Who did it: left out, as a number that means nothing outside of this file, or by name, which only an owner gets."`
}

var exportEventsQuery = queryOf[exportEventsIn]()

// eventLog adds the export of the history as an event log.
func (f *surface) eventLog() {
	on(f, "tables", route{
		method: http.MethodGet, path: "/exports/events", id: "export-events", summary: "The history as an event log",
		detail: "All handoffs, step by step, for programs that analyse processes. The node of an event is where the work lies from then on. " +
			"Titles, notes and files are not in it.",
		shape: logAnswer,
	}, func(_ context.Context, a authz.Actor, in *exportEventsIn) (*huma.StreamResponse, error) {
		format, err := trail.Parse(in.Format)
		if err != nil {
			return nil, err
		}
		o := handoff.LogOptions{Format: format, Case: handoff.CaseOf(in.Case), People: handoff.People(in.People)}
		to := download{kind: format.Media(), name: "events" + format.Ext()}
		return streamed(to, exportEventsQuery, func(ctx context.Context, w io.Writer) error {
			return f.Handoffs.ExportEvents(ctx, a, o, w)
		}), nil
	})
}

// logAnswer writes the file into the document.
func logAnswer(o *huma.Operation) {
	text := &huma.Schema{Type: huma.TypeString}
	o.Responses = map[string]*huma.Response{"200": {
		Description: "The file.",
		Content: map[string]*huma.MediaType{
			"application/xml": {Schema: text, Example: `<log xes.version="1849.2016" xmlns="http://www.xes-standard.org/">…</log>`},
			"text/csv":        {Schema: text, Example: "case:concept:name,concept:name,time:timestamp,org:group\r\nP-2231,asked,2026-03-04T15:00:00.000000Z,Corte\r\n"},
		},
	}}
}
