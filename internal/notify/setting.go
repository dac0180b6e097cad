package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

// Rhythm says how often somebody is mailed.
type Rhythm string

// The rhythms.
const (
	Soon  Rhythm = "soon"  // as things happen, while at work, a few minutes put together
	Daily Rhythm = "daily" // once on each day of work
	Never Rhythm = "never"
)

// Rhythms lists the rhythms.
var Rhythms = []Rhythm{Soon, Daily, Never}

// Channel is a way in which a notice reaches somebody.
type Channel string

// The channels.
const (
	Bell   Channel = "bell"
	ByMail Channel = "mail"
)

// Settings are what somebody decided about notices.
type Settings struct {
	Rhythm Rhythm
	At     int                         // minutes after midnight, for Daily
	Choice map[Channel]map[string]bool // by kind, what is not as usual
}

const (
	usualAt     = 8 * 60
	minutesADay = 24 * 60
)

// usual is what holds for who has decided nothing.
func usual() Settings { return Settings{Rhythm: Soon, At: usualAt} }

// Wants reports whether notices of a kind go to a channel. It says nothing
// about the rhythm.
func (s Settings) Wants(c Channel, k Kind) bool {
	if on, decided := s.Choice[c][k.Code]; decided {
		return on
	}
	return c == Bell || k.Mail
}

// mailed reports whether a kind is mailed at all.
func (s Settings) mailed(k Kind) bool { return s.Rhythm != Never && s.Wants(ByMail, k) }

func (s Settings) check() errs.Bad {
	bad := errs.Bad{}
	errs.OneOf(bad, "rhythm", s.Rhythm, Rhythms...)
	bad.Add(s.At >= 0 && s.At < minutesADay, "at", "notify.err.at")
	for c, of := range s.Choice {
		errs.OneOf(bad, "kinds", c, Bell, ByMail)
		for code := range of {
			_, known := KindOf(code)
			bad.Add(known, "kinds", "err.unknown")
		}
	}
	return bad
}

// plain drops what is as usual: when the usual changes, it changes for who
// never cared.
func (s Settings) plain() Settings {
	out := Settings{Rhythm: s.Rhythm, At: s.At, Choice: map[Channel]map[string]bool{}}
	for c, of := range s.Choice {
		of = maps.Clone(of)
		maps.DeleteFunc(of, func(code string, on bool) bool {
			k, _ := KindOf(code)
			return on == usual().Wants(c, k)
		})
		if len(of) > 0 {
			out.Choice[c] = of
		}
	}
	return out
}

// read fills s from its columns.
func (s *Settings) read(rhythm Rhythm, at int, choices string) error {
	*s = Settings{Rhythm: rhythm, At: at}
	if rhythm == "" {
		*s = usual()
		return nil
	}
	if err := json.Unmarshal([]byte(choices), &s.Choice); err != nil {
		return fmt.Errorf("read settings of notices: %w", err)
	}
	return nil
}

// GetSettings returns what the actor decided.
func GetSettings(ctx context.Context, q db.Querier, a authz.Actor) (Settings, error) {
	var (
		s       Settings
		rhythm  Rhythm
		at      int
		choices string
	)
	err := q.Row(ctx, []any{&rhythm, &at, &choices}, `
		SELECT rhythm, daily_mins, choices FROM notice_setting WHERE company = ? AND person = ?`, a.Company, a.Person)
	if errors.Is(err, db.ErrNotFound) {
		return usual(), nil
	}
	if err != nil {
		return s, err
	}
	return s, s.read(rhythm, at, choices)
}

// SetSettings changes what the actor decided. Mails that wait are planned anew.
// Invalid names the fields rhythm, at and kinds.
func SetSettings(ctx context.Context, d *db.DB, a authz.Actor, s Settings) error {
	if err := s.check().Err(); err != nil {
		return err
	}
	if err := a.MustWrite(); err != nil {
		return err
	}
	return d.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if err := PutSettings(ctx, tx, a.Person, s); err != nil {
			return err
		}
		if err := Replan(ctx, tx, a.Person); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "notice.chosen", Actor: a.Person, Subject: string(a.Person)})
		return nil
	})
}

// PutSettings writes checked settings inside the caller's transaction.
func PutSettings(ctx context.Context, tx *db.Tx, p id.Person, s Settings) error {
	choices, err := json.Marshal(s.plain().Choice)
	if err != nil {
		return fmt.Errorf("write settings of notices: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO notice_setting (company, person, rhythm, daily_mins, choices, changed_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (company, person) DO UPDATE SET rhythm = excluded.rhythm, daily_mins = excluded.daily_mins,
			choices = excluded.choices, changed_at = excluded.changed_at`,
		tx.Company, p, s.Rhythm, s.At, string(choices), tx.Now)
	return err
}
