package load

import "slices"

// Report says how a file was understood, and what of it is not in the log.
type Report struct {
	File     string
	Format   Format
	Packed   bool   // gzip or zip
	Encoding string // of the text
	Bytes    int64  // read of the file

	Mapping    Mapping
	Separator  string // of CSV
	TimeFormat TimeFormat
	Zone       string // in which times without offset were read
	Naive      int    // how many those were
	Twice      int    // of those, shown twice by the clock: read as the first
	Never      int    // of those, never shown by the clock: moved forward

	CasesRead, EventsRead int // with a time, before filters
	Cases, Events         int // in the log
	Left                  []Left

	Types []ObjectType // of OCEL
}

// Mapping names the columns that play a part, "" where none does.
type Mapping struct {
	Case, Activity, Time, Start, Resource string

	Guessed []string // which of these were found by the program: "case", "activity", …
}

// TimeFormat says how the times of a table were read.
type TimeFormat struct {
	Name      string // "iso", DayFirst, MonthFirst, "named", "number"
	Example   string // a text of the column
	Ambiguous bool   // both orders fit every date: the choice is a guess
	Days      int    // dates that only fit with the day first
	Months    int    // dates that only fit with the month first
}

// Reasons why something of the file is not in the log, or not in a part of it.
const (
	NoTime     = "no_time"     // events without time: left out
	BadTime    = "bad_time"    // events with a time that cannot be read: left out
	NoActivity = "no_activity" // events without activity: skipped where activities are counted
	NoCase     = "no_case"     // rows without case, events outside any trace: left out
	ShortRow   = "short_row"   // rows with fewer cells than the heading: the rest is missing
	LongRow    = "long_row"    // rows with more cells than the heading: left out
	NoKey      = "no_key"      // attributes without key: left out
	NoEvents   = "no_events"   // cases without events: left out
	Repeated   = "repeated"    // ids that occur again: left out
	NoObject   = "no_object"   // events that touch no object of the type: left out
	Unknown    = "unknown"     // relations to an object that the file does not describe: left out
)

// Left counts what was left out for one reason, with the first few places.
type Left struct {
	Reason string
	N      int
	Places []Place
}

// Place is somewhere in a file.
type Place struct {
	Line  int64
	Field string
	Text  string
}

// ObjectType is a type of object of an OCEL log, with how many objects and
// relations to events it has.
type ObjectType struct {
	Name            string
	Objects, Events int
}

// placesShown is how many places are told of each reason.
const placesShown = 5

func (r *Report) leave(reason string, n int, places ...Place) {
	if n == 0 {
		return
	}
	i := slices.IndexFunc(r.Left, func(l Left) bool { return l.Reason == reason })
	if i < 0 {
		i = len(r.Left)
		r.Left = append(r.Left, Left{Reason: reason})
	}
	l := &r.Left[i]
	l.N += n
	l.Places = append(l.Places, places[:min(len(places), placesShown-len(l.Places))]...)
}

// Count returns how many were left out for a reason.
func (r *Report) Count(reason string) int {
	for _, l := range r.Left {
		if l.Reason == reason {
			return l.N
		}
	}
	return 0
}

func (r *Report) clocks(w *wall) {
	r.Naive += w.naive
	r.Twice += w.twice
	r.Never += w.never
}
