package httpx

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/live"
)

// breath is how often an open stream says something, so that proxies and
// phones do not take it for dead.
const breath = 25 * time.Second

// seen are the names of a stream of changes for the last one that a reader
// knows: in the address and, when a connection broke, in the header.
const (
	seenParam  = "after"
	seenHeader = "Last-Event-ID"
)

// change is what a browser or a program hears: what changed, never how it is
// now. Mine is false where it only concerns others.
type change struct {
	Seq     int64     `json:"seq"`
	Kind    string    `json:"kind"`
	Handoff string    `json:"handoff,omitempty"`
	Number  int64     `json:"number,omitempty"`
	Link    id.Link   `json:"link,omitempty"`
	Nodes   []id.Node `json:"nodes,omitempty"`
	Mine    bool      `json:"mine"`
	Unread  *int      `json:"unread,omitempty"`
}

// Events streams the changes of the visitor's company as server-sent events,
// until the visitor leaves or done closes. A reader that says which change it
// knows hears first what came after it, or "again" if that is much: then it
// reads the state anew. unread counts the visitor's bell.
func Events(hub *live.Hub, unread func(context.Context, authz.Actor) (int, error), done <-chan struct{}) func(http.ResponseWriter, *http.Request, authz.Actor) {
	return func(w http.ResponseWriter, r *http.Request, a authz.Actor) {
		ctx, stop := context.WithCancel(r.Context())
		defer stop()
		watching, err := hub.Watch(ctx, a.Company, seen(r))
		if err != nil {
			http.Error(w, Sentence(ctx, err), Status(err))
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no")
		out := http.NewResponseController(w)
		_ = out.SetWriteDeadline(time.Time{}) // a server without deadlines has none to take away
		fmt.Fprint(w, "retry: 2000\n\n")
		if watching.Lost > 0 {
			tell(ctx, w, a, "again", live.Change{Seq: watching.Lost}, unread)
		}
		for _, c := range watching.Missed {
			tell(ctx, w, a, "change", c, unread)
		}
		beat := time.NewTicker(breath)
		defer beat.Stop()
		for {
			if err := out.Flush(); err != nil {
				return
			}
			select {
			case <-done:
				return
			case <-beat.C:
				fmt.Fprint(w, ": .\n\n")
			case c, open := <-watching.News:
				if !open {
					return
				}
				tell(ctx, w, a, "change", c, unread)
			}
		}
	}
}

// seen is the last change that the reader knows; 0 where it does not say.
func seen(r *http.Request) int64 {
	said := r.Header.Get(seenHeader)
	if said == "" {
		said = r.URL.Query().Get(seenParam)
	}
	n, err := strconv.ParseInt(said, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func tell(ctx context.Context, w http.ResponseWriter, a authz.Actor, event string, c live.Change, unread func(context.Context, authz.Actor) (int, error)) {
	out := change{Seq: c.Seq, Kind: c.Kind, Number: c.Number, Link: c.Link, Nodes: c.Nodes}
	if c.Number > 0 {
		out.Handoff = c.Subject
	}
	out.Mine = a.Owner || len(c.Nodes) == 0 || slices.ContainsFunc(c.Nodes, a.In)
	if out.Mine {
		if n, err := unread(ctx, a); err == nil {
			out.Unread = &n
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		return // numbers and strings only
	}
	fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", c.Seq, event, b)
}
