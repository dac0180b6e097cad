package load

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
)

// shared is where the real logs lie that are no part of the project.
const shared = "../../../../shared/data"

func realFile(tb testing.TB, name string) string {
	tb.Helper()
	path := filepath.Join(shared, name)
	if _, err := os.Stat(path); err != nil {
		tb.Skip("the log is not on this machine: " + path)
	}
	return path
}

// expected is what of the expected results a reader must give.
type expected struct {
	Options struct {
		Filter []struct {
			Column, Op, Value string
			Values            []string
		}
	}
	Cases, Events int
	First         string `json:"first_at"`
	Last          string `json:"last_at"`
	Attributes    map[string]struct{ Distinct, Missing int }
}

func (e *expected) filters() (out []chain.Filter) {
	for _, f := range e.Options.Filter {
		out = append(out, chain.Filter{Key: f.Column, Not: f.Op == "not_in", Values: append(f.Values, slices.DeleteFunc([]string{f.Value}, func(s string) bool { return s == "" })...)})
	}
	return out
}

func TestRealLogsHaveTheExpectedCasesEventsAndAttributes(t *testing.T) {
	for _, name := range []string{"bpic2013_incidents", "production_4tu", "repairExample"} {
		t.Run(name, func(t *testing.T) {
			path := realFile(t, name+".xes.gz")
			b, err := os.ReadFile(realFile(t, "expected/"+name+".analysis.json"))
			if err != nil {
				t.Fatal(err)
			}
			var want expected
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			l, rep, err := File(t.Context(), path, Options{Filters: want.filters()})
			if err != nil {
				t.Fatal(err)
			}
			if l.Cases() != want.Cases || l.Events() != want.Events {
				t.Errorf("got %d cases and %d events, want %d and %d", l.Cases(), l.Events(), want.Cases, want.Events)
			}
			first, last := slices.Min(l.Time), slices.Max(l.Time)
			if utc(first) != want.First || utc(last) != want.Last {
				t.Errorf("got %s to %s, want %s to %s", utc(first), utc(last), want.First, want.Last)
			}
			for key, a := range want.Attributes {
				c := l.Column(key)
				if c == nil || c.Dict.Len() != a.Distinct || c.Absent() != a.Missing {
					t.Errorf("%s: got %v, want %d distinct and %d missing", key, c, a.Distinct, a.Missing)
				}
			}
			if l.CaseName(0) == "" || len(rep.Left) > 0 {
				t.Errorf("report %+v", rep)
			}
		})
	}
}

func utc(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }
