package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

// NoticeSettings are what the person decided about notices.
type NoticeSettings struct {
	Rhythm string         `json:"rhythm" enum:"soon,daily,never" doc:"soon: while at work, several in one mail. daily: one mail a day of work. never: only the bell."`
	At     string         `json:"at" doc:"Time of the daily mail: 08:30."`
	Kinds  []NoticeChoice `json:"kinds" doc:"Every kind of notice. In a change, what is left out stays."`
}

// NoticeChoice says on which ways notices of one kind reach the person.
type NoticeChoice struct {
	Kind string `json:"kind"`
	Bell bool   `json:"bell"`
	Mail bool   `json:"mail"`
}

// NoticeChange changes them; what is left out stays.
type NoticeChange struct {
	Rhythm *string        `json:"rhythm,omitempty" enum:"soon,daily,never"`
	At     *string        `json:"at,omitempty" doc:"08:30"`
	Kinds  []NoticeChoice `json:"kinds,omitempty"`
}

// Absence is a stretch of whole days on which somebody is away.
type Absence struct {
	ID             string    `json:"id"`
	Person         string    `json:"person"`
	Name           string    `json:"name"`
	First          string    `json:"first" format:"date" doc:"The first day away."`
	Last           string    `json:"last" format:"date" doc:"The last day away."`
	BackAt         time.Time `json:"back_at" doc:"The first moment of work after it."`
	Substitute     string    `json:"substitute,omitempty"`
	SubstituteName string    `json:"substitute_name,omitempty"`
}

// NewAbsence is an absence to write down.
type NewAbsence struct {
	First      string `json:"first" format:"date" doc:"The first day away."`
	Last       string `json:"last" format:"date" doc:"The last day away; back on the first day of work after it."`
	Substitute string `json:"substitute,omitempty" doc:"Who stands in: hears of what has to be done, and may do it."`
}

// MailHealth says how the mails of notices fare.
type MailHealth struct {
	On         bool         `json:"on" doc:"Mails leave this server at all."`
	LastSentAt time.Time    `json:"last_sent_at,omitzero"`
	SentWeek   int          `json:"sent_week" doc:"Mails that left in the last seven days."`
	Waiting    int          `json:"waiting" doc:"Notices that wait for their reader to be at work, or for others."`
	NextAt     time.Time    `json:"next_at,omitzero" doc:"When the next of them leaves."`
	OnTheWay   int          `json:"on_the_way"`
	Failed     int          `json:"failed"`
	Unsure     int          `json:"unsure" doc:"Cut off while they were being sent: they are not sent by themselves again."`
	Troubles   []MailLetter `json:"troubles" doc:"The latest mails that did not leave."`
}

// MailLetter is one mail with one notice or several.
type MailLetter struct {
	ID          string    `json:"id"`
	Person      string    `json:"person"`
	Name        string    `json:"name"`
	State       string    `json:"state" enum:"claimed,sending,sent,failed,unsure"`
	Notices     int       `json:"notices"`
	Tries       int       `json:"tries"`
	Why         string    `json:"why,omitempty" enum:"no_server,tls,auth,refused,later,cut,no_address,other"`
	ClaimedAt   time.Time `json:"claimed_at"`
	LastTriedAt time.Time `json:"last_tried_at,omitzero"`
}

// ofAbsence is a request about one absence of one person.
type ofAbsence struct {
	ByID
	Absence string `path:"absence" doc:"Id of the absence."`
}

func (f *surface) notices() {
	const tag = "notices"
	on(f, tag, route{method: http.MethodGet, path: "/me/notices", id: "notice-settings", summary: "Which notices reach one, and when"},
		func(ctx context.Context, a authz.Actor, _ *nothing) (*out[NoticeSettings], error) {
			s, err := notify.GetSettings(ctx, f.DB, a)
			return answer(settingsOf(s), err)
		})
	on(f, tag, route{method: http.MethodPatch, path: "/me/notices", id: "change-notice-settings", summary: "Choose one's notices"}, f.changeNotices)
	on(f, tag, route{method: http.MethodGet, path: "/absences", id: "list-absences", summary: "Who is away now"},
		func(ctx context.Context, a authz.Actor, in *Paging) (*out[page[Absence]], error) {
			away, err := f.Absences.Away(ctx, a)
			if err != nil {
				return nil, err
			}
			all := make([]absence.Absence, 0, len(away))
			for _, x := range away {
				all = append(all, x)
			}
			slices.SortFunc(all, func(x, y absence.Absence) int { return x.UntilAt.Compare(y.UntilAt.Time) })
			return cut(all, *in, func(x absence.Absence) string { return string(x.ID) }, absenceOf)
		})
	on(f, tag, route{method: http.MethodGet, path: "/me/absence", id: "my-absences", summary: "One's absences that are not over"},
		func(ctx context.Context, a authz.Actor, in *Paging) (*out[page[Absence]], error) {
			return f.absencesOf(ctx, a, a.Person, *in)
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/me/absence", id: "announce-my-absence", summary: "Say that one will be away",
		status: http.StatusCreated,
	}, func(ctx context.Context, a authz.Actor, in *body[NewAbsence]) (*out[Absence], error) {
		return f.announce(ctx, a, a.Person, in.Body)
	})
	on(f, tag, route{
		method: http.MethodDelete, path: "/me/absence/{id}", id: "end-my-absence", summary: "End an absence now, or forget one that has not begun",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
		return nil, f.endAbsence(ctx, a, a.Person, id.Absence(in.ID))
	})
	on(f, tag, route{method: http.MethodGet, path: "/people/{id}/absence", id: "absences-of", summary: "Absences of a person that are not over"},
		func(ctx context.Context, a authz.Actor, in *struct {
			ByID
			Paging
		},
		) (*out[page[Absence]], error) {
			p, err := f.Org.Person(ctx, a, id.Person(in.ID))
			if err != nil {
				return nil, err
			}
			return f.absencesOf(ctx, a, p.ID, in.Paging)
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/people/{id}/absence", id: "announce-absence", summary: "Say that a person will be away",
		status: http.StatusCreated, detail: "The person, who leads it, or the owner.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[NewAbsence]) (*out[Absence], error) {
		return f.announce(ctx, a, id.Person(in.ID), in.Body)
	})
	on(f, tag, route{
		method: http.MethodDelete, path: "/people/{id}/absence/{absence}", id: "end-absence", summary: "End an absence of a person",
	}, func(ctx context.Context, a authz.Actor, in *ofAbsence) (*nothing, error) {
		return nil, f.endAbsence(ctx, a, id.Person(in.ID), id.Absence(in.Absence))
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/mail", id: "mail-health", summary: "How the mails of notices fare", detail: "Only the owner.",
	}, f.mailHealth)
	on(f, tag, route{
		method: http.MethodPost, path: "/mail/{id}/again", id: "mail-again", summary: "Send a mail once more that did not leave",
		status: http.StatusNoContent, detail: "Only the owner. It keeps its Message-ID: who has it already sees it once.",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
		return nil, f.Courier.Again(ctx, a, id.Letter(in.ID))
	})
}

func (f *surface) changeNotices(ctx context.Context, a authz.Actor, in *body[NoticeChange]) (*out[NoticeSettings], error) {
	s, err := notify.GetSettings(ctx, f.DB, a)
	if err != nil {
		return nil, err
	}
	s.Rhythm = notify.Rhythm(or(in.Body.Rhythm, string(s.Rhythm)))
	if in.Body.At != nil {
		at, err := time.Parse("15:04", *in.Body.At)
		if err != nil {
			return nil, errs.Field("at", "notify.err.at")
		}
		s.At = at.Hour()*60 + at.Minute()
	}
	choice := map[notify.Channel]map[string]bool{notify.Bell: {}, notify.ByMail: {}}
	for _, k := range notify.Kinds {
		for c := range choice {
			choice[c][k.Code] = s.Wants(c, k)
		}
	}
	for _, k := range in.Body.Kinds {
		choice[notify.Bell][k.Kind], choice[notify.ByMail][k.Kind] = k.Bell, k.Mail
	}
	s.Choice = choice
	if err := notify.SetSettings(ctx, f.DB, a, s); err != nil {
		return nil, err
	}
	return answer(settingsOf(s), nil)
}

func settingsOf(s notify.Settings) NoticeSettings {
	at := time.Date(2000, 1, 1, 0, s.At, 0, 0, time.UTC).Format("15:04")
	return NoticeSettings{Rhythm: string(s.Rhythm), At: at, Kinds: each(notify.Kinds, func(k notify.Kind) NoticeChoice {
		return NoticeChoice{Kind: k.Code, Bell: s.Wants(notify.Bell, k), Mail: s.Wants(notify.ByMail, k)}
	})}
}

func (f *surface) absencesOf(ctx context.Context, a authz.Actor, p id.Person, in Paging) (*out[page[Absence]], error) {
	all, err := f.Absences.Of(ctx, a, p)
	if err != nil {
		return nil, err
	}
	return cut(all, in, func(x absence.Absence) string { return string(x.ID) }, absenceOf)
}

func (f *surface) announce(ctx context.Context, a authz.Actor, p id.Person, in NewAbsence) (*out[Absence], error) {
	x, err := f.Absences.Announce(ctx, a, absence.Announce{
		Person: p, Substitute: id.Person(in.Substitute), First: in.First, Last: in.Last,
	})
	if err != nil {
		return nil, err
	}
	names, err := f.Org.Names(ctx, a, x.Person, x.Substitute)
	x.Name, x.SubstituteName = names[x.Person], names[x.Substitute]
	return answer(absenceOf(x), err)
}

// endAbsence ends an absence of p; that of somebody else is not found there.
func (f *surface) endAbsence(ctx context.Context, a authz.Actor, p id.Person, x id.Absence) error {
	all, err := f.Absences.Of(ctx, a, p)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(v absence.Absence) bool { return v.ID == x }) {
		return errs.New(errs.NotFound, "absence.err.not_found")
	}
	return f.Absences.End(ctx, a, x)
}

func absenceOf(x absence.Absence) Absence {
	return Absence{
		ID: string(x.ID), Person: string(x.Person), Name: x.Name, First: x.First, Last: x.Last, BackAt: x.UntilAt.Time,
		Substitute: string(x.Substitute), SubstituteName: x.SubstituteName,
	}
}

func (f *surface) mailHealth(ctx context.Context, a authz.Actor, _ *nothing) (*out[MailHealth], error) {
	h, err := f.Courier.Health(ctx, a)
	return answer(MailHealth{
		On: h.On, LastSentAt: h.LastSent.Time, SentWeek: h.SentWeek, Waiting: h.Waiting, NextAt: h.NextAt.Time,
		OnTheWay: h.OnTheWay, Failed: h.Failed, Unsure: h.Unsure, Troubles: each(h.Troubles, func(l notify.Letter) MailLetter {
			return MailLetter{
				ID: string(l.ID), Person: string(l.Person), Name: l.Name, State: string(l.State), Notices: l.Notices, Tries: l.Tries,
				Why: l.Why, ClaimedAt: l.ClaimedAt.Time, LastTriedAt: l.TriedAt.Time,
			}
		}),
	}, err)
}
