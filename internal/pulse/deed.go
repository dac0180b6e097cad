package pulse

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
)

// Deed closes the circle of a pulse: what people said, what is promised, what
// was done. Everybody of the company may read it.
type Deed struct {
	ID         id.Deed
	Pulse      id.Pulse
	Item       string // the question it answers; empty for the pulse as a whole
	Heard      string // what people said, in the words of who promises
	Promise    string
	Owner      id.Person
	DueOn      string // local date
	PromisedBy id.Person
	PromisedAt db.Time
	Done       string // what was done
	DoneAt     db.Time

	OwnerName string // filled by who shows it
}

// Late reports whether the day promised has passed and nothing was done.
func (d Deed) Late(today string) bool { return d.DoneAt.IsZero() && d.DueOn < today }

func (d *Deed) dest() []any {
	return []any{
		&d.ID, &d.Pulse, &d.Item, &d.Heard, &d.Promise, &d.Owner, &d.DueOn, &d.PromisedBy, &d.PromisedAt, &d.Done,
		&d.DoneAt, &d.OwnerName,
	}
}

const deedQuery = `SELECT d.id, d.pulse, d.item, d.heard, d.promise, d.owner, d.due_on, d.promised_by, d.promised_at, d.done,
	d.done_at, COALESCE(p.name, '') FROM pulse_deed d LEFT JOIN person p ON p.company = d.company AND p.id = d.owner
	WHERE d.company = ?`

func deedsOf(ctx context.Context, q db.Querier, c id.Company, pulse id.Pulse) ([]Deed, error) {
	return db.All(ctx, q, (*Deed).dest, deedQuery+` AND d.pulse = ? ORDER BY d.id LIMIT 500`, c, pulse)
}

// Owed lists what the actor promised and has not done, the most urgent first.
func (s *Service) Owed(ctx context.Context, a authz.Actor) ([]Deed, error) {
	return db.All(ctx, s.db, (*Deed).dest, deedQuery+` AND d.owner = ? AND d.done_at IS NULL ORDER BY d.due_on, d.id LIMIT 100`,
		a.Company, a.Person)
}

// Promise notes what will be done about a closed pulse, by whom, until when.
func (s *Service) Promise(ctx context.Context, a authz.Actor, d Deed) (Deed, error) {
	d.Heard, d.Promise = strings.TrimSpace(d.Heard), strings.TrimSpace(d.Promise)
	bad := errs.Bad{}
	bad.Required("heard", d.Heard)
	bad.Text("heard", d.Heard, mostNote)
	bad.Required("promise", d.Promise)
	bad.Text("promise", d.Promise, mostNote)
	bad.Required("owner", string(d.Owner))
	_, err := time.Parse(time.DateOnly, d.DueOn)
	bad.Add(err == nil, "due_on", "err.required")
	bad.Add(err != nil || d.DueOn >= db.At(s.db.Now()).AddDate(0, 0, -1).Format(time.DateOnly), "due_on", "pulse.err.past")
	if err := bad.Err(); err != nil {
		return Deed{}, err
	}
	err = s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		p, err := getPulse(ctx, tx, a.Company, d.Pulse)
		if err != nil {
			return err
		}
		if err := canSteer(a, p); err != nil {
			return err
		}
		if p.State != Closed {
			return errs.New(errs.Conflict, "pulse.err.not_closed")
		}
		if d.Item != "" && !slices.Contains(p.Items, d.Item) {
			return errs.Field("item", "err.unknown")
		}
		names, err := org.Names(ctx, tx, a.Company, d.Owner)
		if err != nil {
			return err
		}
		if len(names) == 0 {
			return errs.Field("owner", "err.unknown")
		}
		d.ID, d.PromisedBy, d.PromisedAt, d.Done, d.DoneAt = id.New[id.Deed](), a.Person, tx.Now, "", db.Time{}
		d.OwnerName = names[d.Owner]
		if _, err := tx.Exec(ctx, `
			INSERT INTO pulse_deed (company, id, pulse, item, heard, promise, owner, due_on, promised_by, promised_at, done)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`,
			tx.Company, d.ID, d.Pulse, d.Item, d.Heard, d.Promise, d.Owner, d.DueOn, d.PromisedBy, d.PromisedAt); err != nil {
			return err
		}
		if err := notify.Add(ctx, tx, []notify.Notice{{
			Person: d.Owner, Kind: toldDeed, Actor: a.Person, Subject: string(d.Pulse),
		}}); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "pulse.promised", Actor: a.Person, Subject: string(d.Pulse), Data: fact.Encode(deedFact{d.ID})})
		return nil
	})
	return d, err
}

type deedFact struct {
	Deed id.Deed `json:"deed"`
}

// Fulfil notes what was done of a promise.
func (s *Service) Fulfil(ctx context.Context, a authz.Actor, deed id.Deed, done string) error {
	done = strings.TrimSpace(done)
	bad := errs.Bad{}
	bad.Required("done", done)
	bad.Text("done", done, mostNote)
	if err := bad.Err(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		var d Deed
		err := tx.Row(ctx, d.dest(), deedQuery+` AND d.id = ?`, a.Company, deed)
		if errors.Is(err, db.ErrNotFound) {
			return errs.New(errs.NotFound, "pulse.err.no_deed")
		}
		if err != nil {
			return err
		}
		p, err := getPulse(ctx, tx, a.Company, d.Pulse)
		if err != nil {
			return err
		}
		if err := canFulfil(a, p, d.Owner); err != nil {
			return err
		}
		if !d.DoneAt.IsZero() {
			return errs.New(errs.Conflict, "pulse.err.done")
		}
		if _, err := tx.Exec(ctx, `UPDATE pulse_deed SET done = ?, done_at = ? WHERE company = ? AND id = ?`,
			done, tx.Now, a.Company, deed); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "pulse.fulfilled", Actor: a.Person, Subject: string(d.Pulse), Data: fact.Encode(deedFact{deed})})
		return nil
	})
}
