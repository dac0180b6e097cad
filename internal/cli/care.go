package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setting"
)

type backupCmd struct {
	Storage
	To string `arg:"" optional:"" help:"${cli_backup_to}" placeholder:"FILE"`
}

// Run satisfies kong.
func (c *backupCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	if c.To == "" {
		end := ".db"
		if d.Engine == db.Postgres {
			end = ".dump"
		}
		c.To = "eslabon-" + d.Now().UTC().Format("20060102-150405") + end
	}
	if err := d.Backup(e.ctx, c.To); err != nil {
		return err
	}
	info, err := os.Stat(c.To)
	if err != nil {
		return err
	}
	const mega = 1 << 20
	e.say("cli.backed_up", i18n.Args{"File": c.To, "Size": fmt.Sprintf("%.1f", float64(info.Size())/mega)})
	return nil
}

type restoreCmd struct {
	Storage
	From  string `arg:"" help:"${cli_restore_from}" placeholder:"FILE"`
	Force bool   `help:"${cli_restore_force}"`
}

// Run satisfies kong.
func (c *restoreCmd) Run(e env) error {
	dsn := e.program.DSN(c.Storage)
	if c.Database == "" && c.Force {
		if err := setAside(dsn, time.Now()); err != nil {
			return err
		}
	}
	if err := db.Restore(e.ctx, c.From, dsn); err != nil {
		return err
	}
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	if err := d.Check(e.ctx); err != nil {
		return err
	}
	e.say("cli.restored", i18n.Args{"File": c.From})
	return nil
}

// setAside renames the data file that a restore would replace: nothing is
// deleted by us.
func setAside(path string, now time.Time) error {
	for _, end := range []string{"", "-wal", "-shm"} {
		err := os.Rename(path+end, path+"."+now.UTC().Format("20060102-150405")+".old"+end)
		if err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("set the data aside: %w", err)
		}
	}
	return nil
}

type doctorCmd struct{ Storage }

// Run satisfies kong. It looks, and changes nothing but the tables that an
// upgrade changes.
func (c *doctorCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	sick := false
	report := func(key string, err error) {
		mark := "ok  "
		if err != nil {
			mark, sick = "!!  ", true
		}
		fmt.Fprintln(e.out, mark+i18n.T(e.ctx, key))
		if err != nil {
			fmt.Fprintln(e.out, "    "+sentence(e.ctx, err))
		}
	}
	report("cli.doctor_sound", d.Check(e.ctx))
	companies, err := setting.All(e.ctx, d)
	report("cli.doctor_companies", err)
	report("cli.doctor_log", eachCompany(companies, func(x setting.Company) error { return gapless(e.ctx, d, x) }))
	if d.Engine == db.SQLite {
		report("cli.doctor_folder", writable(filepath.Dir(e.program.DSN(c.Storage))))
	}
	if sick {
		return errs.New(errs.Conflict, "cli.doctor_sick")
	}
	return nil
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

type rebuildCmd struct{ Storage }

// Run satisfies kong.
func (c *rebuildCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	companies, err := setting.All(e.ctx, d)
	if err != nil {
		return err
	}
	for _, x := range companies {
		for _, f := range e.program.Followers {
			if err := f.Rebuild(e.ctx, d, x.ID); err != nil {
				return err
			}
		}
		e.say("cli.rebuilt", i18n.Args{"Company": x.Name})
	}
	return nil
}
