// Package demo makes a living example company: a clothing workshop with six
// months behind it, where colleagues go on working while somebody looks round.
package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/setup"
)

// What the example is.
const (
	name     = "Confecciones La Aurora"
	country  = "MX"
	zone     = "America/Mexico_City"
	trade    = "taller"
	password = "demo-aurora-2026" // of the four users; the demo holds nothing of anybody
	seed     = 20260413
	months   = 6
)

// Company is the example company and who may enter it with one click.
type Company struct {
	ID    id.Company
	Name  string
	Lang  string
	Users []User
}

// User is somebody whom a visitor may be.
type User struct {
	Handle   string // "carmen": what the sign-in button sends
	Name     string
	Post     string // in the language of the company
	About    string // i18n key: what there is to see as this person
	Email    string
	Password string
	Person   id.Person // empty before the company is open
}

// User returns the one-click user with that handle.
func (c Company) User(handle string) (User, bool) {
	for _, u := range c.Users {
		if u.Handle == handle {
			return u, true
		}
	}
	return User{}, false
}

// Users lists the one-click users: the owner, a leader and two workers.
func Users(lang string) []User {
	posts := map[string]string{}
	for _, n := range plan(lang).Nodes {
		posts[n.Key] = n.Name
	}
	var out []User
	for _, m := range cast {
		if m.about != "" {
			out = append(out, User{
				Handle: m.handle, Name: m.name, Post: posts[m.on[0]], About: m.about, Email: m.email(), Password: password,
			})
		}
	}
	return out
}

// Open returns the example company of d, and makes it first where there is
// none. What was made half, because the program ended, is made whole.
func Open(ctx context.Context, d *db.DB, accounts *account.Service, lang string) (Company, error) {
	now := d.Now()
	c, err := find(ctx, d)
	if err != nil {
		return Company{}, err
	}
	if c.ID == 0 {
		if c, err = found(ctx, d, accounts, lang, now); err != nil {
			return Company{}, fmt.Errorf("found example company: %w", err)
		}
	}
	if err := hire(ctx, d, accounts, c, now); err != nil {
		return Company{}, fmt.Errorf("hire people of example company: %w", err)
	}
	h, err := load(ctx, d, c)
	if err != nil {
		return Company{}, err
	}
	if err := remember(ctx, d, h, now); err != nil {
		return Company{}, fmt.Errorf("write history of example company: %w", err)
	}
	if err := h.record(ctx, d, now); err != nil {
		return Company{}, fmt.Errorf("bring a log into example company: %w", err)
	}
	return h.open(), nil
}

// remember gives the company its agreements and its past, unless it has one.
func remember(ctx context.Context, d *db.DB, h *house, now time.Time) error {
	owner, err := h.actor(ctx, d, "carmen")
	if err != nil {
		return err
	}
	some, err := handoff.New(d).List(ctx, owner, handoff.Filter{Limit: 1})
	if err != nil || len(some.Rows) > 0 {
		return err
	}
	if err := h.agree(ctx, d, now); err != nil {
		return err
	}
	agreed, err := h.agreed(ctx, d, owner)
	if err != nil {
		return err
	}
	w := newHistorian(h, agreed, now)
	w.orders()
	w.errands()
	w.today()
	err = d.InTx(ctx, h.company.ID, func(tx *db.Tx) error { return handoff.New(d).Record(ctx, tx, w.pasts) })
	if err != nil {
		return err
	}
	if err := h.flow(ctx, d, owner); err != nil {
		return err
	}
	if err := h.ring(ctx, d); err != nil {
		return err
	}
	return h.absences(ctx, d, now)
}

// find returns the example company of an earlier run, or none.
func find(ctx context.Context, d *db.DB) (setting.Company, error) {
	all, err := setting.All(ctx, d)
	if err != nil {
		return setting.Company{}, err
	}
	for _, c := range all {
		people, err := org.LoadPeople(ctx, d, c.ID)
		if err != nil {
			return setting.Company{}, err
		}
		for _, p := range people {
			if p.Owner && p.Email == cast[0].email() {
				return c, nil
			}
		}
	}
	return setting.Company{}, nil
}

func found(ctx context.Context, d *db.DB, accounts *account.Service, lang string, now time.Time) (setting.Company, error) {
	boss := cast[0]
	r, err := setup.FoundWith(ctx, at(d, begins(now)), accounts, setup.Founding{
		Company: name, Lang: lang, Country: country, Zone: zone, Trade: trade,
		Name: boss.name, Email: boss.email(), Password: password,
	}, plan(lang))
	if err != nil {
		return setting.Company{}, err
	}
	return setting.Get(ctx, d, r.Company)
}

// begins is when the company was founded, at midnight there: its history goes
// back to then.
func begins(now time.Time) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC // a machine without zones shows everything in UTC anyway
	}
	t := now.In(loc)
	return time.Date(t.Year(), t.Month()-months, t.Day(), 0, 0, 0, 0, loc)
}

// at returns d with a clock that stands still, to write what happened then.
func at(d *db.DB, t time.Time) *db.DB {
	then := *d
	then.Now = func() time.Time { return t }
	return &then
}

// hire adds everybody but the owner, unless they are there.
func hire(ctx context.Context, d *db.DB, accounts *account.Service, c setting.Company, now time.Time) error {
	people, err := org.LoadPeople(ctx, d, c.ID)
	if err != nil || len(people) > 1 {
		return err
	}
	nodes, _, err := nodesOf(ctx, d, c.ID)
	if err != nil {
		return err
	}
	var team []org.Person
	entries := map[id.Person]account.Entry{}
	for _, m := range cast[1:] {
		p := org.Person{ID: id.New[id.Person](), Name: m.name, Email: m.email(), Lang: c.Lang, Active: true}
		for _, key := range m.on {
			p.Places = append(p.Places, org.Place{Node: nodes[key], Person: p.ID, Leads: key == m.leads})
		}
		entries[p.ID] = account.Locked(p.Email)
		if m.about != "" {
			if entries[p.ID], err = accounts.Prepare(ctx, p.Email, password, ""); err != nil {
				return err
			}
		}
		team = append(team, p)
	}
	return at(d, begins(now)).InTx(ctx, c.ID, func(tx *db.Tx) error {
		if err := org.AddPeople(ctx, tx, people[0].ID, team...); err != nil {
			return err
		}
		for _, p := range team {
			if err := account.Seat(ctx, tx, entries[p.ID], p.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h *house) actor(ctx context.Context, q db.Querier, handle string) (authz.Actor, error) {
	return org.Actor(ctx, q, h.company.ID, h.people[handle])
}
