// Package cli is the terminal surface: one binary, one command a file.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/i18n"
)

// version is set when a release is built.
var version = "dev"

// Storage says where the data is.
type Storage struct {
	Data     string `help:"${cli_data}" env:"ESLABON_DATA" default:"./data" placeholder:"DIR"`
	Database string `help:"${cli_database}" env:"ESLABON_DATABASE" placeholder:"URL"`
}

// Network says where to listen and how people reach us.
type Network struct {
	Addr    string `help:"${cli_addr}" env:"ESLABON_ADDR" default:"localhost:8080" placeholder:"HOST:PORT"`
	BaseURL string `help:"${cli_base_url}" env:"ESLABON_BASE_URL" placeholder:"URL"`
	Proxied bool   `help:"${cli_proxied}" env:"ESLABON_PROXIED"`
	Metrics string `help:"${cli_metrics}" env:"ESLABON_METRICS_TOKEN" placeholder:"TOKEN"`
}

// Mail says how mails leave.
type Mail struct {
	SMTPHost     string `help:"${cli_smtp_host}" env:"ESLABON_SMTP_HOST" placeholder:"HOST"`
	SMTPPort     int    `help:"${cli_smtp_port}" env:"ESLABON_SMTP_PORT"`
	SMTPUser     string `help:"${cli_smtp_user}" env:"ESLABON_SMTP_USER"`
	SMTPPassword string `help:"${cli_smtp_password}" env:"ESLABON_SMTP_PASSWORD"`
	SMTPFrom     string `help:"${cli_smtp_from}" env:"ESLABON_SMTP_FROM"`
	SMTPTLS      string `help:"${cli_smtp_tls}" env:"ESLABON_SMTP_TLS" enum:"starttls,tls,none" default:"starttls"`
}

// Program is what runs a command that needs the whole product: the composition
// root gives it, because nothing below knows everybody.
type Program struct {
	Serve     func(ctx context.Context, s Serving, say func(url string)) error
	Open      func(ctx context.Context, s Storage) (*db.DB, error)
	Migrate   func(ctx context.Context, d *db.DB) error
	DSN       func(s Storage) string
	Followers []fact.Follower
}

// Serving is what serve and demo decide.
type Serving struct {
	Storage
	Network
	Mail
	Demo bool
	Lang string
}

// tree is the whole command line.
type tree struct {
	Config kong.ConfigFlag `help:"${cli_config}" placeholder:"FILE"`

	Serve   serveCmd   `cmd:"" help:"${cli_serve}"`
	Demo    demoCmd    `cmd:"" help:"${cli_demo}"`
	Init    initCmd    `cmd:"" help:"${cli_init}"`
	Migrate migrateCmd `cmd:"" help:"${cli_migrate}"`
	User    userCmd    `cmd:"" help:"${cli_user}"`
	Token   tokenCmd   `cmd:"" help:"${cli_token}"`
	Backup  backupCmd  `cmd:"" help:"${cli_backup}"`
	Restore restoreCmd `cmd:"" help:"${cli_restore}"`
	Doctor  doctorCmd  `cmd:"" help:"${cli_doctor}"`
	Rebuild rebuildCmd `cmd:"" help:"${cli_rebuild}"`
	Version versionCmd `cmd:"" help:"${cli_version}"`
}

// env is what every command gets.
type env struct {
	ctx     context.Context
	program Program
	out     io.Writer
	in      io.Reader
}

func (e env) say(key string, args ...i18n.Args) {
	fmt.Fprintln(e.out, i18n.T(e.ctx, key, args...))
}

// open opens the database, and gives what closes it.
func (e env) open(s Storage) (*db.DB, func(), error) {
	d, err := e.program.Open(e.ctx, s)
	if err != nil {
		return nil, nil, err
	}
	return d, func() { _ = d.Close() }, nil // the process ends next
}

// Run runs the command that args name, and returns the exit code.
func Run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer, p Program) int {
	ctx = i18n.With(ctx, langOf(args), strings.ReplaceAll(strings.SplitN(os.Getenv("LANG"), ".", 2)[0], "_", "-"))
	var t tree
	code := 0
	k, err := kong.New(&t,
		kong.Name("eslabon"), kong.Description(i18n.T(ctx, "cli.about")), helpIn(ctx),
		kong.Writers(out, errOut), kong.Exit(func(c int) { code = c; panic(exited{}) }),
		kong.Configuration(envFirst), kong.ShortUsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		fmt.Fprintln(errOut, err)
		return 2
	}
	func() {
		defer func() {
			if r := recover(); r != nil {
				if _, ok := r.(exited); !ok {
					panic(r)
				}
			}
		}()
		var c *kong.Context
		if c, err = k.Parse(args); err != nil {
			k.FatalIfErrorf(err)
		}
		if err = c.Run(env{ctx, p, out, in}); err != nil && !errors.Is(err, context.Canceled) {
			fmt.Fprintln(errOut, "eslabon: "+sentence(ctx, err))
			code = 1
		}
	}()
	return code
}

// exited unwinds what kong would end the process for.
type exited struct{}

// langOf finds --lang before anything else is parsed: the help needs it.
func langOf(args []string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return v
		}
		if a == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv("ESLABON_LANG")
}

// helpIn gives kong the help of every command and flag in the language of ctx.
func helpIn(ctx context.Context) kong.Option {
	vars := kong.Vars{}
	for _, k := range i18n.Keys("cli.") {
		vars[strings.ReplaceAll(k, ".", "_")] = i18n.T(ctx, k)
	}
	return vars
}

// sentence is what the terminal says of an error: the sentence of ours with
// its fields, or the error as it is, because an operator can use it.
func sentence(ctx context.Context, err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind == errs.Internal {
		return err.Error()
	}
	s := i18n.T(ctx, e.Key, e.Args)
	for _, f := range slices.Sorted(maps.Keys(e.Fields)) {
		s += "\n  " + f + ": " + i18n.T(ctx, e.Fields[f])
	}
	return s
}

// envFirst makes the order flag, environment, file, default: left to itself a
// file would win over the environment.
func envFirst(r io.Reader) (kong.Resolver, error) {
	file, err := kong.JSON(r)
	if err != nil {
		return nil, err
	}
	return kong.ResolverFunc(func(c *kong.Context, p *kong.Path, f *kong.Flag) (any, error) {
		for _, e := range f.Envs {
			if _, set := os.LookupEnv(e); set {
				return nil, nil
			}
		}
		return file.Resolve(c, p, f)
	}), nil
}
