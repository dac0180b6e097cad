package dataset

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/sheet"
)

// mostZip and mostDatabase are how many bytes of a packed file, and of a
// database, are taken: both are needed as a whole.
const (
	mostZip      = 256 << 20
	mostDatabase = 4 << 30
)

// ReadLog reads a log from a file of any kind: those of package load, sheets,
// and OCEL in SQLite. Its errors are *load.Error, *errs.Error for a sheet, or
// those of ctx.
func ReadLog(ctx context.Context, r io.Reader, o load.Options) (*chain.Log, *load.Report, error) {
	in := bufio.NewReader(r)
	head, err := in.Peek(16)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, &load.Error{Code: "read", File: o.Name, Err: err}
	}
	switch {
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		path, err := spool(in, mostDatabase)
		if err != nil {
			return nil, nil, spoilt(err, o)
		}
		defer os.Remove(path)
		return readSQLite(ctx, path, o)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		b, err := io.ReadAll(io.LimitReader(in, mostZip+1))
		if err != nil {
			return nil, nil, spoilt(err, o)
		}
		log, rep, err := load.Open(ctx, bytes.NewReader(b), o)
		if e, ok := errors.AsType[*load.Error](err); ok && e.Code == "sheet_apart" {
			return readSheet(ctx, b, o)
		}
		return log, rep, err
	}
	return load.Open(ctx, in, o)
}

// spoilt is an error of reading the file, with its name.
func spoilt(err error, o load.Options) error {
	if e, ok := errors.AsType[*load.Error](err); ok {
		e.File = o.Name
		return e
	}
	return &load.Error{Code: "read", File: o.Name, Err: err}
}

// spool writes what is read to a file of its own.
func spool(r io.Reader, most int64) (path string, err error) {
	f, err := os.CreateTemp("", "eslabon-*.sqlite")
	if err != nil {
		return "", fmt.Errorf("spool: %w", err)
	}
	n, err := io.Copy(f, io.LimitReader(r, most+1))
	if err == nil && n > most {
		err = &load.Error{Code: "too_large", Args: map[string]any{"Most": most}}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// readSheet reads the first sheet of a workbook as a table.
func readSheet(ctx context.Context, b []byte, o load.Options) (*chain.Log, *load.Report, error) {
	table, err := sheet.Read(bytes.NewReader(b))
	if err != nil {
		return nil, nil, err
	}
	t := load.NewTable(load.Sheet, table.Head, o)
	for i, r := range table.Rows {
		if err := t.Row(int64(r.Number), r.Cells); err != nil {
			return nil, nil, err
		}
		if i%1000 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
	}
	return t.Finish()
}
