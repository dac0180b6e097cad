package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// ErrRefused is the cause when the other side will never take a mail: another
// try cannot mend it.
var ErrRefused = errors.New("mail is refused for good")

// ErrUnsure is the cause when nobody can tell whether a mail has left.
var ErrUnsure = errors.New("mail may have left")

// failure is what went wrong with a mail, without what the server said, which
// often repeats the address.
type failure struct {
	why  string // see Why
	code int    // what the server answered, 0 if it did not
	err  error
}

func (f *failure) Error() string {
	s := "send mail: " + f.why
	if f.code > 0 {
		s += fmt.Sprintf(", code %d", f.code)
	}
	if f.err != nil {
		s += ": " + f.err.Error()
	}
	return s
}

func (f *failure) Unwrap() error { return f.err }

// The codes of what goes wrong; each has a sentence, notify.why.*.
const (
	whyServer  = "no_server"  // nobody answers there
	whyTLS     = "tls"        // the connection cannot be made safe
	whyAuth    = "auth"       // the server does not know us
	whyRefused = "refused"    // for good
	whyLater   = "later"      // for now
	whyCut     = "cut"        // the line broke
	WhyAddress = "no_address" // the reader has none any more
	whyOther   = "other"
)

// Why names what went wrong with a mail, as a code.
func Why(err error) string {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.why
	}
	return whyOther
}

// forGood are the steps in which a refusal is about this mail, and not about
// us or the server.
var forGood = []gomail.SendErrReason{gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose}

const (
	permanent    = 500 // SMTP answers from here on will not change
	authFailures = 530 // to 538: who we are
	lastAuth     = 538
)

// discreet returns err as one of ours.
func discreet(err error) error {
	e, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return &failure{whyConnect(err), codeOf(err), nil}
	}
	code := e.ErrorCode()
	switch {
	case e.Reason == gomail.ErrSMTPDataClose && code == 0:
		return &failure{whyCut, 0, ErrUnsure}
	case slices.Contains(forGood, e.Reason) && code >= permanent:
		return &failure{whyRefused, code, ErrRefused}
	case code == 0:
		return &failure{whyCut, 0, nil}
	case code < permanent:
		return &failure{whyLater, code, nil}
	default:
		return &failure{whyOther, code, nil}
	}
}

// whyConnect says why no conversation came about.
func whyConnect(err error) string {
	code := codeOf(err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, wrong := errors.AsType[x509.HostnameError](err)
	_, old := errors.AsType[x509.CertificateInvalidError](err)
	_, speech := errors.AsType[tls.RecordHeaderError](err)
	_, network := errors.AsType[net.Error](err)
	switch {
	case code >= authFailures && code <= lastAuth:
		return whyAuth
	case code >= permanent:
		return whyOther
	case code > 0:
		return whyLater
	case unknown || wrong || old || speech || strings.Contains(err.Error(), "STARTTLS"): // the library has no name for that one
		return whyTLS
	case network || errors.Is(err, context.DeadlineExceeded):
		return whyServer
	default:
		return whyOther
	}
}

func codeOf(err error) int {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code
	}
	return 0
}

// Tally is what a mailer has done since the process began, for who watches it.
type Tally struct {
	Sent, Failed int64
	LastSent     time.Time // zero if none has left
	LastFailed   time.Time
	Why          string // of the last failure
}

type tally struct {
	mu sync.Mutex
	t  Tally
}

func (t *tally) note(err error, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.t.Sent++
		t.t.LastSent = now
		return
	}
	t.t.Failed++
	t.t.LastFailed, t.t.Why = now, Why(err)
}

// Tally returns what the mailer has done.
func (m *Mailer) Tally() Tally {
	m.tally.mu.Lock()
	defer m.tally.mu.Unlock()
	return m.tally.t
}
