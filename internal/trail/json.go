package trail

import (
	"bufio"
	"encoding/json"
	"io"
)

// ocelSince is when an attribute of an object begins to hold, if it always did.
const ocelSince = "1970-01-01T00:00:00Z"

type jsonAttr struct {
	Name  string `json:"name"`
	Time  string `json:"time,omitempty"` // of an object only
	Value any    `json:"value"`
}

type jsonRef struct {
	Object string `json:"objectId"`
	As     string `json:"qualifier"`
}

type jsonThing struct {
	ID    string     `json:"id"`
	Type  string     `json:"type"`
	Time  string     `json:"time,omitempty"` // of an event only
	Attrs []jsonAttr `json:"attributes"`
	Refs  []jsonRef  `json:"relationships"`
}

type jsonKind struct {
	Name  string    `json:"name"`
	Attrs []jsonKey `json:"attributes"`
}

type jsonKey struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// jsonLog is OCEL 2.0 in JSON.
type jsonLog struct {
	out   *bufio.Writer
	err   error
	part  string // that is open: objects or events
	first bool   // nothing stands in it yet
}

func newJSON(to io.Writer, h Head) (*jsonLog, error) {
	j := &jsonLog{out: bufio.NewWriter(to), part: "objects", first: true}
	kinds := make([]jsonKind, len(h.Objects))
	for i, k := range h.Objects {
		kinds[i] = jsonKind{k.Name, jsonKeys(k.Keys)}
	}
	acts := make([]jsonKind, len(h.Activities))
	for i, a := range h.Activities {
		acts[i] = jsonKind{a, jsonKeys(h.Keys)}
	}
	j.raw("{\"objectTypes\":")
	j.put(kinds)
	j.raw(",\n\"eventTypes\":")
	j.put(acts)
	j.raw(",\n\"objects\":[\n")
	return j, j.err
}

func jsonKeys(keys []Key) []jsonKey {
	out := make([]jsonKey, len(keys))
	for i, k := range keys {
		out[i] = jsonKey{k.Name, k.Type}
	}
	return out
}

func (j *jsonLog) raw(s string) {
	if j.err == nil {
		_, j.err = j.out.WriteString(s)
	}
}

func (j *jsonLog) put(v any) {
	if j.err != nil {
		return
	}
	var b []byte
	if b, j.err = json.Marshal(v); j.err == nil {
		_, j.err = j.out.Write(b)
	}
}

func (j *jsonLog) thing(v jsonThing, as []Attr, since string, rs []Ref) error {
	if !j.first {
		j.raw(",\n")
	}
	j.first = false
	v.Attrs, v.Refs = make([]jsonAttr, len(as)), make([]jsonRef, len(rs))
	for i, a := range as {
		v.Attrs[i] = jsonAttr{a.Key, since, jsonValue(a.Value)}
	}
	for i, r := range rs {
		v.Refs[i] = jsonRef(r)
	}
	j.put(v)
	return j.err
}

// jsonValue leaves numbers numbers; the rest is text.
func jsonValue(v any) any {
	switch v.(type) {
	case int64, float64:
		return v
	}
	return say(v)
}

// Object satisfies [Writer].
func (j *jsonLog) Object(o Object) error {
	return j.thing(jsonThing{ID: o.ID, Type: o.Type}, o.Attrs, ocelSince, o.Refs)
}

// Case satisfies [Writer].
func (j *jsonLog) Case(string) error { return nil }

func (j *jsonLog) events() {
	if j.part == "objects" {
		j.part, j.first = "events", true
		j.raw("],\n\"events\":[\n")
	}
}

// Event satisfies [Writer].
func (j *jsonLog) Event(e Event) error {
	j.events()
	return j.thing(jsonThing{ID: e.ID, Type: e.Activity, Time: stamp(e.At)}, e.Attrs, "", e.Refs)
}

// Close satisfies [Writer].
func (j *jsonLog) Close() error {
	j.events()
	j.raw("]}\n")
	if j.err != nil {
		return j.err
	}
	return j.out.Flush()
}
