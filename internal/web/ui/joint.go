package ui

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// What is drawn is drawn once: a page has the same few icons and marks hundreds
// of times.
var (
	drawnIcons = drawn(icon, slices.Collect(maps.Keys(icons)))
	joints     = drawn(joint, withNone)
	marks      = drawn(mark, withNone)
	withNone   = append([]string{""}, States...)
)

func drawn(draw func(string) templ.Component, names []string) func() map[string]templ.Component {
	return sync.OnceValue(func() map[string]templ.Component {
		out := make(map[string]templ.Component, len(names))
		for _, n := range names {
			var b strings.Builder
			if err := draw(n).Render(context.Background(), &b); err != nil {
				panic(err) // plain markup, into memory
			}
			out[n] = templ.Raw(b.String())
		}
		return out
	})
}

// Icon draws an icon that says nothing by itself: a text stands beside it.
func Icon(name string) templ.Component {
	if c, known := drawnIcons()[name]; known {
		return c
	}
	return icon(name)
}

// Joint draws the state alone, for a drawing of its own: round (27, 12), 16
// pixels wide. state may be empty.
func Joint(state string) templ.Component {
	if c, known := joints()[state]; known {
		return c
	}
	return joint(state)
}

// Mark draws the link, the mark of the product: two bars joined, the state of
// what passes in the joint. state may be empty.
func Mark(state string) templ.Component {
	if c, known := marks()[state]; known {
		return c
	}
	return mark(state)
}
