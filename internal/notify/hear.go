package notify

import (
	"context"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// hearer is somebody to whom a notice is addressed.
type hearer struct {
	person     id.Person
	reachable  bool // by mail
	settings   Settings
	away       bool
	substitute id.Person

	rhythm  Rhythm
	at      int
	choices string
}

func (h *hearer) dest() []any {
	return []any{&h.person, &h.reachable, &h.rhythm, &h.at, &h.choices, &h.away, &h.substitute}
}

// mostHops is how far a notice goes from one who is away to the next.
const mostHops = 3

// hearers returns those people, and who stands in for who of them is away: one
// statement, unless somebody is.
func hearers(ctx context.Context, tx *db.Tx, people []id.Person) (map[id.Person]hearer, error) {
	out := make(map[id.Person]hearer, len(people))
	for hop := 0; len(people) > 0 && hop <= mostHops; hop++ {
		rows, err := db.All(ctx, tx, (*hearer).dest, `
			SELECT p.id, p.active AND p.email <> '', COALESCE(s.rhythm, ''), COALESCE(s.daily_mins, 0), COALESCE(s.choices, ''),
				a.id IS NOT NULL, COALESCE(a.substitute, '')
			FROM person p
			LEFT JOIN notice_setting s ON s.company = p.company AND s.person = p.id
			LEFT JOIN absence a ON a.company = p.company AND a.person = p.id AND a.from_at <= ? AND a.until_at > ?
			WHERE p.company = ? AND p.id IN `+db.Marks(len(people))+` LIMIT 5000`,
			append([]any{tx.Now, tx.Now, tx.Company}, db.Args(people)...)...)
		if err != nil {
			return nil, err
		}
		people = nil
		for _, h := range rows {
			if err := h.settings.read(h.rhythm, h.at, h.choices); err != nil {
				return nil, err
			}
			out[h.person] = h
		}
		for _, h := range rows {
			if _, known := out[h.substitute]; h.away && h.substitute != "" && !known {
				people = append(people, h.substitute)
			}
		}
	}
	return out, nil
}

// standIn returns who hears in place of p, or nobody if p is there or nobody
// stands in. Who is away with nobody for it is the end of the way.
func standIn(of map[id.Person]hearer, p id.Person) id.Person {
	at := p
	for range mostHops {
		h := of[at]
		if !h.away || h.substitute == "" || h.substitute == p {
			break
		}
		at = h.substitute
	}
	if at == p {
		return ""
	}
	return at
}

// addressed adds to notices those for substitutes, and leaves out what nobody
// is to hear: what somebody did himself, or the second time the same.
func addressed(of map[id.Person]hearer, notices []Notice) []Notice {
	type key struct {
		person        id.Person
		kind, subject string
	}
	seen := map[key]bool{}
	var out []Notice
	add := func(n Notice) {
		k := key{n.Person, n.Kind, n.Subject}
		if n.Person != n.Actor && !(n.InsteadOf != "" && seen[k]) {
			seen[k] = true
			out = append(out, n)
		}
	}
	for _, n := range notices {
		add(n)
	}
	for _, n := range notices {
		k, _ := KindOf(n.Kind)
		if s := standIn(of, n.Person); k.Act && s != "" && n.Person != n.Actor {
			n.Person, n.InsteadOf = s, n.Person
			add(n)
		}
	}
	return out
}
