package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/report"
)

// analyzeCmd shows what a log holds. It needs no database.
type analyzeCmd struct {
	File   string `arg:"" help:"cli.analyze_file" placeholder:"FILE"`
	Format string `help:"cli.analyze_format" enum:"text,json,html" default:"text" placeholder:"text|json|html"`
	Out    string `short:"o" help:"cli.analyze_out" placeholder:"FILE"`

	Case       string `help:"cli.analyze_case" placeholder:"COLUMN" group:"read"`
	Activity   string `help:"cli.analyze_activity" placeholder:"COLUMN" group:"read"`
	Time       string `help:"cli.analyze_time" placeholder:"COLUMN" group:"read"`
	Start      string `help:"cli.analyze_start" placeholder:"COLUMN" group:"read"`
	TimeFormat string `help:"cli.analyze_time_format" placeholder:"DD/MM/YYYY" group:"read"`
	TimeZone   string `help:"cli.analyze_time_zone" placeholder:"ZONE" group:"read"`
	Object     string `help:"cli.analyze_object" placeholder:"TYPE" group:"read"`

	Dimension []string `help:"cli.analyze_dimension" placeholder:"COLUMN" sep:"none" group:"choose"`
	Filter    []string `help:"cli.analyze_filter" placeholder:"COLUMN=A|B" sep:"none" group:"choose"`
	Missing   []string `help:"cli.analyze_missing" placeholder:"TEXT" sep:"none" group:"choose"`
	LeaveOut  []string `help:"cli.analyze_leave_out" placeholder:"COLUMN=A|B" sep:"none" group:"choose"`
	Parent    []string `help:"cli.analyze_parent" placeholder:"COLUMN=COLUMN" sep:"none" group:"choose"`

	Link  string `help:"cli.analyze_link" placeholder:"'A → B'" group:"cases"`
	Cases string `help:"cli.analyze_cases" enum:"all,returned,ping-pong" default:"all" placeholder:"all|returned|ping-pong" group:"cases"`
	Most  int    `help:"cli.analyze_most" default:"20" placeholder:"N" group:"cases"`

	Lifecycle string   `help:"cli.analyze_lifecycle" placeholder:"COLUMN" group:"count"`
	State     []string `help:"cli.analyze_state" placeholder:"STATE=STEP" sep:"none" group:"count"`
	Hours     string   `help:"cli.analyze_hours" placeholder:"mon-fri 09:00-14:00,15:00-18:00" group:"count"`
	Returns   int      `help:"cli.analyze_returns" default:"1" placeholder:"N" group:"count"`
}

// Run satisfies kong.
func (c *analyzeCmd) Run(e env) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	l, rep, sum, err := c.load(e)
	if err != nil {
		return err
	}
	thrift(l)
	c.choose(&o, l, rep)
	if c.Link != "" {
		return c.behind(e, o, l)
	}
	r, err := chain.Analyse(l, o)
	if err != nil {
		return explain(err, l)
	}
	r.Options = c.record(o, rep, sum)
	lines := c.lines(e.ctx, o, rep, &r)
	if c.Format != "text" || c.Out != "" { // else the report says it
		for _, line := range lines {
			_, _ = io.WriteString(e.errOut, line.Label+": "+line.Value+"\n") // a remark
		}
	}
	return c.write(e, func(out io.Writer) error {
		full := report.Report{Title: filepath.Base(c.File), Read: lines, Result: r}
		switch c.Format {
		case "json":
			return json.NewEncoder(out).Encode(r.Cut(chain.Written))
		case "html":
			return report.HTML(e.ctx, out, full)
		}
		return report.Text(e.ctx, out, full)
	})
}

// mostRows are those of links and posts that a report chooses from.
const mostRows = 3000

// A process that ends at once gains more from a larger heap than from tidying
// it, unless its log is large.
const (
	muchPacked = 8 << 20 // bytes of a file
	muchHeld   = 16 << 20
)

// thrift keeps what an analysis takes near what it needs: its columns again, and
// for each event what one dimension holds at once.
func thrift(l *chain.Log) {
	const perEvent = 64
	if l.Bytes() < muchHeld {
		return
	}
	debug.SetGCPercent(10)
	debug.SetMemoryLimit(int64(max(4*l.Bytes(), l.Bytes()+perEvent*l.Events())))
}

// write gives fn the standard output, or a file that has its name only once it
// is whole.
func (c *analyzeCmd) write(e env, fn func(io.Writer) error) error {
	if c.Out == "" {
		return fn(e.out)
	}
	const readable = 0o644
	return whole(c.Out, func(f *os.File) error { return errors.Join(fn(f), f.Chmod(readable)) })
}

// options reads what was asked for, and says all that cannot be meant.
func (c *analyzeCmd) options() (chain.Options, error) {
	o := chain.Options{Missing: c.Missing, Rows: mostRows, PingPong: max(1, c.Returns), LeaveOut: map[string][]string{}, Parents: map[string]string{}}
	for _, s := range c.Filter {
		f, err := chain.ParseFilter(s)
		if err != nil {
			return o, misunderstood("cli.err_filter", "--filter", s)
		}
		o.Filter = append(o.Filter, f)
	}
	for _, s := range c.LeaveOut {
		f, err := chain.ParseFilter(s)
		if err != nil || f.Not {
			return o, misunderstood("cli.err_leave_out", "--leave-out", s)
		}
		o.LeaveOut[f.Key] = append(o.LeaveOut[f.Key], f.Values...)
	}
	for _, s := range c.Parent {
		name, up, ok := strings.Cut(s, "=")
		if !ok || name == "" || up == "" {
			return o, misunderstood("cli.err_parent", "--parent", s)
		}
		o.Parents[name] = up
	}
	o.Guess = len(c.State) == 0
	for _, s := range c.State {
		if s == "none" {
			continue
		}
		state, step, ok := strings.Cut(s, "=")
		if !ok || step == "" || !slices.Contains(chain.States, chain.State(state)) {
			return o, misunderstood("cli.err_state", "--state", s)
		}
		rule := chain.StateRule{Activity: step, State: chain.State(state)}
		if a, l, both := cutLast(step, "+"); both {
			o.States = append(o.States, chain.StateRule{Activity: a, Lifecycle: l, State: rule.State})
		}
		o.States = append(o.States, rule) // an activity may have a + in its name
	}
	zone, err := c.zone()
	if err != nil || c.Hours == "" {
		return o, err
	}
	week, ok := weekOf(c.Hours)
	if !ok {
		return o, misunderstood("cli.err_hours", "--hours", c.Hours)
	}
	if o.Calendar, err = calendar.New(calendar.Spec{Zone: zone.String(), Week: week}); err != nil {
		return o, misunderstood("cli.err_hours", "--hours", c.Hours)
	}
	return o, nil
}

func misunderstood(key, option, said string) error {
	return errs.With(errs.Invalid, key, errs.Args{"Option": option, "Said": said})
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i <= 0 || i+len(sep) == len(s) {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func (c *analyzeCmd) zone() (*time.Location, error) {
	if c.TimeZone == "" {
		return time.UTC, nil
	}
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil || c.TimeZone == "Local" {
		return nil, misunderstood("cli.err_zone", "--time-zone", c.TimeZone)
	}
	return zone, nil
}

// weekOf reads "mon-fri 09:00-14:00,15:00-18:00; sat 09:00-13:00".
func weekOf(s string) (calendar.Week, bool) {
	names := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	week := calendar.Week{}
	for part := range strings.SplitSeq(s, ";") {
		days, hours, ok := strings.Cut(strings.TrimSpace(part), " ")
		if !ok {
			return nil, false
		}
		for stretch := range strings.SplitSeq(days, ",") {
			first, last, _ := strings.Cut(strings.ToLower(stretch), "-")
			from, to := slices.Index(names, first), slices.Index(names, cmp.Or(last, first))
			if from < 0 || to < 0 {
				return nil, false
			}
			for d := from; ; d = (d + 1) % len(names) {
				week[names[d]] = strings.Split(strings.ReplaceAll(hours, " ", ""), ",")
				if d == to {
					break
				}
			}
		}
	}
	return week, true
}

// load reads the file, with a bar on a terminal, and gives its SHA-256.
func (c *analyzeCmd) load(e env) (*chain.Log, *load.Report, string, error) {
	zone, err := c.zone()
	if err != nil {
		return nil, nil, "", err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, nil, "", err
	}
	defer f.Close()
	o := load.Options{
		Name: filepath.Base(c.File), Case: c.Case, Activity: c.Activity, Time: c.Time, Start: c.Start,
		TimeFormat: c.TimeFormat, Zone: zone, Object: c.Object,
	}
	size := int64(0)
	if info, err := f.Stat(); err == nil {
		if info.IsDir() {
			return nil, nil, "", errs.With(errs.Invalid, "cli.err_folder", errs.Args{"File": c.File})
		}
		size = info.Size()
	}
	if size < muchPacked {
		debug.SetGCPercent(300)
	}
	b := newBar(e, size)
	o.Progress = b.at
	var in io.Reader = f
	hash := sha256.New()
	if c.Format == "json" {
		in = io.TeeReader(f, hash)
	}
	l, rep, err := dataset.ReadLog(e.ctx, in, o)
	b.end()
	if err != nil {
		return nil, nil, "", explain(err, nil)
	}
	if _, err = io.Copy(io.Discard, in); err != nil { // what the reader did not need counts in the sum
		return nil, nil, "", err
	}
	return l, rep, hex.EncodeToString(hash.Sum(nil)), nil
}

// explain says which columns there are, where one that is not was named.
func explain(err error, l *chain.Log) error {
	column := func(name, have string) error {
		return errs.With(errs.Invalid, "cli.err_column", errs.Args{"Column": name, "Columns": have})
	}
	if u, ok := errors.AsType[*chain.UnknownColumn](err); ok {
		return column(u.Name, strings.Join(u.Have, ", "))
	}
	if f, ok := errors.AsType[*chain.FilterError](err); ok && l != nil {
		name, _, _ := strings.Cut(f.Filter, "=")
		return column(strings.TrimSuffix(name, "!"), strings.Join(l.ColumnNames(), ", "))
	}
	x, ok := errors.AsType[*load.Error](err)
	if !ok {
		return err
	}
	if have, ok := x.Args["Want"].(string); ok && x.Code == "column" {
		return column(x.Field, have)
	}
	return unread{x}
}

// unread is a log that cannot be read, and knows its sentence.
type unread struct{ cause *load.Error }

func (u unread) Error() string { return u.cause.Error() }

func (u unread) say(ctx context.Context) string {
	args := i18n.Args{"File": u.cause.File, "Line": u.cause.Line, "Field": u.cause.Field}
	for k, v := range u.cause.Args {
		args[k] = v
	}
	why := u.cause.Error()
	if key := "load.err." + u.cause.Code; i18n.Has(key) {
		why = i18n.T(ctx, key, args)
	} else if u.cause.Err != nil {
		why = u.cause.Err.Error()
	}
	if u.cause.Line > 0 {
		return i18n.T(ctx, "cli.err_log_line", i18n.Args{"File": u.cause.File, "Line": u.cause.Line, "Why": why})
	}
	return i18n.T(ctx, "cli.err_log", i18n.Args{"File": u.cause.File, "Why": why})
}
