package insight_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

// The world of these tests begins on Wednesday 4 November 2026.
const (
	thatMonday = "2026-11-02"
	nextMonday = "2026-11-09"
)

func TestTheWeekIsForWhoLeads(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.round(t, 0, 0)
		w.round(t, 1, 0)
		w.now = w.now.AddDate(0, 0, 7)
		for _, c := range []struct {
			who   authz.Actor
			areas []id.Node
		}{{w.Ana, []id.Node{""}}, {w.Bruno, []id.Node{w.Making}}} {
			got, err := w.s.Week(t.Context(), c.who, "")
			must(t, err)
			var areas []id.Node
			for _, x := range got.Areas {
				areas = append(areas, x.Node)
				if x.Week.Asked != 2 || x.Week.FirstTime.K != 1 || x.Week.FirstTime.N != 2 || x.Week.Kept.N != 2 || x.Before.Any() || !x.Any() {
					t.Errorf("%s: %+v", x.Name, x)
				}
			}
			if got.Monday != thatMonday || !slices.Equal(areas, c.areas) {
				t.Errorf("%s sees %v of %s", c.who.Name, areas, got.Monday)
			}
		}
		later, err := w.s.Week(t.Context(), w.Bruno, nextMonday)
		if err != nil || later.Areas[0].Week.Any() || later.Areas[0].Before.Asked != 2 {
			t.Errorf("the week after: %+v, %v", later, err)
		}
		if _, err := w.s.Week(t.Context(), w.Diego, ""); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("who leads nothing: %v", err)
		}
		for _, bad := range []string{"2026-11-03", "2026-11-16", "ayer", "2026-13-01"} {
			if _, err := w.s.Week(t.Context(), w.Ana, bad); errs.FieldsOf(err)["of"] != "insight.err.monday" {
				t.Errorf("%s: %v", bad, err)
			}
		}
	})
}

// Those who lead are told on Monday that the figures are there, once, however
// many servers there are and however often one starts; not on the first day of
// a company, and not where there is nothing to say.
func TestTheWeekIsToldOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		told := func(want ...string) {
			t.Helper()
			var servers sync.WaitGroup
			for range 4 {
				servers.Go(func() {
					if err := w.s.TellWeeks(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			servers.Wait()
			for _, a := range []authz.Actor{w.Ana, w.Bruno, w.Carla, w.Diego} {
				rows, err := notify.List(t.Context(), d, a, "", 50)
				must(t, err)
				var got []string
				for _, n := range rows {
					if n.Kind == "week" {
						got = append(got, n.Subject)
					}
				}
				if lead := a.Owner || len(a.Leads) > 0; lead && !slices.Equal(got, want) || !lead && got != nil {
					t.Errorf("%s was told of %v, want %v", a.Name, got, want)
				}
			}
		}
		w.round(t, 0, 0)
		told() // the company has just begun
		w.now = time.Date(2026, 11, 8, 23, 59, 59, 0, time.UTC)
		told()
		w.now = w.now.Add(time.Second)
		told(thatMonday)
		w.now = w.now.AddDate(0, 0, 3)
		told(thatMonday)
		w.now = w.now.AddDate(0, 0, 4)
		told(nextMonday, thatMonday) // nothing happened, and the week before something did
		w.now = w.now.AddDate(0, 0, 7)
		told(nextMonday, thatMonday) // there is nothing to say
		w.round(t, 0, 0)
		w.now = w.now.AddDate(0, 0, 21) // the server was off for three weeks: that is no news any more
		told(nextMonday, thatMonday)
		w.round(t, 0, 0)
		w.now = w.now.AddDate(0, 0, 7)
		told("2026-12-14", nextMonday, thatMonday)
		var facts int
		must(t, d.Row(t.Context(), []any{&facts}, `SELECT COUNT(*) FROM fact WHERE company = ? AND kind = 'week.told'`, w.ID))
		if facts != 3 {
			t.Errorf("the log says %d times that it was told", facts)
		}
	})
}
