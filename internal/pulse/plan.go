package pulse

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
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

// Plan launches a pulse every so many weeks, to everybody, with a few
// questions of a template, which take turns.
type Plan struct {
	ID        id.PulsePlan
	Title     string
	Template  string
	Weeks     int // between two: 1 … 52
	Questions int // of each: 1 … 5
	OpenDays  int // 1 … 31
	NextOn    string
	Turn      int // the question of the template with which the next begins
	Active    bool
	SetBy     id.Person
}

func (p *Plan) dest() []any {
	return []any{&p.ID, &p.Title, &p.Template, &p.Weeks, &p.Questions, &p.OpenDays, &p.NextOn, &p.Turn, &p.Active, &p.SetBy}
}

const (
	planColumns = `id, title, template, weeks, questions, open_days, next_on, turn, active, set_by`
	mostWeeks   = 52
)

func (p Plan) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("title", p.Title)
	bad.Text("title", p.Title, mostTitle)
	bad.Add(len(itemsOf(p.Template)) > 0 && p.Template != "served", "template", "err.unknown")
	bad.Add(p.Weeks >= 1 && p.Weeks <= mostWeeks, "weeks", "pulse.err.weeks")
	bad.Add(p.Questions >= 1 && p.Questions <= mostItems, "questions", "pulse.err.most_items")
	bad.Add(p.OpenDays >= 1 && p.OpenDays <= mostDays, "open_days", "pulse.err.days")
	_, err := time.Parse(time.DateOnly, p.NextOn)
	bad.Add(err == nil, "next_on", "err.required")
	return bad
}

func itemsOf(template string) []string {
	i := slices.IndexFunc(Templates, func(t Template) bool { return t.Name == template })
	if i < 0 {
		return nil
	}
	return Templates[i].Items
}

// turn returns the questions of the next pulse.
func (p Plan) turn() []string {
	all := itemsOf(p.Template)
	out := make([]string, 0, p.Questions)
	for i := range min(p.Questions, len(all)) {
		out = append(out, all[(p.Turn+i)%len(all)])
	}
	return out
}

// Plans lists the plans of the actor's company.
func (s *Service) Plans(ctx context.Context, a authz.Actor) ([]Plan, error) {
	return db.All(ctx, s.db, (*Plan).dest, `SELECT `+planColumns+` FROM pulse_plan WHERE company = ? ORDER BY id LIMIT 100`, a.Company)
}

// SetPlan adds a plan, or changes the one with its id; only an owner may.
func (s *Service) SetPlan(ctx context.Context, a authz.Actor, p Plan) (Plan, error) {
	p.Title = strings.TrimSpace(p.Title)
	if err := p.check().Err(); err != nil {
		return Plan{}, err
	}
	if err := a.MustOwn(); err != nil {
		return Plan{}, err
	}
	p.SetBy = a.Person
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if p.ID == "" {
			p.ID, p.Turn = id.New[id.PulsePlan](), 0
			if _, err := tx.Exec(ctx, `
				INSERT INTO pulse_plan (company, `+planColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				tx.Company, p.ID, p.Title, p.Template, p.Weeks, p.Questions, p.OpenDays, p.NextOn, p.Turn, p.Active, p.SetBy); err != nil {
				return err
			}
		} else {
			n, err := tx.Exec(ctx, `
				UPDATE pulse_plan SET title = ?, template = ?, weeks = ?, questions = ?, open_days = ?, next_on = ?, active = ?, set_by = ?
				WHERE company = ? AND id = ?`,
				p.Title, p.Template, p.Weeks, p.Questions, p.OpenDays, p.NextOn, p.Active, p.SetBy, tx.Company, p.ID)
			if err != nil {
				return err
			}
			if n == 0 {
				return errs.New(errs.NotFound, "pulse.err.no_plan")
			}
		}
		fact.Record(tx, fact.Fact{Kind: "pulse.planned", Actor: a.Person, Subject: string(p.ID)})
		return nil
	})
	return p, err
}

// launchPlanned launches what is due today in company c, once: the day of the
// next is moved before the launch, so a launch that fails is not tried again
// every few minutes, and two processes do not launch twice.
func (s *Service) launchPlanned(ctx context.Context, c setting.Company) error {
	today := s.db.Now().In(c.Location()).Format(time.DateOnly)
	due, err := db.All(ctx, s.db, (*Plan).dest, `
		SELECT `+planColumns+` FROM pulse_plan WHERE company = ? AND active AND next_on <= ? ORDER BY id LIMIT 100`, c.ID, today)
	if err != nil {
		return err
	}
	for _, p := range due {
		moved, err := s.moveOn(ctx, c.ID, p, today)
		if err != nil {
			return err
		}
		if !moved {
			continue
		}
		by, err := org.Actor(ctx, s.db, c.ID, p.SetBy)
		if err != nil || !by.Owner {
			continue // who set it is gone, or owns the company no more
		}
		_, _, err = s.Launch(ctx, by, Launch{Title: p.Title, Items: p.turn(), Days: p.OpenDays})
		if err != nil && errs.KindOf(err) != errs.Conflict {
			return err
		}
	}
	return nil
}

func (s *Service) moveOn(ctx context.Context, c id.Company, p Plan, today string) (moved bool, err error) {
	next, err := time.Parse(time.DateOnly, p.NextOn)
	if err != nil {
		return false, err
	}
	for next.Format(time.DateOnly) <= today {
		next = next.AddDate(0, 0, 7*p.Weeks)
	}
	turn := p.Turn
	if n := len(itemsOf(p.Template)); n > 0 {
		turn = (p.Turn + p.Questions) % n
	}
	err = s.db.InTx(ctx, c, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE pulse_plan SET next_on = ?, turn = ? WHERE company = ? AND id = ? AND next_on = ?`,
			next.Format(time.DateOnly), turn, c, p.ID, p.NextOn)
		moved = n == 1
		return err
	})
	return moved, err
}
