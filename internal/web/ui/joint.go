package ui

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// joints are the states as drawn: a page draws the same few many times.
var joints = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, s := range slices.Concat(States, []string{""}) {
		var b strings.Builder
		if err := joint(s).Render(context.Background(), &b); err != nil {
			panic(err) // plain markup, into memory
		}
		out[s] = b.String()
	}
	return out
})

// Joint draws the state alone, for a drawing of its own: round (27, 12), 16
// pixels wide. state may be empty.
func Joint(state string) templ.Component {
	if s, known := joints()[state]; known {
		return templ.Raw(s)
	}
	return joint(state)
}
