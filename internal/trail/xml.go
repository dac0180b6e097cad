package trail

import (
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"time"
)

// markup writes tags. It remembers the first error, so that only the end asks.
type markup struct {
	out *bufio.Writer
	err error
}

func newMarkup(to io.Writer) *markup {
	m := &markup{out: bufio.NewWriter(to)}
	m.raw(xml.Header)
	return m
}

func (m *markup) raw(s string) {
	if m.err == nil {
		_, m.err = m.out.WriteString(s)
	}
}

// How a tag ends.
const (
	bare  = ">" // its text follows
	open  = ">\n"
	empty = "/>\n"
)

// tag writes an element of pairs of name and value. What XML cannot hold becomes
// the sign for a character that is unknown.
func (m *markup) tag(name, end string, pairs ...string) {
	m.raw("<" + name)
	for i := 0; i < len(pairs); i += 2 {
		m.raw(" " + pairs[i] + `="`)
		m.text(pairs[i+1])
		m.raw(`"`)
	}
	m.raw(end)
}

func (m *markup) text(s string) {
	if m.err == nil {
		m.err = xml.EscapeText(m.out, []byte(s))
	}
}

func (m *markup) end(name string) { m.raw("</" + name + ">\n") }

func (m *markup) close() error {
	if m.err != nil {
		return m.err
	}
	return m.out.Flush()
}

// say writes a value as XES and OCEL read it.
func say(v any) string {
	switch v := v.(type) {
	case time.Time:
		return stamp(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	}
	return ""
}

// extensions are those of the standard that we use.
var extensions = []struct{ name, prefix string }{
	{"Concept", "concept"}, {"Time", "time"}, {"Lifecycle", "lifecycle"}, {"Organizational", "org"},
}

// xesTypes are the names of the types in XES.
var xesTypes = map[Type]string{Text: "string", Whole: "int", Number: "float", Moment: "date"}

// defaults are the values of the global attributes, which every event has.
var defaults = map[Type]string{Text: "", Whole: "0", Number: "0", Moment: "1970-01-01T00:00:00Z"}

type xesLog struct {
	*markup
	types map[string]Type
	begun bool // a case is open
}

func newXES(to io.Writer, h Head) (*xesLog, error) {
	x := &xesLog{markup: newMarkup(to), types: map[string]Type{}}
	x.tag("log", open, "xes.version", "1849.2016", "xes.features", "", "xmlns", "http://www.xes-standard.org/")
	for _, e := range extensions {
		x.tag("extension", empty, "name", e.name, "prefix", e.prefix, "uri", "http://www.xes-standard.org/"+e.prefix+".xesext")
	}
	x.tag("global", open, "scope", "trace")
	x.tag("string", empty, "key", Name, "value", "")
	x.end("global")
	x.tag("global", open, "scope", "event")
	x.tag("string", empty, "key", Name, "value", "")
	x.tag("date", empty, "key", Timestamp, "value", defaults[Moment])
	for _, k := range h.Keys {
		x.types[k.Name] = k.Type
		if k.Always {
			x.tag(xesTypes[k.Type], empty, "key", k.Name, "value", defaults[k.Type])
		}
	}
	x.end("global")
	x.tag("classifier", empty, "name", "Activity", "scope", "event", "keys", Name)
	x.tag("classifier", empty, "name", "Node", "scope", "event", "keys", Group)
	x.tag("string", empty, "key", Name, "value", h.Title)
	return x, x.err
}

// Object satisfies [Writer].
func (x *xesLog) Object(Object) error { return nil }

// Case satisfies [Writer].
func (x *xesLog) Case(name string) error {
	if x.begun {
		x.end("trace")
	}
	x.begun = true
	x.raw("<trace>\n")
	x.tag("string", empty, "key", Name, "value", name)
	return x.err
}

// Event satisfies [Writer].
func (x *xesLog) Event(e Event) error {
	x.raw("<event>\n")
	x.tag("string", empty, "key", Name, "value", e.Activity)
	x.tag("date", empty, "key", Timestamp, "value", stamp(e.At))
	for _, a := range e.Attrs {
		x.tag(xesTypes[x.types[a.Key]], empty, "key", a.Key, "value", say(a.Value))
	}
	x.end("event")
	return x.err
}

// Close satisfies [Writer].
func (x *xesLog) Close() error {
	if x.begun {
		x.end("trace")
	}
	x.end("log")
	return x.close()
}

// xmlLog is OCEL 2.0 in XML.
type xmlLog struct {
	*markup
	part string // that is open: objects or events
}

func newXML(to io.Writer, h Head) (*xmlLog, error) {
	x := &xmlLog{markup: newMarkup(to), part: "objects"}
	x.raw("<log>\n<object-types>\n")
	for _, k := range h.Objects {
		x.kind("object-type", k.Name, k.Keys)
	}
	x.raw("</object-types>\n<event-types>\n")
	for _, a := range h.Activities {
		x.kind("event-type", a, h.Keys)
	}
	x.raw("</event-types>\n<objects>\n")
	return x, x.err
}

func (x *xmlLog) kind(tag, name string, keys []Key) {
	x.tag(tag, open, "name", name)
	x.raw("<attributes>\n")
	for _, k := range keys {
		x.tag("attribute", empty, "name", k.Name, "type", string(k.Type))
	}
	x.raw("</attributes>\n")
	x.end(tag)
}

// Object satisfies [Writer].
func (x *xmlLog) Object(o Object) error {
	x.tag("object", open, "id", o.ID, "type", o.Type)
	x.attrs(o.Attrs, "time", ocelSince)
	x.refs(o.Refs)
	x.end("object")
	return x.err
}

func (x *xmlLog) attrs(as []Attr, more ...string) {
	x.raw("<attributes>\n")
	for _, a := range as {
		x.tag("attribute", bare, append([]string{"name", a.Key}, more...)...)
		x.text(say(a.Value))
		x.end("attribute")
	}
	x.raw("</attributes>\n")
}

func (x *xmlLog) refs(rs []Ref) {
	x.raw("<objects>\n")
	for _, r := range rs {
		x.tag("relationship", empty, "object-id", r.Object, "qualifier", r.As)
	}
	x.raw("</objects>\n")
}

// Case satisfies [Writer].
func (x *xmlLog) Case(string) error { return nil }

func (x *xmlLog) events() {
	if x.part == "objects" {
		x.part = "events"
		x.raw("</objects>\n<events>\n")
	}
}

// Event satisfies [Writer].
func (x *xmlLog) Event(e Event) error {
	x.events()
	x.tag("event", open, "id", e.ID, "type", e.Activity, "time", stamp(e.At))
	x.attrs(e.Attrs)
	x.refs(e.Refs)
	x.end("event")
	return x.err
}

// Close satisfies [Writer].
func (x *xmlLog) Close() error {
	x.events()
	x.raw("</events>\n</log>\n")
	return x.close()
}
