package doors

import (
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setup"
	"github.com/eslabon/eslabon/internal/web"
)

// firstForm is the first visit: it stands open only while there is no company.
func (p pages) firstForm(r *http.Request, _ authz.Actor) (web.Result, error) {
	empty, err := setup.Empty(r.Context(), p.DB)
	if err != nil {
		return web.Result{}, err
	}
	if !empty {
		return web.Go("/entrar"), nil
	}
	return p.founding(r, nil), nil
}

func (p pages) founding(r *http.Request, err error) web.Result {
	return web.Show(web.Page{
		Title: i18n.T(r.Context(), "first.title"), Bare: true, Wide: true,
		Body: firstPage(web.FormOf(r, err), countryOf(r), setup.Trades()),
	})
}

func (p pages) first(r *http.Request, _ authz.Actor) (web.Result, error) {
	ctx := r.Context()
	// Asked before anything costs time: this page is open to everybody.
	empty, err := setup.Empty(ctx, p.DB)
	if err != nil {
		return web.Result{}, err
	}
	if !empty {
		return founded(r), nil
	}
	in := setup.Founding{
		Company: r.PostFormValue("company"), Lang: r.PostFormValue("lang"), Country: r.PostFormValue("country"),
		Zone: r.PostFormValue("zone"), Trade: r.PostFormValue("trade"), Name: r.PostFormValue("name"),
		Email: r.PostFormValue("email"), Password: r.PostFormValue("password"), Address: httpx.Address(r), First: true,
	}
	if in.Zone == "" { // without a choice, the one where most of the country lives
		in.Zone = zoneOf(in.Country)
	}
	done, err := setup.Found(ctx, p.DB, p.Accounts, in)
	if errs.KindOf(err) == errs.Conflict {
		return founded(r), nil
	}
	if err != nil {
		return p.founding(r, err), err
	}
	s, err := p.Accounts.Enter(ctx, done.Company, done.Owner, r.UserAgent())
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/organizacion").Enter(s.Cookie, s.EndsAt.Time).Speak(in.Lang).
		Say(i18n.T(i18n.With(ctx, in.Lang), "first.done")), nil
}

// founded sends who comes too late to the door, and says why.
func founded(r *http.Request) web.Result {
	return web.Go("/entrar").Say(i18n.T(r.Context(), "setup.err.founded"))
}
