package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ParetoBar is one cause: N of all, its Share of them, and the Sum of the
// shares of it and all larger ones (0…1).
type ParetoBar struct {
	Label      string
	N          int
	Share, Sum float64
	URL        string // the cases behind it
}

// ControlArgs is a control chart. Its title says what it shows, and its points
// stand in a table as well.
type ControlArgs struct {
	Title   string // the finding, as a sentence
	About   string // what is drawn, and by which limits
	Points  []ControlPoint
	Center  float64
	Limits  bool    // Low and High of the points count
	Top     float64 // of the axis, which begins at 0
	TopWord string  // what it reads at the top
	Heads   []Head  // of the table: when, value, n, what is wrong
	Empty   string  // what to say where there are no points
}

// ControlPoint is one value with its limits.
type ControlPoint struct {
	Label, Value, N, Word string // as people read them; Word says why it is no chance
	URL                   string // the cases behind it
	At                    float64
	Low, High             float64
	Beyond, Side          bool // outside the limits; one of eight in a row on one side
}

// The drawing area, in its own units. There are no letters in it: they would
// shrink with it on a phone.
const (
	chartWide, chartHigh = 640.0, 200.0
	chartEdge            = 12.0
)

func (c ControlArgs) x(i int) float64 {
	if len(c.Points) < 2 {
		return chartWide / 2
	}
	return chartEdge + float64(i)*(chartWide-2*chartEdge)/float64(len(c.Points)-1)
}

func (c ControlArgs) y(v float64) float64 {
	top := c.Top
	if top <= 0 {
		top = 1
	}
	return chartHigh - chartEdge - min(max(v, 0), top)/top*(chartHigh-2*chartEdge)
}

func (c ControlArgs) line(value func(ControlPoint) float64) string {
	var b strings.Builder
	for i, p := range c.Points {
		fmt.Fprintf(&b, "%.1f,%.1f ", c.x(i), c.y(value(p)))
	}
	return b.String()
}

// shape is a point by what is to be said of it: a dot, a diamond outside the
// limits, a triangle where many lie on one side.
func (c ControlArgs) shape(i int) string {
	p := c.Points[i]
	x, y := c.x(i), c.y(p.At)
	switch {
	case p.Beyond:
		return fmt.Sprintf("M%.1f %.1fl8 8l-8 8l-8 -8z", x, y-8)
	case p.Side:
		return fmt.Sprintf("M%.1f %.1fl7.5 12.5h-15z", x, y-7)
	}
	return fmt.Sprintf("M%.1f %.1fa4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", x-4, y)
}

func (p ControlPoint) class() string {
	switch {
	case p.Beyond:
		return "chart-point chart-beyond"
	case p.Side:
		return "chart-point chart-side"
	}
	return "chart-point"
}

func decimal(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

// hundred is a share as a width in a drawing that is 100 wide.
func hundred(share float64) string { return decimal(100 * min(max(share, 0), 1)) }

// NiceTop returns a round number at or above v, for the top of an axis.
func NiceTop(v float64) float64 {
	if v <= 0 {
		return 1
	}
	step := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if m*step >= v {
			return m * step
		}
	}
	return 10 * step
}

// Hours is a number of hours as a time.
func Hours(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }
