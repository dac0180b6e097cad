package demo

import (
	"context"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/thanks"
)

// gratitude is one thanks of the story, in the order of its words.
type gratitude struct {
	ago      int
	from, to string // handles; to is the key of a node for a team
	team     bool
	value    int // of the company; -1 for none
	letter   rating.Letter
	audience thanks.Audience
	written  string // handle of who wrote it down for from
}

var gratitudes = []gratitude{
	{71, "laura", "martha", false, 0, "", thanks.All, ""},
	{64, "veronica", "jose", false, 1, "", thanks.Team, ""},
	{58, "rosa", "arturo", false, 3, rating.Attention, thanks.All, ""},
	{51, "miguel", "felipe", false, 1, "", thanks.All, ""},
	{44, "lupita", "corte", true, 2, rating.Ideal, thanks.All, ""},
	{37, "lucia", "calidad", true, 1, "", thanks.All, "martha"},
	{29, "norma", "karla", false, 2, "", thanks.Team, ""},
	{23, "teresa", "sofia", false, 3, rating.Empathy, thanks.All, ""},
	{16, "hector", "beatriz", false, 1, rating.Empathy, thanks.Private, ""},
	{11, "elias", "rogelio", false, 0, "", thanks.Team, ""},
	{5, "gabriela", "arturo", false, 2, "", thanks.All, ""},
	{2, "rosa", "miguel", false, 2, rating.Ideal, thanks.All, ""},
}

// thank sets the values, lets people thank each other, and keeps one of them
// off the wall.
func (s *speaker) thank(ctx context.Context) error {
	if err := thanks.New(s.then(rateDays)).SetValues(ctx, s.boss, s.says["values"]); err != nil {
		return err
	}
	values, err := thanks.New(s.db).Values(ctx, s.boss)
	if err != nil {
		return err
	}
	diego, err := s.as(ctx, "diego")
	if err != nil {
		return err
	}
	if err := thanks.New(s.then(rateDays)).StayOff(ctx, diego, true); err != nil {
		return err
	}
	for i, g := range gratitudes {
		by := g.from
		in := thanks.Give{Reason: s.says["thanks"][i], Letter: g.letter, Audience: g.audience, Value: values[g.value].ID}
		if g.written != "" {
			by, in.For = g.written, s.h.people[g.from]
		}
		a, err := s.as(ctx, by)
		if err != nil {
			return err
		}
		if g.team {
			in.Node = s.h.nodes[g.to]
		} else {
			in.Person = s.h.people[g.to]
		}
		if in.Handoff, err = s.between(ctx, a, in, g); err != nil {
			return err
		}
		if _, err := thanks.New(s.then(g.ago)).Give(ctx, a, in); err != nil {
			return err
		}
	}
	return nil
}

// between finds a delivery on which a thanks was born, or none: made by who is
// thanked for the post of who thanks, shortly before.
func (s *speaker) between(ctx context.Context, a authz.Actor, in thanks.Give, g gratitude) (id.Handoff, error) {
	if in.Person == "" || g.written != "" {
		return "", nil
	}
	page, err := handoff.New(s.db).List(ctx, a, handoff.Filter{
		Nodes: a.Own, Side: handoff.ForCustomer, Assignee: in.Person, States: []handoff.State{handoff.Accepted}, Asked: s.days(g.ago + 12), Limit: handoff.MostRows,
	})
	if err != nil {
		return "", err
	}
	for _, h := range page.Rows {
		if h.Assignee == in.Person && h.ClosedAt.Before(s.days(g.ago)) && a.In(h.Customer) {
			return h.ID, nil
		}
	}
	return "", nil
}

// lack is one need of the story, in the order of its words.
type lack struct {
	ago      int
	by, node string // handle, key
	kind     need.Category
	severity need.Severity
	stop     bool
	joined   []string
	steps    []lackStep
}

// lackStep is one answer to it. In is the day for which it is promised,
// counted from today.
type lackStep struct {
	ago  int
	by   string
	to   need.State
	say  string // name of the words
	nth  int
	in   int
	cost float64
}

var lacks = []lack{
	{41, "lupita", "costura1", need.Safety, need.Danger, true, []string{"veronica"}, []lackStep{
		{40, "rosa", need.Done, "done", 1, 0, 0}, {39, "lupita", need.Resolved, "checked", 0, 0, 0},
	}},
	{21, "miguel", "corte", need.Tools, need.High, false, []string{"teresa"}, nil},
	{18, "teresa", "corte", need.Safety, need.High, false, []string{"miguel", "elias", "lupita", "lucia"}, []lackStep{
		{17, "rogelio", need.Planned, "answered", 1, 9, 14500},
	}},
	{33, "lucia", "acabado", need.Tools, need.Normal, false, []string{"martha"}, []lackStep{{30, "rogelio", need.Planned, "answered", 0, -5, 2300}}},
	{48, "ivan", "ventas", need.Tools, need.Low, false, nil, []lackStep{{43, "laura", need.Refused, "refused", 0, 0, 0}}},
	{26, "hector", "calidad", need.Tools, need.High, false, nil, []lackStep{
		{20, "beatriz", need.Planned, "answered", 0, -3, 900}, {2, "beatriz", need.Done, "done", 0, 0, 0},
	}},
	{57, "karla", "administracion", need.Training, need.Normal, false, []string{"norma"}, []lackStep{
		{50, "norma", need.Planned, "answered", 1, -20, 1800}, {22, "norma", need.Done, "done", 0, 0, 0}, {21, "karla", need.Resolved, "checked", 0, 0, 0},
	}},
	{36, "diego", "diseno", need.Tools, need.Low, false, nil, []lackStep{{30, "diego", need.Withdrawn, "", 0, 0, 0}}},
	{45, "felipe", "mantenimiento", need.Tools, need.Normal, false, nil, []lackStep{
		{40, "rogelio", need.Planned, "answered", 0, -15, 1200}, {19, "rogelio", need.Done, "done", 0, 0, 0}, {18, "felipe", need.Open, "checked", 1, 0, 0},
	}},
	{3, "lupita", "costura1", need.Information, need.Normal, false, []string{"rosa"}, nil},
}

// olderLacks are needs of long ago that were all met, and are told alike.
var olderLacks = []struct {
	by, node, lead string
	kind           need.Category
}{
	{"miguel", "corte", "teresa", need.Tools},
	{"miguel", "corte", "teresa", need.Safety},
	{"ivan", "ventas", "laura", need.Information},
	{"lucia", "acabado", "martha", need.Safety},
	{"hector", "calidad", "beatriz", need.Information},
	{"elias", "produccion", "rogelio", need.Information},
	{"veronica", "costura2", "jose", need.Safety},
	{"arturo", "almacen", "carmen", need.Safety},
	{"veronica", "costura2", "jose", need.Workload},
	{"ramon", "despacho", "carmen", need.Tools},
	{"lupita", "costura1", "rosa", need.Safety},
	{"lupita", "costura1", "rosa", need.Training},
}

// need tells what people lacked, and what became of it, the oldest first.
func (s *speaker) need(ctx context.Context) error {
	for i, o := range olderLacks {
		ago := 150 - 7*i
		took := 6 + 4*s.rng.IntN(8)
		if i%6 == 5 {
			took = 64 // not everything is met in time
		}
		l := lack{ago, o.by, o.node, o.kind, need.Normal, false, nil, []lackStep{
			{ago - 4, o.lead, need.Planned, "answered", i % 2, took - ago, 0},
			{ago - took, o.lead, need.Done, "done", 0, 0, 0},
			{ago - took - 1, o.by, need.Resolved, "checked", 0, 0, 0},
		}}
		if err := s.lacks(ctx, l, s.says["older"][i]); err != nil {
			return err
		}
	}
	for i, l := range lacks {
		if err := s.lacks(ctx, l, s.says["needs"][i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *speaker) lacks(ctx context.Context, l lack, title string) error {
	a, err := s.as(ctx, l.by)
	if err != nil {
		return err
	}
	service := func(ago int) *need.Service {
		d := s.then(ago)
		return need.New(d, handoff.New(d))
	}
	n, err := service(l.ago).Add(ctx, a, need.Ask{
		Node: s.h.nodes[l.node], Category: l.kind, Severity: l.severity, Title: title, Scope: need.Team, Stop: l.stop,
	})
	if err != nil {
		return err
	}
	for _, who := range l.joined {
		too, err := s.as(ctx, who)
		if err != nil {
			return err
		}
		if err := service(l.ago).Join(ctx, too, n.ID, true); err != nil {
			return err
		}
	}
	for i, x := range l.steps {
		by, err := s.as(ctx, x.by)
		if err != nil {
			return err
		}
		if l.stop && i == 0 {
			if err := service(x.ago).Resume(ctx, by, n.ID); err != nil {
				return err
			}
		}
		in := need.Step{Need: n.ID, Cost: x.cost}
		if x.say != "" {
			in.Text = s.says[x.say][x.nth]
		}
		if x.to == need.Planned {
			in.DueOn = s.day(x.in)
		}
		if _, err := service(x.ago).Move(ctx, by, x.to, in); err != nil {
			return err
		}
	}
	return nil
}

// question is one round of questions of the story.
type question struct {
	ago, closed int // closed 0: it is still open
	items       []string
	silent      int // people who do not answer
}

var questions = []question{
	{82, 75, []string{"loyalty.recommend", "service.ontime", "policies.decide", "policies.permission", "open.better"}, 4},
	{40, 33, []string{"support.listens", "support.helps", "support.decides", "recognition.thanked", "safety.speak"}, 3},
	{2, 0, []string{"loyalty.recommend", "service.ontime", "tools.have", "policies.decide", "open.better"}, 15},
}

// pulse asks everybody three times; two of them are published.
func (s *speaker) pulse(ctx context.Context) error {
	for i, q := range questions {
		p, _, err := s.pulses(s.then(q.ago)).Launch(ctx, s.boss, pulse.Launch{Title: s.says["pulses"][i], Items: q.items, Days: 7})
		if err != nil {
			return err
		}
		if err := s.castAll(ctx, q, p); err != nil {
			return err
		}
		if q.closed == 0 {
			continue
		}
		if err := s.pulses(s.then(q.closed)).Close(ctx, s.boss, p.ID); err != nil {
			return err
		}
		if i == 0 {
			if err := s.promise(ctx, p, q.closed); err != nil {
				return err
			}
		}
	}
	_, err := pulse.New(s.db, s.keys).SetPlan(ctx, s.boss, pulse.Plan{
		Title: s.says["pulses"][3], Template: "whole", Weeks: 4, Questions: 5, OpenDays: 7, NextOn: s.day(21), Active: true,
	})
	return err
}

func (s *speaker) pulses(d *db.DB) *pulse.Service { return pulse.New(d, s.keys) }

// castAll lets people answer; visitors still may, while it is open.
func (s *speaker) castAll(ctx context.Context, q question, p pulse.Pulse) error {
	left := len(s.h.team) - q.silent
	for _, m := range cast {
		person := s.h.people[m.handle]
		if left == 0 || q.closed == 0 && s.h.visitors[person] {
			continue
		}
		left--
		a, err := s.as(ctx, m.handle)
		if err != nil {
			return err
		}
		if err := s.pulses(s.then(q.ago)).Cast(ctx, a, p.ID, s.ballot(q.items)); err != nil {
			return err
		}
	}
	return nil
}

// ballot is one set of answers: people like to work here, and miss leave to decide.
func (s *speaker) ballot(items []string) pulse.Answers {
	out := pulse.Answers{Choices: map[string]int{}, Notes: map[string]string{}}
	for _, code := range items {
		i, _ := pulse.Find(code)
		switch i.Scale {
		case pulse.Score:
			out.Choices[code] = 5 + s.rng.IntN(6)
		case pulse.Words:
			if s.chance(.6) {
				out.Notes[code] = pick(s.teller, s.says["notes"])
			}
		case pulse.Agree:
			out.Choices[code] = 2 + s.rng.IntN(4)
			if i.Driver == pulse.Policies {
				out.Choices[code] = 1 + s.rng.IntN(4)
			}
		}
	}
	return out
}

// promise answers what was said: one promise is kept, the other is late.
func (s *speaker) promise(ctx context.Context, p pulse.Pulse, closed int) error {
	var kept pulse.Deed
	for i, who := range []string{"carmen", "rogelio"} {
		due := []int{-50, -6}[i]
		d, err := s.pulses(s.then(closed-2)).Promise(ctx, s.boss, pulse.Deed{
			Pulse: p.ID, Item: []string{"policies.permission", "open.better"}[i], Heard: s.says["heard"][i], Promise: s.says["promises"][i],
			Owner: s.h.people[who], DueOn: s.day(due),
		})
		if err != nil {
			return err
		}
		if i == 0 {
			kept = d
		}
	}
	const done = 52
	return s.pulses(s.then(done)).Fulfil(ctx, s.boss, kept.ID, s.says["fulfilled"][0])
}
