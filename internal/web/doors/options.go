package doors

import (
	"context"
	"strings"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setup"
	"github.com/eslabon/eslabon/internal/web/ui"
)

func langs(ctx context.Context) []ui.Option {
	out := make([]ui.Option, len(i18n.Langs))
	for i, l := range i18n.Langs {
		out[i] = ui.Option{Value: l, Label: i18n.T(ctx, "first.lang."+l)}
	}
	return out
}

func tradeOptions(ctx context.Context, trades []setup.Trade) []ui.Option {
	out := make([]ui.Option, len(trades))
	for i, t := range trades {
		out[i] = ui.Option{Value: t.Code, Label: i18n.T(ctx, t.NameKey()), Help: i18n.T(ctx, t.AboutKey())}
	}
	return out
}

// first returns the first name.
func first(name string) string {
	f, _, _ := strings.Cut(name, " ")
	return f
}

// device says in few words where somebody is signed in, from what the browser
// says of itself.
func device(ctx context.Context, agent string) string {
	system, browser := "", ""
	for _, s := range []string{"Android", "iPhone", "iPad", "Windows", "Macintosh", "CrOS", "Linux"} {
		if strings.Contains(agent, s) {
			system = strings.NewReplacer("Macintosh", "Mac", "CrOS", "Chromebook").Replace(s)
			break
		}
	}
	for _, b := range []struct{ mark, name string }{
		{"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"SamsungBrowser/", "Samsung"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	} {
		if strings.Contains(agent, b.mark) {
			browser = b.name
			break
		}
	}
	switch {
	case system != "" && browser != "":
		return browser + " · " + system
	case system+browser != "":
		return system + browser
	}
	return i18n.T(ctx, "me.some_device")
}

// other is the value of "another country": the one it has, if we do not know it.
func other(country string) string {
	for _, o := range countries("es") {
		if o.Value == country {
			return ""
		}
	}
	return country
}

// withZone adds the zone of the company to those we offer.
func withZone(all []ui.Option, zone string) []ui.Option {
	for _, o := range all {
		if o.Value == zone {
			return all
		}
	}
	return append([]ui.Option{{Value: zone, Label: zone}}, all...)
}

// nameOf is what the reader calls a special day.
func nameOf(ctx context.Context, x calendar.Exception) string {
	switch {
	case i18n.Lang(ctx) == "en" && x.English != "":
		return x.English
	case x.Name != "":
		return x.Name
	}
	return i18n.T(ctx, "firm.closed_day")
}

const specPrefix = "calendar."

// weekError finds what is wrong with the hours of a day: the calendar names
// each stretch.
func weekError(form ui.Form, day string) string {
	for f, s := range form.Errors {
		if f == specPrefix+"week."+day || strings.HasPrefix(f, specPrefix+"week."+day+".") {
			return s
		}
	}
	return ""
}

// hourFields are the fields of the form of hours, for the summary of errors.
func hourFields(ctx context.Context, form ui.Form) []ui.FieldArgs {
	var out []ui.FieldArgs
	for f := range form.Errors {
		rest, ok := strings.CutPrefix(f, specPrefix+"week.")
		if day, _, _ := strings.Cut(rest, "."); ok {
			out = append(out, ui.FieldArgs{Name: f, ID: "f-week-" + day, Label: i18n.T(ctx, "firm.day."+day)})
			continue
		}
		out = append(out, ui.FieldArgs{Name: f, ID: "f-from", Label: i18n.T(ctx, "firm.closed")})
	}
	return out
}
