package sheet

import (
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

func log(rows ...string) Table {
	t, err := Read(strings.NewReader("order,station,who,from,until\n" + strings.Join(rows, "\n")))
	if err != nil {
		panic(err) // the test wrote it
	}
	return t
}

var logColumns = StepColumns{Case: "order", Activity: "station", Resource: "who", Start: "from", End: "until"}

// short rows: supplier>customer asked-taken-delivered-closed by whom, in hours of one day.
func brief(t *testing.T, out Table) []string {
	t.Helper()
	f, err := NewColumns(func() (all []Word) {
		for _, h := range stepHead {
			all = append(all, Word{Name: h})
		}
		return all
	}()...).Match(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range out.Rows {
		hour := func(c string) string { return f.Get(r, c)[len("2026-01-05 "):len("2026-01-05 15:04")] }
		got = append(got, f.Get(r, "key")+" "+f.Get(r, "supplier")+">"+f.Get(r, "customer")+" "+
			strings.Join([]string{hour("asked"), hour("taken"), hour("delivered"), hour("closed")}, "-")+
			" "+f.Get(r, "taken_by")+"/"+f.Get(r, "done_by")+"/"+f.Get(r, "accepted_by"))
	}
	return got
}

func TestStepsBecomeAChainOfHandoffs(t *testing.T) {
	t.Parallel()
	es := i18n.With(t.Context(), "es")
	day := func(row string) string { return strings.ReplaceAll(row, "@", "2026-01-05 ") }
	for name, c := range map[string]struct {
		rows  []string
		want  []string
		notes StepNotes
	}{
		"one after the other": {
			rows:  []string{"P1,Corte,Ana,@08:00,@09:00", "P1,Costura,Eva,@09:30,@11:00"},
			want:  []string{"P1:2 Corte>Costura 08:00-08:00-09:00-09:30 Ana/Ana/Eva", "P1:3 Costura>Cliente 09:00-09:30-11:00-11:00 Eva/Eva/"},
			notes: StepNotes{Cases: 1, Steps: 2, Handoffs: 2},
		},
		"the same station in a row is one": {
			rows: []string{"P1,Corte,Ana,@08:00,@09:00", "P1, corte ,Leo,@09:10,@10:00", "P1,Costura,Eva,@10:00,@11:00", "P1,Corte,Ana,@11:00,@12:00"},
			want: []string{
				"P1:2 Corte>Costura 08:00-08:00-10:00-10:00 Ana/Leo/Eva", "P1:4 Costura>Corte 10:00-10:00-11:00-11:00 Eva/Eva/Ana",
				"P1:5 Corte>Cliente 11:00-11:00-12:00-12:00 Ana/Ana/",
			},
			notes: StepNotes{Cases: 1, Steps: 4, Handoffs: 3, Merged: 1},
		},
		"the file is in no order": {
			rows: []string{"P1,Costura,Eva,@09:00,@10:00", "P2,Corte,Ana,@07:00,@07:30", "P1,Corte,Ana,@08:00,@09:00"},
			want: []string{
				"P1:4 Corte>Costura 08:00-08:00-09:00-09:00 Ana/Ana/Eva", "P1:2 Costura>Cliente 09:00-09:00-10:00-10:00 Eva/Eva/",
				"P2:3 Corte>Cliente 07:00-07:00-07:30-07:30 Ana/Ana/",
			},
			notes: StepNotes{Cases: 2, Steps: 3, Handoffs: 3},
		},
		"steps that overlap": { // what was measured stays; only when it was asked for and accepted gives way
			rows: []string{"P1,Corte,Ana,@08:00,@12:00", "P1,Costura,Eva,@09:00,@10:00", "P1,Empaque,Leo,@10:00,@11:00"},
			want: []string{
				"P1:2 Corte>Costura 08:00-08:00-12:00-12:00 Ana/Ana/Eva", "P1:3 Costura>Empaque 09:00-09:00-10:00-10:00 Eva/Eva/Leo",
				"P1:4 Empaque>Cliente 10:00-10:00-11:00-11:00 Leo/Leo/",
			},
			notes: StepNotes{Cases: 1, Steps: 3, Handoffs: 3, Clamped: 1},
		},
		"a tie goes by the end": {
			rows:  []string{"P1,Costura,Eva,@08:00,@09:00", "P1,Corte,Ana,@08:00,@08:00"},
			want:  []string{"P1:3 Corte>Costura 08:00-08:00-08:00-08:00 Ana/Ana/Eva", "P1:2 Costura>Cliente 08:00-08:00-09:00-09:00 Eva/Eva/"},
			notes: StepNotes{Cases: 1, Steps: 2, Handoffs: 2},
		},
	} {
		rows := make([]string, len(c.rows))
		for i, r := range c.rows {
			rows[i] = day(r)
		}
		out, notes, err := Steps(es, log(rows...), logColumns, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if got := brief(t, out); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
		notes.FirstStart, notes.LastEnd = time.Time{}, time.Time{}
		if notes.Problems != nil || notes.Cases != c.notes.Cases || notes.Steps != c.notes.Steps || notes.Handoffs != c.notes.Handoffs ||
			notes.Merged != c.notes.Merged || notes.Clamped != c.notes.Clamped {
			t.Errorf("%s: notes are %+v", name, notes)
		}
	}
}

func TestBadStepsAreNamed(t *testing.T) {
	t.Parallel()
	out, notes, err := Steps(t.Context(), log(
		"P1,Corte,Ana,2026-01-05 08:00,2026-01-05 09:00", ",Corte,Ana,2026-01-05 08:00,2026-01-05 09:00", "P1,,Ana,2026-01-05 08:00,2026-01-05 09:00",
		"P1,Corte,Ana,soon,2026-01-05 09:00", "P1,Corte,Ana,2026-01-05 08:00,", "P1,Corte,Ana,2026-01-05 10:00,2026-01-05 09:00",
	), logColumns, time.UTC)
	if err != nil || len(out.Rows) > 0 {
		t.Fatalf("%v, %v", out, err)
	}
	want := []Problem{
		{Row: 3, Column: "order", Key: "err.required"},
		{Row: 4, Column: "station", Key: "err.required"},
		{Row: 5, Column: "from", Key: "err.not_a_date", Value: "soon"},
		{Row: 6, Column: "until", Key: "err.not_a_date"},
		{Row: 7, Column: "until", Key: "sheet.err.ends_before", Value: "2026-01-05 09:00"},
	}
	for i, p := range notes.Problems {
		if i >= len(want) || p.Row != want[i].Row || p.Column != want[i].Column || p.Key != want[i].Key || p.Value != want[i].Value {
			t.Errorf("got %+v", p)
		}
	}
	if len(notes.Problems) != len(want) {
		t.Errorf("%d problems, want %d", len(notes.Problems), len(want))
	}
	if _, _, err := Steps(t.Context(), log("1,2,3,4,5"), StepColumns{Case: "order", Activity: "no such", Start: "from"}, time.UTC); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a column that is not there: %v", err)
	}
}

func TestStepColumnsAreNamedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	got, err := ParseStepColumns("case=caseid, activity=task,resource=user,start=start_timestamp,end=end_timestamp")
	want := StepColumns{Case: "caseid", Activity: "task", Resource: "user", Start: "start_timestamp", End: "end_timestamp"}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "case=a", "case=a,activity=b,start=c,end=", "case=a,case=b,activity=b,start=c,end=d", "kase=a"} {
		if _, err := ParseStepColumns(bad); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// factory is a real log of 225 orders: 4TU.ResearchData, doi
// 10.4121/uuid:68726926-5ac5-4fab-b873-ee76ea412399. It is no part of the
// repository; who has it beside the checkout gets this test too.
const factory = "../../../shared/data/production_4tu.csv"

// What Steps makes of a real log is what a plain count of the same file finds.
func TestARealFactoryLog(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(factory)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("the factory log is not there: %s", factory)
	}
	ok(t, err)
	table, err := Read(strings.NewReader(string(b)))
	ok(t, err)
	columns, err := ParseStepColumns("case=caseid,activity=task,resource=user,start=start_timestamp,end=end_timestamp")
	ok(t, err)
	out, notes, err := Steps(t.Context(), table, columns, time.UTC)
	if err != nil || len(notes.Problems) > 0 {
		t.Fatalf("%v, %+v", err, notes.Problems)
	}

	plainRows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	ok(t, err)
	runs, first, last, workers := map[string]int{}, map[string]string{}, map[string]string{}, map[string]bool{}
	byCase := map[string][][]string{}
	for _, r := range plainRows[1:] {
		byCase[r[0]] = append(byCase[r[0]], r)
		workers[r[2]] = true
	}
	handoffs := 0
	for c, rows := range byCase { // the times of this file sort as text
		slices.SortStableFunc(rows, func(a, b []string) int { return strings.Compare(a[3]+a[4], b[3]+b[4]) })
		station := ""
		for _, r := range rows {
			if name := strings.ToLower(strings.Join(strings.Fields(r[1]), " ")); name != station {
				runs[c]++
				handoffs++
				station = name
			}
			if first[c] == "" || r[3] < first[c] {
				first[c] = r[3]
			}
			last[c] = max(last[c], r[4])
		}
	}
	if len(byCase) != 225 || len(plainRows)-1 != 4503 || len(workers) != 46 {
		t.Fatalf("another file: %d orders, %d steps, %d workers", len(byCase), len(plainRows)-1, len(workers))
	}
	if notes.Cases != 225 || notes.Steps != 4503 || notes.Handoffs != handoffs || notes.Merged != 4503-handoffs {
		t.Errorf("notes are %+v, the plain count has %d handoffs", notes, handoffs)
	}
	at := func(r Row, name string) string { return r.Cell(slices.Index(stepHead, name)) }
	got, begins, ends, seen := map[string]int{}, map[string]string{}, map[string]string{}, map[string]bool{}
	keys := map[string]bool{}
	for _, r := range out.Rows {
		c := at(r, "order")
		got[c]++
		if begins[c] == "" || at(r, "taken") < begins[c] {
			begins[c] = at(r, "taken")
		}
		ends[c] = max(ends[c], at(r, "delivered"))
		seen[at(r, "taken_by")], seen[at(r, "done_by")], keys[at(r, "key")] = true, true, true
		if _, others, ok := strings.Cut(at(r, "note"), ": "); ok {
			for _, o := range strings.Split(strings.TrimSuffix(others, "."), ", ") {
				seen[o] = true
			}
		}
		if at(r, "asked") > at(r, "taken") || at(r, "taken") > at(r, "delivered") || at(r, "delivered") > at(r, "closed") {
			t.Errorf("%s is out of order", at(r, "key"))
		}
		if at(r, "supplier") == at(r, "customer") {
			t.Errorf("%s: a station is its own customer", at(r, "key"))
		}
	}
	slash := strings.NewReplacer("/", "-")
	for c, n := range runs {
		if got[c] != n || begins[c] != slash.Replace(first[c]) || ends[c] != slash.Replace(last[c]) {
			t.Errorf("%s: %d handoffs from %s to %s, want %d from %s to %s", c, got[c], begins[c], ends[c], n, first[c], last[c])
		}
	}
	if len(seen) != len(workers) {
		t.Errorf("%d workers are named, want %d", len(seen), len(workers))
	}
	if len(keys) != len(out.Rows) {
		t.Errorf("%d keys for %d handoffs", len(keys), len(out.Rows))
	}
	t.Logf("%d orders, %d steps, %d handoffs (%d steps merged), %d acceptances moved to the delivery",
		notes.Cases, notes.Steps, notes.Handoffs, notes.Merged, notes.Clamped)
}
