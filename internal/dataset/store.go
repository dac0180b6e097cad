package dataset

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

const (
	columns = `d.id, d.name, d.file, d.size, d.sha256, d.parts, d.state, d.version, d.done, d.problem, d.preview, d.mapping,
		d.cases, d.events, d.everybody, d.added_by, d.added_at, d.mapped_by, d.ready_at, COALESCE(p.name, '')`
	tables = `dataset d LEFT JOIN person p ON p.company = d.company AND p.id = d.added_by`
)

func (d *Dataset) dest() []any {
	return []any{
		&d.ID, &d.Name, &d.File, &d.Size, &d.SHA256, &d.Parts, &d.State, &d.Version, &d.Done,
		asJSON{&d.Problem},
		asJSON{&d.Preview},
		asJSON{&d.Mapping},
		&d.Cases, &d.Events, &d.Everybody, &d.AddedBy, &d.AddedAt, &d.MappedBy, &d.ReadyAt, &d.AddedName,
	}
}

// asJSON reads a JSON TEXT column; an empty one leaves what is there.
type asJSON struct{ to any }

// Scan satisfies [database/sql.Scanner].
func (j asJSON) Scan(v any) error {
	var s string
	switch x := v.(type) {
	case string:
		s = x
	case []byte:
		s = string(x)
	default:
		return fmt.Errorf("dataset: cannot read %T as text", v)
	}
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), j.to)
}

// UnmarshalJSON reads whole numbers as such, for the plurals of a sentence.
func (p *Problem) UnmarshalJSON(b []byte) error {
	type plain Problem
	if err := json.Unmarshal(b, (*plain)(p)); err != nil {
		return err
	}
	for k, v := range p.Args {
		if f, ok := v.(float64); ok && f == math.Trunc(f) {
			p.Args[k] = int(f)
		}
	}
	return nil
}

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func get(ctx context.Context, q db.Querier, c id.Company, d id.Dataset) (Dataset, error) {
	var out Dataset
	err := q.Row(ctx, out.dest(), `SELECT `+columns+` FROM `+tables+` WHERE d.company = ? AND d.id = ?`, c, d)
	if errors.Is(err, db.ErrNotFound) {
		return Dataset{}, errs.New(errs.NotFound, "dataset.err.not_found")
	}
	return out, err
}

// visible returns the datasets that a may see, the newest first.
func visible(ctx context.Context, q db.Querier, a authz.Actor) ([]Dataset, error) {
	return db.All(ctx, q, (*Dataset).dest, `
		SELECT `+columns+` FROM `+tables+` WHERE d.company = ? AND d.state <> 'arriving' AND (? OR d.everybody OR d.added_by = ?
			OR EXISTS (SELECT 1 FROM dataset_reader r WHERE r.company = d.company AND r.dataset = d.id AND r.person = ?))
		ORDER BY d.added_at DESC, d.id DESC LIMIT ?`, a.Company, a.Owner, a.Person, a.Person, mostList)
}

func readersOf(ctx context.Context, q db.Querier, c id.Company, d id.Dataset) ([]id.Person, error) {
	return db.Values[id.Person](ctx, q, `
		SELECT person FROM dataset_reader WHERE company = ? AND dataset = ? ORDER BY person LIMIT ?`, c, d, mostWords)
}

func insert(ctx context.Context, tx *db.Tx, d Dataset) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO dataset (company, id, name, file, size, sha256, parts, state, version, done, problem, preview, mapping,
			cases, events, everybody, added_by, added_at, mapped_by)
		VALUES (?, ?, ?, ?, 0, '', 0, ?, 0, 0, '', '', '', 0, 0, ?, ?, ?, '')`,
		tx.Company, d.ID, d.Name, d.File, d.State, false, d.AddedBy, tx.Now)
	return err
}

func insertPart(ctx context.Context, tx *db.Tx, d id.Dataset, part int, content []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO dataset_part (company, dataset, part, content) VALUES (?, ?, ?, ?)`, tx.Company, d, part, content)
	return err
}

// update writes d unless another mapping has come since it was read.
func update(ctx context.Context, tx *db.Tx, was int64, d Dataset) error {
	problem, err := "", error(nil)
	if d.Problem != nil {
		if problem, err = encode(d.Problem); err != nil {
			return err
		}
	}
	preview, err := encode(d.Preview)
	if err != nil {
		return err
	}
	mapping, err := encode(d.Mapping)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE dataset SET name = ?, size = ?, sha256 = ?, parts = ?, state = ?, version = ?, done = ?, problem = ?, preview = ?,
			mapping = ?, cases = ?, events = ?, everybody = ?, mapped_by = ?, ready_at = ?
		WHERE company = ? AND id = ? AND version = ?`,
		d.Name, d.Size, d.SHA256, d.Parts, d.State, d.Version, d.Done, problem, preview,
		mapping, d.Cases, d.Events, d.Everybody, d.MappedBy, d.ReadyAt, tx.Company, d.ID, was)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "dataset.err.meanwhile")
	}
	return err
}

func setDone(ctx context.Context, tx *db.Tx, d id.Dataset, version int64, done int) error {
	_, err := tx.Exec(ctx, `UPDATE dataset SET done = ? WHERE company = ? AND id = ? AND version = ?`, done, tx.Company, d, version)
	return err
}

func erase(ctx context.Context, tx *db.Tx, d id.Dataset) error {
	if err := eraseResults(ctx, tx, d); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM dataset_part WHERE company = ? AND dataset = ?`, tx.Company, d); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM dataset_reader WHERE company = ? AND dataset = ?`, tx.Company, d); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM dataset WHERE company = ? AND id = ?`, tx.Company, d)
	return err
}

func eraseResults(ctx context.Context, tx *db.Tx, d id.Dataset) error {
	if _, err := tx.Exec(ctx, `DELETE FROM dataset_result WHERE company = ? AND dataset = ?`, tx.Company, d); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM dataset_chain WHERE company = ? AND dataset = ?`, tx.Company, d)
	return err
}

// pack makes v small, and unpack reads it again.
func pack(v any) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(v); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func insertResult(ctx context.Context, tx *db.Tx, d id.Dataset, content []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO dataset_result (company, dataset, content) VALUES (?, ?, ?)`, tx.Company, d, content)
	return err
}

func insertChain(ctx context.Context, tx *db.Tx, d id.Dataset, dimension string, content []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO dataset_chain (company, dataset, dimension, content) VALUES (?, ?, ?, ?)`, tx.Company, d, dimension, content)
	return err
}

func resultOf(ctx context.Context, q db.Querier, c id.Company, d id.Dataset) ([]byte, error) {
	var b []byte
	if err := q.Row(ctx, []any{&b}, `SELECT content FROM dataset_result WHERE company = ? AND dataset = ?`, c, d); err != nil {
		return nil, err
	}
	return unpack(b)
}

func chainOf(ctx context.Context, q db.Querier, c id.Company, d id.Dataset, dimension string) (Chain, error) {
	var b []byte
	var out Chain
	err := q.Row(ctx, []any{&b}, `
		SELECT content FROM dataset_chain WHERE company = ? AND dataset = ? AND dimension = ?`, c, d, dimension)
	if err == nil {
		b, err = unpack(b)
	}
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	return out, err
}

// abandoned are files that stopped arriving a day ago.
func abandoned(ctx context.Context, q db.Querier, c id.Company, before db.Time) ([]id.Dataset, error) {
	return db.Values[id.Dataset](ctx, q, `
		SELECT id FROM dataset WHERE company = ? AND state = 'arriving' AND added_at < ? LIMIT ?`, c, before, mostList)
}

// file reads the parts of a dataset one after the other.
type file struct {
	ctx     context.Context //nolint:containedctx // io.Reader has none
	q       db.Querier
	company id.Company
	dataset id.Dataset
	parts   int

	part int
	rest []byte
}

func (f *file) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		if f.part == f.parts {
			return 0, io.EOF
		}
		if err := f.q.Row(f.ctx, []any{&f.rest}, `
			SELECT content FROM dataset_part WHERE company = ? AND dataset = ? AND part = ?`, f.company, f.dataset, f.part); err != nil {
			return 0, fmt.Errorf("read part %d: %w", f.part, err)
		}
		f.part++
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

const savedColumns = `id, name, content, saved_at`

func (s *Saved) dest() []any { return []any{&s.ID, &s.Name, asJSON{&s.Mapping}, &s.SavedAt} }

func savedOf(ctx context.Context, q db.Querier, c id.Company) ([]Saved, error) {
	return db.All(ctx, q, (*Saved).dest, `
		SELECT `+savedColumns+` FROM mapping WHERE company = ? ORDER BY folded, id LIMIT ?`, c, mostList)
}
