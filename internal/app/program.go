package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/cli"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/once"
)

// Program returns what the terminal runs.
func Program() cli.Program {
	return cli.Program{
		Serve:     serve,
		Open:      func(ctx context.Context, s cli.Storage) (*db.DB, error) { return OpenDB(ctx, storage(s)) },
		DSN:       func(s cli.Storage) string { return storage(s).DSN() },
		Followers: followers,
	}
}

func storage(s cli.Storage) Config { return Config{Data: s.Data, Database: s.Database} }

// serve runs the server until ctx ends.
func serve(ctx context.Context, s cli.Serving, say func(url string)) (err error) {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	cfg := storage(s.Storage)
	cfg.Addr, cfg.BaseURL, cfg.Proxied, cfg.Metrics = s.Addr, s.BaseURL, s.Proxied, s.Metrics
	cfg.Keys = s.Keys
	cfg.Demo, cfg.Lang = s.Demo, s.Lang
	cfg.Mail = notify.Config{
		Host: s.SMTPHost, Port: s.SMTPPort, User: s.SMTPUser, Password: s.SMTPPassword, From: s.SMTPFrom,
		TLS: notify.TLS(s.SMTPTLS),
	}
	// Listening comes first: a second server on the same file must not even begin.
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", cfg.Addr, err)
	}
	d, err := OpenDB(ctx, cfg)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	a, err := New(cfg, d)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if cfg.Demo {
		if err := a.beginDemo(ctx); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	say(cfg.base())
	return a.Serve(ctx, l)
}

// sweep clears the answers to requests that nobody will repeat any more.
type sweep struct{}

// Kind satisfies [job.Args].
func (sweep) Kind() string { return "sweep_once" }

// workers are all the jobs that this process does.
func (a *App) workers() []job.Worker {
	forgot := a.cfg.base() + "/clave"
	all := append(a.accounts.Workers(a.mailer, account.Pages{Join: a.inviteURL, Reset: a.resetURL, Forgot: forgot}),
		job.Work(job.Policy{}, func(ctx context.Context, _ sweep) error { return once.Sweep(ctx, a.db) }).Every(time.Hour, sweep{}))
	all = append(all, a.datasets.Workers()...)
	all = append(all, a.repeats.Worker())
	all = append(all, a.courier.Workers()...)
	all = append(all, a.insights.Workers()...)
	return append(all, a.pulses.Workers()...)
}
