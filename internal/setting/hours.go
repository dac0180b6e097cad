package setting

import (
	"context"
	"sync"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

const (
	mostNodes = 5_000 // of a company that we ever read at once
	mostDepth = 100   // of a tree, so that even a ring ends
)

// parsed keeps working times that were read, by their text or their stamp: many
// companies have the same, and reading one costs more than any use. A stamp
// belongs to one text for ever, so nothing here grows old.
var parsed = cache{known: map[string]*calendar.Calendar{}}

type cache struct {
	sync.Mutex
	known map[string]*calendar.Calendar
}

// mostParsed bounds the memory of the cache: a calendar that is in use takes
// some tens of kilobytes.
const mostParsed = 1_000

func (c *cache) get(key string) (*calendar.Calendar, bool) {
	c.Lock()
	defer c.Unlock()
	cal, ok := c.known[key]
	return cal, ok
}

func (c *cache) put(key, text string) (*calendar.Calendar, error) {
	spec, err := calendar.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	cal, err := calendar.New(spec)
	if err != nil {
		return nil, err
	}
	c.Lock()
	defer c.Unlock()
	if len(c.known) >= mostParsed {
		clear(c.known)
	}
	c.known[key] = cal
	return cal, nil
}

// of returns the calendar with that key, which text describes.
func (c *cache) of(key, text string) (*calendar.Calendar, error) {
	if cal, ok := c.get(key); ok {
		return cal, nil
	}
	return c.put(key, text)
}

// WorkingTime returns the working time of company c.
func WorkingTime(ctx context.Context, q db.Querier, c id.Company) (*calendar.Calendar, error) {
	var text string
	if err := q.Row(ctx, []any{&text}, `SELECT calendar FROM company WHERE company = ?`, c); err != nil {
		return nil, errs.Wrap(err, "read working time")
	}
	return parsed.of(text, text)
}

// WorkingTimeOf returns the working time of a node: its own calendar, else that
// of the nearest node above it that has one, else that of the company, also for
// a node that does not exist.
func WorkingTimeOf(ctx context.Context, q db.Querier, c id.Company, n id.Node) (*calendar.Calendar, error) {
	h, err := HoursOf(ctx, q, c, n)
	return h.Time, err
}

// WorkingTimesOf is WorkingTimeOf for several nodes, in their order. Where no node
// of the company has a calendar of its own it costs one statement.
func WorkingTimesOf(ctx context.Context, q db.Querier, c id.Company, nodes ...id.Node) ([]*calendar.Calendar, error) {
	var all common
	if err := q.Row(ctx, all.dest(), inCommon, c); err != nil {
		return nil, errs.Wrap(err, "read working time")
	}
	return timesOf(ctx, q, c, all, nodes)
}

// Times is WorkingTimesOf of which the answer comes with that of a later statement.
type Times struct{ asked *db.Answer[common] }

// TimesOf asks for the working times of the company of tx.
func TimesOf(ctx context.Context, tx *db.Tx) (Times, error) {
	a, err := db.Soon(ctx, tx, (*common).dest, inCommon, tx.Company)
	return Times{a}, err
}

// Of returns the working time of each of some nodes.
func (t Times) Of(ctx context.Context, tx *db.Tx, nodes ...id.Node) ([]*calendar.Calendar, error) {
	all, err := t.asked.Row(ctx)
	if err != nil {
		return nil, errs.Wrap(err, "read working time")
	}
	return timesOf(ctx, tx, tx.Company, all, nodes)
}

// common is the working time of a company, and how many nodes have their own.
type common struct {
	text string
	own  int
}

const inCommon = `
	SELECT k.calendar, (SELECT COUNT(*) FROM node_calendar x WHERE x.company = k.company)
	FROM company k WHERE k.company = ?`

func (c *common) dest() []any { return []any{&c.text, &c.own} }

func timesOf(ctx context.Context, q db.Querier, c id.Company, in common, nodes []id.Node) ([]*calendar.Calendar, error) {
	all, err := parsed.of(in.text, in.text)
	if err != nil {
		return nil, err
	}
	out := make([]*calendar.Calendar, len(nodes))
	for i, n := range nodes {
		if out[i] = all; in.own == 0 {
			continue
		}
		if out[i], err = WorkingTimeOf(ctx, q, c, n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// WorkingTimeOfPerson returns the working time of the node where a person
// works: the first by position if there are several, and what it leads after
// what it works on; that of the company for who works nowhere.
func WorkingTimeOfPerson(ctx context.Context, q db.Querier, c id.Company, p id.Person) (*calendar.Calendar, error) {
	n, err := firstNode(ctx, q, c, p)
	if err != nil {
		return nil, err
	}
	return WorkingTimeOf(ctx, q, c, n)
}

// Hours is the working time of a node, with where it comes from.
type Hours struct {
	Time     *calendar.Calendar
	Calendar id.Calendar // empty: that of the company
	Name     string      // of the calendar; empty for that of the company
	From     id.Node     // the node that was given the calendar; empty for the company
}

// HoursOf is WorkingTimeOf, with where it comes from.
func HoursOf(ctx context.Context, q db.Querier, c id.Company, n id.Node) (Hours, error) {
	from, err := nearest(ctx, q, c, n)
	if err != nil {
		return Hours{}, err
	}
	if from.stamp == "" {
		cal, err := WorkingTime(ctx, q, c)
		return Hours{Time: cal}, err
	}
	out := Hours{Calendar: from.calendar, Name: from.name, From: from.node}
	if cal, ok := parsed.get(from.stamp); ok {
		out.Time = cal
		return out, nil
	}
	k, err := getCalendar(ctx, q, c, from.calendar)
	if err != nil {
		return Hours{}, err
	}
	out.Time, err = parsed.put(k.Stamp, string(k.Spec))
	return out, err
}

// Timetable is the working time of every node of a company, for who asks for
// many of them. It is what held when it was read; it does not follow changes.
type Timetable struct {
	company *calendar.Calendar
	nodes   map[id.Node]*calendar.Calendar
}

// Of returns the working time of a node; that of the company for a node that
// does not exist.
func (t *Timetable) Of(n id.Node) *calendar.Calendar {
	if cal, ok := t.nodes[n]; ok {
		return cal
	}
	return t.company
}

// LoadTimetable reads the working time of every node of company c.
func LoadTimetable(ctx context.Context, q db.Querier, c id.Company) (*Timetable, error) {
	company, err := WorkingTime(ctx, q, c)
	if err != nil {
		return nil, err
	}
	t := &Timetable{company: company, nodes: map[id.Node]*calendar.Calendar{}}
	given, err := loadAssigned(ctx, q, c)
	if err != nil || len(given) == 0 {
		return t, err
	}
	calendars, err := loadCalendars(ctx, q, c)
	if err != nil {
		return nil, err
	}
	times := map[id.Calendar]*calendar.Calendar{}
	for _, k := range calendars {
		if times[k.ID], err = parsed.of(k.Stamp, string(k.Spec)); err != nil {
			return nil, err
		}
	}
	own := map[id.Node]*calendar.Calendar{}
	for _, g := range given {
		own[g.node] = times[g.calendar]
	}
	hops, err := loadHops(ctx, q, c)
	if err != nil {
		return nil, err
	}
	above := map[id.Node]id.Node{}
	for _, h := range hops {
		above[h.node] = h.parent
	}
	for _, h := range hops {
		for n, depth := h.node, 0; n != "" && depth <= mostDepth; n, depth = above[n], depth+1 {
			if cal, ok := own[n]; ok {
				t.nodes[h.node] = cal
				break
			}
		}
	}
	return t, nil
}
