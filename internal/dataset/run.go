package dataset

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
)

type (
	look struct {
		Company id.Company `json:"company"`
		Dataset id.Dataset `json:"dataset"`
	}
	analyse struct {
		Company id.Company `json:"company"`
		Dataset id.Dataset `json:"dataset"`
		Version int64      `json:"version"`
	}
	sweep struct{}
)

func (look) Kind() string    { return "dataset_look" }
func (analyse) Kind() string { return "dataset_analyse" }
func (sweep) Kind() string   { return "sweep_datasets" }

// patience is how long one log may take. The library of the jobs gives a job
// to another node after five minutes.
const patience = 4 * time.Minute

// Workers look at the files and analyse them.
func (s *Service) Workers() []job.Worker {
	p := job.Policy{Tries: 3, Timeout: patience}
	return []job.Worker{
		job.Work(p, func(ctx context.Context, j look) error { return s.look(ctx, j) }),
		job.Work(p, func(ctx context.Context, j analyse) error { return s.analyse(ctx, j) }),
		job.Work(job.Policy{}, func(ctx context.Context, _ sweep) error { return s.sweep(ctx) }).Every(24*time.Hour, sweep{}),
	}
}

// look finds out what columns a file has, and guesses what they mean.
func (s *Service) look(ctx context.Context, j look) error {
	d, err := get(ctx, s.db, j.Company, j.Dataset)
	if err != nil || d.State != Waiting {
		return gone(err)
	}
	p, err := s.preview(ctx, j.Company, d)
	if err != nil {
		d.Preview.Columns = named(err)
		return s.fail(ctx, j.Company, d, err)
	}
	if p.Events == 0 {
		d.Preview, d.Mapping = p, p.Guess
		return s.fail(ctx, j.Company, d, nothing(p.Guess, p.Left))
	}
	return s.finish(ctx, j.Company, d, func(_ *db.Tx, d *Dataset) error {
		d.State, d.Preview, d.Mapping, d.Problem = Asking, p, p.Guess, nil
		return nil
	})
}

// gone makes nothing of work for a dataset that is not there any more.
func gone(err error) error {
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	return err
}

// finish writes what came of the work on d, unless it was removed, or mapped
// anew, meanwhile.
func (s *Service) finish(ctx context.Context, c id.Company, was Dataset, change func(*db.Tx, *Dataset) error) error {
	return s.db.InTx(ctx, c, func(tx *db.Tx) error {
		d, err := get(ctx, tx, c, was.ID)
		if err != nil || d.Version != was.Version || d.State != was.State {
			return gone(err)
		}
		d.Done = 0
		if err := change(tx, &d); err != nil {
			return err
		}
		return update(ctx, tx, d.Version, d)
	})
}

// fail says why a file cannot be used. What is no fault of the file is tried
// again.
func (s *Service) fail(ctx context.Context, c id.Company, d Dataset, err error) error {
	p := problemOf(err)
	if p == nil || ctx.Err() != nil {
		return err
	}
	slog.InfoContext(ctx, "dataset refused", "company", c, "dataset", d.ID, "why", p.Key)
	if p.Key == "load.err.column" || p.Key == "dataset.err.column" {
		p.Key, p.Args = "dataset.err.column", map[string]any{"Columns": d.Preview.names()}
	}
	preview, mapping := d.Preview, d.Mapping
	return s.finish(ctx, c, d, func(_ *db.Tx, d *Dataset) error {
		d.State, d.Problem, d.Preview, d.Mapping = Failed, p, preview, mapping
		return nil
	})
}

// nothing says why no event of a file is left.
func nothing(m Mapping, left []Left) error {
	if len(m.Filters) > 0 {
		return errs.New(errs.Invalid, "dataset.err.nothing_left")
	}
	for _, l := range left {
		if l.Reason == load.NoTime || l.Reason == load.BadTime {
			return errs.With(errs.Invalid, "dataset.err.no_times", errs.Args{"Column": m.Time})
		}
	}
	return errs.New(errs.Invalid, "dataset.err.no_events")
}

// problemOf says an error of a file, or nil if it is another kind of error.
func problemOf(err error) *Problem {
	if e, ok := errors.AsType[*load.Error](err); ok && e.Code != "read" {
		return &Problem{Key: "load.err." + e.Code, Args: e.Args, Line: e.Line, Field: e.Field}
	}
	if e, ok := errors.AsType[*chain.UnknownColumn](err); ok {
		return &Problem{Key: "dataset.err.column", Field: e.Name}
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for field, key := range e.Fields {
			return &Problem{Key: key, Field: field}
		}
		return &Problem{Key: e.Key, Args: e.Args}
	}
	return nil
}

// read reads the log of a dataset as m understands it, and says how far it is.
func (s *Service) read(ctx context.Context, c id.Company, d Dataset, m Mapping, progress bool) (*chain.Log, *load.Report, error) {
	o := load.Options{
		Name: d.File, Case: m.Case, Activity: m.Activity, Time: m.Time, Start: m.Start, Resource: m.Resource,
		TimeFormat: m.Format, Zone: m.location(), Filters: m.filters(), Missing: m.Missing, Object: m.Object, Limits: limits,
	}
	if progress {
		o.Progress = s.say(ctx, c, d)
	}
	return ReadLog(ctx, s.content(ctx, c, d), o)
}

// limits are those of a server that has other things to do.
var limits = load.Limits{Limits: chain.Limits{Events: 20e6, Bytes: 1 << 30}, Text: 4 << 30}

// say returns what writes down how much of a file was read, not too often.
func (s *Service) say(ctx context.Context, c id.Company, d Dataset) func(read int64) {
	const step = 10
	said := 0
	return func(read int64) {
		done := int(100 * read / max(1, d.Size))
		if done < said+step {
			return
		}
		said = done
		err := s.db.InTx(ctx, c, func(tx *db.Tx) error { return setDone(ctx, tx, d.ID, d.Version, min(done, 99)) })
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "progress not written", "dataset", d.ID, "err", err)
		}
	}
}

// analyse finds the chain in a log.
func (s *Service) analyse(ctx context.Context, j analyse) error {
	d, err := get(ctx, s.db, j.Company, j.Dataset)
	if err != nil || d.State != Queued || d.Version != j.Version {
		return gone(err)
	}
	log, rep, err := s.read(ctx, j.Company, d, d.Mapping, true)
	if err != nil {
		return s.fail(ctx, j.Company, d, err)
	}
	if log.Events() == 0 {
		var seen Preview
		seen.understood(rep)
		return s.fail(ctx, j.Company, d, nothing(d.Mapping, seen.Left))
	}
	found, err := study(log, d.Mapping)
	if err != nil {
		return s.fail(ctx, j.Company, d, err)
	}
	found.result.Options = repeatable{Source: d.File, Mapping: d.Mapping, Limits: chain.Written}
	whole, err := pack(found.result.Cut(chain.Written))
	if err != nil {
		return err
	}
	parts := make(map[string][]byte, len(found.chains))
	for _, c := range found.chains {
		if parts[c.Dimension], err = pack(c); err != nil {
			return err
		}
	}
	return s.finish(ctx, j.Company, d, func(tx *db.Tx, d *Dataset) error {
		if err := eraseResults(ctx, tx, d.ID); err != nil {
			return err
		}
		if err := insertResult(ctx, tx, d.ID, whole); err != nil {
			return err
		}
		for dimension, b := range parts {
			if err := insertChain(ctx, tx, d.ID, dimension, b); err != nil {
				return err
			}
		}
		d.State, d.Cases, d.Events, d.ReadyAt = Ready, log.Cases(), log.Events(), tx.Now
		if len(d.Preview.Columns) == 0 { // it was mapped before anybody looked at it
			d.Preview = previewOf(log, rep)
		}
		d.Preview.understood(rep)
		record(tx, authz.Actor{Person: d.MappedBy}, "dataset.analysed", *d, map[string]any{"cases": d.Cases, "events": d.Events})
		return nil
	})
}

// repeatable are the options of an analysis: enough to make it again.
type repeatable struct {
	Source string `json:"source"`
	Mapping
	Limits chain.Rows `json:"limits"`
}
