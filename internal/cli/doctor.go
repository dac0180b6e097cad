package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/setting"
)

type doctorCmd struct{ Storage }

// Run satisfies kong. It looks, and changes nothing but the tables that an
// upgrade changes.
func (c *doctorCmd) Run(e env) error {
	d, end, err := e.open(c.Storage)
	if errs.KindOf(err) == errs.NotFound {
		return err
	}
	v := visit{env: e}
	v.report("opens", err)
	if err == nil {
		defer end()
		v.look(d, c.Storage)
	}
	if v.sick {
		return errs.New(errs.Conflict, "cli.doctor_sick")
	}
	return nil
}

// visit remembers whether anything was wrong.
type visit struct {
	env
	sick bool
}

// report says what was found: each finding has a sentence for good and one for
// bad.
func (v *visit) report(what string, err error) {
	if err == nil {
		fmt.Fprintln(v.out, "ok  "+i18n.T(v.ctx, "cli.doctor."+what))
		return
	}
	v.sick = true
	fmt.Fprintln(v.out, "!!  "+i18n.T(v.ctx, "cli.doctor_not."+what))
	fmt.Fprintln(v.out, "    "+strings.ReplaceAll(sentence(v.ctx, err), "\n", "\n    "))
}

func (v *visit) look(d *db.DB, s Storage) {
	v.report("sound", d.Check(v.ctx))
	companies, err := setting.All(v.ctx, d)
	v.report("companies", err)
	v.report("log", eachCompany(companies, func(c setting.Company) error { return gapless(v.ctx, d, c) }))
	v.report("owners", eachCompany(companies, func(c setting.Company) error {
		_, err := operator(v.ctx, d, c.ID)
		return err
	}))
	v.report("hours", eachCompany(companies, func(c setting.Company) error {
		_, err := setting.WorkingTime(v.ctx, d, c.ID)
		return err
	}))
	v.report("clocks", eachCompany(companies, func(c setting.Company) error { return handoff.New(d).CheckLegs(v.ctx, c.ID) }))
	v.mails(d, companies)
	if d.Engine == db.SQLite {
		v.report("folder", writable(filepath.Dir(v.program.DSN(s))))
	}
}

// mails says when the last mail of notices left, what waits, and whether some
// did not leave.
func (v *visit) mails(d *db.DB, companies []setting.Company) {
	var last time.Time
	waiting := 0
	v.report("mail", eachCompany(companies, func(c setting.Company) error {
		h, err := notify.HealthOf(v.ctx, d, c.ID, d.Now())
		if err != nil {
			return err
		}
		if waiting += h.Waiting; h.LastSent.After(last) {
			last = h.LastSent.Time
		}
		if n := h.Failed + h.Unsure; n > 0 {
			return errs.With(errs.Conflict, "cli.doctor_mail_left", errs.Args{"N": n})
		}
		return nil
	}))
	if !last.IsZero() || waiting > 0 {
		when := i18n.T(v.ctx, "mails.never")
		if !last.IsZero() {
			when = i18n.T(v.ctx, "mails.last", i18n.Args{"When": i18n.Time(v.ctx, last)})
		}
		fmt.Fprintln(v.out, "    "+when+" "+i18n.T(v.ctx, "cli.doctor_mail_waits", i18n.Args{"N": waiting}))
	}
}

func eachCompany(all []setting.Company, fn func(setting.Company) error) error {
	for _, c := range all {
		if err := fn(c); err != nil {
			return fmt.Errorf("%d %s: %w", c.ID, c.Name, err)
		}
	}
	return nil
}

// gapless reads the whole log of a company: 1, 2, 3… up to its head.
func gapless(ctx context.Context, d *db.DB, c setting.Company) error {
	head, err := fact.Head(ctx, d, c.ID)
	if err != nil {
		return err
	}
	const batch = 5000
	var seq int64
	for seq < head {
		facts, err := fact.After(ctx, d, c.ID, seq, batch)
		if err != nil {
			return err
		}
		for _, f := range facts {
			if seq++; f.Seq != seq {
				return fmt.Errorf("fact %d is missing in the log", seq)
			}
		}
		if len(facts) == 0 {
			return fmt.Errorf("the log ends at %d and should end at %d", seq, head)
		}
	}
	return nil
}

func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove(f.Name())
}
