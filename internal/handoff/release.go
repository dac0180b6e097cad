package handoff

import (
	"context"
	"slices"
	"strconv"

	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

// servedKinds are the notices for who waits for a handoff, by how it ended.
var servedKinds = map[EventKind]string{
	EventKind(Accepted): "upstream_met", EventKind(AcceptedWithRemark): "upstream_met", AutoAccepted: "upstream_met",
	EventKind(Declined): "upstream_lost", EventKind(Cancelled): "upstream_lost",
}

// mostTold is how many of those that wait for one handoff hear of it.
const mostTold = 100

// tellServed tells those that wait for h that it has come, or that it will not,
// and lets the clocks run again that stood still for it.
func (s *Service) tellServed(ctx context.Context, tx *db.Tx, h Handoff, waiting []id.Handoff, e Event) error {
	kind := servedKinds[e.Kind]
	if kind == "" {
		return nil
	}
	slices.Sort(waiting)
	for i, w := range waiting {
		v, err := get(ctx, tx, tx.Company, w)
		if err != nil {
			return err
		}
		if !v.State.Open() {
			continue
		}
		if i < mostTold {
			people, nodes := ends(v, hears{supplier: true})
			about := notify.Notice{Actor: e.Actor, Subject: string(v.ID), Number: v.Number}
			if err := notify.Add(ctx, tx, heardOnce(nil, about, kind, people, nodes)); err != nil {
				return err
			}
		}
		if err := s.release(ctx, tx, h, v, e.Actor); err != nil {
			return err
		}
	}
	return nil
}

// Met is the other handoff for which a paused one stood still, when that was
// over: State says how the other one stood then.
type Met struct {
	Number int64 `json:"number"`
	State  State `json:"state"`
}

// release ends the pause of v if it stands still for the other handoff, which has
// ended or is no longer needed: from then on nobody else is waited for, and the
// time is the supplier's own.
func (s *Service) release(ctx context.Context, tx *db.Tx, other, v Handoff, by id.Person) error {
	if v.PausedOn != clock.Other || v.PausedFor != strconv.FormatInt(other.Number, 10) {
		return nil
	}
	v.Version++
	v.MovedAt, v.MovedBy = tx.Now, by
	return s.say(ctx, tx, system(tx.Company, by), &v, &Event{
		Kind: Resumed, HappenedAt: tx.Now, Data: EventData{Met: &Met{Number: other.Number, State: other.State}},
	})
}
