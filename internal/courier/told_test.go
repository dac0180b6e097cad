package courier_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

// A mail about a subject of which there is more to say says it, to each reader
// what is its own and in its language; it leaves when its reader begins to work, and not
// where it was switched off or has grown old.
func TestAMailSaysMore(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.told[notify.Week] = func(_ context.Context, c id.Company, p id.Person, subject string) (string, []notify.Part, error) {
			if c != o.ID || subject != "2026-11-16" {
				t.Errorf("asked for %s of company %d", subject, c)
			}
			if p == o.Carla.Person {
				return "la de Carla", nil, nil // there is no more to say
			}
			return "la del 16", []notify.Part{
				{Title: "Corte", Link: "https://taller.example/corte", Lines: []string{"Bien a la primera: 9 de 12."}},
				{Title: "Costura", Lines: []string{"Bien a la primera: 4 de 4."}},
			}, nil
		}
		o.speak(o.Ana, "en")
		o.decide(o.Diego, notify.Settings{Rhythm: notify.Soon, Choice: map[notify.Channel]map[string]bool{notify.ByMail: {"week": false}}})
		sunday := time.Date(2026, 11, 22, 18, 0, 0, 0, mexico)
		o.at(sunday)
		for _, p := range []id.Person{o.Ana.Person, o.Bruno.Person, o.Carla.Person, o.Diego.Person} {
			o.put(notify.Notice{Person: p, Kind: "week", Subject: "2026-11-16"})
		}
		monday := time.Date(2026, 11, 23, 9, 0, 0, 0, mexico)
		if next := o.round(); !next.Equal(monday) {
			t.Errorf("they leave at %v, want Monday at nine", next)
		}
		o.at(monday)
		o.round()
		got := o.all(3)
		m := got[o.email(o.Bruno)]
		if m.Subject != "Tu semana en cifras: la del 16" {
			t.Errorf("the subject is %q", m.Subject)
		}
		at := 0
		for _, want := range []string{"Tu semana en cifras: la del 16", "Corte", "Bien a la primera: 9 de 12.", "Costura", "4 de 4", "Ver la semana", "https://taller.example/2026-11-16"} {
			i := strings.Index(m.Text[at:], want)
			if i < 0 || !strings.Contains(m.HTML, want) {
				t.Errorf("the mail lacks %q, or says it too early:\n%s", want, m.Text)
				continue
			}
			at += i
		}
		if m := got[o.email(o.Ana)]; m.Subject != "Your week in figures: la del 16" {
			t.Errorf("the subject is %q", m.Subject)
		}
		if m := got[o.email(o.Carla)]; m.Subject != "Tu semana en cifras: la de Carla" || strings.Contains(m.Text, "Corte") {
			t.Errorf("got %q:\n%s", m.Subject, m.Text)
		}
		o.settled()

		o.away(o.Bruno, o.Carla, "2026-11-24", "2026-12-04")
		o.at(monday.AddDate(0, 0, 1))
		o.put(notify.Notice{Person: o.Bruno.Person, Kind: "week", Subject: "2026-11-16"})
		o.round()
		o.at(monday.AddDate(0, 0, 14))
		o.round()
		if m := o.mail(); m.To != o.email(o.Carla) || !strings.Contains(m.Subject, "cuenta contigo") {
			t.Errorf("got %q to %s", m.Subject, m.To)
		}
		o.quiet() // who stands in need not read it, and it is no news any more
	})
}
