package api

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
)

// Detail is a handoff with all that its page shows.
type Detail struct {
	Handoff

	Relation     string            `json:"relation" enum:"vertical,horizontal,diagonal,external"`
	Steps        []string          `json:"steps" doc:"The states to which the actor may take it now."`
	CanServe     bool              `json:"can_serve" doc:"The actor may assign or redirect it."`
	CanChange    bool              `json:"can_change" doc:"The actor may change what was asked."`
	CanPause     bool              `json:"can_pause" doc:"The actor may stop its clock, or let it run."`
	Legs         []Leg             `json:"legs" doc:"From each supplier that had it in hand to the next, the oldest first."`
	Form         []Question        `json:"form" doc:"What the service asks."`
	Answers      map[string]string `json:"answers,omitempty"`
	Requirements []Requirement     `json:"requirements" doc:"What was promised, and what the supplier ticked at the last delivery."`
	Reasons      []Item            `json:"reasons" doc:"Why it may be returned."`
	Story        []Event           `json:"story" doc:"Oldest first."`
	Files        []File            `json:"files"`
	Watchers     []Named           `json:"watchers"`
	Watching     bool              `json:"watching" doc:"The actor is one of them."`
}

// Requirement is one line of the checklist.
type Requirement struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Met  bool   `json:"met"`
}

// Named is a person or a node with its name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Behalf is for whom somebody else wrote a step down.
type Behalf struct {
	Person string `json:"person,omitempty" doc:"Of the company, or"`
	Name   string `json:"name,omitempty" doc:"somebody outside."`
}

// Event is one line in the story of a handoff.
type Event struct {
	Seq        int64     `json:"seq"`
	Kind       string    `json:"kind" enum:"asked,taken,delivered,accepted,accepted_with_remark,returned,declined,cancelled,commented,assigned,changed,redirected,paused,resumed,auto_accepted"`
	Round      int       `json:"round" doc:"After how many deliveries."`
	HappenedAt time.Time `json:"happened_at" doc:"When it happened, as people tell it."`
	RecordedAt time.Time `json:"recorded_at" doc:"When it was written down."`
	Actor      string    `json:"actor"`
	ActorName  string    `json:"actor_name,omitempty"`
	Behalf     *Behalf   `json:"behalf,omitempty" doc:"For whom the actor wrote it down, by phone or on paper."`
	Quantity   float64   `json:"quantity,omitempty"`
	Reason     string    `json:"reason,omitempty"`
	ReasonText string    `json:"reason_text,omitempty"`
	Note       string    `json:"note,omitempty"`
	Checks     []string  `json:"checks,omitempty"`
	Assignee   *Named    `json:"assignee,omitempty"`
	From       *Named    `json:"from,omitempty" doc:"The supplier before a redirection."`
	To         *Named    `json:"to,omitempty"`
	Fields     []string  `json:"fields,omitempty" doc:"What was changed."`
	Wait       *Wait     `json:"wait,omitempty" doc:"Of a pause."`
	Met        *Met      `json:"met,omitempty" doc:"The handoff that was waited for, if the pause ended with it."`
	Mentions   []string  `json:"mentions,omitempty"`
	Files      []File    `json:"files,omitempty"`
}

// Met is the other handoff for which a paused one stood still, when that was over.
type Met struct {
	Number int64  `json:"number"`
	State  string `json:"state" doc:"How it stood then: still open if it was noted as no longer needed." enum:"asked,taken,delivered,accepted,accepted_with_remark,returned,declined,cancelled"`
}

// File is something attached to a handoff.
type File struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Type    string    `json:"type" doc:"By its content, never by its name."`
	Size    int64     `json:"size" doc:"In bytes."`
	SHA256  string    `json:"sha256"`
	Field   string    `json:"field,omitempty" doc:"The question of the form that it answers, if any."`
	AddedBy string    `json:"added_by"`
	AddedAt time.Time `json:"added_at"`
}

func detailOf(ctx context.Context, a authz.Actor, d handoff.Detail) Detail {
	return Detail{
		Handoff: shown(ctx, a, d.Handoff), Relation: string(d.Relation), Steps: texts[string](d.Handoff.Steps(a)),
		CanServe: handoff.CanServe(a, d.Handoff), CanChange: handoff.CanChange(a, d.Handoff),
		CanPause: handoff.CanPause(a, d.Handoff), Legs: each(d.Clock.Legs, legOf),
		Form: each(d.AskForm(), questionOf), Answers: d.Answers, Reasons: each(link.Current(d.Offer.Reasons), itemOf),
		Requirements: each(d.Requirements, func(it link.Item) Requirement {
			return Requirement{ID: it.ID, Text: it.Text, Met: slices.Contains(d.Checks, it.ID)}
		}),
		Story:    each(d.Story, func(e handoff.Event) Event { return eventOf(e, &d) }),
		Files:    each(d.Files, fileOf),
		Watchers: each(d.Watchers, func(p id.Person) Named { return Named{string(p), d.Names[p]} }),
		Watching: d.Watching,
	}
}

// eventOf is an event with the names that d knows; d may be nil.
func eventOf(e handoff.Event, d *handoff.Detail) Event {
	out := Event{
		Seq: e.Seq, Kind: string(e.Kind), Round: e.Round, HappenedAt: e.HappenedAt.Time, RecordedAt: e.RecordedAt.Time,
		Actor: string(e.Actor), ActorName: e.ActorName, Quantity: e.Quantity, Reason: e.Reason, Note: e.Note,
		Checks: e.Data.Checks, Fields: e.Data.Fields, Mentions: texts[string](e.Data.Mentions), Files: each(e.Files, fileOf),
	}
	if m := e.Data.Met; m != nil {
		out.Met = &Met{m.Number, string(m.State)}
	}
	if w := e.Data.Wait; w != nil {
		out.Wait = &Wait{On: string(w.On), Name: w.Name, Number: w.Number}
	}
	if e.Behalf.Given() {
		out.Behalf = &Behalf{Person: string(e.Behalf.Person), Name: e.BehalfName}
	}
	if d == nil {
		return out
	}
	if e.Reason != "" {
		out.ReasonText = link.TextOf(d.OfferAt(e).Reasons, e.Reason)
	}
	if p := e.Data.Assignee; p != "" {
		out.Assignee = &Named{string(p), d.Names[p]}
	}
	if to := e.Data.To; to != "" {
		out.From, out.To = &Named{string(e.Data.From), d.Nodes[e.Data.From]}, &Named{string(to), d.Nodes[to]}
	}
	return out
}

func fileOf(f handoff.File) File {
	return File{
		ID: string(f.ID), Name: f.Name, Type: f.Type, Size: f.Size, SHA256: f.SHA256, Field: f.Field,
		AddedBy: string(f.AddedBy), AddedAt: f.AddedAt.Time,
	}
}
