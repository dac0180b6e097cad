package handoff

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// Passes are how the work of the company passes from node to node, as an
// analysis of its exported history would say it: a case is an order, or a handoff
// that serves none, and lies with the node that [Trail] says. The values of the
// dimension are ids of nodes. It may be shared: it is not to be changed.
type Passes struct {
	chain.Dimension

	Tree   org.Tree
	After  int64 // handoffs with greater numbers are in it: all, or the newest of a long history
	Cases  int
	Events int
}

const (
	// mostPasses is how many handoffs of a company are counted, the newest: some
	// ten megabytes.
	mostPasses = 50_000
	// muchPassed is how many may come on top of them before one begins anew.
	muchPassed = 10_000
	// mostHeld is the memory that all companies may take in this process.
	mostHeld = 20 << 20
	// farBehind is the number of facts from which it is quicker to begin anew.
	farBehind = 5_000
)

// passes keeps an analysis of each company that somebody looks at. It is read
// from the database once, and then follows the log: every node of a cluster has
// its own, and before each answer catches up with what all have committed.
type passes struct {
	mu   sync.Mutex
	kept map[id.Company]*companyPasses
	tick int64 // of uses
}

// companyPasses is the analysis of one company.
type companyPasses struct {
	mu     sync.Mutex
	live   *chain.Live
	seq    int64 // of the log, read so far
	after  int64
	newest int64
	keys   map[string]uint64 // of orders that are cases
	orders map[int64]string  // of the handoffs that serve one
	said   *Passes           // what was last asked for, while it is true

	used, bytes int64 // guarded by passes.mu
}

// Passes returns how work passes, as of now.
func (s *Service) Passes(ctx context.Context, a authz.Actor) (Passes, error) {
	p := s.passes.of(a.Company)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.catchUp(ctx, s.db, a.Company); err != nil {
		p.live, p.said = nil, nil // what is half read is not true
		return Passes{}, err
	}
	if p.said == nil {
		p.said = &Passes{Dimension: p.live.Dimension("node"), After: p.after, Cases: p.live.Cases(), Events: p.live.Events()}
		s.passes.grew(p)
	}
	out := *p.said
	var err error
	out.Tree, err = org.LoadTree(ctx, s.db, a.Company) // names change without a handoff
	return out, err
}

func (k *passes) of(c id.Company) *companyPasses {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil {
		k.kept = map[id.Company]*companyPasses{}
	}
	p := k.kept[c]
	if p == nil {
		p = &companyPasses{}
		k.kept[c] = p
	}
	k.tick++
	p.used = k.tick
	return p
}

// grew notes the size of p, and forgets the companies at which nobody has
// looked for longest until all the others fit beside it.
func (k *passes) grew(p *companyPasses) {
	const perOrder = 120
	k.mu.Lock()
	defer k.mu.Unlock()
	p.bytes = int64(p.live.Bytes() + perOrder*len(p.orders))
	for {
		sum, oldest := int64(0), id.Company(0)
		for c, x := range k.kept {
			sum += x.bytes
			if o := k.kept[oldest]; x != p && (o == nil || x.used < o.used) {
				oldest = c
			}
		}
		if sum <= mostHeld || k.kept[oldest] == nil {
			return
		}
		delete(k.kept, oldest)
	}
}

func (p *companyPasses) catchUp(ctx context.Context, d *db.DB, c id.Company) error {
	var head int64
	if err := d.Row(ctx, []any{&head}, `SELECT seq FROM fact_head WHERE company = ?`, c); err != nil {
		return err
	}
	if p.live == nil || head > p.seq+farBehind || p.newest-p.after > mostPasses+muchPassed {
		return p.begin(ctx, d, c, head)
	}
	const batch = 500
	for p.seq < head {
		facts, err := fact.After(ctx, d, c, p.seq, batch)
		if err != nil || len(facts) == 0 {
			return err
		}
		var moved []any
		for _, f := range facts {
			if strings.HasPrefix(f.Kind, "handoff.") && !slices.Contains(moved, any(f.Subject)) {
				moved = append(moved, f.Subject)
			}
		}
		if err := p.follow(ctx, d, c, moved); err != nil {
			return err
		}
		p.seq = facts[len(facts)-1].Seq
	}
	return nil
}

// begin reads the newest handoffs anew. The log stood at seq before that: what
// comes meanwhile is read twice, and counts once.
func (p *companyPasses) begin(ctx context.Context, d *db.DB, c id.Company, seq int64) error {
	p.live, p.said, p.seq = chain.NewLive(1), nil, seq
	p.keys, p.orders = map[string]uint64{}, map[int64]string{}
	if err := d.Row(ctx, []any{&p.newest}, `SELECT COALESCE(MAX(number), 0) FROM handoff WHERE company = ?`, c); err != nil {
		return err
	}
	p.after = max(0, p.newest-mostPasses)
	byOrder := map[string][]placed{}
	const batch = 500
	for last := p.after; last < p.newest; last += batch {
		rows, err := movedIn(ctx, d, c, `h.number > ? AND h.number <= ?`, last, last+batch)
		if err != nil {
			return err
		}
		for h := range handoffsOf(rows) {
			stops := stopsOf(h)
			if order := h[0].order; order != "" {
				p.orders[h[0].number] = order
				byOrder[order] = append(byOrder[order], stops...)
				continue
			}
			p.live.Replace(uint64(h[0].number), momentsOf(stops))
		}
	}
	for order, stops := range byOrder {
		p.live.Replace(p.key(order), momentsOf(stops))
	}
	return nil
}

// follow counts the cases of these handoffs as they are now.
func (p *companyPasses) follow(ctx context.Context, d *db.DB, c id.Company, hs []any) error {
	if len(hs) == 0 {
		return nil
	}
	rows, err := movedIn(ctx, d, c, `h.id IN `+db.Marks(len(hs)), hs...)
	if err != nil {
		return err
	}
	orders := map[string]bool{}
	for h := range handoffsOf(rows) {
		n, order := h[0].number, h[0].order
		p.newest = max(p.newest, n)
		if n <= p.after {
			continue
		}
		p.said = nil
		if was := p.orders[n]; was != order { // it serves another order now
			orders[was] = true
			p.live.Delete(uint64(n))
			delete(p.orders, n)
		}
		if order == "" {
			p.live.Replace(uint64(n), momentsOf(stopsOf(h)))
			continue
		}
		p.orders[n], orders[order] = order, true
	}
	for order := range orders {
		if order == "" {
			continue
		}
		rows, err := movedIn(ctx, d, c, `h.order_ref = ? AND h.number > ?`, order, p.after)
		if err != nil {
			return err
		}
		var stops []placed
		for h := range handoffsOf(rows) {
			stops = append(stops, stopsOf(h)...)
		}
		p.live.Replace(p.key(order), momentsOf(stops))
	}
	return nil
}

// key is the number of a case that is an order. Those that are a handoff have
// its number.
func (p *companyPasses) key(order string) uint64 {
	const orders = 1 << 63
	k, known := p.keys[order]
	if !known {
		k = orders | uint64(len(p.keys))
		p.keys[order] = k
	}
	return k
}

// moved is an event of a handoff with what its trail needs.
type moved struct {
	number             int64
	order              string
	supplier, customer id.Node
	event              Event
}

// placed is a stop of a handoff, in little memory.
type placed struct {
	at, number, seq int64 // at in microseconds
	node            id.Node
	inHand          bool
}

func movedIn(ctx context.Context, q db.Querier, c id.Company, which string, args ...any) ([]moved, error) {
	return db.All(ctx, q, func(m *moved) []any {
		return []any{&m.number, &m.order, &m.supplier, &m.customer, &m.event.Seq, &m.event.Kind, &m.event.HappenedAt, asJSON{&m.event.Data}}
	}, `
		SELECT h.number, h.order_ref, h.supplier, h.customer, e.seq, e.kind, e.happened_at,
			CASE WHEN e.kind = 'redirected' THEN e.data ELSE '' END
		FROM handoff h JOIN handoff_event e ON e.company = h.company AND e.handoff = h.id
		WHERE h.company = ? AND `+which+` AND e.kind NOT IN ('commented', 'assigned', 'changed', 'paused', 'resumed')
		ORDER BY h.number, e.seq LIMIT 1000000`, append([]any{c}, args...)...)
}

// handoffsOf gives the rows handoff by handoff.
func handoffsOf(rows []moved) func(yield func([]moved) bool) {
	return func(yield func([]moved) bool) {
		for len(rows) > 0 {
			n := 1
			for n < len(rows) && rows[n].number == rows[0].number {
				n++
			}
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

// stopsOf says where the work of one handoff lay.
func stopsOf(h []moved) []placed {
	story := make([]Event, len(h))
	for i, m := range h {
		story[i] = m.event
	}
	trail := Trail(Handoff{Supplier: h[0].supplier, Customer: h[0].customer}, story)
	out := make([]placed, len(trail))
	for i, s := range trail {
		out[i] = placed{s.HappenedAt.UnixMicro(), h[0].number, s.Seq, s.Node, InHand(s.Kind)}
	}
	return out
}

// momentsOf puts the stops of a case in line, as the export does.
func momentsOf(stops []placed) []chain.Moment {
	slices.SortStableFunc(stops, func(x, y placed) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.number, y.number), cmp.Compare(x.seq, y.seq))
	})
	out := make([]chain.Moment, len(stops))
	for i, p := range stops {
		out[i] = chain.Moment{At: time.UnixMicro(p.at).UnixMilli(), Value: string(p.node), Accepted: p.inHand}
	}
	return out
}

// InHand reports whether a step says that who has the work has taken it in hand:
// the supplier by taking it, the customer by accepting it.
func InHand(k EventKind) bool {
	switch k { //nolint:exhaustive // all the others say no
	case EventKind(Taken), EventKind(Accepted), EventKind(AcceptedWithRemark), AutoAccepted:
		return true
	}
	return false
}
