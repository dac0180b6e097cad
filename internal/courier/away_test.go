package courier_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/notify"
)

func (o *office) away(a, substitute authz.Actor, first, last string) absence.Absence {
	o.t.Helper()
	x, err := absence.New(o.DB).Announce(o.t.Context(), a, absence.Announce{
		Person: a.Person, Substitute: substitute.Person, First: first, Last: last,
	})
	o.must(err)
	return x
}

// Carla is away until Tuesday, and Elena stands in: Carla is left in peace, and
// Elena hears of what has to be done, and only of that.
func TestWhoStandsInHearsOfWhatHasToBeDone(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		h := o.ask("tela")
		o.round()
		o.away(o.Carla, o.Elena, "2026-11-26", "2026-11-30")
		o.at(thursday(11, 30))
		o.round()
		if m := o.mail(); m.Subject != "Carla Ruiz cuenta contigo para cubrir una ausencia" || m.To != o.email(o.Elena) {
			t.Errorf("got %q to %s", m.Subject, m.To)
		}
		o.quiet()
		o.move(o.Bruno, h, handoff.Taken, "")
		o.move(o.Bruno, h, handoff.Delivered, "")
		_, err := o.Handoffs.Assign(t.Context(), o.Bruno, h.ID, o.Carla.Person)
		o.must(err)
		o.move(o.Diego, h, handoff.Returned, "")
		o.round()
		m := o.mail()
		if want := "Costura te devolvió el pase 1: Medida equivocada (en lugar de Carla Ruiz, que no está)"; !strings.HasPrefix(m.Subject, want) {
			t.Errorf("the substitute gets %q", m.Subject)
		}
		list, err := notify.List(t.Context(), d, o.Elena, "", 10)
		if err != nil || len(list) != 3 || list[0].InsteadOf != o.Carla.Person || list[0].AwayName != "Carla Ruiz" {
			t.Errorf("the bell of the substitute shows %+v, %v", list, err)
		}
		o.at(thursday(12, 0))
		o.round()
		if m := o.mail(); m.To != o.email(o.Diego) {
			t.Errorf("got %q to %s", m.Subject, m.To)
		}
		o.settled()
		tuesday := thursday(9, 0).AddDate(0, 0, 5)
		o.at(tuesday.Add(-time.Minute))
		o.round()
		o.quiet()
		o.at(tuesday)
		o.round()
		if m := o.mail(); m.To != o.email(o.Carla) || !strings.Contains(m.Text, "te devolvió") {
			t.Errorf("back at work came %q to %s", m.Subject, m.To)
		}
	})
}

// Who comes back early is mailed at once what waited.
func TestBackEarly(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		x := o.away(o.Carla, authz.Actor{}, "2026-11-26", "2026-12-11")
		o.ask("tela")
		if next := o.round(); !next.Equal(time.Date(2026, 12, 14, 9, 0, 0, 0, mexico)) {
			t.Errorf("it leaves at %v, want Monday the 14th", next)
		}
		o.at(thursday(16, 0))
		o.must(absence.New(d).End(t.Context(), o.Bruno, x.ID))
		o.round()
		if m := o.mail(); m.Subject != "Costura te pide «tela» (pase 1)" {
			t.Errorf("got %q", m.Subject)
		}
	})
}
