package link

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
)

// Agreements lists every version of every agreement on a link, newest first.
func (s *Service) Agreements(ctx context.Context, a authz.Actor, l id.Link) ([]Agreement, error) {
	if _, err := Get(ctx, s.db, a.Company, l); err != nil {
		return nil, err
	}
	return agreementsOf(ctx, s.db, a.Company, l)
}

// CanPropose reports whether the actor speaks for one of the ends.
func CanPropose(a authz.Actor, l Link) bool {
	_, err := sideOf(a, l)
	return err == nil
}

// CanDecide reports whether the actor may accept or reject a proposal.
func CanDecide(a authz.Actor, t org.Tree, l Link, g Agreement) bool {
	return g.State == Proposed && canDecide(a, t, l, g) == nil
}

// CanWithdraw reports whether the actor may take back a proposal.
func CanWithdraw(a authz.Actor, t org.Tree, l Link, g Agreement) bool {
	return g.State == Proposed && mayDecide(a, t, l, g, Withdrawn) == nil
}

// Propose writes a new version of an agreement for the other side to decide.
// Conflict if one is waiting already.
func (s *Service) Propose(ctx context.Context, a authz.Actor, in Propose) (Agreement, error) {
	in.Requirements = numberItems(in.Requirements)
	if err := in.check().Err(); err != nil {
		return Agreement{}, err
	}
	var g Agreement
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		l, err := Get(ctx, tx, a.Company, in.Link)
		if err != nil {
			return err
		}
		side, err := sideOf(a, l)
		if err != nil {
			return err
		}
		o, err := GetOffer(ctx, tx, a.Company, in.Service)
		if err != nil {
			return err
		}
		if o.Node != l.Supplier {
			return errs.Field("service", "link.err.not_their_service")
		}
		version, err := lastVersion(ctx, tx, a.Company, l.ID, o.ID)
		if err != nil {
			return err
		}
		g = Agreement{
			ID: id.New[id.Agreement](), Link: l.ID, Service: o.ID, Version: version + 1, State: Proposed,
			Terms: in.Terms, AcceptDays: in.AcceptDays, Requirements: in.Requirements, Note: in.Note, ReviewOn: in.ReviewOn,
			Side: side, ProposedBy: a.Person, ProposedAt: tx.Now,
		}
		if err := insertAgreement(ctx, tx, g); err != nil {
			return err
		}
		return said(ctx, tx, a, l, g)
	})
	return g, err
}

// Decide accepts or rejects a proposal of the other side, or withdraws one's
// own. An accepted version replaces the one in force; handoffs under way keep
// theirs.
func (s *Service) Decide(ctx context.Context, a authz.Actor, g id.Agreement, to AgreementState) (Agreement, error) {
	if to != Accepted && to != Rejected && to != Withdrawn {
		return Agreement{}, errs.Field("state", "err.unknown")
	}
	var out Agreement
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := getAgreement(ctx, tx, a.Company, g)
		if err != nil {
			return err
		}
		l, err := Get(ctx, tx, a.Company, was.Link)
		if err != nil {
			return err
		}
		t, err := org.LoadTree(ctx, tx, a.Company)
		if err != nil {
			return err
		}
		if err := mayDecide(a, t, l, was, to); err != nil {
			return err
		}
		if was.State != Proposed {
			return errs.New(errs.Conflict, "link.err.already_decided")
		}
		if to == Accepted {
			held, err := inForce(ctx, tx, a.Company, was.Link, was.Service)
			if err == nil {
				err = replace(ctx, tx, held.ID)
			}
			if err != nil && !errors.Is(err, db.ErrNotFound) {
				return err
			}
		}
		if err := decide(ctx, tx, g, Proposed, to, a.Person); err != nil {
			return err
		}
		out = was
		out.State, out.DecidedBy, out.DecidedAt = to, a.Person, tx.Now
		return said(ctx, tx, a, l, out)
	})
	return out, err
}

func mayDecide(a authz.Actor, t org.Tree, l Link, g Agreement, to AgreementState) error {
	if to != Withdrawn {
		return canDecide(a, t, l, g)
	}
	side, err := sideOf(a, l)
	if err == nil && side != g.Side && !a.Owner && a.Person != g.ProposedBy {
		return errs.New(errs.Forbidden, "link.err.other_side_decides")
	}
	return err
}

// Agreed is the payload of the facts about agreements.
type Agreed struct {
	Service id.Service `json:"service"`
	Version int        `json:"version"`
}

// said records what happened to an agreement and tells the people of the link.
func said(ctx context.Context, tx *db.Tx, a authz.Actor, l Link, g Agreement) error {
	n := notify.Notice{Node: l.Supplier, Kind: "agreement_" + string(g.State), Actor: a.Person, Subject: string(l.ID)}
	other := n
	other.Node = l.Customer
	if err := notify.Add(ctx, tx, []notify.Notice{n, other}); err != nil {
		return err
	}
	fact.Record(tx, fact.Fact{
		Kind: "agreement." + string(g.State), Actor: a.Person, Subject: string(g.ID), Link: l.ID,
		Data: fact.Encode(Agreed{Service: g.Service, Version: g.Version}),
	})
	return nil
}
