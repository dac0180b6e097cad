// Package sink is a mail server for tests: it takes what is sent to it, and
// gives it back read.
package sink

import (
	"io"
	"log"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/eslabon/eslabon/internal/notify"
)

// Sink is a running server.
type Sink struct {
	Config notify.Config         // of a mailer that sends to it
	Refuse func(to string) error // what it says to a recipient; may be nil

	t     testing.TB
	mails chan Mail

	mu   sync.Mutex
	hold *held
}

// Moment is one of a conversation at which a sink may be made to wait.
type Moment int

// The moments.
const (
	BeforeMail Moment = iota // somebody has connected, and was told nothing yet
	AfterMail                // the whole mail was taken, and that was not said yet
)

type held struct {
	at      Moment
	reached chan struct{}
	free    chan struct{}
}

// Hold makes the next conversation wait at a moment. The channel closes when it
// has come so far.
func (s *Sink) Hold(at Moment) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = &held{at, make(chan struct{}), make(chan struct{})}
	return s.hold.reached
}

// Let lets the conversation that waits go on, and the next ones pass.
func (s *Sink) Let() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hold != nil {
		close(s.hold.free)
		s.hold = nil
	}
}

// pass waits if it is told to.
func (s *Sink) pass(at Moment) {
	s.mu.Lock()
	h := s.hold
	if h == nil || h.at != at {
		s.mu.Unlock()
		return
	}
	select {
	case <-h.reached:
	default:
		close(h.reached)
	}
	s.mu.Unlock()
	<-h.free
}

// Mail is one mail as a reader's program shows it.
type Mail struct {
	From    string
	To      string
	Subject string
	Text    string
	HTML    string
	Header  mail.Header
}

// Open starts a server without TLS that lasts as long as the test. change may
// set the server up before it begins; it may be nil.
func Open(t testing.TB, change func(*smtp.Server)) *Sink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Sink{t: t, mails: make(chan Mail, 100), Config: notify.Config{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "Eslabón <pases@taller.example>", TLS: notify.NoTLS,
	}}
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		s.pass(BeforeMail)
		return &session{sink: s}, nil
	}))
	srv.Domain, srv.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	if change != nil {
		change(srv)
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	t.Cleanup(func() {
		s.Let()
		srv.Close()
		l.Close() // it may have been closed before it served
		<-ended
	})
	return s
}

// Mailer returns a mailer that sends to the sink.
func (s *Sink) Mailer() *notify.Mailer {
	s.t.Helper()
	m, err := notify.NewMailer(s.Config)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// Next waits for the next mail.
func (s *Sink) Next() Mail {
	s.t.Helper()
	select {
	case m := <-s.mails:
		return m
	case <-time.After(time.Minute):
		s.t.Fatal("no mail came")
		panic("unreachable")
	}
}

// Empty fails the test if a mail came that nobody took.
func (s *Sink) Empty() {
	s.t.Helper()
	select {
	case m := <-s.mails:
		s.t.Errorf("a mail came that should not: %q to %s", m.Subject, m.To)
	default:
	}
}

type session struct {
	sink *Sink
	to   string
}

func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	if s.sink.Refuse != nil {
		return s.sink.Refuse(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	m, err := read(r)
	if err != nil {
		s.sink.t.Errorf("a mail cannot be read: %v", err)
		return err
	}
	m.To = s.to
	s.sink.mails <- m
	s.sink.pass(AfterMail)
	return nil
}

func read(r io.Reader) (Mail, error) {
	msg, err := mail.ReadMessage(r)
	if err != nil {
		return Mail{}, err
	}
	out := Mail{Header: msg.Header}
	words := new(mime.WordDecoder)
	if out.Subject, err = words.DecodeHeader(msg.Header.Get("Subject")); err != nil {
		return Mail{}, err
	}
	if out.From, err = words.DecodeHeader(msg.Header.Get("From")); err != nil {
		return Mail{}, err
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		return Mail{}, err
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return Mail{}, err
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return Mail{}, err
		}
		text := strings.ReplaceAll(string(b), "\r\n", "\n")
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			out.HTML = text
		} else {
			out.Text = text
		}
	}
}
