package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Backup writes a copy of the whole database to a new file, while others go on
// writing. The copy counts only once it was opened and checked; until then it
// has another name. On PostgreSQL it is a dump in the custom format of pg_dump.
func (d *DB) Backup(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("back up to %s: %w", path, os.ErrExist)
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("back up: %w", err)
	}
	if d.Engine == Postgres {
		if err := run(ctx, "pg_dump", "--format=custom", "--no-owner", "--file="+part, d.dsn); err != nil {
			return err
		}
		if err := run(ctx, "pg_restore", "--list", part); err != nil {
			return err
		}
	} else {
		if _, err := d.writer.ExecContext(ctx, `VACUUM INTO ?`, part); err != nil {
			return fmt.Errorf("back up: %w", err)
		}
		if err := CheckFile(ctx, part); err != nil {
			return err
		}
	}
	if err := settle(part); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return os.Rename(part, path)
}

// Restore puts a backup in the place of the database that dsn names. What is
// there must be empty, or moved away by the caller; nobody may have it open.
func Restore(ctx context.Context, backup, dsn string) error {
	if isPostgres(dsn) {
		return run(ctx, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname="+dsn, backup)
	}
	if err := CheckFile(ctx, backup); err != nil {
		return err
	}
	if _, err := os.Stat(dsn); err == nil {
		return fmt.Errorf("restore to %s: %w", dsn, os.ErrExist)
	}
	part := dsn + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("restore: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(dsn), 0o700); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := copyFile(backup, part); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := CheckFile(ctx, part); err != nil {
		return err
	}
	return os.Rename(part, dsn)
}

// Check says what is wrong with the database, or nothing.
func (d *DB) Check(ctx context.Context) error {
	if d.Engine == Postgres {
		return d.Ping(ctx) // the server keeps its own files
	}
	return check(ctx, d.readers)
}

// CheckFile says what is wrong with a SQLite file, or nothing.
func CheckFile(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	p, err := openPool(sqliteFile(path, "mode=ro&_pragma=query_only(on)"))
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer p.Close()
	if err := check(ctx, p); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func check(ctx context.Context, p *sql.DB) error {
	var said string
	if err := p.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&said); err != nil {
		return fmt.Errorf("not a sound database: %w", err)
	}
	if said != "ok" {
		return fmt.Errorf("not a sound database: %s", said)
	}
	rows, err := p.QueryContext(ctx, `PRAGMA foreign_key_check`)
	if err != nil {
		return fmt.Errorf("check references: %w", err)
	}
	defer rows.Close()
	if rows.Next() {
		return errors.New("not a sound database: a reference leads nowhere")
	}
	return rows.Err()
}

func run(ctx context.Context, program string, args ...string) error {
	out, err := exec.CommandContext(ctx, program, args...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s is not installed: it comes with the client programs of PostgreSQL", program)
	}
	if err != nil && program == "pg_restore" && args[0] == "--list" {
		return fmt.Errorf("the dump cannot be read back: %w", err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, out)
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// settle makes a file outlive a power cut.
func settle(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
