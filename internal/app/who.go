package app

import (
	"net/http"
	"strings"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
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
	framed := !api && !httpx.Fragment(r)
	var (
		stands db.Joined
		places authz.Actor
		unread int
		seq    int64
		v      account.Visit
		err    error
	)
	also := []db.Also{org.Stations(&places), absence.Covering(&stands, db.At(a.db.Now()))}
	if framed {
		also = append(also, notify.UnreadOf(&unread), fact.HeadOf(&seq))
	}
	if secret := httpx.Bearer(r); api && secret != "" {
		v, err = a.accounts.WhoByToken(ctx, secret, also...)
	} else if cookie := httpx.Session(r); cookie != "" {
		v, err = a.accounts.Who(ctx, cookie, also...)
	} else {
		err = errs.New(errs.Unauthenticated, "err.signed_out")
	}
	if err != nil {
		return httpx.Visitor{}, err
	}
	v.Leads, v.Own, v.Nodes = places.Leads, places.Own, places.Nodes
	out := httpx.Visitor{
		Actor: absence.Cover(v.Actor, stands), Person: v.Name, Lang: v.Lang, Company: v.CompanyName,
		Zone: setting.Company{Zone: v.Zone}.Location(), Country: v.Country, Unread: unread, Seq: seq,
	}
	if !framed || v.Seats < 2 {
		return out, nil
	}
	choices, err := a.accounts.Companies(ctx, v.Actor)
	for _, c := range choices {
		out.Companies = append(out.Companies, httpx.Seat{Company: c.Company, Name: c.Name})
	}
	return out, err
}
