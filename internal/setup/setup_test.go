package setup_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/setup"
)

func workshop() setup.Founding {
	return setup.Founding{
		Company: "  Costuras   del Norte ", Lang: "es", Country: "MX", Zone: "America/Mexico_City", Trade: "taller",
		Name: "Elena Prieto", Email: " Elena@Norte.example ", Password: "tela verde con botones", First: true,
	}
}

func actor(t *testing.T, d *db.DB, r setup.Result) authz.Actor {
	t.Helper()
	a, err := org.Actor(t.Context(), d, r.Company, r.Owner)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTheFirstOwnerSignsInToACompanyThatCanWork(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, accounts := t.Context(), account.New(d)
		if empty, err := setup.Empty(ctx, d); err != nil || !empty {
			t.Fatalf("before: empty %t, %v", empty, err)
		}
		r, err := setup.Found(ctx, d, accounts, workshop())
		if err != nil {
			t.Fatal(err)
		}
		if empty, err := setup.Empty(ctx, d); err != nil || empty {
			t.Fatalf("after: empty %t, %v", empty, err)
		}
		in, err := accounts.SignIn(ctx, account.SignIn{Email: "elena@norte.example", Password: "tela verde con botones"})
		if err != nil || in.Company != r.Company || in.Person != r.Owner {
			t.Fatalf("sign in: %+v, %v", in, err)
		}
		a := actor(t, d, r)
		if !a.Owner || !a.Leading(r.Nodes["direccion"]) || !slices.Contains(a.Own, r.Nodes["direccion"]) {
			t.Errorf("the owner does not lead the top: %+v", a)
		}
		c, err := setting.Get(ctx, d, r.Company)
		if err != nil || c.Name != "Costuras del Norte" || c.Trade != "taller" {
			t.Errorf("company %+v, %v", c, err)
		}
		tree, err := org.LoadTree(ctx, d, r.Company)
		if err != nil || tree.Relation(r.Nodes["corte"], r.Nodes["costura"]) != org.Horizontal {
			t.Errorf("cutting and sewing are not side by side, %v", err)
		}
		links, err := link.New(d).Map(ctx, a)
		if err != nil || len(links) != len(setup.Plan("taller", "es").Links) {
			t.Errorf("%d links, %v", len(links), err)
		}
	})
}

func TestEveryTemplateIsOneThatPeopleCouldHaveTyped(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, accounts := t.Context(), account.New(d)
		for _, trade := range setup.Trades() {
			for _, lang := range []string{"es", "en"} {
				in := workshop()
				in.Trade, in.Lang, in.First = trade.Code, lang, false
				r, err := setup.Found(ctx, d, accounts, in)
				if err != nil {
					t.Fatalf("%q %s: %v", trade.Code, lang, err)
				}
				a := actor(t, d, r)
				offers, err := link.New(d).Offers(ctx, a)
				if err != nil || len(offers) != trade.Services {
					t.Errorf("%q %s: %d services, want %d, %v", trade.Code, lang, len(offers), trade.Services, err)
				}
				for _, o := range offers { // the catalogue checks them as if typed
					if _, err := link.New(d).Change(ctx, a, o); err != nil {
						t.Errorf("%q %s: service %q: %v", trade.Code, lang, o.Name, err)
					}
				}
				routes, err := route.New(d, handoff.New(d)).All(ctx, a)
				if want := setup.Plan(trade.Code, lang).Routes; err != nil || len(routes) != len(want) {
					t.Fatalf("%q %s: %d routes, want %d, %v", trade.Code, lang, len(routes), len(want), err)
				}
				for i, x := range setup.Plan(trade.Code, lang).Routes {
					var steps []id.Service
					for _, s := range routes[i].Steps {
						steps = append(steps, s.Service)
					}
					var want []id.Service
					for _, key := range x.Steps {
						want = append(want, r.Services[key])
					}
					if routes[i].Name != x.Name || x.Name == "" || x.Detail == "" || !slices.Equal(steps, want) || !routes[i].Sound() {
						t.Errorf("%q %s: route %+v, want %+v", trade.Code, lang, routes[i], x)
					}
				}
				tree, err := org.New(d).Tree(ctx, a)
				if err != nil || tree.Len() != trade.Nodes {
					t.Errorf("%q %s: %d nodes, want %d, %v", trade.Code, lang, tree.Len(), trade.Nodes, err)
				}
				tree.Walk(func(n org.Node, _ int) {
					if _, err := org.New(d).ChangeNode(ctx, a, n); err != nil {
						t.Errorf("%q %s: node %q: %v", trade.Code, lang, n.Name, err)
					}
				})
			}
		}
	})
}

func TestAllThatIsWrongIsSaidAtOnceAndNothingIsKept(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		_, err := setup.Found(ctx, d, account.New(d), setup.Founding{
			Lang: "fr", Country: "MEX", Zone: "Mexico/Centro", Trade: "panadería", Email: "elena@norte", Password: "1234",
		})
		want := map[string]string{
			"company": "err.required", "lang": "err.unknown", "country": "err.unknown", "zone": "setting.err.zone",
			"trade": "err.unknown", "name": "err.required", "email": "org.err.email", "password": "account.err.short",
		}
		if got := errs.FieldsOf(err); !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if empty, err := setup.Empty(ctx, d); err != nil || !empty {
			t.Errorf("something was kept, %v", err)
		}
	})
}

func TestOnlyOneIsTheFirst(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, accounts := t.Context(), account.New(d)
		const together = 4
		errors := make(chan error, together)
		for range together {
			go func() {
				_, err := setup.Found(ctx, d, accounts, workshop())
				errors <- err
			}()
		}
		won := 0
		for range together {
			if err := <-errors; err == nil {
				won++
			} else if k := errs.KindOf(err); k != errs.Conflict {
				t.Errorf("got %v, want a conflict", err)
			}
		}
		if all, err := setting.All(ctx, d); err != nil || won != 1 || len(all) != 1 {
			t.Errorf("%d won, %d companies, %v", won, len(all), err)
		}
	})
}

func TestAConsultantFoundsASecondCompanyWithTheSamePassword(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, accounts := t.Context(), account.New(d)
		first, err := setup.Found(ctx, d, accounts, workshop())
		if err != nil {
			t.Fatal(err)
		}
		in := workshop()
		in.Company, in.Trade, in.First, in.Password = "Hotel Sol", "hotel", false, "otra clave larga y buena"
		if _, err := setup.Found(ctx, d, accounts, in); errs.FieldsOf(err)["password"] == "" {
			t.Fatalf("another password founded a company for the same address: %v", err)
		}
		in.Password = workshop().Password
		second, err := setup.Found(ctx, d, accounts, in)
		if err != nil || second.Company == first.Company {
			t.Fatalf("second %+v, %v", second, err)
		}
		if all, err := accounts.Companies(ctx, actor(t, d, first)); err != nil || len(all) != 2 {
			t.Errorf("%d companies to choose from, %v", len(all), err)
		}
	})
}

func TestWorkingTimeFollowsTradeCountryAndZone(t *testing.T) {
	mexico, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		t.Fatal(err)
	}
	independence := time.Date(2026, 9, 16, 11, 0, 0, 0, mexico) // a Wednesday, and a holiday
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			trade, country string
			open           bool
		}{
			{"taller", "MX", false},
			{"taller", "US", true}, // no holidays of that country here
			{"hotel", "MX", true},  // a hotel never closes
			{"", "MX", false},
		} {
			in := workshop()
			in.Trade, in.Country, in.First = c.trade, c.country, false
			r, err := setup.Found(t.Context(), d, account.New(d), in)
			if err != nil {
				t.Fatal(err)
			}
			cal, err := setting.WorkingTime(t.Context(), d, r.Company)
			if err != nil || cal.Open(independence) != c.open {
				t.Errorf("%q in %s: open %t, want %t, %v", c.trade, c.country, cal.Open(independence), c.open, err)
			}
		}
	})
}

// Some do not work when the company does, and what is below them neither.
func TestTemplatesBringASecondShift(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			trade, node string
			at          string // in Mexico
			open        bool
		}{
			{"taller", "mantenimiento", "2026-11-24 21:00", true}, // a Tuesday: one shift ends at two, the other at ten
			{"taller", "mantenimiento", "2026-11-24 14:00", true},
			{"taller", "mantenimiento", "2026-11-24 22:00", false},
			{"taller", "mantenimiento", "2026-09-16 11:00", false}, // a holiday
			{"taller", "costura", "2026-11-24 21:00", false},
			{"hotel", "lavanderia", "2026-11-29 21:00", true}, // below pisos; a Sunday
			{"hotel", "lavanderia", "2026-11-29 23:00", false},
			{"hotel", "recepcion", "2026-11-29 23:00", true},
			{"hotel", "administracion", "2026-11-29 11:00", false},
			{"servicios", "consultoria", "2026-11-24 11:00", true},
		} {
			in := workshop()
			in.Trade, in.First = c.trade, false
			r, err := setup.Found(t.Context(), d, account.New(d), in)
			if err != nil {
				t.Fatal(err)
			}
			cal, err := setting.WorkingTimeOf(t.Context(), d, r.Company, r.Nodes[c.node])
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.ParseInLocation("2006-01-02 15:04", c.at, cal.Zone())
			if err != nil || cal.Open(at) != c.open {
				t.Errorf("%s: %s on %s is open %t, want %t, %v", c.trade, c.node, c.at, cal.Open(at), c.open, err)
			}
		}
	})
}

func TestTemplatesSayEverythingInBothLanguages(t *testing.T) {
	t.Parallel()
	weeks := map[string]bool{}
	for _, p := range calendar.Patterns() {
		weeks[p.Code] = true
	}
	for _, trade := range setup.Trades() {
		es, en := setup.Plan(trade.Code, "es"), setup.Plan(trade.Code, "en")
		if !weeks[es.Week] {
			t.Errorf("%s: no such week %q", trade.Code, es.Week)
		}
		nodes := map[string]bool{}
		for i, n := range es.Nodes {
			if n.Name == "" || en.Nodes[i].Name == "" || nodes[n.Key] || n.Parent != "" && !nodes[n.Parent] {
				t.Errorf("%s: node %q", trade.Code, n.Key)
			}
			nodes[n.Key] = true
		}
		for i, s := range es.Shifts {
			if !weeks[s.Week] || s.Name == "" || en.Shifts[i].Name == "" || slices.ContainsFunc(s.Nodes, func(k string) bool { return !nodes[k] }) {
				t.Errorf("%s: shift %+v", trade.Code, s)
			}
		}
		for i, s := range es.Services {
			a, b := texts(s.Offer), texts(en.Services[i].Offer)
			if !nodes[s.Node] || slices.Contains(a, "") || slices.Contains(b, "") || len(a) != len(b) {
				t.Errorf("%s: service %q: %v %v", trade.Code, s.Key, a, b)
			}
			if r, q := len(s.Offer.Requirements), len(s.Offer.Reasons); r < 2 || r > 5 || q < 3 || q > 6 {
				t.Errorf("%s: service %q: %d requirements, %d reasons", trade.Code, s.Key, r, q)
			}
		}
		for _, l := range es.Links {
			if !nodes[l.Supplier] || !nodes[l.Customer] {
				t.Errorf("%s: link %v", trade.Code, l)
			}
		}
	}
}

// texts returns all that people read of an offer and that may not be empty.
func texts(o link.Offer) []string {
	out := []string{o.Name, o.Detail}
	for _, it := range slices.Concat(o.Requirements, o.Reasons) {
		out = append(out, it.Text)
	}
	for _, f := range o.Form {
		out = append(append(out, f.Label), f.Options...)
	}
	return out
}

func TestAResultFindsWhatItFounded(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		r, err := setup.Found(t.Context(), d, account.New(d), workshop())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range setup.Plan("taller", "es").Services {
			o, err := link.GetOffer(t.Context(), d, r.Company, r.Services[s.Key])
			if err != nil || o.Node != r.Nodes[s.Node] || o.Name != s.Offer.Name {
				t.Errorf("service %q: %+v, %v", s.Key, o, err)
			}
		}
	})
}
