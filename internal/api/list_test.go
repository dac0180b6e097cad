package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
)

// all reads a list to its end, page by page.
func (w *world) all(a authz.Actor, path string) (out []json.RawMessage, pages int) {
	w.t.Helper()
	u, err := url.Parse(path)
	w.must(err)
	for pages = 1; pages < 20; pages++ {
		var p struct {
			Items []json.RawMessage
			Next  string
		}
		w.as(a, http.MethodGet, u.String(), nil).is(http.StatusOK).read(&p)
		if out = append(out, p.Items...); p.Next == "" {
			return out, pages
		}
		q := u.Query()
		q.Set("cursor", p.Next)
		if u.Path == "/facts" {
			q.Del("cursor")
			q.Set("after", p.Next)
		}
		u.RawQuery = q.Encode()
	}
	w.t.Fatalf("%s has no end", path)
	return nil, 0
}

// Every list can be read to its end, and nothing is missing or there twice.
func TestListsAreReadPageByPage(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for range 7 {
			w.asked()
		}
		for path, want := range map[string]int{
			"/handoffs?limit=3": 7, "/handoffs?limit=3&open=true": 7, "/handoffs?limit=3&q=mangas": 7, "/nodes?limit=2": 5, "/people?limit=4": 6,
			"/services?limit=1": 3, "/notices?limit=3": 0, "/queues/" + string(w.Making) + "?limit=3": 7, "/links?limit=1": 1,
			"/tokens?limit=1": 1,
		} {
			items, pages := w.all(w.Ana, path)
			seen := map[string]bool{}
			for _, it := range items {
				if seen[string(it)] {
					t.Errorf("%s: twice: %s", path, it)
				}
				seen[string(it)] = true
			}
			if len(items) != want {
				t.Errorf("%s: %d items in %d pages, want %d", path, len(items), pages, want)
			}
		}
		if n, _ := w.all(w.Carla, "/notices?limit=3"); len(n) != 7 {
			t.Errorf("%d notices", len(n))
		}
		facts, _ := w.all(w.Ana, "/facts?limit=10")
		for i, it := range facts {
			var f api.Fact
			if err := json.Unmarshal(it, &f); err != nil || f.Seq != int64(i+1) || f.Kind == "" {
				t.Errorf("fact %d of %d: %s", i+1, len(facts), it)
			}
		}
		if head, err := fact.Head(t.Context(), d, 1); err != nil || int64(len(facts)) != head {
			t.Errorf("%d facts of %d were read (%v)", len(facts), head, err)
		}
	})
}

// numbers reads the numbers of the handoffs that match, in their order.
func (w *world) numbers(a authz.Actor, path string) (out []int64) {
	w.t.Helper()
	var p struct{ Items []api.Handoff }
	w.as(a, http.MethodGet, path, nil).is(http.StatusOK).read(&p)
	for _, h := range p.Items {
		out = append(out, h.Number)
	}
	return out
}

func TestEverybodyFindsWhatItLooksFor(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.asked()                                            // 1
		w.moved(handoff.Taken)                               // 2
		w.moved(handoff.Taken, handoff.Delivered)            // 3
		w.moved(handoff.Delivered, handoff.Returned)         // 4
		h := w.moved(handoff.Delivered, handoff.Accepted)    // 5
		w.as(w.Diego, http.MethodPost, "/handoffs", api.Ask{ // 6
			Service: string(w.Help.ID), Customer: string(w.Sewing), Title: "Máquina atorada", Tags: []string{"Urgente hoy"}, Assignee: string(w.Fabio.Person),
		}).is(http.StatusCreated)
		cutting, making := string(w.Cutting), string(w.Making)
		for _, c := range []struct {
			who  authz.Actor
			path string
			want []int64
		}{
			{w.Carla, "/handoffs?box=owe", []int64{1, 2, 4}},
			{w.Diego, "/handoffs?box=owed", []int64{1, 2, 4, 6}},
			{w.Elena, "/handoffs?box=to_accept", []int64{3}},
			{w.Ana, "/handoffs", []int64{6, 5, 4, 3, 2, 1}},
			{w.Ana, "/handoffs?node=" + cutting, []int64{5, 4, 3, 2, 1}},
			{w.Ana, "/handoffs?node=" + cutting + "&node=" + string(w.Computers), []int64{6, 5, 4, 3, 2, 1}},
			{w.Ana, "/handoffs?node=" + string(w.Sewing) + "&side=customer&state=accepted&state=asked", []int64{6, 5, 1}},
			{w.Ana, "/handoffs?service=" + string(w.Help.ID), []int64{6}},
			{w.Ana, "/handoffs?link=" + string(h.Link) + "&open=true", []int64{1, 2, 3, 4}},
			{w.Ana, "/handoffs?order_ref=P%2F2231&state=accepted", []int64{5}},
			{w.Fabio, "/handoffs?assignee=me", []int64{6}},
			{w.Ana, "/handoffs?assignee=" + string(w.Carla.Person) + "&state=taken", []int64{2}},
			{w.Ana, "/handoffs?tag=urgente+HOY", []int64{6}},
			{w.Ana, "/handoffs?q=maquina+ato", []int64{6}},
			{w.Ana, "/handoffs?came_back=true", []int64{4}},
			{w.Ana, "/handoffs?reason=1&service=" + string(w.Cut.ID), []int64{4}},
			{w.Ana, "/handoffs?closed_since=2020-01-01T00:00:00Z", []int64{5}},
			{w.Ana, "/handoffs?late=true", nil},
			{w.Ana, "/handoffs?limit=2", []int64{6, 5}},
			{w.Ana, "/queues/" + making, []int64{1, 2, 3, 4}},
			{w.Ana, "/queues/" + making + "?subtree=false", nil},
			{w.Ana, "/queues/" + cutting + "?state=taken", []int64{2}},
			{w.Ana, "/queues/" + cutting + "?open=false&state=accepted", []int64{5}},
			{w.Ana, "/queues/" + making + "?side=customer&state=delivered", []int64{3}},
		} {
			if got := w.numbers(c.who, c.path); !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, want %v", c.path, got, c.want)
			}
		}
		var o api.Order
		w.as(w.Fabio, http.MethodGet, "/orders/P%2F2231", nil).is(http.StatusOK).read(&o)
		if len(o.Handoffs) != 5 || !o.Until.IsZero() || o.From.IsZero() {
			t.Errorf("the order: %+v", o)
		}
	})
}

func TestFiguresTellHowMuchTheyKnow(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var h handoff.Handoff
		figures := func() (s api.LinkStats) {
			t.Helper()
			for _, f := range []fact.Follower{handoff.Stats, handoff.Flow} {
				w.must(f.CatchUp(t.Context(), d))
			}
			w.as(w.Fabio, http.MethodGet, "/links/"+string(h.Link)+"/stats", nil).is(http.StatusOK).read(&s)
			return s
		}
		for range 9 {
			h = w.moved(handoff.Taken, handoff.Delivered, handoff.Accepted)
		}
		if s := figures().All; s.Accepted != 9 || s.RightFirstTime.Rate != nil || s.RightFirstTime.N != 9 {
			t.Errorf("nine are too few to speak of a rate: %+v", s)
		}
		w.moved(handoff.Delivered, handoff.Returned, handoff.Delivered, handoff.Accepted)
		s := figures()
		if r := s.All.RightFirstTime; r.K != 9 || r.N != 10 || r.Rate == nil || *r.Rate != 0.9 || *r.Low >= 0.9 || *r.High <= 0.9 {
			t.Errorf("the rate: %+v", r)
		}
		if len(s.Services) != 1 || s.Services[0].Name != "Piezas cortadas" || len(s.Reasons) != 1 || s.Reasons[0].Count != 1 || s.Times.N != 10 {
			t.Errorf("the rest: %+v", s)
		}
		if r := s.Reasons[0]; r.Share != 1 || r.Sum != 1 {
			t.Errorf("the only reason: %+v", r)
		}
		if c := s.Chart; c.Kind != "run" || len(c.Weeks) != 1 || c.Weeks[0].K != 9 || c.Weeks[0].N != 10 || c.Weeks[0].Low != nil {
			t.Errorf("the chart: %+v", c)
		}
		if b := s.PingPong; b.Cases != 10 || b.Back != 1 || b.Share.Rate == nil || len(b.Handoffs) != 1 || b.Handoffs[0].OrderRef != "P/2231" || b.Handoffs[0].Deliveries != 2 {
			t.Errorf("what came back: %+v", b)
		}
		var p api.Passes
		w.as(w.Fabio, http.MethodGet, "/chain/live", nil).is(http.StatusOK).read(&p)
		if p.Cases != 1 || len(p.Links) != 2 || p.Links[0].SupplierName != "Corte" || p.Links[0].N != 11 || p.Links[0].BackAtOnce != 10 {
			t.Errorf("how work passes: %+v", p)
		}
		for query, want := range map[string]int{"": 11, "?subtree=false": 0, "?since=2190-01-01T00:00:00Z": 0} {
			var n api.NodeStats
			w.as(w.Fabio, http.MethodGet, "/nodes/"+string(w.Making)+"/stats"+query, nil).is(http.StatusOK).read(&n)
			if n.All.Delivered != want || n.Promises.Deliver.Kept.N != min(want, 10) || n.Node.Name != "Producción" {
				t.Errorf("%q: %+v", query, n)
			}
		}
	})
}

func TestAPartOfTheChainIsAskedFor(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for range 11 {
			w.moved(handoff.Taken, handoff.Delivered, handoff.Accepted)
		}
		_, err := w.Handoffs.HandOn(t.Context(), w.Diego, handoff.Ask{Service: w.Sew.ID, Customer: w.Shop, Title: "12 blusas", Quantity: 12}, handoff.Step{})
		w.must(err)
		for _, f := range []fact.Follower{handoff.Stats, handoff.Flow} {
			w.must(f.CatchUp(t.Context(), d))
		}
		for query, want := range map[string]struct{ links, nodes int }{
			"": {2, 5}, "?relation=horizontal": {1, 3}, "?relation=external": {1, 3}, "?relation=vertical": {}, "?limit=1": {1, 3}, "?limit=9": {2, 4},
			"?service=" + string(w.Cut.ID): {2, 4}, "?order_ref=P%2F2231": {1, 3}, "?order_ref=none": {}, "?area=" + string(w.Shop): {1, 3},
			"?area=" + string(w.Making): {2, 4},
		} {
			var c api.Chain
			w.as(w.Fabio, http.MethodGet, "/chain"+query, nil).is(http.StatusOK).read(&c)
			if len(c.Links) != want.links || len(c.Nodes) != want.nodes || c.Total < want.links {
				t.Errorf("%q: %d links, %d nodes, want %v: %+v", query, len(c.Links), len(c.Nodes), want, c)
			}
		}
		var c api.Chain
		w.as(w.Fabio, http.MethodGet, "/chain?limit=1", nil).is(http.StatusOK).read(&c)
		e := c.Links[0]
		if c.Total != 2 || e.Supplier != string(w.Cutting) || e.Accepted != 11 || e.Asked != 11 || e.Bounce != (api.CameBack{Cases: 11}) || e.Wait.N != 11 {
			t.Errorf("%d, %+v", c.Total, e)
		}
		if r := e.RightFirstTime; r.K != 11 || r.Rate == nil || *r.Rate != 1 || *r.Low != .7412 {
			t.Errorf("right first time: %+v", r)
		}
	})
}

// The whole network is packed once and sent often: it is what a reader gets who
// takes nothing packed, and follows what is done.
func TestTheChainThatIsKeptPackedIsTheChain(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for n := range 3 {
			w.moved(handoff.Taken, handoff.Delivered, handoff.Accepted)
			for _, f := range []fact.Follower{handoff.Stats, handoff.Flow} {
				w.must(f.CatchUp(t.Context(), d))
			}
			plain := w.as(w.Fabio, http.MethodGet, "/chain", nil, "Accept-Encoding", "identity").is(http.StatusOK)
			for range 2 {
				packed := w.as(w.Fabio, http.MethodGet, "/chain", nil, "Accept-Encoding", "gzip").is(http.StatusOK)
				z, err := gzip.NewReader(bytes.NewReader(packed.body))
				w.must(err)
				b, err := io.ReadAll(z)
				w.must(err)
				if packed.header.Get("Content-Encoding") != "gzip" || !bytes.Equal(b, plain.body) || plain.header.Get("Content-Type") != packed.header.Get("Content-Type") {
					t.Errorf("packed %s\nplain  %s", b, plain.body)
				}
			}
			var c api.Chain
			w.as(w.Fabio, http.MethodGet, "/chain", nil).is(http.StatusOK).read(&c)
			if len(c.Links) != 1 || c.Links[0].Accepted != n+1 {
				t.Errorf("after %d: %+v", n+1, c.Links)
			}
		}
		var other api.Chain
		w.as(w.other.Ana, http.MethodGet, "/chain", nil).is(http.StatusOK).read(&other)
		if len(other.Links) != 0 {
			t.Errorf("another company sees %+v", other.Links)
		}
	})
}

// What is open is beside the share of what ended, on a link and in the company.
func TestPromisesShowWhatIsOpen(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var h handoff.Handoff
		for range 10 {
			h = w.moved(handoff.Taken, handoff.Delivered, handoff.Accepted)
		}
		open := w.moved(handoff.Taken)
		var l api.LinkStats
		w.as(w.Fabio, http.MethodGet, "/links/"+string(h.Link)+"/stats", nil).is(http.StatusOK).read(&l)
		p := l.Promises
		if r := p.Deliver.Kept; r.K != 10 || r.N != 10 || r.Rate == nil || *r.Rate != 1 || *r.Low >= 1 || p.Deliver.Time == nil || p.Take.Timed != 10 {
			t.Errorf("the promises of the link: %+v", p)
		}
		if u := p.Under; u.N != 1 || u.Late != 0 || u.Untaken != 0 || u.Oldest != open.Number || u.OldestAt.IsZero() {
			t.Errorf("what is open: %+v", u)
		}
		var c api.CompanyStats
		w.as(w.Fabio, http.MethodGet, "/company/stats", nil).is(http.StatusOK).read(&c)
		if !reflect.DeepEqual(c.Promises, p) {
			t.Errorf("the company: %+v", c.Promises)
		}
		var later api.CompanyStats
		w.as(w.Fabio, http.MethodGet, "/company/stats?since=2190-01-01T00:00:00Z", nil).is(http.StatusOK).read(&later)
		if p := later.Promises; p.Deliver.Kept.N != 0 || p.Deliver.Kept.Rate != nil || p.Under.N != 1 {
			t.Errorf("later: %+v", p)
		}
		w.as(w.Fabio, http.MethodGet, "/company/stats?since=yesterday", nil).is(http.StatusUnprocessableEntity)
	})
}

// People, nodes and services change only in what was sent.
func TestAChangeLeavesTheRestAlone(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var s api.Service
		at := "/services/" + string(w.Cut.ID)
		w.as(w.Carla, http.MethodPatch, at, `{"deliver_secs":10800,"reasons":[{"text":"Manchado"},{"text":"Roto"}]}`).is(http.StatusOK).read(&s)
		want := []api.Item{{ID: "2", Text: "Manchado"}, {ID: "3", Text: "Roto"}, {ID: "1", Text: "Medida equivocada", Gone: true}}
		if s.Name != "Piezas cortadas" || s.TakeSecs != 7200 || s.DeliverSecs != 10800 || len(s.Requirements) != 2 {
			t.Errorf("the service: %+v", s)
		}
		for _, it := range want {
			if !slices.ContainsFunc(s.Reasons, func(r api.Item) bool { return r.Text == it.Text && r.Gone == it.Gone }) {
				t.Errorf("%+v is not in %+v", it, s.Reasons)
			}
		}
		var n api.Node
		w.as(w.Ana, http.MethodPatch, "/nodes/"+string(w.Cutting), `{"parent":""}`).is(http.StatusOK).read(&n)
		if n.Parent != "" || n.Name != "Corte" || n.Path != "Corte" || n.Kind != "post" {
			t.Errorf("the node: %+v", n)
		}
		var p api.Person
		w.as(w.Elena, http.MethodPatch, "/people/"+string(w.Elena.Person), `{"lang":"en"}`).is(http.StatusOK).read(&p)
		if p.Lang != "en" || p.Name != "Elena Sol" || p.Email == "" || !p.Active || len(p.Places) != 1 || p.Access != "" {
			t.Errorf("the person: %+v", p)
		}
		if got := w.as(w.Fabio, http.MethodGet, "/people/"+string(w.Elena.Person), nil).is(http.StatusOK); strings.Contains(string(got.body), "@") {
			t.Errorf("anybody reads an address: %s", got.body)
		}
		var c api.Company
		w.as(w.Ana, http.MethodPatch, "/company", `{"accept_days":4}`).is(http.StatusOK).read(&c)
		if c.Name != "Taller" || c.AcceptDays != 4 || len(c.Calendar) < 50 {
			t.Errorf("the company: %+v", c)
		}
		h := w.asked()
		var change api.Detail
		w.as(w.Elena, http.MethodPatch, "/handoffs/"+string(h.ID), `{"need_by":"2190-01-01T00:00:00Z","tags":["Azul"]}`).is(http.StatusOK)
		w.as(w.Elena, http.MethodPatch, "/handoffs/"+string(h.ID), `{"need_by":""}`).is(http.StatusOK).read(&change)
		if !change.NeedBy.IsZero() || len(change.Tags) != 1 || change.OrderRef != "P/2231" || len(change.Story) != 3 {
			t.Errorf("the handoff: %+v", change)
		}
	})
}

// What both agreed holds for the next handoff, and is told before it is asked.
func TestWhatWasAgreedHolds(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.asked()
		due := func() (v api.Due) {
			t.Helper()
			path := fmt.Sprintf("/due?service=%s&customer=%s", w.Cut.ID, w.Sewing)
			w.as(w.Diego, http.MethodGet, path, nil).is(http.StatusOK).read(&v)
			return v
		}
		if v := due(); v.Agreement != "" || v.DeliverSecs != 8*3600 || v.DeliverBy.Sub(v.TakeBy).Hours() != 6 || len(v.Requirements) != 2 {
			t.Errorf("the default: %+v", v)
		}
		at := "/links/" + string(h.Link) + "/agreements"
		w.as(w.Diego, http.MethodPost, at, api.Proposal{Service: string(w.Cut.ID), TakeSecs: 60, DeliverSecs: 3600, AcceptDays: 61}).
			says(http.StatusUnprocessableEntity, "body.accept_days", "link.err.accept_days")
		w.as(w.Diego, http.MethodPost, at, api.Proposal{Service: string(w.Cut.ID)}).says(http.StatusUnprocessableEntity, "body.deliver_secs", "link.err.time")
		var g api.Agreement
		w.as(w.Diego, http.MethodPost, at, api.Proposal{
			Service: string(w.Cut.ID), TakeSecs: 60, DeliverSecs: 3600, Target: 95, AcceptDays: 2, Requirements: []api.Item{{Text: "Dobladas"}},
		}).is(http.StatusCreated).read(&g)
		w.as(w.Diego, http.MethodPost, "/agreements/"+g.ID+"/accept", nil).says(http.StatusForbidden, "", "link.err.other_side_decides")
		w.as(w.Carla, http.MethodPost, "/agreements/"+g.ID+"/accept", nil).is(http.StatusOK).read(&g)
		if g.State != "accepted" || g.AcceptDays != 2 || g.DecidedBy != string(w.Carla.Person) || g.Side != "customer" {
			t.Errorf("agreed: %+v", g)
		}
		w.as(w.Carla, http.MethodPost, "/agreements/"+g.ID+"/reject", nil).says(http.StatusConflict, "", "link.err.already_decided")
		if v := due(); v.Agreement != g.ID || v.DeliverSecs != 3600 || v.Target != 95 || v.Requirements[0].Text != "Dobladas" {
			t.Errorf("what holds: %+v", v)
		}
		if h := w.asked(); h.DueAt.Sub(h.AskedAt.Time).Hours() != 1 {
			t.Errorf("the next handoff: %+v", h)
		}
	})
}
