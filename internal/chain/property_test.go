package chain

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// some draws a log of a few cases and teams, with ties and with gaps.
func some(t *rapid.T) [][]entry {
	one := rapid.Custom(func(t *rapid.T) entry {
		return entry{
			at: int64(rapid.IntRange(0, 40).Draw(t, "at")), act: rapid.SampledFrom([]string{"a", "b", "c", ""}).Draw(t, "act"),
			team: rapid.SampledFrom([]string{"A", "B", "C", "D", ""}).Draw(t, "team"),
			life: rapid.SampledFrom([]string{"start", "complete", "Queued", "Accepted"}).Draw(t, "life"),
		}
	})
	return rapid.SliceOfN(rapid.SliceOfN(one, 1, 12), 0, 9).Draw(t, "cases")
}

var everything = Options{
	Activity: "act", Lifecycle: "life", Dimensions: []string{"team"}, Who: "team",
	States: []StateRule{{"a", "", Arrive}, {"b", "", Accept}, {"c", "", Work}},
}

// What must hold in every log.
func TestIdentities(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := choice(t, everything, some(r)...).analyse()
		d := &x.Dimensions[0]
		cases, handed := 0, 0
		for k, n := range d.Handovers.PerCase {
			cases, handed = cases+n, handed+k*n
		}
		links, next := 0, 0
		for _, l := range d.Links {
			links, next = links+l.N, next+l.ReturnedNext
			if l.ReturnedNext > l.ReturnedEver || l.ReturnedEver > l.N || l.Cases > l.N || l.FTRNextLow > l.FTRNext+1e-12 || l.FTRNextHigh < l.FTRNext-1e-12 {
				r.Fatalf("link %+v", l)
			}
			if l.Queue.N+l.Queue.NeverAccepted != l.N {
				r.Fatalf("queues of a link: %+v", l)
			}
		}
		visits, returns := 0, 0
		for _, p := range d.Posts {
			visits, returns = visits+p.Visits, returns+p.Returns
		}
		routes := 0
		for _, v := range d.Routes.Top {
			routes += v.N
		}
		for what, ok := range map[string]bool{
			"returns are returns":               d.Yield.Returns == d.PingPong.AnyReturn.N,
			"visits":                            d.Yield.Visits == d.Handovers.N+cases,
			"handovers per case":                handed == d.Handovers.N,
			"handovers of the links":            links == d.Handovers.N,
			"straight returns of the links":     next == d.PingPong.Immediate.N,
			"visits of the posts":               visits == d.Yield.Visits && returns == d.Yield.Returns,
			"gaps":                              d.Gap.N == d.Handovers.N,
			"queues":                            d.Queue.N+d.Queue.NeverAccepted == d.Handovers.N,
			"alternating holds every immediate": d.PingPong.Alternate.Cases == d.PingPong.Immediate.Cases,
			"routes":                            d.Routes.N > len(d.Routes.Top) || routes == cases,
		} {
			if !ok {
				r.Fatalf("%s: %s", what, text(t, d))
			}
		}
		acts, begun := 0, 0
		for _, c := range x.Activity.Counts {
			acts += c.N
		}
		for _, c := range x.Activity.Start {
			begun += c.N
		}
		if x.Activity.DirectlyFollows.Total != acts-begun {
			r.Fatalf("directly-follows: %d of %d events in %d cases", x.Activity.DirectlyFollows.Total, acts, begun)
		}
	})
}

// How the work is split, in which order the cases come and what things are
// called changes nothing else.
func TestInvariance(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		log := some(r)
		o := everything
		o.Workers = 1
		want := text(t, choice(t, o, log...).analyse())
		o.Workers = rapid.IntRange(2, 5).Draw(r, "workers")
		if got := text(t, choice(t, o, log...).analyse()); got != want {
			r.Fatalf("%d workers:\n%s\n%s", o.Workers, want, got)
		}
		mixed := rapid.Permutation(log).Draw(r, "order")
		if got := text(t, choice(t, o, mixed...).analyse()); got != want {
			r.Fatalf("other order of cases:\n%s\n%s", want, got)
		}
		renamed := make([][]entry, len(log))
		for i, c := range log {
			for _, e := range c {
				if e.team != "" {
					e.team = "Team" + e.team
				}
				renamed[i] = append(renamed[i], e)
			}
		}
		got := text(t, choice(t, o, renamed...).analyse())
		for _, x := range []string{"A", "B", "C", "D"} {
			got = strings.ReplaceAll(got, `"Team`+x+`"`, `"`+x+`"`)
		}
		if got != want {
			r.Fatalf("renamed:\n%s\n%s", want, got)
		}
	})
}

func TestAShiftInTimeChangesOnlyWhen(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		log := some(r)
		later := make([][]entry, len(log))
		for i, c := range log {
			for _, e := range c {
				e.at += 1_000_000
				later[i] = append(later[i], e)
			}
		}
		a, b := choice(t, everything, log...).analyse(), choice(t, everything, later...).analyse()
		a.FirstAt, a.LastAt, b.FirstAt, b.LastAt = nil, nil, nil, nil
		if x, y := text(t, a), text(t, b); x != y {
			r.Fatalf("%s\n%s", x, y)
		}
	})
}

// Odd logs are analysed as any other.
func TestTheEdges(t *testing.T) {
	long := teams()
	for i := range 100_000 {
		long = append(long, entry{at: int64(i), act: "x", team: string(rune('A' + i%3))})
	}
	for what, log := range map[string][][]entry{
		"nothing": nil, "one event": {teams("A", 0)}, "no value": {teams("", 0, "", 1)}, "one value": {teams("A", 0, "A", 5)},
		"a long case": {long},
	} {
		r := choice(t, everything, log...).analyse()
		if got := text(t, r); got == "" {
			t.Error(what)
		}
	}
	r := choice(t, everything).analyse()
	if r.FirstAt != nil || r.Cases != 0 || r.CaseDuration.Mean.Known() || r.Dimensions[0].Yield.RTYCase.Known() {
		t.Errorf("of nothing there are figures: %s", text(t, r))
	}
}

// A goes to B, and the work is asked back: stretches of at least two returns.
func TestTheMinimumOfPingPong(t *testing.T) {
	o := everything
	o.PingPong = 2
	d := choice(t, o, teams("A", 0, "B", 1, "A", 2, "C", 3), teams("A", 0, "B", 1, "A", 2, "B", 3)).analyse().Dimensions[0]
	if got := d.PingPong.Alternate; got != (Alternate{Minimum: 2, Cases: 1, N: 1, Longest: 2}) {
		t.Errorf("%+v", got)
	}
}

func TestBetweennessOfALine(t *testing.T) {
	d := choice(t, everything, teams("A", 0, "B", 1, "C", 2)).analyse().Dimensions[0]
	for _, p := range d.Posts {
		want := map[string]Float{"A": 0, "B": .5, "C": 0}[p.Value] // one of two ordered pairs of others
		if p.Betweenness != want {
			t.Errorf("%s: %v, want %v", p.Value, p.Betweenness, want)
		}
	}
}

func TestRelationsByParent(t *testing.T) {
	c := newColumn([]uint32{1, 2, 3, 4}, []string{"", "cut", "sew", "sales", "plant"})
	up := newColumn([]uint32{1, 1, 2, 0}, []string{"", "plant", "office"})
	relation := byParent(c, up)
	for pair, want := range map[[2]string]string{
		{"cut", "sew"}: Horizontal, {"cut", "sales"}: Diagonal, {"cut", "plant"}: Vertical, {"plant", "sales"}: "",
	} {
		if got := relation(pair[0], pair[1]); got != want {
			t.Errorf("%v: %q, want %q", pair, got, want)
		}
	}
}

func TestStatesAreGuessedFromWords(t *testing.T) {
	for words, want := range map[[2]string]State{
		{"Queued", "Awaiting Assignment"}: Arrive, {"Accepted", "In Progress"}: Work, {"Accepted", "Wait - User"}: WaitExternal,
		{"Accepted", "Assigned"}: Accept, {"Completed", "Resolved"}: Done, {"En cola", ""}: Arrive, {"Aceptado", ""}: Accept,
		{"Devuelto a corte", ""}: Return, {"Coser", "complete"}: "", {"Coser", "start"}: "", {"Pendiente del cliente", ""}: WaitExternal,
	} {
		if got := GuessState(words[0], words[1]); got != want {
			t.Errorf("%v: %q, want %q", words, got, want)
		}
	}
}

// The betweenness is what counting all shortest roads, one by one, gives.
func TestBetweennessIsThatOfAllShortestRoads(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		post := rapid.SampledFrom(strings.Split("ABCDEFGHI", ""))
		log := make([][]entry, rapid.IntRange(0, 18).Draw(r, "links"))
		for i := range log {
			log[i] = teams(post.Draw(r, "from"), 0, post.Draw(r, "to"), 1)
		}
		d := choice(t, everything, log...).analyse().Dimensions[0]
		k := len(d.Posts)
		at, next := map[string]int{}, make([][]int, k)
		for i, p := range d.Posts {
			at[p.Value] = i
		}
		for _, l := range d.Links {
			next[at[l.Supplier]] = append(next[at[l.Supplier]], at[l.Customer])
		}
		through := make([]float64, k)
		for s := range k {
			for e := range k {
				roads := shortest(next, s, e)
				for _, road := range roads {
					for _, v := range road[1:max(1, len(road)-1)] {
						through[v] += 1 / float64(len(roads))
					}
				}
			}
		}
		for i, p := range d.Posts {
			switch want := through[i] / float64((k-1)*(k-2)); {
			case k < 3:
				if p.Betweenness.Known() {
					r.Fatalf("of %d posts there is a betweenness", k)
				}
			case math.Abs(float64(p.Betweenness)-want) > 1e-9:
				r.Fatalf("%s: %v, want %v", p.Value, p.Betweenness, want)
			}
		}
	})
}

// shortest lists all shortest roads from s to e, both ends in them.
func shortest(next [][]int, s, e int) (out [][]int) {
	if s == e {
		return nil
	}
	for roads := [][]int{{s}}; len(roads) > 0 && len(out) == 0 && len(roads[0]) <= len(next); {
		var longer [][]int
		for _, road := range roads {
			for _, b := range next[road[len(road)-1]] {
				if slices.Contains(road, b) {
					continue
				}
				r := append(slices.Clone(road), b)
				if b == e {
					out = append(out, r)
				}
				longer = append(longer, r)
			}
		}
		roads = longer
	}
	return out
}

// Fewer rows change no other figure, and the findings of a dimension are those of
// an analysis of it alone.
func TestRowsAndFindings(t *testing.T) {
	var log [][]entry
	for i := range 40 {
		log = append(log, teams("A", 0, "B", 60, "A", 120+i, "C", 900), teams("C", 0, "D", 10))
		for j := range log[len(log)-2] {
			log[len(log)-2][j].act = []string{"a", "b", "c", "a"}[j]
		}
	}
	o := everything
	o.Dimensions = []string{"team", "act"}
	whole := choice(t, o, log...).analyse()
	if len(whole.Findings) != 3 || len(whole.Dimensions[0].Links) != 4 {
		t.Fatalf("got %s", text(t, whole))
	}
	o.Rows = 1
	cut := choice(t, o, log...).analyse()
	for i := range cut.Dimensions {
		c, w := &cut.Dimensions[i], &whole.Dimensions[i]
		if len(c.Links) != 1 || len(c.Posts) != 1 || text(t, c.Links[0]) != text(t, w.Links[0]) || text(t, c.Posts[0]) != text(t, w.Posts[0]) {
			t.Errorf("rows: %s", text(t, c))
		}
		c.Links, c.Posts, w.Links, w.Posts = nil, nil, nil, nil
		o := o
		o.Dimensions = o.Dimensions[i : i+1]
		if got, want := text(t, cut.FindingsIn(i)), text(t, choice(t, o, log...).analyse().Findings); got != want {
			t.Errorf("findings: got %s, want %s", got, want)
		}
	}
	if got, want := text(t, cut), text(t, whole); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
