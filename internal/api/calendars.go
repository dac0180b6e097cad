package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
)

// Calendar is a working time with a name, for nodes that do not work when the
// company does.
type Calendar struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Calendar json.RawMessage `json:"calendar" doc:"Working time, as that of the company; its zone is its own."`
	Stamp    string          `json:"stamp" doc:"Another one after each change."`
	Nodes    []string        `json:"nodes" doc:"The nodes that were given it; those below them work by it too."`
	Rests    []Rest          `json:"rests,omitempty" doc:"Stretches of a week or more without open hours that begin within a year: what is asked then only begins to count afterwards."`
	AddedAt  time.Time       `json:"added_at"`
}

// Rest is a stretch without open hours.
type Rest struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until,omitzero" doc:"Left out if it never opens again."`
}

// NewCalendar is a calendar to add.
type NewCalendar struct {
	Name     string          `json:"name"`
	Calendar json.RawMessage `json:"calendar" doc:"Working time: zone, week (mon … sun, each a list of \"09:00-14:00\"), exceptions, extra days."`
}

// CalendarChange replaces a calendar.
type CalendarChange struct {
	Name     string          `json:"name"`
	Calendar json.RawMessage `json:"calendar"`
	Stamp    string          `json:"stamp,omitempty" doc:"The one that was read: 409 if it has changed since."`
}

// Hours is when a node works, and where that comes from.
type Hours struct {
	Zone     string    `json:"zone" doc:"Time zone (IANA)."`
	Calendar string    `json:"calendar,omitempty" doc:"Left out where the working time of the company holds."`
	Name     string    `json:"name,omitempty" doc:"Of the calendar."`
	From     string    `json:"from,omitempty" doc:"The node that was given the calendar."`
	Open     bool      `json:"open" doc:"It works now."`
	NextOpen time.Time `json:"next_open,omitzero" doc:"When it works again; now if it is open."`
}

func (f *surface) calendars() {
	const tag = "company"
	on(f, tag, route{
		method: http.MethodGet, path: "/calendars", id: "list-calendars", summary: "The calendars with a name",
		detail: "A node may have one; else it works as the node above it does, and at last as the company.",
	}, func(ctx context.Context, a authz.Actor, in *Paging) (*out[page[Calendar]], error) {
		all, err := f.Settings.Calendars(ctx, a)
		if err != nil {
			return nil, err
		}
		return cut(all, *in, func(c setting.Calendar) string { return string(c.ID) }, f.calendarOf)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/calendars", id: "add-calendar", summary: "Add a calendar", status: http.StatusCreated,
		detail: "Only an owner may.",
	}, func(ctx context.Context, a authz.Actor, in *body[NewCalendar]) (*out[Calendar], error) {
		c, err := f.Settings.AddCalendar(ctx, a, setting.Calendar{Name: in.Body.Name, Spec: in.Body.Calendar})
		return answer(f.calendarOf(c), err)
	})
	on(f, tag, route{method: http.MethodGet, path: "/calendars/{id}", id: "calendar", summary: "One calendar"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Calendar], error) {
			c, err := f.Settings.Calendar(ctx, a, id.Calendar(in.ID))
			return answer(f.calendarOf(c), err)
		})
	on(f, tag, route{
		method: http.MethodPut, path: "/calendars/{id}", id: "change-calendar", summary: "Replace the name and the hours of a calendar",
		detail: "Only an owner may.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[CalendarChange]) (*out[Calendar], error) {
		c, err := f.Settings.ChangeCalendar(ctx, a, setting.Calendar{
			ID: id.Calendar(in.ID), Name: in.Body.Name, Spec: in.Body.Calendar, Stamp: in.Body.Stamp,
		})
		return answer(f.calendarOf(c), err)
	})
	on(f, tag, route{
		method: http.MethodDelete, path: "/calendars/{id}", id: "remove-calendar", summary: "Take a calendar away",
		detail: "409, with the names, while a node has it.",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
		return nil, f.Settings.RemoveCalendar(ctx, a, id.Calendar(in.ID))
	})
	on(f, "organisation", route{
		method: http.MethodGet, path: "/nodes/{id}/hours", id: "node-hours", summary: "When a node works",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Hours], error) {
		h, err := f.Settings.Hours(ctx, a, id.Node(in.ID))
		if err != nil {
			return nil, err
		}
		b := Hours{Zone: h.Time.Zone().String(), Calendar: string(h.Calendar), Name: h.Name, From: string(h.From)}
		if next, err := h.Time.NextOpen(f.DB.Now()); err == nil { // else it never opens again
			b.Open, b.NextOpen = next.Equal(f.DB.Now()), next
		}
		return answer(b, nil)
	})
}

func (f *surface) calendarOf(c setting.Calendar) Calendar {
	return Calendar{
		ID: string(c.ID), Name: c.Name, Calendar: c.Spec, Stamp: c.Stamp, Nodes: texts[string](c.Nodes), Rests: f.rests(c.Spec),
		AddedAt: c.AddedAt.Time,
	}
}

func (f *surface) rests(spec json.RawMessage) (out []Rest) {
	for _, x := range setting.Rests(spec, f.DB.Now()) {
		out = append(out, Rest{x.From, x.Until})
	}
	return out
}
