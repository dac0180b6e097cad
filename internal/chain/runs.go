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
	out := &runs{off: make([]uint32, len(v.off))}
	spans := v.spans()
	parallel(len(spans), v.workers, func(k int) {
		for i := spans[k].from; i < spans[k].to; i++ {
			last := uint32(0)
			for _, x := range c.codes[v.off[i]:v.off[i+1]] {
				if x != 0 && x != last {
					out.off[i+1]++
					last = x
				}
			}
		}
	})
	for i := range len(v.off) - 1 {
		out.off[i+1] += out.off[i]
	}
	out.all = make([]visit, out.off[len(v.off)-1])
	parallel(len(spans), v.workers, func(k int) {
		for i := spans[k].from; i < spans[k].to; i++ {
			n, last := out.off[i], uint32(0)
			for j := v.off[i]; j < v.off[i+1]; j++ {
				switch x := c.codes[j]; x {
				case 0:
				case last:
					out.all[n-1].to = j
				default:
					out.all[n] = visit{value: x, from: j, to: j}
					n, last = n+1, x
				}
			}
		}
	})
	return out
}

// passes are the runs after which the work of a case passes on to the next run.
func (r *runs) passes(yield func(j int) bool) {
	for i := range len(r.off) - 1 {
		for j := int(r.off[i]); j < int(r.off[i+1])-1; j++ {
			if !yield(j) {
				return
			}
		}
	}
}
