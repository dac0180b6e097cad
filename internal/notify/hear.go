package notify

import (
	"context"
	"slices"
	"strings"

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

	on      id.Node // that it was found by; empty if by its name
	rhythm  Rhythm
	at      int
	choices string
}

func (h *hearer) dest() []any {
	return []any{&h.person, &h.on, &h.reachable, &h.rhythm, &h.at, &h.choices, &h.away, &h.substitute}
}

// mostHops is how far a notice goes from one who is away to the next.
const mostHops = 3

// hearers returns who was asked for, and who stands in for who of them is away:
// no further statement, unless somebody is.
func hearers(ctx context.Context, tx *db.Tx, asked *db.Answer[hearer]) (of map[id.Person]hearer, on map[id.Node][]id.Person, err error) {
	of, on = map[id.Person]hearer{}, map[id.Node][]id.Person{}
	for hop := 0; asked != nil; hop++ {
		rows, err := asked.Rows(ctx)
		if err != nil {
			return nil, nil, err
		}
		for _, h := range rows {
			if err := h.settings.read(h.rhythm, h.at, h.choices); err != nil {
				return nil, nil, err
			}
			of[h.person] = h
			on[h.on] = append(on[h.on], h.person)
		}
		var more []id.Person
		for _, h := range rows {
			if _, known := of[h.substitute]; h.away && h.substitute != "" && !known {
				more = append(more, h.substitute)
			}
		}
		if asked = nil; hop < mostHops {
			if asked, err = askHearers(ctx, tx, more, nil, nil); err != nil {
				return nil, nil, err
			}
		}
	}
	return of, on, nil
}

// askHearers asks for those people and the active ones on those nodes, and on
// those that offer the services; nil where there is nobody to ask for.
func askHearers(ctx context.Context, tx *db.Tx, people []id.Person, nodes []id.Node, services []id.Service) (*db.Answer[hearer], error) {
	if len(people)+len(nodes)+len(services) == 0 {
		return nil, nil
	}
	var found []string
	var args []any
	if len(nodes) > 0 {
		found = append(found, `SELECT l.person, l.node FROM place l WHERE l.company = ? AND l.node IN `+db.Marks(len(nodes)))
		args = append(append(args, tx.Company), db.Args(nodes)...)
	}
	if len(services) > 0 {
		found = append(found, `
			SELECT l.person, l.node FROM service o CROSS JOIN place l
			WHERE l.company = o.company AND l.node = o.node AND o.company = ? AND o.id IN `+db.Marks(len(services)))
		args = append(append(args, tx.Company), db.Args(services)...)
	}
	if len(people) > 0 {
		found = append(found, `SELECT x.id, '' FROM person x WHERE x.company = ? AND x.id IN `+db.Marks(len(people)))
		args = append(append(args, tx.Company), db.Args(people)...)
	}
	// CROSS JOIN has SQLite begin with the few that hear, instead of everybody.
	return db.Soon(ctx, tx, (*hearer).dest, `
		WITH told (person, node) AS (`+strings.Join(found, " UNION ALL ")+`)
		SELECT p.id, t.node, p.active AND p.email <> '', COALESCE(s.rhythm, ''), COALESCE(s.daily_mins, 0), COALESCE(s.choices, ''),
			a.id IS NOT NULL, COALESCE(a.substitute, '')
		FROM told t CROSS JOIN person p
		LEFT JOIN notice_setting s ON s.company = p.company AND s.person = p.id
		LEFT JOIN absence a ON a.company = p.company AND a.person = p.id AND a.from_at <= ? AND a.until_at > ?
		WHERE p.company = ? AND p.id = t.person AND (p.active OR t.node = '') LIMIT 5000`,
		append(args, tx.Now, tx.Now, tx.Company)...)
}

// spread puts in the place of a notice for a node one for each of its people who
// does not hear of the same by name or on another node.
func spread(notices []Notice, on map[id.Node][]id.Person) []Notice {
	type key struct {
		person  id.Person
		subject string
	}
	told := map[key]bool{}
	var out []Notice
	for _, n := range notices {
		if n.Node == "" {
			told[key{n.Person, n.Subject}] = true
			out = append(out, n)
		}
	}
	for _, n := range notices {
		people := on[n.Node]
		if n.Node == "" {
			continue
		}
		slices.Sort(people)
		for _, p := range people {
			if k := (key{p, n.Subject}); !told[k] {
				told[k] = true
				n.Person, n.Node = p, ""
				out = append(out, n)
			}
		}
	}
	return out
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
