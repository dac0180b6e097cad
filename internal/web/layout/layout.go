// Package layout is the frame of every page: where am I, where can I go, who
// am I here.
package layout

import (
	"strconv"

	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// The sections of the product, for Frame.Section.
const (
	MyDay   = "mi-dia"
	Ask     = "pedir"
	Chain   = "cadena"
	Team    = "equipo"
	Catalog = "catalogo"
	Org     = "organizacion"
	Voice   = "voz"
	Setup   = "ajustes"
	Jobs    = "trabajos"

	Datasets = "registros"
)

// Frame is what surrounds a page of somebody who is signed in.
type Frame struct {
	Title     string // a sentence a person would say: "Te deben 3 cosas"
	Lead      string // under the title, if it needs a word more
	Section   string
	Crumbs    []ui.Crumb
	Actions   templ.Component // beside the title
	Person    string
	Company   string
	CompanyID int64
	Companies []Seat // shown if there are several
	Unread    int
	Seq       int64 // of the company's log: what the page already shows
	Lang      string
	Theme     string // "" follows the system
	Path      string // this page, to come back to
	Flash     Flash
	Alert     string // what went wrong just now, as a sentence
}

// Seat is one of the companies of the person.
type Seat struct {
	ID   int64
	Name string
}

// Flash is a sentence shown once.
type Flash struct {
	Kind  string // good (default), info, bad
	Text  string
	URL   string // of what it speaks of, if anything
	Label string // of the link
}

func (f Flash) kind() string {
	if f.Kind == "" {
		return "good"
	}
	return f.Kind
}

// BareFrame is what surrounds a page of somebody who is not signed in.
type BareFrame struct {
	Title string
	Lang  string
	Theme string
	Path  string
	Flash Flash
	Alert string
	Wide  bool // more than a short form
}

type place struct {
	section, url, icon, word, key string
}

// four are always in sight on a phone; more is one tap further.
var (
	four = []place{
		{MyDay, "/mi-dia", "sun", "ui.place.my_day", "g d"},
		{Ask, "/pedir", "plus", "ui.place.ask", "n"},
		{Chain, "/cadena", "workflow", "ui.place.chain", "g c"},
	}
	more = []place{
		{Team, "/equipo", "users", "ui.place.team", "g e"},
		{Jobs, "/trabajos", "route", "ui.place.jobs", "g r"},
		{Catalog, "/catalogo", "store", "ui.place.catalog", "g s"},
		{Voice, "/gracias", "hand-heart", "ui.place.voice", "g v"},
		{Org, "/organizacion", "network", "ui.place.org", "g o"},
		{Datasets, "/registros", "upload", "ui.place.datasets", "g l"},
		{Setup, "/ajustes", "settings", "ui.place.settings", "g a"},
	}
)

func inMore(section string) bool {
	for _, p := range more {
		if p.section == section {
			return true
		}
	}
	return false
}

type choice struct{ value, icon, word string }

var themes = []choice{
	{"", "monitor", "ui.theme.system"},
	{"light", "sun", "ui.theme.light"},
	{"dark", "moon", "ui.theme.dark"},
	{"contrast", "contrast", "ui.theme.contrast"},
}

// langs are named each in its own language.
var langs = []choice{{"es", "", "Español"}, {"en", "", "English"}}

func unread(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}

// config tells htmx to evaluate nothing, to keep no copy of pages, and to show
// what the server says when something is wrong.
const config = `{"allowEval":false,"includeIndicatorStyles":false,"historyCacheSize":0,"timeout":20000,` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"[45]..","swap":true,"error":true}]}`
