package demo

import (
	"fmt"
	"math"
	"time"
)

// days calls fn for every working day of the history with its opening, and how
// much is asked on it.
func (w *historian) days(fn func(opens time.Time, hours, share float64)) {
	loc := w.h.cal.Zone()
	b := w.begins.In(loc)
	for d := time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, loc); d.Before(w.now); d = d.AddDate(0, 0, 1) {
		hours := w.h.cal.Elapsed(d, d.AddDate(0, 0, 1)).Hours()
		if hours > 0 {
			fn(d, hours, busy[d.Weekday()])
		}
	}
}

// some returns how often something happens that happens mean times on average.
func (w *historian) some(mean float64) int {
	n, p := 0, w.rng.Float64()
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= w.rng.Float64()
	}
	return n
}

// orders tells the orders of the customers, from the quotation to the invoice.
func (w *historian) orders() {
	w.days(func(opens time.Time, hours, share float64) {
		for range w.some(ordersPerDay * share) {
			w.order(w.exactly(opens, hours*w.rng.Float64()))
		}
	})
}

// reference returns the number of the next order: "P-2026-0412".
func (w *historian) reference(t time.Time) string {
	if year := t.Year(); year != w.year {
		if w.year != 0 {
			w.number = 0
		}
		w.year = year
	}
	w.number++
	return reference(w.year, w.number)
}

func reference(year, n int) string { return fmt.Sprintf("P-%d-%04d", year, n) }

// order tells one order.
func (w *historian) order(t time.Time) {
	customer := outside[0]
	if w.chance(.4) {
		customer = outside[1]
	}
	about := w.work(customer, w.reference(t), 10*(6+w.rng.IntN(34)))
	t, ok := w.pass(t, leg{service: "cotizacion", customer: customer, about: about})
	if ok && w.chance(.45) { // a new style
		t, ok = w.pass(w.after(t, 1), leg{service: "ficha", customer: "ventas", about: about})
	}
	if !ok {
		return
	}
	if t, ok = w.pass(w.after(t, 1), leg{service: "pedido", customer: "produccion", push: true, about: about}); !ok {
		return
	}
	if t, ok = w.pass(w.after(t, .5), leg{service: "programa", customer: "ventas", about: about}); !ok {
		return
	}
	patterns, ok1 := w.pass(w.after(t, 2), leg{service: "patrones", customer: "corte", about: about})
	fabric, ok2 := w.fabric(t, about)
	if !ok1 || !ok2 {
		return
	}
	w.make(later(patterns, fabric), about)
}

// fabric tells how the fabric of an order comes to the cutting table, now and
// then from the supplier first.
func (w *historian) fabric(t time.Time, about work) (time.Time, bool) {
	if w.chance(.3) {
		bought := w.after(t, 1)
		w.pass(w.after(bought, 3), leg{service: "tela", customer: "compras", about: about})
		var ok bool
		if t, ok = w.pass(bought, leg{service: "compra", customer: "almacen", about: about}); !ok {
			return t, false
		}
	}
	return w.pass(w.after(t, 2), leg{service: "surtido", customer: "corte", about: about})
}

// make tells the lots of an order through the workshop, and its delivery.
func (w *historian) make(t time.Time, about work) {
	const lotSize, most = 110, 4
	lots := min(most, 1+about.pieces/lotSize)
	last, whole := t, true
	for i := range lots {
		lot := about
		lot.lot, lot.pieces = i+1, about.pieces/lots
		done, ok := w.lot(w.exactly(t, 3*float64(i)+.2), lot, lines[w.rng.IntN(len(lines))])
		last, whole = later(last, done), whole && ok
	}
	if !whole {
		return
	}
	t, ok := w.pass(w.after(last, 5), leg{service: "entrega", customer: about.customer, push: true, about: about})
	if ok {
		w.pass(w.after(t, 2), leg{service: "factura", customer: about.customer, push: true, about: about})
	}
}

func (w *historian) lot(t time.Time, about work, line string) (time.Time, bool) {
	if w.chance(.5) {
		w.pass(w.after(t, 1), leg{service: "avios", customer: line, about: about})
	}
	for _, l := range []leg{
		{service: "corte", customer: line},
		{service: line, customer: "acabado"},
		{service: "acabado", customer: "calidad", push: true},
		{service: "liberacion", customer: "despacho", push: true},
	} {
		if l.push {
			t = w.after(t, habits[l.service].work)
		}
		var ok bool
		l.about = about
		if t, ok = w.pass(t, l); !ok {
			return t, false
		}
		t = w.after(t, .3)
	}
	return t, true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// errands tells what people asked of each other besides.
func (w *historian) errands() {
	w.days(func(opens time.Time, hours, share float64) {
		for _, e := range errands {
			mean := e.perDay * share
			if day := opens.Day(); e.monthEnd > 0 && (day >= 27 || day == 14 || day == 15) {
				mean *= e.monthEnd
			}
			for range w.some(mean) {
				customer := e.customers[w.rng.IntN(len(e.customers))]
				about := w.work(outside[w.rng.IntN(len(outside))], "", 10*(2+w.rng.IntN(20)))
				t := w.exactly(opens, hours*w.rng.Float64())
				w.pass(t, leg{service: e.service, customer: customer, push: e.push, about: about})
			}
		}
	})
}
