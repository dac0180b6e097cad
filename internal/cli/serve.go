package cli

import (
	"fmt"

	"github.com/eslabon/eslabon/internal/i18n"
)

type serveCmd struct {
	Storage
	Network
	Mail
	Lang string `help:"${cli_lang}" env:"ESLABON_LANG"`
}

// Run satisfies kong.
func (c *serveCmd) Run(e env) error {
	return e.program.Serve(e.ctx, Serving{Storage: c.Storage, Network: c.Network, Mail: c.Mail, Lang: c.Lang}, func(url string) {
		e.say("cli.ready", i18n.Args{"URL": url})
	})
}

type demoCmd struct {
	Data     string `help:"${cli_data}" env:"ESLABON_DATA" default:"./eslabon-demo" placeholder:"DIR"`
	Database string `help:"${cli_database}" env:"ESLABON_DATABASE" placeholder:"URL"`
	Network
	Mail
	Lang string `help:"${cli_lang}" env:"ESLABON_LANG"`
}

// Run satisfies kong.
func (c *demoCmd) Run(e env) error {
	e.say("cli.demo_begins")
	s := Serving{Storage: Storage{c.Data, c.Database}, Network: c.Network, Mail: c.Mail, Demo: true, Lang: c.Lang}
	return e.program.Serve(e.ctx, s, func(url string) { e.say("cli.demo_ready", i18n.Args{"URL": url}) })
}

type migrateCmd struct{ Storage }

// Run satisfies kong.
func (c *migrateCmd) Run(e env) error {
	_, done, err := e.open(c.Storage) // opening migrates
	if err != nil {
		return err
	}
	done()
	e.say("cli.migrated")
	return nil
}

type versionCmd struct{}

// Run satisfies kong.
func (c *versionCmd) Run(e env) error {
	_, err := fmt.Fprintln(e.out, "eslabon "+version)
	return err
}
