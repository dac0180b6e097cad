package org

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// most is how many nodes or people of one company we ever read at once.
const most = 5_000

const nodeColumns = `id, kind, name, COALESCE(parent, ''), position, added_at, archived_at`

func (n *Node) dest() []any {
	return []any{&n.ID, &n.Kind, &n.Name, &n.Parent, &n.Position, &n.AddedAt, &n.ArchivedAt}
}

// LoadTree returns the nodes of company c, archived ones too.
func LoadTree(ctx context.Context, q db.Querier, c id.Company) (Tree, error) {
	nodes, err := db.All(ctx, q, (*Node).dest, `
		SELECT `+nodeColumns+` FROM node WHERE company = ? ORDER BY id LIMIT ?`, c, most)
	return Grow(nodes), err
}

// LoadAbove returns the part of the tree that says how two nodes stand to each
// other: they and all above them.
func LoadAbove(ctx context.Context, q db.Querier, c id.Company, a, b id.Node) (Tree, error) {
	nodes, err := db.All(ctx, q, (*Node).dest, aboveText, c, a, b, c, c, most)
	return Grow(nodes), err
}

// AskAbove asks for the nodes of LoadAbove.
func AskAbove(ctx context.Context, tx *db.Tx, a, b id.Node) (*db.Answer[Node], error) {
	return db.Soon(ctx, tx, (*Node).dest, aboveText, tx.Company, a, b, tx.Company, tx.Company, most)
}

// CROSS JOIN has SQLite begin with the few above, instead of all nodes.
const aboveText = `
	WITH RECURSIVE up (id, parent) AS (
		SELECT n.id, n.parent FROM node n WHERE n.company = ? AND n.id IN (?, ?)
		UNION
		SELECT n.id, n.parent FROM up u JOIN node n ON n.company = ? AND n.id = u.parent
	)
	SELECT n.id, n.kind, n.name, COALESCE(n.parent, ''), n.position, n.added_at, n.archived_at
	FROM up CROSS JOIN node n WHERE n.company = ? AND n.id = up.id LIMIT ?`

// LoadBranch returns the part of the tree that a node stands in: itself, all
// above it and all below it.
func LoadBranch(ctx context.Context, q db.Querier, c id.Company, n id.Node) (Tree, error) {
	nodes, err := db.All(ctx, q, (*Node).dest, `
		WITH RECURSIVE up (id, parent) AS (
			SELECT n.id, n.parent FROM node n WHERE n.company = ? AND n.id = ?
			UNION
			SELECT n.id, n.parent FROM up u JOIN node n ON n.company = ? AND n.id = u.parent
		), down (id) AS (
			SELECT n.id FROM node n WHERE n.company = ? AND n.id = ?
			UNION
			SELECT n.id FROM down d CROSS JOIN node n WHERE n.company = ? AND n.parent = d.id
		)
		SELECT `+nodeColumns+` FROM node WHERE company = ? AND id IN (SELECT id FROM up UNION SELECT id FROM down)
		ORDER BY id LIMIT ?`, c, n, c, c, n, c, c, most)
	return Grow(nodes), err
}

// GetNode returns one node.
func GetNode(ctx context.Context, q db.Querier, c id.Company, n id.Node) (Node, error) {
	var out Node
	err := q.Row(ctx, out.dest(), `SELECT `+nodeColumns+` FROM node WHERE company = ? AND id = ?`, c, n)
	if errors.Is(err, db.ErrNotFound) {
		return Node{}, errs.New(errs.NotFound, "org.err.no_node")
	}
	return out, err
}

func insertNodes(ctx context.Context, tx *db.Tx, nodes []Node) error {
	rows := make([][]any, len(nodes))
	for i, n := range nodes {
		rows[i] = []any{tx.Company, n.ID, n.Kind, n.Name, i18n.Fold(n.Name), orNull(n.Parent), n.Position, tx.Now}
	}
	return tx.Many(ctx, `INSERT INTO node (company, id, kind, name, folded, parent, position, added_at) VALUES`, rows)
}

func orNull(n id.Node) any {
	if n == "" {
		return nil
	}
	return n
}

func updateNode(ctx context.Context, tx *db.Tx, n Node) error {
	_, err := tx.Exec(ctx, `
		UPDATE node SET kind = ?, name = ?, folded = ?, parent = ?, position = ?, archived_at = ?
		WHERE company = ? AND id = ?`,
		n.Kind, n.Name, i18n.Fold(n.Name), orNull(n.Parent), n.Position, n.ArchivedAt, tx.Company, n.ID)
	return err
}

const personColumns = `id, name, email, lang, owner, active, added_at`

func (p *Person) dest() []any {
	return []any{&p.ID, &p.Name, &p.Email, &p.Lang, &p.Owner, &p.Active, &p.AddedAt}
}

// GetPerson returns one person.
func GetPerson(ctx context.Context, q db.Querier, c id.Company, p id.Person) (Person, error) {
	var out Person
	err := q.Row(ctx, out.dest(), `SELECT `+personColumns+` FROM person WHERE company = ? AND id = ?`, c, p)
	if errors.Is(err, db.ErrNotFound) {
		return Person{}, errs.New(errs.NotFound, "org.err.no_person")
	}
	return out, err
}

// LoadPeople returns everybody of company c, with their places, by name.
func LoadPeople(ctx context.Context, q db.Querier, c id.Company) ([]Person, error) {
	people, err := db.All(ctx, q, (*Person).dest, `
		SELECT `+personColumns+` FROM person WHERE company = ? ORDER BY folded, id LIMIT ?`, c, most)
	if err != nil {
		return nil, err
	}
	places, err := db.All(ctx, q, (*Place).dest, `
		SELECT node, person, leads FROM place WHERE company = ? ORDER BY person, node LIMIT ?`, c, most)
	if err != nil {
		return nil, err
	}
	of := map[id.Person][]Place{}
	for _, p := range places {
		of[p.Person] = append(of[p.Person], p)
	}
	for i := range people {
		people[i].Places = of[people[i].ID]
	}
	return people, nil
}

func (p *Place) dest() []any { return []any{&p.Node, &p.Person, &p.Leads} }

// PeopleOn returns the active people placed on any of the nodes, each once.
func PeopleOn(ctx context.Context, q db.Querier, c id.Company, nodes ...id.Node) ([]id.Person, error) {
	args := append([]any{c}, db.Args(nodes)...)
	return db.Values[id.Person](ctx, q, `
		SELECT DISTINCT p.person FROM place p JOIN person x ON x.company = p.company AND x.id = p.person
		WHERE p.company = ? AND x.active AND p.node IN `+db.Marks(len(nodes))+` LIMIT 500`, args...)
}

// NamesOn returns the active people placed on any of the nodes, each once, with
// their names.
func NamesOn(ctx context.Context, q db.Querier, c id.Company, nodes ...id.Node) ([]Person, error) {
	args := append([]any{c, c}, db.Args(nodes)...)
	return db.All(ctx, q, func(p *Person) []any { return []any{&p.ID, &p.Name} }, `
		SELECT id, name FROM person WHERE company = ? AND active AND id IN (
			SELECT p.person FROM place p WHERE p.company = ? AND p.node IN `+db.Marks(len(nodes))+`) LIMIT 500`, args...)
}

// Names returns the names of people, also of those who have left.
func Names(ctx context.Context, q db.Querier, c id.Company, people ...id.Person) (map[id.Person]string, error) {
	type named struct {
		id   id.Person
		name string
	}
	in, args := db.In(people)
	rows, err := db.All(ctx, q, func(n *named) []any { return []any{&n.id, &n.name} }, `
		SELECT id, name FROM person WHERE company = ? AND id `+in+` LIMIT 5000`, append([]any{c}, args...)...)
	out := make(map[id.Person]string, len(rows))
	for _, r := range rows {
		out[r.id] = r.name
	}
	return out, err
}

func insertPerson(ctx context.Context, tx *db.Tx, p Person) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO person (company, id, name, folded, email, lang, owner, active, added_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Company, p.ID, p.Name, i18n.Fold(p.Name), p.Email, p.Lang, p.Owner, p.Active, tx.Now)
	if errors.Is(err, db.ErrExists) {
		return errs.Field("email", "org.err.email_taken")
	}
	return err
}

func updatePerson(ctx context.Context, tx *db.Tx, p Person) error {
	_, err := tx.Exec(ctx, `
		UPDATE person SET name = ?, folded = ?, email = ?, lang = ?, owner = ?, active = ?
		WHERE company = ? AND id = ?`,
		p.Name, i18n.Fold(p.Name), p.Email, p.Lang, p.Owner, p.Active, tx.Company, p.ID)
	if errors.Is(err, db.ErrExists) {
		return errs.Field("email", "org.err.email_taken")
	}
	return err
}

// owners counts the active owners, so that the last one stays.
func owners(ctx context.Context, q db.Querier, c id.Company) (n int, err error) {
	err = q.Row(ctx, []any{&n}, `SELECT COUNT(*) FROM person WHERE company = ? AND owner AND active`, c)
	return n, err
}

func putPlace(ctx context.Context, tx *db.Tx, p Place) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO place (company, node, person, leads) VALUES (?, ?, ?, ?)
		ON CONFLICT (company, node, person) DO UPDATE SET leads = excluded.leads`,
		tx.Company, p.Node, p.Person, p.Leads)
	return err
}

func deletePlace(ctx context.Context, tx *db.Tx, n id.Node, p id.Person) (bool, error) {
	rows, err := tx.Exec(ctx, `DELETE FROM place WHERE company = ? AND node = ? AND person = ?`, tx.Company, n, p)
	return rows > 0, err
}

// Actor returns person p of company c as one who acts, or NotFound if it has
// left.
func Actor(ctx context.Context, q db.Querier, c id.Company, p id.Person) (authz.Actor, error) {
	a := authz.Actor{Company: c, Person: p}
	places := Stations(&a)
	err := q.Row(ctx, []any{&a.Name, &a.Lang, &a.Owner, places.Into}, `
		SELECT p.name, p.lang, p.owner, `+places.Expr+` FROM person p WHERE p.company = ? AND p.id = ? AND p.active`, c, p)
	if errors.Is(err, db.ErrNotFound) {
		return authz.Actor{}, errs.New(errs.NotFound, "org.err.no_person")
	}
	return a, err
}

// Marks of a node in the text of [Stations], after its id.
const (
	markWorks = 'w'
	markLeads = 'l'
	markBelow = 'b' // of one that it leads
)

// Stations reads into a its places: what it works on, speaks for and leads.
func Stations(a *authz.Actor) db.Also {
	return db.Also{Into: (*stations)(a), Expr: `(
		WITH RECURSIVE mine (id, leads, direct) AS (
			SELECT l.node, l.leads, TRUE FROM place l WHERE l.company = p.company AND l.person = p.id
			UNION
			SELECT n.id, TRUE, FALSE FROM mine m CROSS JOIN node n WHERE n.company = p.company AND n.parent = m.id AND m.leads
		)
		SELECT string_agg(few.id || CASE WHEN NOT few.leads THEN 'w' WHEN few.direct THEN 'l' ELSE 'b' END, ' ')
		FROM (SELECT id, leads, direct FROM mine LIMIT 5000) AS few)`}
}

// stations is an actor whose places are read.
type stations authz.Actor

// Scan satisfies [database/sql.Scanner].
func (a *stations) Scan(v any) error {
	var list db.Joined
	if err := list.Scan(v); err != nil {
		return err
	}
	a.Leads, a.Own, a.Nodes = nil, nil, nil
	for _, at := range list {
		last := len(at) - 1
		n, mark := id.Node(at[:last]), at[last]
		if mark != markWorks {
			a.Leads = append(a.Leads, n)
		}
		if mark != markBelow {
			a.Own = append(a.Own, n)
		}
		if mark == markWorks {
			a.Nodes = append(a.Nodes, n)
		}
	}
	return nil
}
