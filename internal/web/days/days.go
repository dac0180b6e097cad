// Package days holds the pages that people look at all day: what waits for
// them, what their team has to do, where a handoff is, and what they were told.
package days

import (
	"context"
	"net/http"
	"strconv"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
)

// Services is what the pages work with. DB is for the bell, whose use cases
// are functions.
type Services struct {
	Handoffs *handoff.Service
	Org      *org.Service
	Links    *link.Service
	DB       *db.DB

	// Calls is what else waits for a person: questions of the company, for one;
	// nil for nothing.
	Calls func(ctx context.Context, a authz.Actor) ([]Call, error)
}

// Call is something that waits for a person and is no handoff.
type Call struct{ Label, URL, Icon string }

type pages struct{ Services }

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /mi-dia", web.Handle(p.myDay))
	mux.HandleFunc("POST /mi-dia", web.Handle(p.act))
	mux.HandleFunc("GET /mi-dia/{box}", web.Handle(p.myDay))
	mux.HandleFunc("POST /mi-dia/{box}", web.Handle(p.act))
	mux.HandleFunc("GET /equipo", web.Handle(p.myTeam))
	mux.HandleFunc("GET /equipo/todos", web.Handle(p.teams))
	mux.HandleFunc("GET /equipo/{node}", web.Handle(p.team))
	mux.HandleFunc("POST /equipo/{node}", web.Handle(p.bulk))
	mux.HandleFunc("GET /equipo/{node}/lista.csv", web.Handle(p.export))
	mux.HandleFunc("GET /pases", web.Handle(p.search))
	mux.HandleFunc("GET /avisos", web.Handle(p.notices))
	mux.HandleFunc("POST /avisos", web.Handle(p.read))
	mux.HandleFunc("GET /avisos/cuenta", web.Handle(p.unread))
}

// teamOf is the address of the page of a node.
func teamOf(n id.Node) string { return "/equipo/" + string(n) }

// mostCounted is where the counts of the domain stop.
const mostCounted = 100

// few writes a count: beyond 99 it says so.
func few(n int) string {
	if n >= mostCounted {
		return "99+"
	}
	return strconv.Itoa(n)
}

// counted fills a sentence with a count, in words where it is cut off.
func counted(ctx context.Context, key string, n int) string {
	said := strconv.Itoa(n)
	if n >= mostCounted {
		said = i18n.T(ctx, "day.over_99")
	}
	return i18n.T(ctx, key, i18n.Args{"N": n, "Count": said})
}
