package courier

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/setting"
)

const (
	mostParts   = 20  // things that one letter tells of
	mostLines   = 6   // about one thing
	mostSubject = 110 // runes
	mostWhy     = 240
)

// errNobody says that nobody is there to get a letter any more.
var errNobody = errors.New("nobody to write to")

// write makes the mail of a letter, in the language of its reader. Its signed
// addresses hold once keep has run.
func (s *Service) write(ctx context.Context, c id.Company, l notify.Letter) (m notify.Mail, keep []Keep, err error) {
	r, err := notify.ReaderOf(ctx, s.db, c, l.Person, db.At(s.db.Now()))
	if err != nil {
		return m, nil, err
	}
	if r.Email == "" {
		return m, nil, errNobody
	}
	items, err := notify.Items(ctx, s.db, c, l.ID)
	if err != nil {
		return m, nil, err
	}
	company, err := setting.Get(ctx, s.db, c)
	if err != nil {
		return m, nil, err
	}
	cal, err := setting.WorkingTimeOfPerson(ctx, s.db, c, l.Person)
	if err != nil {
		return m, nil, err
	}
	ctx = i18n.WithNow(i18n.WithPlace(i18n.With(ctx, r.Lang), cal.Zone(), company.Country), s.db.Now())
	w := &writer{s: s, company: c, reader: l.Person, offers: map[string]link.Offer{}}
	told, err := w.tell(ctx, items)
	if err != nil {
		return m, nil, err
	}
	if len(told) == 0 {
		return m, nil, errNobody
	}
	m = w.mail(ctx, told)
	m.To, m.Name, m.Lang = r.Email, r.Name, i18n.Lang(ctx)
	m.Lines = append([]string{i18n.T(ctx, "courier.hello", i18n.Args{"Name": r.Name})}, m.Lines...)
	m.Foot = i18n.T(ctx, "courier.foot", i18n.Args{"Company": company.Name})
	m.Choose, m.ChooseLabel = s.pages.Choose, i18n.T(ctx, "courier.choose")
	m.Key = "notices." + string(l.ID)
	m.Thread = thread(c, l.Person, told)
	return m, w.keep, nil
}

// matter is everything that a letter tells about one handoff, or about one
// agreement.
type matter struct {
	subject string
	name    string // as who tells more of it calls it, may be empty
	title   string
	url     string
	handoff bool
	button  string
	lines   []said
	notes   []string // what is said besides, once
	more    []notify.Part
	rank    int // what presses comes first
}

// said is one notice in words.
type said struct {
	text string
	rank int
}

type writer struct {
	s       *Service
	company id.Company
	reader  id.Person
	offers  map[string]link.Offer
	keep    []Keep
}

// The ranks of what is told: what presses, what has to be done, the rest.
const (
	pressing = iota
	toDo
	toKnow
)

func rank(k notify.Kind) int {
	switch {
	case k.Urgent:
		return pressing
	case k.Act:
		return toDo
	default:
		return toKnow
	}
}

// tell puts the notices in words, by what they are about: what presses first.
func (w *writer) tell(ctx context.Context, items []notify.Item) ([]*matter, error) {
	type about struct {
		subject string
		of      notify.About
	}
	of := map[about]*matter{}
	var out []*matter
	for _, it := range items {
		k, known := notify.KindOf(it.Kind)
		if !known {
			continue // of a version after this one
		}
		key := about{it.Subject, k.About}
		m := of[key]
		if m == nil {
			var err error
			if m, err = w.matter(ctx, it); err != nil {
				return nil, err
			}
			of[key], out = m, append(out, m)
		}
		it.Title = cmp.Or(m.name, it.Title)
		text, err := w.sentence(ctx, k, it)
		if err != nil {
			return nil, err
		}
		m.lines = append(m.lines, said{text, rank(k)})
		if note := "courier.note." + k.Code; i18n.Has(note) {
			m.notes = []string{i18n.T(ctx, note)}
		}
		m.rank = min(m.rank, rank(k))
	}
	slices.SortStableFunc(out, func(a, b *matter) int { return cmp.Compare(a.rank, b.rank) })
	return out, nil
}

func (w *writer) matter(ctx context.Context, it notify.Item) (*matter, error) {
	k, _ := notify.KindOf(it.Kind)
	m := &matter{
		subject: it.Subject, rank: toKnow, handoff: k.About == notify.Handoff, url: w.s.pages.Of(k, it.Subject, it.Number),
	}
	if tell := w.s.pages.Told[k.About]; tell != nil {
		var err error
		if m.name, m.more, err = tell(ctx, w.company, w.reader, m.subject); err != nil {
			return nil, err
		}
	}
	a := i18n.Args{"Number": it.Number, "Title": cmp.Or(m.name, it.Title), "Supplier": it.Supplier, "Customer": it.Customer, "Who": it.ActorName}
	if m.handoff {
		m.title, m.button = i18n.T(ctx, "courier.handoff", a), i18n.T(ctx, "courier.see_handoff", a)
		return m, nil
	}
	m.title = i18n.T(ctx, "courier.title."+string(k.About), a)
	m.button = i18n.T(ctx, "courier.see."+string(k.About))
	return m, w.sign(ctx, k, m)
}

// sign lets a matter lead to a page that knows its reader, if there is one.
func (w *writer) sign(ctx context.Context, k notify.Kind, m *matter) error {
	signer := w.s.pages.Signed[k.About]
	if signer == nil {
		return nil
	}
	url, keep, err := signer(ctx, w.company, w.reader, m.subject)
	if err != nil || url == "" {
		return err
	}
	m.url, m.button = url, i18n.T(ctx, "courier.do."+string(k.About))
	w.keep = append(w.keep, keep)
	return nil
}

// sentence says one notice.
func (w *writer) sentence(ctx context.Context, k notify.Kind, it notify.Item) (string, error) {
	why, err := w.why(ctx, it)
	if err != nil {
		return "", err
	}
	text := k.Subject(ctx, i18n.Args{
		"Who": cmp.Or(it.ActorName, i18n.T(ctx, "notice.nobody")), "Supplier": it.Supplier, "Customer": it.Customer,
		"Number": it.Number, "Title": it.Title, "Why": cmp.Or(why, it.Title),
	})
	if it.InsteadOf != "" {
		text = i18n.T(ctx, "courier.instead", i18n.Args{"Text": text, "Name": it.AwayName})
	}
	return text, nil
}

// why returns the reason for which something came back, and what was written.
func (w *writer) why(ctx context.Context, it notify.Item) (string, error) {
	parts := []string{}
	if it.ReasonID != "" {
		o, known := w.offers[it.Service]
		if !known {
			var err error
			o, err = link.GetOffer(ctx, w.s.db, w.company, id.Service(it.Service))
			if err != nil && errs.KindOf(err) != errs.NotFound {
				return "", err
			}
			w.offers[it.Service] = o
		}
		for _, r := range o.Reasons {
			if r.ID == it.ReasonID {
				parts = append(parts, r.Text)
			}
		}
	}
	if it.Note != "" {
		parts = append(parts, it.Note)
	}
	return shorten(strings.Join(parts, ". "), mostWhy), nil
}

// mail puts what is told in one mail: about one thing it is told in its
// subject, about several the most pressing.
func (w *writer) mail(ctx context.Context, told []*matter) notify.Mail {
	first, n := told[0], 0
	for _, m := range told {
		n += len(m.lines)
	}
	lead := slices.MinFunc(first.lines, func(a, b said) int { return cmp.Compare(a.rank, b.rank) })
	if newest := first.lines[len(first.lines)-1]; newest.rank == lead.rank {
		lead = newest
	}
	out := notify.Mail{Subject: shorten(lead.text, mostSubject), Button: first.button, Link: first.url}
	if len(told) > 1 {
		out.Subject = shorten(i18n.T(ctx, "courier.digest", i18n.Args{"N": n - 1, "First": lead.text}), mostSubject)
		out.Lines = []string{i18n.T(ctx, "courier.digest_lead", i18n.Args{"N": n})}
		out.Button, out.Link = i18n.T(ctx, "courier.see_all"), w.s.pages.Bell
	}
	for i, m := range told {
		if i == mostParts {
			out.After = append(out.After, i18n.T(ctx, "courier.more", i18n.Args{"N": len(told) - mostParts}))
			break
		}
		out.Parts = append(append(out.Parts, m.part(ctx)), m.more...)
	}
	return out
}

func (m *matter) part(ctx context.Context) notify.Part {
	p := notify.Part{Title: m.title, Link: m.url}
	lines := m.lines
	if len(lines) > mostLines {
		p.Lines = append(p.Lines, i18n.T(ctx, "courier.earlier", i18n.Args{"N": len(lines) - mostLines}))
		lines = lines[len(lines)-mostLines:]
	}
	for _, l := range lines {
		p.Lines = append(p.Lines, l.text)
	}
	p.Lines = append(p.Lines, m.notes...)
	return p
}

// thread names the conversation of a letter: all letters about one handoff are
// one, and the letters about several things are one for each reader.
func thread(c id.Company, p id.Person, told []*matter) string {
	if len(told) == 1 && told[0].handoff {
		return "handoff." + told[0].subject
	}
	return "notices." + string(p)
}

// shorten cuts a text to most runes, at a word.
func shorten(s string, most int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= most {
		return string(r)
	}
	cut := string(r[:most-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return cut + "…"
}
