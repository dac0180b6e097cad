package pulse

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/secret"
)

// Sheet is the codes on paper for the people of one cell, to be cut apart and
// handed out like lots: nobody notes who takes which.
type Sheet struct {
	Cell  int
	Name  string // of the area or team; empty for all
	Codes []string
}

// codeLetters are easy to tell apart on paper and to type with gloves: no 0,
// 1, I, L, O or U. Twelve of them are 58 bits.
const (
	codeLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLen     = 12
	codeGroup   = 4
)

// newCode returns a code as it is printed: "7K3F-9QXT-2MWA".
func newCode() string {
	var out strings.Builder
	for out.Len() < codeLen+(codeLen/codeGroup-1) {
		if out.Len()%(codeGroup+1) == codeGroup {
			out.WriteByte('-')
			continue
		}
		var b [1]byte
		_, _ = rand.Read(b[:]) // never fails
		if n := int(b[0]); n < 256/len(codeLetters)*len(codeLetters) {
			out.WriteByte(codeLetters[n%len(codeLetters)])
		}
	}
	return out.String()
}

// cleanCode is what of a typed code counts.
func cleanCode(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '2' && r <= '9':
			return r
		}
		return -1
	}, s)
}

// newCodes makes as many codes for each cell as it has people on paper.
func newCodes(ctx context.Context, tx *db.Tx, p Pulse, cells []Cell, of []int) ([]Sheet, error) {
	var sheets []Sheet
	var rows [][]any
	for i, n := range of {
		if n == 0 {
			continue
		}
		sheet := Sheet{Cell: i, Name: cells[i].Name}
		for range n {
			code := newCode()
			sheet.Codes = append(sheet.Codes, code)
			rows = append(rows, []any{tx.Company, secret.Digest(cleanCode(code)), p.ID, i, false})
		}
		sheets = append(sheets, sheet)
	}
	return sheets, tx.Many(ctx, `INSERT INTO pulse_code (company, hash, pulse, cell, used) VALUES`, rows)
}

// Reprint makes the codes anew that nobody has used yet; those on the paper
// that was lost no longer count.
func (s *Service) Reprint(ctx context.Context, a authz.Actor, pulse id.Pulse) ([]Sheet, error) {
	var sheets []Sheet
	err := s.steer(ctx, a, pulse, func(tx *db.Tx, p Pulse) error {
		cells, err := cellsOf(ctx, tx, tx.Company, p.ID)
		if err != nil {
			return err
		}
		unused, err := db.Values[int](ctx, tx, `
			SELECT cell FROM pulse_code WHERE company = ? AND pulse = ? AND NOT used LIMIT 5000`, tx.Company, p.ID)
		if err != nil {
			return err
		}
		if len(unused) == 0 {
			return errs.New(errs.Conflict, "pulse.err.no_codes")
		}
		of := make([]int, len(cells))
		for _, c := range unused {
			of[c]++
		}
		if _, err := tx.Exec(ctx, `
			DELETE FROM pulse_code WHERE company = ? AND pulse = ? AND NOT used`, tx.Company, p.ID); err != nil {
			return err
		}
		sheets, err = newCodes(ctx, tx, p, cells, of)
		return err
	})
	return sheets, err
}
