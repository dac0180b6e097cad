package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Fact is one thing that happened: ids and codes, never names or prose.
type Fact struct {
	Seq        int64           `json:"seq" doc:"1, 2, 3… without gaps, in the order of commits."`
	Kind       string          `json:"kind"`
	HappenedAt time.Time       `json:"happened_at" doc:"When it happened, as people tell it."`
	RecordedAt time.Time       `json:"recorded_at" doc:"When it was written down."`
	Actor      string          `json:"actor"`
	Subject    string          `json:"subject"`
	Link       string          `json:"link,omitempty"`
	Data       json.RawMessage `json:"data"`
}

type factsIn struct {
	After int64 `query:"after" doc:"The seq of the last fact that was read; 0 from the beginning."`
	Limit int   `query:"limit" default:"50" doc:"The most items, 200 at most."`
}

type eventsIn struct {
	After int64 `query:"after" doc:"The seq of the last change that is known; 0 for only what happens from now on."`
	Last  int64 `header:"Last-Event-ID" doc:"The same, as browsers say it when they come back."`
}

func (f *surface) log() {
	const tag = "log"
	on(f, tag, route{
		method: http.MethodGet, path: "/facts", id: "list-facts", summary: "The log of the company, oldest first",
		detail: "Only for an owner. next is the after of the next page.",
	}, func(ctx context.Context, a authz.Actor, in *factsIn) (*out[page[Fact]], error) {
		bad := errs.Bad{}
		bad.Add(in.Limit > 0 && in.Limit <= mostRows, "limit", "api.err.limit")
		bad.Add(in.After >= 0, "after", "api.err.cursor")
		if err := bad.Err(); err != nil {
			return nil, err
		}
		if !a.Owner {
			return nil, errs.New(errs.Forbidden, "err.owner_only")
		}
		rows, err := fact.After(ctx, f.DB, a.Company, in.After, in.Limit)
		b := page[Fact]{Items: each(rows, factOf)}
		if len(rows) == in.Limit {
			b.Next = strconv.FormatInt(rows[in.Limit-1].Seq, 10)
		}
		return answer(b, err)
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/events", id: "events", summary: "What changes, as it changes", shape: eventStream,
		detail: "Server-sent events: each says what changed, never how it is now. Whoever says which change it knows last hears what came " +
			"after it; if that is much, one event again, and it reads the state anew.",
	}, func(_ context.Context, a authz.Actor, _ *eventsIn) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(c huma.Context) {
			r, w := humago.Unwrap(c)
			f.Events(w, r, a)
		}}, nil
	})
}

func factOf(v fact.Fact) Fact {
	return Fact{
		Seq: v.Seq, Kind: v.Kind, HappenedAt: v.HappenedAt.Time, RecordedAt: v.RecordedAt.Time, Actor: string(v.Actor),
		Subject: v.Subject, Link: string(v.Link), Data: v.Data,
	}
}

// eventStream writes the stream into the document.
func eventStream(o *huma.Operation) {
	o.Responses = map[string]*huma.Response{"200": {
		Description: "The stream.",
		Content: map[string]*huma.MediaType{"text/event-stream": {
			Schema: &huma.Schema{Type: huma.TypeString},
			Example: "id: 4711\nevent: change\n" +
				`data: {"seq":4711,"kind":"handoff.delivered","number":1042,"mine":true,"unread":3}` + "\n\n",
		}},
	}}
}
