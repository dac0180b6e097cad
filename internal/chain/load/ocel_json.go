package load

import (
	"context"

	"github.com/eslabon/eslabon/internal/chain"
)

// readOCELJSON reads OCEL 2.0 in JSON. Its parts may come in any order.
func readOCELJSON(ctx context.Context, in *input, o *Options, rep *Report) (*chain.Log, error) {
	j := newJSON(in.r, o)
	b := newObjects(o, rep)
	told := false
	err := j.object(func(name string) error {
		switch name {
		case "objects":
			told = true
			return j.array(func() error { return j.ocelObject(ctx, b) })
		case "events":
			told = true
			return j.array(func() error { return j.ocelEvent(ctx, b) })
		}
		return j.scalar()
	})
	if err != nil {
		return nil, err
	}
	if err := j.end(); err != nil {
		return nil, err
	}
	if !told {
		return nil, wrong("ocel_root", 0, "{}", "objects, events")
	}
	return b.finish()
}

// pairing is a name with a value, and with a time or a role.
type pairing struct{ name, value, extra string }

// item reads an object of the document: its own texts by name, and its lists
// of attributes and relationships.
func (j *jsonScan) item(own map[string]string, attrs, relates *[]pairing) error {
	clear(own)
	*attrs, *relates = (*attrs)[:0], (*relates)[:0]
	return j.object(func(name string) error {
		switch name {
		case "attributes":
			return j.pairs(attrs, "name", "value", "time")
		case "relationships":
			return j.pairs(relates, "objectId", "", "qualifier")
		}
		if err := j.scalar(); err != nil {
			return err
		}
		if name == "id" || name == "type" || name == "time" {
			own[name] = string(j.text)
		}
		return nil
	})
}

// pairs reads a list of objects, or null.
func (j *jsonScan) pairs(list *[]pairing, name, value, extra string) error {
	if c, err := j.next(); err != nil || c != '[' {
		if err != nil {
			return err
		}
		return j.scalar()
	}
	return j.array(func() error {
		var p pairing
		err := j.object(func(field string) error {
			if err := j.scalar(); err != nil {
				return err
			}
			switch field {
			case name:
				p.name = string(j.text)
			case value:
				p.value = string(j.text)
			case extra:
				p.extra = string(j.text)
			}
			return nil
		})
		if len(*list) > mostPairs {
			return most("too_long", mostPairs)
		}
		*list = append(*list, p)
		return err
	})
}

// mostPairs is how many attributes or relations one event or object may have.
const mostPairs = 1 << 20

func (j *jsonScan) ocelObject(ctx context.Context, b *Objects) error {
	line := j.line
	own := map[string]string{}
	var attrs, relates []pairing
	if err := j.item(own, &attrs, &relates); err != nil {
		return err
	}
	return b.putObject(ctx, line, own, attrs)
}

func (j *jsonScan) ocelEvent(ctx context.Context, b *Objects) error {
	line := j.line
	own := map[string]string{}
	var attrs, relates []pairing
	if err := j.item(own, &attrs, &relates); err != nil {
		return err
	}
	return b.putEvent(ctx, line, own, attrs, relates)
}

func (b *Objects) putObject(ctx context.Context, line int64, own map[string]string, attrs []pairing) error {
	if err := b.Object(line, own["id"], own["type"]); err != nil {
		return err
	}
	for _, a := range attrs {
		b.ObjectValue(own["id"], a.name, a.value, a.extra)
	}
	return ctx.Err()
}

func (b *Objects) putEvent(ctx context.Context, line int64, own map[string]string, attrs, relates []pairing) error {
	n, ok, err := b.Event(line, own["id"], own["type"], own["time"])
	if err != nil || !ok {
		return err
	}
	for _, a := range attrs {
		if err := b.EventValue(n, a.name, a.value); err != nil {
			return err
		}
	}
	for _, r := range relates {
		if err := b.Relate(n, r.name, r.extra); err != nil {
			return err
		}
	}
	return ctx.Err()
}
