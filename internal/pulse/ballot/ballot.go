// Package ballot keeps the answers of people apart from everything else. It
// sees the database, the keys and no other part of the product: not the log,
// not the jobs, not who works where. What it stores is locked until the pulse
// closes; then it is counted and destroyed.
package ballot

import (
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

// Ballot is what one person answered.
type Ballot struct {
	Cell    int               `json:"cell"` // the smallest set of those asked to which the person belongs
	Choices map[string]int    `json:"choices"`
	Notes   map[string]string `json:"notes,omitempty"`
}

// Cast locks b and puts it with the others of pulse, under a random name and
// without a time.
func Cast(ctx context.Context, tx *db.Tx, pulse string, lock seal.Public, b Ballot) error {
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	box, err := seal.Lock(lock, text)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO pulse_box (company, pulse, id, box) VALUES (?, ?, ?, ?)`,
		tx.Company, pulse, secret.RowID(), box)
	return err
}

// Count returns how many ballots of pulse there are.
func Count(ctx context.Context, q db.Querier, c id.Company, pulse string) (n int, err error) {
	err = q.Row(ctx, []any{&n}, `SELECT COUNT(*) FROM pulse_box WHERE company = ? AND pulse = ?`, c, pulse)
	return n, err
}

// most is how many ballots one pulse may have: everybody of a large company.
const most = 20_000

// Open returns the ballots of pulse in random order, and how many could not be
// read: all of them if the key is gone.
func Open(ctx context.Context, tx *db.Tx, k *seal.Keys, pulse string) (ballots []Ballot, lost int, err error) {
	boxes, err := db.Values[[]byte](ctx, tx, `
		SELECT box FROM pulse_box WHERE company = ? AND pulse = ? ORDER BY id LIMIT ?`, tx.Company, pulse, most)
	if err != nil {
		return nil, 0, err
	}
	o, err := k.Opener(KeyName(tx.Company, pulse))
	if errors.Is(err, seal.ErrNoKey) {
		return nil, len(boxes), nil
	}
	if err != nil {
		return nil, 0, err
	}
	for _, box := range boxes {
		var b Ballot
		text, err := o.Open(box)
		if err != nil || json.Unmarshal(text, &b) != nil {
			lost++
			continue
		}
		ballots = append(ballots, b)
	}
	randv2.Shuffle(len(ballots), func(i, j int) { ballots[i], ballots[j] = ballots[j], ballots[i] })
	return ballots, lost, nil
}

// Destroy takes all ballots of pulse away. The key goes when that is
// committed: see [seal.Keys.Destroy].
func Destroy(ctx context.Context, tx *db.Tx, pulse string) error {
	_, err := tx.Exec(ctx, `DELETE FROM pulse_box WHERE company = ? AND pulse = ?`, tx.Company, pulse)
	return err
}

// KeyName is the name of the key of a pulse.
func KeyName(c id.Company, pulse string) string { return fmt.Sprintf("pulse-%d-%s", c, pulse) }
