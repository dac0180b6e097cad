package demo

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/db"
)

// Begin founds the company and goes no further, as if the program had ended.
func Begin(ctx context.Context, d *db.DB, accounts *account.Service) error {
	_, err := found(ctx, d, accounts, "es", d.Now())
	return err
}

// Try does one act and returns also what a visitor may cause.
func (l *Life) Try(ctx context.Context) error { return l.step(ctx) }

// The limits of what is open at once, and since when work waits for sewing.
const (
	Fewest = fewest
	Most   = most
)

// QueueSince is when the queue before sewing began to grow.
func QueueSince(now time.Time) time.Time { return now.AddDate(0, 0, -queueDays) }
