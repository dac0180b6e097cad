// Package trail writes event logs for other programs: XES (IEEE 1849), OCEL 2.0
// and CSV. What is written is never kept in memory.
package trail

import (
	"io"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
)

// Format is how a log is written.
type Format string

// The formats.
const (
	XES     Format = "xes"
	CSV     Format = "csv"
	OCEL    Format = "ocel"     // 2.0, as JSON
	OCELXML Format = "ocel-xml" // 2.0, as XML
)

// Formats are all of them.
var Formats = []Format{XES, CSV, OCEL, OCELXML}

// Ext is how the name of a file of the format ends.
func (f Format) Ext() string {
	return map[Format]string{XES: ".xes", CSV: ".csv", OCEL: ".jsonocel", OCELXML: ".xmlocel"}[f]
}

// Media is the type by which a browser knows a file of the format.
func (f Format) Media() string {
	return map[Format]string{
		XES: "application/xml", CSV: "text/csv; charset=utf-8", OCEL: "application/json", OCELXML: "application/xml",
	}[f]
}

// Parse returns the format that people call name, or Invalid.
func Parse(name string) (Format, error) {
	for _, f := range Formats {
		if string(f) == name {
			return f, nil
		}
	}
	return "", errs.Field("format", "err.unknown")
}

// Keys of the standard extensions of XES.
const (
	Name      = "concept:name"
	Instance  = "concept:instance"
	Timestamp = "time:timestamp"
	Lifecycle = "lifecycle:transition"
	Group     = "org:group"
	Resource  = "org:resource"
)

// Type is what the values of an attribute are.
type Type string

// The types; their names are those of OCEL.
const (
	Text   Type = "string"
	Whole  Type = "integer"
	Number Type = "float"
	Moment Type = "time"
)

// Key is an attribute that events, or objects of a type, may have.
type Key struct {
	Name   string
	Type   Type
	Always bool // every event has it
}

// Attr is what an event or object has: a string, an int64, a float64 or a
// time.Time.
type Attr struct {
	Key   string
	Value any
}

// Ref relates an event or an object to an object.
type Ref struct{ Object, As string }

// Object is what events are about, in OCEL.
type Object struct {
	ID, Type string
	Attrs    []Attr
	Refs     []Ref
}

// Event is one thing that happened.
type Event struct {
	ID       string
	Activity string
	At       time.Time
	Attrs    []Attr // in the order of the keys of the head, without what is missing
	Refs     []Ref
}

// Head is what a reader has to know before the first event.
type Head struct {
	Title      string
	Activities []string // all that may occur
	Keys       []Key    // of events, besides the activity and the time
	Objects    []Kind
}

// Kind is a type of object.
type Kind struct {
	Name string
	Keys []Key
}

// Writer writes a log in one pass: the objects first, then case by case the
// events. Close ends the log, and does not close what is below.
type Writer interface {
	Object(Object) error    // nothing, but in OCEL
	Case(name string) error // begins the case to which the next events belong
	Event(Event) error
	Close() error
}

// New begins a log.
func New(to io.Writer, f Format, h Head) (Writer, error) {
	switch f {
	case XES:
		return newXES(to, h)
	case CSV:
		return newCSV(to, h)
	case OCEL:
		return newJSON(to, h)
	case OCELXML:
		return newXML(to, h)
	}
	return nil, errs.Field("format", "err.unknown")
}

// stamp writes a moment as all the formats read it. Nothing we know is finer.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }
