package chain

import (
	"encoding/json"
	"slices"
	"testing"
)

// entry is one line of a small log: a moment in seconds, and what the columns
// "act", "life", "team" say, empty for nothing.
type entry struct {
	at              int64
	act, life, team string
}

// choice makes a selection of cases, without any reader.
func choice(t *testing.T, o Options, cases ...[]entry) *selection {
	t.Helper()
	o.fill()
	v := &view{off: []uint32{0}, workers: o.Workers}
	texts := map[string][]string{"act": nil, "life": nil, "team": nil}
	for _, c := range cases {
		c = slices.Clone(c)
		slices.SortStableFunc(c, func(a, b entry) int { return int(a.at - b.at) })
		for _, e := range c {
			v.times = append(v.times, e.at*millis)
			for name, s := range map[string]string{"act": e.act, "life": e.life, "team": e.team} {
				texts[name] = append(texts[name], s)
			}
		}
		v.off = append(v.off, uint32(len(v.times)))
	}
	columns := map[string]*column{}
	for name, all := range texts {
		codes, names, by := make([]uint32, len(all)), []string{""}, map[string]uint32{"": 0}
		for i, s := range all {
			if _, ok := by[s]; !ok {
				by[s] = uint32(len(names))
				names = append(names, s)
			}
			codes[i] = by[s]
		}
		columns[name] = newColumn(codes, names)
	}
	return &selection{o: o, v: v, column: func(name string, _ []string) *column { return columns[name] }}
}

// teams makes a case of teams and moments, "" for no team.
func teams(all ...any) []entry {
	var out []entry
	for i := 0; i < len(all); i += 2 {
		out = append(out, entry{at: int64(all[i+1].(int)), team: all[i].(string), act: "x"})
	}
	return out
}

func text(t *testing.T, r any) string {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
