// Package voices holds the pages on which people say how others served them
// and thank them: the wall, the form of a thanks, the faces of a rating on the
// page of a handoff and behind the link of a mail, and the answers to low ones.
package voices

import (
	"context"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/thanks"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// Services is what the pages work with.
type Services struct {
	Ratings  *rating.Service
	Thanks   *thanks.Service
	Handoffs *handoff.Service
	Org      *org.Service
}

type pages struct{ Services }

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /gracias", web.Handle(p.wall))
	mux.HandleFunc("GET /gracias/mias", web.Handle(p.mine))
	mux.HandleFunc("GET /gracias/dar", web.Handle(p.giveForm))
	mux.HandleFunc("POST /gracias/dar", web.Handle(p.give))
	mux.HandleFunc("GET /gracias/hoja", web.Handle(p.sheet))
	mux.HandleFunc("GET /gracias/como-van", web.Handle(p.flow))
	mux.HandleFunc("POST /gracias/valores", web.Handle(p.values))
	mux.HandleFunc("POST /gracias/muro", web.Handle(p.stayOff))
	mux.HandleFunc("GET /gracias/{thanks}", web.Handle(p.one))
	mux.HandleFunc("POST /gracias/{thanks}/quitar", web.Handle(p.hide))

	mux.HandleFunc("GET /valorar", web.Handle(p.waiting))
	mux.HandleFunc("POST /valorar/pase/{handoff}", web.Handle(p.rate))
	mux.HandleFunc("POST /valorar/pase/{handoff}/no", web.Handle(p.skip))
	mux.HandleFunc("POST /valorar/pase/{handoff}/respuesta", web.Handle(p.answer))
	mux.HandleFunc("POST /valorar/pase/{handoff}/sirvio", web.Handle(p.helped))
	mux.HandleFunc("POST /valorar/cuanto", web.Handle(p.setting))
	mux.HandleFunc("GET /valorar/{secret}", web.Open(p.linked))
	mux.HandleFunc("POST /valorar/{secret}", web.Open(p.rateByLink))
}

// Place is one of the pages about what people say.
type Place string

// The places.
const (
	Thanks  Place = "thanks"
	Ratings Place = "ratings"
	Needs   Place = "needs"
	Pulses  Place = "pulses"
	Care    Place = "care"
	Mirror  Place = "mirror"
)

var addresses = []struct {
	place   Place
	url     string
	leaders bool
}{
	{Thanks, "/gracias", false},
	{Ratings, "/valorar", false},
	{Needs, "/necesidades", false},
	{Pulses, "/pulsos", false},
	{Care, "/servicio", false},
	{Mirror, "/mi-equipo", true},
}

// Tabs lead between the pages about what people say.
func Tabs(ctx context.Context, a authz.Actor, here Place) []ui.Tab {
	var out []ui.Tab
	for _, x := range addresses {
		if !x.leaders || a.Owner || len(a.Leads) > 0 {
			out = append(out, ui.Tab{Label: i18n.T(ctx, "voice.tab."+string(x.place)), URL: x.url, Here: x.place == here})
		}
	}
	return out
}
