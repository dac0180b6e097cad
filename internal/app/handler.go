package app

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/care"
	"github.com/eslabon/eslabon/internal/web/datasets"
	"github.com/eslabon/eslabon/internal/web/days"
	"github.com/eslabon/eslabon/internal/web/doors"
	"github.com/eslabon/eslabon/internal/web/flows"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/links"
	"github.com/eslabon/eslabon/internal/web/needs"
	"github.com/eslabon/eslabon/internal/web/orgs"
	"github.com/eslabon/eslabon/internal/web/pulses"
	"github.com/eslabon/eslabon/internal/web/voices"
)

// Handler serves the pages, the API and what operators look at.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	events := httpx.Events(a.hub, a.unread, a.done)
	a.pages(mux)
	mux.HandleFunc("GET /en-vivo", func(w http.ResponseWriter, r *http.Request) {
		actor, err := httpx.Actor(r.Context())
		if err != nil {
			w.WriteHeader(http.StatusNoContent) // tells the browser not to come again
			return
		}
		events(w, r, actor)
	})
	api.New(mux, api.Services{
		DB: a.db, Accounts: a.accounts, Settings: a.settings, Org: a.orgs, Links: a.links, Handoffs: a.handoffs, Datasets: a.datasets, Routes: a.routes, Repeats: a.repeats,
		Events: events, InviteURL: a.inviteURL, Ratings: a.ratings, Thanks: a.thanks, Needs: a.needs, Pulses: a.pulses, Insights: a.insights,
		Absences: a.absences, Courier: a.courier,
	})
	whole := httpx.Chain(a.who, mux)
	if a.cfg.Proxied {
		whole = httpx.Proxied(whole)
	}
	root := http.NewServeMux()
	root.Handle("/", whole)
	root.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	root.HandleFunc("GET /readyz", a.ready)
	root.Handle("GET /metrics", a.metrics())
	return root
}

// pages adds every page of the web.
func (a *App) pages(mux *http.ServeMux) {
	web.Routes(mux)
	doors.Routes(mux, doors.Services{
		DB: a.db, Accounts: a.accounts, Settings: a.settings, Org: a.orgs, MailOn: a.mailer.On(), Guests: a.guests,
		Absences: a.absences, Courier: a.courier,
	})
	days.Routes(mux, days.Services{Handoffs: a.handoffs, Org: a.orgs, Links: a.links, DB: a.db, Calls: a.calls})
	orgs.Routes(mux, orgs.Services{
		Org: a.orgs, Links: a.links, Handoffs: a.handoffs, Accounts: a.accounts, Settings: a.settings, Join: a.inviteURL, MailOn: a.mailer.On(),
		Absences: a.absences,
	})
	needs.Routes(mux, needs.Services{Needs: a.needs, Org: a.orgs, Links: a.links})
	served := care.Services{Insights: a.insights, Ratings: a.ratings, Links: a.links, Org: a.orgs, Handoffs: a.handoffs}
	care.Routes(mux, served)
	links.Routes(mux, links.Services{Org: a.orgs, Links: a.links, Handoffs: a.handoffs, Voice: served.Panel})
	flows.Routes(mux, flows.Services{Routes: a.routes, Links: a.links, Org: a.orgs})
	voice := voices.Services{Ratings: a.ratings, Thanks: a.thanks, Handoffs: a.handoffs, Org: a.orgs}
	voices.Routes(mux, voice)
	datasets.Routes(mux, datasets.Services{Datasets: a.datasets, Handoffs: a.handoffs, Org: a.orgs})
	pulses.Routes(mux, pulses.Services{Pulses: a.pulses, Org: a.orgs, Handoffs: a.handoffs, Base: a.cfg.base()})
	handoffs.Routes(mux, handoffs.Services{
		Handoffs: a.handoffs, Links: a.links, Org: a.orgs, Routes: a.routes, Repeats: a.repeats, MarkRead: a.markRead, Voice: voice.Panel, Unread: a.unread,
		Away: a.absences.Away,
	})
}

// calls are the questions that wait for a person, beside the handoffs.
func (a *App) calls(ctx context.Context, actor authz.Actor) ([]days.Call, error) {
	due, err := a.pulses.Due(ctx, actor)
	if err != nil {
		return nil, err
	}
	var out []days.Call
	for _, p := range due {
		out = append(out, days.Call{
			Label: i18n.T(ctx, "pulsepage.day.pulse", i18n.Args{"Title": p.Title}), URL: pulses.AnswerURL(p.ID), Icon: "message-square-text",
		})
	}
	asked, err := a.ratings.Waiting(ctx, actor, mostCalls)
	if n := len(asked); n > 0 {
		out = append(out, days.Call{Label: i18n.T(ctx, "pulsepage.day.ratings", i18n.Args{"N": n, "Count": n}), URL: "/valorar", Icon: "thumbs-up"})
	}
	return out, err
}

// mostCalls is how many ratings are asked for at once.
const mostCalls = 20

func (a *App) inviteURL(secret string) string { return a.cfg.base() + "/invitacion/" + secret }
func (a *App) resetURL(secret string) string  { return a.cfg.base() + "/clave/" + secret }

func (a *App) unread(ctx context.Context, actor authz.Actor) (int, error) {
	return notify.Unread(ctx, a.db, actor)
}

func (a *App) markRead(ctx context.Context, actor authz.Actor, subject string) error {
	return notify.MarkRead(ctx, a.db, actor, "", subject)
}

// ready reports whether the database answers.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.db.Ping(r.Context()); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// metrics serves the figures of this process: to this machine, and to who
// brings the token.
func (a *App) metrics() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), mailMetrics{a})
	serve := promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		near := err == nil && net.ParseIP(host).IsLoopback() && !a.cfg.Proxied
		token := httpx.Bearer(r)
		known := a.cfg.Metrics != "" && subtle.ConstantTimeCompare([]byte(token), []byte(a.cfg.Metrics)) == 1
		if !near && !known {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		serve.ServeHTTP(w, r)
	})
}
