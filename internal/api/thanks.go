package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/thanks"
)

// Thanks is what somebody said to somebody for something.
type Thanks struct {
	ID           string    `json:"id"`
	Giver        string    `json:"giver"`
	GiverName    string    `json:"giver_name"`
	Person       string    `json:"person,omitempty" doc:"Who is thanked, or node."`
	Node         string    `json:"node,omitempty" doc:"The team that is thanked."`
	ToName       string    `json:"to_name"`
	Handoff      string    `json:"handoff,omitempty" doc:"The delivery on which it was born."`
	Number       int64     `json:"number,omitempty" doc:"Of the handoff."`
	Reason       string    `json:"reason"`
	Value        string    `json:"value,omitempty"`
	ValueName    string    `json:"value_name,omitempty"`
	Letter       string    `json:"letter,omitempty" enum:",ideal,culture,attention,response,empathy"`
	Audience     string    `json:"audience" enum:"all,team,private"`
	DictatedName string    `json:"dictated_name,omitempty" doc:"Who wrote it down for the giver."`
	GivenAt      time.Time `json:"given_at"`
}

// NewThanks thanks a person or a node. Five a week, two to the same person.
type NewThanks struct {
	Person   string `json:"person,omitempty" doc:"Or node."`
	Node     string `json:"node,omitempty"`
	Handoff  string `json:"handoff,omitempty"`
	Reason   string `json:"reason" doc:"At least 20 characters, in words."`
	Value    string `json:"value,omitempty"`
	Letter   string `json:"letter,omitempty" enum:",ideal,culture,attention,response,empathy"`
	Audience string `json:"audience,omitempty" enum:"all,team,private" doc:"team if it is left out."`
	For      string `json:"for,omitempty" doc:"The person who really thanks, if it is written down for somebody."`
}

// ThanksOnDelivery thanks who delivered a handoff.
type ThanksOnDelivery struct {
	Reason   string `json:"reason" doc:"At least 20 characters, in words."`
	Team     bool   `json:"team,omitempty" doc:"The whole team, and not who delivered it."`
	Value    string `json:"value,omitempty"`
	Letter   string `json:"letter,omitempty" enum:",ideal,culture,attention,response,empathy"`
	Audience string `json:"audience,omitempty" enum:"all,team,private" doc:"team if it is left out."`
}

// ThanksHiding takes a thanks from the wall.
type ThanksHiding struct {
	Why string `json:"why"`
}

// ThanksOptions is what one may still give, and with what.
type ThanksOptions struct {
	Left    int     `json:"left" doc:"Thanks that are left this week."`
	Of      int     `json:"of"`
	OffWall bool    `json:"off_wall" doc:"One does not stand on the wall."`
	Values  []Named `json:"values" doc:"Of the company."`
}

// ThanksOptionsChange is what changes of them.
type ThanksOptionsChange struct {
	OffWall *bool     `json:"off_wall,omitempty"`
	Values  *[]string `json:"values,omitempty" doc:"Names, seven at most; only owners may."`
}

// ThanksFlow is how thanks run through the company in 90 days, of nobody in
// particular.
type ThanksFlow struct {
	N           int   `json:"n" doc:"Thanks that are not private."`
	Thanked     Share `json:"thanked" doc:"Of the people, who was thanked."`
	Mutual      Share `json:"mutual" doc:"Of the thanks between people, those to somebody who thanked back."`
	Top         Share `json:"top" doc:"Of them, those to the tenth of the people who got most."`
	AcrossTeams Share `json:"across_teams" doc:"Of them, those to another team."`
	OnDelivery  Share `json:"on_delivery" doc:"Of all, those born on a delivery."`
}

type wallIn struct {
	Paging
	Box string `query:"box" enum:"wall,mine" doc:"wall if it is left out: what everybody may read, and what was said to one's teams. mine: what one gave and got."`
}

func (f *surface) thankful() {
	const tag = "voice"
	on(f, tag, route{method: http.MethodGet, path: "/thanks", id: "list-thanks", summary: "The wall, or one's own", detail: "The newest first."}, f.wall)
	on(f, tag, route{method: http.MethodPost, path: "/thanks", id: "thank", summary: "Thank somebody", status: http.StatusCreated},
		func(ctx context.Context, a authz.Actor, in *body[NewThanks]) (*out[Thanks], error) {
			b := in.Body
			return f.thank(ctx, a, thanks.Give{
				Person: id.Person(b.Person), Node: id.Node(b.Node), Handoff: id.Handoff(b.Handoff), Reason: b.Reason, Value: id.Value(b.Value),
				Letter: rating.Letter(b.Letter), Audience: audienceOf(b.Audience), For: id.Person(b.For),
			})
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/thanks", id: "thank-for", summary: "Thank for a delivery", status: http.StatusCreated,
	}, func(ctx context.Context, a authz.Actor, in *idBody[ThanksOnDelivery]) (*out[Thanks], error) {
		h, err := handoff.Get(ctx, f.DB, a.Company, id.Handoff(in.ID))
		if err != nil {
			return nil, err
		}
		b := in.Body
		give := thanks.Give{
			Person: h.Assignee, Handoff: h.ID, Reason: b.Reason, Value: id.Value(b.Value), Letter: rating.Letter(b.Letter), Audience: audienceOf(b.Audience),
		}
		if b.Team || h.Assignee == "" {
			give.Person, give.Node = "", h.Supplier
		}
		return f.thank(ctx, a, give)
	})
	on(f, tag, route{method: http.MethodGet, path: "/thanks/{id}", id: "thanks", summary: "One thanks"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Thanks], error) {
			t, err := f.Thanks.Get(ctx, a, id.Thanks(in.ID))
			return answer(thanksOf(t), err)
		})
	on(f, tag, route{method: http.MethodPost, path: "/thanks/{id}/hide", id: "hide-thanks", summary: "Take it from the wall", status: http.StatusNoContent},
		func(ctx context.Context, a authz.Actor, in *idBody[ThanksHiding]) (*nothing, error) {
			return nil, f.Thanks.Hide(ctx, a, id.Thanks(in.ID), in.Body.Why)
		})
	on(f, tag, route{method: http.MethodGet, path: "/thanks/options", id: "thanks-options", summary: "What one may still give, and with what"},
		func(ctx context.Context, a authz.Actor, _ *nothing) (*out[ThanksOptions], error) {
			return f.thanksOptions(ctx, a)
		})
	on(f, tag, route{method: http.MethodPatch, path: "/thanks/options", id: "change-thanks-options", summary: "Stay off the wall; name the values"},
		func(ctx context.Context, a authz.Actor, in *body[ThanksOptionsChange]) (*out[ThanksOptions], error) {
			if err := a.MustWrite(); err != nil {
				return nil, err
			}
			if in.Body.Values != nil {
				if err := f.Thanks.SetValues(ctx, a, *in.Body.Values); err != nil {
					return nil, err
				}
			}
			if in.Body.OffWall != nil {
				if err := f.Thanks.StayOff(ctx, a, *in.Body.OffWall); err != nil {
					return nil, err
				}
			}
			return f.thanksOptions(ctx, a)
		})
	on(f, tag, route{method: http.MethodGet, path: "/thanks/flow", id: "thanks-flow", summary: "How thanks run through the company"},
		func(ctx context.Context, a authz.Actor, _ *nothing) (*out[ThanksFlow], error) {
			v, err := f.Thanks.Flow(ctx, a)
			enough := v.N >= handoff.MinN
			return answer(ThanksFlow{
				N: v.N, Thanked: shareOf(v.Thanked, enough), Mutual: shareOf(v.Mutual, enough), Top: shareOf(v.Top, enough),
				AcrossTeams: shareOf(v.AcrossTeam, enough), OnDelivery: shareOf(v.OnDelivery, enough),
			}, err)
		})
}

func audienceOf(s string) thanks.Audience {
	if s == "" {
		return thanks.Team
	}
	return thanks.Audience(s)
}

func (f *surface) thank(ctx context.Context, a authz.Actor, in thanks.Give) (*out[Thanks], error) {
	t, err := f.Thanks.Give(ctx, a, in)
	if err != nil {
		return nil, err
	}
	t, err = f.Thanks.Get(ctx, a, t.ID)
	return answer(thanksOf(t), err)
}

func (f *surface) wall(ctx context.Context, a authz.Actor, in *wallIn) (*out[page[Thanks]], error) {
	bad := errs.Bad{}
	in.check(bad)
	errs.OneOf(bad, "box", in.Box, "", "wall", "mine")
	if err := bad.Err(); err != nil {
		return nil, err
	}
	read := f.Thanks.Wall
	if in.Box == "mine" {
		read = f.Thanks.Mine
	}
	all, err := read(ctx, a, id.Thanks(in.Cursor), in.Limit+1)
	return answer(pageOf(all, in.Limit, func(t thanks.Thanks) string { return string(t.ID) }, thanksOf), err)
}

func (f *surface) thanksOptions(ctx context.Context, a authz.Actor) (*out[ThanksOptions], error) {
	left, err := f.Thanks.Left(ctx, a)
	if err != nil {
		return nil, err
	}
	off, err := f.Thanks.Off(ctx, a)
	if err != nil {
		return nil, err
	}
	values, err := f.Thanks.Values(ctx, a)
	return answer(ThanksOptions{
		Left: left.Left, Of: left.Of, OffWall: off, Values: each(values, func(v thanks.Value) Named { return Named{ID: string(v.ID), Name: v.Name} }),
	}, err)
}

func thanksOf(t thanks.Thanks) Thanks {
	return Thanks{
		ID: string(t.ID), Giver: string(t.Giver), GiverName: t.GiverName, Person: string(t.Person), Node: string(t.Node), ToName: t.ToName,
		Handoff: string(t.Handoff), Number: t.Number, Reason: t.Reason, Value: string(t.Value), ValueName: t.ValueName, Letter: string(t.Letter),
		Audience: string(t.Audience), DictatedName: t.DictatedName, GivenAt: t.GivenAt.Time,
	}
}
