package app

import (
	"net/http"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

const apiPrefix = "/api/"

// who finds out who sends a request: by the token of a program, only for the
// API, or by the session of a browser.
func (a *App) who(r *http.Request) (httpx.Visitor, error) {
	ctx, api := r.Context(), strings.HasPrefix(r.URL.Path, apiPrefix)
	var (
		actor authz.Actor
		err   error
	)
	if secret := httpx.Bearer(r); api && secret != "" {
		actor, err = a.accounts.WhoByToken(ctx, secret)
	} else if cookie := httpx.Session(r); cookie != "" {
		actor, err = a.accounts.Who(ctx, cookie)
	} else {
		err = errs.New(errs.Unauthenticated, "err.signed_out")
	}
	if err != nil {
		return httpx.Visitor{}, err
	}
	if actor, err = org.Stationed(ctx, a.db, actor); err != nil {
		return httpx.Visitor{}, err
	}
	if actor, err = a.absences.Cover(ctx, actor); err != nil {
		return httpx.Visitor{}, err
	}
	c, err := setting.Get(ctx, a.db, actor.Company)
	if err != nil {
		return httpx.Visitor{}, err
	}
	v := httpx.Visitor{
		Actor: actor, Person: actor.Name, Lang: actor.Lang, Company: c.Name, Zone: c.Location(), Country: c.Country,
	}
	if api || httpx.Fragment(r) || r.Method != http.MethodGet {
		return v, nil
	}
	return v, a.frame(r, &v)
}

// frame fills in what only whole pages show.
func (a *App) frame(r *http.Request, v *httpx.Visitor) (err error) {
	if v.Unread, err = notify.Unread(r.Context(), a.db, v.Actor); err != nil {
		return err
	}
	choices, err := a.accounts.Companies(r.Context(), v.Actor)
	if err != nil || len(choices) < 2 {
		return err
	}
	for _, c := range choices {
		v.Companies = append(v.Companies, httpx.Seat{Company: c.Company, Name: c.Name})
	}
	return nil
}
