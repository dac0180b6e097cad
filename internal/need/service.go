package need

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// Service holds the use cases. The web, the API and the CLI call the same ones.
type Service struct {
	db       *db.DB
	handoffs *handoff.Service
}

// New returns the use cases over d. What can be resolved by a service is asked
// for as a handoff.
func New(d *db.DB, h *handoff.Service) *Service { return &Service{d, h} }

// told is the payload of the facts about a need: codes only.
type told struct {
	Node     id.Node    `json:"node"`
	Category Category   `json:"category"`
	Severity Severity   `json:"severity"`
	Handoff  id.Handoff `json:"handoff,omitempty"`
	Stopped  bool       `json:"stopped,omitempty"`
}

func record(tx *db.Tx, kind string, by id.Person, n Need) {
	fact.Record(tx, fact.Fact{
		Kind: "need." + kind, Actor: by, Subject: string(n.ID),
		Data: fact.Encode(told{n.Node, n.Category, n.Severity, n.Handoff, n.Stopped()}),
	})
}

// Add notes a need, and asks for it where a service resolves it. A red one is
// told at once to who leads the node and to the owners.
func (s *Service) Add(ctx context.Context, a authz.Actor, in Ask) (Need, error) {
	in.clean()
	if err := in.check().Err(); err != nil {
		return Need{}, err
	}
	if err := canAsk(a, in); err != nil {
		return Need{}, err
	}
	if err := s.resolvable(ctx, a, &in); err != nil {
		return Need{}, err
	}
	n := Need{
		ID: id.New[id.Need](), Node: in.Node, Category: in.Category, Severity: in.Severity, Title: in.Title, Detail: in.Detail,
		Scope: in.Scope, AskedBy: a.Person, State: Open, Version: 1, Service: in.Service,
	}
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		where, err := org.GetNode(ctx, tx, tx.Company, n.Node)
		if err != nil || where.Outside() || where.Archived() {
			return notThere(err)
		}
		n.AskedAt, n.AnswerDue = tx.Now, db.At(tx.Now.AddDate(0, 0, answerDays))
		if in.Stop {
			n.StoppedAt = tx.Now
		}
		if n.Red() {
			n.AnswerDue = db.At(tx.Now.Add(answerRedHours * time.Hour))
		}
		if err := insert(ctx, tx, n); err != nil {
			return err
		}
		if err := tell(ctx, tx, a.Person, n, added(n)); err != nil {
			return err
		}
		record(tx, "added", a.Person, n)
		return nil
	})
	if err != nil || n.Service == "" {
		return n, err
	}
	return n, s.request(ctx, a, &n)
}

func notThere(err error) error {
	if err == nil || errs.KindOf(err) == errs.NotFound {
		return errs.Field("node", "err.unknown")
	}
	return err
}

// resolvable checks that a need goes to somebody who offers something.
func (s *Service) resolvable(ctx context.Context, a authz.Actor, in *Ask) error {
	if in.Service == "" && in.To == "" {
		return nil
	}
	offers, err := link.New(s.db).Offers(ctx, a)
	if err != nil {
		return err
	}
	if in.Service == "" {
		offers = slices.DeleteFunc(offers, func(o link.Offer) bool { return o.Node != in.To || o.Archived() })
		switch len(offers) {
		case 0:
			return errs.Field("to", "need.err.offers_nothing")
		case 1:
			in.Service = offers[0].ID
			return nil
		}
		return errs.Field("service", "need.err.which_service")
	}
	i := slices.IndexFunc(offers, func(o link.Offer) bool { return o.ID == in.Service })
	switch {
	case i < 0:
		return errs.Field("service", "err.unknown")
	case offers[i].Archived():
		return errs.Field("service", "need.err.gone_service")
	case offers[i].Node == in.Node:
		return errs.Field("service", "need.err.own_service")
	}
	return nil
}

// request asks for what resolves the need. What is missing in it (a required
// field of its form) stops the request and not the need, which is noted
// already: who leads the node answers it then.
func (s *Service) request(ctx context.Context, a authz.Actor, n *Need) error {
	in := handoff.Ask{Service: n.Service, Customer: n.Node, Title: n.Title, Detail: n.Detail, Quantity: 1}
	if n.Red() {
		in.Priority = handoff.Urgent
	}
	h, err := s.handoffs.Ask(ctx, a, in)
	if errs.KindOf(err) == errs.Invalid || errs.KindOf(err) == errs.Forbidden {
		return nil
	}
	if err != nil {
		return err
	}
	n.Handoff, n.HandoffNumber = h.ID, h.Number
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE need SET handoff = ? WHERE company = ? AND id = ?`, h.ID, tx.Company, n.ID)
		record(tx, "requested", a.Person, *n)
		return err
	})
}

// Join says that the actor needs it too, or no longer.
func (s *Service) Join(ctx context.Context, a authz.Actor, need id.Need, too bool) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		n, _, err := s.read(ctx, tx, a, need)
		if err != nil {
			return err
		}
		if n.AskedBy == a.Person {
			return errs.New(errs.Conflict, "need.err.own")
		}
		if n.State.Over() {
			return errs.New(errs.Conflict, "need.err.over")
		}
		return setJoined(ctx, tx, need, a.Person, too)
	})
}

// Step is what somebody says when a need goes on.
type Step struct {
	Need    id.Need
	Version int64 // that was looked at; 0 to skip the check
	Text    string
	DueOn   string  // of a plan
	Cost    float64 // of a plan, if known
}

// Move takes a need to its next state: planned, refused, done, resolved, open
// again or withdrawn. Conflict if somebody was faster.
func (s *Service) Move(ctx context.Context, a authz.Actor, to State, in Step) (Need, error) {
	in.Text = strings.TrimSpace(in.Text)
	if err := in.check(to, s.db.Now()).Err(); err != nil {
		return Need{}, err
	}
	if err := a.MustWrite(); err != nil {
		return Need{}, err
	}
	var n Need
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		if n, _, err = s.read(ctx, tx, a, in.Need); err != nil {
			return err
		}
		if err := s.can(ctx, tx, a, n, to); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != n.Version {
			return errs.New(errs.Conflict, "need.err.meanwhile")
		}
		if err := n.may(to); err != nil {
			return err
		}
		n.move(to, in, a.Person, tx.Now)
		moved, err := update(ctx, tx, n)
		if err != nil {
			return err
		}
		if !moved {
			return errs.New(errs.Conflict, "need.err.meanwhile")
		}
		if err := tell(ctx, tx, a.Person, n, "need_"+string(to)); err != nil {
			return err
		}
		record(tx, kinds[to], a.Person, n)
		return nil
	})
	return n, err
}

// kinds are the facts of the states; that it is open again is one of its own.
var kinds = map[State]string{
	Planned: "planned", Refused: "refused", Done: "done", Resolved: "resolved", Open: "reopened", Withdrawn: "withdrawn",
}

func (in Step) check(to State, now time.Time) errs.Bad {
	bad := errs.Bad{}
	errs.OneOf(bad, "state", to, States...)
	if to != Resolved && to != Withdrawn {
		bad.Required("text", in.Text)
	}
	bad.Text("text", in.Text, mostDetail)
	bad.Add(in.Cost >= 0 && in.Cost <= mostCost, "cost", "need.err.cost")
	if to == Planned {
		_, err := time.Parse(time.DateOnly, in.DueOn)
		bad.Add(err == nil, "due_on", "need.err.due_on")
		bad.Add(err != nil || in.DueOn >= now.AddDate(0, 0, -1).Format(time.DateOnly), "due_on", "need.err.past")
	}
	return bad
}

func (s *Service) can(ctx context.Context, tx *db.Tx, a authz.Actor, n Need, to State) error {
	switch to {
	case Resolved, Open, Withdrawn:
		p, err := org.GetPerson(ctx, tx, tx.Company, n.AskedBy)
		if err != nil {
			return err
		}
		return canCheck(a, n, p.Active)
	case Planned, Refused, Done:
	}
	resolver, err := resolverOf(ctx, tx, tx.Company, n)
	if err != nil {
		return err
	}
	return canDecide(a, n, resolver)
}

func (n *Need) move(to State, in Step, by id.Person, now db.Time) {
	n.State = to
	n.Version++
	switch to {
	case Planned, Refused:
		n.Answer, n.AnsweredBy, n.DueOn, n.Cost = in.Text, by, in.DueOn, in.Cost
		if n.AnsweredAt.IsZero() {
			n.AnsweredAt = now
		}
	case Done:
		n.Done, n.DoneBy, n.DoneAt = in.Text, by, now
		if n.AnsweredAt.IsZero() {
			n.AnsweredAt, n.AnsweredBy = now, by
		}
	case Resolved:
		n.Checked, n.CheckedAt = in.Text, now
	case Open:
		n.Checked, n.CheckedAt = in.Text, now
		n.DoneAt, n.Reopened = db.Time{}, n.Reopened+1
	case Withdrawn:
	}
	if to.Over() && n.Stopped() {
		n.ResumedAt, n.ResumedBy = now, by
	}
}

// Resume says that it is safe to work again; the need itself goes on.
func (s *Service) Resume(ctx context.Context, a authz.Actor, need id.Need) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		n, _, err := s.read(ctx, tx, a, need)
		if err != nil {
			return err
		}
		if err := canResume(a, n); err != nil {
			return err
		}
		if !n.Stopped() {
			return errs.New(errs.Conflict, "need.err.not_stopped")
		}
		n.ResumedAt, n.ResumedBy = tx.Now, a.Person
		n.Version++
		if _, err := update(ctx, tx, n); err != nil {
			return err
		}
		if err := tell(ctx, tx, a.Person, n, "need_resumed"); err != nil {
			return err
		}
		record(tx, "resumed", a.Person, n)
		return nil
	})
}
