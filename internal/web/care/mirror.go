package care

import (
	"context"
	"net/http"
	"strconv"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/needs"
	"github.com/eslabon/eslabon/internal/web/ui"
	"github.com/eslabon/eslabon/internal/web/voices"
)

// mirror is the page of who leads.
type mirror struct {
	insight.Mirror
	tabs  []ui.Tab
	owed  []owed
	week  string
	did   int
	today string
}

// owed is one answer that waits, whatever it is about.
type owed struct {
	url, title string
	what       string // kind of thing, and where
	since      string
	late       bool
}

func (p pages) mirror(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	m, err := p.Insights.Mirror(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	v := mirror{
		Mirror: m, tabs: voices.Tabs(ctx, a, voices.Mirror), week: i18n.LongDate(ctx, m.Week),
		today: i18n.Today(ctx),
	}
	for _, s := range insight.Steps {
		if m.Done[s] {
			v.did++
		}
	}
	for _, n := range m.Needs {
		v.owed = append(v.owed, owedNeed(ctx, n))
	}
	for _, x := range m.Ratings {
		v.owed = append(v.owed, owedRating(ctx, x))
	}
	for _, d := range m.Deeds {
		v.owed = append(v.owed, owedDeed(ctx, d, v.today))
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "carepage.mirror"), Lead: i18n.T(ctx, "carepage.mirror_lead"), Section: layout.Voice, Body: mirrorPage(v),
	}), nil
}

func owedNeed(ctx context.Context, n need.Need) owed {
	o := owed{url: needs.URL(n.ID), title: n.Title, late: true}
	o.what = i18n.T(ctx, "carepage.owed_need", i18n.Args{"Where": n.NodeName, "Who": n.AskedByName})
	if n.State == need.Planned {
		o.since = i18n.T(ctx, "carepage.promised_for", i18n.Args{"Day": i18n.LongDate(ctx, n.DueOn)})
	} else {
		o.since = i18n.T(ctx, "carepage.answer_was_due", i18n.Args{"When": i18n.Relative(ctx, n.AnswerDue.Time)})
	}
	return o
}

func owedRating(ctx context.Context, r rating.Rating) owed {
	word := i18n.T(ctx, "voice.face."+string(r.Side)+"."+strconv.Itoa(r.Score))
	return owed{
		url: handoffs.URL(r.Number) + "#voz", title: r.Title,
		what:  i18n.T(ctx, "voice.said."+string(r.Side), i18n.Args{"Who": r.PersonName, "What": word}),
		since: i18n.Relative(ctx, r.RatedAt.Time),
	}
}

func owedDeed(ctx context.Context, d pulse.Deed, today string) owed {
	o := owed{
		url: "/pulsos/" + string(d.Pulse), title: d.Promise, late: d.Late(today),
		what: i18n.T(ctx, "carepage.owed_deed", i18n.Args{"Heard": d.Heard}),
	}
	word := "carepage.due_by"
	if o.late {
		word = "carepage.promised_for"
	}
	o.since = i18n.T(ctx, word, i18n.Args{"Day": i18n.LongDate(ctx, d.DueOn)})
	return o
}

// heard is what a team says to one question, as far as it may be shown.
type heard struct {
	question     string
	figure, sure string
}

// team is what one team says.
type team struct {
	name  string
	heard []heard
}

// teams puts together what each team says.
func (m mirror) teams(ctx context.Context) []team {
	var out []team
	var last id.Node
	for i, v := range m.Voices {
		if i == 0 || v.Cell.Node != last {
			name := v.Cell.Name
			if v.Cell.Node == "" {
				name = i18n.T(ctx, "carepage.company")
			}
			out, last = append(out, team{name: name}), v.Cell.Node
		}
		t := &out[len(out)-1]
		t.heard = append(t.heard, heardOf(ctx, v.Result))
	}
	return out
}

var sides = []string{"against", "between", "favour"}

func heardOf(ctx context.Context, r pulse.Result) heard {
	h := heard{question: i18n.T(ctx, "carepage.quote", i18n.Args{"Text": i18n.T(ctx, "pulse.item."+r.Item)})}
	if r.Verdict == pulse.Shown {
		h.figure = i18n.T(ctx, "carepage.agree", i18n.Args{"Share": i18n.Percent(ctx, r.Favour().Value())})
		h.sure = between(ctx, r.Favour())
		return h
	}
	for i, n := range r.Classes {
		if n > 0 {
			h.figure = i18n.T(ctx, "carepage.band."+sides[i])
		}
	}
	h.sure = i18n.T(ctx, "carepage.band_why")
	return h
}

func (p pages) check(r *http.Request, a authz.Actor) (web.Result, error) {
	if err := p.Insights.Check(r.Context(), a, r.PostFormValue("step"), r.PostFormValue("done") != ""); err != nil {
		return web.Result{}, err
	}
	return web.Go("/mi-equipo#semana"), nil
}
