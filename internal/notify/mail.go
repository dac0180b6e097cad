package notify

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// TLS says how the connection to the mail server is protected.
type TLS string

// The protections.
const (
	StartTLS TLS = "starttls" // refuses to go on without; what an empty value means
	FullTLS  TLS = "tls"
	NoTLS    TLS = "none" // for a server on the same machine
)

// Config says how mails leave. With an empty Host they do not.
type Config struct {
	Host     string
	Port     int // 587, 465 or 25 if zero, as TLS says
	User     string
	Password string
	From     string // "Eslabón <pases@taller.mx>"
	TLS      TLS
}

// Mailer sends mails.
type Mailer struct {
	cfg    Config
	from   string // the address alone
	domain string
	trust  *tls.Config // the system's if nil
	tally  tally
}

const sendTimeout = 30 * time.Second

// NewMailer returns a mailer, or what is wrong with its configuration.
func NewMailer(c Config) (*Mailer, error) {
	if c.Host == "" {
		return &Mailer{}, nil
	}
	if c.TLS == "" {
		c.TLS = StartTLS
	}
	ports := map[TLS]int{StartTLS: gomail.DefaultPortTLS, FullTLS: gomail.DefaultPortSSL, NoTLS: gomail.DefaultPort}
	if ports[c.TLS] == 0 {
		return nil, fmt.Errorf("mail: tls is %q, want %q, %q or %q", c.TLS, StartTLS, FullTLS, NoTLS)
	}
	if c.Port == 0 {
		c.Port = ports[c.TLS]
	}
	a, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("mail: from is %q: %w", c.From, err)
	}
	return &Mailer{cfg: c, from: a.Address, domain: a.Address[strings.LastIndexByte(a.Address, '@')+1:]}, nil
}

// On reports whether mails leave at all.
func (m *Mailer) On() bool { return m.cfg.Host != "" }

// Mail is what somebody gets to read, as text and as HTML.
type Mail struct {
	To      string // the address
	Name    string // of the reader, may be empty
	Lang    string
	Subject string
	Lines   []string // the paragraphs
	Parts   []Part   // what it tells of, one after the other
	After   []string // paragraphs after the parts
	Button  string   // what to do, in words; empty if nothing
	Link    string   // where the button leads
	Foot    string   // small print, may be empty
	Key     string   // names this mail: sent twice, it is one to most readers
	Thread  string   // names the conversation that it belongs to, may be empty

	Choose      string // the page on which the reader chooses what it gets, may be empty
	ChooseLabel string
}

// Part is one of several things that a mail tells of.
type Part struct {
	Title string
	Link  string // to its page, may be empty
	Lines []string
}

// Send sends a mail now; call it in a job. ErrRefused if another try is of no
// use. An error never holds an address: jobs keep their errors.
func (m *Mailer) Send(ctx context.Context, in Mail) error {
	return m.Deliver(ctx, in, func() error { return nil })
}

// Deliver is Send for who has to know whether a mail may have left: it calls
// leaving when the server is there and listens, right before it hands the mail
// over, and stops if that fails. ErrUnsure if the connection broke when the
// server had all of it and had not yet said so.
func (m *Mailer) Deliver(ctx context.Context, in Mail, leaving func() error) error {
	if !m.On() {
		slog.InfoContext(ctx, "mail is off, nothing is sent", "key", in.Key)
		return nil
	}
	err := m.deliver(ctx, in, leaving)
	m.tally.note(err, time.Now())
	return err
}

func (m *Mailer) deliver(ctx context.Context, in Mail, leaving func() error) error {
	msg, err := m.compose(in)
	if err != nil {
		return err
	}
	c, err := m.client()
	if err != nil {
		return err
	}
	if err := c.DialWithContext(ctx); err != nil {
		return discreet(err)
	}
	defer func() { _ = c.Close() }() // whatever it says, the mail has left or has not
	if err := leaving(); err != nil {
		return err
	}
	if err := c.Send(msg); err != nil && !msg.IsDelivered() {
		return discreet(err)
	}
	return nil
}

func (m *Mailer) client() (*gomail.Client, error) {
	opts := []gomail.Option{gomail.WithPort(m.cfg.Port), gomail.WithTimeout(sendTimeout)}
	switch m.cfg.TLS {
	case FullTLS:
		opts = append(opts, gomail.WithSSL())
	case NoTLS:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if m.trust != nil {
		opts = append(opts, gomail.WithTLSConfig(m.trust))
	}
	if m.cfg.User != "" {
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(m.cfg.User), gomail.WithPassword(m.cfg.Password))
	}
	c, err := gomail.NewClient(m.cfg.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("configure mail: %w", err)
	}
	return c, nil
}

func (m *Mailer) compose(in Mail) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(m.cfg.From); err != nil {
		return nil, fmt.Errorf("compose mail: sender: %w", err)
	}
	if err := msg.AddToFormat(oneLine(in.Name), in.To); err != nil {
		return nil, fmt.Errorf("compose mail: %w: the address of the reader", ErrRefused)
	}
	if in.Key == "" {
		in.Key = uuid.NewString()
	}
	msg.Subject(oneLine(in.Subject))
	msg.SetDate()
	msg.SetMessageIDWithValue(m.id(in.Key))
	if in.Thread != "" {
		root := "<" + m.id("thread."+in.Thread) + ">"
		msg.SetGenHeader(gomail.HeaderInReplyTo, root)
		msg.SetGenHeader(gomail.HeaderReferences, root)
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that nobody's holiday answers
	if in.Choose != "" {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+in.Choose+">")
	}
	msg.SetBodyString(gomail.TypeTextPlain, in.text())
	msg.AddAlternativeString(gomail.TypeTextHTML, in.html())
	return msg, nil
}

// id is the Message-ID of a key, without its brackets. All mails of one thread
// refer to the same one, which no mail has: programs put them together by it.
func (m *Mailer) id(key string) string {
	key = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, key)
	return key + "@" + m.domain
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
