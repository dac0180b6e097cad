package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

// Notice is one line of the bell.
type Notice struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" doc:"What happened: delivered, mentioned, agreement_proposed."`
	Actor     string    `json:"actor"`
	ActorName string    `json:"actor_name"`
	Subject   string    `json:"subject" doc:"The handoff, or the link of an agreement."`
	Number    int64     `json:"number,omitempty" doc:"Of the handoff."`
	Title     string    `json:"title,omitempty" doc:"Of the handoff."`
	InsteadOf string    `json:"instead_of,omitempty" doc:"Who is away, if the reader stands in for it."`
	At        time.Time `json:"at"`
	ReadAt    time.Time `json:"read_at,omitzero"`
}

// Seen is what the person has looked at.
type Seen struct {
	UpTo    string `json:"up_to,omitempty" doc:"All lines up to this one, or"`
	Subject string `json:"subject,omitempty" doc:"all lines about this handoff or link."`
}

func (f *surface) bell() {
	const tag = "notices"
	on(f, tag, route{method: http.MethodGet, path: "/notices", id: "list-notices", summary: "The bell, newest first"},
		func(ctx context.Context, a authz.Actor, in *Paging) (*out[page[Notice]], error) {
			bad := errs.Bad{}
			in.check(bad)
			if err := bad.Err(); err != nil {
				return nil, err
			}
			rows, err := notify.List(ctx, f.DB, a, id.Notice(in.Cursor), in.Limit+1)
			return answer(pageOf(rows, in.Limit, func(n notify.Notice) string { return string(n.ID) }, noticeOf), err)
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/notices/read", id: "read-notices", summary: "Mark lines of the bell as seen",
		status: http.StatusNoContent,
	}, func(ctx context.Context, a authz.Actor, in *body[Seen]) (*nothing, error) {
		if up := in.Body.UpTo; up != "" && !id.Valid(up) {
			return nil, errs.Field("up_to", "err.unknown") // it would come after every line
		}
		return nil, notify.MarkRead(ctx, f.DB, a, id.Notice(in.Body.UpTo), in.Body.Subject)
	})
}

func noticeOf(n notify.Notice) Notice {
	return Notice{
		ID: string(n.ID), Kind: n.Kind, Actor: string(n.Actor), ActorName: n.ActorName, Subject: n.Subject,
		Number: n.Number, Title: n.Title, InsteadOf: string(n.InsteadOf), At: n.At.Time, ReadAt: n.ReadAt.Time,
	}
}
