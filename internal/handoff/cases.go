package handoff

import (
	"context"
	"slices"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// perPart is how many handoffs are read at once when all of them are.
const perPart = 200

// eachCase calls fn with whole cases, several at once, until all handoffs of c
// were among them: those of an order in the order of their numbers.
func eachCase(ctx context.Context, q db.Querier, c id.Company, of CaseOf, fn func(cases [][]Handoff) error) error {
	var cases [][]Handoff
	n := 0
	give := func() error {
		if len(cases) == 0 {
			return nil
		}
		err := fn(cases)
		cases, n = nil, 0
		return err
	}
	if of == ByOrder {
		for last := (Handoff{}); ; {
			hs, err := ordered(ctx, q, c, last)
			if err != nil {
				return err
			}
			for _, h := range hs {
				if h.Order != last.Order && n >= perPart {
					if err := give(); err != nil {
						return err
					}
				}
				if h.Order == last.Order && len(cases) > 0 {
					cases[len(cases)-1] = append(cases[len(cases)-1], h)
				} else {
					cases = append(cases, []Handoff{h})
				}
				last = h
				n++
			}
			if len(hs) < perPart {
				break
			}
		}
		if err := give(); err != nil {
			return err
		}
	}
	for last := int64(0); ; {
		hs, err := numbered(ctx, q, c, last, of == ByHandoff)
		if err != nil || len(hs) == 0 {
			return err
		}
		for _, h := range hs {
			cases = append(cases, []Handoff{h})
			last = h.Number
		}
		if err := give(); err != nil {
			return err
		}
	}
}

// ordered returns the next handoffs that serve an order.
func ordered(ctx context.Context, q db.Querier, c id.Company, after Handoff) ([]Handoff, error) {
	return db.All(ctx, q, (*Handoff).dest, `
		SELECT `+columns+` FROM `+tables+` WHERE h.company = ? AND h.order_ref <> '' AND (h.order_ref, h.number) > (?, ?)
		ORDER BY h.order_ref, h.number LIMIT ?`, c, after.Order, after.Number, perPart)
}

// numbered returns the next handoffs by their numbers: all, or those that serve
// no order.
func numbered(ctx context.Context, q db.Querier, c id.Company, after int64, all bool) ([]Handoff, error) {
	return db.All(ctx, q, (*Handoff).dest, `
		SELECT `+columns+` FROM `+tables+` WHERE h.company = ? AND h.number > ? AND (? OR h.order_ref = '')
		ORDER BY h.number LIMIT ?`, c, after, all, perPart)
}

// storiesInParts reads the stories of any number of handoffs.
func storiesInParts(ctx context.Context, q db.Querier, c id.Company, hs []Handoff) (map[id.Handoff][]Event, error) {
	const atOnce = 50 // the longest stories still fit the limit of the statement
	out := make(map[id.Handoff][]Event, len(hs))
	for part := range slices.Chunk(hs, atOnce) {
		told, err := storiesOf(ctx, q, c, part)
		if err != nil {
			return nil, err
		}
		for h, story := range told {
			out[h] = story
		}
	}
	return out, nil
}
