package handoff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/sheet"
)

// ImportOptions say how far an import of past handoffs may go.
type ImportOptions struct {
	DryRun       bool
	CreateNodes  bool                // nodes, services and reasons that nobody knows yet
	CreatePeople bool                // people that nobody knows, as people who have left
	Zone         *time.Location      // of the clock that the file was written by; the company's if nil
	Progress     func(done, all int) // after each batch; may be nil
}

// batchRows is how many rows go into one transaction.
const batchRows = 500

// Import brings in handoffs that happened before, one row for each, by the
// rules of living work: the same steps, events and facts, only that nobody is
// told. The whole file is checked first, and with any problem nothing is
// written. Then it goes batch by batch, each whole or not at all: what was
// killed can be run again, since a key that is there already is skipped.
func (s *Service) Import(ctx context.Context, a authz.Actor, t sheet.Table, o ImportOptions) (sheet.Report, error) {
	f, err := historyColumns.Match(ctx, t, "supplier", "customer")
	if err != nil {
		return sheet.Report{}, err
	}
	if err := a.MustOwn(); err != nil {
		return sheet.Report{}, err
	}
	in, err := s.history(ctx, a, f, t, o)
	if err != nil {
		return sheet.Report{}, err
	}
	if err := in.check(ctx); err != nil || o.DryRun {
		return in.report, err
	}
	in.report.Created = 0
	if err := in.report.Err(); err != nil {
		return in.report, err
	}
	if err := in.prepare(ctx); err != nil {
		return in.report, err
	}
	for batch := range slices.Chunk(in.items, batchRows) {
		if err := in.write(ctx, batch); err != nil {
			return in.report, err
		}
		in.report.Created += len(batch)
		if o.Progress != nil {
			o.Progress(in.report.Created, len(in.items))
		}
	}
	return in.report, nil
}

// history is one import of past handoffs under way.
type history struct {
	s      *Service
	a      authz.Actor
	f      sheet.Fields
	t      sheet.Table
	dates  sheet.Dates
	now    time.Time
	names  *registry
	rec    *recorder
	keys   map[string]int // key → row of the file
	items  []item         // the rows to write, oldest first
	report sheet.Report
}

// item is a row to write. It is read again when its turn comes, so that a file
// at the limit does not fill the memory.
type item struct {
	row int // in the table
	key string
	at  time.Time
}

func (s *Service) history(ctx context.Context, a authz.Actor, f sheet.Fields, t sheet.Table, o ImportOptions) (*history, error) {
	in := &history{
		s: s, a: a, f: f, t: t, now: s.db.Now(), keys: map[string]int{},
		report: sheet.Report{Rows: len(t.Rows), Ignored: f.Ignored, DryRun: o.DryRun},
		rec: &recorder{
			s: s, offers: map[id.Service]link.Offer{}, links: map[[2]id.Node]id.Link{}, promises: map[promised]link.Promise{},
			company: a.Company, by: map[*calendar.Calendar]bool{},
		},
	}
	c, err := setting.Get(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	if in.rec.hours, err = setting.LoadTimetable(ctx, s.db, a.Company); err != nil {
		return nil, err
	}
	var columns []int
	for _, name := range timeColumns {
		columns = append(columns, f.At(name))
	}
	if o.Zone == nil {
		o.Zone = c.Location()
	}
	in.dates = sheet.LearnDates(o.Zone, t, columns...)
	in.names, err = loadRegistry(ctx, s.db, a.Company, c.Lang, o)
	return in, err
}

// check reads every row and notes what is wrong, and in what order the rest is
// to be written: as it happened, so that numbers and log follow the time.
func (in *history) check(ctx context.Context) error {
	keys := in.readKeys()
	there, err := existing(ctx, in.s.db, in.a.Company, keys)
	if err != nil {
		return err
	}
	ends := map[[2]id.Node]bool{}
	for i, r := range in.t.Rows {
		if there[keys[i]] {
			in.report.Skipped++
			continue
		}
		n := &sheet.Notes{Fields: in.f, Row: r}
		if first, twice := in.keys[keys[i]]; twice {
			n.Add("key", "sheet.err.row_twice", errs.Args{"Row": first})
		}
		in.keys[keys[i]] = r.Number
		told, err := in.read(n, keys[i])
		if err == nil && len(n.Found) == 0 {
			err = in.rehearse(ctx, n, told)
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", r.Number, err)
		}
		if len(n.Found) > 0 {
			in.report.Problems = append(in.report.Problems, n.Found...)
			continue
		}
		ends[[2]id.Node{told.offer.Node, told.Ask.Customer}] = true
		in.items = append(in.items, item{row: i, key: keys[i], at: told.Ask.HappenedAt})
	}
	for e := range ends {
		in.rec.links[e] = "" // prepare draws it
	}
	in.report.Problems = append(in.report.Problems, in.names.unreasoned()...)
	if n := len(in.items); n > 0 && in.items[0].at.After(in.items[n-1].at) {
		slices.Reverse(in.items) // the newest came first: what was at the same time too
	}
	slices.SortStableFunc(in.items, func(x, y item) int { return x.at.Compare(y.at) })
	in.report.Created = len(in.items)
	in.names.tell(&in.report)
	return nil
}

// rehearse takes a handoff through its life in one's head: what cannot happen
// is found before anything is written.
func (in *history) rehearse(ctx context.Context, n *sheet.Notes, t told) error {
	in.rec.offers[t.offer.ID] = t.offer.Offer
	h := begun(t.Past, t.offer.Offer, db.At(t.Ask.HappenedAt))
	for i, st := range t.Steps {
		column := t.columns[i]
		_, err := in.rec.step(ctx, &h, st)
		if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Conflict {
			n.Add("result", "sheet.err.result")
			return nil
		}
		if err != nil {
			return n.Error(err, column, fieldColumns[column])
		}
	}
	return nil
}

// fieldColumns say, for each step by the column of its time, where its fields stand.
var fieldColumns = map[string]map[string]string{
	"taken":       {"happened_at": "taken"},
	"delivered":   {"happened_at": "delivered", "quantity": "delivered_quantity"},
	"returned":    {"happened_at": "returned", "quantity": "returned_quantity", "note": "return_note"},
	"redelivered": {"happened_at": "redelivered", "quantity": "delivered_quantity"},
	"closed":      {"happened_at": "closed", "note": "remark"},
}

// prepare writes what the handoffs stand on: new nodes, people, services and
// reasons, and the links.
func (in *history) prepare(ctx context.Context) error {
	by := in.a.Person
	err := in.s.db.InTx(ctx, in.a.Company, func(tx *db.Tx) error {
		if err := org.AddNodes(ctx, tx, by, in.names.sketch.New...); err != nil {
			return err
		}
		if err := org.AddPeople(ctx, tx, by, in.names.added...); err != nil {
			return err
		}
		added, changed := in.names.offersToWrite()
		if err := link.AddOffers(ctx, tx, by, added...); err != nil {
			return err
		}
		if err := link.ChangeOffers(ctx, tx, by, changed...); err != nil {
			return err
		}
		for e := range in.rec.links {
			l, err := link.Ensure(ctx, tx, by, e[0], e[1])
			if err != nil {
				return err
			}
			in.rec.links[e] = l.ID
		}
		return nil
	})
	return again(err)
}

// write writes one batch.
func (in *history) write(ctx context.Context, batch []item) error {
	err := in.s.db.InTx(ctx, in.a.Company, func(tx *db.Tx) error {
		r := *in.rec // what it looked up serves every batch
		r.tx, r.watchers = tx, map[id.Handoff][]id.Person{}
		first, err := nextNumber(ctx, tx, len(batch))
		if err != nil {
			return err
		}
		for i, it := range batch {
			n := &sheet.Notes{Fields: in.f, Row: in.t.Rows[it.row]}
			told, err := in.read(n, it.key)
			if err == nil {
				err = r.live(ctx, told.Past, first+int64(i))
			}
			if err != nil {
				return fmt.Errorf("row %d: %w", n.Row.Number, err)
			}
		}
		return r.write(ctx)
	})
	return again(err)
}

// again says what to do if somebody brought in the same rows meanwhile.
func again(err error) error {
	if errors.Is(err, db.ErrExists) {
		return &errs.Error{Kind: errs.Conflict, Key: "sheet.err.again", Err: err}
	}
	return err
}
