package doors

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

func (p pages) firm(r *http.Request, a authz.Actor) (web.Result, error) {
	if err := a.MustOwn(); err != nil {
		return web.Result{}, err
	}
	c, err := p.Settings.Company(r.Context(), a)
	if err != nil {
		return web.Result{}, err
	}
	return p.settings(r, "firm.title", firmPage(tabs(r, a), c, ui.Form{})), nil
}

func (p pages) saveFirm(r *http.Request, a authz.Actor) (web.Result, error) {
	c, err := p.Settings.Company(r.Context(), a)
	if err != nil {
		return web.Result{}, err
	}
	spec, err := calendar.Parse(c.Calendar)
	if err != nil {
		return web.Result{}, err
	}
	c.Name, c.Lang, c.Country = r.PostFormValue("name"), r.PostFormValue("lang"), r.PostFormValue("country")
	c.Zone, c.Formal = r.PostFormValue("zone"), r.PostFormValue("formal") != ""
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

// weekdays in the order in which people of our countries read a week.
var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func (p pages) hours(r *http.Request, a authz.Actor) (web.Result, error) {
	if err := a.MustOwn(); err != nil {
		return web.Result{}, err
	}
	c, spec, err := p.spec(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return p.settings(r, "firm.hours_title", hoursPage(tabs(r, a), c, spec, ui.Form{})), nil
}

func (p pages) spec(r *http.Request, a authz.Actor) (setting.Company, calendar.Spec, error) {
	c, err := p.Settings.Company(r.Context(), a)
	if err != nil {
		return c, calendar.Spec{}, err
	}
	spec, err := calendar.Parse(c.Calendar)
	return c, spec, err
}

// saveHours writes the week, takes away the days that were marked, and adds a
// closure and the holidays of the country if they were asked for.
func (p pages) saveHours(r *http.Request, a authz.Actor) (web.Result, error) {
	c, spec, err := p.spec(r, a)
	if err != nil {
		return web.Result{}, err
	}
	spec.Week = calendar.Week{}
	for _, d := range weekdays {
		for part := range strings.FieldsFuncSeq(r.PostFormValue("week."+d), func(c rune) bool { return strings.ContainsRune(",;yY& ", c) }) {
			spec.Week[d] = append(spec.Week[d], strings.ReplaceAll(part, "–", "-"))
		}
	}
	gone := r.PostForm["gone"]
	i := -1
	spec.Exceptions = slices.DeleteFunc(spec.Exceptions, func(calendar.Exception) bool {
		i++
		return slices.Contains(gone, strconv.Itoa(i))
	})
	if from := r.PostFormValue("from"); from != "" {
		spec.Exceptions = append(spec.Exceptions, calendar.Exception{
			Name: strings.TrimSpace(r.PostFormValue("why")), Effect: calendar.Closed,
			Once: &calendar.Once{From: from, Until: r.PostFormValue("until")},
		})
	}
	if r.PostFormValue("holidays") != "" {
		spec.Exceptions = withHolidays(spec.Exceptions, c.Country)
	}
	if c.Calendar, err = json.Marshal(spec); err != nil {
		return web.Result{}, err
	}
	if _, err := p.Settings.Change(r.Context(), a, c); err != nil {
		return p.settings(r, "firm.hours_title", hoursPage(tabs(r, a), c, spec, web.FormOf(r, err))), err
	}
	return web.Go("/ajustes/horario").Say(i18n.T(r.Context(), "firm.saved")), nil
}

// withHolidays adds the national days of a country that are not there yet.
func withHolidays(have []calendar.Exception, country string) []calendar.Exception {
	for _, c := range calendar.Countries() {
		if c.Code != country {
			continue
		}
		for _, h := range c.Holidays {
			if !slices.ContainsFunc(have, func(x calendar.Exception) bool { return x.Name == h.Name && x.FirstYear == h.FirstYear }) {
				have = append(have, h)
			}
		}
	}
	return have
}

// when says on which days an exception falls.
func when(x calendar.Exception) string {
	var s string
	switch {
	case x.Once != nil:
		s = x.Once.From
		if x.Once.Until != "" {
			s += " – " + x.Once.Until
		}
	case x.Yearly != nil:
		s = x.Yearly.From
		if x.Yearly.Until != "" {
			s += " – " + x.Yearly.Until
		}
	}
	return s
}
