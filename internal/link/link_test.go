package link_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

var terms = link.Terms{Take: time.Hour, Deliver: 4 * time.Hour, Target: 95}

// One side proposes, the other decides; what holds is the last accepted
// version, and work under way keeps its own.
func TestAnAgreementIsOfBothSides(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		l, err := w.Links.Declare(ctx, w.Diego, w.Cutting, w.Sewing)
		if err != nil {
			t.Fatal(err)
		}
		first, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "x"})
		if err != nil || first.Agreement != "" {
			t.Fatalf("%+v, %v", first, err)
		}
		in := link.Propose{Link: l.ID, Service: w.Cut.ID, Terms: terms, Requirements: []link.Item{{Text: "Planchado"}}, ReviewOn: "2027-01-31"}
		g, err := w.Links.Propose(ctx, w.Diego, in)
		if err != nil || g.Side != link.CustomerSide || g.Version != 1 {
			t.Fatalf("%+v, %v", g, err)
		}
		if _, err := w.Links.Propose(ctx, w.Carla, in); errs.KindOf(err) != errs.Conflict {
			t.Errorf("two proposals wait: %v", err)
		}
		for who, a := range map[string]authz.Actor{"its own side": w.Elena, "a stranger": w.Fabio} {
			if _, err := w.Links.Decide(ctx, a, g.ID, link.Accepted); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s accepted: %v", who, err)
			}
		}
		if g, err = w.Links.Decide(ctx, w.Carla, g.ID, link.Accepted); err != nil || g.State != link.Accepted {
			t.Fatalf("%+v, %v", g, err)
		}
		if _, err := w.Links.Decide(ctx, w.Carla, g.ID, link.Rejected); errs.KindOf(err) != errs.Conflict {
			t.Errorf("decided twice: %v", err)
		}
		second, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "y"})
		if err != nil || second.Agreement != g.ID || !second.DueAt.Equal(second.AskedAt.Add(terms.Deliver)) {
			t.Errorf("the agreement does not hold: %+v, %v", second, err)
		}
		in.Terms.Deliver = 2 * time.Hour
		again, err := w.Links.Propose(ctx, w.Carla, in)
		if err != nil || again.Version != 2 || again.Side != link.SupplierSide {
			t.Fatalf("%+v, %v", again, err)
		}
		if _, err := w.Links.Decide(ctx, w.Elena, again.ID, link.Accepted); err != nil {
			t.Fatal(err)
		}
		versions, err := w.Links.Agreements(ctx, w.Fabio, l.ID)
		if err != nil || len(versions) != 2 || versions[0].State != link.Accepted || versions[1].State != link.Replaced ||
			versions[1].DecidedBy != w.Carla.Person {
			t.Errorf("%+v, %v", versions, err)
		}
		detail, err := w.Handoffs.Get(ctx, w.Diego, second.ID)
		if err != nil || len(detail.Requirements) != 1 || detail.Requirements[0].Text != "Planchado" {
			t.Errorf("work under way lost its checklist: %+v, %v", detail.Requirements, err)
		}
	})
}

func TestARejectedProposalChangesNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		l, err := w.Links.Declare(ctx, w.Carla, w.Cutting, w.Sewing)
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []link.AgreementState{link.Rejected, link.Withdrawn} {
			g, err := w.Links.Propose(ctx, w.Carla, link.Propose{Link: l.ID, Service: w.Cut.ID, Terms: terms})
			if err != nil {
				t.Fatal(err)
			}
			by := w.Diego
			if to == link.Withdrawn {
				by = w.Carla
			}
			if _, err := w.Links.Decide(ctx, by, g.ID, to); err != nil {
				t.Fatal(err)
			}
			b, err := w.Links.Between(ctx, w.Diego, w.Cut.ID, w.Sewing)
			if err != nil || b.Promise.Agreement != "" || b.Promise.Terms != w.Cut.Terms {
				t.Errorf("%s, and yet %+v holds, %v", to, b.Promise, err)
			}
		}
	})
}

func TestBadTermsAndServicesAreRefused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		good := link.Offer{Node: w.Cutting, Kind: link.Product, Name: "x", Terms: terms}
		for _, c := range []struct {
			field string
			spoil func(*link.Offer)
		}{
			{"take", func(o *link.Offer) { o.Take = 0 }},
			{"deliver", func(o *link.Offer) { o.Deliver = -time.Hour }},
			{"take", func(o *link.Offer) { o.Take = 9 * time.Hour }},
			{"take", func(o *link.Offer) { o.TakeDays = 1 }}, // and an hour: two ways at once
			{"deliver", func(o *link.Offer) { o.Deliver, o.DeliverDays = 0, 367 }},
			{"deliver", func(o *link.Offer) { o.Deliver, o.DeliverDays = 0, -1 }},
			{"take", func(o *link.Offer) { o.Take, o.Deliver, o.TakeDays, o.DeliverDays = 0, 0, 3, 2 }},
			{"take", func(o *link.Offer) { o.Take, o.Deliver, o.DeliverDays = 80*time.Hour, 0, 2 }},
			{"target", func(o *link.Offer) { o.Target = 101 }},
			{"name", func(o *link.Offer) { o.Name = "" }},
			{"kind", func(o *link.Offer) { o.Kind = "gift" }},
			{"requirements", func(o *link.Offer) { o.Requirements = []link.Item{{Text: "a"}, {Text: "a"}} }},
			{"form.0.label", func(o *link.Offer) { o.Form = []link.Field{{Type: link.Text}} }},
			{"form.0.options", func(o *link.Offer) { o.Form = []link.Field{{Label: "l", Type: link.Choice, Options: []string{"a"}}} }},
		} {
			o := good
			c.spoil(&o)
			if _, err := w.Links.Add(ctx, w.Carla, o); errs.FieldsOf(err)[c.field] == "" {
				t.Errorf("%s: %v", c.field, err)
			}
		}
		if _, err := w.Links.Add(ctx, w.Diego, good); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("somebody offered for another post: %v", err)
		}
		if _, err := w.Links.Declare(ctx, w.Ana, w.Shop, w.Shop); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a link to itself: %v", err)
		}
	})
}

// What is taken off a checklist stays for the past, under the same ID.
func TestChecklistsRememberTheirPast(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		o := w.Cut
		o.Reasons = []link.Item{{Text: "Rasgado"}, {ID: o.Reasons[1].ID, Text: "Con manchas"}}
		o, err := w.Links.Change(ctx, w.Carla, o)
		if err != nil {
			t.Fatal(err)
		}
		if link.TextOf(o.Reasons, "1") != "Medida equivocada" || link.TextOf(o.Reasons, "2") != "Con manchas" || len(link.Current(o.Reasons)) != 2 {
			t.Errorf("%+v", o.Reasons)
		}
		stale := w.Cut
		if _, err := w.Links.Change(ctx, w.Carla, stale); errs.KindOf(err) != errs.Conflict {
			t.Errorf("a stale page overwrote: %v", err)
		}
		if err := w.Links.Archive(ctx, w.Carla, o.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{Service: o.ID, Customer: w.Sewing, Title: "x"}); errs.FieldsOf(err)["service"] == "" {
			t.Errorf("an archived service was asked for: %v", err)
		}
	})
}

func TestTheRelationIsComputedUnlessSomebodySaysWhy(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		l, err := w.Links.Declare(ctx, w.Carla, w.Cutting, w.Sewing)
		if err != nil {
			t.Fatal(err)
		}
		if l, err = w.Links.Get(ctx, w.Fabio, l.ID); err != nil || l.Relation != org.Horizontal {
			t.Errorf("%+v, %v", l, err)
		}
		if err := w.Links.Relate(ctx, w.Bruno, l.ID, org.Diagonal, ""); errs.FieldsOf(err)["why"] == "" {
			t.Errorf("no reason given: %v", err)
		}
		if err := w.Links.Relate(ctx, w.Carla, l.ID, org.Diagonal, "Otra nave"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a worker overrode it: %v", err)
		}
		if err := w.Links.Relate(ctx, w.Bruno, l.ID, org.Diagonal, "Otra nave"); err != nil {
			t.Fatal(err)
		}
		if l, err = w.Links.Get(ctx, w.Fabio, l.ID); err != nil || l.Relation != org.Diagonal || l.RelatedBy != w.Bruno.Person || l.RelatedWhy == "" {
			t.Errorf("%+v, %v", l, err)
		}
		other := fixture.New(t, d, 2)
		if _, err := other.Links.Get(ctx, other.Ana, l.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company saw the link: %v", err)
		}
		if _, err := other.Links.Offer(ctx, other.Ana, w.Cut.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company saw the service: %v", err)
		}
	})
}

func TestNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]float64{
		"12": 12, "12,5": 12.5, "12.5": 12.5, "1.234,5": 1234.5, "1,234.5": 1234.5, "1.234.567": 1234567, " 1 000 ": 1000, "-3": -3,
	} {
		if got, err := link.ParseNumber(text); err != nil || got != want {
			t.Errorf("%q: got %g, want %g, %v", text, got, want, err)
		}
	}
	if got, err := link.ParseNumber("doce"); err == nil {
		t.Errorf("a word is the number %g", got)
	}
}

func TestAnswersFitTheForm(t *testing.T) {
	form := []link.Field{
		{ID: "a", Type: link.Text, Required: true},
		{ID: "b", Type: link.Number},
		{ID: "c", Type: link.Date},
		{ID: "d", Type: link.Choice, Options: []string{"S", "M"}},
		{ID: "e", Type: link.Person},
	}
	nobody := func(id.Person) bool { return false }
	bad := errs.Bad{}
	link.CheckAnswers(bad, form, map[string]string{"b": "x", "c": "31/12/2026", "d": "L", "e": "who", "z": "1"}, nobody)
	for _, f := range []string{"a", "b", "c", "d", "e", "z"} {
		if bad["answers."+f] == "" {
			t.Errorf("nothing is wrong with %s", f)
		}
	}
	bad = errs.Bad{}
	link.CheckAnswers(bad, form, map[string]string{"a": "x", "b": "1,5", "c": "2026-12-31", "d": "M"}, nobody)
	if len(bad) > 0 {
		t.Errorf("good answers were refused: %v", bad)
	}
}
