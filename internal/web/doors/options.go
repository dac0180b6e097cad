package doors

import (
	"context"
	"strings"

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
