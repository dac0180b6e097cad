package setup

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// Template is what a company of a trade begins with, in one language.
type Template struct {
	Week     string // code of a pattern of the calendar
	Holidays bool   // it closes on the holidays of its country
	Nodes    []Node // parents first
	Services []Service
	Links    []Link
	Routes   []Route
	Shifts   []Shift
}

// Node is an area, a team, a post, or somebody outside.
type Node struct {
	Key    string
	Parent string // key of the node above, or empty
	Kind   org.Kind
	Name   string
}

// Service is what a node offers; its offer has no ids of records yet.
type Service struct {
	Key   string
	Node  string // key of the supplier
	Offer link.Offer
}

// Link says who supplies whom, by their keys.
type Link struct{ Supplier, Customer string }

// Route is the way that most of the work takes.
type Route struct {
	Name, Detail string
	Steps        []string // keys of services, in their order
}

// Shift is a working time of its own, for nodes that do not work when the
// company does.
type Shift struct {
	Name     string
	Week     string // code of a pattern of the calendar
	Holidays bool
	Nodes    []string // keys of those that have it, with all below them
}

// Trade is a line of business that we have a template for.
type Trade struct {
	Code            string // empty for a company that begins with nothing
	Nodes, Services int    // that it brings
}

// NameKey returns the key of what people call the trade.
func (t Trade) NameKey() string { return "setup.trade." + t.key() }

// AboutKey returns the key of what the template brings, in a sentence.
func (t Trade) AboutKey() string { return "setup.about." + t.key() }

func (t Trade) key() string {
	if t.Code == "" {
		return "none"
	}
	return t.Code
}

var codes = []string{"taller", "hotel", "servicios"}

// Trades lists what somebody may choose from; the last is to begin with
// nothing.
func Trades() []Trade {
	var out []Trade
	for _, c := range codes {
		t := Plan(c, i18n.Langs[0])
		out = append(out, Trade{Code: c, Nodes: len(t.Nodes), Services: len(t.Services)})
	}
	return append(out, Trade{})
}

// Plan returns the template of a trade. One that nobody knows brings nothing,
// and the hours of an office.
func Plan(trade, lang string) Template {
	t, ok := ours()[trade]
	if !ok {
		return Template{Week: "office", Holidays: true}
	}
	return t.in(lang)
}

//go:embed templates/*.json
var files embed.FS

var ours = sync.OnceValue(func() map[string]draft {
	out := map[string]draft{}
	for _, c := range codes {
		b, err := files.ReadFile("templates/" + c + ".json")
		if err != nil {
			panic(err) // it is part of the binary
		}
		if out[c], err = read(b); err != nil {
			panic(fmt.Errorf("template %s: %w", c, err)) // it is part of the binary
		}
	}
	return out
})

// Parse reads a template from its JSON text; each text of it is a list of one
// wording for each of our languages.
func Parse(text []byte, lang string) (Template, error) {
	d, err := read(text)
	if err != nil {
		return Template{}, err
	}
	return d.in(lang), nil
}

func read(text []byte) (d draft, err error) {
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("read template: %w", err)
	}
	return d, nil
}

// words is one text in each of our languages, in their order.
type words []string

func (w words) in(lang string) string {
	i := slices.Index(i18n.Langs, lang)
	if i < 0 || i >= len(w) {
		i = 0
	}
	if i >= len(w) {
		return ""
	}
	return w[i]
}

// draft is a template as it is written down.
type draft struct {
	Week     string       `json:"week"`
	Holidays bool         `json:"holidays"`
	Nodes    []draftNode  `json:"nodes"`
	Services []draftOffer `json:"services"`
	Links    [][2]string  `json:"links"`
	Routes   []draftRoute `json:"routes"`
	Shifts   []draftShift `json:"shifts"`
}

type draftShift struct {
	Name     words    `json:"name"`
	Week     string   `json:"week"`
	Holidays bool     `json:"holidays"`
	Nodes    []string `json:"nodes"`
}

type draftNode struct {
	Key    string   `json:"key"`
	Parent string   `json:"parent"`
	Kind   org.Kind `json:"kind"`
	Name   words    `json:"name"`
}

type draftRoute struct {
	Name   words    `json:"name"`
	Detail words    `json:"detail"`
	Steps  []string `json:"steps"`
}

type draftOffer struct {
	Key          string       `json:"key"`
	Node         string       `json:"node"`
	Kind         link.Kind    `json:"kind"`
	Name         words        `json:"name"`
	Detail       words        `json:"detail"`
	Unit         words        `json:"unit"`
	Take         float64      `json:"take"`    // working hours
	Deliver      float64      `json:"deliver"` // working hours
	Target       int          `json:"target"`
	Form         []draftField `json:"form"`
	Requirements []words      `json:"requirements"`
	Reasons      []words      `json:"reasons"`
}

type draftField struct {
	Label    words          `json:"label"`
	Type     link.FieldType `json:"type"`
	Required bool           `json:"required"`
	Unit     words          `json:"unit"`
	Options  []words        `json:"options"`
	Help     words          `json:"help"`
}

func (d draft) in(lang string) Template {
	t := Template{Week: d.Week, Holidays: d.Holidays}
	for _, n := range d.Nodes {
		t.Nodes = append(t.Nodes, Node{Key: n.Key, Parent: n.Parent, Kind: n.Kind, Name: n.Name.in(lang)})
	}
	for _, s := range d.Services {
		t.Services = append(t.Services, Service{Key: s.Key, Node: s.Node, Offer: s.in(lang)})
	}
	for _, l := range d.Links {
		t.Links = append(t.Links, Link{Supplier: l[0], Customer: l[1]})
	}
	for _, r := range d.Routes {
		t.Routes = append(t.Routes, Route{Name: r.Name.in(lang), Detail: r.Detail.in(lang), Steps: r.Steps})
	}
	for _, s := range d.Shifts {
		t.Shifts = append(t.Shifts, Shift{Name: s.Name.in(lang), Week: s.Week, Holidays: s.Holidays, Nodes: s.Nodes})
	}
	return t
}

func (s draftOffer) in(lang string) link.Offer {
	o := link.Offer{
		Kind: s.Kind, Name: s.Name.in(lang), Detail: s.Detail.in(lang), Unit: s.Unit.in(lang),
		Requirements: items(s.Requirements, lang), Reasons: items(s.Reasons, lang),
		Terms: link.Terms{Take: hours(s.Take), Deliver: hours(s.Deliver), Target: s.Target},
	}
	for i, f := range s.Form {
		field := link.Field{
			ID: "f" + strconv.Itoa(i+1), Label: f.Label.in(lang), Type: f.Type, Required: f.Required,
			Unit: f.Unit.in(lang), Help: f.Help.in(lang),
		}
		for _, w := range f.Options {
			field.Options = append(field.Options, w.in(lang))
		}
		o.Form = append(o.Form, field)
	}
	return o
}

// items numbers the lines of a list as the catalogue does when people type it.
func items(lines []words, lang string) []link.Item {
	out := make([]link.Item, len(lines))
	for i, w := range lines {
		out[i] = link.Item{ID: strconv.Itoa(i + 1), Text: w.in(lang)}
	}
	return out
}

func hours(n float64) time.Duration { return time.Duration(n * float64(time.Hour)) }
