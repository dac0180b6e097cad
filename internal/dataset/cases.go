package dataset

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// visit is a run of a case: the events from first to last, without those that
// have no value, have the value code.
type visit struct {
	code        uint32
	first, last uint32
}

// trip reads the visits of the cases of a log in one dimension.
type trip struct {
	log  *chain.Log
	col  *chain.Column
	gone map[uint32]bool // codes that do not count
}

func tour(log *chain.Log, dimension string, leaveOut []string) trip {
	t := trip{log: log, col: log.Column(dimension), gone: map[uint32]bool{chain.Missing: true}}
	for _, v := range leaveOut {
		t.gone[t.col.Dict.Code(v)] = true
	}
	return t
}

// visits returns those of a case, in buf.
func (t trip) visits(buf []visit, c int) []visit {
	buf = buf[:0]
	for i := t.log.CaseOff[c]; i < t.log.CaseOff[c+1]; i++ {
		code := t.col.Code(int(i))
		if t.gone[code] {
			continue
		}
		if n := len(buf); n > 0 && buf[n-1].code == code {
			buf[n-1].last = i
			continue
		}
		buf = append(buf, visit{code, i, i})
	}
	return buf
}

// links counts what passes on each link, by its ends: N, Cases, Back, Bounced and
// Twice.
func (t trip) links() map[[2]string]Link {
	all := map[[2]uint32]*Link{}
	var buf []visit
	for c := range t.log.Cases() {
		buf = t.visits(buf, c)
		here := map[[2]uint32]int{} // how often each came straight back
		for i := range max(0, len(buf)-1) {
			at := [2]uint32{buf[i].code, buf[i+1].code}
			l := all[at]
			if l == nil {
				l = &Link{Supplier: t.col.Dict.Text(at[0]), Customer: t.col.Dict.Text(at[1])}
				all[at] = l
			}
			l.N++
			back := 0
			if i+2 < len(buf) && buf[i+2].code == at[0] {
				back = 1
			}
			l.Back += back
			here[at] += back
		}
		for at, back := range here {
			l := all[at]
			l.Cases++
			l.Bounced += min(back, 1)
			l.Twice += min(back/2, 1)
		}
	}
	out := make(map[[2]string]Link, len(all))
	for _, l := range all {
		out[[2]string{l.Supplier, l.Customer}] = *l
	}
	return out
}

// Which says which cases of a link are meant.
type Which string

// Which cases of a link may be meant.
const (
	Every    Which = "all"
	Returned Which = "returned"  // the work came straight back
	PingPong Which = "ping-pong" // it did so at least twice
)

// least is how often the work came straight back in the cases that are meant.
var least = map[Which]int{Every: 0, Returned: 1, PingPong: 2}

// Case is a case in which work passed on a link.
type Case struct {
	Number int    `json:"number"` // in the file, from 1
	Name   string `json:"name"`
	Passes int    `json:"passes"`   // on this link
	Back   int    `json:"returned"` // of those, straight back
	Events []Step `json:"events"`
}

// Step is one event of a case.
type Step struct {
	At       time.Time `json:"at"`
	Activity string    `json:"activity"`
	Value    string    `json:"value"`              // of the dimension
	Resource string    `json:"resource,omitempty"` // who did it, if the log says so
	Mark     string    `json:"mark,omitempty"`     // handed_over, arrived or returned on this link
}

// The marks of a step.
const (
	HandedOver = "handed_over" // the last event before the work passed on
	Arrived    = "arrived"     // the first one with the receiver
	CameBack   = "returned"    // the first one with the sender again
)

// mostEvents is how many events of one case are shown.
const mostEvents = 500

// Cases returns the cases of a link from the one after skip on, at most limit,
// and how many there are: those that bounced most come first.
func (s *Service) Cases(ctx context.Context, a authz.Actor, d id.Dataset, dimension, supplier, customer string, which Which, skip, limit int) ([]Case, int, error) {
	bad := errs.Bad{}
	errs.OneOf(bad, "which", which, Every, Returned, PingPong)
	bad.Add(skip >= 0, "skip", "err.unknown")
	bad.Add(limit > 0 && limit <= 200, "limit", "handoff.err.limit")
	if err := bad.Err(); err != nil {
		return nil, 0, err
	}
	v, c, err := s.Chain(ctx, a, d, dimension)
	if err != nil {
		return nil, 0, err
	}
	if _, ok := c.Link(supplier, customer); !ok {
		return nil, 0, errs.New(errs.NotFound, "dataset.err.no_link")
	}
	log, err := s.logs.get(ctx, s, a.Company, v)
	if err != nil {
		return nil, 0, err
	}
	list, total := Behind(log, v.Mapping, c.Dimension, supplier, customer, which, skip, limit)
	return list, total, nil
}

// Behind returns the cases of a link of a log, from the one after skip on, at
// most limit, and how many there are: those that bounced most come first. Of m
// it takes the columns of what and who, and whom to leave out; the log has the
// dimension.
func Behind(log *chain.Log, m Mapping, dimension, supplier, customer string, which Which, skip, limit int) ([]Case, int) {
	all := tour(log, dimension, m.Robots[dimension]).link(supplier, customer, which)
	total := len(all)
	all = all[min(skip, total):min(skip+limit, total)]
	out := make([]Case, len(all))
	for i, x := range all {
		out[i] = x.tell(log, m, dimension)
	}
	return out, total
}

// Links returns the links of a log in a dimension that it has, the busiest
// first: their ends, N, Cases, Back, Bounced and Twice.
func Links(log *chain.Log, m Mapping, dimension string) []Link {
	all := tour(log, dimension, m.Robots[dimension]).links()
	return slices.SortedFunc(maps.Values(all), func(x, y Link) int {
		return cmp.Or(y.N-x.N, cmp.Compare(x.Supplier, y.Supplier), cmp.Compare(x.Customer, y.Customer))
	})
}

// passed is a case with where a link is in it.
type passed struct {
	of    int
	pass  int
	back  int
	marks map[uint32]string // by event
}

func (t trip) link(supplier, customer string, which Which) []passed {
	from, to := t.col.Dict.Code(supplier), t.col.Dict.Code(customer)
	var out []passed
	var buf []visit
	for c := range t.log.Cases() {
		buf = t.visits(buf, c)
		p := passed{of: c, marks: map[uint32]string{}}
		for i := range max(0, len(buf)-1) {
			if buf[i].code != from || buf[i+1].code != to {
				continue
			}
			p.pass++
			if p.marks[buf[i].last] == "" { // that it came back says more
				p.marks[buf[i].last] = HandedOver
			}
			p.marks[buf[i+1].first] = Arrived
			if i+2 < len(buf) && buf[i+2].code == from {
				p.back++
				p.marks[buf[i+2].first] = CameBack
			}
		}
		if p.pass > 0 && p.back >= least[which] {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(x, y passed) int { return y.back - x.back })
	return out
}

func (p passed) tell(log *chain.Log, m Mapping, dimension string) Case {
	out := Case{Number: p.of + 1, Name: log.CaseName(p.of), Passes: p.pass, Back: p.back}
	text := func(name string, i uint32) string {
		if c := log.Column(name); c != nil {
			return c.Value(int(i))
		}
		return ""
	}
	for i := log.CaseOff[p.of]; i < log.CaseOff[p.of+1] && len(out.Events) < mostEvents; i++ {
		st := Step{
			At: time.UnixMilli(log.Time[i]).UTC(), Activity: text(log.Activity, i), Value: text(dimension, i), Mark: p.marks[i],
		}
		if m.Resource != dimension {
			st.Resource = text(m.Resource, i)
		}
		if life := text(m.Lifecycle, i); life != "" && st.Activity != "" {
			st.Activity += " · " + life
		}
		out.Events = append(out.Events, st)
	}
	return out
}

// shelf keeps the log that was read last: who looks at one link soon looks at
// the next.
type shelf struct {
	mu      sync.Mutex
	dataset id.Dataset
	version int64
	log     *chain.Log
}

func (h *shelf) get(ctx context.Context, s *Service, c id.Company, d Dataset) (*chain.Log, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.dataset == d.ID && h.version == d.Version {
		return h.log, nil
	}
	log, _, err := s.read(ctx, c, d, d.Mapping, false)
	if err != nil {
		return nil, err
	}
	h.dataset, h.version, h.log = d.ID, d.Version, nil
	const most = 64 << 20
	if log.Bytes() <= most {
		h.log = log
		return log, nil
	}
	h.dataset = ""
	return log, nil
}
