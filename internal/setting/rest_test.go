package setting_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/setting"
)

func TestLongClosuresAreSeenByWhoSetsThemUp(t *testing.T) {
	t.Parallel()
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		t.Helper()
		got, err := time.ParseInLocation("2006-01-02 15:04", text, madrid)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	days := `"mon":["09:00-18:00"],"tue":["09:00-18:00"],"wed":["09:00-18:00"],"thu":["09:00-18:00"],"fri":["09:00-18:00"]`
	closed := func(from, until string) string {
		return `{"zone":"Europe/Madrid","week":{` + days + `},"exceptions":[{"name":"Cierre","effect":"closed","once":{"from":"` + from + `","until":"` + until + `"}}]}`
	}
	now := at("2026-11-26 10:00")
	for name, c := range map[string]struct {
		spec string
		want []calendar.Interval
	}{
		"a usual week":             {`{"zone":"Europe/Madrid","week":{` + days + `}}`, nil},
		"one day a week":           {`{"zone":"Europe/Madrid","week":{"mon":["09:00-13:00"]}}`, nil},
		"a long weekend":           {closed("2026-12-04", "2026-12-09"), nil},
		"a closed August":          {closed("2027-08-01", "2027-08-31"), []calendar.Interval{{From: at("2027-07-30 18:00"), Until: at("2027-09-01 09:00")}}},
		"it is closed now":         {closed("2026-11-20", "2026-12-18"), []calendar.Interval{{From: now, Until: at("2026-12-21 09:00")}}},
		"it begins in a year":      {closed("2027-11-22", "2028-02-29"), []calendar.Interval{{From: at("2027-11-19 18:00"), Until: at("2028-03-01 09:00")}}},
		"later than in a year":     {closed("2027-12-06", "2028-02-29"), nil},
		"it never opens again":     {closed("2027-03-01", "2149-12-31"), []calendar.Interval{{From: at("2027-02-26 18:00")}}},
		"what is no working time":  {`{"zone":"Mars"}`, nil},
		"what nobody can read":     {`hours`, nil},
		"what never opens, at all": {`{"zone":"UTC","week":{}}`, nil},
	} {
		if diff := cmp.Diff(c.want, setting.Rests(json.RawMessage(c.spec), now)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
