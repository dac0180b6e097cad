package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/cli"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/notify/sink"
)

// Mail that stops without a word is noticed weeks later. Here the page of the
// owner, the API, the metrics and the doctor say when the last one left, and
// that one did not.
func TestEverybodyWhoCaresSeesWhenTheLastMailLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, e db.Engine) {
		var refuses atomic.Bool
		s := sink.Open(t, nil)
		s.Refuse = func(string) error {
			if refuses.Load() {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "no"}
			}
			return nil
		}
		args, dsn := served(t, e)
		w, diego := founded(t, dsn)
		returned := work(t, dsn, w)
		storage := args[1:]
		ana := session(t, dsn, w)
		url, _ := program(t, append(args, "--smtp-host", s.Config.Host, "--smtp-port", strconv.Itoa(s.Config.Port),
			"--smtp-tls", "none", "--smtp-from", s.Config.From)...)
		healthy := func(want string) {
			t.Helper()
			if got := pageOf(t, url+"/ajustes/correo", ana); !strings.Contains(got, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		figure := func(name string, want float64) {
			t.Helper()
			if line := fmt.Sprintf("\neslabon_mail_%s %v\n", name, strconv.FormatFloat(want, 'g', -1, 64)); !strings.Contains(pageOf(t, url+"/metrics", ""), line) {
				t.Errorf("the metrics do not say %q", line)
			}
		}
		told := func() (health struct {
			On         bool      `json:"on"`
			LastSentAt time.Time `json:"last_sent_at"`
			Failed     int       `json:"failed"`
			Troubles   []struct {
				Why string `json:"why"`
			} `json:"troubles"`
		},
		) {
			t.Helper()
			must(t, json.Unmarshal([]byte(pageOf(t, url+"/api/v1/mail", ana)), &health))
			return health
		}
		doctor := func(sound bool, want string) {
			t.Helper()
			var said bytes.Buffer
			code := cli.Run(t.Context(), append([]string{"doctor", "--lang=es"}, storage...), nil, &said, &said, app.Program())
			if (code == 0) != sound || !strings.Contains(said.String(), want) {
				t.Errorf("the doctor ends with %d, and does not say %q:\n%s", code, want, said.String())
			}
		}
		healthy("Todavía no ha salido ninguno.")
		figure("last_sent_timestamp_seconds", 0)
		if h := told(); !h.On || !h.LastSentAt.IsZero() {
			t.Errorf("before any mail: %+v", h)
		}

		send(t, url, diego, returned[0])
		s.Next()
		waitFor(t, dsn, w, func(h notify.Health) bool { return h.SentWeek == 1 && h.OnTheWay == 0 })
		last := lastSent(t, dsn, w)
		healthy("El último salió:")
		figure("last_sent_timestamp_seconds", float64(last.Unix()))
		if h := told(); !h.LastSentAt.Equal(last) || h.Failed != 0 {
			t.Errorf("after one: %+v, want %v", h, last)
		}
		says := i18n.With(i18n.WithPlace(t.Context(), time.UTC, "MX"), "es")
		doctor(true, "El último salió: "+i18n.Time(says, last))

		refuses.Store(true)
		send(t, url, diego, returned[1])
		waitFor(t, dsn, w, func(h notify.Health) bool { return h.Failed == 1 })
		healthy("Los que no salieron")
		figure("failed_letters", 1)
		figure("last_sent_timestamp_seconds", float64(last.Unix()))
		if h := told(); h.Failed != 1 || len(h.Troubles) != 1 || h.Troubles[0].Why != "refused" || !h.LastSentAt.Equal(last) {
			t.Errorf("after one that was refused: %+v", h)
		}
		doctor(false, "El último salió: ")
	})
}

// session lets Ana in.
func session(t *testing.T, dsn string, w *fixture.Company) string {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	must(t, err)
	defer d.Close()
	return entered(t, d, w)
}

func entered(t *testing.T, d *db.DB, w *fixture.Company) string {
	t.Helper()
	must(t, d.InTx(t.Context(), w.ID, func(tx *db.Tx) error {
		return account.Seat(t.Context(), tx, account.Locked("ana@taller.test"), w.Ana.Person)
	}))
	in, err := account.New(d).Enter(t.Context(), w.ID, w.Ana.Person, "test")
	must(t, err)
	return in.Cookie
}

func lastSent(t *testing.T, dsn string, w *fixture.Company) time.Time {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	must(t, err)
	defer d.Close()
	h, err := notify.HealthOf(t.Context(), d, w.ID, d.Now())
	must(t, err)
	return h.LastSent.Time
}
