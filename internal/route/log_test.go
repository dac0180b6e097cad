package route_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/route"
)

// told is a piece as the log alone tells it.
type told struct {
	State    route.State
	Lots     map[int]lotTold
	Passages map[id.Handoff]passageTold
}

type lotTold struct {
	Parent   int
	Quantity float64
	JoinsAt  int
	State    route.LotState
}

type passageTold struct {
	Lot, Step, Round int
	Rework           bool
	State            route.PassageState
	SentBack         int
}

// equalsLog fails the test unless every piece is as the log tells it: the state
// tables say nothing that the facts do not.
func (w *world) equalsLog(t *testing.T) {
	t.Helper()
	facts, err := fact.After(t.Context(), w.DB, 1, 0, 100_000)
	must(t, err)
	pieces := map[id.Piece]*told{}
	for _, f := range facts {
		kind, ok := strings.CutPrefix(f.Kind, "route.")
		if _, known := pieces[id.Piece(f.Subject)]; ok && (known || kind == "begun") {
			var x route.Told
			must(t, f.Decode(&x))
			if kind == "begun" {
				pieces[id.Piece(f.Subject)] = &told{State: route.Running, Lots: map[int]lotTold{
					1: {Quantity: x.Quantity, State: route.LotRunning},
				}, Passages: map[id.Handoff]passageTold{}}
			}
			if p := pieces[id.Piece(f.Subject)]; p != nil {
				p.play(kind, x)
			}
		}
	}
	page, err := w.routes.List(t.Context(), w.Ana, route.Filter{Limit: 200})
	must(t, err)
	if len(page.Rows) != len(pieces) {
		t.Fatalf("%d pieces, the log tells of %d", len(page.Rows), len(pieces))
	}
	for _, d := range page.Rows {
		now := told{State: d.State, Lots: map[int]lotTold{}, Passages: map[id.Handoff]passageTold{}}
		for _, l := range d.Lots {
			now.Lots[l.Number] = lotTold{l.Parent, l.Quantity, l.JoinsAt, l.State}
		}
		for _, x := range d.Passages {
			now.Passages[x.Handoff] = passageTold{x.Lot, x.Step, x.Round, x.Rework, x.State, x.SentBack}
		}
		if want := *pieces[d.ID]; !reflect.DeepEqual(now, want) {
			t.Errorf("piece %d is\n%+v\nand the log tells\n%+v", d.Number, now, want)
		}
	}
}

func (p *told) lot(n int, fn func(*lotTold)) {
	l := p.Lots[n]
	fn(&l)
	p.Lots[n] = l
}

func (p *told) passage(h id.Handoff, fn func(*passageTold)) {
	x := p.Passages[h]
	fn(&x)
	p.Passages[h] = x
}

// play applies one fact. A lot waits if it has come as far as its siblings wait
// for each other, which the log tells by what passed last.
func (p *told) play(kind string, x route.Told) {
	state := func(s route.LotState) { p.lot(x.Lot, func(l *lotTold) { l.State = s }) }
	switch kind {
	case "opened":
		p.Passages[x.Handoff] = passageTold{Lot: x.Lot, Step: x.Step, Round: x.Round, Rework: x.Rework, State: route.Open}
		state(route.LotRunning)
	case "passed":
		p.passage(x.Handoff, func(y *passageTold) { y.State = route.Passed })
		p.wait(x.Lot)
	case "skipped":
		p.passage(x.Handoff, func(y *passageTold) {
			y.Lot, y.Step, y.Round, y.State = x.Lot, x.Step, x.Round, route.Skipped
		})
		p.wait(x.Lot)
	case "fell":
		p.passage(x.Handoff, func(y *passageTold) { y.State = route.Stopped })
	case "stopped":
		state(route.LotStopped)
	case "sent_back":
		p.passage(x.Handoff, func(y *passageTold) { y.SentBack++ })
	case "split":
		state(route.LotSplit)
		for _, part := range x.Lots {
			p.Lots[part.Lot] = lotTold{x.Lot, part.Quantity, x.JoinsAt, route.LotRunning}
		}
		p.passage(x.Handoff, func(y *passageTold) { y.Lot = x.Lots[0].Lot })
	case "joined":
		for _, part := range x.Lots {
			p.lot(part.Lot, func(l *lotTold) { l.State = route.LotJoined })
		}
		p.lot(x.Lot, func(l *lotTold) { l.Quantity, l.State = x.Quantity, route.LotRunning })
		p.arrived(x.Lot, x.Step)
	case "ended":
		p.State = route.Done
		p.lot(1, func(l *lotTold) { l.State = route.LotDone })
	case "called_off":
		p.State = route.Cancelled
		for n, l := range p.Lots {
			if l.State != route.LotJoined {
				p.lot(n, func(l *lotTold) { l.State = route.LotCancelled })
			}
		}
		for h, y := range p.Passages {
			if y.State == route.Open {
				p.passage(h, func(y *passageTold) { y.State = route.PassageCancelled })
			}
		}
	}
}

// wait notes that a lot has come to where it joins, if nothing of it is open.
func (p *told) wait(lot int) {
	last := 0
	for _, x := range p.Passages {
		if x.Lot == lot {
			if last = max(last, x.Step); x.State == route.Open {
				return
			}
		}
	}
	p.arrived(lot, last+1)
}

func (p *told) arrived(lot, step int) {
	if l := p.Lots[lot]; l.JoinsAt == step && l.Parent > 0 {
		p.lot(lot, func(l *lotTold) { l.State = route.LotWaiting })
	}
}
