package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// Spec is a calendar as people write it and as it is stored. All texts stay as
// they were typed, so that a form can show them back; New says what is wrong.
//
// Hours are written "09:00-14:00". 24:00 is allowed as an end. An end that is
// not after its start lies on the next day ("22:00-06:00"), and the whole shift
// belongs to the day on which it starts.
type Spec struct {
	Zone       string      `json:"zone"` // IANA name
	Week       Week        `json:"week"`
	Exceptions []Exception `json:"exceptions,omitempty"`
	Extra      []ExtraDay  `json:"extra,omitempty"`
}

// Week holds the usual hours under mon, tue, wed, thu, fri, sat and sun. A day
// that is not there is closed.
type Week map[string][]string

// Effect says what an exception does to the days on which it falls.
type Effect string

// The effects, the strongest first. Only Closed empties a day; Half and Special
// change days that the week works, they never open one: that is what ExtraDay
// is for.
const (
	Closed  Effect = "closed"  // nobody works
	Half    Effect = "half"    // the first half of the day's hours
	Special Effect = "special" // other hours than usual, see Exception.Hours
)

// Exception is a holiday, a closure, a summer timetable. Exactly one of Once,
// Yearly, NthWeekday and Easter says when. Where two exceptions of different
// hours meet, the one that spans fewer days counts.
type Exception struct {
	Name    string   `json:"name"`
	English string   `json:"english,omitempty"`
	Effect  Effect   `json:"effect"`
	Hours   []string `json:"hours,omitempty"` // only with Special

	Once       *Once       `json:"once,omitempty"`
	Yearly     *Yearly     `json:"yearly,omitempty"`
	NthWeekday *NthWeekday `json:"nth_weekday,omitempty"`
	Easter     *Easter     `json:"easter,omitempty"`

	FirstYear int `json:"first_year,omitempty"` // what comes back: from this year
	LastYear  int `json:"last_year,omitempty"`  // and up to this one, both included
}

// Once is a range of dates "2026-08-01", both included; without Until, one day.
type Once struct {
	From  string `json:"from"`
	Until string `json:"until,omitempty"`
}

// Yearly is a range of dates "12-28", both included; without Until, one day. An
// end before its start lies in the next year. 29 February alone is left out in
// other years; as the end of a range it is then the 28th, as its start 1 March.
//
// A single day may move: Move says by how many days for each weekday on which
// the date can fall, for example {"sun": 1}. Only keeps the years in which the
// date falls on one of these weekdays.
type Yearly struct {
	From  string         `json:"from"`
	Until string         `json:"until,omitempty"`
	Move  map[string]int `json:"move,omitempty"`
	Only  []string       `json:"only,omitempty"`
}

// NthWeekday is the first to fifth Weekday of a month, or its last one (-1), and
// the days that follow it.
type NthWeekday struct {
	Nth     int    `json:"nth"`
	Weekday string `json:"weekday"`
	Month   int    `json:"month"`
	Days    int    `json:"days,omitempty"` // 0 means 1
}

// Easter is the day that lies Offset days from Easter Sunday, and the days that
// follow it: Good Friday is -2.
type Easter struct {
	Offset int `json:"offset"`
	Days   int `json:"days,omitempty"` // 0 means 1
}

// ExtraDay is a date with hours of its own. It wins over the week and over every
// exception.
type ExtraDay struct {
	Name    string   `json:"name"`
	English string   `json:"english,omitempty"`
	Date    string   `json:"date"`
	Hours   []string `json:"hours"`
}

// Error says what is wrong with a Spec: field → i18n key. A field is a path such
// as "week.mon.0" or "exceptions.3.once.until".
type Error struct{ Fields map[string]string }

func (e *Error) Error() string {
	parts := []string{"calendar"}
	for _, f := range slices.Sorted(maps.Keys(e.Fields)) {
		parts = append(parts, f+"="+e.Fields[f])
	}
	return strings.Join(parts, " ")
}

// mostBytes is the size of the largest text that Parse reads: as many exceptions
// and extra days as New takes, with long names, need half of it.
const mostBytes = 1 << 20

// Parse reads a Spec from its JSON text. It refuses what it does not know; what
// the values mean is checked by New.
func Parse(text []byte) (Spec, error) {
	var s Spec
	if len(text) > mostBytes {
		return Spec{}, &Error{map[string]string{"spec": "calendar.err.too_large"}}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&s)
	if _, more := d.Token(); err == nil && !errors.Is(more, io.EOF) {
		err = errors.New("something follows")
	}
	if err == nil {
		return s, nil
	}
	field := "spec"
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && e.Field != "" {
		field = e.Field
	}
	return Spec{}, &Error{map[string]string{field: "calendar.err.unreadable"}}
}
