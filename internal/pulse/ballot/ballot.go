// Package ballot keeps the answers of people apart from everything else. It
// sees the database, the keys and no other part of the product: not the log,
// not the jobs, not who works where. What it stores is locked until the pulse
// closes; then it is counted and destroyed.
//
// All ballots of a pulse lie in one urn, which is one row. Whoever casts opens
// it, adds a ballot, mixes them, and locks it with a new key, and the key
// before is destroyed. So no ballot has a row, a place or a transaction of its
// own to be found by, and what a log, a backup or a dead row keeps of the urn
// as it was before opens no more: two states of it cannot be compared.
package ballot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	randv2 "math/rand/v2"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/secret"
)

// The causes of errors of an urn.
var (
	ErrGone = errors.New("ballot: there is no urn, since the pulse is over")
	ErrKey  = errors.New("ballot: the key of the urn is not here, or not the right one")
)

// Ballot is what one person answered.
type Ballot struct {
	Cell    int               `json:"cell"` // the smallest set of those asked to which the person belongs
	Choices map[string]int    `json:"choices"`
	Notes   map[string]string `json:"notes,omitempty"`
}

// Each ballot has this much room, in bytes, so that the length of the urn says
// nothing of who wrote much, until all together write more.
const roomOfOne = 400

// Place puts an empty urn for the ballots of so many people.
func Place(ctx context.Context, tx *db.Tx, pulse string, people int) error {
	_, err := tx.Exec(ctx, `INSERT INTO pulse_urn (company, pulse, key, n, room, box) VALUES (?, ?, '', 0, ?, ?)`,
		tx.Company, pulse, people*roomOfOne, []byte{})
	return err
}

// Urn is the urn of a pulse in the hands of one transaction: nobody else casts,
// closes or cancels until it ends.
type Urn struct {
	tx    *db.Tx
	keys  *seal.Keys
	pulse string

	key  string
	n    int
	room int
	box  []byte
}

// Hold takes the urn of pulse. The cause is ErrGone if there is none.
func Hold(ctx context.Context, tx *db.Tx, k *seal.Keys, pulse string) (*Urn, error) {
	u := &Urn{tx: tx, keys: k, pulse: pulse}
	err := tx.Row(ctx, []any{&u.key, &u.n, &u.room, &u.box}, `
		UPDATE pulse_urn SET n = n WHERE company = ? AND pulse = ? RETURNING key, n, room, box`, tx.Company, pulse)
	if errors.Is(err, db.ErrNotFound) {
		return nil, ErrGone
	}
	return u, err
}

// Cast puts b among the others. With ErrKey nothing changes: what cannot be
// opened is not written over, since the key may only be on another machine.
func (u *Urn) Cast(ctx context.Context, b Ballot) error {
	ballots, err := u.open()
	if err != nil {
		return err
	}
	ballots = append(ballots, b)
	mix(ballots)
	text, err := json.Marshal(ballots)
	if err != nil {
		return err
	}
	for len(text) > u.room {
		u.room *= 2
	}
	text = append(text, bytes.Repeat([]byte{' '}, u.room-len(text))...)
	// Nobody else makes keys for this urn now: what is there beside ours is of
	// a transaction that did not end well.
	if err := u.keys.DestroyAll(keysOf(u.tx.Company, u.pulse), u.key); err != nil {
		return err
	}
	before, key := u.key, keysOf(u.tx.Company, u.pulse)+secret.RowID()[:16]
	lock, err := u.keys.Make(key)
	if err != nil {
		return err
	}
	box, err := seal.Lock(lock, text)
	if err != nil {
		return err
	}
	if _, err := u.tx.Exec(ctx, `UPDATE pulse_urn SET key = ?, n = ?, room = ?, box = ? WHERE company = ? AND pulse = ?`,
		key, u.n+1, u.room, box, u.tx.Company, u.pulse); err != nil {
		return err
	}
	if before != "" {
		u.tx.AfterCommit(func() { _ = u.keys.Destroy(before) }) // the next one who casts, or the close, tries again
	}
	return nil
}

func (u *Urn) open() ([]Ballot, error) {
	if u.key == "" {
		return nil, nil
	}
	o, err := u.keys.Opener(u.key)
	if errors.Is(err, seal.ErrNoKey) {
		return nil, ErrKey
	}
	if err != nil {
		return nil, err
	}
	text, err := o.Open(u.box)
	if err != nil {
		return nil, ErrKey
	}
	var ballots []Ballot
	return ballots, json.Unmarshal(text, &ballots)
}

// Empty returns the ballots in random order, and how many could not be read:
// all of them if the key is gone. It takes the urn away.
func (u *Urn) Empty(ctx context.Context) (ballots []Ballot, lost int, err error) {
	ballots, err = u.open()
	if err != nil && !errors.Is(err, ErrKey) {
		return nil, 0, err
	}
	mix(ballots)
	return ballots, u.n - len(ballots), u.Burn(ctx)
}

// Burn takes the urn away unopened. Its keys go when that is committed: see
// [Forget].
func (u *Urn) Burn(ctx context.Context) error {
	_, err := u.tx.Exec(ctx, `DELETE FROM pulse_urn WHERE company = ? AND pulse = ?`, u.tx.Company, u.pulse)
	return err
}

func mix(ballots []Ballot) {
	randv2.Shuffle(len(ballots), func(i, j int) { ballots[i], ballots[j] = ballots[j], ballots[i] })
}

// Count returns how many ballots of pulse there are.
func Count(ctx context.Context, q db.Querier, c id.Company, pulse string) (n int, err error) {
	err = q.Row(ctx, []any{&n}, `SELECT n FROM pulse_urn WHERE company = ? AND pulse = ?`, c, pulse)
	if errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return n, err
}

// Forget destroys the keys of the urn of a pulse, after it was taken away.
func Forget(k *seal.Keys, c id.Company, pulse string) error {
	return k.DestroyAll(keysOf(c, pulse), "")
}

// keysOf is what the names of the keys of a pulse begin with.
func keysOf(c id.Company, pulse string) string { return fmt.Sprintf("pulse-%d-%s-", c, pulse) }
