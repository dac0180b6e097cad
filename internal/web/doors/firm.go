package doors

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// company returns the company of an owner with its calendar.
func (p pages) company(r *http.Request, a authz.Actor) (setting.Company, calendar.Spec, error) {
	if err := a.MustOwn(); err != nil {
		return setting.Company{}, calendar.Spec{}, err
	}
	c, err := p.Settings.Company(r.Context(), a)
	if err != nil {
		return c, calendar.Spec{}, err
	}
	spec, err := calendar.Parse(c.Calendar)
	return c, spec, err
}

func (p pages) firm(r *http.Request, a authz.Actor) (web.Result, error) {
	c, _, err := p.company(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return p.settings(r, "firm.title", firmPage(tabs(r, a), c, ui.Form{})), nil
}

func (p pages) saveFirm(r *http.Request, a authz.Actor) (web.Result, error) {
	c, spec, err := p.company(r, a)
	if err != nil {
		return web.Result{}, err
	}
	c.Name, c.Lang = strings.TrimSpace(r.PostFormValue("name")), r.PostFormValue("lang")
	c.Country, c.Zone = r.PostFormValue("country"), r.PostFormValue("zone")
	if c.AcceptDays, err = strconv.Atoi(strings.TrimSpace(r.PostFormValue("accept_days"))); err != nil {
		c.AcceptDays = 0 // refused below, with its field
	}
	spec.Zone = c.Zone
	if c.Calendar, err = json.Marshal(spec); err != nil {
		return web.Result{}, err
	}
	if _, err := p.Settings.Change(r.Context(), a, c); err != nil {
		return p.settings(r, "firm.title", firmPage(tabs(r, a), c, web.FormOf(r, err))), err
	}
	return web.Go("/ajustes/empresa").Say(i18n.T(r.Context(), "firm.saved")), nil
}
