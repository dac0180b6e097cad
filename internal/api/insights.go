package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/stat"
)

// CardPart is one figure of a letter of I-CARE.
type CardPart struct {
	Letter  string   `json:"letter" enum:"ideal,culture,attention,response,empathy,empowerment"`
	Name    string   `json:"name"`
	Unit    string   `json:"unit" enum:"rate,score,duration"`
	Share   *Share   `json:"share,omitempty" doc:"Of a rate."`
	Mean    *float64 `json:"mean,omitempty" doc:"Of a score, 1 to 5; left out under five people."`
	Low     *float64 `json:"low,omitempty"`
	High    *float64 `json:"high,omitempty"`
	Spread  *Spread  `json:"spread,omitempty" doc:"Of a duration, in working time."`
	N       int      `json:"n"`
	Missing int      `json:"missing,omitempty" doc:"How many more it takes until it says something."`
}

// Card is I-CARE of a node with all below it, or of the company. Its parts are
// never melted into one number.
type Card struct {
	Since time.Time  `json:"since"`
	Parts []CardPart `json:"parts"`
}

// Tension is how rough a link runs.
type Tension struct {
	Disputed Share         `json:"disputed" doc:"Of what came back, what came back more than once."`
	Low      Share         `json:"low" doc:"Of the ratings of both ends, those of 1 and 2."`
	Late     Share         `json:"late" doc:"Of what was to be taken, what was not in time."`
	Rough    []string      `json:"rough" doc:"Which of them are worse than chance lets them be in this company."`
	Tense    bool          `json:"tense" doc:"At least two are."`
	Talks    []TensionTalk `json:"talks"`
}

// TensionTalk is what was agreed when somebody sat down with both ends.
type TensionTalk struct {
	ID          string `json:"id"`
	HeldOn      string `json:"held_on"`
	Present     string `json:"present" doc:"Who was there."`
	Matter      string `json:"matter"`
	Agreed      string `json:"agreed"`
	NextOn      string `json:"next_on,omitempty"`
	NotedByName string `json:"noted_by_name"`
}

// NewTalk is a talk to note.
type NewTalk struct {
	HeldOn  string `json:"held_on"`
	Present string `json:"present"`
	Matter  string `json:"matter"`
	Agreed  string `json:"agreed"`
	NextOn  string `json:"next_on,omitempty"`
}

// Mirror is what who leads should look at once a week.
type Mirror struct {
	Voices    []PulseResult `json:"voices" doc:"What the own teams said, as far as it may be shown."`
	Needs     []Need        `json:"needs" doc:"Overdue."`
	Ratings   []Rating      `json:"ratings" doc:"Low, without an answer."`
	Deeds     []PulseDeed   `json:"deeds" doc:"Promised and not done."`
	Unthanked []string      `json:"unthanked" doc:"Whom nobody thanked in 90 days, as far as a leader may know."`
	Suggested []ThanksHint  `json:"suggested" doc:"Deliveries that deserve thanks."`
	Week      string        `json:"week"`
	Steps     []RoutineStep `json:"steps"`
}

// ThanksHint is a delivery that deserves thanks.
type ThanksHint struct {
	Handoff string `json:"handoff"`
	Number  int64  `json:"number"`
	Title   string `json:"title"`
	Name    string `json:"name" doc:"Who delivered it."`
}

// RoutineStep is something small to do every week.
type RoutineStep struct {
	Step string `json:"step" enum:"walk,thank,answer,link,ask"`
	Done bool   `json:"done"`
}

func (f *surface) insights() {
	const tag = "voice"
	on(f, tag, route{method: http.MethodGet, path: "/care", id: "care-card", summary: "The letters of good service: I-CARE"}, f.card)
	on(f, tag, route{
		method: http.MethodGet, path: "/links/{id}/tension", id: "link-tension", summary: "How rough a link runs", detail: "For both ends.",
	}, func(ctx context.Context, a authz.Actor, in *struct {
		ByID
		Period
	},
	) (*out[Tension], error) {
		since, err := in.time(ctx)
		if err != nil {
			return nil, err
		}
		t, err := f.Insights.Tension(ctx, a, id.Link(in.ID), since)
		return answer(tensionOf(t), err)
	})
	on(f, tag, route{method: http.MethodPost, path: "/links/{id}/talks", id: "note-talk", summary: "Note what was agreed in a talk", status: http.StatusCreated},
		func(ctx context.Context, a authz.Actor, in *idBody[NewTalk]) (*out[TensionTalk], error) {
			b := in.Body
			t, err := f.Insights.Note(ctx, a, insight.Talk{
				Link: id.Link(in.ID), HeldOn: b.HeldOn, Present: b.Present, Matter: b.Matter, Agreed: b.Agreed, NextOn: b.NextOn,
			})
			return answer(talkOf(t), err)
		})
	on(f, tag, route{method: http.MethodGet, path: "/mirror", id: "mirror", summary: "What who leads should look at"}, f.mirror)
	on(f, tag, route{method: http.MethodPost, path: "/mirror/steps", id: "check-step", summary: "Check a step of the week off", status: http.StatusNoContent},
		func(ctx context.Context, a authz.Actor, in *body[RoutineStep]) (*nothing, error) {
			return nil, f.Insights.Check(ctx, a, in.Body.Step, in.Body.Done)
		})
}

func (f *surface) card(ctx context.Context, a authz.Actor, in *struct {
	Period
	Node string `query:"node" doc:"With all below it; the company if it is left out."`
},
) (*out[Card], error) {
	since, err := in.time(ctx)
	if err != nil {
		return nil, err
	}
	c, err := f.Insights.Card(ctx, a, id.Node(in.Node), since)
	if err != nil {
		return nil, err
	}
	out := Card{Since: c.Since.Time}
	for _, l := range insight.Letters {
		for _, p := range c.Parts[l] {
			out.Parts = append(out.Parts, partOf(l, p))
		}
	}
	return answer(out, nil)
}

func partOf(l insight.Letter, p insight.Part) CardPart {
	out := CardPart{Letter: string(l), Name: p.Name, Unit: string(p.Unit), N: p.N, Missing: p.Missing()}
	switch p.Unit {
	case insight.Rate:
		s := p.Share
		if !p.Enough() && p.Raters > 0 {
			s = stat.Share{}
		}
		share := shareOf(s, p.Enough())
		out.Share, out.N = &share, p.Share.N
	case insight.Score:
		if p.Enough() {
			out.Mean, out.Low, out.High = &p.Mean, &p.Low, &p.High
		}
	case insight.Duration:
		if p.Enough() {
			out.Spread = &Spread{secs(p.Spread.P50), secs(p.Spread.P85)}
		}
	}
	return out
}

func tensionOf(t insight.Tension) Tension {
	out := Tension{Tense: t.Tense(), Rough: []string{}, Talks: each(t.Talks, talkOf)}
	rough := t.Rough()
	for i, to := range []*Share{&out.Disputed, &out.Low, &out.Late} {
		p := t.Parts()[i]
		*to = shareOf(p, p.N >= insight.LeastTension)
		if rough[i] {
			out.Rough = append(out.Rough, []string{"disputed", "low", "late"}[i])
		}
	}
	return out
}

func talkOf(t insight.Talk) TensionTalk {
	return TensionTalk{
		ID: string(t.ID), HeldOn: t.HeldOn, Present: t.Present, Matter: t.Matter, Agreed: t.Agreed, NextOn: t.NextOn, NotedByName: t.NotedByName,
	}
}

func (f *surface) mirror(ctx context.Context, a authz.Actor, _ *nothing) (*out[Mirror], error) {
	m, err := f.Insights.Mirror(ctx, a)
	if err != nil {
		return nil, err
	}
	out := Mirror{
		Voices: []PulseResult{}, Needs: each(m.Needs, needOf), Ratings: each(m.Ratings, ratingOf), Deeds: each(m.Deeds, deedOf),
		Unthanked: list(m.Unthanked), Suggested: []ThanksHint{}, Week: m.Week, Steps: []RoutineStep{},
	}
	for _, v := range m.Voices {
		out.Voices = append(out.Voices, resultOf(v.Result, v.Cell))
	}
	for _, s := range m.Suggested {
		out.Suggested = append(out.Suggested, ThanksHint{string(s.Handoff), s.Number, s.Title, s.Name})
	}
	for _, step := range insight.Steps {
		out.Steps = append(out.Steps, RoutineStep{step, m.Done[step]})
	}
	return answer(out, nil)
}
