package app

import (
	"context"
	"log/slog"

	"github.com/eslabon/eslabon/internal/demo"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/web/doors"
)

// beginDemo makes the example company, or finds it again, and lets visitors be
// one of its people.
func (a *App) beginDemo(ctx context.Context) error {
	c, err := demo.Open(ctx, a.db, a.accounts, i18n.Pick(a.cfg.Lang))
	if err != nil {
		return err
	}
	if err := demo.Voice(ctx, a.db, seal.In(a.cfg.keys()), c); err != nil {
		return err
	}
	for _, u := range c.Users {
		a.guests = append(a.guests, doors.Guest{Company: c.ID, Person: u.Person, Name: u.Name, Post: u.Post, About: u.About})
	}
	a.live = func(ctx context.Context) {
		if err := demo.Run(ctx, a.db, c, nil); err != nil {
			slog.ErrorContext(ctx, "the example company stands still", "err", err)
		}
	}
	return nil
}
