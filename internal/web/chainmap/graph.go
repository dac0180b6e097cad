// Package chainmap draws who supplies whom, and how well: an interactive map,
// and the same as a table. It takes plain values, so that the live company and
// an imported log are drawn by the same hand.
package chainmap

import (
	"cmp"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/stat"
)

// Graph is what a map shows. Draw makes it.
type Graph struct {
	Nodes []Node
	Links []Link // the most important first
	Whole Totals

	Inferred bool // right first time is read from the order of a log, and not from what the receivers said
	ByClock  bool // waits are time by the clock, nights and Sundays too, and not working time
}

// Node is one place of the network.
type Node struct {
	ID      string // the same from one drawing to the next: the layout is kept by it
	Name    string
	URL     string // its page; empty if it has none
	Group   string // the area that it stands in; empty if none
	Outside bool   // a customer or supplier that is not of the company
	Wait    Wait   // what waited here

	flow int  // all that came in and went out
	jam  bool // see Jam
}

// Link is one standing pair of supplier and customer.
type Link struct {
	From, To int    // places in Nodes
	URL      string // its page; empty if it has none
	Relation string // as people read it; empty if nothing is known
	N        int    // deliveries: how much travels here
	First    stat.Share
	Wait     Wait
	Bounce   Bounce

	bounces bool // see Bounces
}

// Wait is how long things waited: N of them, half at most P50 and 85 of 100 at
// most P85. Sum is all their waiting together.
type Wait struct {
	N             int
	P50, P85, Sum time.Duration
}

// Bounce is how often something came back: of Cases, Back did at least once and
// Twice at least twice (Twice ≤ Back ≤ Cases).
type Bounce struct{ Cases, Back, Twice int }

// Share returns the share of the cases that came back.
func (b Bounce) Share() stat.Share { return stat.Wilson(b.Back, b.Cases) }

// Totals is what all links of a map did together, those left out included.
type Totals struct {
	Nodes, Links int
	N            int // deliveries
	Bounce       Bounce
	Wait         Wait // N and Sum only
}

// Least is the fewest cases about which a map says how good a link is.
const Least = 10

// How good a link is. It is judged by its interval, so that chance blames
// nobody: Below is said only if all of it is below.
const (
	target = 0.90 // what most promises ask for
	half   = 0.75 // far from it
)

// Grade is how well a link works.
type Grade int

// The grades. Each has its own colour, line and word.
const (
	Unknown  Grade = iota // too few cases
	Well                  // 90 of 100 right first time, or nobody can say that it is less
	Below                 // surely less than 90 of 100
	FarBelow              // surely less than 75 of 100
)

// Grade judges the link.
func (l Link) Grade() Grade {
	switch {
	case l.First.N < Least:
		return Unknown
	case l.First.High < half:
		return FarBelow
	case l.First.High < target:
		return Below
	}
	return Well
}

// Bounces reports whether work goes back and forth on the link: surely more
// often than on all links together, and at least twice as often.
func (l Link) Bounces() bool { return l.bounces }

// Jam reports whether work piles up at the node: a tenth or more of all the
// waiting of the network is there, and at least twice what its share of the
// work explains.
func (n Node) Jam() bool { return n.jam }

// Flow is how many deliveries came to the node or left it.
func (n Node) Flow() int { return n.flow }

// Draw returns the graph of nodes and links: it judges them, and puts first
// what is most important. Nodes without a link are left out.
func Draw(nodes []Node, links []Link) Graph {
	g := Graph{Nodes: slices.Clone(nodes), Links: slices.Clone(links)}
	for _, l := range g.Links {
		g.Nodes[l.From].flow += l.N
		g.Nodes[l.To].flow += l.N
		g.Whole.N += l.N
		g.Whole.Bounce.Cases += l.Bounce.Cases
		g.Whole.Bounce.Back += l.Bounce.Back
		g.Whole.Bounce.Twice += l.Bounce.Twice
	}
	g.judge()
	slices.SortStableFunc(g.Links, func(a, b Link) int { return cmp.Compare(b.weight(), a.weight()) })
	g.tidy()
	g.Whole.Nodes, g.Whole.Links = len(g.Nodes), len(g.Links)
	return g
}

func (g *Graph) judge() {
	usual := g.Whole.Bounce.Share().Value()
	for i := range g.Links {
		l := &g.Links[i]
		s := l.Bounce.Share()
		l.bounces = l.Bounce.Cases >= Least && s.Low > usual && s.Value() >= 2*usual
	}
	for _, n := range g.Nodes {
		g.Whole.Wait.N += n.Wait.N
		g.Whole.Wait.Sum += n.Wait.Sum
	}
	const much, explained = 0.1, 2
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Wait.N < Least || g.Whole.Wait.Sum <= 0 {
			continue
		}
		waiting := float64(n.Wait.Sum) / float64(g.Whole.Wait.Sum)
		work := float64(n.Wait.N) / float64(g.Whole.Wait.N)
		n.jam = waiting >= much && waiting >= explained*work
	}
}

// weight orders links by importance: what travels, and what fails three times
// as much.
func (l Link) weight() int {
	if l.bounces || l.Grade() >= Below {
		return 3 * l.N
	}
	return l.N
}

// tidy leaves out the nodes that no link touches.
func (g *Graph) tidy() {
	at := make([]int, len(g.Nodes))
	for _, l := range g.Links {
		at[l.From], at[l.To] = 1, 1
	}
	kept := g.Nodes[:0]
	for i, n := range g.Nodes {
		if at[i] == 0 {
			continue
		}
		at[i] = len(kept)
		kept = append(kept, n)
	}
	g.Nodes = kept
	for i := range g.Links {
		l := &g.Links[i]
		l.From, l.To = at[l.From], at[l.To]
	}
}

// Top returns the graph with its most important links only, at most n, and the
// nodes that they touch. Whole still tells of all.
func (g Graph) Top(n int) Graph {
	if len(g.Links) <= n {
		return g
	}
	g.Nodes, g.Links = slices.Clone(g.Nodes), slices.Clone(g.Links[:n])
	g.tidy()
	return g
}

// Jams returns the nodes at which work piles up, the worst first.
func (g Graph) Jams() []Node {
	var out []Node
	for _, n := range g.Nodes {
		if n.jam {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(a, b Node) int { return cmp.Compare(b.Wait.Sum, a.Wait.Sum) })
	return out
}

// PingPongs returns the links on which work goes back and forth, those with the
// most cases that came back first.
func (g Graph) PingPongs() []Link {
	var out []Link
	for _, l := range g.Links {
		if l.bounces {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Link) int { return cmp.Compare(b.Bounce.Back, a.Bounce.Back) })
	return out
}
