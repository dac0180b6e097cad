package handoff

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

// Comment adds words to a handoff, open or closed. "@Ana Ruiz" tells Ana.
// Anybody of the company may speak.
func (s *Service) Comment(ctx context.Context, a authz.Actor, h id.Handoff, note string, files []Upload) (Event, error) {
	note = strings.TrimSpace(note)
	bad := errs.Bad{}
	if len(files) == 0 {
		bad.Required("note", note)
	}
	bad.Text("note", note, mostNote)
	checkFiles(bad, files)
	if err := bad.Err(); err != nil {
		return Event{}, err
	}
	if err := a.MustWrite(); err != nil {
		return Event{}, err
	}
	var e Event
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		v, err := load(ctx, tx, h, Commented, false)
		if err != nil {
			return err
		}
		e = Event{Kind: Commented, HappenedAt: tx.Now, Note: note}
		if e.Data.Mentions, err = mentioned(ctx, tx, note); err != nil {
			return err
		}
		if err := s.say(ctx, tx, a, &v, &e); err != nil {
			return err
		}
		return addFiles(ctx, tx, h, e.Seq, a.Person, files)
	})
	return e, err
}

// say adds an event that is no step, so it makes nobody's page stale.
func (s *Service) say(ctx context.Context, tx *db.Tx, a authz.Actor, h *Handoff, e *Event) error {
	was := h.Events
	h.Events++
	e.Handoff, e.Seq, e.Round, e.Actor, e.RecordedAt = h.ID, h.Events, h.Rounds, a.Person, tx.Now
	return s.step(ctx, tx, was, h, e)
}

// mentioned finds the people whose names follow an @ in note; a first name
// alone is enough where only one person has it.
func mentioned(ctx context.Context, tx *db.Tx, note string) ([]id.Person, error) {
	if !strings.Contains(note, "@") {
		return nil, nil
	}
	people, err := org.LoadPeople(ctx, tx, tx.Company)
	if err != nil {
		return nil, err
	}
	text, first := i18n.Fold(note), map[string]int{}
	for _, p := range people {
		if p.Active {
			f, _, _ := strings.Cut(i18n.Fold(p.Name), " ")
			first[f]++
		}
	}
	var out []id.Person
	for _, p := range people {
		name := i18n.Fold(p.Name)
		f, _, _ := strings.Cut(name, " ")
		if p.Active && (strings.Contains(text, "@"+name) || first[f] == 1 && hasWord(text, "@"+f)) {
			out = append(out, p.ID)
		}
	}
	return out, nil
}

// Assign gives a handoff to a person, or to nobody in particular.
func (s *Service) Assign(ctx context.Context, a authz.Actor, h id.Handoff, to id.Person) (Handoff, error) {
	var v Handoff
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		if v, err = load(ctx, tx, h, Assigned, false); err != nil {
			return err
		}
		if err := canServe(a, v); err != nil {
			return err
		}
		if to != "" {
			bad := errs.Bad{}
			if err := checkAssignee(ctx, tx, bad, to, v.Supplier); err != nil {
				return err
			}
			if err := bad.Err(); err != nil {
				return err
			}
		}
		if !v.State.Open() {
			return s.meanwhile(ctx, tx, v)
		}
		if v.Assignee == to {
			return nil
		}
		v.Assignee = to
		return s.say(ctx, tx, a, &v, &Event{Kind: Assigned, HappenedAt: tx.Now, Data: EventData{Assignee: to}})
	})
	return v, err
}

// checkAssignee notes a person who could not do the work of a supplier: nobody
// may wait for somebody who cannot answer.
func checkAssignee(ctx context.Context, tx *db.Tx, bad errs.Bad, to id.Person, supplier id.Node) error {
	p, err := org.Actor(ctx, tx, tx.Company, to)
	if errs.KindOf(err) == errs.NotFound {
		bad.Add(false, "assignee", "err.unknown")
		return nil
	}
	bad.Add(p.For(supplier), "assignee", "handoff.err.cannot_serve")
	return err
}

// Change is what the customer may change while a handoff is open; a nil field
// stays as it is.
type Change struct {
	Priority *Priority
	NeedBy   *time.Time // the zero time takes it away
	Tags     *[]string
	Order    *string
}

// Change changes the priority, the date, the tags or the order of a handoff.
// Supplier and customer may both set tags.
func (s *Service) Change(ctx context.Context, a authz.Actor, h id.Handoff, in Change) (Handoff, error) {
	bad := errs.Bad{}
	if in.Priority != nil {
		errs.OneOf(bad, "priority", *in.Priority, Normal, High, Urgent)
	}
	if in.NeedBy != nil {
		bad.Add(in.NeedBy.IsZero() || in.NeedBy.After(s.db.Now()), "need_by", "handoff.err.need_by_past")
	}
	if in.Tags != nil {
		tags := cleanTags(*in.Tags)
		in.Tags = &tags
		checkTags(bad, tags)
	}
	if in.Order != nil {
		bad.Text("order_ref", *in.Order, mostOrder)
	}
	if err := bad.Err(); err != nil {
		return Handoff{}, err
	}
	var v Handoff
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		if v, err = load(ctx, tx, h, Changed, false); err != nil {
			return err
		}
		onlyTags := in.Priority == nil && in.NeedBy == nil && in.Order == nil
		if err := canChange(a, v); err != nil && (!onlyTags || canServe(a, v) != nil) {
			return err
		}
		if !v.State.Open() {
			return s.meanwhile(ctx, tx, v)
		}
		old := v
		fields := in.apply(&v)
		if len(fields) == 0 {
			return nil
		}
		if err := replaceWords(ctx, tx, old, v); err != nil {
			return err
		}
		return s.say(ctx, tx, a, &v, &Event{Kind: Changed, HappenedAt: tx.Now, Data: EventData{Fields: fields}})
	})
	return v, err
}

func (in Change) apply(h *Handoff) (fields []string) {
	if in.Priority != nil && *in.Priority != h.Priority {
		h.Priority, fields = *in.Priority, append(fields, "priority")
	}
	if in.NeedBy != nil && !in.NeedBy.Equal(h.NeedBy.Time) {
		if h.NeedBy = (db.Time{}); !in.NeedBy.IsZero() {
			h.NeedBy = db.At(*in.NeedBy)
		}
		fields = append(fields, "need_by")
	}
	if in.Tags != nil && !slices.Equal(*in.Tags, h.Tags) {
		h.Tags, fields = *in.Tags, append(fields, "tags")
	}
	if in.Order != nil && org.CleanName(*in.Order) != h.Order {
		h.Order, fields = org.CleanName(*in.Order), append(fields, "order_ref")
	}
	return fields
}

// Redirect passes a handoff to another service, usually of another node: it
// begins anew there, with the promise of that link, and keeps its story.
func (s *Service) Redirect(ctx context.Context, a authz.Actor, h id.Handoff, to id.Service, in Step) (Handoff, error) {
	in.clean()
	bad := errs.Bad{}
	bad.Required("service", string(to))
	bad.Required("note", in.Note)
	bad.Text("note", in.Note, mostNote)
	if err := bad.Err(); err != nil {
		return Handoff{}, err
	}
	var v Handoff
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		if v, err = load(ctx, tx, h, Redirected, false); err != nil {
			return err
		}
		if err := canServe(a, v); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != v.Version || !v.Owed() {
			return s.meanwhile(ctx, tx, v)
		}
		times, err := setting.TimesOf(ctx, tx)
		if err != nil {
			return err
		}
		o, err := link.Between(ctx, tx, a.Company, to, v.Customer)
		if err != nil {
			return notAField(err, "service", "handoff.err.no_service")
		}
		bad.Add(!o.Archived(), "service", "handoff.err.service_archived")
		bad.Add(o.ID != v.Service, "service", "handoff.err.same_service")
		bad.Add(o.Node != v.Customer, "service", "handoff.err.back_to_customer")
		if err := bad.Err(); err != nil {
			return err
		}
		from := v
		v.Supplier, v.Service, v.State, v.Assignee = o.Node, o.ID, Asked, ""
		v.TakenAt, v.DeliveredAt, v.SaidAt, v.Checks = db.Time{}, db.Time{}, db.Time{}, nil
		v.MovedAt, v.MovedBy = tx.Now, a.Person
		v.Version++
		asked := v.AskedAt
		v.AskedAt = tx.Now // the new leg is promised from now on
		if err := s.promise(ctx, tx, &v, &o, times); err != nil {
			return err
		}
		v.AskedAt = asked
		e := Event{
			Kind: Redirected, HappenedAt: tx.Now, Note: in.Note,
			Data: EventData{From: from.Supplier, To: o.Node, Leg: v.leg},
		}
		return s.say(ctx, tx, a, &v, &e)
	})
	return v, err
}

// Watch makes the actor hear of everything that happens to a handoff, or no
// longer.
func (s *Service) Watch(ctx context.Context, a authz.Actor, h id.Handoff, on bool) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		v, err := get(ctx, tx, a.Company, h)
		if err != nil {
			return err
		}
		kind := "handoff.watched"
		if on {
			err = addWatchers(ctx, tx, h, a.Person)
		} else {
			kind = "handoff.unwatched"
			err = deleteWatcher(ctx, tx, h, a.Person)
		}
		if err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: kind, Actor: a.Person, Subject: string(h), Link: v.Link})
		return nil
	})
}
