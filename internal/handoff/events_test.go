package handoff_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/trail"
	"github.com/eslabon/eslabon/internal/trail/schema"
)

func logOf(t *testing.T, w *fixture.Company, a authz.Actor, o handoff.LogOptions) string {
	t.Helper()
	return written(t, func(to io.Writer) error { return w.Handoffs.ExportEvents(t.Context(), a, o, to) })
}

// story is the events of a case in CSV: what, where.
func story(t *testing.T, log, name string) []string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(log, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	group := slices.Index(rows[0], trail.Group)
	var out []string
	for _, r := range rows[1:] {
		if r[0] == name {
			out = append(out, r[1]+"@"+r[group])
		}
	}
	return out
}

func TestTheHistoryIsAnEventLog(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		d.Now = func() time.Time { return now }
		w := fixture.New(t, d, 1)
		busy(t, w, func(by time.Duration) { now = now.Add(by) })
		// Another handoff of the same order, while the first is under way.
		h := ask(t, w, handoff.Ask{Title: "Además", Order: "P-1", Quantity: 3})
		now = now.Add(time.Hour)
		move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{Quantity: 3})

		table := logOf(t, w, w.Fabio, handoff.LogOptions{Format: trail.CSV})
		for name, want := range map[string]string{
			"P-1": "asked@Corte taken@Corte delivered@Costura returned@Corte delivered@Costura returned@Corte delivered@Costura " +
				"accepted_with_remark@Costura asked@Corte delivered@Costura",
			"handoff:205": "handed_on@Costura delivered@Tiendas Marisol accepted@Tiendas Marisol",
			"handoff:206": "asked@Corte delivered@Costura returned@Corte",
			"handoff:209": "asked@Corte taken@Corte redirected@Sistemas taken@Sistemas",
		} {
			if got := strings.Join(story(t, table, name), " "); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		for _, secret := range []string{"Ronda", "tarde, pero", "Carla", trail.Resource, string(w.Carla.Person)} {
			if strings.Contains(table, secret) {
				t.Errorf("the log says %q", secret)
			}
		}
		if !strings.Contains(table, "Medida equivocada") {
			t.Error("the log does not say why work came back")
		}
		if got := story(t, logOf(t, w, w.Ana, handoff.LogOptions{Format: trail.CSV, Case: handoff.ByHandoff}), "handoff:204"); len(got) != 8 {
			t.Errorf("by handoff: %v", got)
		}
		n := strings.Count(table, "\n") - 1
		for _, o := range []handoff.LogOptions{{}, {People: handoff.Codes}, {Case: handoff.ByHandoff}} {
			traces, events, err := schema.XES(strings.NewReader(logOf(t, w, w.Ana, o)))
			want := 209
			if o.Case == handoff.ByHandoff {
				want = 210
			}
			if err != nil || events != n || traces != want {
				t.Errorf("xes %+v: %d traces, %d events of %d, %v", o, traces, events, n, err)
			}
		}
		for _, p := range []handoff.People{handoff.NoPeople, handoff.Codes, handoff.Names} {
			_, events, err := schema.OCEL(strings.NewReader(logOf(t, w, w.Ana, handoff.LogOptions{Format: trail.OCEL, People: p})))
			if err != nil || events != n {
				t.Errorf("ocel, people %s: %d events of %d, %v", p, events, n, err)
			}
			_, events, err = schema.OCELXML(strings.NewReader(logOf(t, w, w.Ana, handoff.LogOptions{Format: trail.OCELXML, People: p})))
			if err != nil || events != n {
				t.Errorf("ocel-xml, people %s: %d events of %d, %v", p, events, n, err)
			}
		}
	})
}

func TestPeopleAreNamedOnlyForAnOwner(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		move(t, w, w.Carla, ask(t, w, handoff.Ask{Title: "x"}), handoff.Delivered, handoff.Step{})
		names := logOf(t, w, w.Ana, handoff.LogOptions{Format: trail.CSV, People: handoff.Names})
		if !strings.Contains(names, "Carla Ruiz") {
			t.Errorf("no names: %s", names)
		}
		codes := logOf(t, w, w.Fabio, handoff.LogOptions{Format: trail.CSV, People: handoff.Codes})
		if strings.Contains(codes, "Carla") || strings.Contains(codes, string(w.Carla.Person)) || !strings.Contains(codes, ",P1,") || !strings.Contains(codes, ",P2,") {
			t.Errorf("codes: %s", codes)
		}
		var b bytes.Buffer
		err := w.Handoffs.ExportEvents(t.Context(), w.Fabio, handoff.LogOptions{People: handoff.Names}, &b)
		if errs.KindOf(err) != errs.Forbidden || b.Len() > 0 {
			t.Errorf("Fabio gets names: %v, %d bytes", err, b.Len())
		}
		err = w.Handoffs.ExportEvents(t.Context(), w.Fabio, handoff.LogOptions{Format: "pdf", Case: "x", People: "y"}, &b)
		if f := errs.FieldsOf(err); len(f) != 3 {
			t.Errorf("three bad fields: %v", f)
		}
	})
}
