package courier_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/setting"
)

func TestTenNoticesAreOneMail(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		for i := range 10 {
			o.ask(fmt.Sprintf("lote %d", i+1))
		}
		if next := o.round(); !next.Equal(thursday(11, 10)) {
			t.Errorf("they leave at %v, want ten minutes after they came", next)
		}
		o.quiet()
		o.at(thursday(11, 9))
		o.round()
		o.quiet()
		o.at(thursday(11, 10))
		o.round()
		m := o.mail()
		if want := "Costura te pide «lote 1» (pase 1), y 9 avisos más"; m.Subject != want {
			t.Errorf("the subject is %q, want %q", m.Subject, want)
		}
		for i := range 10 {
			if want := fmt.Sprintf("Pase %d · lote %d", i+1, i+1); !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
				t.Errorf("the mail lacks %q:\n%s", want, m.Text)
			}
		}
		if h := o.settled(); h.SentWeek != 1 || !h.LastSent.Equal(thursday(11, 10)) {
			t.Errorf("the health is %+v", h)
		}
		if next := o.round(); !next.IsZero() {
			t.Errorf("nothing waits, and it wants to look again at %v", next)
		}
		o.quiet()
	})
}

// What presses is mailed at once, and takes along what was being collected.
func TestWhatPressesDoesNotWait(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.ask("tela azul")
		o.round()
		o.quiet()
		o.at(thursday(11, 2))
		o.returned("mangas", "la izquierda mide 2 cm menos")
		o.round()
		m := o.mail()
		if want := "Costura te devolvió el pase 2: Medida equivocada. la izquierda mide 2 cm menos, y 2 avisos más"; m.Subject != want {
			t.Errorf("the subject is %q, want %q", m.Subject, want)
		}
		if a, b := strings.Index(m.Text, "Pase 2 ·"), strings.Index(m.Text, "Pase 1 ·"); a < 0 || b < a {
			t.Errorf("what presses does not come first:\n%s", m.Text)
		}
	})
}

// Outside working hours nothing leaves; what came at night leaves together when
// work begins, over a weekend too.
func TestNightsAndWeekendsAreQuiet(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		friday := thursday(0, 0).AddDate(0, 0, 1)
		o.at(friday.Add(18*time.Hour + 5*time.Minute))
		o.returned("mangas", "")
		monday := friday.AddDate(0, 0, 3).Add(9 * time.Hour)
		if next := o.round(); !next.Equal(monday) {
			t.Errorf("they leave at %v, want Monday at nine", next)
		}
		o.at(friday.AddDate(0, 0, 1).Add(12 * time.Hour))
		o.round()
		o.quiet()
		o.at(monday)
		o.round()
		got := o.mail().Subject + "\n" + o.mail().Subject // Diego hears of the delivery
		if !strings.Contains(got, "Costura te devolvió el pase 1") || !strings.Contains(got, "Corte te entregó el pase 1") {
			t.Errorf("got %q", got)
		}
		o.round()
		o.quiet()
	})
}

// What somebody read on the bell is not mailed any more.
func TestWhatWasReadIsNotMailed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, b := o.ask("uno"), o.ask("dos")
		o.round()
		o.must(notify.MarkRead(t.Context(), d, o.Carla, "", string(a.ID)))
		o.at(thursday(11, 10))
		o.round()
		if m := o.mail(); m.Subject != "Costura te pide «dos» (pase 2)" || strings.Contains(m.Text, "uno") {
			t.Errorf("got %q:\n%s", m.Subject, m.Text)
		}
		o.ask("tres")
		o.must(notify.MarkRead(t.Context(), d, o.Carla, "", string(b.ID)))
		list, err := notify.List(t.Context(), d, o.Carla, "", 1)
		o.must(err)
		o.must(notify.MarkRead(t.Context(), d, o.Carla, list[0].ID, ""))
		o.at(thursday(11, 30))
		o.round()
		o.quiet()
	})
}

func TestEachReadsItsOwnLanguage(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.speak(o.Carla, "en")
		h := o.returned("sleeves", "too short")
		o.round()
		m := o.mail()
		if m.Subject != "Costura returned handoff 1 to you: Medida equivocada. too short" || !strings.Contains(m.HTML, `<html lang="en">`) ||
			!strings.Contains(m.Text, "Hello Carla Ruiz,") || !strings.Contains(m.Text, "See handoff 1") {
			t.Errorf("got %q:\n%s", m.Subject, m.Text)
		}
		o.move(o.Carla, h, handoff.Delivered, "")
		o.at(thursday(11, 30))
		o.round()
		if m := o.mail(); !strings.HasPrefix(m.Subject, "Corte te entregó el pase 1") || !strings.Contains(m.Text, "Hola, Diego Paz:") {
			t.Errorf("got %q:\n%s", m.Subject, m.Text)
		}
	})
}

func TestWhatIsSwitchedOffIsNotMailed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.decide(o.Carla, notify.Settings{Rhythm: notify.Soon, Choice: map[notify.Channel]map[string]bool{
			notify.ByMail: {"asked": false}, notify.Bell: {"returned": false},
		}})
		o.decide(o.Bruno, notify.Settings{Rhythm: notify.Never})
		facts, err := fact.After(t.Context(), d, o.ID, 0, 1000)
		if last := facts[len(facts)-1]; err != nil || last.Kind != "notice.chosen" || last.Actor != o.Bruno.Person || len(last.Data) > 2 {
			t.Errorf("the log says of what Bruno chose: %+v, %v", last, err)
		}
		h := o.ask("tela")
		if next := o.round(); !next.IsZero() {
			t.Errorf("something waits until %v", next)
		}
		o.put(notify.Notice{Person: o.Bruno.Person, Kind: "escalated", Subject: string(h.ID), Number: 1})
		o.move(o.Carla, h, handoff.Taken, "")
		o.move(o.Carla, h, handoff.Delivered, "")
		o.move(o.Diego, h, handoff.Returned, "")
		o.round()
		if m := o.mail(); !strings.HasPrefix(m.Subject, "Costura te devolvió") {
			t.Errorf("got %q", m.Subject)
		}
		list, err := notify.List(t.Context(), d, o.Carla, "", 10)
		if err != nil || len(list) != 1 || list[0].Kind != "asked" {
			t.Errorf("the bell of Carla shows %+v, %v", list, err)
		}
		if n, err := notify.Unread(t.Context(), d, o.Bruno); err != nil || n != 1 {
			t.Errorf("the bell of Bruno has %d lines, %v", n, err)
		}
		o.at(thursday(12, 0))
		o.round()
		if m := o.mail(); m.To == "" || !strings.Contains(m.Text, "Diego") {
			t.Errorf("got %q to %s", m.Subject, m.To)
		}
		o.round()
		o.quiet()
	})
}

// Who wants one mail a day gets it at its hour, on days of work only; a change
// of mind holds for what waits already.
func TestOnceADay(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.decide(o.Carla, notify.Settings{Rhythm: notify.Daily, At: 16*60 + 30})
		o.returned("mangas", "")
		o.round()
		o.quiet()
		o.at(thursday(16, 29))
		o.ask("tela")
		if next := o.round(); !next.Equal(thursday(11, 10)) && !next.Equal(thursday(16, 30)) {
			t.Errorf("the next leaves at %v", next)
		}
		o.mail() // Diego, soon
		o.at(thursday(16, 30))
		o.round()
		if m := o.mail(); !strings.Contains(m.Text, "mangas") || !strings.Contains(m.Text, "tela") {
			t.Errorf("the mail of the day lacks something:\n%s", m.Text)
		}
		friday := thursday(0, 0).AddDate(0, 0, 1)
		o.at(friday.Add(17 * time.Hour))
		o.ask("hilo")
		if next := o.round(); !next.Equal(friday.AddDate(0, 0, 3).Add(16*time.Hour + 30*time.Minute)) {
			t.Errorf("what came on Friday at five leaves at %v, want Monday at half past four", next)
		}
		o.decide(o.Carla, notify.Settings{Rhythm: notify.Soon})
		o.at(friday.Add(17*time.Hour + 30*time.Minute))
		o.round()
		if m := o.mail(); m.Subject != "Costura te pide «hilo» (pase 3)" {
			t.Errorf("got %q", m.Subject)
		}
	})
}

// All mails about one handoff are one conversation; a digest has its own.
func TestMailsOfOneHandoffAreOneThread(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		h := o.returned("mangas", "")
		o.round()
		first := o.mail()
		o.move(o.Carla, h, handoff.Delivered, "")
		o.move(o.Diego, h, handoff.Returned, "")
		o.round()
		second := o.mail()
		want := "<thread.handoff." + string(h.ID) + "@taller.example>"
		for _, m := range []map[string][]string{first.Header, second.Header} {
			if m["References"][0] != want || m["In-Reply-To"][0] != want {
				t.Errorf("it refers to %s and %s, want %s", m["References"], m["In-Reply-To"], want)
			}
		}
		if first.Header.Get("Message-Id") == second.Header.Get("Message-Id") {
			t.Error("two mails have one name")
		}
		if got := first.Header.Get("List-Unsubscribe"); got != "<https://taller.example/ajustes/avisos>" {
			t.Errorf("List-Unsubscribe is %q", got)
		}
		o.ask("tela")
		o.returned("cuellos", "")
		o.round()
		want = "<thread.notices." + string(o.Carla.Person) + "@taller.example>"
		if m := o.mail(); m.Header.Get("References") != want {
			t.Errorf("a digest refers to %s, want %s", m.Header.Get("References"), want)
		}
	})
}

// Two people of one company who work in Mexico City and in Madrid: each is left
// in peace in its own evening.
func TestQuietHoursInTwoZones(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		settings := setting.New(d)
		madrid, err := settings.AddCalendar(t.Context(), o.Ana, setting.Calendar{
			Name: "Madrid", Spec: json.RawMessage(strings.Replace(week, "America/Mexico_City", "Europe/Madrid", 1)),
		})
		o.must(err)
		o.must(settings.Assign(t.Context(), o.Ana, o.Sewing, madrid.ID))
		both := func() {
			for _, a := range []authz.Actor{o.Carla, o.Diego} {
				o.put(notify.Notice{Person: a.Person, Kind: "overdue", Subject: "h", Number: 1})
			}
			o.round()
		}
		o.at(thursday(9, 30)) // half past four in Madrid
		both()
		first, second := o.mail(), o.mail()
		if first.To == second.To {
			t.Errorf("both mails went to %s", first.To)
		}
		o.settled()
		o.at(thursday(11, 30)) // half past six
		both()
		if m := o.mail(); m.To != o.email(o.Carla) {
			t.Errorf("in the evening of Madrid a mail went to %s", m.To)
		}
		o.settled()
		evening := thursday(18, 30) // half past one in the night
		o.at(evening)
		both()
		o.quiet()
		morning := time.Date(2026, 11, 27, 9, 0, 0, 0, zone("Europe/Madrid"))
		if next := o.round(); !next.Equal(morning) {
			t.Errorf("the next leaves at %v, want nine in Madrid", next)
		}
		o.at(morning)
		o.round()
		if m := o.mail(); m.To != o.email(o.Diego) {
			t.Errorf("in the morning of Madrid a mail went to %s", m.To)
		}
		o.settled()
		o.at(thursday(9, 0).AddDate(0, 0, 1))
		o.round()
		if m := o.mail(); m.To != o.email(o.Carla) {
			t.Errorf("in the morning of Mexico a mail went to %s", m.To)
		}
	})
}
