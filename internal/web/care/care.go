// Package care holds the pages on how well we serve: the letters of I-CARE, the
// page of who leads, and on the page of a link what both ends say of each other
// and how rough it runs.
package care

import (
	"context"
	"math"
	"net/http"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web"
)

// Services is what the pages work with.
type Services struct {
	Insights *insight.Service
	Ratings  *rating.Service
	Links    *link.Service
	Handoffs *handoff.Service
	Org      *org.Service
}

type pages struct{ Services }

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /servicio", web.Handle(p.card))
	mux.HandleFunc("GET /mi-equipo", web.Handle(p.mirror))
	mux.HandleFunc("POST /mi-equipo/paso", web.Handle(p.check))
	mux.HandleFunc("GET /semana", web.Handle(p.week))
	mux.HandleFunc("GET /eslabones/{link}/platica", web.Handle(p.talkForm))
	mux.HandleFunc("POST /eslabones/{link}/platica", web.Handle(p.talk))
}

// mark says a mean of 1 … 5 with one decimal.
func mark(ctx context.Context, f float64) string { return i18n.Number(ctx, math.Round(10*f)/10) }

// between says the certainty of a share.
func between(ctx context.Context, s stat.Share) string {
	return i18n.T(ctx, "carepage.between", i18n.Args{"Low": i18n.Percent(ctx, s.Low), "High": i18n.Percent(ctx, s.High), "N": s.N})
}

// lacks says how much is missing until a figure says something.
func lacks(ctx context.Context, what string, n int) string {
	return i18n.T(ctx, "carepage.lacks."+what, i18n.Args{"N": n, "Count": n})
}
