package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/notify/sink"
)

// The process is killed between the claim of the notices and the mail, and
// between the mail and the note that it has left. What had not left is mailed
// when it starts again; what had is not mailed a second time, and the owner
// sees that nobody can tell.
func TestNoNoticeIsMailedTwiceNorLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, e db.Engine) {
		s := sink.Open(t, nil)
		args, dsn := served(t, e)
		w, diego := founded(t, dsn)
		returned := work(t, dsn, w)
		args = append(args, "--smtp-host", s.Config.Host, "--smtp-port", strconv.Itoa(s.Config.Port), "--smtp-tls", "none",
			"--smtp-from", s.Config.From)

		greeting := s.Hold(sink.BeforeMail)
		url, cmd := program(t, args...)
		send(t, url, diego, returned[0])
		<-greeting
		kill(cmd) // the letter is claimed, its job is at work, nothing has left
		s.Let()
		url, cmd = program(t, args...)
		if m := s.Next(); !strings.HasPrefix(m.Subject, "Costura te devolvió el pase 1") {
			t.Errorf("after the first death came %q", m.Subject)
		}
		waitFor(t, dsn, w, func(h notify.Health) bool { return h.SentWeek == 1 && h.OnTheWay == 0 })

		taken := s.Hold(sink.AfterMail)
		send(t, url, diego, returned[1])
		<-taken
		kill(cmd) // the server has the mail, and has not said so
		if m := s.Next(); !strings.HasPrefix(m.Subject, "Costura te devolvió el pase 2") {
			t.Errorf("before the second death came %q", m.Subject)
		}
		s.Let()
		url, _ = program(t, args...)
		send(t, url, diego, returned[2])
		if m := s.Next(); !strings.HasPrefix(m.Subject, "Costura te devolvió el pase 3") {
			t.Errorf("after the second death came %q", m.Subject)
		}
		// On PostgreSQL another process might still be sending it: it counts as
		// unknown only after two minutes, and until then as on its way.
		waitFor(t, dsn, w, func(h notify.Health) bool { return h.SentWeek == 2 && h.Failed == 0 && h.OnTheWay+h.Unsure == 1 })
		s.Empty()
	})
}

// work lets three handoffs be delivered while no server runs.
func work(t *testing.T, dsn string, w *fixture.Company) []handoff.Handoff {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	handoffs := handoff.New(d)
	var out []handoff.Handoff
	for i := range 3 {
		h, err := handoffs.Ask(t.Context(), w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: fmt.Sprint("lote ", i+1), Quantity: 5})
		for _, to := range []handoff.State{handoff.Taken, handoff.Delivered} {
			if err == nil {
				h, err = handoffs.Move(t.Context(), w.Carla, to, handoff.Step{Handoff: h.ID})
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, h)
	}
	// What was noticed so far is of no interest here.
	for _, a := range []struct{ c, p string }{{"carla", string(w.Carla.Person)}, {"diego", string(w.Diego.Person)}} {
		err := d.InTx(t.Context(), w.ID, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE notice SET read_at = ? WHERE company = ? AND person = ?`, tx.Now, w.ID, a.p)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// send returns a handoff through the server.
func send(t *testing.T, url, cookie string, h handoff.Handoff) {
	t.Helper()
	act(t, url, cookie, h.ID, "return", map[string]any{"reason": reasonOf(t, url, cookie, h), "quantity": 1})
}

// act does something with a handoff through the server.
func act(t *testing.T, url, cookie string, h id.Handoff, deed string, in map[string]any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, url+"/api/v1/handoffs/"+string(h)+"/"+deed, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(&http.Cookie{Name: "eslabon", Value: cookie})
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		t.Fatalf("to %s it: %s", deed, got.Status)
	}
}

func reasonOf(t *testing.T, url, cookie string, h handoff.Handoff) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url+"/api/v1/services/"+string(h.Service), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "eslabon", Value: cookie})
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	var o struct{ Reasons []struct{ ID string } }
	if err := json.NewDecoder(got.Body).Decode(&o); err != nil || len(o.Reasons) == 0 {
		t.Fatalf("no reasons: %v", err)
	}
	return o.Reasons[0].ID
}

// waitFor waits until the mails fare as they should.
func waitFor(t *testing.T, dsn string, w *fixture.Company, good func(notify.Health) bool) {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(time.Minute)
	for {
		h, err := notify.HealthOf(t.Context(), d, w.ID, d.Now())
		if err != nil {
			t.Fatal(err)
		}
		if good(h) {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("the mails stay at %+v", h)
		}
	}
}
