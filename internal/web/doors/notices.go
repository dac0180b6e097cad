package doors

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/away"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// choosing is the page on which somebody decides which notices it gets.
type choosing struct {
	tabs   []ui.Tab
	s      notify.Settings
	email  string
	mailOn bool
	form   ui.Form
}

func (p pages) choose(r *http.Request, a authz.Actor) (web.Result, error) {
	s, err := notify.GetSettings(r.Context(), p.DB, a)
	if err != nil {
		return web.Result{}, err
	}
	return p.chooseAgain(r, a, s, nil)
}

func (p pages) chooseAgain(r *http.Request, a authz.Actor, s notify.Settings, wrong error) (web.Result, error) {
	v, err := p.Org.Person(r.Context(), a, a.Person)
	if err != nil {
		return web.Result{}, err
	}
	c := choosing{tabs: tabs(r, a), s: s, email: v.Email, mailOn: p.MailOn}
	c.form = web.FormAgain(r, wrong)
	return p.settings(r, "notices.title", noticesPage(c)), wrong
}

func (p pages) saveChoices(r *http.Request, a authz.Actor) (web.Result, error) {
	f := r.PostForm
	s := notify.Settings{Rhythm: notify.Rhythm(f.Get("rhythm")), Choice: map[notify.Channel]map[string]bool{}}
	at, err := time.Parse("15:04", f.Get("at"))
	if s.At = at.Hour()*60 + at.Minute(); err != nil {
		s.At = -1 // refused below, with its field
	}
	for _, c := range []notify.Channel{notify.Bell, notify.ByMail} {
		s.Choice[c] = map[string]bool{}
		for _, k := range notify.Kinds {
			s.Choice[c][k.Code] = slices.Contains(f[string(c)], k.Code)
		}
	}
	if err := notify.SetSettings(r.Context(), p.DB, a, s); err != nil {
		if errs.KindOf(err) != errs.Invalid {
			return web.Result{}, err
		}
		return p.chooseAgain(r, a, s, err)
	}
	return web.Go("/ajustes/avisos").Say(i18n.T(r.Context(), "notices.saved")), nil
}

func (c choosing) fields(ctx context.Context) []ui.FieldArgs {
	rhythm := ui.FieldArgs{Name: "rhythm", Label: i18n.T(ctx, "notices.rhythm"), Type: "radio", Value: string(c.s.Rhythm)}
	for _, r := range notify.Rhythms {
		rhythm.Options = append(rhythm.Options, ui.Option{
			Value: string(r), Label: i18n.T(ctx, "notices.rhythm."+string(r)), Help: i18n.T(ctx, "notices.rhythm_help."+string(r)),
		})
	}
	at := ui.FieldArgs{Name: "at", Label: i18n.T(ctx, "notices.at"), Type: "time", Value: fmt.Sprintf("%02d:%02d", c.s.At/60, c.s.At%60)}
	return []ui.FieldArgs{c.form.Fill(rhythm), c.form.Fill(at)}
}

// kindsOf are the kinds of one group.
func kindsOf(g notify.Group) []notify.Kind {
	return slices.DeleteFunc(slices.Clone(notify.Kinds), func(k notify.Kind) bool { return k.Group != g })
}

func (p pages) absence(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.absenceAgain(r, a, nil)
}

func (p pages) absenceAgain(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	v, err := p.Org.Person(r.Context(), a, a.Person)
	if err != nil {
		return web.Result{}, err
	}
	panel, err := away.Panel(r, a, p.Absences, p.Org, v, "/ajustes/ausencia", wrong)
	if err != nil {
		return web.Result{}, err
	}
	return p.settings(r, "away.title", absencePage(tabs(r, a), panel)), wrong
}

func (p pages) saveAbsence(r *http.Request, a authz.Actor) (web.Result, error) {
	said, err := away.Save(r, a, p.Absences, a.Person)
	if errs.KindOf(err) == errs.Invalid {
		return p.absenceAgain(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/ajustes/ausencia").Say(said), nil
}

func (p pages) mails(r *http.Request, a authz.Actor) (web.Result, error) {
	h, err := p.Courier.Health(r.Context(), a)
	if err != nil {
		return web.Result{}, err
	}
	return p.settings(r, "mails.title", mailsPage(tabs(r, a), h)), nil
}

func (p pages) mailAgain(r *http.Request, a authz.Actor) (web.Result, error) {
	l := id.Letter(r.PostFormValue("correo"))
	if !id.Valid(l) {
		return web.Result{}, errs.New(errs.NotFound, "notify.err.no_letter")
	}
	if err := p.Courier.Again(r.Context(), a, l); err != nil {
		return web.Result{}, err
	}
	return web.Go("/ajustes/correo").Say(i18n.T(r.Context(), "mails.again_said")), nil
}

// lastMail says when the last mail left: of the company, or of anybody's that
// this process has sent since it began.
func lastMail(ctx context.Context, h courier.Health) string {
	at := h.LastSent.Time
	if h.Tally.LastSent.After(at) {
		at = h.Tally.LastSent
	}
	if at.IsZero() {
		return i18n.T(ctx, "mails.never")
	}
	return i18n.T(ctx, "mails.last", i18n.Args{"When": i18n.Lately(ctx, at)})
}

// waiting says what waits, and until when.
func waiting(ctx context.Context, h courier.Health) string {
	if h.Waiting == 0 {
		return i18n.T(ctx, "mails.waiting_none")
	}
	return i18n.T(ctx, "mails.waiting", i18n.Args{"N": h.Waiting, "When": i18n.Relative(ctx, h.NextAt.Time)})
}

// troubleState says how a letter stands.
func troubleState(ctx context.Context, l notify.Letter) string {
	return i18n.T(ctx, "mails.state."+string(l.State), i18n.Args{"N": l.Tries})
}
