package cli

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/eslabon/eslabon/internal/errs"
)

// settings are what a configuration file says, by the names of the flags. The
// order is flag, environment, file, default.
type settings map[string]any

// file reads a configuration file: {"addr": "…", "smtp-host": "…"}.
func file(r io.Reader) (kong.Resolver, error) {
	raw := map[string]any{}
	d := json.NewDecoder(r)
	d.UseNumber()
	if err := d.Decode(&raw); badJSON(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, &errs.Error{Kind: errs.Invalid, Key: "cli.err_config", Err: err}
	} else if err != nil {
		return nil, err
	}
	s := settings{}
	for k, v := range raw {
		if n, ok := v.(json.Number); ok {
			v = n.String()
		}
		s[strings.ReplaceAll(k, "_", "-")] = v
	}
	return s, nil
}

// Validate satisfies [kong.Resolver]. A mistyped name would otherwise be a
// setting that nobody notices is not set.
func (s settings) Validate(app *kong.Application) error {
	known := map[string]bool{}
	for _, n := range append(app.Leaves(false), app.Node) {
		for _, f := range n.Flags {
			known[f.Name] = true
		}
	}
	var unknown []string
	for name := range s {
		if !known[name] {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return errs.With(errs.Invalid, "cli.err_config_name", errs.Args{"Names": strings.Join(unknown, ", ")})
}

// Resolve satisfies [kong.Resolver]. The environment is stronger.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	for _, e := range f.Envs {
		if os.Getenv(e) != "" {
			return nil, nil
		}
	}
	return s[f.Name], nil
}
