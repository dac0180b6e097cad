package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// Handoff is one piece of work travelling along a link.
type Handoff struct {
	ID       string `json:"id"`
	Number   int64  `json:"number" doc:"Running number in the company, to say it aloud."`
	Kind     string `json:"kind" enum:"pull,push" doc:"pull: the customer asked. push: the supplier handed it on."`
	State    string `json:"state" enum:"asked,taken,delivered,accepted,accepted_with_remark,returned,declined,cancelled"`
	WaitsFor string `json:"waits_for" enum:"supplier,customer,third_party,handoff,nobody" doc:"While it is paused, whom the supplier waits for."`
	Version  int64  `json:"version" doc:"Grows with every step. Send it with the next one, and somebody who was faster is not overlooked."`
	Title    string `json:"title"`
	Detail   string `json:"detail,omitempty"`

	Link         string `json:"link"`
	Supplier     string `json:"supplier"`
	SupplierName string `json:"supplier_name,omitempty" doc:"Names are left out of the answer to who has just asked."`
	Customer     string `json:"customer"`
	CustomerName string `json:"customer_name,omitempty"`
	Service      string `json:"service"`
	ServiceName  string `json:"service_name,omitempty"`
	Agreement    string `json:"agreement,omitempty" doc:"The version that held when it was asked; left out for the default of the service."`

	OrderRef          string   `json:"order_ref,omitempty" doc:"The outside customer's order that it serves."`
	Quantity          float64  `json:"quantity" doc:"Asked for; 0 if it is not counted."`
	Unit              string   `json:"unit,omitempty"`
	DeliveredQuantity float64  `json:"delivered_quantity" doc:"Of the last delivery."`
	ReturnedQuantity  float64  `json:"returned_quantity" doc:"Of the last return, until it is delivered again."`
	Rounds            int      `json:"rounds" doc:"Deliveries made so far."`
	RightFirstTime    bool     `json:"right_first_time" doc:"Accepted, without remark, at the first delivery."`
	Late              bool     `json:"late" doc:"The promise is broken: by what was delivered, or by now."`
	Priority          string   `json:"priority" enum:"normal,high,urgent"`
	Tags              []string `json:"tags"`
	Reason            string   `json:"reason,omitempty" doc:"Of the last return: the id of a reason of the service."`
	Imported          bool     `json:"imported,omitempty" doc:"Brought in from another system."`

	AskedBy      string `json:"asked_by"`
	AskedByName  string `json:"asked_by_name,omitempty"`
	Assignee     string `json:"assignee,omitempty"`
	AssigneeName string `json:"assignee_name,omitempty"`

	AskedAt     time.Time `json:"asked_at"`
	NeedBy      time.Time `json:"need_by,omitzero" doc:"When the customer needs it, if it said so."`
	TakeDueAt   time.Time `json:"take_due_at"`
	DueAt       time.Time `json:"due_at"`
	MovedAt     time.Time `json:"moved_at" doc:"The last step."`
	MovedBy     string    `json:"moved_by"`
	TakenAt     time.Time `json:"taken_at,omitzero"`
	DeliveredAt time.Time `json:"delivered_at,omitzero" doc:"The instant that counts for the promise."`
	SaidAt      time.Time `json:"said_at,omitzero" doc:"When the supplier says it delivered, until the customer confirms it."`
	ClosedAt    time.Time `json:"closed_at,omitzero"`

	PausedAt     time.Time `json:"paused_at,omitzero" doc:"Since when its clock stands still; due_at is then the moment that was planned before."`
	PausedFor    string    `json:"paused_for,omitempty" doc:"The third party or the number of the handoff that it waits for."`
	AcceptDueAt  time.Time `json:"accept_due_at,omitzero" doc:"When a delivery counts as accepted, if nobody answers."`
	AutoAccepted bool      `json:"auto_accepted,omitempty" doc:"Accepted because nobody answered in time: not right first time, and counted apart."`
	Risk         *Risk     `json:"risk,omitempty" doc:"What endangers it from above: something that it waits for."`
}

// Upload is a file in base64.
type Upload struct {
	Field   string `json:"field,omitempty" doc:"The question of the form that it answers, if any."`
	Name    string `json:"name"`
	Content []byte `json:"content" doc:"At most 10 MB before encoding: pictures, PDF, office documents, archives, plain text."`
}

// Ask asks for a service, or hands on without being asked.
type Ask struct {
	Service    string            `json:"service"`
	Customer   string            `json:"customer" doc:"For which node somebody asks; the receiver of a push."`
	Push       bool              `json:"push,omitempty" doc:"The supplier hands it on: it begins delivered."`
	Title      string            `json:"title"`
	Detail     string            `json:"detail,omitempty"`
	Answers    map[string]string `json:"answers,omitempty" doc:"To the form of the service, by field."`
	OrderRef   string            `json:"order_ref,omitempty"`
	Quantity   float64           `json:"quantity,omitempty"`
	Unit       string            `json:"unit,omitempty" doc:"The one of the service if it is left out."`
	Priority   string            `json:"priority,omitempty" enum:"normal,high,urgent"`
	NeedBy     moment            `json:"need_by,omitempty"`
	Tags       []string          `json:"tags,omitempty"`
	Watchers   []string          `json:"watchers,omitempty" doc:"People who hear of everything that happens to it."`
	Assignee   string            `json:"assignee,omitempty"`
	Files      []Upload          `json:"files,omitempty"`
	HappenedAt moment            `json:"happened_at,omitempty" doc:"If it happened before it is written down."`
	Note       string            `json:"note,omitempty" doc:"Of a push: about what is delivered."`
	Checks     []string          `json:"checks,omitempty" doc:"Of a push: requirements that are met."`
}

// HandoffChange changes what was asked, while it is open.
type HandoffChange struct {
	Priority *string   `json:"priority,omitempty" enum:"normal,high,urgent"`
	NeedBy   *moment   `json:"need_by,omitempty" doc:"Empty takes it away."`
	Tags     *[]string `json:"tags,omitempty"`
	OrderRef *string   `json:"order_ref,omitempty"`
}

// Matching says which handoffs somebody wants.
type Matching struct {
	Box      string   `query:"box" enum:"owe,owed,to_accept" doc:"What the actor owes, what it is owed, or what waits for its acceptance."`
	Node     []string `query:"node,explode" doc:"One end is any of these."`
	Side     string   `query:"side" enum:"supplier,customer" doc:"With node: which end; the supplier if it is left out."`
	State    []string `query:"state,explode" enum:"asked,taken,delivered,accepted,accepted_with_remark,returned,declined,cancelled"`
	Service  string   `query:"service"`
	Link     string   `query:"link"`
	OrderRef string   `query:"order_ref"`
	Assignee string   `query:"assignee" doc:"A person, or me."`
	Tag      string   `query:"tag"`
	Late     bool     `query:"late" doc:"Only what is open and overdue."`
	Open     bool     `query:"open" doc:"Only what is still to be done, soonest due first; else newest first."`
	Asked    string   `query:"asked_since" format:"date-time" doc:"Only what was asked since then."`
	Closed   string   `query:"closed_since" format:"date-time" doc:"Only what was closed since then."`
	CameBack bool     `query:"came_back" doc:"Only what was returned at least once."`
	Reason   string   `query:"reason" doc:"Only what was returned for it: a reason of service."`
	Q        string   `query:"q" doc:"Words, or the beginning of a last one."`
}

type handoffsIn struct {
	Paging
	Matching
}

func (in Matching) filter(a authz.Actor) (handoff.Filter, error) {
	bad := errs.Bad{}
	if in.Assignee == "me" {
		in.Assignee = string(a.Person)
	}
	return handoff.Filter{
		Box: handoff.Box(in.Box), Side: handoff.Waits(in.Side), Nodes: texts[id.Node](in.Node),
		States: texts[handoff.State](in.State), Open: in.Open, Late: in.Late, Service: id.Service(in.Service),
		Link: id.Link(in.Link), Order: in.OrderRef, Assignee: id.Person(in.Assignee), Tag: in.Tag, Text: in.Q,
		Asked: moment(in.Asked).in(bad, "asked_since"), Closed: moment(in.Closed).in(bad, "closed_since"),
		CameBack: in.CameBack, Reason: in.Reason,
	}, bad.Err()
}

// priorities are the words for [handoff.Priority].
var priorities = []string{"normal", "high", "urgent"}

// priority returns the priority that a word means; one that nobody knows is
// refused by the domain, with all that is wrong besides.
func priority(word string) handoff.Priority {
	if word == "" {
		return handoff.Normal
	}
	return handoff.Priority(slices.Index(priorities, word))
}

func (f *surface) handoffs() {
	const tag = "handoffs"
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs", id: "ask", summary: "Ask for a service, or hand on what nobody asked for",
		detail: "What is promised follows from the agreement in force.", status: http.StatusCreated, most: mostUpload,
	}, f.ask)
	on(f, tag, route{
		method: http.MethodGet, path: "/handoffs", id: "list-handoffs", summary: "Handoffs that match",
		detail: "Every page costs the same, however deep.",
	}, func(ctx context.Context, a authz.Actor, in *handoffsIn) (*out[page[Handoff]], error) {
		return f.list(ctx, a, *in)
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/handoffs/{id}", id: "handoff", summary: "One handoff with its story",
		detail: "By its id or by its running number.",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Detail], error) {
		return f.detail(ctx, a, in.ID)
	})
	on(f, tag, route{
		method: http.MethodPatch, path: "/handoffs/{id}", id: "change-handoff", summary: "Change priority, date, tags or order",
		detail: "Who asked may; the supplier may set tags.",
	}, f.changeHandoff)
}

func (f *surface) ask(ctx context.Context, a authz.Actor, in *body[Ask]) (*out[Handoff], error) {
	b, bad := in.Body, errs.Bad{}
	ask := handoff.Ask{
		Service: id.Service(b.Service), Customer: id.Node(b.Customer), Title: b.Title, Detail: b.Detail, Answers: b.Answers,
		Order: b.OrderRef, Quantity: b.Quantity, Unit: b.Unit, Priority: priority(b.Priority),
		NeedBy: b.NeedBy.in(bad, "need_by"), Tags: b.Tags, Watchers: texts[id.Person](b.Watchers),
		Assignee: id.Person(b.Assignee), Files: uploads(b.Files), HappenedAt: b.HappenedAt.in(bad, "happened_at"),
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	var (
		h   handoff.Handoff
		err error
	)
	if b.Push {
		h, err = f.Handoffs.HandOn(ctx, a, ask, handoff.Step{Note: b.Note, Checks: b.Checks})
	} else {
		h, err = f.Handoffs.Ask(ctx, a, ask)
	}
	return answer(shown(ctx, a, h), err)
}

func (f *surface) list(ctx context.Context, a authz.Actor, in handoffsIn) (*out[page[Handoff]], error) {
	filter, err := in.filter(a)
	if err != nil {
		return nil, err
	}
	filter.Cursor, filter.Limit = in.Cursor, in.Limit
	p, err := f.Handoffs.List(ctx, a, filter)
	if err != nil {
		return nil, err
	}
	return answer(page[Handoff]{
		Items: each(p.Rows, func(h handoff.Handoff) Handoff { return shown(ctx, a, h) }), Next: p.Next,
	}, nil)
}

func (f *surface) detail(ctx context.Context, a authz.Actor, key string) (*out[Detail], error) {
	d, err := f.byKey(ctx, a, key)
	return answer(detailOf(ctx, a, d), err)
}

// byKey returns a handoff by its id or its running number.
func (f *surface) byKey(ctx context.Context, a authz.Actor, key string) (handoff.Detail, error) {
	if n, err := strconv.ParseInt(key, 10, 64); err == nil {
		return f.Handoffs.ByNumber(ctx, a, n)
	}
	return f.Handoffs.Get(ctx, a, id.Handoff(key))
}

func (f *surface) changeHandoff(ctx context.Context, a authz.Actor, in *idBody[HandoffChange]) (*out[Detail], error) {
	b, bad := in.Body, errs.Bad{}
	change := handoff.Change{Tags: b.Tags, Order: b.OrderRef}
	if b.Priority != nil {
		p := priority(*b.Priority)
		change.Priority = &p
	}
	if b.NeedBy != nil {
		t := b.NeedBy.in(bad, "need_by")
		change.NeedBy = &t
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	h, err := f.Handoffs.Change(ctx, a, id.Handoff(in.ID), change)
	if err != nil {
		return nil, err
	}
	return f.detail(ctx, a, string(h.ID))
}

// shown is a handoff as the actor reads it. A step knows only ids: the name of
// who took it is the actor's own.
func shown(ctx context.Context, a authz.Actor, h handoff.Handoff) Handoff {
	if h.Assignee == a.Person {
		h.AssigneeName = a.Name
	}
	if h.AskedBy == a.Person {
		h.AskedByName = a.Name
	}
	return Handoff{
		ID: string(h.ID), Number: h.Number, Kind: string(h.Kind), State: string(h.State), WaitsFor: string(h.WaitsFor()),
		Version: h.Version, Title: h.Title, Detail: h.Detail, Link: string(h.Link), Supplier: string(h.Supplier),
		SupplierName: h.SupplierName, Customer: string(h.Customer), CustomerName: h.CustomerName,
		Service: string(h.Service), ServiceName: h.ServiceName, Agreement: string(h.Agreement), OrderRef: h.Order,
		Quantity: h.Quantity, Unit: h.Unit, DeliveredQuantity: h.Delivered, ReturnedQuantity: h.Returned,
		Rounds: h.Rounds, RightFirstTime: h.RightFirstTime(), Late: h.Late(i18n.Now(ctx)), Priority: wordOf(h.Priority),
		Tags: list(h.Tags), Reason: h.Reason, Imported: h.Imported, AskedBy: string(h.AskedBy), AskedByName: h.AskedByName,
		Assignee: string(h.Assignee), AssigneeName: h.AssigneeName, AskedAt: h.AskedAt.Time, NeedBy: h.NeedBy.Time,
		TakeDueAt: h.TakeDueAt.Time, DueAt: h.DueAt.Time, MovedAt: h.MovedAt.Time, MovedBy: string(h.MovedBy),
		TakenAt: h.TakenAt.Time, DeliveredAt: h.DeliveredAt.Time, SaidAt: h.SaidAt.Time, ClosedAt: h.ClosedAt.Time,
		PausedAt: h.PausedAt.Time, PausedFor: h.PausedFor, AcceptDueAt: h.AcceptDueAt.Time, AutoAccepted: h.Auto,
		Risk: riskOf(h.Risk),
	}
}

func wordOf(p handoff.Priority) string {
	return priorities[max(0, min(int(p), len(priorities)-1))]
}

func uploads(files []Upload) []handoff.Upload {
	return each(files, func(u Upload) handoff.Upload {
		return handoff.Upload{Field: u.Field, Name: u.Name, Content: u.Content}
	})
}
