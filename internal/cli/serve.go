package cli

import (
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

type serveCmd struct {
	Storage
	Network
	Mail
}

// Run satisfies kong.
func (c *serveCmd) Run(e env) error {
	return e.serve(Serving{Storage: c.Storage, Network: c.Network, Mail: c.Mail}, "cli.ready")
}

type demoCmd struct {
	Data     string `help:"cli.data" env:"ESLABON_DATA" default:"./eslabon-demo" placeholder:"DIR" group:"data"`
	Database string `help:"cli.database" env:"ESLABON_DATABASE" placeholder:"URL" group:"data"`
	Network
	Mail
}

// AfterApply satisfies kong, as that of [Storage].
func (c *demoCmd) AfterApply() error {
	if c.Data == "" {
		c.Data = "./eslabon-demo"
	}
	return nil
}

// Run satisfies kong.
func (c *demoCmd) Run(e env) error {
	e.say("cli.demo_begins")
	return e.serve(Serving{
		Storage: Storage{c.Data, c.Database}, Network: c.Network, Mail: c.Mail, Demo: true, Lang: i18n.Lang(e.ctx),
	}, "cli.demo_ready")
}

// serve serves until somebody stops it; ready is what it says when it answers.
func (e env) serve(s Serving, ready string) (err error) {
	if s.BaseURL != "" {
		if s.BaseURL, err = checkURL(s.BaseURL); err != nil {
			return err
		}
	}
	return e.program.Serve(e.ctx, s, func(url string) { e.say(ready, i18n.Args{"URL": url}) })
}

// checkURL returns the address at which people reach us, without a path.
// Links in mails begin with it, so half an address must not pass.
func checkURL(s string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", errs.With(errs.Invalid, "cli.err_base_url", errs.Args{"URL": s})
	}
	return u.Scheme + "://" + u.Host, nil
}

type migrateCmd struct{ Storage }

// Run satisfies kong.
func (c *migrateCmd) Run(e env) error {
	_, end, err := e.begin(c.Storage) // opening migrates
	if err != nil {
		return err
	}
	end()
	e.say("cli.migrated")
	return nil
}

type versionCmd struct{}

// Run satisfies kong.
func (c *versionCmd) Run(e env) error {
	v := version
	if b, ok := debug.ReadBuildInfo(); ok {
		v += " (" + b.GoVersion + ")"
	}
	_, err := fmt.Fprintln(e.out, fileName+" "+v)
	return err
}
