package ui_test

import (
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/web/ui"
)

// On a phone a row is a card: each cell but the first knows the head of its
// column, whatever else stands in it.
func TestACellKnowsItsHead(t *testing.T) {
	heads := []ui.Head{{Label: "Eslabón"}, {Label: `Bien "a la primera"`, Number: true}, {Label: "Hacer", Hidden: true}, {Label: "Espera"}}
	rows := html(`<tr><td>A &lt; B</td><td class="num">9<time>t</time></td><td><a href="#">Ver</a></td><td>1</td></tr><tr id="x"><th scope="row">C</th><td>8</td></tr>`)
	draw := func(a ui.TableArgs) string {
		var b strings.Builder
		if err := with(ui.Table(a), rows).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(b.String(), "<tbody>")
		body, _, _ = strings.Cut(body, "</tbody>")
		return body
	}
	const want = `<tr><td>A &lt; B</td><td data-head="Bien &#34;a la primera&#34;" class="num">9<time>t</time></td><td><a href="#">Ver</a></td><td data-head="Espera">1</td></tr>` +
		`<tr id="x"><th scope="row">C</th><td data-head="Bien &#34;a la primera&#34;">8</td></tr>`
	if got := draw(ui.TableArgs{Heads: heads}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, a := range []ui.TableArgs{{Heads: heads, Narrow: true}, {Heads: heads, Bare: true}} {
		if got := draw(a); strings.Contains(got, "data-head") {
			t.Errorf("%+v: got %s", a, got)
		}
	}
}
