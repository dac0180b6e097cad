package stat

import "math"

// d2 is the mean range of two normal values in standard deviations, rounded as
// the published tables have it: with the exact 2/√π the reference charts differ.
const d2 = 1.128

const (
	fewestForLimits = 12  // with fewer points limits say nothing
	tooSpread       = 1.5 // σ_z above which Laney's limits are used
	sigmas          = 3.0 // distance of the limits from the centre
	runLength       = 8   // in a row on one side
)

// Kind says how a chart was drawn.
type Kind string

// The kinds of charts. Run has a median and no limits: there are too few points.
const (
	P      Kind = "p"       // shares
	LaneyP Kind = "p_laney" // shares that vary more than chance does
	U      Kind = "u"       // defects per unit
	LaneyU Kind = "u_laney"
	C      Kind = "c"   // counts
	XmR    Kind = "xmr" // single values and their moving range
	Run    Kind = "run"
)

// Signal says why a point is no chance.
type Signal uint8

// The two rules for owners; every further one adds false alarms.
const (
	Beyond Signal = 1 << iota // outside the limits
	Side                      // the eighth in a row on one side of the centre, or later
)

// Point is one value of a chart with its own limits.
type Point struct {
	Value     float64
	N         float64 // how many it was counted over; 1 for XmR and C
	Low, High float64 // limits, in the unit of Value; both 0 in a run chart
	Signal    Signal
}

// Chart is a control chart. Its points are in the order they were given.
type Chart struct {
	Kind   Kind
	Center float64 // mean, or the median in a run chart
	Sigma  float64 // of single values (XmR); 0 for the others, where it depends on N
	SigmaZ float64 // how far shares vary beyond chance (Laney); 0 if not computed
	Points []Point

	plain    Kind
	variance float64 // of one unit at the centre
	most     float64 // that a value can be
}

// Counted is k of n: defective pieces of those inspected, or defects of n units.
type Counted struct{ K, N int }

// ChartP draws shares k/n with the limits of the binomial, and with those of
// Laney where the shares vary more than 1.5 times as much (D. B. Laney,
// "Improved control charts for attributes", Quality Engineering 14, 2002). It
// leaves out what counts nothing. Under 12 points it is a run chart.
func ChartP(all []Counted) Chart {
	return attributes(all, P, LaneyP, func(center float64) float64 { return center * (1 - center) }, 1)
}

// ChartU draws defects per unit k/n with the limits of Poisson, or Laney's, in
// the same way as ChartP.
func ChartU(all []Counted) Chart {
	return attributes(all, U, LaneyU, func(center float64) float64 { return center }, math.Inf(1))
}

// ChartC draws counts over equal stretches.
func ChartC(counts []int) Chart {
	all := make([]Counted, len(counts))
	for i, k := range counts {
		all[i] = Counted{k, 1}
	}
	c := ChartU(all)
	c.plain = C
	if c.Kind == U {
		c.Kind = C
	}
	return c
}

func attributes(all []Counted, plain, spread Kind, variance func(center float64) float64, most float64) Chart {
	var sum Counted
	c := Chart{plain: plain, most: most}
	for _, x := range all {
		if x.N > 0 {
			sum.K, sum.N = sum.K+x.K, sum.N+x.N
			c.Points = append(c.Points, Point{Value: float64(x.K) / float64(x.N), N: float64(x.N)})
		}
	}
	if len(c.Points) < fewestForLimits {
		return runChart(c)
	}
	c.Center = float64(sum.K) / float64(sum.N)
	c.variance = variance(c.Center)
	if c.variance > 0 {
		z := make([]float64, len(c.Points))
		for i, p := range c.Points {
			z[i] = (p.Value - c.Center) / math.Sqrt(c.variance/p.N)
		}
		c.SigmaZ = movingRange(z) / d2
	}
	if c.SigmaZ > tooSpread {
		return c.draw(spread, c.SigmaZ)
	}
	return c.draw(plain, 1)
}

// Plain returns the chart with the limits of the binomial, or of Poisson, where
// it was drawn with Laney's: for who wants to see both.
func (c Chart) Plain() Chart {
	if c.Kind != LaneyP && c.Kind != LaneyU {
		return c
	}
	return c.draw(c.plain, 1)
}

func (c Chart) draw(kind Kind, widen float64) Chart {
	c.Kind = kind
	points := make([]Point, len(c.Points))
	for i, p := range c.Points {
		half := sigmas * widen * math.Sqrt(c.variance/p.N)
		points[i] = Point{Value: p.Value, N: p.N, Low: max(0, c.Center-half), High: min(c.most, c.Center+half)}
	}
	c.Points = points
	return c.judge()
}

// ChartXmR draws single values with limits from their mean moving range, or a
// run chart under 12 points.
func ChartXmR(values []float64) Chart {
	c := singles(values)
	if len(values) < fewestForLimits {
		return runChart(c)
	}
	return individuals(c, values)
}

func singles(values []float64) Chart {
	c := Chart{Kind: XmR}
	for _, v := range values {
		c.Points = append(c.Points, Point{Value: v, N: 1})
	}
	return c
}

func individuals(c Chart, values []float64) Chart {
	for _, v := range values {
		c.Center += v
	}
	c.Center /= float64(len(values))
	c.Sigma = movingRange(values) / d2
	for i := range c.Points {
		c.Points[i].Low, c.Points[i].High = c.Center-sigmas*c.Sigma, c.Center+sigmas*c.Sigma
	}
	return c.judge()
}

// movingRange returns the mean distance between neighbours, or 0 under two values.
func movingRange(v []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	sum := 0.0
	for i := 1; i < len(v); i++ {
		sum += math.Abs(v[i] - v[i-1])
	}
	return sum / float64(len(v)-1)
}

// runChart has the median as its centre, and only the rule of runs.
func runChart(c Chart) Chart {
	c.Kind = Run
	if len(c.Points) == 0 {
		return c
	}
	values := make([]float64, len(c.Points))
	for i, p := range c.Points {
		values[i] = p.Value
	}
	c.Center = Median(values)
	return c.judge()
}

// judge marks the points that are no chance. A point on the centre neither
// breaks a run nor counts in it.
func (c Chart) judge() Chart {
	side, run := 0, 0
	for i := range c.Points {
		p := &c.Points[i]
		if c.Kind != Run && (p.Value < p.Low || p.Value > p.High) {
			p.Signal |= Beyond
		}
		s := 0
		switch {
		case p.Value > c.Center:
			s = 1
		case p.Value < c.Center:
			s = -1
		}
		if s == 0 {
			continue
		}
		if s != side {
			side, run = s, 0
		}
		if run++; run >= runLength {
			p.Signal |= Side
		}
	}
	return c
}

// Signals returns the numbers of the points that are no chance, from 0.
func (c Chart) Signals() []int {
	var out []int
	for i, p := range c.Points {
		if p.Signal != 0 {
			out = append(out, i)
		}
	}
	return out
}
