package cli

import (
	"io"
	"strings"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/trail"
)

type exportEventsCmd struct {
	File   string `arg:"" optional:"" help:"cli.export_file" placeholder:"FILE"`
	Format string `help:"cli.export_log_format" enum:"xes,csv,ocel,ocel-xml," default:"" placeholder:"xes|csv|ocel|ocel-xml"`
	Case   string `help:"cli.export_case" enum:"order,handoff" default:"order" placeholder:"order|handoff"`
	People string `help:"cli.export_names" enum:"none,codes,names" default:"none" placeholder:"none|codes|names"`
	Whose
}

// Run satisfies kong.
func (c *exportEventsCmd) Run(e env) error {
	return c.in(e, func(o office) error {
		opts := handoff.LogOptions{Format: c.format(), Case: handoff.CaseOf(c.Case), People: handoff.People(c.People)}
		return o.writeNew(c.File, func(to io.Writer) error { return handoff.New(o.db).ExportEvents(o.ctx, o.by, opts, to) })
	})
}

// format is the one that was asked for, or that the name of the file says.
func (c *exportEventsCmd) format() trail.Format {
	if c.Format != "" {
		return trail.Format(c.Format)
	}
	name := strings.ToLower(c.File)
	if strings.HasSuffix(name, ".json") {
		return trail.OCEL
	}
	for _, f := range trail.Formats {
		if strings.HasSuffix(name, f.Ext()) {
			return f
		}
	}
	return trail.XES
}
