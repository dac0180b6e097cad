package insight

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/stat"
)

// Tension is how rough a link runs, in three parts that are never added up.
type Tension struct {
	Disputed stat.Share // of the handoffs that came back, those that came back more than once
	Low      stat.Share // of the ratings of both ends, those of 1 or 2
	Late     stat.Share // of what was taken or is still waiting, what was not taken in time
	Company  [3]stat.Share

	Talks []Talk
}

// Parts returns the parts in their order.
func (t Tension) Parts() [3]stat.Share { return [3]stat.Share{t.Disputed, t.Low, t.Late} }

// Rough reports which parts are worse than chance lets them be in a link of
// this company: the whole interval lies above the share of the company.
func (t Tension) Rough() (out [3]bool) {
	for i, p := range t.Parts() {
		out[i] = p.N >= LeastTension && p.Low > t.Company[i].Value()
	}
	return out
}

// Tense reports whether at least two parts are rough: one alone has many
// causes.
func (t Tension) Tense() bool {
	n := 0
	for _, r := range t.Rough() {
		if r {
			n++
		}
	}
	return n > 1
}

// LeastTension is the fewest cases about which a part says something.
const LeastTension = 5

// Talk is what was agreed when somebody sat down with both ends of a link.
type Talk struct {
	ID      id.Talk
	Link    id.Link
	HeldOn  string // local date
	Present string // who was there, in words
	Matter  string
	Agreed  string
	NextOn  string // when they look at it again; may be empty
	NotedBy id.Person
	NotedAt db.Time

	NotedByName string
}

// Tension returns how rough a link runs since a moment. Both ends, who leads
// them and the owners may know; to others it is NotFound.
func (s *Service) Tension(ctx context.Context, a authz.Actor, l id.Link, since time.Time) (Tension, error) {
	v, err := link.Get(ctx, s.db, a.Company, l)
	if err != nil {
		return Tension{}, err
	}
	if !mayTalk(a, v) {
		return Tension{}, errs.New(errs.NotFound, "link.err.not_found")
	}
	var t Tension
	all, err := s.tension(ctx, a, `h.link = ?`, `r.link = ?`, []any{l}, since)
	if err != nil {
		return t, err
	}
	t.Disputed, t.Low, t.Late = all[0], all[1], all[2]
	if t.Company, err = s.ofCompany(ctx, a, since); err != nil {
		return t, err
	}
	t.Talks, err = db.All(ctx, s.db, (*Talk).dest, `
		SELECT t.id, t.link, t.held_on, t.present, t.matter, t.agreed, t.next_on, t.noted_by, t.noted_at, COALESCE(p.name, '')
		FROM talk t LEFT JOIN person p ON p.company = t.company AND p.id = t.noted_by
		WHERE t.company = ? AND t.link = ? ORDER BY t.id DESC LIMIT 50`, a.Company, l)
	return t, err
}

func (t *Talk) dest() []any {
	return []any{
		&t.ID, &t.Link, &t.HeldOn, &t.Present, &t.Matter, &t.Agreed, &t.NextOn, &t.NotedBy, &t.NotedAt, &t.NotedByName,
	}
}

// tensionAt is the tension of a whole company as it was at a moment.
type tensionAt struct {
	at    time.Time
	since string // local date
	parts [3]stat.Share
}

// ofCompany returns what the parts are in the whole company, a few minutes old
// at most: all its handoffs are read for it, and it is only what a link is
// compared with.
func (s *Service) ofCompany(ctx context.Context, a authz.Actor, since time.Time) ([3]stat.Share, error) {
	const fresh = 5 * time.Minute
	now, from := s.db.Now(), since.Format(time.DateOnly)
	if v, ok := s.whole.Load(a.Company); ok {
		if was := v.(tensionAt); was.since == from && now.Sub(was.at).Abs() < fresh {
			return was.parts, nil
		}
	}
	parts, err := s.tension(ctx, a, `TRUE`, `TRUE`, nil, since)
	if err == nil {
		s.whole.Store(a.Company, tensionAt{now, from, parts})
	}
	return parts, err
}

// tension counts the parts: the conditions are our own.
func (s *Service) tension(ctx context.Context, a authz.Actor, ofHandoff, ofRating string, args []any, since time.Time) (out [3]stat.Share, err error) {
	var back, again, rated, low, due, late int
	now, from := db.At(s.db.Now()), db.At(since)
	all := slices.Concat([]any{now, now, a.Company, from}, args)
	if err := s.db.Row(ctx, []any{&back, &again, &due, &late}, `
		SELECT CAST(COALESCE(SUM(CASE WHEN h.rounds > 1 OR h.state = 'returned' THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN h.rounds > 2 OR h.rounds > 1 AND h.state = 'returned' THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN h.taken_at IS NOT NULL OR h.closed_at IS NULL AND h.take_due_at < ? THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN h.taken_at > h.take_due_at OR h.taken_at IS NULL AND h.closed_at IS NULL AND h.take_due_at < ?
				THEN 1 ELSE 0 END), 0) AS BIGINT)
		FROM handoff h WHERE h.company = ? AND h.asked_at >= ? AND NOT h.imported AND `+ofHandoff, all...); err != nil {
		return out, err
	}
	if err := s.db.Row(ctx, []any{&rated, &low}, `
		SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN r.score <= 2 THEN 1 ELSE 0 END), 0) AS BIGINT)
		FROM rating r WHERE r.company = ? AND r.rated_at >= ? AND `+ofRating, slices.Concat([]any{a.Company, from}, args)...); err != nil {
		return out, err
	}
	return [3]stat.Share{stat.Wilson(again, back), stat.Wilson(low, rated), stat.Wilson(late, due)}, nil
}

// mayTalk: both ends of a link, who leads them, and the owners.
func mayTalk(a authz.Actor, l link.Link) bool { return a.For(l.Supplier) || a.For(l.Customer) }

const mostTalk = 4000

// Note keeps what was agreed in a talk. Who leads one of the ends, or owns the
// company, writes it down.
func (s *Service) Note(ctx context.Context, a authz.Actor, t Talk) (Talk, error) {
	t.Present, t.Matter, t.Agreed = strings.TrimSpace(t.Present), strings.TrimSpace(t.Matter), strings.TrimSpace(t.Agreed)
	bad := errs.Bad{}
	_, err := time.Parse(time.DateOnly, t.HeldOn)
	bad.Add(err == nil, "held_on", "insight.err.day")
	bad.Add(err != nil || t.HeldOn <= s.db.Now().AddDate(0, 0, 1).Format(time.DateOnly), "held_on", "insight.err.future")
	for f, text := range map[string]string{"present": t.Present, "matter": t.Matter, "agreed": t.Agreed} {
		bad.Required(f, text)
		bad.Text(f, text, mostTalk)
	}
	if t.NextOn != "" {
		_, err := time.Parse(time.DateOnly, t.NextOn)
		bad.Add(err == nil && t.NextOn > t.HeldOn, "next_on", "insight.err.next")
	}
	if err := bad.Err(); err != nil {
		return Talk{}, err
	}
	v, err := link.Get(ctx, s.db, a.Company, t.Link)
	if err != nil {
		return Talk{}, err
	}
	if !mayTalk(a, v) {
		return Talk{}, errs.New(errs.NotFound, "link.err.not_found")
	}
	if !a.Leading(v.Supplier) && !a.Leading(v.Customer) {
		return Talk{}, errs.New(errs.Forbidden, "err.leader_only")
	}
	if err := a.MustWrite(); err != nil {
		return Talk{}, err
	}
	err = s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		t.ID, t.NotedBy, t.NotedAt, t.NotedByName = id.New[id.Talk](), a.Person, tx.Now, a.Name
		if _, err := tx.Exec(ctx, `
			INSERT INTO talk (company, id, link, held_on, present, matter, agreed, next_on, noted_by, noted_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			tx.Company, t.ID, t.Link, t.HeldOn, t.Present, t.Matter, t.Agreed, t.NextOn, t.NotedBy, t.NotedAt); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "link.talked", Actor: a.Person, Subject: string(t.Link), Link: t.Link})
		return nil
	})
	return t, err
}
