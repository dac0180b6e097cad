package handoff

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/memory"
)

// chains keeps the networks that were read last, because reading thousands of
// links costs more than all the rest of a page. What is kept holds while the
// log and the projections stand where they stood; every node of a cluster
// checks that for itself.
type chains struct {
	memory.Of[chainKey, keptChain]
}

type chainKey struct {
	company id.Company
	day     string
	service id.Service
}

type keptChain struct {
	stand stand
	at    time.Time
	took  time.Duration
	chain Chain
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

// readings counts the chains that this process read.
var readings atomic.Int64

// get returns the network since the UTC day of a moment.
func (k *chains) get(ctx context.Context, d *db.DB, c id.Company, since time.Time, service id.Service) (Chain, error) {
	at := db.At(since.UTC().Truncate(24 * time.Hour))
	e := k.Entry(chainKey{c, day(at), service})
	e.Lock()
	defer e.Unlock()
	now, err := standOf(ctx, d, c)
	if err != nil {
		return Chain{}, err
	}
	was := &e.Value
	fresh := was.stand == now || len(was.chain.Edges) >= large && time.Since(was.at) < patienceFor*was.took
	if !was.at.IsZero() && fresh {
		return was.chain, nil
	}
	began := time.Now()
	chain, err := loadChain(ctx, d, c, at, service)
	if err != nil {
		k.Grew(e, 0, mostKept)
		return Chain{}, err
	}
	chain.Reading = readings.Add(1)
	e.Value = keptChain{now, time.Now(), time.Since(began), chain}
	k.Grew(e, len(chain.Edges), mostKept)
	return chain, nil
}
