package db

import "context"

// MigrateTo brings the schema to where it was after a migration.
func (d *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := d.migrations(ctx)
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}
