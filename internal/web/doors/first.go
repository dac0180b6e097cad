package doors

import (
	"net/http"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setup"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// firstForm is the first visit: it stands open only while there is no company.
func (p pages) firstForm(r *http.Request, _ authz.Actor) (web.Result, error) {
	empty, err := setup.Empty(r.Context(), p.DB)
	if err != nil || !empty {
		return web.Go("/entrar"), err
	}
	return p.founding(r, nil), nil
}

func (p pages) founding(r *http.Request, err error) web.Result {
	return web.Show(web.Page{
		Title: i18n.T(r.Context(), "first.title"), Bare: true, Wide: true,
		Body: firstPage(web.FormOf(r, err), i18n.Lang(r.Context()), setup.Trades()),
	})
}

func (p pages) first(r *http.Request, _ authz.Actor) (web.Result, error) {
	ctx := r.Context()
	in := setup.Founding{
		Company: r.PostFormValue("company"), Lang: r.PostFormValue("lang"), Country: r.PostFormValue("country"),
		Zone: r.PostFormValue("zone"), Trade: r.PostFormValue("trade"), Name: r.PostFormValue("name"),
		Email: r.PostFormValue("email"), Password: r.PostFormValue("password"), Address: httpx.Address(r), First: true,
	}
	if in.Zone == "" { // without a choice, the one where most of the country lives
		in.Zone = zoneOf(in.Country)
	}
	done, err := setup.Found(ctx, p.DB, p.Accounts, in)
	if err != nil {
		return p.founding(r, err), err
	}
	s, err := p.Accounts.Enter(ctx, done.Company, done.Owner, r.UserAgent())
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/organizacion").Enter(s.Cookie, s.EndsAt.Time).Say(i18n.T(ctx, "first.done")), nil
}

func zoneOf(country string) string {
	for _, c := range calendar.Countries() {
		if c.Code == country {
			return c.Zones[0]
		}
	}
	return ""
}

// countries lists those that we know the holidays of, by name.
func countries(lang string) []ui.Option {
	out := []ui.Option{}
	for _, c := range calendar.Countries() {
		name := c.Name
		if lang == "en" {
			name = c.English
		}
		out = append(out, ui.Option{Value: c.Code, Label: name})
	}
	sorter := i18n.Sorter()
	slices.SortFunc(out, func(a, b ui.Option) int { return sorter(a.Label, b.Label) })
	return out
}

// zones lists the time zones of the countries that we know, and some more that
// Spanish is spoken at work in.
func zones(lang string) []ui.Option {
	var out []ui.Option
	for _, c := range calendar.Countries() {
		name := c.Name
		if lang == "en" {
			name = c.English
		}
		for _, z := range c.Zones {
			out = append(out, ui.Option{Value: z, Label: z, Group: name})
		}
	}
	for _, z := range []string{
		"America/Asuncion", "America/Caracas", "America/Costa_Rica", "America/El_Salvador", "America/Guatemala",
		"America/Guayaquil", "America/Havana", "America/La_Paz", "America/Los_Angeles", "America/Managua",
		"America/Montevideo", "America/New_York", "America/Panama", "America/Puerto_Rico", "America/Santo_Domingo",
		"America/Tegucigalpa", "Europe/Lisbon", "Europe/London", "UTC",
	} {
		out = append(out, ui.Option{Value: z, Label: z, Group: "···"})
	}
	return out
}
