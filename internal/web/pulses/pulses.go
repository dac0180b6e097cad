// Package pulses holds the pages on which people are asked how they are doing:
// the launch with its preview, the answers, what may be shown of them, and what
// was promised.
package pulses

import (
	"context"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
	"github.com/eslabon/eslabon/internal/web/voices"
)

// Services is what the pages work with. Base is the address of the site, which
// stands in what is printed.
type Services struct {
	Pulses   *pulse.Service
	Org      *org.Service
	Handoffs *handoff.Service
	Base     string
}

type pages struct{ Services }

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /pulsos", web.Handle(p.list))
	mux.HandleFunc("GET /pulsos/nuevo", web.Handle(p.launchForm))
	mux.HandleFunc("POST /pulsos/nuevo", web.Handle(p.launch))
	mux.HandleFunc("GET /pulsos/cartel", web.Handle(p.poster))
	mux.HandleFunc("GET /pulsos-planes", web.Handle(p.plans))
	mux.HandleFunc("GET /pulsos-planes/nuevo", web.Handle(p.planForm))
	mux.HandleFunc("POST /pulsos-planes/nuevo", web.Handle(p.setPlan))
	mux.HandleFunc("GET /pulsos-planes/{plan}", web.Handle(p.planForm))
	mux.HandleFunc("POST /pulsos-planes/{plan}", web.Handle(p.setPlan))
	mux.HandleFunc("GET /pulsos/{pulse}", web.Handle(p.pulse))
	mux.HandleFunc("GET /pulsos/{pulse}/responder", web.Handle(p.answerForm))
	mux.HandleFunc("POST /pulsos/{pulse}/responder", web.Handle(p.answer))
	mux.HandleFunc("POST /pulsos/{pulse}/recordar", web.Handle(p.remind))
	mux.HandleFunc("POST /pulsos/{pulse}/cerrar", web.Handle(p.close))
	mux.HandleFunc("POST /pulsos/{pulse}/cancelar", web.Handle(p.cancel))
	mux.HandleFunc("POST /pulsos/{pulse}/codigos", web.Handle(p.reprint))
	mux.HandleFunc("POST /pulsos/{pulse}/compromisos", web.Handle(p.promise))
	mux.HandleFunc("POST /pulsos/{pulse}/compromisos/{deed}", web.Handle(p.fulfil))
	mux.HandleFunc("GET /pulso/{secret}", web.Open(p.linked))
	mux.HandleFunc("POST /pulso/{secret}", web.Open(p.answerByLink))
	mux.HandleFunc("GET /pulso/codigo/{company}", web.Open(p.codeForm))
	mux.HandleFunc("POST /pulso/codigo/{company}", web.Open(p.answerByCode))
}

// URL is the address of the page of a pulse.
func URL(p id.Pulse) string { return "/pulsos/" + string(p) }

// AnswerURL is where somebody who is signed in answers a pulse.
func AnswerURL(p id.Pulse) string { return URL(p) + "/responder" }

func crumbs(ctx context.Context, here string) []ui.Crumb {
	return []ui.Crumb{{Label: i18n.T(ctx, "pulsepage.title"), URL: "/pulsos"}, {Label: here}}
}

// asks reports whether the actor may ask anybody at all.
func asks(a authz.Actor) bool { return a.Owner || len(a.Leads) > 0 }

const aPage = 20

// shelf is the list of pulses.
type shelf struct {
	tabs   []ui.Tab
	due    []pulse.Pulse
	open   []pulse.Pulse // that do not wait for the reader
	closed []pulse.Pulse
	found  map[id.Pulse][]pulse.Result
	next   string
	asks   bool
	owner  bool
}

func (p pages) list(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, before := r.Context(), id.Pulse(r.URL.Query().Get("antes"))
	s := shelf{tabs: voices.Tabs(ctx, a, voices.Pulses), asks: asks(a), owner: a.Owner}
	all, err := p.Pulses.List(ctx, a.Company, before, aPage+1)
	if err != nil {
		return web.Result{}, err
	}
	if len(all) > aPage {
		all = all[:aPage]
		s.next = "/pulsos?antes=" + string(all[aPage-1].ID)
	}
	mine := map[id.Pulse]bool{}
	if before == "" {
		if s.due, err = p.Pulses.Due(ctx, a); err != nil {
			return web.Result{}, err
		}
		for _, x := range s.due {
			mine[x.ID] = true
		}
	}
	var over []id.Pulse
	for _, x := range all {
		switch {
		case mine[x.ID]:
		case x.State == pulse.Open:
			s.open = append(s.open, x)
		default:
			s.closed = append(s.closed, x)
			over = append(over, x.ID)
		}
	}
	if s.found, err = p.Pulses.Whole(ctx, a, over...); err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "pulsepage.title"), Lead: i18n.T(ctx, "pulsepage.lead"), Section: layout.Voice, Body: listPage(s), Actions: listActions(s),
	}), nil
}

func (s shelf) empty() bool { return len(s.due)+len(s.open)+len(s.closed) == 0 }

// finding is the first figure of a pulse, as a sentence.
func (s shelf) finding(ctx context.Context, p pulse.Pulse) string {
	if p.State == pulse.Cancelled {
		return i18n.T(ctx, "pulsepage.cancelled")
	}
	for _, code := range p.Items {
		item, _ := pulse.Find(code)
		for _, r := range s.found[p.ID] {
			if r.Item == code && item.Scale != pulse.Words && r.Verdict != pulse.Hidden {
				return i18n.T(ctx, "pulsepage.finding", i18n.Args{"Question": question(ctx, code), "Figure": figureOf(ctx, r, p.Asked).says})
			}
		}
	}
	return i18n.T(ctx, "pulsepage.finding_none")
}
