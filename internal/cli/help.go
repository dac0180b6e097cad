package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"github.com/eslabon/eslabon/internal/i18n"
)

// width is how long the lines of the help are, in characters.
const width = 96

// help prints what a command does and what it takes, in the language of ctx:
// kong's own help is English. The help of every command and flag is a key.
func help(ctx context.Context) kong.HelpPrinter {
	return func(_ kong.HelpOptions, c *kong.Context) error {
		n := c.Selected()
		if n == nil {
			n = c.Model.Node
		}
		w := &page{ctx: ctx, out: c.Stdout}
		w.about(n)
		w.commands(n)
		w.arguments(n)
		w.flags(n)
		if len(n.Children) > 0 {
			w.line("")
			w.line(i18n.T(ctx, "cli.help_more", i18n.Args{"Command": strings.TrimSpace(n.FullPath()) + " " + i18n.T(ctx, "cli.help_command") + " --help"}))
		}
		return w.err
	}
}

// page writes lines until one fails.
type page struct {
	ctx context.Context //nolint:containedctx // only for the language
	out io.Writer
	err error

	left int // of the first of two columns, at least
}

func (w *page) line(s string) {
	if w.err == nil {
		_, w.err = fmt.Fprintln(w.out, s)
	}
}

func (w *page) about(n *kong.Node) {
	about := n.Help
	if n.Parent == nil {
		about = "cli.about"
	}
	for _, l := range wrap(i18n.T(w.ctx, about), width) {
		w.line(l)
	}
	w.line("")
	w.line(i18n.T(w.ctx, "cli.help_usage", i18n.Args{"Usage": usage(w.ctx, n)}))
}

// usage is how a command is written.
func usage(ctx context.Context, n *kong.Node) string {
	parts := []string{n.FullPath()}
	if len(n.Children) > 0 {
		parts = append(parts, i18n.T(ctx, "cli.help_command"))
	}
	for _, a := range n.Positional {
		parts = append(parts, argument(a))
	}
	return strings.Join(append(parts, i18n.T(ctx, "cli.help_options")), " ")
}

func argument(a *kong.Positional) string {
	name := strings.ToUpper(a.Name)
	if a.Tag.PlaceHolder != "" {
		name = a.Tag.PlaceHolder
	}
	if !a.Required {
		return "[" + name + "]"
	}
	return name
}

func (w *page) commands(n *kong.Node) {
	groups := map[string][][2]string{}
	var order []string
	for _, c := range n.Leaves(true) {
		key := ""
		if g := c.ClosestGroup(); g != nil && n.Parent == nil {
			key = g.Key
		}
		if !slices.Contains(order, key) {
			order = append(order, key)
		}
		name := strings.TrimSpace(strings.TrimPrefix(c.Path(), n.Path()))
		for _, a := range c.Positional {
			name += " " + argument(a)
		}
		groups[key] = append(groups[key], [2]string{name, i18n.T(w.ctx, c.Help)})
		w.left = max(w.left, utf8.RuneCountInString(name)) // one column for all the groups
	}
	for _, key := range order {
		title := "cli.help_commands"
		if key != "" {
			title = "cli.group." + key
		}
		w.columns(title, groups[key])
	}
	w.left = 0
}

func (w *page) arguments(n *kong.Node) {
	var rows [][2]string
	for _, a := range n.Positional {
		rows = append(rows, [2]string{argument(a), i18n.T(w.ctx, a.Help)})
	}
	w.columns("cli.help_arguments", rows)
}

// flags lists those of a command first, and those of every command last. A
// node with commands has only the latter.
func (w *page) flags(n *kong.Node) {
	const always = "always"
	groups := map[string][][2]string{}
	order := []string{""}
	for _, level := range n.AllFlags(true) {
		for _, f := range level {
			key := ""
			switch {
			case f.Group != nil:
				key = f.Group.Key
			case f.Name == "help" || f.Name == "config" || f.Name == "lang":
				key = always
			}
			if key != always && !slices.Contains(order, key) {
				order = append(order, key)
			}
			groups[key] = append(groups[key], [2]string{flag(f), flagHelp(w.ctx, f)})
		}
	}
	for _, key := range append(order, always) {
		title := "cli.group." + key
		if key == "" {
			title = "cli.help_own"
		}
		w.columns(title, groups[key])
	}
}

func flag(f *kong.Flag) string {
	s := "--" + f.Name
	if f.Short != 0 {
		s = "-" + string(f.Short) + ", " + s
	}
	if !f.IsBool() {
		s += "=" + placeholder(f)
	}
	return s
}

func placeholder(f *kong.Flag) string {
	if f.Tag.PlaceHolder != "" {
		return f.Tag.PlaceHolder
	}
	return strings.ToUpper(f.Name)
}

// flagHelp adds to the help of a flag what counts without it, and the variable
// that sets it too.
func flagHelp(ctx context.Context, f *kong.Flag) string {
	s := i18n.T(ctx, f.Help)
	if f.HasDefault && f.Default != "" {
		s += " " + i18n.T(ctx, "cli.help_default", i18n.Args{"Value": f.Default})
	}
	for _, e := range f.Envs {
		s += " ($" + e + ")"
	}
	return s
}

// columns writes a title, and below it names with what they mean beside them.
func (w *page) columns(title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	const indent, gap, longest = 2, 2, 34
	left := w.left
	for _, r := range rows {
		if n := utf8.RuneCountInString(r[0]); n <= longest {
			left = max(left, n)
		}
	}
	w.line("")
	w.line(i18n.T(w.ctx, title))
	for _, r := range rows {
		name, lines := r[0], wrap(r[1], width-indent-left-gap)
		if utf8.RuneCountInString(name) > left {
			w.line(strings.Repeat(" ", indent) + name)
			name = ""
		}
		for _, l := range lines {
			pad := strings.Repeat(" ", left+gap-utf8.RuneCountInString(name))
			w.line(strings.TrimRight(strings.Repeat(" ", indent)+name+pad+l, " "))
			name = ""
		}
	}
}

// wrap breaks a text into lines of so many characters at most.
func wrap(s string, most int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(s) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= most:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
