package setting

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

// Calendar is a working time with a name, for nodes that do not work when the
// company does: the night shift, the branch in another zone.
type Calendar struct {
	ID      id.Calendar
	Name    string
	Spec    json.RawMessage // a calendar.Spec; its zone is its own
	Stamp   string          // another one after each change
	AddedAt db.Time
	Nodes   []id.Node // those that were given it by name
}

// mostCalendars is how many calendars with a name a company may have.
const mostCalendars = 100

func (c *Calendar) clean() { c.Name = strings.Join(strings.Fields(c.Name), " ") }

func (c Calendar) check(now db.Time) error {
	bad := errs.Bad{}
	bad.Required("name", c.Name)
	bad.Text("name", c.Name, mostName)
	return checkCalendar(bad, c.Spec, now)
}

// checkCalendar adds to bad what is wrong with a working time that somebody
// saves now, below the field "calendar".
func checkCalendar(bad errs.Bad, text json.RawMessage, now db.Time) error {
	spec, err := calendar.Parse(text)
	if err == nil {
		var cal *calendar.Calendar
		if cal, err = calendar.New(spec); err == nil {
			err = cal.Check(now.Time)
		}
	}
	if e, ok := errors.AsType[*calendar.Error](err); ok {
		for f, key := range e.Fields {
			bad.Add(false, "calendar."+f, key)
		}
	} else {
		bad.Add(err == nil, "calendar", "setting.err.calendar")
	}
	return bad.Err()
}

// Calendars lists the calendars with a name of the actor's company, by name,
// each with the nodes that have it.
func (s *Service) Calendars(ctx context.Context, a authz.Actor) ([]Calendar, error) {
	list, err := loadCalendars(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	given, err := loadAssigned(ctx, s.db, a.Company)
	for i := range list {
		for _, g := range given {
			if g.calendar == list[i].ID {
				list[i].Nodes = append(list[i].Nodes, g.node)
			}
		}
	}
	return list, err
}

// Calendar returns one of them, or NotFound.
func (s *Service) Calendar(ctx context.Context, a authz.Actor, c id.Calendar) (Calendar, error) {
	out, err := getCalendar(ctx, s.db, a.Company, c)
	if err != nil {
		return out, err
	}
	given, err := loadAssigned(ctx, s.db, a.Company)
	for _, g := range given {
		if g.calendar == c {
			out.Nodes = append(out.Nodes, g.node)
		}
	}
	return out, err
}

// Given returns the calendars that nodes of the actor's company were given by
// name; the others work as the node above them does.
func (s *Service) Given(ctx context.Context, a authz.Actor) (map[id.Node]id.Calendar, error) {
	given, err := loadAssigned(ctx, s.db, a.Company)
	out := make(map[id.Node]id.Calendar, len(given))
	for _, g := range given {
		out[g.node] = g.calendar
	}
	return out, err
}

// Hours returns when a node works, and where that comes from, or NotFound.
func (s *Service) Hours(ctx context.Context, a authz.Actor, n id.Node) (Hours, error) {
	if err := nodeExists(ctx, s.db, a.Company, n); err != nil {
		return Hours{}, err
	}
	return HoursOf(ctx, s.db, a.Company, n)
}

// AddCalendar adds a calendar with a name; only an owner may.
func (s *Service) AddCalendar(ctx context.Context, a authz.Actor, c Calendar) (Calendar, error) {
	c.clean()
	if err := c.check(db.At(s.db.Now())); err != nil {
		return Calendar{}, err
	}
	if err := a.MustOwn(); err != nil {
		return Calendar{}, err
	}
	c.ID, c.Nodes = id.New[id.Calendar](), nil
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		c.AddedAt = tx.Now
		return AddCalendars(ctx, tx, a.Person, c)
	})
	if err != nil {
		return Calendar{}, err
	}
	return s.Calendar(ctx, a, c.ID)
}

// AddCalendars writes checked calendars inside the caller's transaction.
func AddCalendars(ctx context.Context, tx *db.Tx, by id.Person, calendars ...Calendar) error {
	for _, c := range calendars {
		have, err := countCalendars(ctx, tx, tx.Company)
		if err != nil {
			return err
		}
		if have >= mostCalendars {
			return errs.New(errs.Conflict, "setting.err.many_calendars")
		}
		c.Stamp = id.New[string]()
		if err := insertCalendar(ctx, tx, c); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "calendar.added", Actor: by, Subject: string(c.ID)})
	}
	return nil
}

// ChangeCalendar changes the name and the hours of a calendar; only an owner
// may. Conflict if somebody changed it since c.Stamp; an empty one asks for no
// such care.
func (s *Service) ChangeCalendar(ctx context.Context, a authz.Actor, c Calendar) (Calendar, error) {
	c.clean()
	if err := c.check(db.At(s.db.Now())); err != nil {
		return Calendar{}, err
	}
	if err := a.MustOwn(); err != nil {
		return Calendar{}, err
	}
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := getCalendar(ctx, tx, a.Company, c.ID)
		if err != nil {
			return err
		}
		if c.Stamp != "" && c.Stamp != was.Stamp {
			return errs.New(errs.Conflict, "err.changed_meanwhile")
		}
		c.Stamp = id.New[string]()
		if err := updateCalendar(ctx, tx, c); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "calendar.changed", Actor: a.Person, Subject: string(c.ID)})
		return nil
	})
	if err != nil {
		return Calendar{}, err
	}
	return s.Calendar(ctx, a, c.ID)
}

// RemoveCalendar takes a calendar away; only an owner may. Conflict, with the
// names of those who work by it, while any node has it.
func (s *Service) RemoveCalendar(ctx context.Context, a authz.Actor, c id.Calendar) error {
	if err := a.MustOwn(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if _, err := getCalendar(ctx, tx, a.Company, c); err != nil {
			return err
		}
		used, err := nodesWith(ctx, tx, c)
		if err != nil {
			return err
		}
		if len(used) > 0 {
			return errs.With(errs.Conflict, "setting.err.calendar_used", errs.Args{"Nodes": strings.Join(used, ", ")})
		}
		if err := deleteCalendar(ctx, tx, c); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "calendar.removed", Actor: a.Person, Subject: string(c)})
		return nil
	})
}

// Assigned is the payload of calendar.assigned, whose subject is the node.
type Assigned struct {
	Calendar id.Calendar `json:"calendar,omitempty"` // empty: that of above
}

// Assign gives a node, and what is below it, a calendar, or with an empty one
// gives back that of the node above or of the company. Its leader may.
func (s *Service) Assign(ctx context.Context, a authz.Actor, n id.Node, c id.Calendar) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if err := nodeExists(ctx, tx, a.Company, n); err != nil {
			return err
		}
		if err := a.MustLead(n); err != nil {
			return err
		}
		return AssignCalendar(ctx, tx, a.Person, n, c)
	})
}

// AssignCalendar is Assign inside the caller's transaction, who has authorised
// it. It writes nothing if the node has the calendar already.
func AssignCalendar(ctx context.Context, tx *db.Tx, by id.Person, n id.Node, c id.Calendar) error {
	if c != "" {
		if _, err := getCalendar(ctx, tx, tx.Company, c); errs.KindOf(err) == errs.NotFound {
			return errs.Field("calendar", "setting.err.no_calendar")
		} else if err != nil {
			return err
		}
	}
	changed, err := assign(ctx, tx, n, c)
	if err != nil || !changed {
		return err
	}
	fact.Record(tx, fact.Fact{
		Kind: "calendar.assigned", Actor: by, Subject: string(n), Data: fact.Encode(Assigned{Calendar: c}),
	})
	return nil
}
