package load

import (
	"cmp"
	"slices"

	"github.com/eslabon/eslabon/internal/chain"
)

// flatten makes a case of each object of a type.
func (b *Objects) flatten(chosen uint32) (*chain.Log, error) {
	once, err := b.values.b.Finish(nil)
	if err != nil {
		return nil, err
	}
	out := chain.NewBuilder(b.o.Limits.Limits)
	others := b.byEvent(chosen)
	mine := slices.DeleteFunc(slices.Clone(b.relates), func(r relation) bool { return b.ofObject[r.object-1] != chosen })
	slices.SortStableFunc(mine, func(x, y relation) int {
		return cmp.Or(cmp.Compare(x.object, y.object), cmp.Compare(x.event, y.event))
	})
	columns, err := newCopies(out, once)
	if err != nil {
		return nil, err
	}
	role, err := out.Column(ObjectRole)
	if err != nil {
		return nil, err
	}
	touches := make([]bool, len(b.times))
	cases := map[uint32]uint32{}
	for i, r := range mine {
		if i > 0 && r.object == mine[i-1].object && r.event == mine[i-1].event {
			continue // related twice, in two roles
		}
		of, ok := cases[r.object]
		if !ok {
			of = out.Case()
			cases[r.object] = of
			out.Names().Put(int(of), out.Names().Word(b.objects.Text(r.object)))
		}
		row, err := out.Event(of, b.times[r.event])
		if err != nil {
			return nil, err
		}
		touches[r.event] = true
		columns.row(row, int(r.event))
		if r.qualifier != chain.Missing {
			c := out.At(role)
			c.Put(row, c.Word(b.words.Text(r.qualifier)))
		}
		if err := b.putOthers(out, row, others, r.event); err != nil {
			return nil, err
		}
	}
	lost := 0
	for _, t := range touches {
		if !t {
			lost++
		}
	}
	b.rep.leave(NoObject, lost)
	if err := b.putAttrs(out, cases); err != nil {
		return nil, err
	}
	return out.Finish(nil)
}

// byEvent orders the relations to objects of other types by event, type and
// place in the file.
func (b *Objects) byEvent(chosen uint32) []relation {
	others := slices.DeleteFunc(slices.Clone(b.relates), func(r relation) bool { return b.ofObject[r.object-1] == chosen })
	slices.SortStableFunc(others, func(x, y relation) int {
		return cmp.Or(cmp.Compare(x.event, y.event), cmp.Compare(b.ofObject[x.object-1], b.ofObject[y.object-1]))
	})
	return others
}

// putOthers writes which objects of other types an event touches: several of
// one type are joined by " + ".
func (b *Objects) putOthers(out *chain.Builder, row int, others []relation, event uint32) error {
	i, _ := slices.BinarySearchFunc(others, event, func(r relation, e uint32) int { return cmp.Compare(r.event, e) })
	for i < len(others) && others[i].event == event {
		kind := b.ofObject[others[i].object-1]
		var text []byte
		seen := map[uint32]bool{}
		for ; i < len(others) && others[i].event == event && b.ofObject[others[i].object-1] == kind; i++ {
			if o := others[i].object; !seen[o] {
				if seen[o] = true; len(text) > 0 {
					text = append(text, " + "...)
				}
				text = append(text, b.objects.Text(o)...)
			}
		}
		at, err := out.Column(ObjectTypeOther + string(b.types.Text(kind)))
		if err != nil {
			return err
		}
		if len(text) > b.o.Limits.Value {
			return most("too_long", b.o.Limits.Value)
		}
		c := out.At(at)
		c.Put(row, c.Word(text))
	}
	return nil
}

// putAttrs writes the last value of each attribute of each case.
func (b *Objects) putAttrs(out *chain.Builder, cases map[uint32]uint32) error {
	mine := slices.DeleteFunc(slices.Clone(b.attrs), func(a objectAttr) bool {
		_, ok := cases[a.object]
		return !ok
	})
	slices.SortStableFunc(mine, func(x, y objectAttr) int {
		return cmp.Or(cmp.Compare(cases[x.object], cases[y.object]), cmp.Compare(x.at, y.at))
	})
	for _, a := range mine {
		at, err := out.CaseColumn(string(b.words.Text(a.name)))
		if err != nil {
			return err
		}
		c := out.CaseAt(at)
		c.Put(int(cases[a.object]), c.Word(b.words.Text(a.value)))
	}
	return nil
}

// copies writes rows of one log to another, in which they come again and again.
type copies struct {
	from []*chain.Column
	to   []*chain.ColumnBuilder
	code [][]uint32
}

func newCopies(out *chain.Builder, l *chain.Log) (*copies, error) {
	c := &copies{from: l.Columns()}
	for _, k := range c.from {
		i, err := out.Column(k.Name)
		if err != nil {
			return nil, err
		}
		c.to = append(c.to, out.At(i))
		c.code = append(c.code, make([]uint32, k.Dict.Len()+1))
	}
	return c, nil
}

func (c *copies) row(to, from int) {
	for i, k := range c.from {
		code := k.Code(from)
		if code == chain.Missing {
			continue
		}
		if c.code[i][code] == chain.Missing {
			c.code[i][code] = c.to[i].Word([]byte(k.Dict.Text(code)))
		}
		c.to[i].Put(to, c.code[i][code])
	}
}
