package notify_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/notify/sink"
)

func letter() notify.Mail {
	return notify.Mail{
		To: "ana@example.org", Name: "Ana Núñez", Lang: "es", Subject: "¿Corte a tiempo? Ñandú & compañía",
		Lines:  []string{"Hola, Ana:", "Luis <el de costura> te espera."},
		Button: "Ver el pase", Link: "https://eslabon.example/pase?a=1&b=2", Foot: "Taller Uno",
		Key: "notice 7/1", Thread: "1-42",
	}
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	s := sink.Open(t, nil)
	if err := s.Mailer().Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	got := s.Next()
	if got.Subject != letter().Subject || got.To != "ana@example.org" || got.From != `Eslabón <pases@taller.example>` {
		t.Errorf("got %q to %s from %s", got.Subject, got.To, got.From)
	}
	text := "Hola, Ana:\n\nLuis <el de costura> te espera.\n\nVer el pase\nhttps://eslabon.example/pase?a=1&b=2\n\n-- \nTaller Uno\n"
	if got.Text != text {
		t.Errorf("got the text %q", got.Text)
	}
	for _, want := range []string{
		`<html lang="es">`, `Luis &lt;el de costura&gt; te espera.`, `href="https://eslabon.example/pase?a=1&amp;b=2"`, `>Ver el pase</a>`,
	} {
		if !strings.Contains(got.HTML, want) {
			t.Errorf("the HTML lacks %s:\n%s", want, got.HTML)
		}
	}
	for name, want := range map[string]string{
		"Message-Id":     "<notice_7_1@taller.example>",
		"In-Reply-To":    "<thread.1-42@taller.example>",
		"References":     "<thread.1-42@taller.example>",
		"Auto-Submitted": "auto-generated",
	} {
		if v := got.Header.Get(name); v != want {
			t.Errorf("%s is %q, want %q", name, v, want)
		}
	}
}

func TestAHeaderCannotBeSmuggledIn(t *testing.T) {
	t.Parallel()
	s := sink.Open(t, nil)
	in := letter()
	in.Subject, in.Name = "Hola\r\nBcc: todos@example.org", "Ana\r\nBcc: todos@example.org"
	if err := s.Mailer().Send(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if got := s.Next(); got.Header.Get("Bcc") != "" || got.Subject != "Hola Bcc: todos@example.org" {
		t.Errorf("got %v", got.Header)
	}
	s.Empty()
	in.To = "ana@example.org\r\nBcc: todos@example.org"
	if err := s.Mailer().Send(t.Context(), in); !errors.Is(err, notify.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

func TestARefusalForGoodIsTold(t *testing.T) {
	t.Parallel()
	for code, forGood := range map[int]bool{550: true, 450: false} {
		s := sink.Open(t, nil)
		s.Refuse = func(to string) error {
			return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no mailbox " + to}
		}
		err := s.Mailer().Send(t.Context(), letter())
		if err == nil || errors.Is(err, notify.ErrRefused) != forGood {
			t.Errorf("%d: got %v", code, err)
		}
		if strings.Contains(err.Error(), "ana@") {
			t.Errorf("the error names the reader: %v", err)
		}
	}
	gone := sink.Open(t, nil).Config
	gone.Port = 1
	m, err := notify.NewMailer(gone)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), letter()); err == nil || errors.Is(err, notify.ErrRefused) {
		t.Errorf("no server: got %v", err)
	}
}

// keyed is a server that wants TLS and a password.
type keyed struct{ smtp.Session }

func (keyed) AuthMechanisms() []string { return []string{sasl.Plain} }

func (keyed) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "pases" || password != "secreta" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func TestPasswordsGoOverTLSOnly(t *testing.T) {
	t.Parallel()
	https := httptest.NewTLSServer(nil)
	t.Cleanup(https.Close)
	trust := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "127.0.0.1"}
	trust.RootCAs.AddCert(https.Certificate())
	s := sink.Open(t, func(srv *smtp.Server) {
		srv.TLSConfig = &tls.Config{Certificates: https.TLS.Certificates}
		plain := srv.Backend
		srv.Backend = smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
			inner, err := plain.NewSession(c)
			return keyed{inner}, err
		})
	})
	send := func(c notify.Config) error {
		m, err := notify.NewMailer(c)
		if err != nil {
			t.Fatal(err)
		}
		m.Trust(trust)
		return m.Send(t.Context(), letter())
	}
	c := s.Config
	c.TLS, c.User, c.Password = notify.StartTLS, "pases", "secreta"
	if err := send(c); err != nil {
		t.Fatal(err)
	}
	s.Next()
	c.Password = "otra"
	if err := send(c); err == nil || errors.Is(err, notify.ErrRefused) {
		t.Errorf("a wrong password: %v", err)
	}
	plain := sink.Open(t, nil)
	c = plain.Config
	c.TLS = "" // means STARTTLS
	if err := send(c); err == nil {
		t.Error("a mail went out in the clear")
	}
	s.Empty()
	plain.Empty()
}

func TestWhatAConfigurationMayNotSay(t *testing.T) {
	t.Parallel()
	for _, c := range []notify.Config{
		{Host: "mail.example", From: "nobody"},
		{Host: "mail.example"},
		{Host: "mail.example", From: "a@b.example", TLS: "ssl"},
	} {
		if _, err := notify.NewMailer(c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}

// Not parallel: it changes the log of the process.
func TestMailIsOffWithoutAServer(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(was) })
	m, err := notify.NewMailer(notify.Config{})
	if err != nil || m.On() {
		t.Fatal("mail is on", err)
	}
	if err := m.Send(t.Context(), letter()); err != nil {
		t.Error(err)
	}
	if s := log.String(); !strings.Contains(s, "mail is off") || strings.Contains(s, "ana@") || strings.Contains(s, "Corte") {
		t.Errorf("the log says %q", s)
	}
}
