package pulse

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/anon"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse/ballot"
	"github.com/eslabon/eslabon/internal/seal"
)

// Service holds the use cases. The web, the API and the CLI call the same ones.
type Service struct {
	db   *db.DB
	keys *seal.Keys
}

// New returns the use cases over d; the keys of the answers lie in keys.
func New(d *db.DB, keys *seal.Keys) *Service { return &Service{d, keys} }

// Outlook is what somebody sees before launching a pulse.
type Outlook struct {
	Asked   int        // people who would be asked
	Resting int        // left out because they were asked within the last week
	NewOnes int        // left out until enough people are new
	Cells   []Foreseen // what could be shown if all answered
}

// Foreseen is what could be shown of one cell.
type Foreseen struct {
	Cell
	Why map[string]anon.Why // by item; None for what can be shown
}

// frame is who is asked, before anything is written.
type frame struct {
	Outlook
	cells  []Cell
	people map[id.Person]org.Person
	at     map[id.Person]int // smallest cell of each
}

// Preview says who would be asked, and what could be shown.
func (s *Service) Preview(ctx context.Context, a authz.Actor, in Launch) (Outlook, error) {
	in.Title = strings.TrimSpace(in.Title)
	if err := in.check().Err(); err != nil {
		return Outlook{}, err
	}
	if err := canLaunch(a, in.Frame); err != nil {
		return Outlook{}, err
	}
	f, err := s.frame(ctx, s.db, a.Company, in, db.At(s.db.Now()))
	return f.Outlook, err
}

func (in Launch) rules() anon.Rules {
	return anon.Rules{Scores: in.Scores, Comments: in.Comments}.Strict()
}

func (s *Service) frame(ctx context.Context, q db.Querier, c id.Company, in Launch, now db.Time) (frame, error) {
	f := frame{people: map[id.Person]org.Person{}, at: map[id.Person]int{}}
	tree, err := org.LoadTree(ctx, q, c)
	if err != nil {
		return f, err
	}
	everybody, err := org.LoadPeople(ctx, q, c)
	if err != nil {
		return f, err
	}
	rested, err := resting(ctx, q, c, now.AddDate(0, 0, -restDays))
	if err != nil {
		return f, err
	}
	var served []id.Person
	if in.Frame.Node != "" {
		if _, known := tree.Node(in.Frame.Node); !known {
			return f, errs.Field("node", "err.unknown")
		}
		if served, err = handoff.ServedBy(ctx, q, c, db.At(now.AddDate(0, 0, -in.Frame.Days)), tree.Under(in.Frame.Node)...); err != nil {
			return f, err
		}
	}
	var names []string
	for _, p := range everybody {
		switch {
		case !p.Active, in.Frame.Node != "" && !slices.Contains(served, p.ID):
		case rested[p.ID]:
			f.Resting++
		default:
			f.people[p.ID] = p
			names = append(names, string(p.ID))
		}
	}
	k := in.rules().Scores
	pasts := map[string]*anon.Past{}
	for _, item := range in.Items {
		if pasts[item], err = pastOf(ctx, q, c, in.Frame.question(item)); err != nil {
			return f, err
		}
		if fresh := pasts[item].New(names); len(fresh) > 0 && len(fresh) < k {
			for _, p := range fresh {
				if _, in := f.people[id.Person(p)]; in {
					delete(f.people, id.Person(p))
					f.NewOnes++
				}
			}
		}
	}
	f.Asked = len(f.people)
	f.grow(tree, k)
	f.foresee(in, pasts)
	return f, nil
}

// grow makes the cells: all, and each area and team with at least k people.
func (f *frame) grow(tree org.Tree, k int) {
	homes := map[id.Person]id.Node{}
	for p, v := range f.people {
		homes[p] = home(tree, v)
	}
	f.cells = []Cell{{Parent: -1}}
	cellOf := map[id.Node]int{"": 0}
	tree.Walk(func(n org.Node, _ int) {
		if n.Outside() || n.Archived() || n.Kind == org.Post {
			return
		}
		under := tree.Under(n.ID)
		count := 0
		for _, h := range homes {
			if slices.Contains(under, h) {
				count++
			}
		}
		parent := nearest(tree, cellOf, n.Parent)
		if count >= k && count < len(f.people) {
			cellOf[n.ID] = len(f.cells)
			f.cells = append(f.cells, Cell{Node: n.ID, Name: n.Name, Parent: parent})
		}
	})
	for _, p := range sortedPeople(f.people) {
		at := nearest(tree, cellOf, homes[p])
		f.at[p] = at
		for i := at; i >= 0; i = f.cells[i].Parent {
			f.cells[i].people = append(f.cells[i].people, string(p))
			f.cells[i].Asked++
		}
	}
}

func sortedPeople(m map[id.Person]org.Person) []id.Person {
	out := make([]id.Person, 0, len(m))
	for p := range m {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// home is the node where a person counts: the first of those it works on, or
// else leads.
func home(tree org.Tree, p org.Person) id.Node {
	var best id.Node
	leads := true
	for _, at := range p.Places {
		if n, ok := tree.Node(at.Node); ok && !n.Archived() && (best == "" || leads && !at.Leads) {
			best, leads = at.Node, at.Leads
		}
	}
	return best
}

func nearest(tree org.Tree, cellOf map[id.Node]int, n id.Node) int {
	for range tree.Len() + 1 {
		if c, ok := cellOf[n]; ok {
			return c
		}
		v, ok := tree.Node(n)
		if !ok {
			break
		}
		n = v.Parent
	}
	return 0
}

func (f *frame) foresee(in Launch, pasts map[string]*anon.Past) {
	sets := anonCells(f.cells)
	for _, c := range f.cells {
		f.Cells = append(f.Cells, Foreseen{Cell: c, Why: map[string]anon.Why{}})
	}
	for _, item := range in.Items {
		for i, d := range anon.Foresee(in.rules(), sets, pasts[item]) {
			f.Cells[i].Why[item] = d.Why
		}
	}
}

func anonCells(cells []Cell) []anon.Cell {
	out := make([]anon.Cell, len(cells))
	for i, c := range cells {
		out[i] = anon.Cell{ID: string(c.Node), Parent: c.Parent, People: c.people}
	}
	return out
}

// Launched is the payload of pulse.launched.
type Launched struct {
	Manifest string  `json:"manifest"`
	Asked    int     `json:"asked"`
	Node     id.Node `json:"node,omitempty"`
}

// Launch opens a pulse and asks people. The codes on paper are told once, by
// cell. Conflict if there are too few people for any answer to be shown.
func (s *Service) Launch(ctx context.Context, a authz.Actor, in Launch) (Pulse, []Sheet, error) {
	in.Title = strings.TrimSpace(in.Title)
	if err := in.check().Err(); err != nil {
		return Pulse{}, nil, err
	}
	if err := canLaunch(a, in.Frame); err != nil {
		return Pulse{}, nil, err
	}
	p := Pulse{
		ID: id.New[id.Pulse](), Title: in.Title, Items: in.Items, Frame: in.Frame, Rules: in.rules(), State: Open,
		LaunchedBy: a.Person,
	}
	var sheets []Sheet
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		sheets, err = s.open(ctx, tx, in, &p)
		return err
	})
	if err != nil {
		return Pulse{}, nil, err
	}
	return p, sheets, nil
}

func (s *Service) open(ctx context.Context, tx *db.Tx, in Launch, p *Pulse) ([]Sheet, error) {
	f, err := s.frame(ctx, tx, tx.Company, in, tx.Now)
	if err != nil {
		return nil, err
	}
	if f.Asked < p.Rules.Scores {
		return nil, errs.With(errs.Conflict, "pulse.err.too_few", errs.Args{"Asked": f.Asked, "Least": p.Rules.Scores})
	}
	p.Asked, p.LaunchedAt = f.Asked, tx.Now
	p.ClosesAt = db.At(tx.Now.Add(time.Duration(in.Days) * 24 * time.Hour))
	p.Manifest = p.digest(f.cells)
	if err := insertPulse(ctx, tx, *p, f.cells); err != nil {
		return nil, err
	}
	if err := ballot.Place(ctx, tx, string(p.ID), f.Asked); err != nil {
		return nil, err
	}
	var onScreen []id.Person
	onPaper := make([]int, len(f.cells))
	asked := make([][]any, 0, f.Asked)
	people := sortedPeople(f.people)
	for _, person := range people {
		byCode := f.people[person].Email == "" && in.Paper
		if byCode {
			onPaper[f.at[person]]++
		} else {
			onScreen = append(onScreen, person)
		}
		asked = append(asked, []any{tx.Company, p.ID, person, f.at[person], byCode, "", false})
	}
	if err := insertAsked(ctx, tx, asked); err != nil {
		return nil, err
	}
	if err := rest(ctx, tx, people); err != nil {
		return nil, err
	}
	sheets, err := newCodes(ctx, tx, *p, f.cells, onPaper)
	if err != nil {
		return nil, err
	}
	if err := tell(ctx, tx, toldAsked, p.ID, onScreen); err != nil {
		return nil, err
	}
	fact.Record(tx, fact.Fact{
		Kind: "pulse.launched", Actor: p.LaunchedBy, Subject: string(p.ID),
		Data: fact.Encode(Launched{Manifest: p.Manifest, Asked: p.Asked, Node: p.Frame.Node}),
	})
	return sheets, nil
}
