package app

import (
	"context"

	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web/care"
	"github.com/eslabon/eslabon/internal/web/days"
)

// mailPages are where mails lead to. What is there may be read, and nothing is
// written by looking.
func (a *App) mailPages() courier.Pages {
	base := a.cfg.base()
	return courier.Pages{
		Of: func(k notify.Kind, subject string, number int64) string {
			return base + days.NoticeURL(k, subject, number)
		},
		Bell: base + "/avisos", Choose: base + "/ajustes/avisos",
		Signed: map[notify.About]courier.Signer{
			notify.Rating: signer(base+"/valorar/", a.ratings.LinkFor),
			notify.Pulse:  signer(base+"/pulso/", a.pulses.LinkFor),
		},
		Told: map[notify.About]courier.Teller{notify.Week: a.tellWeek},
	}
}

// tellWeek says the figures of a week to one of those who lead; who leads no
// more is told none.
func (a *App) tellWeek(ctx context.Context, c id.Company, p id.Person, monday string) (name string, parts []notify.Part, err error) {
	actor, err := org.Actor(ctx, a.db, c, p)
	if err != nil {
		return "", nil, err
	}
	w, err := a.insights.Week(ctx, actor, monday)
	if errs.KindOf(err) == errs.Forbidden {
		w, err = insight.Week{Monday: monday}, nil
	}
	if err != nil {
		return "", nil, err
	}
	name, parts = care.WeekMail(ctx, w, a.cfg.base())
	return name, parts, nil
}

// signer makes the addresses under a page of the links of a domain.
func signer[T ~string](page string, link func(context.Context, id.Company, id.Person, T) (string, func(context.Context, *db.Tx) error, error)) courier.Signer {
	return func(ctx context.Context, c id.Company, p id.Person, subject string) (string, courier.Keep, error) {
		l, keep, err := link(ctx, c, p, T(subject))
		if l == "" {
			return "", nil, err
		}
		return page + l, keep, err
	}
}
