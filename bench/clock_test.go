package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
)

// TestOpenClocks measures what open clocks cost: a server starts over as many
// open handoffs as -size says, and then has nothing to do while none is due.
// The budgets are a second of CPU at the start, and nothing afterwards.
func TestOpenClocks(t *testing.T) {
	for e := range strings.SplitSeq(*engines, ",") {
		t.Run(e, func(t *testing.T) { openClocks(t, db.Engine(e)) })
	}
}

func openClocks(t *testing.T, e db.Engine) {
	dsn := dbtest.DSN(t, e)
	if e == db.SQLite {
		dsn = filepath.Join(t.TempDir(), "eslabon.db")
	}
	empty := seed(t, dsn, 0)
	settle(t, e, dsn)
	before := starting(t, e, dsn)
	ask(t, dsn, empty, *size)
	settle(t, e, dsn)
	with := starting(t, e, dsn)
	fmt.Fprintf(os.Stdout, "\n%s · %d open clocks\n%-44s %8s %8s\n%-44s %8.2f %8.2f\n%-44s %8.2f %8.2f\n", e, *size,
		"CPU s, server and database", "start", "minute", "without them", before[0].Seconds(), before[1].Seconds(),
		"with them", with[0].Seconds(), with[1].Seconds())
}

// starting starts the server, and returns the CPU of its start and of the
// stretch after it, which is short unless somebody measures.
func starting(t *testing.T, e db.Engine, dsn string) (out [2]time.Duration) {
	s := serve(t, e, dsn)
	settled, quiet := time.Millisecond, time.Millisecond
	if *size >= 10_000 {
		settled, quiet = 5*time.Second, time.Minute
	}
	<-time.After(settled)
	own, database := s.cpu()
	out[0] = own + database
	<-time.After(quiet)
	own, database = s.cpu()
	out[1] = own + database - out[0]
	return out
}

// ask opens n handoffs that are due tomorrow, of the fixture's own post.
func ask(t *testing.T, dsn string, c *company, n int) {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, dsn)
	must(t, err)
	defer d.Close()
	now, w := d.Now().Truncate(time.Second), c.w
	const batch = 1000
	for done := 0; done < n; done += batch {
		pasts := make([]handoff.Past, min(batch, n-done))
		for i := range pasts {
			pasts[i] = handoff.Past{Kind: handoff.Pull, By: c.workers[0].actor.Person, Ask: handoff.Ask{
				Service: c.offers[i%teams].ID, Customer: c.posts[(i+1)%teams], Title: fmt.Sprintf("lote %d", done+i),
				HappenedAt: now.Add(-time.Duration(n-done-i) * time.Millisecond),
			}}
		}
		must(t, d.InTx(ctx, w.ID, func(tx *db.Tx) error { return w.Handoffs.Record(ctx, tx, pasts) }))
	}
	c.catchUp(t, d)
}
