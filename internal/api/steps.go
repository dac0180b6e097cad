package api

import (
	"context"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// Step is what somebody says with a step; most steps need nothing.
type Step struct {
	Version     int64    `json:"version,omitempty" doc:"The one that was read: 409 tells who moved it since, and how."`
	Quantity    float64  `json:"quantity,omitempty" doc:"Delivered or returned; left out for all."`
	Reason      string   `json:"reason,omitempty" doc:"Of a return: the id of a reason of the service."`
	Note        string   `json:"note,omitempty" doc:"A remark, or why."`
	Checks      []string `json:"checks,omitempty" doc:"Of a delivery: ids of the requirements that are met."`
	Files       []Upload `json:"files,omitempty"`
	Behalf      *Behalf  `json:"behalf,omitempty" doc:"For whom it is written down, by phone or on paper."`
	ConfirmTime bool     `json:"confirm_time,omitempty" doc:"Of an acceptance: it came when the supplier says."`
	HappenedAt  moment   `json:"happened_at,omitempty" doc:"If it happened before it is written down."`
}

// Redirecting passes a handoff to another service.
type Redirecting struct {
	Service string `json:"service"`
	Note    string `json:"note" doc:"Why."`
	Version int64  `json:"version,omitempty"`
}

// Assigning gives a handoff to a person.
type Assigning struct {
	Person string `json:"person" doc:"Empty for nobody in particular."`
}

// Comment is something said about a handoff. "@Ana Ruiz" tells Ana.
type Comment struct {
	Note  string   `json:"note,omitempty"`
	Files []Upload `json:"files,omitempty"`
}

// moves are the steps by the word in the address.
var moves = []struct {
	word, summary string
	to            handoff.State
}{
	{"take", "Begin to work on it", handoff.Taken},
	{"deliver", "Deliver it, or what was returned", handoff.Delivered},
	{"accept", "Accept the delivery: with a note, as with a remark", handoff.Accepted},
	{"accept-with-remark", "Accept the delivery, and say what was not right", handoff.AcceptedWithRemark},
	{"return", "Return the delivery, or a part of it, with a reason", handoff.Returned},
	{"decline", "Refuse to do it, and say why", handoff.Declined},
	{"cancel", "Call off what was asked", handoff.Cancelled},
}

func (f *surface) steps() {
	const tag = "handoffs"
	for _, m := range moves {
		on(f, tag, route{
			method: http.MethodPost, path: "/handoffs/{id}/" + m.word, id: m.word, summary: m.summary, status: http.StatusOK,
			most: mostUpload,
		}, func(ctx context.Context, a authz.Actor, in *idMaybe[Step]) (*out[Handoff], error) {
			s, err := stepOf(in.ID, in.given())
			if err != nil {
				return nil, err
			}
			h, err := f.Handoffs.Move(ctx, a, m.to, s)
			return answer(shown(ctx, a, h), err)
		})
	}
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/redirect", id: "redirect", status: http.StatusOK,
		summary: "Pass it to another service", detail: "It begins anew there and keeps its story.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[Redirecting]) (*out[Detail], error) {
		b := in.Body
		h, err := f.Handoffs.Redirect(ctx, a, id.Handoff(in.ID), id.Service(b.Service), handoff.Step{Note: b.Note, Version: b.Version})
		if err != nil {
			return nil, err
		}
		return f.detail(ctx, a, string(h.ID))
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/assign", id: "assign", summary: "Give it to a person",
		status: http.StatusOK,
	}, func(ctx context.Context, a authz.Actor, in *idBody[Assigning]) (*out[Detail], error) {
		h, err := f.Handoffs.Assign(ctx, a, id.Handoff(in.ID), id.Person(in.Body.Person))
		if errs.FieldsOf(err)["assignee"] != "" {
			return nil, errs.Field("person", errs.FieldsOf(err)["assignee"])
		}
		if err != nil {
			return nil, err
		}
		return f.detail(ctx, a, string(h.ID))
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/comments", id: "comment", summary: "Say something about it",
		detail: "Anybody of the company may, also when it is closed.", status: http.StatusCreated, most: mostUpload,
	}, func(ctx context.Context, a authz.Actor, in *idBody[Comment]) (*out[Event], error) {
		return f.comment(ctx, a, in.ID, in.Body.Note, uploads(in.Body.Files))
	})
	for _, w := range []struct {
		method, id, summary string
		on                  bool
	}{
		{http.MethodPost, "watch", "Hear of everything that happens to it", true},
		{http.MethodDelete, "unwatch", "No longer hear of it", false},
	} {
		on(f, tag, route{
			method: w.method, path: "/handoffs/{id}/watch", id: w.id, summary: w.summary, status: http.StatusNoContent,
		}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
			return nil, f.Handoffs.Watch(ctx, a, id.Handoff(in.ID), w.on)
		})
	}
}

func stepOf(h string, b Step) (handoff.Step, error) {
	bad := errs.Bad{}
	s := handoff.Step{
		Handoff: id.Handoff(h), Version: b.Version, Quantity: b.Quantity, Reason: b.Reason, Note: b.Note, Checks: b.Checks,
		Files: uploads(b.Files), ConfirmTime: b.ConfirmTime, HappenedAt: b.HappenedAt.in(bad, "happened_at"),
	}
	if b.Behalf != nil {
		s.Behalf = handoff.Behalf{Person: id.Person(b.Behalf.Person), Name: b.Behalf.Name}
	}
	return s, bad.Err()
}

func (f *surface) comment(ctx context.Context, a authz.Actor, h, note string, files []handoff.Upload) (*out[Event], error) {
	e, err := f.Handoffs.Comment(ctx, a, id.Handoff(h), note, files)
	e.ActorName = a.Name
	return answer(eventOf(e, nil), err)
}
