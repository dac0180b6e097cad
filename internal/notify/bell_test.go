package notify_test

import (
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

var (
	ana  = authz.Actor{Company: 1, Person: "ana"}
	luis = authz.Actor{Company: 1, Person: "luis"}
)

// people writes two companies with an Ana and a Luis each.
func people(t *testing.T, d *db.DB) {
	t.Helper()
	for _, c := range []id.Company{1, 2} {
		err := d.InTx(t.Context(), c, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO company (company, name, lang, country, zone, trade, formal, calendar, accept_days, founded_at)
				VALUES (?, 'x', 'es', 'MX', 'UTC', '', FALSE, '{}', 5, 0)`, c)
			if err != nil {
				return err
			}
			return tx.Many(t.Context(), `
				INSERT INTO person (company, id, name, folded, email, lang, owner, active, added_at) VALUES`,
				[][]any{{c, "ana", "Ana", "ana", "", "es", false, true, 0}, {c, "luis", "Luis", "luis", "", "es", false, true, 0}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func add(t *testing.T, d *db.DB, c id.Company, notices ...notify.Notice) {
	t.Helper()
	err := d.InTx(t.Context(), c, func(tx *db.Tx) error { return notify.Add(t.Context(), tx, notices) })
	if err != nil {
		t.Fatal(err)
	}
}

func unread(t *testing.T, d *db.DB, a authz.Actor, want int) {
	t.Helper()
	if n, err := notify.Unread(t.Context(), d, a); err != nil || n != want {
		t.Errorf("%s has %d unread (%v), want %d", a.Person, n, err, want)
	}
}

func TestNobodyHearsOfWhatHeDidHimself(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		people(t, d)
		add(t, d, 1)
		add(t, d, 1,
			notify.Notice{Person: "ana", Actor: "luis", Kind: "delivered", Subject: "h1", Number: 7},
			notify.Notice{Person: "luis", Actor: "luis", Kind: "delivered", Subject: "h1", Number: 7},
		)
		add(t, d, 2, notify.Notice{Person: "ana", Actor: "luis", Kind: "delivered", Subject: "h1", Number: 7})
		unread(t, d, ana, 1)
		unread(t, d, luis, 0)
		list, err := notify.List(t.Context(), d, ana, "", 10)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		got := list[0]
		if got.Kind != "delivered" || got.Subject != "h1" || got.Number != 7 || got.ActorName != "Luis" || !got.ReadAt.IsZero() {
			t.Errorf("got %+v", got)
		}
	})
}

// What is written down late stands where it happened, not on top.
func TestTheBellIsInOrderOfTime(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		people(t, d)
		now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
		for _, days := range []int{3, 1, 4, 0, 2, 2} {
			then := *d
			then.Now = func() time.Time { return now.AddDate(0, 0, -days) }
			add(t, &then, 1, notify.Notice{Person: "ana", Actor: "luis", Kind: "asked", Subject: "h", Number: int64(days)})
		}
		list, err := notify.List(t.Context(), d, ana, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, n := range list {
			got = append(got, n.Number)
		}
		if !slices.Equal(got, []int64{0, 1, 2, 2, 3, 4}) {
			t.Errorf("days ago: %d", got)
		}
	})
}

func TestTheBellTurnsItsPages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		people(t, d)
		const lines, page = 120, 50
		for n := range int64(lines) {
			add(t, d, 1, notify.Notice{Person: "ana", Actor: "luis", Kind: "asked", Subject: "h", Number: n})
		}
		unread(t, d, ana, notify.MostUnread)
		before, next := id.Notice(""), int64(lines-1)
		for _, want := range []int{page, page, lines - 2*page, 0} {
			list, err := notify.List(t.Context(), d, ana, before, page)
			if err != nil || len(list) != want {
				t.Fatalf("a page of %d lines (%v), want %d", len(list), err, want)
			}
			for _, n := range list {
				if n.Number != next {
					t.Fatalf("line %d comes where %d should", n.Number, next)
				}
				before, next = n.ID, next-1
			}
		}
	})
}

func TestWhatIsReadIsReadByOne(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		people(t, d)
		ctx := t.Context()
		for n := range int64(3) {
			for _, p := range []id.Person{"ana", "luis"} {
				add(t, d, 1, notify.Notice{Person: p, Actor: "eva", Kind: "asked", Subject: string(rune('a' + n)), Number: n})
			}
		}
		reader := ana
		reader.Scope = authz.Read
		if err := notify.MarkRead(ctx, d, reader, "", "a"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a token that only reads: %v", err)
		}
		if err := notify.MarkRead(ctx, d, ana, "", ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("nothing to mark: %v", err)
		}
		unread(t, d, ana, 3)
		if err := notify.MarkRead(ctx, d, ana, "", "c"); err != nil {
			t.Fatal(err)
		}
		unread(t, d, ana, 2)
		list, err := notify.List(ctx, d, ana, "", 10)
		if err != nil || list[0].ReadAt.IsZero() || !list[1].ReadAt.IsZero() {
			t.Fatal(list, err)
		}
		if err := notify.MarkRead(ctx, d, ana, list[1].ID, ""); err != nil {
			t.Fatal(err)
		}
		unread(t, d, ana, 0)
		unread(t, d, luis, 3)
	})
}
