package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
)

// Agreement is one version of what supplier and customer promise each other.
type Agreement struct {
	ID           string    `json:"id"`
	Link         string    `json:"link"`
	Service      string    `json:"service"`
	Version      int       `json:"version"`
	State        string    `json:"state" enum:"proposed,accepted,rejected,withdrawn,replaced"`
	TakeSecs     int64     `json:"take_secs"`
	DeliverSecs  int64     `json:"deliver_secs"`
	TakeDays     int       `json:"take_days,omitempty" doc:"Working days until somebody takes it, in place of working time: the end of that working day after the date of asking."`
	DeliverDays  int       `json:"deliver_days,omitempty" doc:"Working days until it is delivered, in place of working time."`
	Target       int       `json:"target" doc:"Right first time, in percent."`
	AcceptDays   int       `json:"accept_days,omitempty" doc:"Working days that the customer has to answer a delivery; those of the company if it is left out."`
	Requirements []Item    `json:"requirements"`
	Note         string    `json:"note,omitempty"`
	ReviewOn     string    `json:"review_on,omitempty" format:"date" doc:"When both look at it again."`
	Side         string    `json:"side" enum:"supplier,customer" doc:"Who proposed it; the other decides."`
	ProposedBy   string    `json:"proposed_by"`
	ProposedAt   time.Time `json:"proposed_at"`
	DecidedBy    string    `json:"decided_by,omitempty"`
	DecidedAt    time.Time `json:"decided_at,omitzero"`
}

// Proposal is a new version for the other side to decide.
type Proposal struct {
	Service      string `json:"service"`
	TakeSecs     int64  `json:"take_secs,omitempty" doc:"Or take_days."`
	DeliverSecs  int64  `json:"deliver_secs,omitempty" doc:"Or deliver_days."`
	TakeDays     int    `json:"take_days,omitempty" doc:"Working days until somebody takes it, in place of working time: the end of that working day after the date of asking."`
	DeliverDays  int    `json:"deliver_days,omitempty" doc:"Working days until it is delivered, in place of working time."`
	Target       int    `json:"target,omitempty"`
	AcceptDays   int    `json:"accept_days,omitempty" doc:"Working days that the customer has to answer a delivery, 1 to 60; those of the company if it is left out."`
	Requirements []Item `json:"requirements,omitempty"`
	Note         string `json:"note,omitempty"`
	ReviewOn     string `json:"review_on,omitempty" format:"date"`
}

// decisions are what may become of a proposal, by the word in the address.
var decisions = []struct {
	word, summary string
	to            link.AgreementState
}{
	{"accept", "Accept what the other side proposed", link.Accepted},
	{"reject", "Reject what the other side proposed", link.Rejected},
	{"withdraw", "Take back one's own proposal", link.Withdrawn},
}

func (f *surface) agreements() {
	const tag = "links"
	on(f, tag, route{
		method: http.MethodGet, path: "/links/{id}/agreements", id: "list-agreements",
		summary: "Every version of what was agreed on a link", detail: "By service, newest first.",
	}, func(ctx context.Context, a authz.Actor, in *struct {
		ByID
		Paging
	},
	) (*out[page[Agreement]], error) {
		all, err := f.Links.Agreements(ctx, a, id.Link(in.ID))
		if err != nil {
			return nil, err
		}
		return cut(all, in.Paging, func(g link.Agreement) string { return string(g.ID) }, agreementOf)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/links/{id}/agreements", id: "propose", summary: "Propose an agreement for a service",
		status: http.StatusCreated, detail: "One proposal may wait at a time.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[Proposal]) (*out[Agreement], error) {
		b := in.Body
		l, err := f.Links.Get(ctx, a, id.Link(in.ID))
		if err != nil {
			return nil, err
		}
		g, err := f.Links.Propose(ctx, a, link.Propose{
			Link: l.ID, Service: id.Service(b.Service), Terms: terms(b.TakeSecs, b.DeliverSecs, b.TakeDays, b.DeliverDays, b.Target),
			AcceptDays: b.AcceptDays, Requirements: items(b.Requirements), Note: b.Note, ReviewOn: b.ReviewOn,
		})
		return answer(agreementOf(g), ofField(err, "service"))
	})
	for _, d := range decisions {
		on(f, tag, route{
			method: http.MethodPost, path: "/agreements/{id}/" + d.word, id: d.word + "-agreement", summary: d.summary,
			status: http.StatusOK,
		}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Agreement], error) {
			g, err := f.Links.Decide(ctx, a, id.Agreement(in.ID), d.to)
			return answer(agreementOf(g), err)
		})
	}
}

func agreementOf(g link.Agreement) Agreement {
	return Agreement{
		ID: string(g.ID), Link: string(g.Link), Service: string(g.Service), Version: g.Version, State: string(g.State),
		TakeSecs: secs(g.Take), DeliverSecs: secs(g.Deliver), TakeDays: g.TakeDays, DeliverDays: g.DeliverDays,
		Target: g.Target, AcceptDays: g.AcceptDays, Requirements: each(g.Requirements, itemOf),
		Note: g.Note, ReviewOn: g.ReviewOn, Side: string(g.Side), ProposedBy: string(g.ProposedBy),
		ProposedAt: g.ProposedAt.Time, DecidedBy: string(g.DecidedBy), DecidedAt: g.DecidedAt.Time,
	}
}
