package handoff_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

func numbers(t *testing.T, w *fixture.Company, a authz.Actor, f handoff.Filter) []int64 {
	t.Helper()
	var out []int64
	for {
		p, err := w.Handoffs.List(t.Context(), a, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range p.Rows {
			out = append(out, h.Number)
		}
		if p.Next == "" {
			return out
		}
		f.Cursor = p.Next
	}
}

func TestListsFindWhatTheyShould(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		a := ask(t, w, handoff.Ask{Title: "Camisa azul, talla Ñ", Order: "P-2026-17", Tags: []string{"Urge", "#feria", "día", "dia"}})
		b := move(t, w, w.Carla, ask(t, w, handoff.Ask{Title: "Pantalón azul"}), handoff.Delivered, handoff.Step{})
		c := ask(t, w, handoff.Ask{Service: w.Help.ID, Customer: w.Sewing, Title: "No imprime"})
		e := move(t, w, w.Diego, ask(t, w, handoff.Ask{Title: "Camisón"}), handoff.Cancelled, handoff.Step{})
		for name, q := range map[string]struct {
			a    authz.Actor
			f    handoff.Filter
			want []int64
		}{
			"owe":               {w.Carla, handoff.Filter{Box: handoff.Owe}, []int64{a.Number}},
			"owed":              {w.Diego, handoff.Filter{Box: handoff.Owed}, []int64{a.Number, c.Number}},
			"to accept":         {w.Elena, handoff.Filter{Box: handoff.ToAccept}, []int64{b.Number}},
			"nothing of mine":   {w.Ana, handoff.Filter{Box: handoff.Owe}, nil},
			"all, newest first": {w.Ana, handoff.Filter{}, []int64{e.Number, c.Number, b.Number, a.Number}},
			"two suppliers":     {w.Ana, handoff.Filter{Nodes: []id.Node{w.Cutting, w.Computers}, Open: true}, []int64{a.Number, b.Number, c.Number}},
			"by state":          {w.Ana, handoff.Filter{States: []handoff.State{handoff.Cancelled}}, []int64{e.Number}},
			"by service":        {w.Ana, handoff.Filter{Service: w.Help.ID}, []int64{c.Number}},
			"by order":          {w.Ana, handoff.Filter{Order: "P-2026-17"}, []int64{a.Number}},
			"by assignee":       {w.Ana, handoff.Filter{Assignee: w.Carla.Person}, []int64{b.Number}},
			"by tag":            {w.Ana, handoff.Filter{Tag: "FERIA"}, []int64{a.Number}},
			"a begun word":      {w.Ana, handoff.Filter{Text: "cami"}, []int64{e.Number, a.Number}},
			"without accents":   {w.Ana, handoff.Filter{Text: "pantalon"}, []int64{b.Number}},
			"two words":         {w.Ana, handoff.Filter{Text: "azul cam"}, []int64{a.Number}},
			"a word and state":  {w.Ana, handoff.Filter{Text: "azul", States: []handoff.State{handoff.Delivered}}, []int64{b.Number}},
			"a word and a node": {w.Ana, handoff.Filter{Text: "no", Nodes: []id.Node{w.Computers}}, []int64{c.Number}},
			"no such word":      {w.Ana, handoff.Filter{Text: "zzz"}, nil},
		} {
			if got := numbers(t, w, q.a, q.f); !slices.Equal(got, q.want) {
				t.Errorf("%s: got %v, want %v", name, got, q.want)
			}
		}
		for _, bad := range []handoff.Filter{{Box: "mine"}, {Limit: 500}, {Cursor: "?"}, {States: []handoff.State{"x"}}} {
			if _, err := w.Handoffs.List(t.Context(), w.Ana, bad); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		counts, err := w.Handoffs.Counts(t.Context(), w.Diego)
		if err != nil || counts != (handoff.Counts{Owed: 2, ToAccept: 1}) {
			t.Errorf("counts are %+v, %v", counts, err)
		}
	})
}

// Page by page, every row comes exactly once, in every order.
func TestPagesJoinWithoutGaps(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		for i := range 23 {
			ask(t, w, handoff.Ask{Title: fmt.Sprintf("lote %d", i)})
		}
		for _, f := range []handoff.Filter{
			{},
			{Open: true},
			{Nodes: []id.Node{w.Cutting, w.Sewing, w.Computers}},
			{Text: "lote"},
			{Box: handoff.Owe},
			{Nodes: []id.Node{w.Sewing, w.Cutting}, Side: handoff.ForCustomer, Open: true},
			{Nodes: append(many(150), w.Cutting)},
			{Nodes: append(many(150), w.Cutting), Open: true},
		} {
			f.Limit = 5
			got := numbers(t, w, w.Carla, f)
			all := slices.Clone(got)
			slices.Sort(all)
			if len(slices.Compact(all)) != 23 || len(got) != 23 {
				t.Errorf("%+v: got %v", f, got)
			}
		}
	})
}

// A word that very many have is looked for along the list, a rare one along its
// own rows; what is found is the same.
func TestCommonWords(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		const all = 2100
		var pasts []handoff.Past
		var cut, blue, late []int64
		for i := range all {
			p := handoff.Past{Kind: handoff.Pull, By: w.Diego.Person, Ask: handoff.Ask{
				Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote común", HappenedAt: at(8),
			}}
			n := int64(all - i) // newest first
			switch {
			case n%100 == 0:
				p.Ask.Service, p.Ask.Customer = w.Help.ID, w.Cutting
			case n%7 == 0:
				p.Ask.Title, blue = "Lote común azul", append(blue, n)
				fallthrough
			default:
				cut = append(cut, n)
			}
			pasts = append(pasts, p)
		}
		slices.Reverse(pasts)
		if err := record(t, w, pasts...); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			late = append(late, ask(t, w, handoff.Ask{Title: fmt.Sprintf("Lotes comunes %d", i)}).Number)
		}
		slices.Reverse(late)
		for name, q := range map[string]struct {
			f    handoff.Filter
			want []int64
		}{
			"common words of a node": {handoff.Filter{Text: "lote comun", Nodes: []id.Node{w.Cutting}}, cut},
			"a begun common word":    {handoff.Filter{Text: "com", Nodes: []id.Node{w.Cutting}, Open: true}, slices.Concat(late, cut)},
			"and a rare one":         {handoff.Filter{Text: "comun azul"}, blue},
			"and one that is none":   {handoff.Filter{Text: "comun verde"}, nil},
		} {
			if got := numbers(t, w, w.Ana, q.f); !slices.Equal(got, q.want) {
				t.Errorf("%s: got %d, want %d: %v", name, len(got), len(q.want), got[:min(5, len(got))])
			}
		}
	})
}

// many returns nodes that do not exist.
func many(n int) []id.Node {
	out := make([]id.Node, n)
	for i := range out {
		out[i] = id.New[id.Node]()
	}
	return out
}

func TestWhoHears(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{})
		if err := w.Handoffs.Watch(ctx, w.Fabio, h.ID, true); err != nil {
			t.Fatal(err)
		}
		move(t, w, w.Carla, h, handoff.Taken, handoff.Step{})
		if _, err := w.Handoffs.Comment(ctx, w.Carla, h.ID, "¿Qué talla, @Elena? Avisa a @Ana Torres y a @anabel", nil); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[*authz.Actor][]string{
			&w.Carla: {"asked"}, &w.Diego: {"commented", "taken"}, &w.Elena: {"mentioned"}, &w.Ana: {"mentioned"},
			&w.Fabio: {"commented", "taken"}, &w.Bruno: nil,
		} {
			notices, err := notify.List(ctx, d, *who, "", 10)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range notices {
				got = append(got, n.Kind)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s hears %v, want %v", who.Name, got, want)
			}
		}
	})
}

func TestARedirectedHandoffBeginsAnew(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := move(t, w, w.Carla, ask(t, w, handoff.Ask{}), handoff.Taken, handoff.Step{})
		h, err := w.Handoffs.Redirect(ctx, w.Carla, h.ID, w.Help.ID, handoff.Step{Note: "Esto lo ve Sistemas"})
		if err != nil || h.Supplier != w.Computers || h.State != handoff.Asked || h.Assignee != "" {
			t.Fatalf("%+v, %v", h, err)
		}
		if got := numbers(t, w, w.Fabio, handoff.Filter{Box: handoff.Owe}); !slices.Equal(got, []int64{h.Number}) {
			t.Errorf("the new supplier owes %v", got)
		}
		if _, err := w.Handoffs.Redirect(ctx, w.Fabio, h.ID, w.Sew.ID, handoff.Step{Note: "x"}); errs.FieldsOf(err)["service"] == "" {
			t.Errorf("sent back to who asked: %v", err)
		}
		detail, err := w.Handoffs.Get(ctx, w.Ana, h.ID)
		if err != nil || detail.Nodes[w.Cutting] != "Corte" || detail.Nodes[w.Computers] != "Sistemas" {
			t.Errorf("the story does not name the nodes: %v, %v", detail.Nodes, err)
		}
	})
}

func TestFilesAreKeptByTheirContent(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 100)...)
		h := ask(t, w, handoff.Ask{Files: []handoff.Upload{{Name: `..\..\etc/foto "1".pdf`, Content: png}}})
		detail, err := w.Handoffs.Get(ctx, w.Fabio, h.ID)
		if err != nil || len(detail.Files) != 1 || len(detail.Story[0].Files) != 1 {
			t.Fatalf("%+v, %v", detail.Files, err)
		}
		f, content, err := w.Handoffs.File(ctx, w.Fabio, detail.Files[0].ID)
		if err != nil || f.Type != "image/png" || f.Name != "foto _1_.pdf" || !slices.Equal(content, png) {
			t.Errorf("%+v, %v", f, err)
		}
		other := fixture.New(t, d, 2)
		if _, _, err := other.Handoffs.File(ctx, other.Ana, f.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company read the file: %v", err)
		}
	})
}

// follow brings the figures up to date.
func follow(t *testing.T, d *db.DB) {
	t.Helper()
	for _, f := range []fact.Follower{handoff.Stats, handoff.Flow} {
		if err := f.CatchUp(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
}

// Random work on random links: the running figures are those of a rebuild.
func TestRunningFiguresEqualRebuilt(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range 60 {
			h := ask(t, w, handoff.Ask{Quantity: 10})
			for range rng.IntN(6) {
				steps := h.Steps(w.Ana)
				if len(steps) == 0 {
					break
				}
				to := steps[rng.IntN(len(steps))]
				in := handoff.Step{}
				if to.NeedsNote() {
					in.Note = "porque sí"
				}
				if to == handoff.Returned {
					in.Reason = "1"
				}
				h = move(t, w, w.Ana, h, to, in)
			}
			if i%20 == 0 {
				follow(t, d)
			}
		}
		follow(t, d)
		running, err := w.Handoffs.Chain(ctx, w.Ana, handoff.ChainFilter{Since: d.Now().AddDate(0, -1, 0)})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []fact.Follower{handoff.Stats, handoff.Flow} {
			if err := f.Rebuild(ctx, d, w.ID); err != nil {
				t.Fatal(err)
			}
		}
		rebuilt, err := handoff.New(d).Chain(ctx, w.Ana, handoff.ChainFilter{Since: d.Now().AddDate(0, -1, 0)})
		if err != nil {
			t.Fatal(err)
		}
		if len(running.Edges) != 1 || running.Edges[0].Asked != 60 || running.Edges[0] != rebuilt.Edges[0] ||
			running.Edges[0].Bounce.Cases != running.Edges[0].Accepted || running.Edges[0].Queue.N == 0 {
			t.Errorf("running %+v\nrebuilt %+v", running.Edges, rebuilt.Edges)
		}
		figures, err := w.Handoffs.LinkFigures(ctx, w.Diego, running.Edges[0].ID, d.Now().AddDate(0, -1, 0))
		if err != nil || figures.All != rebuilt.Edges[0].Figures {
			t.Errorf("the page of the link says %+v, the chain %+v, %v", figures.All, rebuilt.Edges[0].Figures, err)
		}
		why := 0
		for _, r := range figures.Reasons {
			why += r.Count
		}
		if why != figures.All.Returned {
			t.Errorf("%d came back, for %d reasons", figures.All.Returned, why)
		}
		last, err := fact.Head(ctx, d, w.ID)
		if err != nil || last == 0 {
			t.Errorf("the log has %d facts, %v", last, err)
		}
	})
}
