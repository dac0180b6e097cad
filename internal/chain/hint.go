package chain

import "strings"

// Hint is something to ask before one believes the figures. The engine never
// decides it: it only asks.
type Hint struct {
	Kind   string `json:"kind"`
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	N      int    `json:"n"`
}

// The kinds of hints.
const (
	HintBothEnds    = "both_ends"   // start and complete are both kept: steps side by side invent handovers
	HintPlaceholder = "placeholder" // a value looks like "nothing"; N events have it
	HintRobot       = "robot"       // a value ends half of the cases or more and hardly begins any; N cases
	HintFrame       = "frame"       // an activity only frames the cases; N events
	HintConstant    = "constant"    // the dimension never changes inside a case
	HintTies        = "ties"        // N events share their moment with the one before: their order in the file decided
	HintUnsteady    = "unsteady"    // open cases do not follow from arrivals and stay
	HintNoActivity  = "no_activity" // N events have no activity
)

// emptyWords are texts that often stand for nothing.
var emptyWords = map[string]bool{
	"0": true, "-": true, "--": true, "?": true, "n/a": true, "na": true, "null": true, "none": true, "nil": true, "empty": true,
	"unknown": true, "undefined": true, "missing": true, "-100": true, "#n/a": true, "nan": true,
	"ninguno": true, "vacio": true, "vacío": true, "desconocido": true, "sin datos": true, "s/d": true,
}

const (
	robotValues = 10 // fewer values, and one that ends most cases is no surprise
	robotShare  = 2  // it ends one of so many cases
	robotBegins = 20 // and begins less than one for so many that it ends
	frameCases  = 10 // in fewer cases a frame cannot be told from work
)

// hints are what to ask; about dimensions it is known already.
func (s *selection) hints(r *Result, act *column, bothEnds bool, about []Hint) []Hint {
	out := []Hint{}
	if bothEnds {
		out = append(out, Hint{Kind: HintBothEnds, Column: s.o.Lifecycle, N: r.Events})
	}
	if s.o.Activity != "" {
		if n := act.used[0]; n > 0 {
			out = append(out, Hint{Kind: HintNoActivity, Column: s.o.Activity, N: n})
		}
		for _, f := range frame(s.v, act) {
			f.Column = s.o.Activity
			out = append(out, f)
		}
	}
	out = append(out, about...)
	if n := ties(s.v); n > 0 {
		out = append(out, Hint{Kind: HintTies, N: n})
	}
	if r.Little.Off {
		out = append(out, Hint{Kind: HintUnsteady, N: r.Cases})
	}
	return out
}

// asks is what to ask about a dimension.
func (s *selection) asks(d *Dimension, c *column) (out []Hint) {
	for code := 1; code < len(c.names); code++ {
		if n := c.used[code]; n > 0 && emptyWords[strings.ToLower(c.names[code])] {
			out = append(out, Hint{HintPlaceholder, d.Name, c.names[code], n})
		}
	}
	if d.Handovers.N == 0 && d.Values > 1 {
		out = append(out, Hint{Kind: HintConstant, Column: d.Name, N: d.Values})
	}
	if value, begins, ends := lastOfMost(s.v, c); ends*robotShare >= len(s.v.off)-1 && begins*robotBegins < ends && d.Values >= robotValues {
		out = append(out, Hint{HintRobot, d.Name, value, ends})
	}
	return out
}

// frame finds activities that are the first, or the last, of every case and
// occur nowhere else.
func frame(v *view, act *column) []Hint {
	cases := len(v.off) - 1
	if cases < frameCases {
		return nil
	}
	var out []Hint
	for _, last := range []bool{false, true} {
		at := func(i int) uint32 {
			if last {
				return v.off[i+1] - 1
			}
			return v.off[i]
		}
		code := act.codes[at(0)]
		all := code != 0 && act.used[code] == cases && act.distinct() > 2
		for i := 1; i < cases && all; i++ {
			all = act.codes[at(i)] == code
		}
		if all {
			out = append(out, Hint{Kind: HintFrame, Value: act.names[code], N: cases})
		}
	}
	return out
}

// lastOfMost returns the value with which most cases end, and how many begin and
// end with it.
func lastOfMost(v *view, c *column) (value string, begins, ends int) {
	first, last, best := make([]int, len(c.names)), make([]int, len(c.names)), uint32(0)
	for i := range len(v.off) - 1 {
		first[c.codes[v.off[i]]]++
		x := c.codes[v.off[i+1]-1]
		if x == 0 {
			continue
		}
		if last[x]++; last[x] > last[best] || last[x] == last[best] && c.rank[x] < c.rank[best] {
			best = x
		}
	}
	return c.names[best], first[best], last[best]
}

func ties(v *view) int {
	n := 0
	for i := range len(v.off) - 1 {
		for j := v.off[i] + 1; j < v.off[i+1]; j++ {
			if v.times[j] == v.times[j-1] {
				n++
			}
		}
	}
	return n
}
