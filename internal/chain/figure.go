package chain

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"
)

// Float is a figure that may be unknown: of nothing there is no mean. It is null
// in JSON then.
type Float float64

// unknown is the figure of nothing.
var unknown = Float(math.NaN())

// Known reports whether there is a figure.
func (f Float) Known() bool { return !math.IsNaN(float64(f)) }

// MarshalJSON writes null for what is unknown.
func (f Float) MarshalJSON() ([]byte, error) {
	if !f.Known() {
		return []byte("null"), nil
	}
	abs, format := math.Abs(float64(f)), byte('f')
	if abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e' // as ECMAScript, and encoding/json, write it
	}
	return strconv.AppendFloat(nil, float64(f), format, -1, 64), nil
}

// ratio returns a/b, unknown if b is 0.
func ratio(a, b int64) Float {
	if b == 0 {
		return unknown
	}
	return Float(float64(a) / float64(b))
}

// Instant is a moment in UTC milliseconds since 1970.
type Instant int64

// Time returns the moment in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// MarshalJSON writes RFC 3339 in UTC with three decimals.
func (i Instant) MarshalJSON() ([]byte, error) {
	return []byte(i.Time().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// Count is how often something with a name occurs.
type Count struct {
	Name string
	N    int
}

// Counts are ordered by N from the most down, then by name. In JSON they are an
// object in that order.
type Counts []Count

// MarshalJSON writes an object.
func (c Counts) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, x := range c {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := writeText(&out, x.Name); err != nil {
			return nil, err
		}
		out.WriteByte(':')
		out.WriteString(strconv.Itoa(x.N))
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func writeText(out *bytes.Buffer, s string) error {
	b, err := json.Marshal(s)
	out.Write(b)
	return err
}

// Histogram says how many cases have 0, 1, 2… of something: its index is that
// number. In JSON it is an object with the numbers that occur as its keys.
type Histogram []int

// MarshalJSON writes an object.
func (h Histogram) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, n := range h {
		if n == 0 {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = strconv.AppendInt(out, int64(i), 10)
		out = append(out, '"', ':')
		out = strconv.AppendInt(out, int64(n), 10)
	}
	return append(out, '}'), nil
}

func (h *Histogram) add(i, n int) {
	for len(*h) <= i {
		*h = append(*h, 0)
	}
	(*h)[i] += n
}

// Stats describes a set of values; of an empty set only N is known. Quantiles
// interpolate between the closest ranks (R type 7).
type Stats struct {
	N      int   `json:"n"`
	Mean   Float `json:"mean"`
	Min    Float `json:"min"`
	Q1     Float `json:"q1"`
	Median Float `json:"median"`
	Q3     Float `json:"q3"`
	P90    Float `json:"p90"`
	P95    Float `json:"p95"`
	P99    Float `json:"p99"`
	Max    Float `json:"max"`
}

var noStats = Stats{
	Mean: unknown, Min: unknown, Q1: unknown, Median: unknown, Q3: unknown,
	P90: unknown, P95: unknown, P99: unknown, Max: unknown,
}

// millis is how many units of time make the second in which results speak.
const millis = 1000

// describe sorts values and describes them in units of unit.
func describe(values []int64, unit int64) Stats {
	if len(values) == 0 {
		return noStats
	}
	slices.Sort(values)
	s := Stats{N: len(values), Mean: mean(values, unit)}
	for _, q := range []struct {
		at *Float
		p  float64
	}{{&s.Min, 0}, {&s.Q1, .25}, {&s.Median, .5}, {&s.Q3, .75}, {&s.P90, .9}, {&s.P95, .95}, {&s.P99, .99}, {&s.Max, 1}} {
		*q.at = quantile(values, q.p, unit)
	}
	return s
}

func mean(values []int64, unit int64) Float {
	sum := int64(0)
	for _, v := range values {
		sum += v
	}
	return ratio(sum, int64(len(values))*unit)
}

// quantile returns the p-quantile of sorted values in units of unit.
func quantile(sorted []int64, p float64, unit int64) Float {
	if len(sorted) == 0 {
		return unknown
	}
	h := float64(len(sorted)-1) * p
	i := int(h)
	v := float64(sorted[i])
	if i+1 < len(sorted) {
		v += (h - float64(i)) * float64(sorted[i+1]-sorted[i])
	}
	return Float(v / float64(unit))
}

// groups are values put together by the group that each belongs to.
type groups struct {
	off   []uint32 // group i has room from off[i] to off[i+1]
	until []uint32 // and is filled up to until[i]
	value []int64
}

// newGroups makes room for n groups, of which each gets at most size values, in
// spare if that is large enough.
func newGroups(n int, size func(i int) uint32, spare []int64) *groups {
	g := &groups{off: make([]uint32, n+1), until: make([]uint32, n)}
	for i := range n {
		g.off[i+1] = g.off[i] + size(i)
	}
	copy(g.until, g.off)
	if all := int(g.off[n]); all <= cap(spare) {
		g.value = spare[:all]
	} else {
		g.value = make([]int64, all)
	}
	return g
}

func (g *groups) add(group uint32, value int64) {
	g.value[g.until[group]] = value
	g.until[group]++
}

func (g *groups) of(i int) []int64 { return g.value[g.off[i]:g.until[i]] }

// all returns the values of all groups. The groups are gone then.
func (g *groups) all() []int64 {
	n := 0
	for i := range g.until {
		n += copy(g.value[n:], g.of(i))
	}
	return g.value[:n]
}
