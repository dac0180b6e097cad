package chain_test

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
)

// plainEvent is one event as the definitions speak of it.
type plainEvent struct {
	at   int64             // milliseconds
	text map[string]string // by column; a missing one is not there
}

// plainLog is the events of each case, in the order of the file.
type plainLog [][]plainEvent

// plainly analyses a log by the definitions, word by word, with nothing in mind
// but to be easily checked. It knows none of the code that it checks.
func plainly(log plainLog, columns []string, activity string, dimensions []string, filters []chain.Filter, missing []string) map[string]any {
	var kept plainLog
	for _, c := range log {
		var events []plainEvent
		for _, e := range c {
			if !slices.ContainsFunc(filters, func(f chain.Filter) bool { return slices.Contains(f.Values, e.text[f.Key]) == f.Not }) {
				events = append(events, e)
			}
		}
		if len(events) == 0 {
			continue
		}
		for i := range events {
			events[i].text = maps.Clone(events[i].text)
			maps.DeleteFunc(events[i].text, func(_, v string) bool { return slices.Contains(missing, v) })
		}
		slices.SortStableFunc(events, func(a, b plainEvent) int { return cmp.Compare(a.at, b.at) })
		kept = append(kept, events)
	}
	all := slices.Concat(kept...)
	out := map[string]any{
		"cases": len(kept), "events": len(all), "first_at": nil, "last_at": nil,
		"attributes": plainAttributes(all, columns), "activity": plainActivity(kept, activity),
	}
	if len(all) > 0 {
		by := func(a, b plainEvent) int { return cmp.Compare(a.at, b.at) }
		stamp := func(e plainEvent) string { return time.UnixMilli(e.at).UTC().Format("2006-01-02T15:04:05.000Z") }
		out["first_at"], out["last_at"] = stamp(slices.MinFunc(all, by)), stamp(slices.MaxFunc(all, by))
	}
	var durations, sizes []int64
	for _, c := range kept {
		durations, sizes = append(durations, c[len(c)-1].at-c[0].at), append(sizes, int64(len(c)))
	}
	out["case_duration_s"], out["events_per_case"] = plainStats(durations, 1000), plainStats(sizes, 1)
	dims := map[string]any{}
	for _, d := range dimensions {
		dims[d] = plainDimension(kept, d)
	}
	out["dimensions"] = dims
	return out
}

func plainAttributes(all []plainEvent, columns []string) map[string]any {
	out := map[string]any{}
	for _, c := range columns {
		different, absent := map[string]bool{}, 0
		for _, e := range all {
			if v, ok := e.text[c]; ok {
				different[v] = true
			} else {
				absent++
			}
		}
		out[c] = map[string]any{"distinct": len(different), "missing": absent}
	}
	return out
}

func plainActivity(log plainLog, activity string) map[string]any {
	counts, first, last := map[string]int{}, map[string]int{}, map[string]int{}
	follows, total := map[[2]string][]int64{}, 0
	variants, reworked, inCases := map[string]int{}, 0, map[string]int{}
	for _, c := range log {
		var names []string
		var times []int64
		for _, e := range c {
			if name, ok := e.text[activity]; ok {
				names, times = append(names, name), append(times, e.at)
			}
		}
		if len(names) == 0 {
			continue
		}
		first[names[0]]++
		last[names[len(names)-1]]++
		variants[strings.Join(names, "\x00")]++
		occurs := map[string]int{}
		for i, name := range names {
			counts[name]++
			occurs[name]++
			if i > 0 {
				edge := [2]string{names[i-1], name}
				follows[edge] = append(follows[edge], times[i]-times[i-1])
				total++
			}
		}
		again := false
		for name, n := range occurs {
			if n > 1 {
				again = true
				inCases[name]++
			}
		}
		if again {
			reworked++
		}
	}
	edges := []map[string]any{}
	for _, e := range plainRanking(follows, func(v []int64) int { return len(v) }) {
		s := plainStats(follows[e], 1000)
		edges = append(edges, map[string]any{
			"from": e[0], "to": e[1], "n": s["n"], "mean_s": s["mean"], "median_s": s["median"], "min_s": s["min"], "max_s": s["max"],
		})
	}
	top := []map[string]any{}
	order := slices.SortedFunc(maps.Keys(variants), func(a, b string) int {
		return cmp.Or(cmp.Compare(variants[b], variants[a]), slices.Compare(strings.Split(a, "\x00"), strings.Split(b, "\x00")))
	})
	for _, v := range order[:min(10, len(order))] {
		top = append(top, map[string]any{"sequence": strings.Split(v, "\x00"), "n": variants[v]})
	}
	return map[string]any{
		"counts": counts, "start": first, "end": last,
		"directly_follows": map[string]any{"pairs": len(follows), "total": total, "edges": edges[:min(300, len(edges))]},
		"variants":         map[string]any{"n": len(variants), "top": top},
		"rework":           map[string]any{"cases": reworked, "cases_per_activity": inCases},
	}
}

// plainRanking orders pairs of names by n from the most down, then by name.
func plainRanking[T any](m map[[2]string]T, n func(T) int) [][2]string {
	return slices.SortedFunc(maps.Keys(m), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(n(m[b]), n(m[a])), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
}

// plainRun is a visit of a case.
type plainRun struct {
	value       string
	first, last int64
}

// plainLink is what is known of one supplier and customer.
type plainLink struct {
	gaps       []int64
	cases      int
	next, ever int
}

func plainDimension(log plainLog, dimension string) map[string]any {
	different, absent := map[string]bool{}, 0
	perCase, links := map[int]int{}, map[[2]string]*plainLink{}
	var gaps []int64
	var visits, units, clean, handed, next, returns int
	var immediate, anyReturn, double [2]int // cases, n
	for _, c := range log {
		var runs []plainRun
		for _, e := range c {
			v, ok := e.text[dimension]
			switch {
			case !ok:
				absent++
			case len(runs) > 0 && runs[len(runs)-1].value == v:
				runs[len(runs)-1].last = e.at
			default:
				runs = append(runs, plainRun{v, e.at, e.at})
			}
			if ok {
				different[v] = true
			}
		}
		if len(runs) == 0 {
			continue
		}
		m := len(runs)
		units++
		visits += m
		perCase[m-1]++
		if m > 1 {
			handed++
		}
		values, seen := map[string]bool{}, map[[2]string]bool{}
		for i, r := range runs {
			values[r.value] = true
			if i+1 == m {
				break
			}
			key := [2]string{r.value, runs[i+1].value}
			l := links[key]
			if l == nil {
				l = &plainLink{}
				links[key] = l
			}
			gap := runs[i+1].first - r.last
			l.gaps, gaps = append(l.gaps, gap), append(gaps, gap)
			if !seen[key] {
				seen[key] = true
				l.cases++
			}
			if i+2 < m && runs[i+2].value == r.value {
				l.next++
				next++
			}
			if slices.ContainsFunc(runs[min(i+2, m):], func(x plainRun) bool { return x.value == r.value }) {
				l.ever++
				returns++
			}
		}
		count := func(of *[2]int, n int) {
			of[1] += n
			if n > 0 {
				of[0]++
			}
		}
		a, b := 0, 0
		for i := range m {
			if i+2 < m && runs[i].value == runs[i+2].value {
				a++
				if i+3 < m && runs[i+1].value == runs[i+3].value {
					b++
				}
			}
		}
		count(&immediate, a)
		count(&double, b)
		count(&anyReturn, m-len(values))
		if m == len(values) {
			clean++
		}
	}
	n := len(gaps)
	rows := []map[string]any{}
	for _, k := range plainRanking(links, func(l *plainLink) int { return len(l.gaps) }) {
		l := links[k]
		low, high := plainWilson(len(l.gaps)-l.next, len(l.gaps))
		s := plainStats(l.gaps, 1000)
		rows = append(rows, map[string]any{
			"supplier": k[0], "customer": k[1], "n": len(l.gaps), "cases": l.cases, "returned_next": l.next, "returned_ever": l.ever,
			"ftr_next": 1 - plainShare(l.next, len(l.gaps)).(float64), "ftr_next_low": low, "ftr_next_high": high,
			"gap_s": map[string]any{"mean": s["mean"], "median": s["median"], "p90": s["p90"]},
		})
	}
	tally := func(x [2]int) map[string]any { return map[string]any{"cases": x[0], "n": x[1]} }
	histogram := map[string]int{}
	for k, cases := range perCase {
		histogram[itoa(k)] = cases
	}
	ftr := map[string]any{"not_returned_next": nil, "never_returned": nil}
	if n > 0 {
		ftr["not_returned_next"], ftr["never_returned"] = 1-float64(next)/float64(n), 1-float64(returns)/float64(n)
	}
	yield := map[string]any{
		"visits": visits, "returns": anyReturn[1], "rty_case": plainShare(clean, units), "dpu": plainShare(anyReturn[1], units), "dpmo": nil,
	}
	if visits > 0 {
		yield["dpmo"] = 1e6 * float64(anyReturn[1]) / float64(visits)
	}
	return map[string]any{
		"values": len(different), "missing_events": absent,
		"handovers":        map[string]any{"n": n, "links": len(links), "cases": handed, "per_case": histogram},
		"ping_pong":        map[string]any{"immediate": tally(immediate), "any_return": tally(anyReturn), "double": tally(double)},
		"first_time_right": ftr, "yield": yield, "gap_s": plainStats(gaps, 1000), "links": rows[:min(200, len(rows))],
	}
}

func plainShare(k, n int) any {
	if n == 0 {
		return nil
	}
	return float64(k) / float64(n)
}

// plainStats is R's type 7 over sorted values.
func plainStats(values []int64, unit float64) map[string]any {
	out := map[string]any{"n": len(values)}
	names := map[string]float64{"min": 0, "q1": .25, "median": .5, "q3": .75, "p90": .9, "p95": .95, "p99": .99, "max": 1}
	if len(values) == 0 {
		out["mean"] = nil
		for name := range names {
			out[name] = nil
		}
		return out
	}
	x := slices.Sorted(slices.Values(values))
	sum := int64(0)
	for _, v := range x {
		sum += v
	}
	out["mean"] = float64(sum) / (float64(len(x)) * unit)
	for name, p := range names {
		h := float64(len(x)-1) * p
		i := int(math.Floor(h))
		v := float64(x[i])
		if i+1 < len(x) {
			v += (h - float64(i)) * float64(x[i+1]-x[i])
		}
		out[name] = v / unit
	}
	return out
}

func plainWilson(k, n int) (low, high float64) {
	const z = 1.959963984540054
	p, m := float64(k)/float64(n), float64(n)
	mid, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, (mid-half)/(1+z*z/m)), min(1, (mid+half)/(1+z*z/m))
}
