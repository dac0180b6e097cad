// Package setup founds a company: its first owner, its working time, and what
// companies of its trade begin with.
package setup

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

// Founding is what somebody fills in to begin.
type Founding struct {
	Company  string // its name
	Lang     string
	Country  string // two letters, or empty: then no holidays
	Zone     string // IANA
	Trade    string // the code of a template, or empty
	Name     string // of the first owner
	Email    string
	Password string // a new one, or the one the address has here
	Address  string // the network address that asks
	First    bool   // only if there is no company yet: the page of the first visit
}

// Result is what was founded. The maps find what the template brought by its
// keys.
type Result struct {
	Company  id.Company
	Owner    id.Person
	Nodes    map[string]id.Node
	Services map[string]id.Service
}

const (
	usualAcceptDays = 5
	tries           = 5 // to get a number that nobody else takes meanwhile
)

// Empty reports whether there is no company yet.
func Empty(ctx context.Context, q db.Querier) (bool, error) {
	next, err := setting.Next(ctx, q)
	return next == 1, err
}

// Found founds a company with the template of its trade. Invalid names all bad
// fields at once; Conflict if it had to be the first and is not.
func Found(ctx context.Context, d *db.DB, accounts *account.Service, in Founding) (Result, error) {
	return FoundWith(ctx, d, accounts, in, Plan(in.Trade, in.Lang))
}

// FoundWith founds a company that begins with t, whatever its trade.
func FoundWith(ctx context.Context, d *db.DB, accounts *account.Service, in Founding, t Template) (Result, error) {
	in.clean()
	c, err := in.company(t)
	if err != nil {
		return Result{}, err
	}
	owner := org.Person{
		ID: id.New[id.Person](), Name: in.Name, Email: in.Email, Lang: in.Lang, Owner: true, Active: true,
	}
	entry, err := in.check(ctx, d, accounts, c, owner)
	if err != nil {
		return Result{}, err
	}
	for try := 1; ; try++ {
		number, err := setting.Next(ctx, d)
		if err != nil {
			return Result{}, err
		}
		if in.First && number > 1 {
			return Result{}, errs.New(errs.Conflict, "setup.err.founded")
		}
		out := Result{Company: number, Owner: owner.ID}
		err = d.InTx(ctx, number, func(tx *db.Tx) (err error) {
			if err := setting.Found(ctx, tx, c, owner.ID); err != nil {
				return err
			}
			out.Nodes, out.Services, err = t.write(ctx, tx, owner)
			if err != nil {
				return err
			}
			if err := t.writeShifts(ctx, tx, owner.ID, in, out.Nodes); err != nil {
				return err
			}
			return account.Seat(ctx, tx, entry, owner.ID)
		})
		if !errors.Is(err, db.ErrExists) || try == tries {
			return out, err
		}
	}
}

func (in *Founding) clean() {
	in.Company, in.Name = org.CleanName(in.Company), org.CleanName(in.Name)
	in.Email, in.Country = account.CleanEmail(in.Email), strings.ToUpper(strings.TrimSpace(in.Country))
	in.Zone = strings.TrimSpace(in.Zone)
}

// company returns the company that in describes, with its working time.
func (in Founding) company(t Template) (setting.Company, error) {
	text, err := in.hours(t.Week, t.Holidays)
	return setting.Company{
		Name: in.Company, Lang: in.Lang, Country: in.Country, Zone: in.Zone, Trade: in.Trade,
		Calendar: text, AcceptDays: usualAcceptDays,
	}, err
}

// hours returns a usual week in the zone of the company, with or without the
// holidays of its country.
func (in Founding) hours(week string, holidays bool) (json.RawMessage, error) {
	spec := calendar.Spec{Zone: in.Zone, Week: calendar.Week{}}
	for _, p := range calendar.Patterns() {
		if p.Code == week {
			spec.Week = p.Week
		}
	}
	for _, c := range calendar.Countries() {
		if holidays && c.Code == in.Country {
			spec.Exceptions = c.Holidays
		}
	}
	return json.Marshal(spec)
}

// check asks every domain what is wrong, and gathers the answers.
func (in Founding) check(
	ctx context.Context, d *db.DB, accounts *account.Service, c setting.Company, owner org.Person,
) (account.Entry, error) {
	bad := owner.Check()
	bad.Add(in.Trade == "" || slices.Contains(codes, in.Trade), "trade", "err.unknown")
	if err := gather(bad, setting.New(d).Check(c), map[string]string{"name": "company"}); err != nil {
		return account.Entry{}, err
	}
	entry, err := accounts.Prepare(ctx, in.Email, in.Password, in.Address)
	if err := gather(bad, err, nil); err != nil {
		return account.Entry{}, err
	}
	return entry, bad.Err()
}

// gather adds the fields of an Invalid error to bad, by the names that they
// have in our form, and returns any other error.
func gather(bad errs.Bad, err error, ours map[string]string) error {
	if err == nil || errs.KindOf(err) != errs.Invalid {
		return err
	}
	for f, key := range errs.FieldsOf(err) {
		if other, ok := ours[f]; ok {
			f = other
		}
		bad.Add(false, f, key)
	}
	return nil
}
