package courier_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/notify"
)

// What is refused for good is not tried again: the owner sees it, with the
// reason and without the address, and may have it sent once more.
func TestARefusedLetterIsShown(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		refuse := true
		o.sink.Refuse = func(to string) error {
			if refuse {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no mailbox " + to}
			}
			return nil
		}
		o.returned("mangas", "")
		o.round()
		if h := o.settled(); h.Failed != 1 || h.SentWeek != 0 {
			t.Fatalf("the health is %+v", h)
		}
		if _, err := o.mails.Health(t.Context(), o.Bruno); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a leader sees it: %v", err)
		}
		h, err := o.mails.Health(t.Context(), o.Ana)
		if err != nil || len(h.Troubles) != 1 || h.Troubles[0].Why != "refused" || h.Troubles[0].Name != "Carla Ruiz" {
			t.Fatalf("%+v, %v", h, err)
		}
		refuse = false
		l := h.Troubles[0].ID
		if err := o.mails.Again(t.Context(), o.Bruno, l); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a leader sends it: %v", err)
		}
		o.must(o.mails.Again(t.Context(), o.Ana, l))
		if m := o.sink.Next(); !strings.HasPrefix(m.Subject, "Costura te devolvió") {
			t.Errorf("got %q", m.Subject)
		}
		if h := o.settled(); h.Failed != 0 || h.SentWeek != 1 {
			t.Errorf("the health is %+v", h)
		}
		if err := o.mails.Again(t.Context(), o.Ana, l); errs.KindOf(err) != errs.NotFound {
			t.Errorf("what was sent is sent again: %v", err)
		}
	})
}

// A server that is busy is asked again, and gets one mail.
func TestABusyServerIsAskedAgain(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		asked := 0
		o.sink.Refuse = func(string) error {
			if asked++; asked < 2 {
				return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "later"}
			}
			return nil
		}
		o.returned("mangas", "")
		o.round()
		o.sink.Next()
		if h := o.settled(); h.SentWeek != 1 || h.Failed+h.Unsure != 0 {
			t.Errorf("the health is %+v", h)
		}
		o.sink.Empty()
	})
}

// A letter that was leaving when its process died is not sent by itself again:
// after two minutes it is shown as one of which nobody knows.
func TestALetterThatWasLeavingIsNotSentTwice(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.returned("mangas", "")
		o.round()
		o.mail()
		o.settled()
		_, err := execIn(o, `UPDATE letter SET state = 'sending', done_at = NULL WHERE company = ?`)
		o.must(err)
		if next := o.round(); !next.Equal(thursday(11, 2)) {
			t.Errorf("it wants to look again at %v", next)
		}
		if h := o.health(); h.OnTheWay != 1 || h.Unsure != 0 {
			t.Errorf("after a moment the health is %+v", h)
		}
		o.at(thursday(11, 3))
		o.round()
		if h := o.health(); h.OnTheWay != 0 || h.Unsure != 1 {
			t.Errorf("after three minutes the health is %+v", h)
		}
		o.quiet()
	})
}

func execIn(o *office, text string) (n int64, err error) {
	err = o.DB.InTx(o.t.Context(), o.ID, func(tx *db.Tx) (err error) {
		n, err = tx.Exec(o.t.Context(), text, o.ID)
		return err
	})
	return n, err
}

// Who turns mail on does not mail what happened long before.
func TestOldNoticesAreForgotten(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.ask("vieja")
		o.at(thursday(11, 0).AddDate(0, 0, 4))
		o.ask("nueva")
		o.must(o.mails.Sweep(t.Context()))
		o.at(thursday(12, 0).AddDate(0, 0, 4))
		o.round()
		if m := o.mail(); m.Subject != "Costura te pide «nueva» (pase 2)" {
			t.Errorf("got %q", m.Subject)
		}
		o.settled()
		o.at(thursday(11, 0).AddDate(1, 0, 0))
		o.must(o.mails.Sweep(t.Context()))
		if h := o.health(); h.SentWeek != 0 || !h.LastSent.IsZero() {
			t.Errorf("after a year the health is %+v", h)
		}
	})
}

// The loop sends what was claimed before the process began, and ends with its
// context.
func TestWhatWasLeftBehindIsSent(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.ask("tela")
		o.at(thursday(11, 30))
		run(o, o.mails)
		if m := o.mail(); m.Subject != "Costura te pide «tela» (pase 1)" {
			t.Errorf("got %q", m.Subject)
		}
		o.returned("mangas", "")
		o.mails.Wake()
		if m := o.mail(); !strings.HasPrefix(m.Subject, "Costura te devolvió") {
			t.Errorf("got %q", m.Subject)
		}
		if h := o.settled(); h.SentWeek != 2 {
			t.Errorf("the health is %+v", h)
		}
		off, err := notify.NewMailer(notify.Config{})
		o.must(err)
		courier.New(d, off, courier.Pages{}).Run(t.Context()) // comes back at once
	})
}

func run(o *office, s *courier.Service) {
	ctx, stop := context.WithCancel(o.t.Context())
	ended := make(chan struct{})
	go func() {
		s.Run(ctx)
		close(ended)
	}()
	o.t.Cleanup(func() {
		stop()
		select {
		case <-ended:
		case <-time.After(time.Minute):
			o.t.Error("the courier does not end")
		}
	})
}
