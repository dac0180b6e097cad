package chain

import (
	"testing"

	"pgregory.net/rapid"
)

// liveRules say that the step "b" is acceptance.
var liveRules = Options{
	Activity: "act", Dimensions: []string{"team"}, States: []StateRule{{Activity: "b", State: Accept}},
}

// sameAsBatch compares what Live knows with the analysis of the log.
func sameAsBatch(t *testing.T, r *rapid.T, l *Live, minimum int, log map[uint64][]entry) {
	t.Helper()
	var cases [][]entry
	accepted, events := false, 0
	for k := range uint64(20) {
		if len(log[k]) > 0 {
			cases = append(cases, log[k])
			events += len(log[k])
		}
		for _, e := range log[k] {
			accepted = accepted || e.act == "b"
		}
	}
	o := liveRules
	o.PingPong = minimum
	if !accepted {
		o.States = nil
	}
	want := choice(t, o, cases...).analyse().Dimensions[0]
	got := l.Dimension("team")
	want.Routes, want.Subcontracting, want.WorkingTogether = got.Routes, got.Subcontracting, got.WorkingTogether
	want.Again, want.Batching = got.Again, got.Batching
	if x, y := text(t, want), text(t, got); x != y {
		r.Fatalf("%v\nbatch %s\nlive  %s", cases, x, y)
	}
	if l.Cases() != len(cases) || l.Events() != events {
		r.Fatalf("%d cases of %d, %d events of %d", l.Cases(), len(cases), l.Events(), events)
	}
}

func moment(e entry) Moment {
	return Moment{At: e.at * millis, Value: e.team, Accepted: e.act == "b"}
}

// After every event, late or not, after every correction and every case that
// goes, Live says what the analysis of the log up to then says.
func TestLiveIsBatchAtEveryMoment(t *testing.T) {
	one := rapid.Custom(func(t *rapid.T) entry {
		return entry{
			at: int64(rapid.IntRange(0, 30).Draw(t, "at")), act: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "act"),
			team: rapid.SampledFrom([]string{"A", "B", "C", "D", ""}).Draw(t, "team"),
		}
	})
	rapid.Check(t, func(r *rapid.T) {
		minimum := rapid.IntRange(1, 3).Draw(r, "minimum")
		l, log := NewLive(minimum), map[uint64][]entry{}
		sameAsBatch(t, r, l, minimum, log)
		for range rapid.IntRange(1, 25).Draw(r, "changes") {
			k := uint64(rapid.IntRange(0, 3).Draw(r, "case"))
			switch rapid.IntRange(0, 9).Draw(r, "what") {
			case 0:
				l.Delete(k)
				delete(log, k)
			case 1: // corrected
				log[k] = rapid.SliceOfN(one, 0, 6).Draw(r, "events")
				sorted := choice(t, liveRules, log[k]) // by time, stable
				var all []Moment
				team := sorted.column("team", nil)
				act := sorted.column("act", nil)
				for i, at := range sorted.v.times {
					all = append(all, Moment{At: at, Value: team.names[team.codes[i]], Accepted: act.names[act.codes[i]] == "b"})
				}
				l.Replace(k, all)
			default:
				e := one.Draw(r, "event")
				l.Add(k, moment(e))
				log[k] = append(log[k], e)
			}
			sameAsBatch(t, r, l, minimum, log)
		}
	})
}

// What goes and comes again has changed nothing.
func TestLiveForgetsWhole(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		log := some(r)
		l := NewLive(1)
		for k, c := range log {
			for _, e := range c {
				l.Add(uint64(k), moment(e))
			}
		}
		before := text(t, l.Dimension("team"))
		if len(log) == 0 {
			return
		}
		k := rapid.IntRange(0, len(log)-1).Draw(r, "gone")
		l.Delete(uint64(k))
		for _, e := range log[k] {
			l.Add(uint64(k), moment(e))
		}
		if after := text(t, l.Dimension("team")); after != before {
			r.Fatalf("%s\n%s", before, after)
		}
	})
}

// stream is a made-up company: events in the order of time, over many open cases.
func stream(n int) (cases []uint64, moments []Moment) {
	names := make([]string, 600)
	for i := range names {
		names[i] = "post " + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
	}
	x := uint64(7)
	random := func(n int) int {
		x = x*6364136223846793005 + 1442695040888963407
		return int(x >> 33 % uint64(n))
	}
	for i := range n {
		cases = append(cases, uint64(i/8-i/8%64+random(64)))
		moments = append(moments, Moment{At: int64(i) * 1000, Value: names[random(20)*30+random(4)], Accepted: random(3) == 0})
	}
	return cases, moments
}

func BenchmarkLiveAdd(b *testing.B) {
	cases, moments := stream(1 << 18)
	b.ReportAllocs()
	l, i := NewLive(1), 0
	for b.Loop() {
		if i == len(moments) {
			i = 0
			b.StopTimer()
			l = NewLive(1)
			b.StartTimer()
		}
		l.Add(cases[i], moments[i])
		i++
	}
}
