package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Foreign is a SQLite file that somebody else made. It is only read, nothing
// that its schema defines is run, and its views are not seen.
type Foreign struct{ pool *sql.DB }

// OpenForeign opens the SQLite file at path, which must not change meanwhile.
func OpenForeign(ctx context.Context, path string) (*Foreign, error) {
	const query = "mode=ro&immutable=1&_pragma=query_only(on)&_pragma=trusted_schema(off)&_pragma=cell_size_check(on)&_pragma=cache_size(-8000)"
	p, err := openPool(sqliteFile(path, query))
	if err != nil {
		return nil, fmt.Errorf("open foreign database: %w", err)
	}
	p.SetMaxOpenConns(1)
	if err := p.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open foreign database: %w", err), p.Close())
	}
	return &Foreign{p}, nil
}

// Close closes the file.
func (f *Foreign) Close() error { return f.pool.Close() }

// Tables returns the columns of each table.
func (f *Foreign) Tables(ctx context.Context) (map[string][]string, error) {
	rows, err := f.pool.QueryContext(ctx, `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY m.name, c.cid`)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return nil, fmt.Errorf("list tables: %w", err)
		}
		out[table] = append(out[table], column)
	}
	return out, rows.Err()
}

// Each calls row for every row of a table, in the order of the file, with its
// columns as text; NULL is "". The slice is used again.
func (f *Foreign) Each(ctx context.Context, table string, columns []string, row func(values []string) error) error {
	list := make([]string, len(columns))
	for i, c := range columns {
		// As text, so that no time is guessed from how the column was declared.
		list[i] = "CAST(" + quoteName(c) + " AS TEXT)"
	}
	rows, err := f.pool.QueryContext(ctx, "SELECT "+strings.Join(list, ", ")+" FROM main."+quoteName(table))
	if err != nil {
		return fmt.Errorf("read table: %w", err)
	}
	defer rows.Close()
	cells, dest, values := make([]sql.NullString, len(columns)), make([]any, len(columns)), make([]string, len(columns))
	for i := range cells {
		dest[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("read table: %w", err)
		}
		for i, c := range cells {
			values[i] = c.String
		}
		if err := row(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
