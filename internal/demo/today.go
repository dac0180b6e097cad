package demo

import (
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// mark is how many working hours ago a handoff came to a state.
type mark struct {
	state handoff.State
	ago   float64
}

// waiting is something open right now. It is written down so that each
// one-click user finds something in every box of the day, and one thing late.
type waiting struct {
	service, customer string // keys
	asks, does        string // handles; does is empty while it is nobody's
	asked             float64
	since             []mark
}

var open = []waiting{
	// Dirección
	{"autorizacion", "compras", "gabriela", "carmen", 3, nil},
	{"autorizacion", "produccion", "elias", "carmen", 13, []mark{{handoff.Taken, 11}}},
	{"cobranza", "direccion", "carmen", "norma", 5, []mark{{handoff.Taken, 3}}},
	{"avance", "direccion", "carmen", "elias", 2, nil},
	{"avance", "direccion", "carmen", "elias", 9, []mark{{handoff.Taken, 8}, {handoff.Delivered, 2}}},
	{"cobranza", "direccion", "carmen", "karla", 12, []mark{{handoff.Taken, 9}, {handoff.Delivered, 4}}},
	// Producción
	{"programa", "ventas", "laura", "rogelio", 12, []mark{{handoff.Taken, 8}}},
	{"programa", "ventas", "ivan", "rogelio", 2, nil},
	{"personal", "produccion", "rogelio", "karla", 30, []mark{{handoff.Taken, 22}}},
	{"soporte", "produccion", "rogelio", "oscar", 3, []mark{{handoff.Taken, 2}}},
	{"autorizacion", "produccion", "rogelio", "carmen", 16, []mark{{handoff.Taken, 12}, {handoff.Delivered, 5}}},
	{"pedido", "produccion", "", "laura", 3, []mark{{handoff.Delivered, 3}}},
	// Corte
	{"corte", "costura1", "lupita", "miguel", 4, []mark{{handoff.Taken, 3}}},
	{"corte", "costura2", "jose", "miguel", 20, []mark{{handoff.Taken, 18}, {handoff.Delivered, 9}, {handoff.Returned, 2}}},
	{"corte", "costura2", "veronica", "", 1, nil},
	{"patrones", "corte", "miguel", "sofia", 6, []mark{{handoff.Taken, 4}}},
	{"surtido", "corte", "miguel", "arturo", 2, nil},
	{"patrones", "corte", "miguel", "diego", 13, []mark{{handoff.Taken, 11}, {handoff.Delivered, 1}}},
	// Costura línea 1
	{"costura1", "acabado", "martha", "lupita", 24, []mark{{handoff.Taken, 9}}},
	{"costura1", "acabado", "lucia", "", 5, nil},
	{"reparacion", "costura1", "lupita", "felipe", 3, []mark{{handoff.Taken, 2}}},
	{"corte", "costura1", "lupita", "teresa", 11, []mark{{handoff.Taken, 9}, {handoff.Delivered, 2}}},
	{"avios", "costura1", "lupita", "arturo", 4, []mark{{handoff.Taken, 3}, {handoff.Delivered, 1}}},
}

// today adds what is open right now.
func (w *historian) today() {
	for _, o := range open {
		customer := o.customer
		if !slices.Contains(outside, customer) {
			customer = outside[w.rng.IntN(len(outside))]
		}
		about := w.work(customer, reference(w.year, w.number-w.rng.IntN(6)), 10*(3+w.rng.IntN(9)))
		l := leg{service: o.service, customer: o.customer, push: o.asks == "", about: about}
		p := w.begin(w.ago(o.asked), l)
		doer := w.h.people[o.does]
		if l.push {
			p.By = doer
		} else {
			p.By = w.h.people[o.asks]
		}
		p.Ask.NeedBy, p.Ask.Assignee = time.Time{}, mine(o, doer)
		for _, m := range o.since {
			p.t = w.ago(m.ago)
			switch m.state {
			case handoff.Delivered:
				w.deliver(p, l, doer)
			case handoff.Returned:
				w.returned(p, l)
			default:
				p.step(handoff.EventKind(m.state), doer, handoff.Step{})
			}
		}
		w.pasts = append(w.pasts, p.Past)
	}
}

// mine returns who is to do what was asked and nobody took yet.
func mine(o waiting, doer id.Person) id.Person {
	if len(o.since) > 0 {
		return ""
	}
	return doer
}

// ago returns the moment since which so many working hours have passed.
func (w *historian) ago(hours float64) time.Time {
	from := w.now.AddDate(0, 0, -30)
	return w.exactly(from, w.h.cal.Elapsed(from, w.now).Hours()-hours)
}
