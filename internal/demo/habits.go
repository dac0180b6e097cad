package demo

import "time"

// habit is how a service usually goes: medians in working hours, and how often
// things turn out otherwise.
type habit struct {
	take, work, accept            float64
	back, remark, decline, cancel float64
	counted                       bool // it is asked for in pieces or metres
}

// habits by service. Two of them are the lesson of the example: patterns come
// back to design again and again, and work piles up before sewing (see queue).
var habits = map[string]habit{
	"autorizacion": {3, 3, 2, .04, .03, .10, .02, false},
	"cotizacion":   {1.5, 5, 8, .08, .05, .02, .12, false},
	"pedido":       {1, 3, 1.5, .12, .06, 0, 0, false},
	"programa":     {1.5, 3, 1, .07, .05, .02, .02, false},
	"ficha":        {2.5, 9, 3, .14, .08, .03, .03, false},
	"patrones":     {2, 7, 1.5, .31, .04, 0, .01, false},
	"compra":       {2.5, 16, 2, .09, .06, .03, .03, false},
	"tela":         {5, 24, 2, .11, .05, .02, .02, true},
	"surtido":      {1, 2.5, 1, .06, .04, 0, .01, true},
	"avios":        {.6, 1.6, .8, .05, .03, .01, .01, false},
	"corte":        {1.5, 5.5, 1, .08, .04, 0, .01, true},
	"costura":      {2.2, 7, 1.2, .08, .05, 0, 0, true},
	"acabado":      {1, 4, 1.2, .05, .04, 0, 0, true},
	"liberacion":   {.8, 2, .8, .02, .02, 0, 0, true},
	"entrega":      {1.5, 5, 7, .05, .06, 0, 0, true},
	"factura":      {2, 4, 6, .05, .03, 0, 0, false},
	"pago":         {4, 12, 2, .04, .03, .02, .02, false},
	"personal":     {6, 50, 6, .18, .08, .08, .06, false},
	"reparacion":   {.8, 3, .8, .10, .06, .02, .02, false},
	"soporte":      {.7, 2.6, .9, .08, .06, .03, .04, false},
	"acceso":       {2.5, 4, 1.2, .05, .03, .03, .03, false},
	"cobranza":     {2.5, 5, 4, .08, .06, 0, .01, false},
	"avance":       {1.5, 3, 3, .07, .06, 0, .01, false},
}

// errand is something that people ask of each other whatever is being made.
type errand struct {
	service   string
	customers []string
	perDay    float64
	push      bool
	monthEnd  float64 // how many times as often when bills fall due; 0 for no matter
}

var errands = []errand{
	{"soporte", []string{"ventas", "administracion", "almacen", "diseno", "calidad", "produccion"}, 1.9, false, 0},
	{"acceso", []string{"ventas", "administracion", "diseno", "almacen"}, .35, false, 0},
	{"reparacion", []string{"costura1", "costura2", "corte", "acabado"}, 1.8, false, 0},
	{"avios", []string{"costura1", "costura2", "acabado"}, 1.7, false, 0},
	{"compra", []string{"almacen", "mantenimiento", "almacen"}, 1.6, false, 0},
	{"tela", []string{"compras"}, .7, false, 0},
	{"pago", []string{"compras"}, 1.7, false, 2.2},
	{"autorizacion", []string{"compras", "produccion", "ventas", "mantenimiento"}, 1.1, false, 0},
	{"personal", []string{"produccion", "almacen"}, .16, false, 0},
	{"ficha", []string{"ventas"}, .6, false, 0},
	{"programa", []string{"ventas"}, .8, false, 0},
	{"cotizacion", []string{"marisol", "bajio"}, .7, false, 0},
	{"cobranza", []string{"direccion"}, .22, true, 0},
	{"avance", []string{"direccion", "ventas"}, .5, false, 0},
}

const ordersPerDay = 1.2

// busy says how much is asked on each day of the week, of a usual day.
var busy = map[time.Weekday]float64{
	time.Monday: 1.35, time.Tuesday: 1.12, time.Wednesday: 1, time.Thursday: .95, time.Friday: .85, time.Saturday: .4,
	time.Sunday: .1,
}

// The queue before sewing: it began to grow so many days ago, and has grown
// so many times since.
const (
	queueDays = 60
	queueGrew = 10
)

// queue returns how many times as long as usual work waits before it is taken.
func queue(service string, at, now time.Time) float64 {
	since := now.AddDate(0, 0, -queueDays)
	if kind(service) != "costura" || at.Before(since) {
		return 1
	}
	return 1 + (queueGrew-1)*float64(at.Sub(since))/float64(now.Sub(since))
}
