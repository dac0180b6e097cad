package chain

// visit is a run of a case at to a value: neighbouring events with that value, of
// which the first and the last are events from and to of the view. Events
// without a value lie between them as if they were not there.
type visit struct{ value, from, to uint32 }

// runs are those of all cases: case i has runs off[i]…off[i+1], none if it has
// no value.
type runs struct {
	all []visit
	off []uint32
}

func (r *runs) of(i int) []visit { return r.all[r.off[i]:r.off[i+1]] }

// runsOf collapses equal neighbours; all that is said of a dimension is counted
// over its runs.
func runsOf(v *view, c *column) *runs {
	parts := each(v, func(s span) runs {
		var p runs
		for i := s.from; i < s.to; i++ {
			begin := len(p.all)
			for j := v.off[i]; j < v.off[i+1]; j++ {
				x := c.codes[j]
				switch last := len(p.all) - 1; {
				case x == 0:
				case last >= begin && p.all[last].value == x:
					p.all[last].to = j
				default:
					p.all = append(p.all, visit{value: x, from: j, to: j})
				}
			}
			p.off = append(p.off, uint32(len(p.all)))
		}
		return p
	})
	if len(parts) == 1 {
		return &runs{all: parts[0].all, off: append([]uint32{0}, parts[0].off...)}
	}
	out := &runs{off: make([]uint32, 1, len(v.off))}
	n := 0
	for _, p := range parts {
		n += len(p.all)
	}
	out.all = make([]visit, 0, n)
	for _, p := range parts {
		base := uint32(len(out.all))
		out.all = append(out.all, p.all...)
		for _, o := range p.off {
			out.off = append(out.off, base+o)
		}
	}
	return out
}
