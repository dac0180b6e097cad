package handoff

import (
	"sync"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// turns lets those who ask in one company go one after another. The number of a
// handoff makes them wait for each other all the same: on PostgreSQL in its
// processes, which are stopped and woken for it and each work with cold caches.
// Here it is a goroutine that waits, and the next one meets the connection that
// is warm. It is a courtesy: order is kept by the database alone, between servers
// too.
type turns struct{ of sync.Map } // id.Company → *sync.Mutex

// take waits for the turn of company c. On SQLite writers wait for the only
// connection.
func (t *turns) take(d *db.DB, c id.Company) (end func()) {
	if d.Engine != db.Postgres {
		return func() {}
	}
	m, known := t.of.Load(c)
	if !known {
		m, _ = t.of.LoadOrStore(c, &sync.Mutex{})
	}
	m.(*sync.Mutex).Lock()
	return m.(*sync.Mutex).Unlock
}
