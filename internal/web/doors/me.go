package doors

import (
	"net/http"
	"strconv"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

func (p pages) settings(r *http.Request, title string, body templ.Component) web.Result {
	return web.Show(web.Page{Title: i18n.T(r.Context(), title), Section: layout.Setup, Body: body})
}

// tabs are the pages of the settings that the actor may see.
func tabs(r *http.Request, a authz.Actor) []ui.Tab {
	ctx := r.Context()
	var out []ui.Tab
	add := func(key, url string) {
		out = append(out, ui.Tab{Label: i18n.T(ctx, key), URL: url, Here: r.URL.Path == url})
	}
	add("me.tab", "/ajustes")
	add("notices.tab", "/ajustes/avisos")
	add("away.tab", "/ajustes/ausencia")
	add("me.sessions_tab", "/ajustes/sesiones")
	add("me.tokens_tab", "/ajustes/llaves")
	if a.Owner {
		add("firm.tab", "/ajustes/empresa")
		add("firm.hours_tab", "/ajustes/horario")
		add("mails.tab", "/ajustes/correo")
	}
	return out
}

func (p pages) me(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.mine(r, a, ui.Form{}, ui.Form{})
}

func (p pages) mine(r *http.Request, a authz.Actor, person, password ui.Form) (web.Result, error) {
	v, err := p.Org.Person(r.Context(), a, a.Person)
	if err != nil {
		return web.Result{}, err
	}
	here := r.Clone(r.Context())
	here.URL.Path = "/ajustes"
	return p.settings(r, "me.title", mePage(tabs(here, a), v, person, password)), nil
}

func (p pages) saveMe(r *http.Request, a authz.Actor) (web.Result, error) {
	v, err := p.Org.Person(r.Context(), a, a.Person)
	if err != nil {
		return web.Result{}, err
	}
	v.Name, v.Lang = r.PostFormValue("name"), r.PostFormValue("lang")
	if _, err := p.Org.ChangePerson(r.Context(), a, v); err != nil {
		page, failed := p.mine(r, a, web.FormOf(r, err), ui.Form{})
		if failed != nil {
			return web.Result{}, failed
		}
		return page, err
	}
	// What this browser was told to speak before would hide the choice.
	return web.Go("/ajustes").Speak(v.Lang).Say(i18n.T(i18n.With(r.Context(), v.Lang), "me.saved")), nil
}

func (p pages) savePassword(r *http.Request, a authz.Actor) (web.Result, error) {
	err := p.Accounts.ChangePassword(r.Context(), a, account.Change{
		Old: r.PostFormValue("old"), New: r.PostFormValue("new"), Cookie: httpx.Session(r), Address: httpx.Address(r),
	})
	if err != nil {
		page, failed := p.mine(r, a, ui.Form{}, web.FormOf(r, err))
		if failed != nil {
			return web.Result{}, failed
		}
		return page, err
	}
	return web.Go("/ajustes").Say(i18n.T(r.Context(), "me.password_saved")), nil
}

func (p pages) sessions(r *http.Request, a authz.Actor) (web.Result, error) {
	list, err := p.Accounts.Sessions(r.Context(), a, httpx.Session(r))
	if err != nil {
		return web.Result{}, err
	}
	return p.settings(r, "me.sessions_title", sessionsPage(tabs(r, a), list)), nil
}

func (p pages) endSession(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, said := r.Context(), "me.session_ended"
	var err error
	if s := r.PostFormValue("sesion"); s != "" {
		err = p.Accounts.EndSession(ctx, a, s)
	} else {
		said = "me.sessions_ended"
		err = p.Accounts.EndEverywhere(ctx, a, httpx.Session(r))
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/ajustes/sesiones").Say(i18n.T(ctx, said)), nil
}

func (p pages) tokens(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.keys(r, a, ui.Form{}, "")
}

func (p pages) keys(r *http.Request, a authz.Actor, form ui.Form, secret string) (web.Result, error) {
	list, err := p.Accounts.Tokens(r.Context(), a, a.Person)
	if err != nil {
		return web.Result{}, err
	}
	return p.settings(r, "me.tokens_title", tokensPage(tabs(r, a), list, form, secret)), nil
}

// issueToken shows the secret once, on this answer and nowhere else.
func (p pages) issueToken(r *http.Request, a authz.Actor) (web.Result, error) {
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil {
		days = 0 // refused below, with its field
	}
	_, secret, err := p.Accounts.Issue(r.Context(), a, account.Issue{
		Name: r.PostFormValue("name"), Scope: authz.Scope(r.PostFormValue("scope")), Days: days,
	})
	if err != nil {
		page, failed := p.keys(r, a, web.FormOf(r, err), "")
		if failed != nil {
			return web.Result{}, failed
		}
		return page, err
	}
	return p.keys(r, a, ui.Form{}, secret)
}

func (p pages) revokeToken(r *http.Request, a authz.Actor) (web.Result, error) {
	t := id.Token(r.PathValue("token"))
	if !id.Valid(t) {
		return web.Result{}, errs.New(errs.NotFound, "account.err.no_token")
	}
	if err := p.Accounts.Revoke(r.Context(), a, t); err != nil {
		return web.Result{}, err
	}
	return web.Go("/ajustes/llaves").Say(i18n.T(r.Context(), "me.token_revoked")), nil
}
