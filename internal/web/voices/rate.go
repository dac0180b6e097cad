package voices

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/secret"
	"github.com/eslabon/eslabon/internal/thanks"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// panel is what the page of a handoff says of ratings and thanks.
type panel struct {
	handoff.Handoff
	me     authz.Actor
	rated  []rating.Rating
	open   []rating.Side // ends for which the reader may speak now
	thanks []thanks.Thanks
	thank  bool // the reader may thank for it
}

// Panel returns what both ends said of a handoff, with the faces for who may
// speak, to stand on its page; nothing while there is nothing to say.
func (s Services) Panel(ctx context.Context, a authz.Actor, h handoff.Handoff) (templ.Component, error) {
	if h.Rounds == 0 {
		return templ.NopComponent, nil
	}
	v := panel{Handoff: h, me: a}
	var err error
	if v.rated, err = s.Ratings.Of(ctx, a, h.ID); err != nil {
		return nil, err
	}
	for _, side := range rating.Open(a, h) {
		if !slices.ContainsFunc(v.rated, func(r rating.Rating) bool { return r.Side == side }) {
			v.open = append(v.open, side)
		}
	}
	if v.thanks, err = s.Thanks.Of(ctx, a, h.ID); err != nil {
		return nil, err
	}
	given := slices.ContainsFunc(v.thanks, func(t thanks.Thanks) bool { return t.Giver == a.Person })
	v.thank = !given && h.Assignee != a.Person && (h.AskedBy == a.Person || a.In(h.Customer) || a.Leading(h.Supplier))
	return panelPart(v), nil
}

// face is one of the five: a drawing, a word and a number.
type face struct {
	score int
	word  string
}

func faces(ctx context.Context, side rating.Side) []face {
	out := make([]face, 5)
	for i := range out {
		out[i] = face{i + 1, i18n.T(ctx, "voice.face."+string(side)+"."+strconv.Itoa(i+1))}
	}
	return out
}

func rateOf(r *http.Request) rating.Rate {
	in := rating.Rate{Side: rating.Side(r.PostFormValue("side")), Note: r.PostFormValue("note"), Letters: map[rating.Letter]int{}}
	in.Score, _ = strconv.Atoi(r.PostFormValue("score")) // what is no number is refused as no face
	for _, l := range rating.Letters {
		if s := r.PostFormValue("letter-" + string(l)); s != "" {
			in.Letters[l], _ = strconv.Atoi(s)
		}
	}
	return in
}

func (p pages) rate(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	in := rateOf(r)
	in.Handoff, in.Via = id.Handoff(r.PathValue("handoff")), rating.Page
	d, err := p.Handoffs.Get(ctx, a, in.Handoff)
	if err != nil {
		return web.Result{}, err
	}
	if _, err := p.Ratings.Rate(ctx, a, in); err != nil {
		if key := errs.FieldsOf(err)["score"]; key != "" {
			return web.Result{}, errs.New(errs.Invalid, key) // there is no field to mark: the faces are buttons
		}
		if errs.KindOf(err) != errs.Invalid || !slices.Contains(rating.Sides, in.Side) {
			return web.Result{}, err
		}
		return web.Show(web.Page{
			Title: i18n.T(ctx, "voice.ask."+string(in.Side), i18n.Args{"Title": d.Title}), Section: layout.Voice,
			Body: again(in, r.PostFormValue("volver"), web.FormAgain(r, err)),
		}), err
	}
	if r.PostFormValue("volver") == "valorar" {
		return web.Go("/valorar").Say(i18n.T(ctx, "voice.rated")), nil
	}
	return web.Go(handoffs.URL(d.Number) + "#voz").Say(i18n.T(ctx, "voice.rated")), nil
}

func (p pages) skip(r *http.Request, a authz.Actor) (web.Result, error) {
	err := p.Ratings.Skip(r.Context(), a, id.Handoff(r.PathValue("handoff")), rating.Side(r.PostFormValue("side")))
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/valorar"), nil
}

func (p pages) answer(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, h := r.Context(), id.Handoff(r.PathValue("handoff"))
	d, err := p.Handoffs.Get(ctx, a, h)
	if err != nil {
		return web.Result{}, err
	}
	side := rating.Side(r.PostFormValue("side"))
	if err := p.Ratings.Answer(ctx, a, h, side, r.PostFormValue("answer")); err != nil {
		return p.answerAgain(r, a, d, side, err)
	}
	return web.Go(handoffs.URL(d.Number) + "#voz").Say(i18n.T(ctx, "voice.answered")), nil
}

// answerAgain shows the form of one answer with what is wrong in it.
func (p pages) answerAgain(r *http.Request, a authz.Actor, d handoff.Detail, side rating.Side, wrong error) (web.Result, error) {
	all, err := p.Ratings.Of(r.Context(), a, d.ID)
	i := slices.IndexFunc(all, func(x rating.Rating) bool { return x.Side == side })
	if err != nil || i < 0 || errs.KindOf(wrong) != errs.Invalid {
		return web.Result{}, wrong
	}
	return web.Show(web.Page{
		Title: i18n.T(r.Context(), "voice.answer"), Lead: d.Title, Section: layout.Voice, Body: answerForm(all[i], web.FormAgain(r, wrong)),
	}), wrong
}

func (p pages) helped(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, h := r.Context(), id.Handoff(r.PathValue("handoff"))
	d, err := p.Handoffs.Get(ctx, a, h)
	if err != nil {
		return web.Result{}, err
	}
	if err := p.Ratings.Helped(ctx, a, h, rating.Side(r.PostFormValue("side")), r.PostFormValue("si") != ""); err != nil {
		return web.Result{}, err
	}
	return web.Go(handoffs.URL(d.Number) + "#voz").Say(i18n.T(ctx, "voice.thank_you")), nil
}

// todo is what one is asked to rate, and what waits for one's answer.
type todo struct {
	tabs    []ui.Tab
	asked   []rating.Asked
	owed    []rating.Rating
	owner   bool
	setting rating.Setting
	form    ui.Form
}

func (p pages) waiting(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.waitingPage(r, a, nil)
}

func (p pages) waitingPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	t := todo{tabs: Tabs(ctx, a, Ratings), owner: a.Owner}
	var err error
	if t.asked, err = p.Ratings.Waiting(ctx, a, 20); err != nil {
		return web.Result{}, err
	}
	if t.owed, err = p.Ratings.Owed(ctx, a); err != nil {
		return web.Result{}, err
	}
	if t.setting, err = p.Ratings.Setting(ctx, a); err != nil {
		return web.Result{}, err
	}
	t.form = web.FormAgain(r, wrong)
	return web.Show(web.Page{
		Title: i18n.T(ctx, "voice.rate"), Lead: i18n.T(ctx, "voice.rate_lead"), Section: layout.Voice, Body: waitingPage(t),
	}), wrong
}

func (t todo) fields(ctx context.Context) []ui.FieldArgs {
	return []ui.FieldArgs{
		t.form.Fill(ui.FieldArgs{
			Name: "per_day", Label: i18n.T(ctx, "voice.per_day"), Help: i18n.T(ctx, "voice.per_day_help"), Type: "number", Min: "0", Max: "20",
			Value: strconv.Itoa(t.setting.PerDay),
		}),
		t.form.Fill(ui.FieldArgs{
			Name: "answer_days", Label: i18n.T(ctx, "voice.answer_days"), Type: "number", Min: "1", Max: "60", Value: strconv.Itoa(t.setting.AnswerDays),
		}),
	}
}

func (p pages) setting(r *http.Request, a authz.Actor) (web.Result, error) {
	read := func(name string) int {
		n, err := strconv.Atoi(r.PostFormValue(name))
		if err != nil {
			return -1 // refused at its field
		}
		return n
	}
	err := p.Ratings.Set(r.Context(), a, rating.Setting{PerDay: read("per_day"), AnswerDays: read("answer_days")})
	if web.Again(err) {
		return p.waitingPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/valorar").Say(i18n.T(r.Context(), "voice.saved")), nil
}

// linked is the page behind the link of a mail. Reading it changes nothing.
func (p pages) linked(r *http.Request, _ authz.Actor) (web.Result, error) {
	return p.linkedPage(r, nil)
}

func (p pages) linkedPage(r *http.Request, wrong error) (web.Result, error) {
	ctx, link := r.Context(), r.PathValue("secret")
	q, err := p.Ratings.ByLink(ctx, link)
	if err != nil {
		return web.Result{}, err
	}
	title := i18n.T(ctx, "voice.ask."+string(q.Side), i18n.Args{"Title": q.Title})
	return web.Show(web.Page{Title: title, Bare: true, Body: linkedPage(q, link, secret.Confirmation(link), web.FormAgain(r, wrong))}), wrong
}

func (p pages) rateByLink(r *http.Request, _ authz.Actor) (web.Result, error) {
	ctx := r.Context()
	_, err := p.Ratings.RateByLink(ctx, r.PathValue("secret"), r.PostFormValue("palabra"), rateOf(r))
	if web.Again(err) {
		return p.linkedPage(r, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{Title: i18n.T(ctx, "voice.thank_you"), Bare: true, Body: thankYou()}), nil
}

// letterScores are the choices for one letter.
func letterScores(ctx context.Context) []ui.Option {
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "voice.no_letter")}}
	for i := 1; i <= 5; i++ {
		out = append(out, ui.Option{Value: strconv.Itoa(i), Label: i18n.T(ctx, "voice.face.customer."+strconv.Itoa(i))})
	}
	return out
}
