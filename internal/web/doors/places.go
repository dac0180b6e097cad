package doors

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// usualCountry is offered to who does not say where it comes from.
const usualCountry = "MX"

// land is a country that a company may be in.
type land struct {
	code     string
	name     string
	zones    []string // the most usual first
	holidays bool     // we know its holidays
}

// others are countries whose holidays we do not know, where Spanish is spoken
// at work or somebody buys.
var others = []land{
	{code: "BO", zones: []string{"America/La_Paz"}},
	{code: "BR", zones: []string{"America/Sao_Paulo"}},
	{code: "CR", zones: []string{"America/Costa_Rica"}},
	{code: "CU", zones: []string{"America/Havana"}},
	{code: "DO", zones: []string{"America/Santo_Domingo"}},
	{code: "EC", zones: []string{"America/Guayaquil", "Pacific/Galapagos"}},
	{code: "GB", zones: []string{"Europe/London"}},
	{code: "GT", zones: []string{"America/Guatemala"}},
	{code: "HN", zones: []string{"America/Tegucigalpa"}},
	{code: "NI", zones: []string{"America/Managua"}},
	{code: "PA", zones: []string{"America/Panama"}},
	{code: "PR", zones: []string{"America/Puerto_Rico"}},
	{code: "PT", zones: []string{"Europe/Lisbon"}},
	{code: "PY", zones: []string{"America/Asuncion"}},
	{code: "SV", zones: []string{"America/El_Salvador"}},
	{code: "US", zones: []string{
		"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
	}},
	{code: "UY", zones: []string{"America/Montevideo"}},
	{code: "VE", zones: []string{"America/Caracas"}},
}

// lands lists the countries in the order of their names: first those whose
// holidays we know.
func lands(ctx context.Context) []land {
	var known []land
	for _, c := range calendar.Countries() {
		l := land{code: c.Code, name: c.Name, zones: c.Zones, holidays: true}
		if i18n.Lang(ctx) == "en" {
			l.name = c.English
		}
		known = append(known, l)
	}
	rest := slices.Clone(others)
	for i := range rest {
		rest[i].name = i18n.T(ctx, "place."+strings.ToLower(rest[i].code))
	}
	before := i18n.Sorter()
	byName := func(a, b land) int { return before(a.name, b.name) }
	slices.SortFunc(known, byName)
	slices.SortFunc(rest, byName)
	return append(known, rest...)
}

// countries are the options of a company's country; have is the one it has.
func countries(ctx context.Context, have string) []ui.Option {
	var out []ui.Option
	known := have == ""
	for _, l := range lands(ctx) {
		group := i18n.T(ctx, "first.country_without")
		if l.holidays {
			group = i18n.T(ctx, "first.country_with")
		}
		out = append(out, ui.Option{Value: l.code, Label: l.name, Group: group})
		known = known || l.code == have
	}
	if !known {
		out = append([]ui.Option{{Value: have, Label: have}}, out...)
	}
	return append(out, ui.Option{Label: i18n.T(ctx, "first.country_other"), Group: i18n.T(ctx, "first.country_without")})
}

// zones are the options of a company's time zone; have is the one it has.
func zones(ctx context.Context, have string) []ui.Option {
	var out []ui.Option
	known := have == "" || have == "UTC"
	for _, l := range lands(ctx) {
		for _, z := range l.zones {
			out = append(out, ui.Option{Value: z, Label: cityOf(ctx, z), Group: l.name})
			known = known || z == have
		}
	}
	if !known {
		out = append([]ui.Option{{Value: have, Label: have}}, out...)
	}
	return append(out, ui.Option{Value: "UTC", Label: "UTC", Group: i18n.T(ctx, "first.country_other")})
}

// cityOf names a time zone by its city, as people do.
func cityOf(ctx context.Context, zone string) string {
	city := zone[strings.LastIndexByte(zone, '/')+1:]
	if key := "place.city." + strings.ToLower(city); i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return strings.ReplaceAll(city, "_", " ")
}

// zoneOf returns the zone where most of a country lives, or nothing.
func zoneOf(country string) string {
	for _, l := range lands(context.Background()) {
		if l.code == country {
			return l.zones[0]
		}
	}
	return ""
}

// countryOf guesses a country from the languages of a browser.
func countryOf(r *http.Request) string {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return usualCountry // it says nothing that can be read
	}
	for _, t := range tags {
		region, sure := t.Region()
		if sure == language.Exact && zoneOf(region.String()) != "" {
			return region.String()
		}
	}
	return usualCountry
}
