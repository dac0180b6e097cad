// Package live tells whoever watches that something changed: it follows the
// log of each company that somebody watches, and fans it out in this process.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

// Change is what a watcher hears: that something happened, and to what. What
// it is now, the watcher reads for itself.
type Change struct {
	Seq     int64
	Kind    string
	Subject string
	Link    id.Link
	Number  int64 // of a handoff; 0 for anything else
	Nodes   []id.Node
	Actor   id.Person
}

// Hub fans out the changes of all companies that somebody watches.
type Hub struct {
	db   *db.DB
	wake chan struct{}

	mu      sync.Mutex
	watched map[id.Company]*room
	news    map[id.Company]bool // committed in this process, not read yet
}

// room is one company and those who watch it.
type room struct {
	seq      int64 // read so far
	watchers map[chan Change]bool
}

const (
	// others is how often a node looks for what other nodes committed: no
	// change is older than a second when people see it.
	others = 400 * time.Millisecond
	// waiting is how many changes a watcher may be behind before it loses
	// some; it reads the state anew at the next one.
	waiting = 64
	batch   = 200
	// most is how many changes somebody who comes back is told one by one.
	most = 20
)

// Watching is what somebody who watches hears.
type Watching struct {
	Missed []Change      // what happened between the last that it knows of and now
	Lost   int64         // the last of what it missed, if that is too much to tell; 0 otherwise
	News   <-chan Change // from now on, without a gap; it ends with the context
}

// New returns a hub over d. It hears of every commit of this process from now
// on, so it must be made before d is used.
func New(d *db.DB) *Hub {
	h := &Hub{db: d, wake: make(chan struct{}, 1), watched: map[id.Company]*room{}, news: map[id.Company]bool{}}
	d.AfterCommit(h.committed)
	return h
}

func (h *Hub) committed(c id.Company) {
	h.mu.Lock()
	_, watched := h.watched[c]
	if watched {
		h.news[c] = true
	}
	h.mu.Unlock()
	if watched {
		h.poke()
	}
}

func (h *Hub) poke() {
	select {
	case h.wake <- struct{}{}:
	default: // somebody has said so already
	}
}

// Watch tells the changes of company c after those up to seq after, which the
// watcher knows, until ctx ends; where after is 0 it knows all. A slow watcher
// loses changes rather than holding up the others.
func (h *Hub) Watch(ctx context.Context, c id.Company, after int64) (Watching, error) {
	head, err := fact.Head(ctx, h.db, c)
	if err != nil {
		return Watching{}, err
	}
	ch := make(chan Change, waiting)
	h.mu.Lock()
	r := h.watched[c]
	if r == nil {
		r = &room{seq: head, watchers: map[chan Change]bool{}}
		h.watched[c] = r
	}
	r.watchers[ch] = true
	at := r.seq
	h.news[c] = true // nobody was told of what was committed since the head was read
	h.mu.Unlock()
	h.poke()
	context.AfterFunc(ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(r.watchers, ch)
		if len(r.watchers) == 0 && h.watched[c] == r {
			delete(h.watched, c)
		}
		close(ch)
	})
	w := Watching{News: ch}
	switch missed := at - after; {
	case after == 0 || missed <= 0:
	case missed > most:
		w.Lost = at
	default:
		facts, err := fact.After(ctx, h.db, c, after, int(missed))
		if err != nil {
			return Watching{}, err
		}
		for _, f := range facts {
			w.Missed = append(w.Missed, changeOf(f))
		}
	}
	return w, nil
}

// Run reads the log for the watchers until ctx ends: after each commit of this
// process and, on PostgreSQL, a few times a second for those of other nodes.
func (h *Hub) Run(ctx context.Context) {
	var tick <-chan time.Time
	if h.db.Engine == db.Postgres {
		t := time.NewTicker(others)
		defer t.Stop()
		tick = t.C
	}
	for {
		var companies []id.Company
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
			companies = h.due(false)
		case <-tick:
			companies = h.due(true)
		}
		for _, c := range companies {
			if err := h.read(ctx, c); err != nil && ctx.Err() == nil {
				slog.ErrorContext(ctx, "live changes not read", "company", c, "err", err)
			}
		}
	}
}

// due returns the companies to read: those with news, or all that are watched.
func (h *Hub) due(all bool) []id.Company {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []id.Company
	for c := range h.watched {
		if all || h.news[c] {
			out = append(out, c)
		}
	}
	clear(h.news)
	return out
}

func (h *Hub) read(ctx context.Context, c id.Company) error {
	for {
		h.mu.Lock()
		r := h.watched[c]
		h.mu.Unlock()
		if r == nil {
			return nil
		}
		facts, err := fact.After(ctx, h.db, c, r.seq, batch)
		if err != nil || len(facts) == 0 {
			return err
		}
		h.mu.Lock()
		for _, f := range facts {
			r.seq = f.Seq
			for ch := range r.watchers {
				select {
				case ch <- changeOf(f):
				default: // too slow: it will read the state at the next change
				}
			}
		}
		h.mu.Unlock()
		if len(facts) < batch {
			return nil
		}
	}
}

// changeOf reads from a fact what watchers choose by. A fact whose data has no
// nodes is about none.
func changeOf(f fact.Fact) Change {
	var m struct {
		Number   int64   `json:"number"`
		Supplier id.Node `json:"supplier"`
		Customer id.Node `json:"customer"`
	}
	c := Change{Seq: f.Seq, Kind: f.Kind, Subject: f.Subject, Link: f.Link, Actor: f.Actor}
	if f.Decode(&m) == nil {
		c.Number = m.Number
		for _, n := range []id.Node{m.Supplier, m.Customer} {
			if n != "" {
				c.Nodes = append(c.Nodes, n)
			}
		}
	}
	return c
}
