package handoffs

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
)

// lanes is the page of one order of a customer: each handoff on one line of
// the same time.
type lanes struct {
	handoff.OrderView
	now   time.Time
	until time.Time // where the time line ends
	open  int
}

// order shows all that was done for one order of a customer outside.
func (p pages) order(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	o, err := p.Handoffs.Order(ctx, a, r.PathValue("ref"))
	if err != nil {
		return web.Result{}, err
	}
	v := lanes{OrderView: o, now: i18n.Now(ctx), until: o.Until.Time}
	if v.until.IsZero() {
		v.until = v.now
	}
	for _, h := range o.Handoffs {
		if h.State.Open() {
			v.open++
		}
	}
	return web.Show(web.Page{Title: v.title(ctx), Lead: v.lead(ctx), Section: layout.MyDay, Body: lanesOf(v)}), nil
}

func (v lanes) title(ctx context.Context) string {
	key := "handoff.order.took"
	if v.Until.IsZero() {
		key = "handoff.order.takes"
	}
	return i18n.T(ctx, key, i18n.Args{"Ref": v.Ref, "Long": i18n.Duration(ctx, v.Lead(v.now))})
}

func (v lanes) lead(ctx context.Context) string {
	key := "handoff.order.closed"
	if v.open > 0 {
		key = "handoff.order.open"
	}
	return i18n.T(ctx, key, i18n.Args{"N": len(v.Handoffs), "Open": v.open, "From": moment(ctx, v.From.Time)})
}

// leg is one part of a bar: waiting to be taken, being made, waiting to be
// accepted.
type leg struct {
	class    string
	x, width string
}

// wide is how many units a bar has.
const wide = 1000

// legs are the parts of the bar of h.
func (v lanes) legs(h handoff.Handoff) []leg {
	end := v.until
	if !h.ClosedAt.IsZero() {
		end = h.ClosedAt.Time
	}
	taken, delivered := h.TakenAt.Time, h.DeliveredAt.Time
	if h.State == handoff.Returned {
		delivered = time.Time{} // it is being made again
	}
	marks := []struct {
		class       string
		from, until time.Time
	}{
		{"leg-wait", h.AskedAt.Time, first(taken, delivered, end)},
		{"leg-work", taken, first(delivered, end)},
		{"leg-accept", delivered, end},
	}
	var out []leg
	for _, m := range marks {
		if m.from.IsZero() || !m.until.After(m.from) {
			continue
		}
		x := v.at(m.from)
		out = append(out, leg{m.class, decimal(x), decimal(max(v.at(m.until)-x, 2))})
	}
	return out
}

// first is the first of the moments that is known.
func first(moments ...time.Time) time.Time {
	for _, t := range moments {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// at is where a moment stands on the time line.
func (v lanes) at(t time.Time) float64 {
	all := v.until.Sub(v.From.Time)
	if all <= 0 {
		return 0
	}
	return min(wide, max(0, wide*float64(t.Sub(v.From.Time))/float64(all)))
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// took says how long h took, or has taken so far.
func (v lanes) took(ctx context.Context, h handoff.Handoff) string {
	end := v.now
	if !h.ClosedAt.IsZero() {
		end = h.ClosedAt.Time
	}
	return i18n.Duration(ctx, end.Sub(h.AskedAt.Time))
}
