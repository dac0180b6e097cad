package cli

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/sheet"
)

type importCmd struct {
	People   importPeopleCmd   `cmd:"" help:"cli.import_people"`
	Services importServicesCmd `cmd:"" help:"cli.import_services"`
	Handoffs importHandoffsCmd `cmd:"" help:"cli.import_handoffs"`
}

// From is a table to bring in.
type From struct {
	File  string `arg:"" help:"cli.import_file" placeholder:"FILE"`
	Write bool   `help:"cli.import_write" aliases:"yes"`
	Whose
}

// bring reads the table and gives it to fn, first to look at it: without
// --write, that is all.
func (c From) bring(e env, fn func(o office, t sheet.Table, dryRun bool) (sheet.Report, error)) error {
	return c.in(e, func(o office) error {
		t, err := readTable(c.File)
		if err != nil {
			return err
		}
		r, err := fn(o, t, !c.Write)
		if err != nil && len(r.Problems) == 0 {
			return err
		}
		o.tell(r)
		if err == nil { // a dry run finds what is wrong, and that is no error to it
			err = r.Err()
		}
		if err == nil && !c.Write {
			o.say("cli.import_dry")
		}
		return err
	})
}

func readTable(path string) (sheet.Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return sheet.Table{}, err
	}
	defer f.Close()
	return sheet.Read(f)
}

// tell says all that an import did, or would do: every row that cannot be
// brought in with its reason, then the sum.
func (o office) tell(r sheet.Report) {
	o.list("cli.import_problems", r.Problems)
	o.list("cli.import_warnings", r.Warnings)
	if len(r.Ignored) > 0 {
		o.say("cli.import_ignored", i18n.Args{"Columns": strings.Join(r.Ignored, ", ")})
	}
	for _, key := range slices.Sorted(maps.Keys(r.Besides)) {
		o.say(key, i18n.Args{"N": r.Besides[key]})
	}
	o.say("cli.import_sum", i18n.Args{"Rows": r.Rows, "Created": r.Created, "Updated": r.Updated, "Skipped": r.Skipped})
}

func (o office) list(title string, all []sheet.Problem) {
	if len(all) == 0 {
		return
	}
	o.say(title)
	for _, p := range all {
		s := i18n.T(o.ctx, "cli.import_cell", i18n.Args{"Row": p.Row, "Column": p.Column, "Why": i18n.T(o.ctx, p.Key, p.Args)})
		if p.Value != "" {
			s += " [" + p.Value + "]"
		}
		fmt.Fprintln(o.out, "  "+s)
	}
}

type importPeopleCmd struct{ From }

// Run satisfies kong.
func (c *importPeopleCmd) Run(e env) error {
	return c.bring(e, func(o office, t sheet.Table, dryRun bool) (sheet.Report, error) {
		return org.New(o.db).ImportPeople(o.ctx, o.by, t, dryRun)
	})
}

type importServicesCmd struct{ From }

// Run satisfies kong.
func (c *importServicesCmd) Run(e env) error {
	return c.bring(e, func(o office, t sheet.Table, dryRun bool) (sheet.Report, error) {
		return link.New(o.db).ImportServices(o.ctx, o.by, t, dryRun)
	})
}

type importHandoffsCmd struct {
	Create   bool   `help:"cli.import_create"`
	Steps    string `help:"cli.import_steps" placeholder:"case=…,activity=…,resource=…,start=…,end=…"`
	TimeZone string `help:"cli.import_zone" placeholder:"ZONE"`
	From
}

// Run satisfies kong.
func (c *importHandoffsCmd) Run(e env) error {
	return c.bring(e, func(o office, t sheet.Table, dryRun bool) (sheet.Report, error) {
		zone := o.c.Location()
		if c.TimeZone != "" {
			var err error
			if zone, err = time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "Local" {
				return sheet.Report{}, named{errs.Field("zone", "setting.err.zone"), map[string]string{"zone": "--time-zone"}}
			}
		}
		if c.Steps != "" {
			chained, r, err := o.chain(t, c.Steps, zone)
			if err != nil || len(r.Problems) > 0 {
				return r, err
			}
			t = chained
		}
		return handoff.New(o.db).Import(o.ctx, o.by, t, handoff.ImportOptions{
			DryRun: dryRun, CreateNodes: c.Create, CreatePeople: c.Create, Zone: zone, Progress: o.progress(len(t.Rows)),
		})
	})
}

// chain turns a log of steps into handoffs, and says how many became one.
func (o office) chain(t sheet.Table, columns string, zone *time.Location) (sheet.Table, sheet.Report, error) {
	c, err := sheet.ParseStepColumns(columns)
	if err != nil {
		return sheet.Table{}, sheet.Report{}, err
	}
	chained, n, err := sheet.Steps(o.ctx, t, c, zone)
	if err == nil && len(n.Problems) == 0 {
		o.say("cli.import_steps_read", i18n.Args{
			"Steps": n.Steps, "Cases": n.Cases, "Handoffs": n.Handoffs, "Merged": n.Merged, "Overlaps": n.Clamped,
		})
	}
	return chained, sheet.Report{Rows: n.Steps, Problems: n.Problems, DryRun: true}, err
}

// progress says how far a long import is, on the line of errors: the standard
// output is for what comes of it.
func (o office) progress(rows int) func(done, all int) {
	const long = 5_000
	if rows < long {
		return nil
	}
	next := long
	return func(written, all int) {
		if written >= next || written == all {
			next += long
			fmt.Fprintln(o.errOut, i18n.T(o.ctx, "cli.import_progress", i18n.Args{"Done": written, "All": all}))
		}
	}
}

type exportCmd struct {
	People   exportPeopleCmd   `cmd:"" help:"cli.export_people"`
	Services exportServicesCmd `cmd:"" help:"cli.export_services"`
	Handoffs exportHandoffsCmd `cmd:"" help:"cli.export_handoffs"`
	Events   exportEventsCmd   `cmd:"" help:"cli.export_events"`
}

// To is where a table goes.
type To struct {
	File   string `arg:"" optional:"" help:"cli.export_file" placeholder:"FILE"`
	Format string `help:"cli.export_format" enum:"csv,xlsx," default:"" placeholder:"csv|xlsx"`
	Whose
}

// write gives fn somewhere to write a table to, in the format that was asked for
// or that the name of the file says.
func (c To) write(e env, fn func(o office, to io.Writer, f sheet.Format) error) error {
	format := c.Format
	if format == "" {
		if format = strings.TrimPrefix(strings.ToLower(filepath.Ext(c.File)), "."); format != "xlsx" {
			format = "csv"
		}
	}
	f, err := sheet.ParseFormat(format)
	if err != nil {
		return err
	}
	return c.in(e, func(o office) error {
		return o.writeNew(c.File, func(to io.Writer) error { return fn(o, to, f) })
	})
}

// writeNew gives fn somewhere to write: a new file, which has its name only once
// it is whole, or the standard output.
func (o office) writeNew(file string, fn func(io.Writer) error) error {
	if file == "" {
		return fn(o.out)
	}
	if _, err := os.Stat(file); err == nil {
		return errs.With(errs.Conflict, "cli.err_file_there", errs.Args{"File": file})
	}
	if err := whole(file, func(f *os.File) error { return fn(f) }); err != nil {
		return err
	}
	o.say("cli.exported", i18n.Args{"File": file})
	return nil
}

// whole gives fn a file that has its name only once it is whole.
func whole(file string, fn func(*os.File) error) error {
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	if err := errors.Join(fn(part), part.Close()); err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return os.Rename(part.Name(), file)
}

type exportPeopleCmd struct{ To }

// Run satisfies kong.
func (c *exportPeopleCmd) Run(e env) error {
	return c.write(e, func(o office, to io.Writer, f sheet.Format) error {
		return org.New(o.db).ExportPeople(o.ctx, o.by, to, f)
	})
}

type exportServicesCmd struct{ To }

// Run satisfies kong.
func (c *exportServicesCmd) Run(e env) error {
	return c.write(e, func(o office, to io.Writer, f sheet.Format) error {
		return link.New(o.db).ExportServices(o.ctx, o.by, to, f)
	})
}

type exportHandoffsCmd struct{ To }

// Run satisfies kong.
func (c *exportHandoffsCmd) Run(e env) error {
	return c.write(e, func(o office, to io.Writer, f sheet.Format) error {
		return handoff.New(o.db).Export(o.ctx, o.by, handoff.Filter{}, to, f)
	})
}
