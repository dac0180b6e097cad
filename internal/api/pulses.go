package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/anon"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/pulse"
)

// Pulse is one round of questions to people.
type Pulse struct {
	ID         string       `json:"id"`
	Title      string       `json:"title"`
	Questions  []PulseItem  `json:"questions"`
	Node       string       `json:"node,omitempty" doc:"It goes to those whom this node served."`
	DaysBack   int          `json:"days_back,omitempty" doc:"In so many days before the launch."`
	Scores     int          `json:"least_scores" doc:"People behind a figure."`
	Comments   int          `json:"least_comments" doc:"People behind a comment."`
	State      string       `json:"state" enum:"open,closed,cancelled"`
	Asked      int          `json:"asked"`
	Lost       int          `json:"lost,omitempty" doc:"Answers that could not be read at the close."`
	Manifest   string       `json:"manifest" doc:"Digest of what was fixed at the launch."`
	LaunchedAt time.Time    `json:"launched_at"`
	ClosesAt   time.Time    `json:"closes_at"`
	ClosedAt   time.Time    `json:"closed_at,omitzero"`
	Codes      []PulseCodes `json:"codes,omitempty" doc:"On paper; told once."`
}

// PulseItem is a question.
type PulseItem struct {
	Code  string `json:"code"`
	Text  string `json:"text" doc:"In the language of the reader."`
	Scale string `json:"scale" enum:"agree,score,words" doc:"agree: 1 to 5; score: 0 to 10; words: a note."`
}

// PulseCodes are one-time codes for the people of one area or team.
type PulseCodes struct {
	Name  string   `json:"name" doc:"Of the area or team; empty for all."`
	Codes []string `json:"codes"`
}

// NewPulse is a pulse to launch.
type NewPulse struct {
	Title    string   `json:"title"`
	Items    []string `json:"items" doc:"Codes of GET /pulse-items, one to five."`
	Node     string   `json:"node,omitempty" doc:"Ask those whom this node served."`
	DaysBack int      `json:"days_back,omitempty" doc:"7 to 365, with node."`
	Days     int      `json:"days" doc:"That it stays open: 1 to 31."`
	Paper    bool     `json:"paper,omitempty" doc:"Who has no e-mail gets a code on paper."`
	Scores   int      `json:"least_scores,omitempty" doc:"Five if it is left out, never less."`
	Comments int      `json:"least_comments,omitempty" doc:"Ten if it is left out, never less."`
}

// PulseOutlook is who would be asked, and what could be shown.
type PulseOutlook struct {
	Asked    int         `json:"asked"`
	Resting  int         `json:"resting" doc:"Left out: they were asked within a week."`
	Newcomer int         `json:"newcomers" doc:"Left out until enough people are new."`
	Cells    []PulseCell `json:"cells"`
}

// PulseCell is a part of those asked.
type PulseCell struct {
	Node  string            `json:"node,omitempty" doc:"Left out for all."`
	Name  string            `json:"name,omitempty"`
	Asked int               `json:"asked"`
	Why   map[string]string `json:"why,omitempty" doc:"By question, why it cannot be shown: too_few, remainder, moved."`
}

// PulseAnswers are somebody's answers.
type PulseAnswers struct {
	Choices map[string]int    `json:"choices,omitempty" doc:"By the code of the question."`
	Notes   map[string]string `json:"notes,omitempty"`
}

// PulseCode is a code on paper.
type PulseCode struct {
	Company int64  `json:"company" doc:"Number of the company: it stands in the address on the poster."`
	Code    string `json:"code" doc:"As it is printed; signs and capitals do not matter."`
}

// PulseCodeAnswers are the answers of whoever holds a code on paper.
type PulseCodeAnswers struct {
	PulseCode
	PulseAnswers
}

// PulseResult is what may be shown of a question in a cell.
type PulseResult struct {
	Node    string   `json:"node,omitempty" doc:"Left out for all."`
	Name    string   `json:"name,omitempty"`
	Item    string   `json:"item"`
	Verdict string   `json:"verdict" enum:"hidden,band,shown"`
	Why     string   `json:"why,omitempty" enum:",too_few,remainder,moved"`
	N       int      `json:"n,omitempty"`
	Against *int     `json:"against,omitempty"`
	Between *int     `json:"between,omitempty"`
	Favour  *int     `json:"favour,omitempty"`
	Band    string   `json:"band,omitempty" enum:",against,between,favour" doc:"Eight of ten or more."`
	Share   *Share   `json:"share,omitempty" doc:"In favour, of an agree question."`
	Net     *float64 `json:"net,omitempty" doc:"Promoters less detractors, -100 to 100, of a score."`
	NetLow  *float64 `json:"net_low,omitempty"`
	NetHigh *float64 `json:"net_high,omitempty"`
	Trend   string   `json:"trend,omitempty" enum:",up,down" doc:"Left out while chance may have moved it."`
}

// PulseReport is what everybody may read of a closed pulse.
type PulseReport struct {
	Pulse    Pulse          `json:"pulse"`
	Answered int            `json:"answered"`
	Intact   bool           `json:"intact" doc:"The rules are those of the launch."`
	Results  []PulseResult  `json:"results"`
	Comments []PulseComment `json:"comments"`
	Deeds    []PulseDeed    `json:"deeds" doc:"What was promised, and what was done."`
}

// PulseComment is what somebody wrote.
type PulseComment struct {
	Item string `json:"item"`
	Note string `json:"note"`
}

// PulseDeed is a promise after a pulse.
type PulseDeed struct {
	ID        string    `json:"id"`
	Item      string    `json:"item,omitempty"`
	Heard     string    `json:"heard"`
	Promise   string    `json:"promise"`
	Owner     string    `json:"owner"`
	OwnerName string    `json:"owner_name"`
	DueOn     string    `json:"due_on"`
	Done      string    `json:"done,omitempty"`
	DoneAt    time.Time `json:"done_at,omitzero"`
}

// NewDeed is something to promise.
type NewDeed struct {
	Item    string `json:"item,omitempty"`
	Heard   string `json:"heard" doc:"What people said."`
	Promise string `json:"promise"`
	Owner   string `json:"owner"`
	DueOn   string `json:"due_on"`
}

// DeedDone says what was done.
type DeedDone struct {
	Done string `json:"done"`
}

// PulseReminded says to how many a reminder went.
type PulseReminded struct {
	Mails int `json:"mails"`
}

func (f *surface) pulses() {
	const tag = "voice"
	on(f, tag, route{method: http.MethodGet, path: "/pulse-items", id: "pulse-items", summary: "The questions that may be asked"},
		func(ctx context.Context, _ authz.Actor, _ *nothing) (*out[page[PulseItem]], error) {
			return answer(page[PulseItem]{Items: each(pulse.Bank, func(i pulse.Item) PulseItem { return pulseItem(ctx, i) })}, nil)
		})
	on(f, tag, route{method: http.MethodGet, path: "/pulses", id: "list-pulses", summary: "Pulses of the company", detail: "The newest first."},
		func(ctx context.Context, a authz.Actor, in *Paging) (*out[page[Pulse]], error) {
			bad := errs.Bad{}
			in.check(bad)
			if err := bad.Err(); err != nil {
				return nil, err
			}
			all, err := f.Pulses.List(ctx, a.Company, id.Pulse(in.Cursor), in.Limit+1)
			return answer(pageOf(all, in.Limit, func(p pulse.Pulse) string { return string(p.ID) }, pulseIn(ctx)), err)
		})
	on(f, tag, route{method: http.MethodGet, path: "/pulses/due", id: "due-pulses", summary: "Pulses that wait for one's answer"},
		func(ctx context.Context, a authz.Actor, _ *nothing) (*out[page[Pulse]], error) {
			all, err := f.Pulses.Due(ctx, a)
			return answer(page[Pulse]{Items: each(all, pulseIn(ctx))}, err)
		})
	on(f, tag, route{method: http.MethodPost, path: "/pulses", id: "launch-pulse", summary: "Ask people", status: http.StatusCreated, secret: true},
		func(ctx context.Context, a authz.Actor, in *body[NewPulse]) (*out[Pulse], error) {
			p, sheets, err := f.Pulses.Launch(ctx, a, launchOf(in.Body))
			b := pulseIn(ctx)(p)
			b.Codes = sheetsOf(sheets)
			return answer(b, err)
		})
	on(f, tag, route{method: http.MethodPost, path: "/pulses/preview", id: "preview-pulse", summary: "Who would be asked, and what could be shown", status: http.StatusOK},
		func(ctx context.Context, a authz.Actor, in *body[NewPulse]) (*out[PulseOutlook], error) {
			if err := a.MustWrite(); err != nil {
				return nil, err
			}
			o, err := f.Pulses.Preview(ctx, a, launchOf(in.Body))
			return answer(PulseOutlook{Asked: o.Asked, Resting: o.Resting, Newcomer: o.NewOnes, Cells: each(o.Cells, foreseenOf)}, err)
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/pulses/{id}/answers", id: "answer-pulse", summary: "Answer", status: http.StatusNoContent, apart: true,
		detail: "Nothing is kept of the request but the locked answers. Asking again gets 409, so an Idempotency-Key is not needed, and is not kept.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[PulseAnswers]) (*nothing, error) {
		return nil, f.Pulses.Cast(ctx, a, id.Pulse(in.ID), pulse.Answers{Choices: in.Body.Choices, Notes: in.Body.Notes})
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/pulse-codes", id: "read-pulse-code", summary: "The questions that a code on paper is for",
		detail: "The code is not used up by it.", status: http.StatusOK, public: true, apart: true,
	}, func(ctx context.Context, _ authz.Actor, in *body[PulseCode]) (*out[Pulse], error) {
		p, err := f.Pulses.ByCode(ctx, id.Company(in.Body.Company), in.Body.Code)
		return answer(pulseIn(ctx)(p), err)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/pulse-codes/answers", id: "answer-by-code", summary: "Answer with a code on paper",
		status: http.StatusNoContent, public: true, apart: true,
	}, func(ctx context.Context, _ authz.Actor, in *body[PulseCodeAnswers]) (*nothing, error) {
		b := in.Body
		return nil, f.Pulses.CastByCode(ctx, id.Company(b.Company), b.Code, pulse.Answers{Choices: b.Choices, Notes: b.Notes})
	})
	on(f, tag, route{method: http.MethodPost, path: "/pulses/{id}/remind", id: "remind-pulse", summary: "Write again to those who have not answered", status: http.StatusOK},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[PulseReminded], error) {
			n, err := f.Pulses.Remind(ctx, a, id.Pulse(in.ID))
			return answer(PulseReminded{n}, err)
		})
	on(f, tag, route{method: http.MethodPost, path: "/pulses/{id}/close", id: "close-pulse", summary: "Close it now, and publish", status: http.StatusNoContent},
		func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
			return nil, f.Pulses.Close(ctx, a, id.Pulse(in.ID))
		})
	on(f, tag, route{method: http.MethodPost, path: "/pulses/{id}/cancel", id: "cancel-pulse", summary: "Destroy the answers unread", status: http.StatusNoContent},
		func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
			return nil, f.Pulses.Cancel(ctx, a, id.Pulse(in.ID))
		})
	on(f, tag, route{method: http.MethodGet, path: "/pulses/{id}", id: "pulse-report", summary: "What people said", detail: "409 while it is open."}, f.report)
	on(f, tag, route{method: http.MethodPost, path: "/pulses/{id}/deeds", id: "promise-deed", summary: "Promise what will be done", status: http.StatusCreated},
		func(ctx context.Context, a authz.Actor, in *idBody[NewDeed]) (*out[PulseDeed], error) {
			b := in.Body
			d, err := f.Pulses.Promise(ctx, a, pulse.Deed{
				Pulse: id.Pulse(in.ID), Item: b.Item, Heard: b.Heard, Promise: b.Promise, Owner: id.Person(b.Owner), DueOn: b.DueOn,
			})
			return answer(deedOf(d), err)
		})
	on(f, tag, route{method: http.MethodPost, path: "/deeds/{id}/done", id: "fulfil-deed", summary: "Say what was done", status: http.StatusNoContent},
		func(ctx context.Context, a authz.Actor, in *idBody[DeedDone]) (*nothing, error) {
			return nil, f.Pulses.Fulfil(ctx, a, id.Deed(in.ID), in.Body.Done)
		})
}

func launchOf(b NewPulse) pulse.Launch {
	return pulse.Launch{
		Title: b.Title, Items: b.Items, Frame: pulse.Frame{Node: id.Node(b.Node), Days: b.DaysBack}, Days: b.Days, Paper: b.Paper,
		Scores: b.Scores, Comments: b.Comments,
	}
}

func pulseItem(ctx context.Context, i pulse.Item) PulseItem {
	return PulseItem{Code: i.Code, Text: i18n.T(ctx, i.Key()), Scale: string(i.Scale)}
}

func pulseIn(ctx context.Context) func(pulse.Pulse) Pulse {
	return func(p pulse.Pulse) Pulse {
		return Pulse{
			ID: string(p.ID), Title: p.Title, Node: string(p.Frame.Node), DaysBack: p.Frame.Days, Scores: p.Rules.Scores, Comments: p.Rules.Comments,
			State: string(p.State), Asked: p.Asked, Lost: p.Lost, Manifest: p.Manifest, LaunchedAt: p.LaunchedAt.Time, ClosesAt: p.ClosesAt.Time,
			ClosedAt: p.ClosedAt.Time, Questions: each(p.Items, func(code string) PulseItem {
				i, _ := pulse.Find(code)
				return pulseItem(ctx, i)
			}),
		}
	}
}

func sheetsOf(sheets []pulse.Sheet) []PulseCodes {
	return each(sheets, func(s pulse.Sheet) PulseCodes { return PulseCodes{Name: s.Name, Codes: s.Codes} })
}

func foreseenOf(c pulse.Foreseen) PulseCell {
	out := PulseCell{Node: string(c.Node), Name: c.Name, Asked: c.Asked, Why: map[string]string{}}
	for item, why := range c.Why {
		if why != anon.None {
			out.Why[item] = string(why)
		}
	}
	return out
}

func deedOf(d pulse.Deed) PulseDeed {
	return PulseDeed{
		ID: string(d.ID), Item: d.Item, Heard: d.Heard, Promise: d.Promise, Owner: string(d.Owner), OwnerName: d.OwnerName, DueOn: d.DueOn,
		Done: d.Done, DoneAt: d.DoneAt.Time,
	}
}

func (f *surface) report(ctx context.Context, a authz.Actor, in *ByID) (*out[PulseReport], error) {
	r, err := f.Pulses.Report(ctx, a, id.Pulse(in.ID))
	if err != nil {
		return nil, err
	}
	return answer(PulseReport{
		Pulse: pulseIn(ctx)(r.Pulse), Answered: r.Answered, Intact: r.Intact, Deeds: each(r.Deeds, deedOf),
		Comments: each(r.Comments, func(c pulse.Comment) PulseComment { return PulseComment{c.Item, c.Note} }),
		Results:  each(r.Results, func(x pulse.Result) PulseResult { return resultOf(x, r.Cells[x.Cell]) }),
	}, nil)
}

func resultOf(r pulse.Result, c pulse.Cell) PulseResult {
	out := PulseResult{Node: string(c.Node), Name: c.Name, Item: r.Item, Verdict: string(r.Verdict), Why: string(r.Why), N: r.N}
	item, _ := pulse.Find(r.Item)
	if len(r.Classes) != pulse.Classes {
		return out
	}
	if r.Verdict == pulse.Band {
		for i, n := range r.Classes {
			if n > 0 {
				out.Band = []string{"against", "between", "favour"}[i]
			}
		}
		return out
	}
	out.Against, out.Between, out.Favour = &r.Classes[0], &r.Classes[1], &r.Classes[2]
	if item.Scale == pulse.Score {
		net, interval := r.Net(c.Asked)
		out.Net, out.NetLow, out.NetHigh = &net, &interval.Low, &interval.High
	} else {
		share := shareOf(r.Favour(), true)
		out.Share = &share
	}
	out.Trend = map[pulse.Trend]string{pulse.Up: "up", pulse.Down: "down"}[r.Trend()]
	return out
}
