package handoff_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/sheet"
)

// empty founds a company with nobody but its owner.
func empty(t *testing.T, d *db.DB, c id.Company) authz.Actor {
	t.Helper()
	owner := org.Person{ID: id.New[id.Person](), Name: "Olga Rey", Email: "olga@example.test", Lang: "es", Owner: true, Active: true}
	err := d.InTx(t.Context(), c, func(tx *db.Tx) error {
		if err := setting.Found(t.Context(), tx, setting.Company{
			Name: "Nueva", Lang: "es", Country: "MX", Zone: "UTC", Calendar: []byte(fixture.Calendar), AcceptDays: 5,
		}, owner.ID); err != nil {
			return err
		}
		return org.AddPeople(t.Context(), tx, owner.ID, owner)
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := org.Actor(t.Context(), d, c, owner.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// busy lives a few days of every kind of handoff, and a page of small ones.
func busy(t *testing.T, w *fixture.Company, tick func(time.Duration)) {
	t.Helper()
	ctx := t.Context()
	for range 203 {
		ask(t, w, handoff.Ask{Title: "Chico"})
		tick(time.Second)
	}
	h := ask(t, w, handoff.Ask{
		Title: "=Ronda | larga", Detail: "Dos\nlíneas", Quantity: 50.5, Unit: "kg", Order: "P-1", Tags: []string{"urge", "feria"},
		Priority: handoff.Urgent, NeedBy: w.DB.Now().AddDate(0, 0, 3).Truncate(time.Second),
	})
	for _, st := range []struct {
		a  authz.Actor
		to handoff.State
		in handoff.Step
	}{
		{w.Carla, handoff.Taken, handoff.Step{}},
		{w.Carla, handoff.Delivered, handoff.Step{Note: "a | b\nc \\ d"}},
		{w.Elena, handoff.Returned, handoff.Step{Quantity: 2.5, Reason: "1", Note: "corta"}},
		{w.Carla, handoff.Delivered, handoff.Step{}},
		{w.Diego, handoff.Returned, handoff.Step{Quantity: 1, Reason: "2"}},
		{w.Carla, handoff.Delivered, handoff.Step{Note: "ya"}},
		{w.Diego, handoff.AcceptedWithRemark, handoff.Step{Note: "tarde, pero | bien"}},
	} {
		tick(time.Hour)
		h = move(t, w, st.a, h, st.to, st.in)
	}
	tick(time.Hour)
	pushed, err := w.Handoffs.HandOn(ctx, w.Diego, handoff.Ask{Service: w.Sew.ID, Customer: w.Shop, Title: "Empujado", Quantity: 4}, handoff.Step{Note: "-5"})
	if err != nil {
		t.Fatal(err)
	}
	tick(time.Hour)
	move(t, w, w.Diego, pushed, handoff.Accepted, handoff.Step{Behalf: handoff.Behalf{Name: "Marisol"}})
	open := move(t, w, w.Carla, ask(t, w, handoff.Ask{Title: "Abierto"}), handoff.Delivered, handoff.Step{})
	tick(time.Hour)
	move(t, w, w.Elena, open, handoff.Returned, handoff.Step{Reason: "2"})
	move(t, w, w.Carla, ask(t, w, handoff.Ask{Title: "No"}), handoff.Declined, handoff.Step{Note: "No hay"})
	move(t, w, w.Diego, ask(t, w, handoff.Ask{Title: "Ya no"}), handoff.Cancelled, handoff.Step{})
	tick(time.Hour)
	lost := move(t, w, w.Carla, ask(t, w, handoff.Ask{Title: "Desviado"}), handoff.Taken, handoff.Step{})
	tick(time.Hour)
	if _, err := w.Handoffs.Redirect(ctx, w.Carla, lost.ID, w.Help.ID, handoff.Step{Note: "Es de Sistemas"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Handoffs.Comment(ctx, w.Diego, lost.ID, "Gracias", nil); err != nil {
		t.Fatal(err)
	}
	tick(time.Hour)
	move(t, w, w.Fabio, lost, handoff.Taken, handoff.Step{})
}

// What goes out of one company makes the same history in an empty one: the
// export of the copy is the export of the original, letter by letter.
func TestHistoryGoesRound(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		d.Now = func() time.Time { return now }
		w := fixture.New(t, d, 1)
		busy(t, w, func(by time.Duration) { now = now.Add(by) })
		now = now.Add(time.Hour)
		ctx := i18n.With(t.Context(), "es")
		original := written(t, func(to io.Writer) error {
			return w.Handoffs.Export(ctx, w.Ana, handoff.Filter{}, to, sheet.CSV)
		})
		if n := strings.Count(original, "Chico"); n != 203 {
			t.Fatalf("the export has %d of 203 over two pages", n)
		}
		for i, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
			for j, lang := range i18n.Langs {
				ctx := i18n.With(t.Context(), lang)
				a := empty(t, d, id.Company(10+2*i+j))
				bring := func(run func(sheet.Table) (sheet.Report, error), export func(context.Context, authz.Actor, io.Writer, sheet.Format) error) {
					t.Helper()
					file, err := sheet.Read(strings.NewReader(written(t, func(to io.Writer) error { return export(ctx, w.Ana, to, f) })))
					if err != nil {
						t.Fatal(err)
					}
					report, err := run(file)
					if err != nil || len(report.Problems) > 0 || len(report.Warnings) > 0 || len(report.Ignored) > 0 {
						t.Fatalf("%+v %s: %v %v %v, %v", f, lang, told(t, report.Problems), told(t, report.Warnings), report.Ignored, err)
					}
				}
				bring(func(t sheet.Table) (sheet.Report, error) { return w.Org.ImportPeople(ctx, a, t, false) }, w.Org.ExportPeople)
				bring(func(t sheet.Table) (sheet.Report, error) { return w.Links.ImportServices(ctx, a, t, false) }, w.Links.ExportServices)
				bring(func(t sheet.Table) (sheet.Report, error) {
					return w.Handoffs.Import(ctx, a, t, handoff.ImportOptions{})
				}, func(ctx context.Context, a authz.Actor, to io.Writer, f sheet.Format) error {
					return w.Handoffs.Export(ctx, a, handoff.Filter{}, to, f)
				})
				again := written(t, func(to io.Writer) error {
					return w.Handoffs.Export(i18n.With(ctx, "es"), a, handoff.Filter{}, to, sheet.CSV)
				})
				if again != original {
					t.Errorf("%+v %s: the copy differs:\n%s", f, lang, firstDifference(original, again))
				}
			}
		}
		// Brought back where it came from, it is known.
		file, err := sheet.Read(strings.NewReader(original))
		if err != nil {
			t.Fatal(err)
		}
		report, err := w.Handoffs.Import(ctx, w.Ana, file, handoff.ImportOptions{})
		if err != nil || report.Created != 0 || report.Skipped != len(file.Rows) {
			t.Errorf("its own export again: %+v, %v", report, err)
		}
	})
}

func written(t *testing.T, export func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := export(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\r\n"), strings.Split(b, "\r\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return "one is longer"
}

func TestAnExportIsWhatTheListShows(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		ask(t, w, handoff.Ask{Title: "Camisa azul"})
		ask(t, w, handoff.Ask{Title: "Falda roja"})
		got := written(t, func(to io.Writer) error {
			return w.Handoffs.Export(t.Context(), w.Carla, handoff.Filter{Text: "camisa"}, to, sheet.CSV)
		})
		if !strings.Contains(got, "Camisa azul") || strings.Contains(got, "Falda roja") {
			t.Errorf("got %s", got)
		}
		other := fixture.New(t, d, 2)
		if got := written(t, func(to io.Writer) error {
			return w.Handoffs.Export(t.Context(), other.Ana, handoff.Filter{}, to, sheet.CSV)
		}); strings.Contains(got, "Camisa") {
			t.Errorf("another company reads %s", got)
		}
	})
}
