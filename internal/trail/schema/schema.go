// Package schema checks in tests that a log is what its standard asks for: the
// elements, attributes, types and references of IEEE 1849-2016 (XES) and of
// OCEL 2.0, as compact rules of our own.
package schema

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// element is a tag with all that is in it.
type element struct {
	name string
	attr map[string]string
	in   []*element
	text string
}

func (e *element) wrong(format string, args ...any) error {
	return fmt.Errorf("<%s %v>: %s", e.name, e.attr, fmt.Sprintf(format, args...))
}

func read(r io.Reader) (*element, error) {
	root := &element{}
	open := []*element{root}
	for d := xml.NewDecoder(r); ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			if len(root.in) != 1 {
				return nil, errors.New("not one element at the top")
			}
			return root.in[0], nil
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			e := &element{name: t.Name.Local, attr: map[string]string{}}
			for _, a := range t.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			top.in, open = append(top.in, e), append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
}

// has fails unless e has exactly the attributes want, and those of may if any.
func (e *element) has(want []string, may ...string) error {
	known := map[string]bool{}
	for _, k := range want {
		known[k] = true
		if _, ok := e.attr[k]; !ok {
			return e.wrong("no attribute %s", k)
		}
	}
	for _, k := range may {
		known[k] = true
	}
	for k := range e.attr {
		if !known[k] {
			return e.wrong("unknown attribute %s", k)
		}
	}
	return nil
}

var xmlName = regexp.MustCompile(`^[\p{L}_:][\p{L}\p{N}_:.-]*$`)

// values are the types of an attribute of XES, and what each may say.
var values = map[string]func(string) bool{
	"string":  func(string) bool { return true },
	"date":    isTime,
	"int":     func(s string) bool { _, err := strconv.ParseInt(s, 10, 64); return err == nil },
	"float":   func(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil },
	"boolean": func(s string) bool { return s == "true" || s == "false" },
	"id":      func(s string) bool { return s != "" },
}

func isTime(s string) bool {
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

// xesAttr checks an attribute and those in it.
func xesAttr(e *element) error {
	ok, known := values[e.name]
	switch {
	case !known:
		return e.wrong("no type of attribute")
	case !xmlName.MatchString(e.attr["key"]):
		return e.wrong("the key is no name")
	case !ok(e.attr["value"]):
		return e.wrong("the value is not of its type")
	}
	for _, x := range e.in {
		if err := xesAttr(x); err != nil {
			return err
		}
	}
	return e.has([]string{"key", "value"})
}

// standard are the keys of the standard extensions, with their types, and the
// prefix by which an extension declares them.
var standard = map[string]string{
	"concept:name": "string", "concept:instance": "string", "time:timestamp": "date", "lifecycle:transition": "string",
	"org:group": "string", "org:resource": "string", "org:role": "string",
}

// transitions are the values that lifecycle:transition has in the standard model.
var transitions = " schedule assign withdraw reassign start suspend resume pi_abort ate_abort complete autoskip manualskip unknown "

// order is where the children of a log stand.
var order = map[string]int{"extension": 0, "global": 1, "classifier": 2, "trace": 4, "event": 5}

// XES checks a log of IEEE 1849-2016, and returns how many traces and events it
// has.
func XES(r io.Reader) (traces, events int, err error) {
	log, err := read(r)
	if err != nil {
		return 0, 0, err
	}
	if log.name != "log" || log.attr["xmlns"] != "http://www.xes-standard.org/" {
		return 0, 0, log.wrong("no log of XES")
	}
	if err := log.has([]string{"xes.version", "xes.features"}, "xmlns", "openxes.version"); err != nil {
		return 0, 0, err
	}
	if _, err := strconv.ParseFloat(log.attr["xes.version"], 64); err != nil {
		return 0, 0, log.wrong("the version is no decimal number")
	}
	c := xesCheck{declared: map[string]bool{}, global: map[string][]string{}}
	place := 0
	for _, e := range log.in {
		p, ok := order[e.name]
		if !ok {
			p = 3 // attributes of the log
		}
		if p < place {
			return 0, 0, e.wrong("in the wrong place")
		}
		place = p
		switch e.name {
		case "extension":
			err = e.has([]string{"name", "prefix", "uri"})
			c.declared[e.attr["prefix"]] = true
		case "global":
			err = c.globals(e)
		case "classifier":
			err = errors.Join(e.has([]string{"name", "keys"}, "scope"), c.known("event", e.attr["keys"], e))
		case "trace":
			traces++
			n := 0
			n, err = c.trace(e)
			events += n
		default:
			err = c.attr(e)
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return traces, events, nil
}

type xesCheck struct {
	declared map[string]bool     // prefixes of extensions
	global   map[string][]string // by scope, the keys that all have
}

func (c xesCheck) globals(e *element) error {
	if err := e.has([]string{"scope"}); err != nil {
		return err
	}
	scope := e.attr["scope"]
	if scope != "trace" && scope != "event" || c.global[scope] != nil {
		return e.wrong("the scope is neither trace nor event, or comes twice")
	}
	for _, x := range e.in {
		if err := c.attr(x); err != nil {
			return err
		}
		c.global[scope] = append(c.global[scope], x.attr["key"])
	}
	return nil
}

// known fails unless keys are declared for all of a scope.
func (c xesCheck) known(scope, keys string, e *element) error {
	for k := range strings.FieldsSeq(keys) {
		found := false
		for _, g := range c.global[scope] {
			found = found || g == k
		}
		if !found {
			return e.wrong("%s is not global", k)
		}
	}
	return nil
}

func (c xesCheck) attr(e *element) error {
	if err := xesAttr(e); err != nil {
		return err
	}
	key := e.attr["key"]
	if want := standard[key]; want != "" && want != e.name {
		return e.wrong("the standard has it as %s", want)
	}
	if prefix, _, ok := strings.Cut(key, ":"); ok && !c.declared[prefix] {
		return e.wrong("no extension declares %s", prefix)
	}
	if key == "lifecycle:transition" && e.attr["value"] != "" && !strings.Contains(transitions, " "+e.attr["value"]+" ") {
		return e.wrong("no transition of the standard model")
	}
	return nil
}

// all checks the attributes of a trace or an event, and that it has what all
// have.
func (c xesCheck) all(scope string, e *element) error {
	has := map[string]bool{}
	for _, x := range e.in {
		if x.name == "event" {
			continue
		}
		if err := c.attr(x); err != nil {
			return err
		}
		if has[x.attr["key"]] {
			return x.wrong("the key comes twice")
		}
		has[x.attr["key"]] = true
	}
	for _, k := range c.global[scope] {
		if !has[k] {
			return e.wrong("%s lacks the global %s", scope, k)
		}
	}
	return nil
}

func (c xesCheck) trace(e *element) (events int, err error) {
	if err := c.all("trace", e); err != nil {
		return 0, err
	}
	for _, x := range e.in {
		if x.name == "event" {
			events++
			if err := c.all("event", x); err != nil {
				return 0, err
			}
		}
	}
	return events, nil
}
