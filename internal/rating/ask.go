package rating

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/secret"
	"github.com/eslabon/eslabon/internal/setting"
)

const linkPrefix = "esr"

// Asked is a question that waits for somebody.
type Asked struct {
	Company id.Company
	Handoff id.Handoff
	Side    Side
	Person  id.Person
	AskedAt db.Time

	Number      int64 // of the handoff, as what follows
	Title       string
	ServiceName string
	OtherName   string // the node that is rated
	OtherPerson string // who delivered it, or who asked for it

	email, name, lang string // of whom is asked
}

// Asker asks both ends, few times a day, when something was accepted by a
// person. It never asks about old things: what was accepted longer ago than
// this is left alone when the log is read from its beginning.
var Asker = fact.Follower{Name: "rating_ask", Apply: ask}

const askWithin = 3 * 24 * time.Hour

func ask(ctx context.Context, tx *db.Tx, f fact.Fact) error {
	if f.Kind != "handoff.accepted" && f.Kind != "handoff.accepted_with_remark" || tx.Now.Sub(f.RecordedAt.Time) > askWithin {
		return nil
	}
	h, err := handoff.Get(ctx, tx, tx.Company, id.Handoff(f.Subject))
	if err != nil {
		return err
	}
	s, err := settingOf(ctx, tx, tx.Company)
	if err != nil || h.Imported || s.PerDay == 0 {
		return err
	}
	day := tx.Now.UTC().Format(time.DateOnly)
	for side, person := range map[Side]id.Person{Customer: f.Actor, Supplier: h.Assignee} {
		if person == "" || side == Customer && person == h.Assignee || side == Supplier && person == h.AskedBy {
			continue
		}
		if err := askOne(ctx, tx, h.ID, side, person, day, s.PerDay); err != nil {
			return err
		}
	}
	return nil
}

// askOne asks a person unless it was asked often enough today, or the end has
// spoken already.
func askOne(ctx context.Context, tx *db.Tx, h id.Handoff, side Side, person id.Person, day string, most int) error {
	var today, rated int
	if err := tx.Row(ctx, []any{&today}, `
		SELECT COUNT(*) FROM rating_ask WHERE company = ? AND person = ? AND day = ?`, tx.Company, person, day); err != nil {
		return err
	}
	if err := tx.Row(ctx, []any{&rated}, `
		SELECT COUNT(*) FROM rating WHERE company = ? AND handoff = ? AND side = ?`, tx.Company, h, side); err != nil {
		return err
	}
	if today >= most || rated > 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO rating_ask (company, handoff, side, person, day, asked_at, hash, mailed, done)
		SELECT ?, ?, ?, x.id, ?, ?, '', FALSE, FALSE FROM person x WHERE x.company = ? AND x.id = ? AND x.active
		ON CONFLICT (company, handoff, side) DO NOTHING`,
		tx.Company, h, side, day, tx.Now, tx.Company, person)
	return err
}

// Waiting lists the questions that wait for the actor, the newest first. After
// a week nobody remembers, and they are not asked any more.
func (s *Service) Waiting(ctx context.Context, a authz.Actor, limit int) ([]Asked, error) {
	since := db.At(s.db.Now().AddDate(0, 0, -7))
	return db.All(ctx, s.db, (*Asked).dest, askedQuery+`
		AND a.person = ? AND NOT a.done AND a.asked_at > ?
		ORDER BY a.asked_at DESC, a.handoff, a.side LIMIT ?`, a.Company, a.Person, since, limit)
}

// Skip takes a question away that the actor does not want to answer.
func (s *Service) Skip(ctx context.Context, a authz.Actor, h id.Handoff, side Side) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE rating_ask SET done = TRUE WHERE company = ? AND handoff = ? AND side = ? AND person = ?`,
			a.Company, h, side, a.Person)
		if err == nil && n == 0 {
			err = errs.New(errs.NotFound, "rating.err.none")
		}
		return err
	})
}

type mailAsks struct{}

func (mailAsks) Kind() string { return "rating_mail" }

// Workers mail the questions that nobody answered within the hour, at most one
// mail a day to a person. page is the address at which a link is answered.
func (s *Service) Workers(m *notify.Mailer, page func(link string) string) []job.Worker {
	const often = 15 * time.Minute
	return []job.Worker{
		job.Work(job.Policy{}, func(ctx context.Context, _ mailAsks) error { return s.MailDue(ctx, m, page) }).Every(often, mailAsks{}),
	}
}

const (
	patience = time.Hour      // before a question is mailed
	stale    = 24 * time.Hour // after which it no longer is
)

// MailDue mails what is due in every company.
func (s *Service) MailDue(ctx context.Context, m *notify.Mailer, page func(string) string) error {
	if !m.On() {
		return nil
	}
	all, err := setting.All(ctx, s.db)
	if err != nil {
		return err
	}
	var failed error
	for _, c := range all {
		failed = errors.Join(failed, s.mailCompany(ctx, m, page, c))
	}
	return failed
}

// mailCompany claims each question before it is mailed: after a crash between
// the two nobody gets it twice; the page of the day still has it.
func (s *Service) mailCompany(ctx context.Context, m *notify.Mailer, page func(string) string, c setting.Company) error {
	now := s.db.Now()
	due, err := db.All(ctx, s.db, (*Asked).dest, askedQuery+`
		AND NOT a.mailed AND NOT a.done AND a.asked_at <= ? AND a.asked_at > ? AND p.email <> '' AND p.active
			AND NOT EXISTS (SELECT 1 FROM rating_ask b WHERE b.company = ? AND b.person = a.person AND b.day = a.day AND b.mailed)
		ORDER BY a.asked_at, a.handoff, a.side LIMIT 500`,
		c.ID, db.At(now.Add(-patience)), db.At(now.Add(-stale)), c.ID)
	if err != nil {
		return err
	}
	mailed := map[id.Person]bool{}
	for _, l := range due {
		if mailed[l.Person] {
			continue
		}
		mailed[l.Person] = true
		link := secret.Compose(linkPrefix, c.ID)
		claimed, err := s.claim(ctx, c.ID, l, link)
		if err != nil {
			return err
		}
		if !claimed {
			continue
		}
		if err := m.Send(ctx, mailOf(i18n.With(ctx, l.lang), l, c.Name, page(link))); err != nil {
			slog.WarnContext(ctx, "a question was not mailed", "company", c.ID, "handoff", l.Handoff, "err", err)
		}
	}
	return nil
}

func mailOf(ctx context.Context, l Asked, company, link string) notify.Mail {
	say := i18n.Args{
		"Name": l.name, "Title": l.Title, "Number": l.Number, "Other": l.OtherName, "Company": company,
	}
	side := string(l.Side)
	return notify.Mail{
		To: l.email, Name: l.name, Lang: l.lang, Subject: i18n.T(ctx, "rating.mail.subject."+side, say),
		Lines:  []string{i18n.T(ctx, "rating.mail.why."+side, say)},
		Button: i18n.T(ctx, "rating.mail.button"), Link: link, Foot: i18n.T(ctx, "rating.mail.foot", say),
		Key: "rating-" + string(l.Handoff) + "-" + side, Thread: string(l.Handoff),
	}
}

func (s *Service) claim(ctx context.Context, c id.Company, q Asked, link string) (claimed bool, err error) {
	err = s.db.InTx(ctx, c, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE rating_ask SET mailed = TRUE, hash = ? WHERE company = ? AND handoff = ? AND side = ? AND NOT mailed AND NOT done`,
			secret.Digest(link), c, q.Handoff, q.Side)
		claimed = n == 1
		return err
	})
	return claimed, err
}
