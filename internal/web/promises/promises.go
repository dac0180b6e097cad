// Package promises shows how what was promised was kept: on a link, at a node,
// in the company.
package promises

import (
	"context"
	"math"
	"net/url"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

// Days is how far back the figures of all pages look.
const Days = 90

// Since is the beginning of the first of those days; days are counted in UTC,
// as the running figures are.
func Since(ctx context.Context) time.Time {
	const day = 24 * time.Hour
	return i18n.Now(ctx).UTC().AddDate(0, 0, -Days).Truncate(day)
}

// What the list behind a figure may show, as the address says it.
const (
	SeePending   = "pendientes"
	SeeLate      = "vencidos"
	SeeUntaken   = "sin-tomar"
	SeePaused    = "en-pausa"
	SeeGiven     = "entregados"
	seeInTime    = "a-tiempo"
	seeMissed    = "tarde"
	seeTaken     = "tomados-a-tiempo"
	seeTakenLate = "tomados-tarde"
	seeRework    = "rehechos"
	seeAuto      = "sin-respuesta"
	seeDropped   = "sin-entregar"
)

// Sight is one list behind a figure; Code names it in the catalogue.
type Sight struct {
	See, Code string
	kept      handoff.Kept
}

// Sights are all of them, as people look for them.
var Sights = []Sight{
	{SeePending, "pending", ""},
	{SeeLate, "late", ""},
	{SeeUntaken, "untaken", ""},
	{SeePaused, "paused", ""},
	{SeeGiven, "given", ""},
	{seeInTime, "in_time", handoff.KeptInTime},
	{seeMissed, "missed", handoff.KeptLate},
	{seeTaken, "taken", handoff.TakenInTime},
	{seeTakenLate, "taken_late", handoff.TakenLate},
	{seeRework, "rework", handoff.KeptRework},
	{seeAuto, "auto", handoff.KeptAuto},
	{seeDropped, "dropped", handoff.KeptDropped},
}

// Find returns the sight that an address names.
func Find(see string) (Sight, bool) {
	for _, s := range Sights {
		if s.See == see {
			return s, true
		}
	}
	return Sight{}, false
}

// Filter is the list of s: what is open is what w owes now, the rest is what
// ended since a moment.
func (s Sight) Filter(w handoff.Whose, since time.Time) handoff.Filter {
	undelivered := []handoff.State{handoff.Asked, handoff.Taken, handoff.Returned}
	switch s.See {
	case SeePending:
		return handoff.Filter{Nodes: w.Suppliers, Open: true, States: undelivered}
	case SeeLate:
		return handoff.Filter{Nodes: w.Suppliers, Late: true}
	case SeeUntaken:
		return handoff.Filter{Nodes: w.Suppliers, Open: true, States: undelivered[:1]}
	case SeePaused:
		return handoff.Filter{Nodes: w.Suppliers, Open: true, Paused: true, States: undelivered}
	case SeeGiven:
		return handoff.Filter{Nodes: w.Suppliers, Open: true, States: []handoff.State{handoff.Delivered}}
	}
	return handoff.Filter{Behind: handoff.Behind{Kept: s.kept, Whose: w, Since: since}}
}

// Args is what a page says about promises.
type Args struct {
	handoff.Promises

	See func(see string) string // the address of a list; for an empty one, of the whole
}

// Any reports whether there is anything to say.
func (a Args) Any() bool {
	u := a.Under
	return a.Deliver.Kept.N+a.Rework.N+a.Auto.N+a.Dropped+u.Open+u.Given > 0
}

// headline says how often it was in time, as people say it.
func (a Args) headline(ctx context.Context) string {
	if !a.Deliver.Enough() {
		if a.Deliver.Kept.N == 0 {
			return i18n.T(ctx, "promise.none")
		}
		return i18n.T(ctx, "promise.few", i18n.Args{"K": a.Deliver.Kept.K, "N": a.Deliver.Kept.N})
	}
	r := ratioOf(a.Deliver.Kept)
	return i18n.T(ctx, "promise.kept", i18n.Args{"K": r.k, "Of": r.of, "Low": r.low, "High": r.high, "N": a.Deliver.Kept.N})
}

// ratio is a share in whole cases of ten, or of a hundred near both ends, where
// ten would say all or none of what was not.
type ratio struct{ k, of, low, high int }

func ratioOf(s stat.Share) ratio {
	r := ratio{of: 10}
	v := s.Value()
	if v < 1 && v > 0.95 || v > 0 && v < 0.05 {
		r.of = 100
	}
	of := float64(r.of)
	r.k, r.low, r.high = int(math.Round(v*of)), int(math.Floor(s.Low*of)), int(math.Ceil(s.High*of))
	if s.K < s.N {
		r.k = min(r.k, r.of-1)
	}
	if s.K > 0 {
		r.k = max(r.k, 1)
	}
	return r
}

// oldest says since when the oldest waits.
func (a Args) oldest(ctx context.Context) string {
	return i18n.T(ctx, "promise.oldest", i18n.Args{"Day": i18n.LongDay(ctx, a.Under.OldestAt.In(i18n.Zone(ctx)))})
}

// URL is the address of the page of a node, or of the company if it is empty,
// with one of the lists, or with the usual one.
func URL(n id.Node, see string) string {
	q := url.Values{}
	if n != "" {
		q.Set("nodo", string(n))
	}
	if see == "" {
		if len(q) == 0 {
			return "/promesas"
		}
		return "/promesas?" + q.Encode()
	}
	q.Set("ver", see)
	return "/promesas?" + q.Encode() + "#pases"
}
