package ui_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(i18n.With(t.Context(), "es"), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// course is a chart with a week outside the limits, some on one side, and
// values that the drawing has no room for.
func course() ui.ControlArgs {
	c := ui.ControlArgs{
		Title: "1 punto está fuera de lo usual", About: "Semana por semana.", Center: .8, Limits: true, Top: 1, TopWord: "100 %",
		Heads: []ui.Head{{Label: "Semana del"}, {Label: "Bien a la primera"}, {Label: "De cuántos"}, {Label: "Qué se nota"}},
	}
	for i := range 12 {
		c.Points = append(c.Points, ui.ControlPoint{
			Label: "semana " + strconv.Itoa(i), Value: "80 %", N: strconv.Itoa(i) + " de 30", URL: "/pases?semana=" + strconv.Itoa(i), At: .8, Low: .6, High: 1,
		})
	}
	c.Points[3].At, c.Points[3].Beyond, c.Points[3].Word = .1, true, "fuera de los límites"
	c.Points[7].Side, c.Points[7].Word = true, "ocho o más del mismo lado"
	c.Points[8].At, c.Points[8].Low, c.Points[8].High = 7, -2, 9
	return c
}

var (
	starts = regexp.MustCompile(` d="M([\d.-]+) ([\d.-]+)`)
	corner = regexp.MustCompile(`([\d.-]+),([\d.-]+) `)
)

func TestEveryPointLiesInTheDrawing(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]int{"two": 2, "all": 12} {
		c := course()
		c.Points = c.Points[:n]
		page := drawn(t, ui.Control(c))
		chart, _, _ := strings.Cut(page, "</svg>")
		found := append(starts.FindAllStringSubmatch(chart, -1), corner.FindAllStringSubmatch(chart, -1)...)
		if len(found) != 4*n { // points, both limits, and the line between the points
			t.Errorf("%s: %d places are drawn", name, len(found))
		}
		for _, m := range found {
			x, errX := strconv.ParseFloat(m[1], 64)
			y, errY := strconv.ParseFloat(m[2], 64)
			if errX != nil || errY != nil || x < 0 || x > 640 || y < 0 || y > 200 {
				t.Errorf("%s: %v lies outside", name, m)
			}
		}
	}
}

func TestWhatIsNoChanceIsMarkedByShapeAndWord(t *testing.T) {
	t.Parallel()
	page := drawn(t, ui.Control(course()))
	for _, want := range []string{
		`class="chart-point chart-beyond"`, `class="chart-point chart-side"`, `<a href="/pases?semana=3">semana 3</a>`,
		"80 % · fuera de los límites", "80 % · ocho o más del mismo lado", "11 de 30", `aria-label="1 punto está fuera de lo usual"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the chart does not have %s", want)
		}
	}
	if n := strings.Count(page, "<title>"); n != 12 {
		t.Errorf("%d of 12 points say what they are", n)
	}
	plain := course()
	plain.Limits = false
	if strings.Contains(drawn(t, ui.Control(plain)), "chart-limit") {
		t.Error("limits are drawn where there are none")
	}
	few := ui.ControlArgs{Title: "Aún no", Empty: "Aún no hay suficiente historia"}
	if page := drawn(t, ui.Control(few)); strings.Contains(page, "<svg") || !strings.Contains(page, "suficiente historia") {
		t.Errorf("nothing to draw: %s", page)
	}
}

func TestAnIntervalIsDrawnWhereItLies(t *testing.T) {
	t.Parallel()
	got := drawn(t, ui.Interval(.87, .77, .93, .9))
	for _, want := range []string{`class="chart-range" x="77" y="3" width="16"`, `class="chart-value" x="86.4"`, `class="chart-target" x="89.8"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if strings.Contains(drawn(t, ui.Interval(0, 0, 0, 0)), "chart-target") {
		t.Error("nothing was aimed at, and it is drawn")
	}
}

func TestAParetoAddsUp(t *testing.T) {
	t.Parallel()
	page := drawn(t, ui.Pareto("Por qué vuelve", []ui.ParetoBar{
		{Label: "Manchado", N: 6, Share: .6, Sum: .6, URL: "/pases?motivo=2"}, {Label: "Medida", N: 4, Share: .4, Sum: 1},
	}))
	for _, want := range []string{
		`<a href="/pases?motivo=2">Manchado</a>`, `class="chart-range" x="0" width="60"`, `class="chart-range" x="60" width="40"`,
		`<td class="num">6</td>`, `<td class="num">100`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
}

func TestTheTopOfAnAxisIsRound(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]float64{0: 1, .3: .5, 1: 1, 1.2: 2, 2.1: 2.5, 3: 5, 7: 10, 41: 50, 100: 100, 230: 250} {
		if got := ui.NiceTop(v); got != want {
			t.Errorf("the axis of %v ends at %v, want %v", v, got, want)
		}
	}
}
