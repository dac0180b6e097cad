package cli

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setting"
)

const stamp = "20060102-150405" // of a moment, in the names of files

type backupCmd struct {
	To string `arg:"" optional:"" help:"cli.backup_to" placeholder:"FILE"`
	Storage
}

// Run satisfies kong.
func (c *backupCmd) Run(e env) error {
	d, end, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer end()
	if c.To == "" {
		ending := ".db"
		if d.Engine == db.Postgres {
			ending = ".dump"
		}
		c.To = fileName + "-" + d.Now().UTC().Format(stamp) + ending
	}
	if err := d.Backup(e.ctx, c.To); errors.Is(err, os.ErrExist) {
		return errs.With(errs.Conflict, "cli.err_file_there", errs.Args{"File": c.To})
	} else if err != nil {
		return err
	}
	info, err := os.Stat(c.To)
	if err != nil {
		return err
	}
	const mega = 1 << 20
	e.say("cli.backed_up", i18n.Args{"File": c.To, "Size": i18n.Number(e.ctx, float64(info.Size())/mega)})
	return nil
}

type restoreCmd struct {
	From  string `arg:"" help:"cli.restore_from" placeholder:"FILE"`
	Force bool   `help:"cli.restore_force"`
	Storage
}

// Run satisfies kong.
func (c *restoreCmd) Run(e env) (err error) {
	if _, err := os.Stat(c.From); err != nil {
		return err
	}
	dsn, restore := e.program.DSN(c.Storage), c.file
	if c.Database != "" {
		restore = c.server
	}
	if err := restore(e, dsn); err != nil {
		return err
	}
	d, end, err := e.begin(c.Storage)
	if err != nil {
		return err
	}
	defer end()
	if err := d.Check(e.ctx); err != nil {
		return err
	}
	e.say("cli.restored", i18n.Args{"File": c.From})
	return nil
}

// file puts a backup in the place of a data file. What is there is renamed,
// once it is sure that the backup is sound and that nobody writes there.
func (c *restoreCmd) file(e env, path string) error {
	if err := db.CheckFile(e.ctx, c.From); err != nil {
		return errs.With(errs.Invalid, "cli.err_broken", errs.Args{"File": c.From, "Cause": err.Error()})
	}
	aside := ""
	if there(path) {
		if !c.Force {
			return errs.With(errs.Conflict, "cli.err_data_there", errs.Args{"File": path})
		}
		if used, err := db.InUse(e.ctx, path); err == nil && used { // what cannot be opened is used by nobody
			return errs.With(errs.Conflict, "cli.err_in_use", errs.Args{"File": path})
		}
		aside = path + "." + time.Now().UTC().Format(stamp) + ".old"
		if err := move(path, aside); err != nil {
			return err
		}
		e.say("cli.set_aside", i18n.Args{"File": aside})
	}
	err := db.Restore(e.ctx, c.From, path)
	if err != nil && aside != "" {
		err = errors.Join(err, move(aside, path))
	}
	return err
}

// parts are the endings of the files that make up one SQLite database.
var parts = []string{"", "-wal", "-shm"}

func there(path string) bool {
	for _, part := range parts {
		if _, err := os.Stat(path + part); err == nil {
			return true
		}
	}
	return false
}

func move(from, to string) error {
	for _, part := range parts {
		if err := os.Rename(from+part, to+part); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("set the data aside: %w", err)
		}
	}
	return nil
}

// server puts a backup into a PostgreSQL database, which must be empty: on a
// server there is no file to set aside.
func (c *restoreCmd) server(e env, dsn string) error {
	d, err := db.Open(e.ctx, dsn)
	if err != nil {
		return err
	}
	_, err = setting.All(e.ctx, d) // fails where our tables are not
	if end := d.Close(); end != nil {
		return end
	}
	if err == nil {
		return errs.New(errs.Conflict, "cli.err_database_there")
	}
	return db.Restore(e.ctx, c.From, dsn)
}

type rebuildCmd struct{ Storage }

// Run satisfies kong.
func (c *rebuildCmd) Run(e env) error {
	d, end, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer end()
	companies, err := setting.All(e.ctx, d)
	if err != nil {
		return err
	}
	if len(companies) == 0 {
		return errs.New(errs.NotFound, "cli.err_no_company")
	}
	for _, x := range companies {
		for _, f := range e.program.Followers {
			if err := f.Rebuild(e.ctx, d, x.ID); err != nil {
				return err
			}
		}
		if _, err := handoff.New(d).RebuildLegs(e.ctx, x.ID); err != nil {
			return err
		}
		e.say("cli.rebuilt", i18n.Args{"Company": x.Name})
	}
	return nil
}
