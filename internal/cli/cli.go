// Package cli is the terminal surface: one binary, one command a file.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/i18n"
)

// version is set when a release is built.
var version = "dev"

// Exit codes.
const (
	done     = 0
	failed   = 1   // the command could not do what was asked
	misused  = 2   // nobody understands what was asked
	stopped  = 130 // somebody pressed Ctrl+C
	fileName = "eslabon"
)

// Storage says where the data is.
type Storage struct {
	Data     string `help:"cli.data" env:"ESLABON_DATA" default:"./data" placeholder:"DIR" group:"data"`
	Database string `help:"cli.database" env:"ESLABON_DATABASE" placeholder:"URL" group:"data"`
}

// AfterApply satisfies kong. A variable that is set to nothing, as container
// files easily do, must not lead to a folder that nobody chose.
func (s *Storage) AfterApply() error {
	if s.Data == "" {
		s.Data = "./data"
	}
	return nil
}

// Network says where to listen and how people reach us.
type Network struct {
	Addr    string `help:"cli.addr" env:"ESLABON_ADDR" default:"localhost:8080" placeholder:"HOST:PORT" group:"network"`
	BaseURL string `help:"cli.base_url" env:"ESLABON_BASE_URL" placeholder:"URL" group:"network"`
	Proxied bool   `help:"cli.proxied" env:"ESLABON_PROXIED" group:"network"`
	Keys    string `help:"cli.keys" env:"ESLABON_KEYS" placeholder:"DIR" group:"data"`
	Metrics string `help:"cli.metrics" env:"ESLABON_METRICS_TOKEN" placeholder:"TOKEN" group:"network"`
}

// Mail says how mails leave.
type Mail struct {
	SMTPHost     string `help:"cli.smtp_host" env:"ESLABON_SMTP_HOST" placeholder:"HOST" group:"mail"`
	SMTPPort     int    `help:"cli.smtp_port" env:"ESLABON_SMTP_PORT" placeholder:"N" group:"mail"`
	SMTPUser     string `help:"cli.smtp_user" env:"ESLABON_SMTP_USER" placeholder:"USER" group:"mail"`
	SMTPPassword string `help:"cli.smtp_password" env:"ESLABON_SMTP_PASSWORD" placeholder:"PASSWORD" group:"mail"`
	SMTPFrom     string `help:"cli.smtp_from" env:"ESLABON_SMTP_FROM" placeholder:"ADDRESS" group:"mail"`
	SMTPTLS      string `help:"cli.smtp_tls" name:"smtp-tls" env:"ESLABON_SMTP_TLS" enum:"starttls,tls,none" default:"starttls" placeholder:"starttls|tls|none" group:"mail"`
}

// Program is what runs a command that needs the whole product: the composition
// root gives it, because nothing below knows everybody.
type Program struct {
	Serve     func(ctx context.Context, s Serving, say func(url string)) error
	Open      func(ctx context.Context, s Storage) (*db.DB, error)
	DSN       func(s Storage) string
	Followers []fact.Follower
}

// Serving is what serve and demo decide.
type Serving struct {
	Storage
	Network
	Mail
	Demo bool
	Lang string // of the demo
}

// tree is the whole command line.
type tree struct {
	Config kong.ConfigFlag `help:"cli.config" placeholder:"FILE"`
	Lang   string          `help:"cli.lang" env:"ESLABON_LANG" enum:"es,en," default:"" placeholder:"es|en"`

	Serve serveCmd `cmd:"" group:"run" help:"cli.serve"`
	Demo  demoCmd  `cmd:"" group:"run" help:"cli.demo"`
	Init  initCmd  `cmd:"" group:"run" help:"cli.init"`

	User  userCmd  `cmd:"" group:"people" help:"cli.user"`
	Token tokenCmd `cmd:"" group:"people" help:"cli.token"`

	Analyze analyzeCmd `cmd:"" group:"logs" help:"cli.analyze"`

	Import importCmd `cmd:"" group:"tables" help:"cli.import"`
	Export exportCmd `cmd:"" group:"tables" help:"cli.export"`

	Backup  backupCmd  `cmd:"" group:"care" help:"cli.backup"`
	Restore restoreCmd `cmd:"" group:"care" help:"cli.restore"`
	Doctor  doctorCmd  `cmd:"" group:"care" help:"cli.doctor"`
	Rebuild rebuildCmd `cmd:"" group:"care" help:"cli.rebuild"`
	Migrate migrateCmd `cmd:"" group:"care" help:"cli.migrate"`
	Version versionCmd `cmd:"" group:"care" help:"cli.version"`
}

// env is what every command gets.
type env struct {
	ctx     context.Context //nolint:containedctx // of the one command that runs
	program Program
	lang    string // that was asked for by name, or empty
	out     io.Writer
	errOut  io.Writer
	in      io.Reader
}

func (e env) say(key string, args ...i18n.Args) {
	fmt.Fprintln(e.out, i18n.T(e.ctx, key, args...))
}

// begin opens the database, makes it if it is not there, and gives what closes it.
func (e env) begin(s Storage) (*db.DB, func(), error) {
	d, err := e.program.Open(e.ctx, s)
	if err != nil {
		return nil, nil, err
	}
	return d, func() { _ = d.Close() }, nil // the process ends next
}

// open opens a database that is there: a mistyped folder must not become an
// empty installation in which all is well.
func (e env) open(s Storage) (*db.DB, func(), error) {
	if s.Database == "" {
		path := e.program.DSN(s)
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil, nil, errs.With(errs.NotFound, "cli.err_no_data", errs.Args{"File": path})
		}
	}
	return e.begin(s)
}

// Run runs the command that args name, and returns the exit code.
func Run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer, p Program) int {
	ctx = i18n.With(ctx, langOf(args), os.Getenv("ESLABON_LANG"), locale())
	var t tree
	k, err := kong.New(&t,
		kong.Name(fileName), kong.Writers(out, errOut), kong.Help(help(ctx)),
		kong.Exit(func(code int) { panic(exited(code)) }), kong.Configuration(file),
	)
	if err != nil {
		fmt.Fprintln(errOut, err)
		return misused
	}
	k.Model.HelpFlag.Help = "cli.help"
	return run(k, &t, env{ctx: ctx, program: p, out: out, errOut: errOut, in: in}, args)
}

// exited is what kong would end the process with.
type exited int

func run(k *kong.Kong, t *tree, e env, args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			x, ours := r.(exited)
			if !ours {
				panic(r)
			}
			code = int(x)
		}
	}()
	c, err := k.Parse(args)
	if err != nil {
		return complain(e, k, err)
	}
	e.lang = t.Lang
	switch err = c.Run(e); {
	case err == nil:
		return done
	case errors.Is(err, context.Canceled):
		return stopped
	}
	fmt.Fprintln(e.errOut, fileName+": "+sentence(e.ctx, err))
	return failed
}

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
	return ""
}

// locale is what the system says of its user: "es-MX" from "es_MX.UTF-8".
func locale() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			v, _, _ = strings.Cut(v, ".")
			return strings.ReplaceAll(v, "_", "-")
		}
	}
	return ""
}
