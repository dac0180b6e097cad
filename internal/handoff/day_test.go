package handoff_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// varied records n handoffs of some services, as many in each state.
func varied(t *testing.T, w *fixture.Company, n int) {
	t.Helper()
	ends := [][]handoff.State{
		nil,
		{handoff.Taken},
		{handoff.Taken, handoff.Delivered},
		{handoff.Taken, handoff.Delivered, handoff.Returned},
		{handoff.Taken, handoff.Delivered, handoff.Accepted},
		{handoff.Taken, handoff.Delivered, handoff.AcceptedWithRemark},
		{handoff.Declined},
		{handoff.Cancelled},
	}
	pasts := make([]handoff.Past, n)
	for i := range pasts {
		at := w.DB.Now().AddDate(0, 0, -10).Truncate(time.Second).Add(time.Duration(i*37%n) * time.Minute)
		offer, customer := w.Cut, w.Sewing
		switch i % 5 {
		case 1:
			offer = w.Help
		case 2:
			offer, customer = w.Help, w.Cutting
		case 3:
			offer, customer = w.Sew, w.Cutting
		}
		p := handoff.Past{Kind: handoff.Pull, By: w.Diego.Person, Ask: handoff.Ask{
			Service: offer.ID, Customer: customer, Title: fmt.Sprintf("lote %d", i), HappenedAt: at,
		}}
		for _, to := range ends[i%len(ends)] {
			at = at.Add(time.Second)
			step := handoff.Step{Note: "así fue", HappenedAt: at}
			if to == handoff.Returned && len(offer.Reasons) > 0 {
				step.Reason = offer.Reasons[0].ID
			}
			p.Steps = append(p.Steps, handoff.PastStep{Kind: handoff.EventKind(to), By: w.Carla.Person, Step: step})
		}
		pasts[i] = p
	}
	if err := record(t, w, pasts...); err != nil {
		t.Fatal(err)
	}
}

func TestADayIsItsThreeLists(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, w := t.Context(), fixture.New(t, d, 1)
		same := func(who string, a authz.Actor) {
			t.Helper()
			day, err := w.Handoffs.Day(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			counts, err := w.Handoffs.Counts(ctx, a)
			if err != nil || day.Counts != counts {
				t.Errorf("%s: the day counts %+v, Counts %+v, %v", who, day.Counts, counts, err)
			}
			for _, b := range []handoff.Box{handoff.Owe, handoff.Owed, handoff.ToAccept} {
				list, err := w.Handoffs.List(ctx, a, handoff.Filter{Box: b})
				if err != nil {
					t.Fatal(err)
				}
				got := day.Pages[b]
				if got.Next != list.Next || len(got.Rows) != len(list.Rows) {
					t.Errorf("%s, %s: %d rows and %q, want %d and %q", who, b, len(got.Rows), got.Next, len(list.Rows), list.Next)
					continue
				}
				for i := range got.Rows {
					if !reflect.DeepEqual(got.Rows[i], list.Rows[i]) {
						t.Errorf("%s, %s, row %d: %+v, want %+v", who, b, i, got.Rows[i], list.Rows[i])
					}
				}
			}
		}
		both := w.Carla
		both.Own = []id.Node{w.Cutting, w.Sewing}
		many := both
		for i := range 150 {
			many.Own = append(slices.Clip(many.Own), id.Node(fmt.Sprint("none ", i)))
		}
		all := map[string]authz.Actor{"Ana": w.Ana, "Carla": w.Carla, "Diego": w.Diego, "who has two posts": both, "who has very many": many}
		for who, a := range all {
			same(who+" at first", a)
		}
		varied(t, w, 12)
		for who, a := range all {
			same(who, a)
		}
		varied(t, w, 500)
		for who, a := range all {
			same(who+" with much", a)
		}
	})
}

// A list is split by state where that is quicker; what it finds is the same.
func TestListsByStateFindWhatAllStatesHave(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		varied(t, w, 80)
		everything, err := w.Handoffs.List(t.Context(), w.Ana, handoff.Filter{Limit: handoff.MostRows})
		if err != nil || len(everything.Rows) != 80 {
			t.Fatal(len(everything.Rows), err)
		}
		for _, states := range [][]handoff.State{
			nil,
			{handoff.Returned},
			{handoff.Declined, handoff.Cancelled},
			{handoff.Accepted, handoff.AcceptedWithRemark},
			{handoff.AcceptedWithRemark, handoff.Returned, handoff.Declined, handoff.Cancelled},
			{handoff.Asked},
			handoff.States,
		} {
			for _, f := range []handoff.Filter{
				{Service: w.Help.ID},
				{Nodes: []id.Node{w.Cutting}},
				{Nodes: []id.Node{w.Cutting, w.Computers}},
				{Nodes: []id.Node{w.Sewing, w.Cutting}, Side: handoff.ForCustomer},
				{Nodes: []id.Node{w.Computers}, Service: w.Help.ID},
				{Nodes: append(many(150), w.Cutting)},
				{Service: w.Cut.ID, Assignee: w.Carla.Person},
				{Service: w.Help.ID, Text: "lote"},
				{Text: "lote"},
			} {
				f.States, f.Limit = states, 7
				var want []int64
				for _, h := range everything.Rows {
					end := h.Supplier
					if f.Side == handoff.ForCustomer {
						end = h.Customer
					}
					if (f.Service == "" || h.Service == f.Service) && (len(f.Nodes) == 0 || slices.Contains(f.Nodes, end)) &&
						(len(states) == 0 || slices.Contains(states, h.State)) && (f.Assignee == "" || h.Assignee == f.Assignee) {
						want = append(want, h.Number)
					}
				}
				if got := numbers(t, w, w.Ana, f); !slices.Equal(got, want) {
					t.Errorf("%+v: got %v, want %v", f, got, want)
				}
			}
		}
	})
}

func TestAListSaysTheNamesOfNow(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, w := t.Context(), fixture.New(t, d, 1)
		ask(t, w, handoff.Ask{})
		move(t, w, w.Carla, ask(t, w, handoff.Ask{}), handoff.Taken, handoff.Step{})
		if _, err := w.Org.ChangeNode(ctx, w.Ana, org.Node{ID: w.Sewing, Kind: org.Team, Name: "Costura fina", Parent: w.Making}); err != nil {
			t.Fatal(err)
		}
		offer := w.Cut
		offer.Name = "Corte a medida"
		if _, err := w.Links.Change(ctx, w.Ana, offer); err != nil {
			t.Fatal(err)
		}
		for p, as := range map[id.Person]string{w.Carla.Person: "Carla Ruiz Gil", w.Diego.Person: "Diego Paz Luna"} {
			v, err := org.GetPerson(ctx, d, w.ID, p)
			if err != nil {
				t.Fatal(err)
			}
			v.Name = as
			if _, err := w.Org.ChangePerson(ctx, w.Ana, v); err != nil {
				t.Fatal(err)
			}
		}
		list, err := w.Handoffs.List(ctx, w.Ana, handoff.Filter{})
		if err != nil || len(list.Rows) != 2 {
			t.Fatal(len(list.Rows), err)
		}
		one, err := w.Handoffs.Get(ctx, w.Ana, list.Rows[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		names := func(h handoff.Handoff) []string {
			return []string{h.SupplierName, h.CustomerName, h.ServiceName, h.AssigneeName, h.AskedByName}
		}
		want := []string{one.SupplierName, "Costura fina", "Corte a medida", "Carla Ruiz Gil", "Diego Paz Luna"}
		if got := names(list.Rows[0]); !slices.Equal(got, want) || !slices.Equal(names(one.Handoff), want) {
			t.Errorf("the list says %v, its page %v, want %v", got, names(one.Handoff), want)
		}
		if h := list.Rows[1]; h.AssigneeName != "" || h.AskedByName != "Diego Paz Luna" {
			t.Errorf("nobody has it: %v", names(h))
		}
	})
}
