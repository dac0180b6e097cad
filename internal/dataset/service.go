package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/setting"
)

// Service holds the use cases. The web, the API and the CLI call the same ones.
type Service struct {
	db   *db.DB
	logs *shelf
}

// New returns the use cases over d.
func New(d *db.DB) *Service { return &Service{d, &shelf{}} }

// Upload is a file that somebody brings in.
type Upload struct {
	Name    string // what people will call it; the name of the file if empty
	File    string
	Content io.Reader
	Mapping *Mapping // if it is known already: no question is asked
}

// partBytes is how much of a file is stored at once.
const partBytes = 1 << 20

// Upload stores a file, and has it looked at. Invalid if it is empty or of no
// kind that can be a log; TooLarge above MostMB.
func (s *Service) Upload(ctx context.Context, a authz.Actor, in Upload) (Dataset, error) {
	in.File = cleanFile(in.File)
	if in.Name = strings.TrimSpace(in.Name); in.Name == "" {
		in.Name = in.File
	}
	bad := errs.Bad{}
	if in.Mapping != nil {
		in.Mapping.clean()
		bad = in.Mapping.check()
	}
	bad.Text("name", in.Name, mostName)
	if err := canAdd(a); err != nil {
		return Dataset{}, err
	}
	first := make([]byte, partBytes)
	n, err := io.ReadFull(in.Content, first)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Dataset{}, err
	}
	first = first[:n]
	bad.Add(n > 0, "file", "dataset.err.empty")
	bad.Add(n == 0 || readable(first), "file", "dataset.err.type")
	if err := bad.Err(); err != nil {
		return Dataset{}, err
	}
	d := Dataset{ID: id.New[id.Dataset](), Name: in.Name, File: in.File, State: Arriving, AddedBy: a.Person, AddedName: a.Name, Mine: true}
	if err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error { return insert(ctx, tx, d) }); err != nil {
		return Dataset{}, err
	}
	if err := s.store(ctx, a, &d, io.MultiReader(bytes.NewReader(first), in.Content)); err != nil {
		return Dataset{}, errors.Join(err, s.db.InTx(context.WithoutCancel(ctx), a.Company, func(tx *db.Tx) error { return erase(ctx, tx, d.ID) }))
	}
	return d, s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		d.State, d.AddedAt = Waiting, tx.Now
		var work job.Args = look{a.Company, d.ID}
		if in.Mapping != nil {
			d.State, d.Version, d.Mapping, d.MappedBy = Queued, 1, *in.Mapping, a.Person
			work = analyse{a.Company, d.ID, 1}
		}
		if err := update(ctx, tx, 0, d); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, work); err != nil {
			return err
		}
		record(tx, a, "dataset.uploaded", d, map[string]any{"bytes": d.Size})
		return nil
	})
}

// store writes the parts of a file.
func (s *Service) store(ctx context.Context, a authz.Actor, d *Dataset, from io.Reader) error {
	sum, buf := sha256.New(), make([]byte, partBytes)
	for {
		n, err := io.ReadFull(from, buf)
		if n > 0 {
			if d.Size += int64(n); d.Size > mostBytes {
				return errs.With(errs.TooLarge, "dataset.err.too_large", errs.Args{"Most": MostMB})
			}
			sum.Write(buf[:n]) // a hash takes everything
			if err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error { return insertPart(ctx, tx, d.ID, d.Parts, buf[:n]) }); err != nil {
				return err
			}
			d.Parts++
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			d.SHA256 = hex.EncodeToString(sum.Sum(nil))
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// cleanFile keeps the last part of a name, without what a header would stumble
// over.
func cleanFile(s string) string {
	s = path.Base(strings.ReplaceAll(s, "\\", "/"))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`"<>:|?*/`, r) || r == unicode.ReplacementChar {
			return '_'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > mostName {
		s = string(r[len(r)-mostName:])
	}
	if s == "." || s == "" || s == "_" {
		return "log"
	}
	return s
}

// record notes what happened to a dataset.
func record(tx *db.Tx, a authz.Actor, kind string, d Dataset, data any) {
	f := fact.Fact{Kind: kind, Actor: a.Person, Subject: string(d.ID)}
	if data != nil {
		f.Data = fact.Encode(data)
	}
	fact.Record(tx, f)
}

// List returns the datasets that the actor may see, the newest first.
func (s *Service) List(ctx context.Context, a authz.Actor) ([]Dataset, error) {
	list, err := visible(ctx, s.db, a)
	for i := range list {
		list[i].Mine = canChange(a, list[i]) == nil
	}
	return list, err
}

// Get returns a dataset, or NotFound.
func (s *Service) Get(ctx context.Context, a authz.Actor, d id.Dataset) (Dataset, error) {
	return see(ctx, s.db, a, d)
}

func see(ctx context.Context, q db.Querier, a authz.Actor, d id.Dataset) (Dataset, error) {
	v, err := get(ctx, q, a.Company, d)
	if err != nil {
		return Dataset{}, err
	}
	readers, err := readersOf(ctx, q, a.Company, d)
	if err != nil {
		return Dataset{}, err
	}
	v.Mine = canChange(a, v) == nil
	return v, canSee(a, v, slices.Contains(readers, a.Person))
}

// Map says what the columns mean, and has the log analysed.
func (s *Service) Map(ctx context.Context, a authz.Actor, d id.Dataset, m Mapping) (Dataset, error) {
	m.clean()
	if err := m.check().Err(); err != nil {
		return Dataset{}, err
	}
	var v Dataset
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		if v, err = see(ctx, tx, a, d); err != nil {
			return err
		}
		if err := canChange(a, v); err != nil {
			return err
		}
		if !v.State.may(Queued) {
			return errs.New(errs.Conflict, "dataset.err.not_yet")
		}
		was := v.Version
		v.State, v.Mapping, v.MappedBy, v.Done, v.Problem = Queued, m, a.Person, 0, nil
		v.Version++
		if err := update(ctx, tx, was, v); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, analyse{a.Company, d, v.Version}); err != nil {
			return err
		}
		record(tx, a, "dataset.mapped", v, nil)
		return nil
	})
	return v, err
}

// Share says who else may see a dataset: everybody of the company, or some.
func (s *Service) Share(ctx context.Context, a authz.Actor, d id.Dataset, everybody bool, people []id.Person) error {
	bad := errs.Bad{}
	bad.Add(len(people) <= mostWords, "people", "err.too_long")
	for _, p := range people {
		bad.Add(id.Valid(p), "people", "err.unknown")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		v, err := see(ctx, tx, a, d)
		if err != nil {
			return err
		}
		if err := canChange(a, v); err != nil {
			return err
		}
		v.Everybody = everybody
		if err := update(ctx, tx, v.Version, v); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM dataset_reader WHERE company = ? AND dataset = ?`, tx.Company, d); err != nil {
			return err
		}
		slices.Sort(people)
		for _, p := range slices.Compact(people) {
			_, err := tx.Exec(ctx, `INSERT INTO dataset_reader (company, dataset, person) VALUES (?, ?, ?)`, tx.Company, d, p)
			if errors.Is(err, db.ErrMissing) {
				return errs.Field("people", "err.unknown")
			}
			if err != nil {
				return err
			}
		}
		record(tx, a, "dataset.shared", v, map[string]any{"everybody": everybody, "people": people})
		return nil
	})
}

// Readers returns the people who may see a dataset besides who brought it in.
func (s *Service) Readers(ctx context.Context, a authz.Actor, d id.Dataset) ([]id.Person, error) {
	if _, err := see(ctx, s.db, a, d); err != nil {
		return nil, err
	}
	return readersOf(ctx, s.db, a.Company, d)
}

// Remove takes a dataset away, with its file and all that was found in it.
func (s *Service) Remove(ctx context.Context, a authz.Actor, d id.Dataset) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		v, err := see(ctx, tx, a, d)
		if err != nil {
			return err
		}
		if err := canChange(a, v); err != nil {
			return err
		}
		if err := erase(ctx, tx, d); err != nil {
			return err
		}
		record(tx, a, "dataset.removed", v, nil)
		return nil
	})
}

// Content returns a dataset and its file, as it came.
func (s *Service) Content(ctx context.Context, a authz.Actor, d id.Dataset) (Dataset, io.Reader, error) {
	v, err := see(ctx, s.db, a, d)
	return v, s.content(ctx, a.Company, v), err
}

func (s *Service) content(ctx context.Context, c id.Company, d Dataset) io.Reader {
	return &file{ctx: ctx, q: s.db, company: c, dataset: d.ID, parts: d.Parts}
}

// Analysis returns the whole analysis as JSON, in the shape of `eslabon analyze
// --format json`. Conflict if there is none yet.
func (s *Service) Analysis(ctx context.Context, a authz.Actor, d id.Dataset) (json.RawMessage, error) {
	if _, err := see(ctx, s.db, a, d); err != nil {
		return nil, err
	}
	b, err := resultOf(ctx, s.db, a.Company, d)
	if errors.Is(err, db.ErrNotFound) {
		return nil, errs.New(errs.Conflict, "dataset.err.no_analysis")
	}
	return b, err
}

// Chain returns what was found in a dimension; in the first if it names none.
// Conflict if there is no analysis yet, NotFound if it was not analysed.
func (s *Service) Chain(ctx context.Context, a authz.Actor, d id.Dataset, dimension string) (Dataset, Chain, error) {
	v, err := see(ctx, s.db, a, d)
	if err != nil {
		return v, Chain{}, err
	}
	if v.State != Ready {
		return v, Chain{}, errs.New(errs.Conflict, "dataset.err.no_analysis")
	}
	if dimension == "" {
		dimension = v.Mapping.Dimensions[0]
	}
	c, err := chainOf(ctx, s.db, a.Company, d, dimension)
	if errors.Is(err, db.ErrNotFound) {
		err = errs.New(errs.NotFound, "dataset.err.no_dimension")
	}
	return v, c, err
}

// Save gives a mapping a name; one of the same name is replaced.
func (s *Service) Save(ctx context.Context, a authz.Actor, name string, m Mapping) (Saved, error) {
	name = strings.TrimSpace(name)
	m.clean()
	bad := m.check()
	bad.Required("mapping_name", name)
	bad.Text("mapping_name", name, mostName)
	if err := bad.Err(); err != nil {
		return Saved{}, err
	}
	if err := canAdd(a); err != nil {
		return Saved{}, err
	}
	content, err := encode(m)
	if err != nil {
		return Saved{}, err
	}
	v := Saved{ID: id.New[id.Mapping](), Name: name, Mapping: m}
	err = s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		v.SavedAt = tx.Now
		return tx.Row(ctx, []any{&v.ID}, `
			INSERT INTO mapping (company, id, name, folded, content, saved_by, saved_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (company, folded) DO UPDATE SET name = excluded.name, content = excluded.content,
				saved_by = excluded.saved_by, saved_at = excluded.saved_at
			RETURNING id`, tx.Company, v.ID, v.Name, i18n.Fold(v.Name), content, a.Person, tx.Now)
	})
	return v, err
}

// Saved returns the mappings that have a name.
func (s *Service) Saved(ctx context.Context, a authz.Actor) ([]Saved, error) {
	if !a.Owner && len(a.Leads) == 0 {
		return nil, errs.New(errs.Forbidden, "dataset.err.leaders_only")
	}
	return savedOf(ctx, s.db, a.Company)
}

// sweep clears files that stopped arriving: who sent them went away.
func (s *Service) sweep(ctx context.Context) error {
	const day = 24 * time.Hour
	all, err := setting.All(ctx, s.db)
	if err != nil {
		return err
	}
	for _, c := range all {
		gone, err := abandoned(ctx, s.db, c.ID, db.At(s.db.Now().Add(-day)))
		if err != nil {
			return err
		}
		for _, d := range gone {
			if err := s.db.InTx(ctx, c.ID, func(tx *db.Tx) error { return erase(ctx, tx, d) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// readable reports whether content may be a log by how it begins: an archive,
// a database, or text.
func readable(b []byte) bool {
	for _, begin := range []string{"\x1f\x8b", "PK\x03\x04", "SQLite format 3\x00", "\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(b, []byte(begin)) {
			return true
		}
	}
	if bytes.HasPrefix(b, []byte("%PDF-")) {
		return false
	}
	return bytes.IndexByte(b[:min(len(b), 4096)], 0) < 0
}
