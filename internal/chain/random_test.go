package chain_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
)

func itoa(n int) string { return strconv.Itoa(n) }

// nasty are names that differ in little, or hold what a format must escape.
var nasty = []string{
	"A", "a", "A ", " A", "A  B", "Ñandú", "Nandu\u0303", "日本", "B&C <x>", `"q"`, "d;e,f", "EMPTY", "?", "0", "true", "1.0", "1.00", "O'Neil", "\U0001F9F5",
}

// The columns of a random log.
var randomColumns = []string{"concept:name", "lifecycle:transition", "org:group", "org:resource", "organization involved", "amount"}

// row is one event as a file has it.
type randomRow struct {
	of    int
	event plainEvent
	when  string // as it is written; "" for none
}

// randomly makes the rows of a log, those of a case in any order of time, and
// what of them counts.
func randomly(r *rand.Rand, empties bool) (rows []randomRow, log plainLog) {
	few := nasty[:2+r.IntN(len(nasty)-1)]
	begin := time.Date(2019, 6, 3, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(90*24)) * time.Hour)
	if r.IntN(6) == 0 {
		begin = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	step := []time.Duration{0, time.Millisecond, time.Second, 40 * time.Minute}[r.IntN(4)]
	for of := range r.IntN(12) {
		var events []plainEvent
		at := begin.Add(time.Duration(r.IntN(50)) * time.Hour)
		for range r.IntN(1 + r.IntN(14)) {
			if r.IntN(3) > 0 {
				at = at.Add(time.Duration(r.IntN(4)) * step)
			}
			if r.IntN(8) == 0 {
				at = at.Add(-time.Duration(r.IntN(9)) * step)
			}
			e := plainEvent{at.UnixMilli(), map[string]string{}}
			for i, c := range randomColumns {
				if r.IntN(9) == 0 {
					continue
				}
				v := few[r.IntN(min(len(few), 2+2*i))]
				if i == 1 {
					v = []string{"start", "complete", "COMPLETE", "schedule"}[r.IntN(4)]
				}
				if empties && r.IntN(20) == 0 {
					v = ""
				}
				e.text[c] = v
			}
			x := randomRow{of, e, written(r, at)}
			if r.IntN(25) == 0 {
				x.when = []string{"", "yesterday", "2019-02-30T00:00:00Z"}[r.IntN(3)]
			} else {
				events = append(events, e)
			}
			rows = append(rows, x)
		}
		log = append(log, events)
	}
	return rows, log
}

// written is a moment with one of many offsets, and digits beyond milliseconds.
func written(r *rand.Rand, at time.Time) string {
	at = at.In(time.FixedZone("", 60*[]int{0, 60, 120, -330, 765}[r.IntN(5)]))
	clock := at.Format("2006-01-02T15:04:05")
	if ms := at.Nanosecond() / 1e6; ms > 0 || r.IntN(3) == 0 {
		clock += at.Format(".000")
		if r.IntN(3) == 0 {
			clock += "9999999"[:1+r.IntN(6)] // cut, not rounded
		}
	}
	return clock + at.Format([]string{"Z07:00", "-07:00", "-0700"}[r.IntN(3)])
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// asXES writes rows the way no program would, but some do in parts.
func asXES(r *rand.Rand, rows []randomRow) string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!-- </trace> --><log xes.version=\"1.0\" xmlns=\"http://www.xes-standard.org/\">\n" +
		`<extension name="Concept" prefix="concept" uri="x"/><global scope="event"><string key="concept:name" value="no"/>` +
		`<date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global><classifier name="c" keys="concept:name"/>` +
		`<string key="meta" value="v"><int key="org:group" value="7"/></string>`)
	for i := 0; i < len(rows); {
		of := rows[i].of
		b.WriteString("<trace><string key='concept:name' value='same'/><date key=\"REG_DATE\" value=\"2011-10-01T00:38:44.546+02:00\"/>")
		for ; i < len(rows) && rows[i].of == of; i++ {
			var attrs []string
			if x := rows[i]; x.when != "" {
				attrs = append(attrs, `<date key="time:timestamp" value="`+x.when+`"/>`)
			}
			for _, c := range randomColumns {
				if v, ok := rows[i].event.text[c]; ok {
					kind := []string{"string", "boolean", "float", "int", "id"}[r.IntN(5)]
					a := fmt.Sprintf("<%s key=%q value=\"%s\"", kind, c, escaped(v))
					switch r.IntN(5) {
					case 0:
						a = fmt.Sprintf("<%s\n value=\"%s\"  key='%s'", kind, escaped(v), c) + "></" + kind + ">"
					case 1:
						a += `><string key="org:group" value="nested"/></` + kind + ">"
					case 2:
						a = `<string key="` + c + `" value="the last counts"/>` + a + " />"
					default:
						a += "/>"
					}
					attrs = append(attrs, a)
				}
			}
			r.Shuffle(len(attrs), func(i, j int) { attrs[i], attrs[j] = attrs[j], attrs[i] })
			b.WriteString("\n\t<event>")
			for _, a := range attrs {
				b.WriteString(a)
			}
			switch r.IntN(8) {
			case 0:
				b.WriteString(`<list key="costs"><values><float key="amount" value="9"/></values></list>`)
			case 1:
				b.WriteString(`<container key="org:group"><string key="org:resource" value="no"/></container>`)
			}
			b.WriteString("</event>")
		}
		b.WriteString("</trace>\n")
	}
	return b.String() + "</log>\n"
}

// asCSV writes rows with those of the cases mixed, but each in its order.
func asCSV(r *rand.Rand, rows []randomRow) string {
	mixed := slices.Clone(rows)
	for range 3 * len(mixed) {
		if i := r.IntN(max(1, len(mixed)-1)); i+1 < len(mixed) && mixed[i].of != mixed[i+1].of {
			mixed[i], mixed[i+1] = mixed[i+1], mixed[i]
		}
	}
	var b bytes.Buffer
	if r.IntN(3) == 0 {
		b.WriteString("\ufeff")
	}
	w := csv.NewWriter(&b)
	w.Comma = []rune{',', ';', '\t', '|'}[r.IntN(4)]
	w.UseCRLF = r.IntN(2) == 0
	_ = w.Write(append([]string{"case:concept:name", "time:timestamp"}, randomColumns...)) // a Buffer takes everything
	for _, x := range mixed {
		cells := []string{"case " + itoa(x.of), x.when}
		for _, c := range randomColumns {
			cells = append(cells, x.event.text[c])
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.String()
}

// What the engine says of a log, from its file to the JSON, is what the
// definitions say, however odd the log.
func TestTheEngineSaysWhatTheDefinitionsSay(t *testing.T) {
	logs := uint64(600)
	if testing.Short() {
		logs = 60
	}
	total := 0
	for seed := range logs {
		r := rand.New(rand.NewPCG(seed, 7))
		isXES := r.IntN(2) == 0
		rows, log := randomly(r, isXES)
		var text string
		o := load.Options{Workers: 1 + r.IntN(3), Block: 1 + r.IntN(2000)}
		if isXES {
			text = asXES(r, rows)
		} else {
			text = asCSV(r, rows)
			o.Case, o.Activity, o.Time = "case:concept:name", name, "time:timestamp"
		}
		l, _, err := load.Open(t.Context(), strings.NewReader(text), o)
		if e, ok := err.(*load.Error); ok && !isXES && (e.Code == "time_format" || e.Code == "no_time") {
			continue // not one time in the whole table
		}
		if err != nil {
			t.Fatalf("log %d: %v\n%s", seed, err, text)
		}
		a := chain.Options{Activity: name, Dimensions: []string{"org:group", "org:resource", name}, Workers: 1 + r.IntN(3)}
		switch r.IntN(4) {
		case 0:
			a.Filter = []chain.Filter{completed}
		case 1:
			a.Filter = []chain.Filter{{Key: name, Not: true, Values: []string{"A", "", "日本"}}, {Key: "org:group", Not: true, Values: []string{"a"}}}
		}
		if r.IntN(2) == 0 {
			a.Missing = []string{"EMPTY", "?", "not there"}
		}
		var columns []string
		for _, c := range randomColumns {
			if l.Column(c) != nil {
				columns = append(columns, c)
			}
		}
		if len(columns) < len(randomColumns) {
			continue // a log so small that no event has all keys: to ask for others is an error
		}
		var got, want map[string]any
		decode(t, encode(t, analyse(t, l, a)), &got)
		decode(t, encode(t, plainly(log, columns, a.Activity, a.Dimensions, a.Filter, a.Missing)), &want)
		c := comparison{t: t}
		c.walk(fmt.Sprintf("log %d", seed), want, got)
		if total += c.total; t.Failed() {
			t.Fatalf("log %d, %v, missing %q:\n%s", seed, a.Filter, a.Missing, text)
		}
	}
	if total < 100*int(logs) {
		t.Errorf("only %d figures of %d logs were compared", total, logs)
	}
}
