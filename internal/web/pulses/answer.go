package pulses

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/secret"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// questions is the questions of a pulse, one after the other.
type questions struct {
	pulse.Pulse
	to     string // where the answers go
	word   string // what proves that a page was read, behind the link of a mail
	code   string // the code on paper
	form   ui.Form
	fields []ui.FieldArgs
}

func questionsOf(r *http.Request, p pulse.Pulse, to string, wrong error) questions {
	ctx := r.Context()
	q := questions{Pulse: p, to: to}
	q.form = web.FormAgain(r, wrong)
	for i, c := range p.Items {
		item, _ := pulse.Find(c)
		f := ui.FieldArgs{
			Name: c, ID: fieldID(i), Label: question(ctx, c), Type: "radio", Options: choices(ctx, item.Scale), Blank: true,
		}
		if item.Scale == pulse.Words {
			f.Type, f.Rows, f.Help = "textarea", 4, i18n.T(ctx, "pulsepage.words_help")
		}
		q.fields = append(q.fields, q.form.Fill(f))
	}
	return q
}

func fieldID(i int) string { return "p" + strconv.Itoa(i+1) }

func choices(ctx context.Context, s pulse.Scale) (out []ui.Option) {
	low, high := s.Range()
	if s == pulse.Words {
		return nil
	}
	for i := low; i <= high; i++ {
		label := strconv.Itoa(i)
		if s == pulse.Agree {
			label = i18n.T(ctx, "pulsepage.agree."+label)
		}
		out = append(out, ui.Option{Value: strconv.Itoa(i), Label: label})
	}
	return out
}

func (q questions) wide(i int) bool {
	item, _ := pulse.Find(q.Items[i])
	return item.Scale == pulse.Score
}

func (q questions) number(ctx context.Context, i int) string {
	return i18n.T(ctx, "pulsepage.number", i18n.Args{"I": i + 1, "Of": len(q.fields)})
}

// answersOf reads what was sent. What is no choice is refused by the domain, at
// its question.
func answersOf(r *http.Request, p pulse.Pulse) pulse.Answers {
	in := pulse.Answers{Choices: map[string]int{}, Notes: map[string]string{}}
	for _, c := range p.Items {
		item, _ := pulse.Find(c)
		v := r.PostFormValue(c)
		switch {
		case item.Scale == pulse.Words:
			in.Notes[c] = v
		case v != "":
			n, err := strconv.Atoi(v)
			if err != nil {
				n = -1
			}
			in.Choices[c] = n
		}
	}
	return in
}

func (p pages) answerForm(r *http.Request, a authz.Actor) (web.Result, error) {
	httpx.Quiet(r.Context())
	return p.answerPage(r, a, nil)
}

func (p pages) answerPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	v, err := p.Pulses.Asks(ctx, a, id.Pulse(r.PathValue("pulse")))
	if err != nil && v.ID != "" && errs.KindOf(err) == errs.Conflict {
		return web.Show(web.Page{Title: v.Title, Section: layout.Voice, Body: notNow(v), Crumbs: crumbs(ctx, v.Title)}), err
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{
		Title: v.Title, Section: layout.Voice, Body: questionsPage(questionsOf(r, v, AnswerURL(v.ID), wrong)), Crumbs: crumbs(ctx, v.Title),
	}), wrong
}

func (p pages) answer(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	httpx.Quiet(ctx)
	v, err := p.Pulses.Get(ctx, a, id.Pulse(r.PathValue("pulse")))
	if err != nil {
		return web.Result{}, err
	}
	err = p.Pulses.Cast(ctx, a, v.ID, answersOf(r, v))
	if web.Again(err) {
		return p.answerPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/pulsos").Say(i18n.T(ctx, "pulsepage.thanks")), nil
}

// linked is the page behind the link of a mail. Reading it changes nothing.
func (p pages) linked(r *http.Request, _ authz.Actor) (web.Result, error) {
	httpx.Quiet(r.Context())
	return p.linkedPage(r, nil)
}

func (p pages) linkedPage(r *http.Request, wrong error) (web.Result, error) {
	link := r.PathValue("secret")
	v, _, err := p.Pulses.ByLink(r.Context(), link)
	if err != nil {
		return web.Result{}, err
	}
	q := questionsOf(r, v, "/pulso/"+url.PathEscape(link), wrong)
	q.word = secret.Confirmation(link)
	return web.Show(web.Page{Title: v.Title, Bare: true, Wide: true, Body: questionsPage(q)}), wrong
}

func (p pages) answerByLink(r *http.Request, _ authz.Actor) (web.Result, error) {
	ctx, link := r.Context(), r.PathValue("secret")
	httpx.Quiet(ctx)
	v, _, err := p.Pulses.ByLink(ctx, link)
	if err != nil {
		return web.Result{}, err
	}
	err = p.Pulses.CastByLink(ctx, link, r.PostFormValue("palabra"), answersOf(r, v))
	if web.Again(err) {
		return p.linkedPage(r, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{Title: i18n.T(ctx, "pulsepage.thanks_title"), Bare: true, Body: thanked()}), nil
}

// door is where a code on paper is typed. After the answers it is here again,
// empty, for the next person at the same tablet.
type door struct {
	to     string
	field  ui.FieldArgs
	form   ui.Form
	thanks bool
}

// CodeURL is where the codes of a company are typed.
func CodeURL(c id.Company) string { return "/pulso/codigo/" + strconv.FormatInt(int64(c), 10) }

func companyOf(r *http.Request) (id.Company, error) {
	n, err := strconv.ParseInt(r.PathValue("company"), 10, 64)
	if err != nil || n <= 0 {
		return 0, errs.New(errs.NotFound, "err.not_found")
	}
	return id.Company(n), nil
}

func (p pages) codeForm(r *http.Request, _ authz.Actor) (web.Result, error) {
	httpx.Quiet(r.Context())
	c, err := companyOf(r)
	if err != nil {
		return web.Result{}, err
	}
	if typed := r.URL.Query().Get("codigo"); typed != "" {
		return p.codePage(r, c, typed, nil)
	}
	return p.door(r, c, nil)
}

func (p pages) door(r *http.Request, c id.Company, wrong error) (web.Result, error) {
	ctx := r.Context()
	d := door{to: CodeURL(c), thanks: wrong == nil && r.URL.Query().Get("gracias") != ""}
	d.form = web.FormAgain(r, wrong)
	if e := d.form.Errors["code"]; e != "" {
		d.form.Errors = map[string]string{"codigo": e}
	}
	d.field = d.form.Fill(ui.FieldArgs{
		Name: "codigo", Label: i18n.T(ctx, "pulsepage.code"), Help: i18n.T(ctx, "pulsepage.code_help"),
		Auto: "off", Attrs: map[string]any{"autocapitalize": "characters", "spellcheck": "false"},
	})
	return web.Show(web.Page{Title: i18n.T(ctx, "pulsepage.code_title"), Bare: true, Body: doorPage(d)}), wrong
}

// codePage shows the questions to whoever holds a code, and uses nothing up.
func (p pages) codePage(r *http.Request, c id.Company, typed string, wrong error) (web.Result, error) {
	v, err := p.Pulses.ByCode(r.Context(), c, typed)
	if web.Again(err) {
		return p.door(r, c, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	q := questionsOf(r, v, CodeURL(c), wrong)
	q.code = typed
	return web.Show(web.Page{Title: v.Title, Bare: true, Wide: true, Body: questionsPage(q)}), wrong
}

func (p pages) answerByCode(r *http.Request, _ authz.Actor) (web.Result, error) {
	ctx, typed := r.Context(), strings.TrimSpace(r.PostFormValue("codigo"))
	httpx.Quiet(ctx)
	c, err := companyOf(r)
	if err != nil {
		return web.Result{}, err
	}
	if typed == "" {
		return p.door(r, c, errs.Field("code", "err.required"))
	}
	if r.PostFormValue("paso") != "enviar" {
		return p.codePage(r, c, typed, nil)
	}
	v, err := p.Pulses.ByCode(ctx, c, typed)
	if web.Again(err) {
		return p.door(r, c, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	err = p.Pulses.CastByCode(ctx, c, typed, answersOf(r, v))
	if web.Again(err) {
		return p.codePage(r, c, typed, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(CodeURL(c) + "?gracias=1"), nil
}
