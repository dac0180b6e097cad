package courier_test

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/notify/sink"
	"github.com/eslabon/eslabon/internal/setting"
)

// office is a workshop that is open from nine to six, Monday to Friday, in
// Mexico City, with a courier and a mail server of its own.
type office struct {
	*fixture.Company
	t     *testing.T
	sink  *sink.Sink
	mails *courier.Service
	clock *atomic.Pointer[time.Time]
	news  chan struct{} // something was committed
	signs map[notify.About]courier.Signer
	told  map[notify.About]courier.Teller
	taken int // mails that the test has looked at
}

const week = `{"zone":"America/Mexico_City","week":{"mon":["09:00-18:00"],"tue":["09:00-18:00"],"wed":["09:00-18:00"],` +
	`"thu":["09:00-18:00"],"fri":["09:00-18:00"]}}`

var mexico = zone("America/Mexico_City")

func zone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

// thursday is a moment of 26 November 2026, a Thursday, in Mexico City.
func thursday(hour, minute int) time.Time { return time.Date(2026, 11, 26, hour, minute, 0, 0, mexico) }

func open(t *testing.T, d *db.DB) *office {
	t.Helper()
	o := &office{t: t, sink: sink.Open(t, nil), clock: &atomic.Pointer[time.Time]{}, signs: map[notify.About]courier.Signer{}, told: map[notify.About]courier.Teller{}}
	d.Now = func() time.Time { return *o.clock.Load() }
	o.news = make(chan struct{}, 1)
	d.AfterCommit(func(id.Company) {
		select {
		case o.news <- struct{}{}:
		default:
		}
	})
	o.at(thursday(11, 0))
	o.Company = fixture.New(t, d, 1)
	c, err := setting.Get(t.Context(), d, 1)
	o.must(err)
	c.Calendar, c.Zone = json.RawMessage(week), "America/Mexico_City"
	_, err = setting.New(d).Change(t.Context(), o.Ana, c)
	o.must(err)
	o.mails = courier.New(d, o.sink.Mailer(), courier.Pages{
		Of:   func(_ notify.Kind, subject string, _ int64) string { return "https://taller.example/" + subject },
		Bell: "https://taller.example/avisos", Choose: "https://taller.example/ajustes/avisos", Signed: o.signs, Told: o.told,
	})
	o.must(job.Migrate(t.Context(), d))
	j, err := job.New(d, o.mails.Workers()...)
	o.must(err)
	o.must(j.Start(t.Context()))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		if err := j.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) at(t time.Time) { o.clock.Store(&t) }

// round lets the courier look, and returns when it wants to look again.
func (o *office) round() time.Time {
	o.t.Helper()
	next, err := o.mails.Round(o.t.Context())
	o.must(err)
	return next.Time
}

// mail waits for the next mail.
func (o *office) mail() sink.Mail {
	o.t.Helper()
	o.taken++
	return o.sink.Next()
}

// quiet fails if the courier has claimed a letter that the test has not seen.
func (o *office) quiet() {
	o.t.Helper()
	var letters int
	o.must(o.DB.Row(o.t.Context(), []any{&letters}, `SELECT COUNT(*) FROM letter WHERE company = ?`, o.ID))
	if letters != o.taken {
		o.t.Errorf("%d letters were claimed, and %d came", letters, o.taken)
	}
	o.sink.Empty()
}

// settled waits until no letter is on its way.
func (o *office) settled() notify.Health {
	o.t.Helper()
	late := time.After(time.Minute)
	for {
		if h := o.health(); h.OnTheWay == 0 {
			return h
		}
		select {
		case <-o.news:
		case <-late:
			o.t.Fatal("a letter stays on its way")
		}
	}
}

func (o *office) health() notify.Health {
	o.t.Helper()
	h, err := notify.HealthOf(o.t.Context(), o.DB, o.ID, o.DB.Now())
	o.must(err)
	return h
}

// ask lets Diego ask the cutting table, where Carla works, for something.
func (o *office) ask(title string) handoff.Handoff {
	o.t.Helper()
	h, err := o.Handoffs.Ask(o.t.Context(), o.Diego, handoff.Ask{Service: o.Cut.ID, Customer: o.Sewing, Title: title, Quantity: 5})
	o.must(err)
	return h
}

// move takes a handoff to its next state.
func (o *office) move(a authz.Actor, h handoff.Handoff, to handoff.State, note string) {
	o.t.Helper()
	s := handoff.Step{Handoff: h.ID, Note: note}
	if to == handoff.Returned {
		s.Reason = o.Cut.Reasons[0].ID
	}
	_, err := o.Handoffs.Move(o.t.Context(), a, to, s)
	o.must(err)
}

// returned makes a handoff that Carla gets back from Diego.
func (o *office) returned(title, note string) handoff.Handoff {
	o.t.Helper()
	h := o.ask(title)
	o.move(o.Carla, h, handoff.Taken, "")
	o.move(o.Carla, h, handoff.Delivered, "")
	o.move(o.Diego, h, handoff.Returned, note)
	return h
}

// put adds a notice as if something had just happened.
func (o *office) put(n notify.Notice) {
	o.t.Helper()
	o.must(o.DB.InTx(o.t.Context(), o.ID, func(tx *db.Tx) error { return notify.Add(o.t.Context(), tx, []notify.Notice{n}) }))
}

// speak makes somebody read in a language.
func (o *office) speak(a authz.Actor, lang string) {
	o.t.Helper()
	p, err := o.Org.Person(o.t.Context(), o.Ana, a.Person)
	o.must(err)
	p.Lang = lang
	_, err = o.Org.ChangePerson(o.t.Context(), o.Ana, p)
	o.must(err)
}

func (o *office) decide(a authz.Actor, s notify.Settings) {
	o.t.Helper()
	o.must(notify.SetSettings(o.t.Context(), o.DB, a, s))
}

func (o *office) email(a authz.Actor) string {
	o.t.Helper()
	p, err := o.Org.Person(o.t.Context(), o.Ana, a.Person)
	o.must(err)
	return p.Email
}
