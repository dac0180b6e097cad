package demo

import (
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/clock"
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
	paused            *stop  // it waits for somebody
	astray            string // key of the service to which it was passed on, half way to now
}

// stop is a pause some working hours ago: for whom, and why.
type stop struct {
	ago   float64
	until float64 // when it went on; 0 if it still waits
	on    clock.Whom
	why   int // of the story
}

var open = []waiting{
	// Dirección
	{"autorizacion", "compras", "gabriela", "carmen", 3, nil, nil, ""},
	{"autorizacion", "produccion", "elias", "carmen", 13, []mark{{handoff.Taken, 11}}, nil, ""},
	{"cobranza", "direccion", "carmen", "norma", 5, []mark{{handoff.Taken, 3}}, nil, ""},
	{"avance", "direccion", "carmen", "elias", 2, nil, nil, ""},
	{"avance", "direccion", "carmen", "elias", 9, []mark{{handoff.Taken, 8}, {handoff.Delivered, 2}}, nil, ""},
	{"cobranza", "direccion", "carmen", "karla", 12, []mark{{handoff.Taken, 9}, {handoff.Delivered, 4}}, nil, ""},
	// Producción
	{"programa", "ventas", "laura", "rogelio", 12, []mark{{handoff.Taken, 8}}, nil, ""},
	{"programa", "ventas", "ivan", "rogelio", 2, nil, nil, ""},
	{"personal", "produccion", "rogelio", "karla", 30, []mark{{handoff.Taken, 22}}, nil, ""},
	{"soporte", "produccion", "rogelio", "oscar", 3, []mark{{handoff.Taken, 2}}, nil, ""},
	{"autorizacion", "produccion", "rogelio", "carmen", 16, []mark{{handoff.Taken, 12}, {handoff.Delivered, 5}}, nil, ""},
	{"pedido", "produccion", "", "laura", 3, []mark{{handoff.Delivered, 3}}, nil, ""},
	// Corte
	{"corte", "costura1", "lupita", "miguel", 4, []mark{{handoff.Taken, 3}}, nil, ""},
	{"corte", "costura2", "jose", "miguel", 20, []mark{{handoff.Taken, 18}, {handoff.Delivered, 9}, {handoff.Returned, 2}}, nil, ""},
	{"corte", "costura2", "veronica", "", 1, nil, nil, ""},
	{"patrones", "corte", "miguel", "sofia", 6, []mark{{handoff.Taken, 4}}, nil, ""},
	{"surtido", "corte", "miguel", "arturo", 2, nil, nil, ""},
	{"patrones", "corte", "miguel", "diego", 13, []mark{{handoff.Taken, 11}, {handoff.Delivered, 1}}, nil, ""},
	// What waits for somebody, what went astray, what nobody answered
	{"corte", "costura1", "lupita", "miguel", 9, []mark{{handoff.Taken, 8}}, &stop{5, 0, clock.Third, 1}, ""},
	{"patrones", "corte", "miguel", "sofia", 14, []mark{{handoff.Taken, 13}}, &stop{12, 6, clock.Customer, 2}, ""},
	{"soporte", "produccion", "rogelio", "oscar", 8, nil, nil, "reparacion"},
	{"avance", "direccion", "carmen", "elias", 70, []mark{{handoff.Taken, 69}, {handoff.Delivered, 66}}, nil, ""},
	// Costura línea 1
	{"costura1", "acabado", "martha", "lupita", 24, []mark{{handoff.Taken, 9}}, nil, ""},
	{"costura1", "acabado", "lucia", "", 5, nil, nil, ""},
	{"reparacion", "costura1", "lupita", "felipe", 3, []mark{{handoff.Taken, 2}}, nil, ""},
	{"corte", "costura1", "lupita", "teresa", 11, []mark{{handoff.Taken, 9}, {handoff.Delivered, 2}}, nil, ""},
	{"avios", "costura1", "lupita", "arturo", 4, []mark{{handoff.Taken, 3}, {handoff.Delivered, 1}}, nil, ""},
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
		w.unusual(p, o, doer)
		w.pasts = append(w.pasts, p.Past)
	}
}

// unusual tells what does not happen to every handoff: it waited for somebody,
// it went to the wrong post, or nobody answered the delivery in time.
func (w *historian) unusual(p *telling, o waiting, doer id.Person) {
	if o.astray != "" {
		p.t = w.ago(o.asked / 2)
		p.step(handoff.Redirected, doer, handoff.Step{Note: pick(w.teller, w.h.story.redirs)}).To = w.h.offers[o.astray].ID
	}
	if s := o.paused; s != nil {
		p.t = w.ago(s.ago)
		wait := handoff.Wait{On: s.on}
		if s.on == clock.Third {
			wait.Name = w.h.story.waits[0]
		}
		p.step(handoff.Paused, doer, handoff.Step{Note: w.h.story.waits[s.why]}).Wait = wait
		if s.until > 0 {
			p.t = w.ago(s.until)
			p.step(handoff.Resumed, doer, handoff.Step{})
		}
	}
	if n := len(p.Steps); n > 0 && p.Steps[n-1].Kind == handoff.EventKind(handoff.Delivered) {
		due, err := w.h.cal.AddDays(p.t, w.h.company.AcceptDays)
		if p.t = due; err == nil {
			p.step(handoff.AutoAccepted, "", handoff.Step{})
		}
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
