package demo

import (
	_ "embed"
	"slices"
	"sync"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setup"
)

// member is somebody who works in the example company.
type member struct {
	handle string
	name   string
	on     []string // keys of the nodes where it works, or for which it speaks
	leads  string   // the one of them that it leads
	about  string   // i18n key; only of one-click users
}

func (m member) email() string { return m.handle + "@aurora.example" }

// cast is everybody, the owner first.
var cast = []member{
	{"carmen", "Carmen Villaseñor Ruiz", []string{"direccion"}, "direccion", "demo.user.owner"},
	{"rogelio", "Rogelio Fuentes Aguilar", []string{"produccion"}, "produccion", "demo.user.leader"},
	{"miguel", "Miguel Torres Pineda", []string{"corte"}, "", "demo.user.cutter"},
	{"lupita", "Guadalupe Ramírez Santos", []string{"costura1"}, "", "demo.user.sewer"},
	{"elias", "Elías Ponce Guzmán", []string{"produccion"}, "", ""},
	{"laura", "Laura Mendoza Ortiz", []string{"ventas", "marisol"}, "ventas", ""},
	{"ivan", "Iván Castañeda Rojas", []string{"ventas", "bajio"}, "", ""},
	{"norma", "Norma Aguirre Téllez", []string{"administracion"}, "administracion", ""},
	{"karla", "Karla Benítez Solís", []string{"administracion"}, "", ""},
	{"gabriela", "Gabriela Rangel Ochoa", []string{"compras", "textiles"}, "compras", ""},
	{"arturo", "Arturo Delgado Mejía", []string{"almacen"}, "almacen", ""},
	{"sofia", "Sofía Herrera Luna", []string{"diseno"}, "diseno", ""},
	{"diego", "Diego Paredes Soto", []string{"diseno"}, "", ""},
	{"teresa", "Teresa Jiménez Cruz", []string{"corte"}, "corte", ""},
	{"rosa", "Rosa Elena Martínez Gil", []string{"costura1"}, "costura1", ""},
	{"jose", "José Luis Cortés Vega", []string{"costura2"}, "costura2", ""},
	{"veronica", "Verónica Salazar Peña", []string{"costura2"}, "", ""},
	{"martha", "Martha Ibarra León", []string{"acabado"}, "acabado", ""},
	{"lucia", "Lucía Navarro Ríos", []string{"acabado"}, "", ""},
	{"beatriz", "Beatriz Romero Campos", []string{"calidad"}, "calidad", ""},
	{"hector", "Héctor Lozano Vidal", []string{"calidad"}, "", ""},
	{"felipe", "Felipe Zamora Huerta", []string{"mantenimiento"}, "", ""},
	{"ramon", "Ramón Espinoza Trejo", []string{"despacho"}, "despacho", ""},
	{"oscar", "Óscar Medina Prado", []string{"informatica"}, "informatica", ""},
}

// contacts are who decides at the customers outside.
var contacts = map[string]string{"marisol": "Marisol Quintero", "bajio": "Ernesto Salcedo"}

//go:embed aurora.json
var auroraText []byte

var plans = perLang(makePlan)

// plan is the template of a workshop as this company has it. It is shared:
// nobody changes it.
func plan(lang string) setup.Template { return plans()[lang] }

// perLang makes something once in each of our languages.
func perLang[T any](fn func(lang string) T) func() map[string]T {
	return sync.OnceValue(func() map[string]T {
		out := map[string]T{}
		for _, l := range i18n.Langs {
			out[l] = fn(l)
		}
		return out
	})
}

// makePlan puts two sewing lines in the place of one team, customers and a
// supplier with names, and somebody who keeps the computers.
func makePlan(lang string) setup.Template {
	t := setup.Plan(trade, lang)
	extra, err := setup.Parse(auroraText, lang)
	if err != nil {
		panic(err) // it is part of the binary
	}
	t.Nodes = slices.DeleteFunc(t.Nodes, func(n setup.Node) bool { return n.Key == "clientes" })
	t.Nodes = append(t.Nodes, extra.Nodes...)
	for i, s := range t.Services {
		if s.Key == "costura" {
			t.Services[i].Key, t.Services[i].Node = lines[0], lines[0]
			s.Key, s.Node = lines[1], lines[1]
			t.Services = append(t.Services, s)
		}
	}
	t.Services = append(t.Services, extra.Services...)
	var links []setup.Link
	for _, l := range t.Links {
		for _, s := range split(l.Supplier) {
			for _, c := range split(l.Customer) {
				links = append(links, setup.Link{Supplier: s, Customer: c})
			}
		}
	}
	t.Links = append(links, extra.Links...)
	t.Routes = nil // it has two lines, and a route of its own
	return t
}

var (
	lines   = []string{"costura1", "costura2"}
	outside = []string{"marisol", "bajio"}
)

// split says which nodes of this company stand for one of the template.
func split(key string) []string {
	switch key {
	case "costura":
		return lines
	case "clientes":
		return outside
	}
	return []string{key}
}
