package schema

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

type ocelKind struct {
	Name  *string    `json:"name"`
	Attrs *[]ocelKey `json:"attributes"`
}

type ocelKey struct {
	Name *string `json:"name"`
	Type *string `json:"type"`
}

type ocelAttr struct {
	Name  *string          `json:"name"`
	Time  *string          `json:"time,omitempty"`
	Value *json.RawMessage `json:"value"`
}

type ocelRef struct {
	Object *string `json:"objectId"`
	As     *string `json:"qualifier"`
}

type ocelThing struct {
	ID    *string    `json:"id"`
	Type  *string    `json:"type"`
	Time  *string    `json:"time,omitempty"`
	Attrs []ocelAttr `json:"attributes,omitempty"`
	Refs  []ocelRef  `json:"relationships,omitempty"`
}

type ocelLog struct {
	ObjectTypes *[]ocelKind  `json:"objectTypes"`
	EventTypes  *[]ocelKind  `json:"eventTypes"`
	Objects     *[]ocelThing `json:"objects"`
	Events      *[]ocelThing `json:"events"`
}

// OCEL checks a log of OCEL 2.0 in JSON: its schema, and that what is named is
// there. It returns how many objects and events it has.
func OCEL(r io.Reader) (objects, events int, err error) {
	var log ocelLog
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		return 0, 0, err
	}
	if log.ObjectTypes == nil || log.EventTypes == nil || log.Objects == nil || log.Events == nil {
		return 0, 0, fmt.Errorf("a part of the log is missing")
	}
	return log.check()
}

func (log ocelLog) check() (objects, events int, err error) {
	c := ocelCheck{ids: map[string]bool{}}
	objectTypes, err := c.kinds(*log.ObjectTypes)
	if err != nil {
		return 0, 0, err
	}
	eventTypes, err := c.kinds(*log.EventTypes)
	if err != nil {
		return 0, 0, err
	}
	for _, o := range *log.Objects {
		if o.ID == nil || c.ids[*o.ID] {
			return 0, 0, fmt.Errorf("object %v: no id, or not its own", o)
		}
		c.ids[*o.ID] = true
	}
	seen := map[string]bool{}
	for i, o := range *log.Objects {
		if err := c.thing(o, objectTypes, true); err != nil {
			return 0, 0, fmt.Errorf("object %d: %w", i, err)
		}
	}
	for i, e := range *log.Events {
		if e.ID == nil || seen[*e.ID] {
			return 0, 0, fmt.Errorf("event %d: no id, or not its own", i)
		}
		seen[*e.ID] = true
		if e.Time == nil || !isTime(*e.Time) {
			return 0, 0, fmt.Errorf("event %d: no time", i)
		}
		if err := c.thing(e, eventTypes, false); err != nil {
			return 0, 0, fmt.Errorf("event %d: %w", i, err)
		}
	}
	return len(*log.Objects), len(*log.Events), nil
}

type ocelCheck struct{ ids map[string]bool }

// kinds returns the declared attributes of each type, with theirs.
func (c ocelCheck) kinds(all []ocelKind) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for _, k := range all {
		if k.Name == nil || k.Attrs == nil || out[*k.Name] != nil {
			return nil, fmt.Errorf("a type without name or attributes, or that comes twice: %v", k)
		}
		out[*k.Name] = map[string]string{}
		for _, a := range *k.Attrs {
			if a.Name == nil || a.Type == nil || !strings.Contains(" string time integer float boolean ", " "+*a.Type+" ") {
				return nil, fmt.Errorf("an attribute of %s without name or type", *k.Name)
			}
			out[*k.Name][*a.Name] = *a.Type
		}
	}
	return out, nil
}

func (c ocelCheck) thing(t ocelThing, types map[string]map[string]string, object bool) error {
	if t.Type == nil || types[*t.Type] == nil {
		return fmt.Errorf("no type that was declared: %v", t.Type)
	}
	for _, a := range t.Attrs {
		switch {
		case a.Name == nil || a.Value == nil:
			return fmt.Errorf("an attribute without name or value")
		case types[*t.Type][*a.Name] == "":
			return fmt.Errorf("attribute %s was not declared", *a.Name)
		case object != (a.Time != nil) || object && !isTime(*a.Time):
			return fmt.Errorf("attribute %s: only those of objects have a time", *a.Name)
		case !fits(*a.Value, types[*t.Type][*a.Name]):
			return fmt.Errorf("attribute %s: %s is not of its type", *a.Name, *a.Value)
		}
	}
	for _, r := range t.Refs {
		if r.Object == nil || r.As == nil || *r.As == "" || !c.ids[*r.Object] {
			return fmt.Errorf("a relation to nothing: %v", r)
		}
	}
	return nil
}

// fits reports whether a value, as JSON or as the text of XML, is of its type.
func fits(v json.RawMessage, kind string) bool {
	text := string(v)
	var s string
	if json.Unmarshal(v, &s) == nil {
		text = s
	} else if kind == "string" || kind == "time" {
		return false
	}
	switch kind {
	case "time":
		return isTime(text)
	case "integer":
		return values["int"](text)
	case "float":
		return values["float"](text)
	case "boolean":
		return values["boolean"](text)
	}
	return true
}

// OCELXML checks a log of OCEL 2.0 in XML.
func OCELXML(r io.Reader) (objects, events int, err error) {
	e, err := read(r)
	if err != nil {
		return 0, 0, err
	}
	if e.name != "log" || len(e.in) != 4 {
		return 0, 0, e.wrong("no log of four parts")
	}
	var log ocelLog
	for i, part := range []string{"object-types", "event-types", "objects", "events"} {
		if e.in[i].name != part {
			return 0, 0, e.in[i].wrong("where %s should be", part)
		}
	}
	if log.ObjectTypes, err = xmlKinds(e.in[0], "object-type"); err != nil {
		return 0, 0, err
	}
	if log.EventTypes, err = xmlKinds(e.in[1], "event-type"); err != nil {
		return 0, 0, err
	}
	if log.Objects, err = xmlThings(e.in[2], "object"); err != nil {
		return 0, 0, err
	}
	if log.Events, err = xmlThings(e.in[3], "event"); err != nil {
		return 0, 0, err
	}
	return log.check()
}

func (e *element) at(name string) *string {
	if v, ok := e.attr[name]; ok {
		return &v
	}
	return nil
}

func xmlKinds(e *element, tag string) (*[]ocelKind, error) {
	out := []ocelKind{}
	for _, k := range e.in {
		if k.name != tag || len(k.in) != 1 || k.in[0].name != "attributes" {
			return nil, k.wrong("no %s with attributes", tag)
		}
		keys := []ocelKey{}
		for _, a := range k.in[0].in {
			if err := a.has([]string{"name", "type"}); err != nil {
				return nil, err
			}
			keys = append(keys, ocelKey{a.at("name"), a.at("type")})
		}
		out = append(out, ocelKind{k.at("name"), &keys})
	}
	return &out, nil
}

func xmlThings(e *element, tag string) (*[]ocelThing, error) {
	out := []ocelThing{}
	for _, x := range e.in {
		if x.name != tag {
			return nil, x.wrong("where %s should be", tag)
		}
		t := ocelThing{ID: x.at("id"), Type: x.at("type"), Time: x.at("time")}
		for _, part := range x.in {
			for _, y := range part.in {
				switch {
				case part.name == "attributes" && y.name == "attribute":
					v, err := json.Marshal(y.text)
					if err != nil {
						return nil, err
					}
					t.Attrs = append(t.Attrs, ocelAttr{y.at("name"), y.at("time"), (*json.RawMessage)(&v)})
				case part.name == "objects" && y.name == "relationship":
					t.Refs = append(t.Refs, ocelRef{y.at("object-id"), y.at("qualifier")})
				default:
					return nil, y.wrong("in %s", part.name)
				}
			}
		}
		out = append(out, t)
	}
	return &out, nil
}
