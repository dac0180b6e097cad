package chainmap

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/stat"
)

// workshop is a small chain with a post where work piles up, a pair between
// which it goes back and forth, and a node that nothing touches.
func workshop() Graph {
	hours := func(n int, mean float64) Wait {
		d := time.Duration(mean * float64(time.Hour))
		return Wait{N: n, P50: d, P85: 2 * d, Sum: time.Duration(n) * d}
	}
	nodes := []Node{
		{ID: "d", Name: "Diseño", Wait: hours(100, 2)},
		{ID: "c", Name: "Corte", URL: "/c", Wait: hours(100, 2)},
		{ID: "s", Name: "Costura", Wait: hours(100, 20)},
		{ID: "a", Name: "Acabado", Wait: hours(100, 1)},
		{ID: "x", Name: "Nadie"},
		{ID: "t", Name: "Tienda </script>", Outside: true},
	}
	link := func(from, to, n, first, back int) Link {
		return Link{From: from, To: to, N: n, First: stat.Wilson(first, n), Bounce: Bounce{Cases: n, Back: back}}
	}
	return Draw(nodes, []Link{
		link(0, 1, 100, 60, 35), link(1, 2, 400, 380, 8), link(2, 3, 390, 300, 10), link(3, 5, 5, 5, 0),
	})
}

func TestTheMapShowsWhereWorkWaitsAndWhereItBounces(t *testing.T) {
	g := workshop()
	if jams := g.Jams(); len(jams) != 1 || jams[0].Name != "Costura" || g.hundredth(jams[0]) != 80 {
		t.Errorf("work piles up at %+v", jams)
	}
	if pings := g.PingPongs(); len(pings) != 1 || g.Nodes[pings[0].From].Name != "Diseño" {
		t.Errorf("work goes back and forth on %+v", pings)
	}
	got := map[string]Grade{}
	for _, l := range g.Links {
		got[g.Nodes[l.From].Name] = l.Grade()
	}
	for from, want := range map[string]Grade{"Diseño": FarBelow, "Corte": Well, "Costura": Below, "Acabado": Unknown} {
		if got[from] != want {
			t.Errorf("the link from %s is %v, want %v", from, got[from], want)
		}
	}
	if g.Whole.Nodes != 5 || g.Whole.Links != 4 || g.Whole.N != 895 {
		t.Errorf("all of it: %+v", g.Whole)
	}
}

func TestWhatMattersMostComesFirst(t *testing.T) {
	g := workshop()
	if a, b := g.Nodes[g.Links[0].From].Name, g.Nodes[g.Links[2].From].Name; a != "Costura" || b != "Diseño" {
		t.Errorf("first %s, third %s", a, b) // what fails weighs three times as much
	}
	few := g.Top(1)
	if len(few.Links) != 1 || len(few.Nodes) != 2 || few.Whole != g.Whole {
		t.Errorf("the top of it: %+v", few)
	}
	if l := few.Links[0]; few.Nodes[l.From].Name != "Costura" || few.Nodes[l.To].Name != "Acabado" {
		t.Errorf("its ends moved: %+v", few)
	}
	if len(g.Links) != 4 || g.Nodes[g.Links[0].From].Name != "Costura" {
		t.Error("the whole graph changed")
	}
}

func TestTheScriptReadsTheSame(t *testing.T) {
	ctx := i18n.With(t.Context(), "es")
	b, err := json.Marshal(data{ctx, workshop()})
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Nodes, Links [][]any }
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	if got.Nodes[4][1] != "Tienda </script>" || got.Nodes[4][4] != 1.0 || got.Nodes[2][4] != 2.0 {
		t.Errorf("nodes %v", got.Nodes)
	}
	if l := got.Links[2]; l[0] != 0.0 || l[1] != 1.0 || l[2] != 3.0 || l[3] != 100.0 || l[4] != "vuelve 35 %" || l[5] != 1.0 {
		t.Errorf("link %v", l)
	}
}

// A table of thousands of rows comes in pages, and together they are all of it.
func TestTheTableComesInPages(t *testing.T) {
	nodes := make([]Node, 22)
	var links []Link
	for i := range nodes {
		nodes[i].ID = string(rune('a' + i))
		for j := range nodes {
			if i != j {
				links = append(links, Link{From: i, To: j, N: 1})
			}
		}
	}
	a := Args{Graph: Draw(nodes, links), Drawn: 60, Page: func(row int) string { return strconv.Itoa(row) }}
	seen := 0
	for next := "0"; next != ""; {
		next, _, _ = strings.Cut(next, "#")
		a.Row = RowOf(next)
		seen += len(a.rows())
		next = a.pager().Next
	}
	if seen != len(links) || len(a.drawn().Links) != 60 {
		t.Errorf("%d rows of %d links, %d drawn", seen, len(links), len(a.drawn().Links))
	}
	for _, s := range []string{"", "-200", "x", "9999999999999999999", "199"} {
		if RowOf(s) != 0 {
			t.Errorf("%q begins at %d", s, RowOf(s))
		}
	}
	if a.Row = RowOf("4000"); len(a.rows()) != 0 || a.pager().Next != "" || a.pager().First == "" {
		t.Errorf("after the end: %d rows, %+v", len(a.rows()), a.pager())
	}
}

func TestAnEmptyGraph(t *testing.T) {
	g := Draw(nil, nil)
	if len(g.Jams())+len(g.PingPongs()) != 0 || len(g.Top(3).Links) != 0 {
		t.Errorf("%+v", g)
	}
}
