package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/need"
)

// Need is something that somebody lacks to do its work well.
type Need struct {
	ID            string    `json:"id"`
	Node          string    `json:"node" doc:"Where."`
	NodeName      string    `json:"node_name"`
	Category      string    `json:"category" enum:"tools,training,safety,information,recognition,development,support,policies,workload"`
	Severity      string    `json:"severity" enum:"low,normal,high,danger"`
	Title         string    `json:"title"`
	Detail        string    `json:"detail,omitempty"`
	Scope         string    `json:"scope" enum:"me,post,team" doc:"Who needs it."`
	State         string    `json:"state" enum:"open,planned,refused,done,resolved,withdrawn"`
	Version       int64     `json:"version"`
	Red           bool      `json:"red" doc:"It cannot wait: somebody may get hurt, or work stands still."`
	Stopped       bool      `json:"stopped" doc:"Work stands still for it."`
	AskedBy       string    `json:"asked_by"`
	AskedByName   string    `json:"asked_by_name"`
	AskedAt       time.Time `json:"asked_at"`
	Joined        int       `json:"joined" doc:"Others who need it too."`
	Service       string    `json:"service,omitempty" doc:"That would resolve it."`
	ServiceName   string    `json:"service_name,omitempty"`
	Handoff       string    `json:"handoff,omitempty" doc:"The request for it."`
	HandoffNumber int64     `json:"handoff_number,omitempty"`
	AnswerDue     time.Time `json:"answer_due"`
	Answer        string    `json:"answer,omitempty"`
	AnsweredBy    string    `json:"answered_by,omitempty"`
	AnsweredAt    time.Time `json:"answered_at,omitzero"`
	DueOn         string    `json:"due_on,omitempty" doc:"The day until which it is met."`
	Cost          float64   `json:"cost,omitempty"`
	Done          string    `json:"done,omitempty"`
	DoneAt        time.Time `json:"done_at,omitzero"`
	Checked       string    `json:"checked,omitempty" doc:"What who asked said of it."`
	CheckedAt     time.Time `json:"checked_at,omitzero"`
	Reopened      int       `json:"reopened,omitempty" doc:"How often it was done and was not."`
}

// NewNeed is a need to note.
type NewNeed struct {
	Node     string `json:"node"`
	Category string `json:"category,omitempty" enum:"tools,training,safety,information,recognition,development,support,policies,workload"`
	Severity string `json:"severity,omitempty" enum:"low,normal,high,danger" doc:"normal if it is left out."`
	Title    string `json:"title"`
	Detail   string `json:"detail,omitempty"`
	Scope    string `json:"scope,omitempty" enum:"me,post,team" doc:"me if it is left out."`
	Service  string `json:"service,omitempty" doc:"The service that resolves it: it is asked for."`
	To       string `json:"to,omitempty" doc:"Or the node that resolves it, if it offers one thing."`
	Stop     bool   `json:"stop,omitempty" doc:"Work is stopped for safety, now."`
}

// NeedStep takes a need on.
type NeedStep struct {
	Text    string  `json:"text,omitempty" doc:"The answer, what was done, or what is still lacking."`
	DueOn   string  `json:"due_on,omitempty" doc:"Of a plan: the day until which it is met."`
	Cost    float64 `json:"cost,omitempty" doc:"Of a plan, if known."`
	Version int64   `json:"version,omitempty" doc:"The one that was read: 409 if it has changed since."`
}

// NeedAgeing is how needs wait and are met. Rates are of those whose time is up.
type NeedAgeing struct {
	Open      map[string]int `json:"open" doc:"Open for up to 14, 30, 60 days and longer: d14, d30, d60, more."`
	Overdue   int            `json:"overdue"`
	Red       int            `json:"red"`
	Stopped   int            `json:"stopped"`
	Answered  Share          `json:"answered" doc:"Within 14 days."`
	Met       Share          `json:"met" doc:"Within 60 days."`
	Confirmed Share          `json:"confirmed" doc:"Of those that were checked, resolved the first time."`
	Cost      float64        `json:"cost"`
}

// needMoves are the steps by the word in the address.
var needMoves = []struct {
	word, summary string
	to            need.State
}{
	{"plan", "Answer it: it will be met, until a day", need.Planned},
	{"refuse", "Answer it: no, and why", need.Refused},
	{"done", "Say that it is met", need.Done},
	{"resolve", "Say, as who asked, that it is resolved", need.Resolved},
	{"reopen", "Say, as who asked, that it is not resolved", need.Open},
	{"withdraw", "Take it back", need.Withdrawn},
}

type needsIn struct {
	Paging
	Node     string `query:"node" doc:"With all below it."`
	Category string `query:"category"`
	State    string `query:"state"`
	Open     bool   `query:"open" doc:"Only what is not over."`
	Mine     bool   `query:"mine" doc:"Only what one asked for or joined."`
	Owed     bool   `query:"owed" doc:"Only what waits for one's answer."`
	Red      bool   `query:"red"`
}

var severities = []string{"low", "normal", "high", "danger"}

func severityOf(bad errs.Bad, s string) need.Severity {
	if s == "" {
		return need.Normal
	}
	for i, x := range severities {
		if x == s {
			return need.Severity(i)
		}
	}
	bad.Add(false, "severity", "err.unknown")
	return need.Normal
}

func (f *surface) needs() {
	const tag = "voice"
	on(f, tag, route{method: http.MethodGet, path: "/needs", id: "list-needs", summary: "What people lack", detail: "The newest first."}, f.listNeeds)
	on(f, tag, route{
		method: http.MethodPost, path: "/needs", id: "add-need", summary: "Say what is lacking", status: http.StatusCreated,
		detail: "Danger anybody may report, anywhere; with stop, work stands still until who leads the node says that it is safe.",
	}, func(ctx context.Context, a authz.Actor, in *body[NewNeed]) (*out[Need], error) {
		b, bad := in.Body, errs.Bad{}
		ask := need.Ask{
			Node: id.Node(b.Node), Category: need.Category(b.Category), Severity: severityOf(bad, b.Severity), Title: b.Title, Detail: b.Detail,
			Scope: need.Scope(b.Scope), Service: id.Service(b.Service), To: id.Node(b.To), Stop: b.Stop,
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		n, err := f.Needs.Add(ctx, a, ask)
		if err != nil {
			return nil, err
		}
		return f.need(ctx, a, n.ID)
	})
	on(f, tag, route{method: http.MethodGet, path: "/needs/{id}", id: "need", summary: "One need"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Need], error) {
			return f.need(ctx, a, id.Need(in.ID))
		})
	for _, m := range needMoves {
		on(f, tag, route{
			method: http.MethodPost, path: "/needs/{id}/" + m.word, id: m.word + "-need", summary: m.summary, status: http.StatusOK,
		}, func(ctx context.Context, a authz.Actor, in *idMaybe[NeedStep]) (*out[Need], error) {
			b := in.given()
			n, err := f.Needs.Move(ctx, a, m.to, need.Step{Need: id.Need(in.ID), Version: b.Version, Text: b.Text, DueOn: b.DueOn, Cost: b.Cost})
			if err != nil {
				return nil, err
			}
			return f.need(ctx, a, n.ID)
		})
	}
	on(f, tag, route{
		method: http.MethodPost, path: "/needs/{id}/resume", id: "resume-after-need", summary: "Say that it is safe to go on", status: http.StatusNoContent,
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
		return nil, f.Needs.Resume(ctx, a, id.Need(in.ID))
	})
	for method, too := range map[string]bool{http.MethodPut: true, http.MethodDelete: false} {
		summary, op := "Need it too", "join-need"
		if !too {
			summary, op = "No longer need it too", "leave-need"
		}
		on(f, tag, route{method: method, path: "/needs/{id}/join", id: op, summary: summary, status: http.StatusNoContent},
			func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
				return nil, f.Needs.Join(ctx, a, id.Need(in.ID), too)
			})
	}
	on(f, tag, route{method: http.MethodGet, path: "/needs/ageing", id: "need-ageing", summary: "How needs wait and are met"},
		func(ctx context.Context, a authz.Actor, in *struct {
			Node string `query:"node" doc:"With all below it; the whole company if it is left out, which only owners may see."`
		},
		) (*out[NeedAgeing], error) {
			if in.Node != "" {
				if _, _, err := f.inTree(ctx, a, id.Node(in.Node)); err != nil {
					return nil, err
				}
			}
			g, err := f.Needs.Ageing(ctx, a, id.Node(in.Node))
			return answer(ageingOf(g), err)
		})
}

func (f *surface) listNeeds(ctx context.Context, a authz.Actor, in *needsIn) (*out[page[Need]], error) {
	bad := errs.Bad{}
	in.check(bad)
	if in.Category != "" {
		errs.OneOf(bad, "category", need.Category(in.Category), need.Categories...)
	}
	if in.State != "" {
		errs.OneOf(bad, "state", need.State(in.State), need.States...)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	all, err := f.Needs.List(ctx, a, need.Filter{
		Node: id.Node(in.Node), Category: need.Category(in.Category), State: need.State(in.State), Open: in.Open, Mine: in.Mine, Owed: in.Owed,
		Red: in.Red, Before: id.Need(in.Cursor), Limit: in.Limit + 1,
	})
	return answer(pageOf(all, in.Limit, func(n need.Need) string { return string(n.ID) }, needOf), err)
}

func (f *surface) need(ctx context.Context, a authz.Actor, n id.Need) (*out[Need], error) {
	v, _, err := f.Needs.Get(ctx, a, n)
	return answer(needOf(v), err)
}

func needOf(n need.Need) Need {
	return Need{
		ID: string(n.ID), Node: string(n.Node), NodeName: n.NodeName, Category: string(n.Category), Severity: severities[n.Severity], Title: n.Title,
		Detail: n.Detail, Scope: string(n.Scope), State: string(n.State), Version: n.Version, Red: n.Red(), Stopped: n.Stopped(),
		AskedBy: string(n.AskedBy), AskedByName: n.AskedByName, AskedAt: n.AskedAt.Time, Joined: n.Joined, Service: string(n.Service),
		ServiceName: n.ServiceName, Handoff: string(n.Handoff), HandoffNumber: n.HandoffNumber, AnswerDue: n.AnswerDue.Time, Answer: n.Answer,
		AnsweredBy: string(n.AnsweredBy), AnsweredAt: n.AnsweredAt.Time, DueOn: n.DueOn, Cost: n.Cost, Done: n.Done, DoneAt: n.DoneAt.Time,
		Checked: n.Checked, CheckedAt: n.CheckedAt.Time, Reopened: n.Reopened,
	}
}

func ageingOf(g need.Ageing) NeedAgeing {
	return NeedAgeing{
		Open:    map[string]int{"d14": g.Open[0], "d30": g.Open[1], "d60": g.Open[2], "more": g.Open[3]},
		Overdue: g.Overdue, Red: g.Red, Stopped: g.Stopped, Cost: g.Cost,
		Answered: shareOf(g.Answered, g.Answered.N >= handoff.MinN), Met: shareOf(g.Met, g.Met.N >= handoff.MinN),
		Confirmed: shareOf(g.Confirmed, g.Confirmed.N >= handoff.MinN),
	}
}
