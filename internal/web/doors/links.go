package doors

import (
	"net/http"
	"net/url"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web"
)

// Links come by mail or from hand to hand. Opening one changes nothing: programs
// that read mails open links too.

// gone is the page of a link that opens nothing any more; err says why, and
// what to do.
func gone(r *http.Request, err error) (web.Result, error) {
	if err == nil || errs.KindOf(err) != errs.NotFound {
		return web.Result{}, err
	}
	return web.Show(web.Page{Title: i18n.T(r.Context(), "door.gone_title"), Bare: true, Body: gonePage()}), err
}

func (p pages) joinForm(r *http.Request, _ authz.Actor) (web.Result, error) { return p.joining(r, nil) }

// joining shows the invitation, and what was wrong with the answer to it.
func (p pages) joining(r *http.Request, failed error) (web.Result, error) {
	in, err := p.Accounts.Invited(r.Context(), r.PathValue("secret"))
	if err != nil {
		return gone(r, err)
	}
	return web.Show(web.Page{
		Title: i18n.T(r.Context(), "door.join_title", i18n.Args{"Company": in.Company}), Bare: true,
		Body: joinPage(web.FormOf(r, failed), "/invitacion/"+url.PathEscape(r.PathValue("secret")), in),
	}), failed
}

func (p pages) join(r *http.Request, _ authz.Actor) (web.Result, error) {
	s, err := p.Accounts.Accept(r.Context(), account.Accept{
		Secret: r.PathValue("secret"), Password: r.PostFormValue("password"), Device: r.UserAgent(), Address: httpx.Address(r),
	})
	if err != nil {
		return p.joining(r, err)
	}
	return web.Go(home).Enter(s.Cookie, s.EndsAt.Time).Say(i18n.T(r.Context(), "door.joined")), nil
}

func (p pages) forgotForm(r *http.Request, _ authz.Actor) (web.Result, error) {
	return p.forgetting(r, nil), nil
}

func (p pages) forgetting(r *http.Request, err error) web.Result {
	return web.Show(web.Page{
		Title: i18n.T(r.Context(), "door.forgot_title"), Bare: true, Body: forgotPage(web.FormOf(r, err), p.MailOn),
	})
}

// forgot says the same whether anybody signs in with that address or not.
func (p pages) forgot(r *http.Request, _ authz.Actor) (web.Result, error) {
	if !p.MailOn {
		return web.Go("/clave"), nil // which says that no mail leaves
	}
	if err := p.Accounts.AskReset(r.Context(), r.PostFormValue("email"), httpx.Address(r)); err != nil {
		return p.forgetting(r, err), err
	}
	return web.Go("/entrar").Say(i18n.T(r.Context(), "door.forgot_sent")), nil
}

func (p pages) resetForm(r *http.Request, _ authz.Actor) (web.Result, error) {
	return p.resetting(r, nil)
}

func (p pages) resetting(r *http.Request, failed error) (web.Result, error) {
	if err := p.Accounts.CanReset(r.Context(), r.PathValue("secret")); err != nil {
		return gone(r, err)
	}
	return web.Show(web.Page{
		Title: i18n.T(r.Context(), "door.reset_title"), Bare: true,
		Body: resetPage(web.FormOf(r, failed), "/clave/"+url.PathEscape(r.PathValue("secret"))),
	}), failed
}

func (p pages) reset(r *http.Request, _ authz.Actor) (web.Result, error) {
	if err := p.Accounts.Reset(r.Context(), r.PathValue("secret"), r.PostFormValue("password")); err != nil {
		return p.resetting(r, err)
	}
	return web.Go("/entrar").Leave().Say(i18n.T(r.Context(), "door.reset_done")), nil
}
