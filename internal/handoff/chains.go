package handoff

import (
	"context"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// chains keeps the networks that were read last, because reading thousands of
// links costs more than all the rest of a page. What is kept holds while the
// log and the projections stand where they stood; every node of a cluster
// checks that for itself.
type chains struct {
	mu   sync.Mutex
	kept map[chainKey]*keptChain
	tick int64 // of uses
}

type chainKey struct {
	company id.Company
	day     string
	service id.Service
}

// stand is how far the log of a company and its projections have come.
type stand struct{ head, stats, flow int64 }

type keptChain struct {
	mu    sync.Mutex // held while it is read anew
	stand stand
	at    time.Time
	took  time.Duration
	chain Chain
	used  int64
	edges int
}

const (
	// mostKept is how many links all that is kept may have together, some ten
	// megabytes.
	mostKept = 20_000
	// large is the number of links from which a busy company sees figures that
	// are a little old: by at most patienceFor times as long as reading them took,
	// so that looking never takes more than a twentieth of a processor.
	large       = 500
	patienceFor = 20
)

// get returns the network since the UTC day of a moment.
func (k *chains) get(ctx context.Context, d *db.DB, c id.Company, since time.Time, service id.Service) (Chain, error) {
	at := db.At(since.UTC().Truncate(24 * time.Hour))
	e := k.entry(chainKey{c, day(at), service})
	e.mu.Lock()
	defer e.mu.Unlock()
	now, err := standOf(ctx, d, c)
	if err != nil {
		return Chain{}, err
	}
	fresh := e.stand == now || e.edges >= large && time.Since(e.at) < patienceFor*e.took
	if !e.at.IsZero() && fresh {
		return e.chain, nil
	}
	began := time.Now()
	chain, err := loadChain(ctx, d, c, at, service)
	if err != nil {
		return Chain{}, err
	}
	e.chain, e.stand, e.at, e.took = chain, now, time.Now(), time.Since(began)
	k.grew(e, len(chain.Edges))
	return chain, nil
}

func (k *chains) entry(key chainKey) *keptChain {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil {
		k.kept = map[chainKey]*keptChain{}
	}
	e := k.kept[key]
	if e == nil {
		e = &keptChain{}
		k.kept[key] = e
	}
	k.tick++
	e.used = k.tick
	return e
}

// grew notes the size of e and forgets what was not used for longest, until all
// of it fits.
func (k *chains) grew(e *keptChain, edges int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e.edges = edges
	for {
		sum := 0
		var oldest chainKey
		for key, x := range k.kept {
			sum += x.edges + 1
			if o := k.kept[oldest]; x != e && (o == nil || x.used < o.used) {
				oldest = key
			}
		}
		if sum <= mostKept || k.kept[oldest] == nil {
			return
		}
		delete(k.kept, oldest)
	}
}

// standOf asks how far the log and the projections are.
func standOf(ctx context.Context, q db.Querier, c id.Company) (s stand, err error) {
	err = q.Row(ctx, []any{&s.head, &s.stats, &s.flow}, `
		SELECT h.seq, COALESCE(a.seq, 0), COALESCE(b.seq, 0) FROM fact_head h
		LEFT JOIN fact_cursor a ON a.company = h.company AND a.name = ?
		LEFT JOIN fact_cursor b ON b.company = h.company AND b.name = ?
		WHERE h.company = ?`, Stats.Name, Flow.Name, c)
	return s, err
}
