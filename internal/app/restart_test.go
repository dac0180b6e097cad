package app_test

import (
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// A step is accepted and the server is killed at once: between the acceptance
// and the next step, or in the middle of it. Started again, it opens that step,
// once; killed and started once more, it opens nothing else.
func TestAKilledServerOpensTheNextStepOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, e db.Engine) {
		l := shirts(t, e)
		const pieces = 3 // the first is accepted with no server running: surely before its next step
		var first []id.Handoff
		var all []id.Piece
		for range pieces {
			p, h := l.delivered(t)
			first, all = append(first, h), append(all, p)
		}
		_, err := l.handoffs.Move(t.Context(), l.Diego, handoff.Accepted, handoff.Step{Handoff: first[0]})
		must(t, err)
		for _, h := range first[1:] {
			url, cmd := program(t, l.args...)
			act(t, url, l.cookie, h, "accept", map[string]any{})
			kill(cmd)
		}
		opened := func(p id.Piece) (n int) {
			v, err := l.routes.Show(t.Context(), l.Ana, p)
			must(t, err)
			for _, x := range v.Passages {
				if x.Step == 2 {
					n++
				}
			}
			return n
		}
		_, cmd := program(t, l.args...)
		for _, p := range all {
			until(t, "the next step is open", func() bool { return opened(p) > 0 })
		}
		kill(cmd)
		l.catchUp(t)
		for i, p := range all {
			if n := opened(p); n != 1 {
				t.Errorf("piece %d: its next step was opened %d times", i+1, n)
			}
		}
		asked, err := l.handoffs.List(t.Context(), l.Ana, handoff.Filter{Service: l.Sew.ID})
		if err != nil || len(asked.Rows) != pieces {
			t.Errorf("sewing was asked %d times, want %d, %v", len(asked.Rows), pieces, err)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
