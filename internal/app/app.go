// Package app puts the parts together. It is the only one that knows them all.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/live"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/repeat"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/thanks"
	"github.com/eslabon/eslabon/internal/web/doors"
)

// followers are the projections: what they keep can be made anew from the log.
var followers = []fact.Follower{handoff.Stats, handoff.Flow}

// consequences read the log too, and do something about it once. They are not
// made anew.
var consequences = []fact.Follower{rating.Asker, need.Watcher}

// Followers lists the projections, for who rebuilds or checks them.
func Followers() []fact.Follower { return followers }

// Consequences lists what follows from what happened, once: it is never made
// anew.
func Consequences() []fact.Follower { return consequences }

// App is the product over one database.
type App struct {
	cfg  Config
	db   *db.DB
	hub  *live.Hub
	jobs *job.Jobs
	news chan struct{} // something was committed
	done chan struct{} // closes when the server goes down

	accounts *account.Service
	orgs     *org.Service
	settings *setting.Service
	links    *link.Service
	handoffs *handoff.Service
	datasets *dataset.Service
	routes   *route.Service
	repeats  *repeat.Service
	ratings  *rating.Service
	thanks   *thanks.Service
	needs    *need.Service
	insights *insight.Service
	pulses   *pulse.Service
	absences *absence.Service
	mailer   *notify.Mailer
	courier  *courier.Service
	live     func(context.Context) // what goes on in the demo; nil otherwise
	guests   []doors.Guest         // of the demo
}

// fileName is the one data file in the folder of a company that uses SQLite.
const fileName = "eslabon.db"

// DSN returns the name of the database that cfg means.
func (cfg Config) DSN() string {
	if cfg.Database != "" {
		return cfg.Database
	}
	return filepath.Join(cfg.Data, fileName)
}

// OpenDB opens the database of cfg and brings its tables up to date.
func OpenDB(ctx context.Context, cfg Config) (*db.DB, error) {
	if cfg.Database == "" {
		const ownerOnly = 0o700
		if err := os.MkdirAll(cfg.Data, ownerOnly); err != nil {
			return nil, fmt.Errorf("make the data folder: %w", err)
		}
	}
	d, err := db.Open(ctx, cfg.DSN())
	if err != nil {
		return nil, err
	}
	if err := Migrate(ctx, d); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Migrate brings our tables up to date, then those of the jobs.
func Migrate(ctx context.Context, d *db.DB) error {
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	return job.Migrate(ctx, d)
}

// New returns the product over d, which it closes in the end.
func New(cfg Config, d *db.DB) (*App, error) {
	a := &App{
		cfg: cfg, db: d, news: make(chan struct{}, 1), done: make(chan struct{}),
		accounts: account.New(d), orgs: org.New(d), settings: setting.New(d), links: link.New(d), handoffs: handoff.New(d), datasets: dataset.New(d),
		ratings: rating.New(d), thanks: thanks.New(d), pulses: pulse.New(d, seal.In(cfg.keys())),
		absences: absence.New(d),
	}
	var err error
	if a.mailer, err = notify.NewMailer(cfg.Mail); err != nil {
		return nil, err
	}
	a.courier = courier.New(d, a.mailer, a.mailPages())
	d.AfterCommit(func(id.Company) {
		a.courier.Wake()
		select {
		case a.news <- struct{}{}:
		default: // somebody has said so already
		}
	})
	a.routes, a.repeats = route.New(d, a.handoffs), repeat.New(d, a.handoffs)
	a.hub = live.New(d)
	a.needs = need.New(d, a.handoffs)
	a.insights = insight.New(d, a.handoffs, a.ratings, a.thanks, a.needs, a.pulses)
	a.jobs, err = job.New(d, a.workers()...)
	return a, err
}

// Serve answers requests on l until ctx ends, and keeps the projections, the
// live pages and the jobs going. It returns when all of them have ended.
func (a *App) Serve(ctx context.Context, l net.Listener) (err error) {
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	if err := a.jobs.Start(ctx); err != nil {
		return err
	}
	wg.Go(func() { a.follow(ctx) })
	wg.Go(func() { a.hub.Run(ctx) })
	wg.Go(func() { a.handoffs.KeepTime(ctx) })
	wg.Go(func() { a.courier.Run(ctx) })
	if a.live != nil {
		wg.Go(func() { a.live(ctx) })
	}
	s := &http.Server{
		Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	wg.Go(func() {
		<-ctx.Done()
		const patience = 10 * time.Second
		close(a.done) // streams would otherwise stay open for ever
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		_ = s.Shutdown(end) // what has not ended by then is cut off
		if err := a.jobs.Stop(end); err != nil {
			slog.WarnContext(end, "jobs were cut off", "err", err)
		}
	})
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// follow keeps the projections up to date until ctx ends: soon after a commit
// of this process, many commits at once, and every few seconds for the commits
// of others.
func (a *App) follow(ctx context.Context) {
	const soon, others = 250 * time.Millisecond, 5 * time.Second
	tick := time.NewTicker(others)
	defer tick.Stop()
	all := slices.Concat(followers, consequences, []fact.Follower{a.routes.Follower()})
	for {
		if err := fact.CatchUp(ctx, a.db, all...); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "followers failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			continue
		case <-a.news:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(soon):
		}
	}
}
