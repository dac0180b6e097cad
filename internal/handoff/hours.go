package handoff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// A promise keeps the working time by which it was made, under a key that says
// what the calendar says: two that say the same have one key, for ever.
var (
	keysOf    sync.Map // *calendar.Calendar → version
	calendars sync.Map // key → *calendar.Calendar
)

type version struct{ key, text string }

func versionOf(c *calendar.Calendar) version {
	if v, ok := keysOf.Load(c); ok {
		return v.(version)
	}
	text := encode(c.Spec())
	const length = 12 // bytes: no two calendars of a company will ever meet
	sum := sha256.Sum256([]byte(text))
	v := version{hex.EncodeToString(sum[:length]), text}
	keysOf.Store(c, v)
	calendars.LoadOrStore(v.key, c)
	return v
}

// keepHours writes the version of a calendar unless the company has it, and
// returns its key. What another transaction has committed is remembered.
func (s *Service) keepHours(ctx context.Context, tx *db.Tx, c *calendar.Calendar) (string, error) {
	v := versionOf(c)
	known := keptHours{tx.Company, v.key}
	if _, ok := s.kept.Load(known); ok {
		return v.key, nil
	}
	var there string
	err := tx.Row(ctx, []any{&there}, `SELECT id FROM handoff_hours WHERE company = ? AND id = ?`, tx.Company, v.key)
	if err == nil {
		s.kept.Store(known, true)
		return v.key, nil
	}
	if !errors.Is(err, db.ErrNotFound) {
		return "", err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO handoff_hours (company, id, spec) VALUES (?, ?, ?)
		ON CONFLICT (company, id) DO NOTHING`, tx.Company, v.key, v.text)
	tx.AfterCommit(func() { s.kept.Store(known, true) })
	return v.key, err
}

type keptHours struct {
	company id.Company
	key     string
}

// loadHours returns the calendar that a promise was made by; none for no key.
func loadHours(ctx context.Context, q db.Querier, c id.Company, key string) (*calendar.Calendar, error) {
	if key == "" {
		return nil, nil
	}
	if cal, ok := calendars.Load(key); ok {
		return cal.(*calendar.Calendar), nil
	}
	var text string
	if err := q.Row(ctx, []any{&text}, `SELECT spec FROM handoff_hours WHERE company = ? AND id = ?`, c, key); err != nil {
		return nil, fmt.Errorf("read working time %s of a promise: %w", key, err)
	}
	var spec calendar.Spec
	if err := json.Unmarshal([]byte(text), &spec); err != nil {
		return nil, fmt.Errorf("read working time %s of a promise: %w", key, err)
	}
	cal, err := calendar.New(spec)
	if err != nil {
		return nil, fmt.Errorf("read working time %s of a promise: %w", key, err)
	}
	got, _ := calendars.LoadOrStore(key, cal)
	return got.(*calendar.Calendar), nil
}
