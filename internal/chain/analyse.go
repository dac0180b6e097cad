package chain

import (
	"bytes"
	"encoding/json"
	"runtime"
	"slices"

	"github.com/eslabon/eslabon/internal/calendar"
)

// Options say what is analysed and how. The zero value is no analysis: Activity
// or Dimensions must name columns of the log.
type Options struct {
	Activity   string   // column of what was done; "" for none
	Lifecycle  string   // column of how far it was; "" for none
	Instance   string   // column that tells the starts and ends of a step apart; "" for none
	Who        string   // column of who did it, to pair starts and ends; "" for none
	Dimensions []string // columns whose values supply each other

	Filter   []Filter            // all must hold; applied before anything else
	Missing  []string            // texts that mean nothing, compared exactly, in every column
	LeaveOut map[string][]string // values of a dimension, as robots, whose events do not count in it

	States   []StateRule        // what the steps say of the work; none, no queues
	Guess    bool               // without States, guess them from the words of the steps
	Parents  map[string]string  // dimension → column of what its values are under
	Calendar *calendar.Calendar // working hours; nil, none are counted

	PingPong int // returns from which a stretch to and fro counts as one; 0 means 1
	Top      int // rows of rankings other than links, edges and posts; 0 means 10
	Rows     int // rows of links, and of posts; 0 means all. All are counted, and looked through for findings
	Workers  int // processors to use; 0 means all. The result does not depend on it
}

// Result is all that a log shows. Durations are in seconds.
type Result struct {
	Options  any        `json:"options"` // whatever repeats it; the engine leaves it empty
	Cases    int        `json:"cases"`
	Events   int        `json:"events"`
	FirstAt  *Instant   `json:"first_at"`
	LastAt   *Instant   `json:"last_at"`
	Findings []Finding  `json:"findings"` // at most three, the weightiest first
	Hints    []Hint     `json:"hints"`    // what to ask before one believes the figures
	Columns  Attributes `json:"attributes"`

	CaseDuration  Stats `json:"case_duration_s"`
	EventsPerCase Stats `json:"events_per_case"`

	Activity   Activity   `json:"activity"`
	Dimensions Dimensions `json:"dimensions"`

	Flow    Flow     `json:"flow"`
	Service *Service `json:"service,omitempty"` // if steps have a start and an end
	Little  Little   `json:"little"`
	Working *Working `json:"working_hours,omitempty"` // if a calendar is given
}

// Attribute is one column of the log over the kept events.
type Attribute struct {
	Name     string `json:"-"`
	Distinct int    `json:"distinct"` // different texts
	Missing  int    `json:"missing"`  // events without one
}

// Attributes are in the order of the log. In JSON they are an object.
type Attributes []Attribute

// MarshalJSON writes an object.
func (a Attributes) MarshalJSON() ([]byte, error) {
	return object(a, func(x *Attribute) string { return x.Name })
}

// Dimensions are in the order in which they were asked for. In JSON they are an
// object.
type Dimensions []Dimension

// MarshalJSON writes an object.
func (d Dimensions) MarshalJSON() ([]byte, error) {
	return object(d, func(x *Dimension) string { return x.Name })
}

func object[T any](all []T, name func(*T) string) ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i := range all {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := writeText(&out, name(&all[i])); err != nil {
			return nil, err
		}
		out.WriteByte(':')
		b, err := json.Marshal(&all[i])
		if err != nil {
			return nil, err
		}
		out.Write(b)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// Rows say how many a result keeps of its long rankings.
type Rows struct {
	Edges    int `json:"edges"`
	Links    int `json:"links"`
	Variants int `json:"variants"`
}

// Written are the rows of a result that is written as JSON.
var Written = Rows{Edges: 300, Links: 200, Variants: 10}

// Cut returns the result with at most so many rows in its long rankings.
func (r Result) Cut(l Rows) Result {
	r.Activity.DirectlyFollows.Edges = head(r.Activity.DirectlyFollows.Edges, l.Edges)
	r.Activity.Variants.Top = head(r.Activity.Variants.Top, l.Variants)
	r.Dimensions = slices.Clone(r.Dimensions)
	for i := range r.Dimensions {
		d := &r.Dimensions[i]
		d.Links, d.Posts, d.Routes.Top = head(d.Links, l.Links), head(d.Posts, l.Links), head(d.Routes.Top, l.Variants)
	}
	return r
}

func head[T any](all []T, n int) []T { return all[:min(n, len(all))] }

// Analyse finds who serves whom in a log, and how well. It reads the log only,
// and the same log and options give the same result to the last bit, whatever
// the number of processors. Columns that the log does not have are an
// *UnknownColumn.
func Analyse(l *Log, o Options) (Result, error) {
	s, err := choose(l, o)
	if err != nil {
		return Result{}, err
	}
	return s.analyse(), nil
}

func (o *Options) fill() {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.PingPong <= 0 {
		o.PingPong = 1
	}
	if o.Top <= 0 {
		o.Top = 10
	}
}

func (s *selection) analyse() Result {
	v, o := s.v, s.o
	r := Result{Cases: len(v.off) - 1, Events: len(v.times), Columns: s.attributes}
	durations, sizes := make([]int64, r.Cases), make([]int64, r.Cases)
	for i := range r.Cases {
		from, to := v.off[i], v.off[i+1]
		durations[i], sizes[i] = v.times[to-1]-v.times[from], int64(to-from)
	}
	r.CaseDuration, r.EventsPerCase = describe(durations, millis), describe(sizes, 1)
	if r.Events > 0 {
		first, last := Instant(slices.Min(v.times)), Instant(slices.Max(v.times))
		r.FirstAt, r.LastAt = &first, &last
	}
	act := s.column(o.Activity, nil)
	if act == nil { // without activities, none is said
		act = newColumn(make([]uint32, len(v.times)), []string{""})
	}
	r.Activity = activity(v, act, o.Top)
	life := s.column(o.Lifecycle, nil)
	st := readStates(v, act, life)
	rules := o.States
	if len(rules) == 0 && o.Guess {
		rules = GuessStates(st.steps(act, life))
	}
	st.model(act, life, rules)
	r.Flow = st.flow(v, act, life)
	r.Service = s.service(act, life)
	_, bothEnds := endsOf(life)
	st.event, life = nil, nil
	r.Little = little(v)
	if o.Calendar != nil {
		w := worked{o.Calendar}.cases(v)
		r.Working = &w
	}
	r.Dimensions = make(Dimensions, len(o.Dimensions))
	hints := make([][]Hint, len(o.Dimensions))
	// What is done at once must be held at once.
	atOnce := o.Workers
	const many = 1 << 20
	if r.Events > many {
		atOnce = 1
	}
	parallel(len(o.Dimensions), atOnce, func(i int) { r.Dimensions[i], hints[i] = s.dimension(o.Dimensions[i], act, st) })
	parallel(len(o.Dimensions), atOnce, func(i int) {
		d := &r.Dimensions[i]
		d.Batching = batching(v, act, s.column(d.Name, o.LeaveOut[d.Name]), o.Top)
	})
	r.found(o.Rows)
	r.Hints = s.hints(&r, act, bothEnds, slices.Concat(hints...))
	return r
}

// dimension says all of a dimension but its batches, and what to ask about it.
func (s *selection) dimension(name string, act *column, st *states) (Dimension, []Hint) {
	v, o := s.v, s.o
	c := s.column(name, o.LeaveOut[name])
	r := runsOf(v, c)
	ways := routes(v, c, r, o.Top)
	net := count(v, c, r, o.PingPong)
	d := net.dimension(name, c)
	d.Routes = ways
	links, posts := net.ranking(c, o.Rows), net.visited(c, o.Rows)
	spare := make([]int64, len(r.all))
	net.describe(&d, v, c, r, links, spare)
	d.Posts = net.posts(v, c, r, posts, spare)
	if len(st.rules) > 0 {
		st.queues(v, c, r, net, &d, links, posts, spare)
	}
	if up := s.column(o.Parents[name], nil); up != nil {
		net.relate(&d, c, links, byParent(c, up))
	}
	if o.Calendar != nil {
		d.WorkingGap = worked{o.Calendar}.gaps(v, r)
	}
	net.links, net.sums, net.left = nil, nil, nil
	d.Subcontracting = subcontracting(v, c, r, o.Top)
	d.WorkingTogether = together(v, c, r, net, o.Top)
	d.Again = again(v, act, c, o.Top)
	return d, s.asks(&d, c)
}
