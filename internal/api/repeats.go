package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/repeat"
)

// Rule says on which days something is asked for.
type Rule struct {
	Kind     string   `json:"kind" enum:"weekly,monthly,nth,last_working"`
	Weekdays []string `json:"weekdays,omitempty" doc:"mon to sun: of weekly all of them, of nth the one."`
	Day      int      `json:"day,omitempty" doc:"Of monthly: 1 to 31, or -1 for the last; a shorter month takes its last day."`
	Nth      int      `json:"nth,omitempty" doc:"Of nth: 1 to 4, or -1 for the last."`
	At       string   `json:"at,omitempty" doc:"Hour of the day from which on it counts as asked: 09:00; midnight if it is left out."`
	Closed   string   `json:"closed,omitempty" enum:"before,after,skip" doc:"What becomes of a day on which the supplier does not work; before if it is left out."`
	StartsOn string   `json:"starts_on" format:"date"`
	EndsOn   string   `json:"ends_on,omitempty" format:"date"`
}

// Repeat is something that is asked for again and again.
type Repeat struct {
	ID           string            `json:"id"`
	Service      string            `json:"service"`
	ServiceName  string            `json:"service_name"`
	Customer     string            `json:"customer"`
	CustomerName string            `json:"customer_name"`
	Title        string            `json:"title"`
	Detail       string            `json:"detail,omitempty"`
	Answers      map[string]string `json:"answers,omitempty"`
	OrderRef     string            `json:"order_ref,omitempty"`
	Quantity     float64           `json:"quantity"`
	Unit         string            `json:"unit,omitempty"`
	Priority     string            `json:"priority" enum:"normal,high,urgent"`
	Rule         Rule              `json:"rule"`
	AheadDays    int               `json:"ahead_days" doc:"Days before each day on which the supplier sees it coming."`
	State        string            `json:"state" enum:"active,paused,ended"`
	Why          string            `json:"why,omitempty" doc:"Why it stopped by itself: a code."`
	Version      int64             `json:"version"`
	MadeBy       string            `json:"made_by"`
	MadeAt       time.Time         `json:"made_at"`
	Coming       []Coming          `json:"coming" doc:"The next six days."`
	Past         []Occurrence      `json:"past" doc:"The latest days that were dealt with, the latest first."`
}

// NewRepeat is what is asked for, and when.
type NewRepeat struct {
	Service   string            `json:"service"`
	Customer  string            `json:"customer" doc:"For which node somebody asks."`
	Title     string            `json:"title"`
	Detail    string            `json:"detail,omitempty"`
	Answers   map[string]string `json:"answers,omitempty"`
	OrderRef  string            `json:"order_ref,omitempty"`
	Quantity  float64           `json:"quantity,omitempty"`
	Unit      string            `json:"unit,omitempty"`
	Priority  string            `json:"priority,omitempty" enum:"normal,high,urgent"`
	Rule      Rule              `json:"rule"`
	AheadDays int               `json:"ahead_days,omitempty"`
	Version   int64             `json:"version,omitempty" doc:"Of a change: the one that was read."`
}

// Previewing asks on which days a rule would ask.
type Previewing struct {
	Service string `json:"service" doc:"Its supplier's working time counts."`
	Rule    Rule   `json:"rule"`
}

// Days are the next days of a rule.
type Days struct {
	Coming []Coming `json:"coming"`
}

// Coming is a day on which something will be asked for.
type Coming struct {
	Day     string    `json:"day" format:"date" doc:"That the rule names; it names the occurrence."`
	FallsOn string    `json:"falls_on" format:"date" doc:"The working day on which it falls."`
	At      time.Time `json:"at" doc:"From when on it counts as asked."`
	Skipped bool      `json:"skipped,omitempty"`
}

// Occurrence is what became of one day.
type Occurrence struct {
	Day     string `json:"day" format:"date"`
	FallsOn string `json:"falls_on" format:"date"`
	State   string `json:"state" enum:"asked,skipped,missed"`
	Late    bool   `json:"late,omitempty" doc:"It was asked for after its day: the server was down."`
	Handoff string `json:"handoff,omitempty"`
	Number  int64  `json:"number,omitempty"`
}

// LeavingOut leaves out one day.
type LeavingOut struct {
	Day string `json:"day" format:"date" doc:"That the rule names."`
}

// weekdayWords are the weekdays as the API writes them.
var weekdayWords = map[string]time.Weekday{
	"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
	"sun": time.Sunday,
}

// in returns the rule, or notes in bad what cannot be read.
func (r Rule) in(bad errs.Bad) repeat.Rule {
	out := repeat.Rule{
		Kind: repeat.Kind(r.Kind), Day: r.Day, Nth: r.Nth, Closed: repeat.Closed(r.Closed), Starts: r.StartsOn, Ends: r.EndsOn,
	}
	if out.Closed == "" {
		out.Closed = repeat.Before
	}
	for _, w := range r.Weekdays {
		d, ok := weekdayWords[w]
		bad.Add(ok, "weekdays", "err.unknown")
		out.Weekdays = append(out.Weekdays, d)
	}
	if r.At != "" {
		t, err := time.Parse("15:04", r.At)
		bad.Add(err == nil, "at", "repeat.err.hour")
		out.At = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	return out
}

func ruleOf(r repeat.Rule) Rule {
	at := time.Time{}.Add(r.At)
	out := Rule{
		Kind: string(r.Kind), Day: r.Day, Nth: r.Nth, At: at.Format("15:04"), Closed: string(r.Closed), StartsOn: r.Starts, EndsOn: r.Ends,
	}
	for _, d := range repeat.Weekdays {
		for word, w := range weekdayWords {
			for _, x := range r.Weekdays {
				if x == d && w == d {
					out.Weekdays = append(out.Weekdays, word)
				}
			}
		}
	}
	return out
}

func (b NewRepeat) draft() (repeat.Draft, error) {
	bad := errs.Bad{}
	d := repeat.Draft{
		Service: id.Service(b.Service), Customer: id.Node(b.Customer), Title: b.Title, Detail: b.Detail, Answers: b.Answers,
		Order: b.OrderRef, Quantity: b.Quantity, Unit: b.Unit, Priority: priority(b.Priority), Rule: b.Rule.in(bad), Ahead: b.AheadDays,
	}
	return d, inRule(bad.Err())
}

// ofRule are the fields that lie in the rule.
var ofRule = []string{"kind", "weekdays", "day", "nth", "at", "closed", "starts_on", "ends_on"}

// inRule says of the fields of a rule where they lie in the body.
func inRule(err error) error {
	fields := errs.FieldsOf(err)
	if len(fields) == 0 {
		return err
	}
	bad := errs.Bad{}
	for f, k := range fields {
		for _, r := range ofRule {
			if f == r {
				f = "rule." + r
				break
			}
		}
		if f == "ahead" {
			f = "ahead_days"
		}
		bad.Add(false, f, k)
	}
	return bad.Err()
}

func (f *surface) repeats() {
	const tag = "repeats"
	on(f, tag, route{method: http.MethodGet, path: "/repeats", id: "list-repeats", summary: "What is asked for again and again, the newest first"},
		func(ctx context.Context, a authz.Actor, in *Paging) (*out[page[Repeat]], error) {
			all, err := f.Repeats.All(ctx, a)
			if err != nil {
				return nil, err
			}
			return cut(all, *in, func(r repeat.Repeat) string { return string(r.ID) }, repeatOf)
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/repeats", id: "make-repeat", summary: "Ask for something again and again", status: http.StatusCreated,
	}, func(ctx context.Context, a authz.Actor, in *body[NewRepeat]) (*out[Repeat], error) {
		d, err := in.Body.draft()
		if err != nil {
			return nil, err
		}
		r, err := f.Repeats.Make(ctx, a, d)
		return f.repeat(ctx, a, r, inRule(err))
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/repeats/preview", id: "preview-repeat", status: http.StatusOK,
		summary: "The next six days of a rule, before it is saved",
	}, func(ctx context.Context, a authz.Actor, in *body[Previewing]) (*out[Days], error) {
		if err := a.MustWrite(); err != nil {
			return nil, err
		}
		bad := errs.Bad{}
		rule := in.Body.Rule.in(bad)
		if err := bad.Err(); err != nil {
			return nil, inRule(err)
		}
		days, err := f.Repeats.Preview(ctx, a, id.Service(in.Body.Service), rule, mostComing)
		return answer(Days{each(days, comingOf)}, inRule(err))
	})
	on(f, tag, route{method: http.MethodGet, path: "/repeats/{id}", id: "repeat", summary: "One repeat, with the days to come and those past"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Repeat], error) {
			r, err := f.Repeats.Get(ctx, a, id.Repeat(in.ID))
			return f.repeat(ctx, a, r, err)
		})
	on(f, tag, route{
		method: http.MethodPut, path: "/repeats/{id}", id: "change-repeat", summary: "Change what is asked for, or when",
		detail: "What it has asked for already stays; the new rule counts from tomorrow on.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[NewRepeat]) (*out[Repeat], error) {
		d, err := in.Body.draft()
		if err != nil {
			return nil, err
		}
		r, err := f.Repeats.Change(ctx, a, id.Repeat(in.ID), in.Body.Version, d)
		return f.repeat(ctx, a, r, inRule(err))
	})
	for _, t := range []struct {
		word, summary string
		to            repeat.State
	}{
		{"pause", "Ask for nothing for a while", repeat.Paused},
		{"resume", "Go on after a pause", repeat.Active},
		{"end", "Never ask again", repeat.Ended},
	} {
		on(f, tag, route{
			method: http.MethodPost, path: "/repeats/{id}/" + t.word, id: t.word + "-repeat", summary: t.summary, status: http.StatusOK,
		}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Repeat], error) {
			r, err := f.Repeats.Turn(ctx, a, id.Repeat(in.ID), t.to)
			return f.repeat(ctx, a, r, err)
		})
	}
	on(f, tag, route{
		method: http.MethodPost, path: "/repeats/{id}/skip", id: "skip-occurrence", summary: "Leave out one day to come", status: http.StatusOK,
	}, func(ctx context.Context, a authz.Actor, in *idBody[LeavingOut]) (*out[Repeat], error) {
		if err := f.Repeats.LeaveOut(ctx, a, id.Repeat(in.ID), in.Body.Day); err != nil {
			return nil, err
		}
		r, err := f.Repeats.Get(ctx, a, id.Repeat(in.ID))
		return f.repeat(ctx, a, r, err)
	})
}

const (
	mostComing = 6
	mostPast   = 20
)

// repeat answers with a repeat and its days.
func (f *surface) repeat(ctx context.Context, a authz.Actor, r repeat.Repeat, err error) (*out[Repeat], error) {
	if err != nil {
		return nil, err
	}
	b := repeatOf(r)
	coming, err := f.Repeats.Coming(ctx, a, r, mostComing)
	if err != nil {
		return nil, err
	}
	past, err := f.Repeats.Past(ctx, a, r, mostPast)
	b.Coming = each(coming, comingOf)
	b.Past = each(past, func(o repeat.Occurrence) Occurrence {
		return Occurrence{o.Named, o.Falls, string(o.State), o.Late, string(o.Handoff), o.Number}
	})
	return answer(b, err)
}

func comingOf(c repeat.Coming) Coming { return Coming{c.Named, c.Falls, c.At, c.Skipped} }

func repeatOf(r repeat.Repeat) Repeat {
	return Repeat{
		ID: string(r.ID), Service: string(r.Service), ServiceName: r.ServiceName, Customer: string(r.Customer), CustomerName: r.CustomerName,
		Title: r.Title, Detail: r.Detail, Answers: r.Answers, OrderRef: r.Order, Quantity: r.Quantity, Unit: r.Unit,
		Priority: wordOf(r.Priority), Rule: ruleOf(r.Rule), AheadDays: r.Ahead, State: string(r.State), Why: r.Why, Version: r.Version,
		MadeBy: string(r.MadeBy), MadeAt: r.MadeAt.Time, Coming: []Coming{}, Past: []Occurrence{},
	}
}
