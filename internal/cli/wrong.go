package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

// named is an error about an input, with what the terminal calls its fields.
type named struct {
	error
	names map[string]string // field → flag or argument
}

// Unwrap gives the error itself.
func (n named) Unwrap() error { return n.error }

// sentence is what the terminal says of an error: the sentence of ours with
// its fields, or the error as it is, because an operator can use it.
func sentence(ctx context.Context, err error) string {
	if u, ok := errors.AsType[unread](err); ok {
		return u.say(ctx)
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind == errs.Internal {
		return plain(ctx, err)
	}
	s := i18n.T(ctx, e.Key, e.Args)
	n, _ := errors.AsType[named](err)
	for _, f := range slices.Sorted(maps.Keys(e.Fields)) {
		name := f
		if n.names[f] != "" {
			name = n.names[f]
		}
		s += "\n  " + name + ": " + i18n.T(ctx, e.Fields[f])
	}
	return s
}

// plain says what went wrong with files, of which every operator knows the
// reasons, and anything else as it is.
func plain(ctx context.Context, err error) string {
	if errors.Is(err, db.ErrNotFound) {
		return i18n.T(ctx, "err.not_found")
	}
	p, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return err.Error()
	}
	args := i18n.Args{"File": p.Path}
	switch {
	case errors.Is(err, os.ErrNotExist):
		return i18n.T(ctx, "cli.err_no_file", args)
	case errors.Is(err, os.ErrPermission):
		return i18n.T(ctx, "cli.err_permission", args)
	}
	return err.Error()
}

// misuses are the ways in which kong does not understand a command line.
var misuses = []struct {
	said *regexp.Regexp
	key  string
}{
	{regexp.MustCompile(`^unknown flag ([^\s,]+)`), "cli.err_flag"},
	{regexp.MustCompile(`^unexpected argument ([^\s,]+)`), "cli.err_argument"},
	{regexp.MustCompile(`^expected "(<.+)"$`), "cli.err_missing"},
	{regexp.MustCompile(`^missing positional arguments (.+)$`), "cli.err_missing"},
	{regexp.MustCompile(`^expected (?:one of )?"`), "cli.err_command"},
	{regexp.MustCompile(`^(\S+?):? expected .*"EOL"`), "cli.err_value_missing"},
	{regexp.MustCompile(`^(\S+?):? (?:must be one of|expected|bool value must) .*got "([^"]*)"`), "cli.err_value"},
}

var meant = regexp.MustCompile(`, did you mean (?:one of )?(.+)\?$`)

// complain says why a command line cannot be understood, and where to read on.
func complain(e env, k *kong.Kong, err error) int {
	at := k.Model.Node
	if parse, ok := errors.AsType[*kong.ParseError](err); ok {
		if n := parse.Context.Selected(); n != nil {
			at = n
		}
	}
	fmt.Fprintln(e.errOut, fileName+": "+misuse(e.ctx, at, err))
	fmt.Fprintln(e.errOut, i18n.T(e.ctx, "cli.help_more", i18n.Args{"Command": at.FullPath() + " --help"}))
	return misused
}

// misuse is what kong says, in the language of ctx.
func misuse(ctx context.Context, at *kong.Node, err error) string {
	said := err.Error()
	for _, m := range misuses {
		found := m.said.FindStringSubmatch(said)
		if found == nil {
			continue
		}
		args, key := i18n.Args{}, m.key
		if len(found) > 1 {
			args["What"] = strings.NewReplacer("<", "", ">", "").Replace(found[1])
		}
		if len(found) > 2 {
			args["Value"] = found[2]
		}
		switch {
		case key == "cli.err_missing":
			args["What"] = strings.ToUpper(fmt.Sprint(args["What"]))
		case key == "cli.err_command", key == "cli.err_argument" && len(at.Children) > 0:
			key = map[bool]string{true: "cli.err_command", false: "cli.err_no_command"}[key == "cli.err_command"]
			args["Commands"] = children(at)
		}
		s := i18n.T(ctx, key, args)
		if hint := meant.FindStringSubmatch(said); hint != nil {
			s += " " + i18n.T(ctx, "cli.err_meant", i18n.Args{"What": strings.ReplaceAll(hint[1], `"`, "")})
		}
		return s
	}
	return sentence(ctx, err)
}

func children(n *kong.Node) string {
	var out []string
	for _, c := range n.Children {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

// badJSON reports whether err says that a file is no JSON.
func badJSON(err error) bool {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, kind := errors.AsType[*json.UnmarshalTypeError](err)
	return syntax || kind
}
