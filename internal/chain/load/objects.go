package load

import (
	"strings"

	"github.com/eslabon/eslabon/internal/chain"
)

// Columns that a flattened object-centric log has besides the attributes of
// its events.
const (
	ObjectActivity  = "ocel:activity"  // the type of the event
	ObjectTime      = "ocel:timestamp" // names the time in reports
	ObjectEvent     = "ocel:eid"       // the id of the event
	ObjectRole      = "ocel:qualifier" // how the event is related to the object that it is followed along
	ObjectTypeOther = "ocel:type:"     // and a type: the objects of that type which the event touches
)

// Objects makes a log of an object-centric one (OCEL 2.0): the events of each
// object of a chosen type are a case. An event that touches two of them is in
// both cases; one that touches none is left out.
type Objects struct {
	o   *Options
	rep *Report

	events   chain.Words // ids
	objects  chain.Words
	types    chain.Words
	ofObject []uint32 // type of each object; 0 as long as it is only mentioned
	times    []int64  // of each event
	values   *columnar
	attrs    []objectAttr
	relates  []relation
	words    chain.Words // qualifiers, names and values of attributes of objects
	wall     *wall
}

// relation says that an event touches an object.
type relation struct{ event, object, qualifier uint32 }

// objectAttr is what an object was like from a moment on.
type objectAttr struct {
	object, name, value uint32
	at                  int64
}

// columnar holds the attributes of events, each a case of its own so that none
// changes its place.
type columnar struct {
	b    *chain.Builder
	kind int // column of the types
	id   int
}

// NewObjects begins an empty log.
func NewObjects(format Format, o Options) *Objects {
	opt := o.withDefaults()
	rep := &Report{File: o.Name, Format: format, Encoding: UTF8, Zone: opt.Zone.String()}
	return newObjects(opt, rep)
}

func newObjects(o *Options, rep *Report) *Objects {
	b := chain.NewBuilder(o.Limits.Limits)
	kind, _ := b.Column(ObjectActivity) // the first columns of an empty builder
	id, _ := b.Column(ObjectEvent)      // as above
	return &Objects{o: o, rep: rep, values: &columnar{b, kind, id}, wall: newWall(o.Zone)}
}

// Object describes an object. One that was described already is left out. An
// error is a limit.
func (b *Objects) Object(line int64, id, kind string) error {
	at := b.object(id)
	if b.ofObject[at-1] != 0 {
		b.rep.leave(Repeated, 1, Place{Line: line, Field: "id", Text: shorten([]byte(id))})
		return nil
	}
	b.ofObject[at-1] = b.types.Add([]byte(kind))
	return b.check()
}

// check keeps the limits of what is not in the columns of the events.
func (b *Objects) check() error {
	l := &b.o.Limits
	const perObject, perAttr = 24, 24
	texts := b.objects.Bytes() + b.words.Bytes() + b.events.Bytes()
	switch {
	case b.objects.Len() > l.Events:
		return chain.ErrEvents
	case b.types.Len() > l.Columns:
		return chain.ErrColumns
	case max(b.objects.Bytes(), b.words.Bytes(), b.events.Bytes()) > l.Words:
		return chain.ErrWords
	case texts+perObject*b.objects.Len()+perAttr*len(b.attrs) > l.Bytes:
		return chain.ErrBytes
	}
	return nil
}

func (b *Objects) object(id string) uint32 {
	at := b.objects.Add([]byte(id))
	if int(at) > len(b.ofObject) {
		b.ofObject = append(b.ofObject, 0)
	}
	return at
}

// ObjectValue says what an attribute of an object was from a time on. The
// case has the last value.
func (b *Objects) ObjectValue(object, name, value, from string) {
	at := int64(0)
	if m := parseMoment([]byte(from)).settle(false); m >= 0 {
		at = m.ms()
	}
	b.attrs = append(b.attrs, objectAttr{b.object(object), b.words.Add([]byte(name)), b.words.Add([]byte(value)), at})
}

// Event describes an event and returns its number, or ok false if it is left
// out. An error is a limit.
func (b *Objects) Event(line int64, id, kind, at string) (n int, ok bool, err error) {
	code := b.events.Code([]byte(id))
	if code != chain.Missing {
		b.rep.leave(Repeated, 1, Place{Line: line, Field: "id", Text: shorten([]byte(id))})
		return 0, false, nil
	}
	ms, reason := int64(0), NoTime
	if at != "" {
		m := parseMoment([]byte(at)).settle(b.o.TimeFormat == MonthFirst)
		if reason = BadTime; m >= 0 {
			reason, ms = "", m.ms()
			if m.kind() == local {
				ms = b.wall.utc(ms)
			}
		}
	}
	if reason != "" {
		b.rep.leave(reason, 1, Place{Line: line, Field: "time", Text: shorten([]byte(at))})
		return 0, false, nil
	}
	b.events.Add([]byte(id))
	if n, err = b.values.b.Event(b.values.b.Case(), ms); err != nil {
		return 0, false, err
	}
	b.times = append(b.times, ms)
	if kind != "" {
		c := b.values.b.At(b.values.kind)
		c.Put(n, c.Word([]byte(kind)))
	}
	c := b.values.b.At(b.values.id)
	c.Put(n, c.Word([]byte(id)))
	return n, true, nil
}

// EventValue sets an attribute of an event: of the last one, or of one after
// those that were set before.
func (b *Objects) EventValue(event int, name, value string) error {
	if value == "" {
		return nil
	}
	i, err := b.values.b.Column(name)
	if err != nil {
		return err
	}
	c := b.values.b.At(i)
	c.Put(event, c.Word([]byte(value)))
	return nil
}

// Relate says that an event touches an object.
func (b *Objects) Relate(event int, object, qualifier string) error {
	if len(b.relates) >= b.o.Limits.Events {
		return chain.ErrEvents
	}
	if len(b.relates)%(1<<12) == 0 {
		if err := b.check(); err != nil {
			return err
		}
	}
	q := chain.Missing
	if qualifier != "" {
		q = b.words.Add([]byte(qualifier))
	}
	b.relates = append(b.relates, relation{uint32(event), b.object(object), q}) //nolint:gosec // Limits.Events keeps it small
	return nil
}

// EventNumber returns the number of an event by its id.
func (b *Objects) EventNumber(id string) (int, bool) {
	code := b.events.Code([]byte(id))
	return int(code) - 1, code != chain.Missing
}

// Wrap makes an *Error of a limit that was met, or of a source that failed.
func (b *Objects) Wrap(err error) error { return named(err, b.o.Name, b.o) }

// Finish makes the log of one type of object. Its errors are *Error.
func (b *Objects) Finish() (*chain.Log, *Report, error) {
	l, err := b.finish()
	if err != nil {
		return nil, nil, named(err, b.o.Name, b.o)
	}
	l, rep, err := finish(l, b.o, b.rep)
	return l, rep, named(err, b.o.Name, b.o)
}

func (b *Objects) finish() (*chain.Log, error) {
	b.rep.clocks(b.wall)
	b.rep.TimeFormat.Name = "iso"
	known := b.relates[:0]
	for _, r := range b.relates {
		if b.ofObject[r.object-1] == 0 {
			b.rep.leave(Unknown, 1, Place{Text: string(b.objects.Text(r.object))})
			continue
		}
		known = append(known, r)
	}
	b.relates = known
	chosen, err := b.choose()
	if err != nil {
		return nil, err
	}
	flat, err := b.flatten(chosen)
	if err != nil {
		return nil, err
	}
	m := Mapping{Case: string(b.types.Text(chosen)), Activity: b.o.Activity, Time: ObjectTime, Resource: b.o.Resource}
	if b.o.Object == "" {
		m.Guessed = append(m.Guessed, "case")
	}
	if m.Activity == "" {
		m.Activity, m.Guessed = ObjectActivity, append(m.Guessed, "activity")
	}
	if m.Resource == "" {
		for _, c := range flat.Columns() {
			if name := strings.TrimPrefix(c.Name, ObjectTypeOther); resourceRole.rank(name) >= 0 {
				m.Resource, m.Guessed = c.Name, append(m.Guessed, "resource")
				break
			}
		}
	}
	b.rep.Mapping = m
	return flat, checkNames(flat, b.o)
}

// choose counts the types and returns the one to follow: that of the options,
// or the one with most objects that two events or more touch.
func (b *Objects) choose() (uint32, error) {
	touched := make([]int, b.objects.Len()+1)
	events := make([]int, b.types.Len()+1)
	for _, r := range b.relates {
		touched[r.object]++
		events[b.ofObject[r.object-1]]++
	}
	objects, moving := make([]int, b.types.Len()+1), make([]int, b.types.Len()+1)
	for i, kind := range b.ofObject {
		objects[kind]++
		if touched[i+1] > 1 {
			moving[kind]++
		}
	}
	var names []string
	best := chain.Missing
	for k := uint32(1); int(k) <= b.types.Len(); k++ {
		name := string(b.types.Text(k))
		names = append(names, name)
		b.rep.Types = append(b.rep.Types, ObjectType{Name: name, Objects: objects[k], Events: events[k]})
		if name == b.o.Object || b.o.Object == "" && (best == chain.Missing || moving[k] > moving[best]) {
			best = k
		}
	}
	if best == chain.Missing && (b.o.Object != "" || b.types.Len() > 0) {
		return 0, &Error{Code: "ocel_type", Field: b.o.Object, Args: map[string]any{"Want": strings.Join(names, ", ")}}
	}
	return best, nil
}
