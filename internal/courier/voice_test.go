package courier_test

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/notify/sink"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/secret"
	"github.com/eslabon/eslabon/internal/setting"
)

// abroad lets the sewing room, where Diego and Elena are, work in Madrid.
func (o *office) abroad() {
	o.t.Helper()
	settings := setting.New(o.DB)
	madrid, err := settings.AddCalendar(o.t.Context(), o.Ana, setting.Calendar{
		Name: "Madrid", Spec: json.RawMessage(strings.Replace(week, "America/Mexico_City", "Europe/Madrid", 1)),
	})
	o.must(err)
	o.must(settings.Assign(o.t.Context(), o.Ana, o.Sewing, madrid.ID))
}

// madrid is a moment of Friday the 27th in Madrid.
func madrid(hour, minute int) time.Time {
	return time.Date(2026, 11, 27, hour, minute, 0, 0, zone("Europe/Madrid"))
}

// sign lets mails about something lead to links of a domain.
func sign[T ~string](o *office, of notify.About, link func(context.Context, id.Company, id.Person, T) (string, func(context.Context, *db.Tx) error, error)) {
	o.signs[of] = func(ctx context.Context, c id.Company, p id.Person, subject string) (string, courier.Keep, error) {
		l, keep, err := link(ctx, c, p, T(subject))
		if l == "" {
			return "", nil, err
		}
		return "https://taller.example/hola/" + l, keep, err
	}
}

// linkIn finds the link of a mail that knows its reader; empty if there is none.
func linkIn(m sink.Mail) string {
	found := regexp.MustCompile(`https://taller\.example/hola/(\S+)`).FindStringSubmatch(m.Text)
	if found == nil || !strings.Contains(m.HTML, found[0]) {
		return ""
	}
	return found[1]
}

// all takes n mails, by the address of the reader.
func (o *office) all(n int) map[string]sink.Mail {
	o.t.Helper()
	out := map[string]sink.Mail{}
	for range n {
		m := o.mail()
		out[m.To] = m
	}
	o.quiet()
	return out
}

// A pulse is launched when it is evening in Madrid: there it is mailed the next
// morning. Its links need no sign-in, the reminder goes to those who have not
// answered and to nobody else, all hear of the results alike, and afterwards
// nothing tells who was reminded.
func TestAPulseIsMailedWhileItsReadersWork(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.abroad()
		s := pulse.New(d, seal.In(t.TempDir()))
		sign(o, notify.Pulse, s.LinkFor)
		o.speak(o.Elena, "en")
		o.at(thursday(11, 30)) // half past six in Madrid
		p, _, err := s.Launch(t.Context(), o.Ana, pulse.Launch{Title: "Cómo vamos", Items: []string{"tools.have"}, Days: 5})
		o.must(err)
		if next := o.round(); !next.Equal(thursday(11, 40)) {
			t.Errorf("the first leave at %v", next)
		}
		o.at(thursday(11, 40))
		o.round()
		first := o.all(4)
		if m := first[o.email(o.Carla)]; m.Subject != "Queremos saber cómo vas: Cómo vamos" || !strings.Contains(m.Text, "Nadie puede saber qué respondiste") {
			t.Errorf("%q:\n%s", m.Subject, m.Text)
		}
		o.settled()
		o.at(madrid(8, 59))
		o.round()
		o.quiet()
		o.at(madrid(9, 0))
		o.round()
		second := o.all(2)
		if m := second[o.email(o.Elena)]; m.Subject != "We want to know how things are: Cómo vamos" {
			t.Errorf("who reads English gets %q", m.Subject)
		}
		o.settled()
		yes := pulse.Answers{Choices: map[string]int{"tools.have": 4}}
		for _, m := range []sink.Mail{first[o.email(o.Carla)], second[o.email(o.Diego)]} {
			link := linkIn(m)
			o.must(s.CastByLink(t.Context(), link, secret.Confirmation(link), yes))
		}

		n, err := s.Remind(t.Context(), o.Ana, p.ID)
		if err != nil || n != 4 {
			t.Errorf("%d are reminded, %v", n, err)
		}
		o.at(thursday(9, 0).AddDate(0, 0, 1))
		o.round()
		again := o.all(4)
		if m := again[o.email(o.Elena)]; m.Subject != "You can still answer: Cómo vamos" || linkIn(m) == "" {
			t.Errorf("%q:\n%s", m.Subject, m.Text)
		}
		for _, a := range []authz.Actor{o.Carla, o.Diego} {
			if _, told := again[o.email(a)]; told {
				t.Error("who has answered is reminded")
			}
		}
		link := linkIn(again[o.email(o.Elena)])
		if old := linkIn(second[o.email(o.Elena)]); old == link || s.CastByLink(t.Context(), old, secret.Confirmation(old), yes) == nil {
			t.Error("the link before still works")
		}
		o.must(s.CastByLink(t.Context(), link, secret.Confirmation(link), yes))
		o.settled()

		o.must(s.Close(t.Context(), o.Ana, p.ID))
		o.taken -= 10 // the letters that asked and reminded are gone
		o.at(thursday(9, 10).AddDate(0, 0, 1))
		o.round()
		closed := o.all(6)
		for to, m := range closed {
			if !strings.Contains(m.Subject, "Cómo vamos") || strings.Contains(m.Subject, "puedes responder") || linkIn(m) != "" {
				t.Errorf("%s gets %q:\n%s", to, m.Subject, m.Text)
			}
		}
		o.settled()
		type trace struct {
			person id.Person
			kind   string
		}
		left, err := db.All(t.Context(), d, func(x *trace) []any { return []any{&x.person, &x.kind} }, `
			SELECT n.person, n.kind FROM notice n WHERE n.company = ? AND n.subject = ? ORDER BY n.person, n.kind`, o.ID, p.ID)
		o.must(err)
		if len(left) != 6 || slices.ContainsFunc(left, func(x trace) bool { return x.kind != "pulse_closed" }) {
			t.Errorf("what is left is not the same for all: %+v", left)
		}
	})
}

// What was accepted in the evening of Madrid is asked about the next morning;
// on the other side of the ocean it is asked about within the hour. Who has
// said it already is not asked by mail.
func TestARatingIsAskedForWhileItsReaderWorks(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.abroad()
		s := rating.New(d)
		sign(o, notify.Rating, s.LinkFor)
		for _, a := range []authz.Actor{o.Carla, o.Diego} { // only what this is about
			o.decide(a, notify.Settings{Rhythm: notify.Soon, Choice: map[notify.Channel]map[string]bool{notify.ByMail: {
				"asked": false, "delivered": false, "accepted": false,
			}}})
		}
		o.at(thursday(10, 0))
		h := o.ask("mangas")
		for _, x := range []struct {
			by authz.Actor
			to handoff.State
		}{{o.Carla, handoff.Taken}, {o.Carla, handoff.Delivered}, {o.Diego, handoff.Accepted}} {
			o.move(x.by, h, x.to, "")
		}
		o.must(rating.Asker.CatchUp(t.Context(), d))
		o.round()
		o.quiet()
		o.at(thursday(11, 0))
		o.round()
		m := o.mail()
		if m.To != o.email(o.Carla) || m.Subject != "¿Estaba claro lo que te pidieron en «mangas»?" {
			t.Errorf("got %q to %s", m.Subject, m.To)
		}
		link := linkIn(m)
		_, err := s.RateByLink(t.Context(), link, secret.Confirmation(link), rating.Rate{Score: 4})
		o.must(err)
		o.quiet()
		o.settled()
		o.at(madrid(9, 0))
		o.round()
		m = o.mail()
		if m.To != o.email(o.Diego) || m.Subject != "¿Cómo te entregaron «mangas»?" || !strings.Contains(m.Text, "Abrir el enlace no valora nada") {
			t.Errorf("got %q to %s:\n%s", m.Subject, m.To, m.Text)
		}
		if q, err := s.ByLink(t.Context(), linkIn(m)); err != nil || q.Handoff != h.ID {
			t.Errorf("the link leads to %+v, %v", q, err)
		}
		o.settled()

		o.at(madrid(10, 0).AddDate(0, 0, 3)) // Monday, three in the morning in Mexico
		h = o.ask("cuellos")
		o.move(o.Carla, h, handoff.Taken, "")
		o.move(o.Carla, h, handoff.Delivered, "")
		o.move(o.Diego, h, handoff.Accepted, "")
		o.must(rating.Asker.CatchUp(t.Context(), d))
		o.round()
		_, err = s.Rate(t.Context(), o.Diego, rating.Rate{Handoff: h.ID, Side: rating.Customer, Score: 5, Via: rating.Page})
		o.must(err)
		o.at(madrid(12, 0).AddDate(0, 0, 3))
		o.round()
		o.quiet()
	})
}
