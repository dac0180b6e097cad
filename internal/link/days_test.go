package link_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/sheet"
)

var inDays = link.Terms{Take: 2 * time.Hour, DeliverDays: 2, Target: 95}

// A promise in working days is kept as it was made: by the service, by the
// agreement, in a file and back.
func TestAPromiseInWorkingDaysIsKept(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		o := w.Cut
		o.Terms = inDays
		if _, err := w.Links.Change(ctx, w.Carla, o); err != nil {
			t.Fatal(err)
		}
		o, err := w.Links.Offer(ctx, w.Diego, w.Cut.ID)
		if err != nil || o.Terms != inDays {
			t.Fatalf("read back as %+v, %v", o.Terms, err)
		}
		l, err := w.Links.Declare(ctx, w.Ana, w.Cutting, w.Sewing)
		if err != nil {
			t.Fatal(err)
		}
		whole := link.Terms{TakeDays: 1, DeliverDays: 3, Target: 90}
		g, err := w.Links.Propose(ctx, w.Carla, link.Propose{Link: l.ID, Service: o.ID, Terms: whole})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Links.Decide(ctx, w.Diego, g.ID, link.Accepted); err != nil {
			t.Fatal(err)
		}
		b, err := w.Links.Between(ctx, w.Diego, o.ID, w.Sewing)
		if err != nil || b.Promise.Terms != whole {
			t.Errorf("the agreement promises %+v, %v", b.Promise.Terms, err)
		}
		for _, lang := range []string{"es", "en"} {
			var file strings.Builder
			ctx := i18n.With(ctx, lang)
			if err := w.Links.ExportServices(ctx, w.Ana, &file, sheet.CSV); err != nil {
				t.Fatal(err)
			}
			if want := map[string]string{"es": "2 días laborables", "en": "2 working days"}[lang]; !strings.Contains(file.String(), want) {
				t.Errorf("the file does not say %q:\n%s", want, file.String())
			}
			back, err := sheet.Read(strings.NewReader(file.String()))
			if err != nil {
				t.Fatal(err)
			}
			r, err := w.Links.ImportServices(ctx, w.Ana, back, true)
			if err != nil || len(r.Problems) > 0 || r.Updated+r.Created > 0 {
				t.Errorf("the file comes back as %+v, %v", r, err)
			}
		}
	})
}

// Whoever promises to take it within more than it has to deliver it, has as long
// as it has to deliver it.
func TestNothingIsToBeTakenAfterItIsDue(t *testing.T) {
	t.Parallel()
	hours, err := calendar.New(calendar.Spec{Zone: "UTC", Week: calendar.Week{"mon": {"09:00-18:00"}, "tue": {"09:00-11:00"}}})
	if err != nil {
		t.Fatal(err)
	}
	asked := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	take, deliver, err := link.Terms{Take: 5 * time.Hour, DeliverDays: 1}.Due(hours, asked)
	if want := time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC); err != nil || !take.Equal(want) || !deliver.Equal(want) {
		t.Errorf("take %v, deliver %v, %v", take, deliver, err)
	}
}
