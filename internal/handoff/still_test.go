package handoff_test

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// shown is all that is kept of one link and of those around it.
type shown struct {
	company, one, two handoff.Promises
	link              handoff.LinkFigures
	bounced           []handoff.Bounced
}

func tell(t *testing.T, s *handoff.Service, w *fixture.Company, l id.Link, since time.Time) (out shown) {
	t.Helper()
	ctx := t.Context()
	var errs [5]error
	out.company, errs[0] = s.Promises(ctx, w.Ana, handoff.Whose{}, since)
	out.one, errs[1] = s.Promises(ctx, w.Ana, handoff.Whose{Suppliers: []id.Node{w.Cutting}}, since)
	out.two, errs[2] = s.Promises(ctx, w.Ana, handoff.Whose{Suppliers: []id.Node{w.Cutting, w.Computers}, Customer: w.Sewing}, since)
	out.link, errs[3] = s.LinkFigures(ctx, w.Ana, l, since)
	out.bounced, errs[4] = s.Bounced(ctx, w.Ana, l, since)
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// A reader that keeps what it read says what one says that never read anything,
// whatever another process writes and however the time passes.
func TestFiguresThatAreKeptAreAsTheyAre(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		since := d.Now().Add(-time.Hour)
		keeps := handoff.New(d) // the writer is another: w.Handoffs
		l := ask(t, w, handoff.Ask{Quantity: 5}).Link
		same := func(after string) {
			t.Helper()
			kept, read := tell(t, keeps, w, l, since), tell(t, handoff.New(d), w, l, since)
			if !reflect.DeepEqual(kept, read) {
				t.Fatalf("after %s\nkept %+v\nread %+v", after, kept, read)
			}
		}
		r := rand.New(rand.NewPCG(3, 20))
		for range 8 {
			h := ask(t, w, handoff.Ask{Quantity: 5})
			same("asking")
			for range 8 {
				c.pass(time.Duration(r.IntN(240)) * time.Minute)
				same("some hours")
				h = anything(t, w, r, h)
				same("a step")
			}
			ring(t, w)
			same("what came by itself")
			follow(t, d)
			same("the projections caught up")
		}
		n, err := org.GetNode(ctx, d, w.ID, w.Cutting)
		if err != nil {
			t.Fatal(err)
		}
		n.Name = "Corte fino"
		if _, err := w.Org.ChangeNode(ctx, w.Ana, n); err != nil {
			t.Fatal(err)
		}
		same("another name")
		o := w.Cut
		o.Reasons = append(o.Reasons[:0:0], o.Reasons...)
		o.Reasons[0].Text = "Otra medida"
		if _, err := w.Links.Change(ctx, w.Ana, o); err != nil {
			t.Fatal(err)
		}
		same("other words for a reason")
		c.now = c.now.AddDate(0, 0, 7)
		same("a week")
		c.now = since // a clock that is put right
		same("a clock that goes back")
	})
}

// What becomes late without anybody doing anything is late from that moment on.
func TestFiguresThatAreKeptBecomeLate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w := fixture.New(t, d, 1)
		since := d.Now()
		h := ask(t, w, handoff.Ask{})
		for _, due := range []struct {
			at         time.Time
			slow, late int
		}{{h.TakeDueAt.Time, 1, 0}, {h.DueAt.Time, 1, 1}} {
			c.now = due.at.Add(-time.Second)
			before := promises(t, w, handoff.Whose{}, since).Under
			c.now = due.at
			if at := promises(t, w, handoff.Whose{}, since).Under; at != before {
				t.Errorf("in time at the last moment: %+v, before %+v", at, before)
			}
			c.now = due.at.Add(time.Microsecond)
			if u := promises(t, w, handoff.Whose{}, since).Under; u.Slow != due.slow || u.Late != due.late {
				t.Errorf("a moment after %s: %+v", due.at, u)
			}
			if f, err := w.Handoffs.LinkFigures(t.Context(), w.Ana, h.Link, since); err != nil || f.Promises.Under.Late != due.late {
				t.Errorf("the link: %+v, %v", f.Promises.Under, err)
			}
		}
	})
}

// A company never sees what was kept for another.
func TestFiguresAreKeptForEachCompany(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, other := fixture.New(t, d, 1), fixture.New(t, d, 2)
		since := d.Now().Add(-time.Hour)
		h := ask(t, w, handoff.Ask{})
		if p := promises(t, w, handoff.Whose{}, since); p.Under.Open != 1 {
			t.Fatalf("%+v", p.Under)
		}
		tell(t, w.Handoffs, w, h.Link, since)
		if p, err := w.Handoffs.Promises(t.Context(), other.Ana, handoff.Whose{}, since); err != nil || p.Under.Open != 0 {
			t.Errorf("another company sees %+v, %v", p.Under, err)
		}
		if _, err := w.Handoffs.LinkFigures(t.Context(), other.Ana, h.Link, since); err == nil {
			t.Error("another company sees the link")
		}
		if b, err := w.Handoffs.Bounced(t.Context(), other.Ana, h.Link, since); err != nil || len(b) != 0 {
			t.Errorf("another company sees what came back: %v, %v", b, err)
		}
	})
}
