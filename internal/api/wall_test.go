package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"

	"github.com/danielgtaylor/huma/v2"
)

// knock is a good request at a route, with who may and who may not.
type knock struct {
	path   string
	body   any
	by     authz.Actor // who may
	status int         // what who may gets

	no     authz.Actor // who of the company may not; nobody is kept out if it is empty
	noGets int         // what it gets: 403 if it is zero

	public  bool         // who is signed out may, too
	own     bool         // it is about one's own things: another company has its own
	browser *http.Client // sends it instead of a token
}

// Every route, as: nobody, another company, a person without right, a token
// that only reads, a person with right. A route that is not in the table fails.
func TestEveryRouteKeepsItsDoor(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.seat(w.Diego, password)
		w.seat(w.Fabio, password)
		w.seat(w.Ana, "")
		entry, err := w.accounts.Own(t.Context(), w.Ana)
		w.must(err)
		w.must(d.InTx(t.Context(), 2, func(tx *db.Tx) error { return account.Seat(t.Context(), tx, entry, w.other.Ana.Person) }))
		table := w.knocks()
		doc := w.api.OpenAPI()
		operations(doc, func(method, path string, o *huma.Operation) {
			route := method + " " + strings.TrimPrefix(path, api.Prefix)
			k, ok := table[route]
			if !ok {
				t.Errorf("%s is not in the table", route)
				return
			}
			delete(table, route)
			t.Run(route, func(t *testing.T) {
				w.t = t
				w.knock(method, path, doc, o, k())
			})
		})
		for route := range table {
			t.Errorf("%s is in the table, and there is no such route", route)
		}
	})
}

func (w *world) knock(method, path string, doc *huma.OpenAPI, o *huma.Operation, k knock) {
	w.t.Helper()
	send := func(c *http.Client, token string) answer {
		w.t.Helper()
		var auth []string
		if token != "" {
			auth = []string{"Authorization", "Bearer " + token}
		}
		return w.send(c, method, k.path, k.body, auth...)
	}
	if !k.public {
		send(http.DefaultClient, "").says(http.StatusUnauthorized, "", "err.signed_out")
		send(http.DefaultClient, "esl_1_"+strings.Repeat("x", 43)).problem(http.StatusUnauthorized)
		w.strangers(k, path, send(http.DefaultClient, w.token(w.other.Ana, authz.Write)))
		if method != http.MethodGet {
			send(http.DefaultClient, w.token(k.by, authz.Read)).says(http.StatusForbidden, "", "err.read_only")
		}
		if k.no.Person != "" {
			want := k.noGets
			if want == 0 {
				want = http.StatusForbidden
			}
			send(http.DefaultClient, w.token(k.no, authz.Write)).problem(want)
		}
	}
	var got answer
	switch {
	case k.browser != nil:
		got = send(k.browser, "")
	case k.public:
		got = send(http.DefaultClient, "")
	default:
		got = send(http.DefaultClient, w.token(k.by, authz.Write))
	}
	got.is(k.status)
	w.fits(doc, o, got)
}

// strangers checks what the owner of another company gets: what is here is not
// there for it, and nothing of it shows.
func (w *world) strangers(k knock, path string, got answer) {
	w.t.Helper()
	if strings.Contains(path, "{") {
		got.problem(http.StatusNotFound)
	} else if !k.own && got.status != http.StatusOK {
		if got.status != http.StatusNotFound && got.status != http.StatusUnprocessableEntity {
			w.t.Errorf("%s: another company got %d: %s", got.asked, got.status, got.body)
		}
	}
	for _, secret := range []string{
		string(w.Cutting), string(w.Sewing), string(w.Making), string(w.Cut.ID), string(w.Ana.Person), string(w.Carla.Person),
	} {
		if strings.Contains(string(got.body), secret) && !strings.Contains(got.asked, secret) {
			w.t.Errorf("%s: another company reads %s: %s", got.asked, secret, got.body)
		}
	}
}

// fits checks an answer against what the document says of it.
func (w *world) fits(doc *huma.OpenAPI, o *huma.Operation, got answer) {
	w.t.Helper()
	r, ok := o.Responses[strconv.Itoa(got.status)]
	if !ok {
		w.t.Fatalf("%s answers %d, which is not in the document", got.asked, got.status)
	}
	m, ok := r.Content["application/json"]
	if !ok {
		if len(r.Content) == 0 && len(got.body) > 0 {
			w.t.Errorf("%s answers %s, and the document says nothing", got.asked, got.body)
		}
		return
	}
	for _, wrong := range misfits(w.t, doc, m.Schema, got.body) {
		w.t.Errorf("%s: %v in %s", got.asked, wrong, got.body)
	}
}

// knocks returns the table. Each entry makes its own record, so that no entry
// depends on another.
func (w *world) knocks() map[string]func() knock {
	out := map[string]func() knock{}
	for _, some := range []map[string]func() knock{
		w.sessionKnocks(), w.orgKnocks(), w.linkKnocks(), w.handoffKnocks(), w.flowKnocks(), w.chainKnocks(), w.tableKnocks(), w.voiceKnocks(),
		w.noticeKnocks(),
		w.datasetKnocks(),
	} {
		for route, k := range some {
			out[route] = k
		}
	}
	return out
}

func (w *world) sessionKnocks() map[string]func() knock {
	reset := func() string {
		s, err := w.accounts.ResetByOperator(w.t.Context(), w.email(w.Ana))
		w.must(err)
		return "/resets/" + s
	}
	invited := func(a authz.Actor) string {
		s, err := w.accounts.Invite(w.t.Context(), w.Ana, a.Person)
		w.must(err)
		return "/invitations/" + s
	}
	session := func(a authz.Actor) string {
		w.browser(a)
		all, err := w.accounts.Sessions(w.t.Context(), a, "")
		w.must(err)
		return "/sessions/" + all[0].ID
	}
	return map[string]func() knock{
		"POST /session": func() knock {
			return knock{path: "/session", body: api.SignIn{Email: w.email(w.Diego), Password: password}, public: true, status: 200}
		},
		"DELETE /session": func() knock { return knock{path: "/session", public: true, status: 204} },
		"GET /me":         func() knock { return knock{path: "/me", by: w.Fabio, own: true, status: 200} },
		"POST /me/company": func() knock {
			return knock{path: "/me/company", body: api.Switch{Company: 2}, by: w.Ana, browser: w.browser(w.Ana), own: true, status: 200}
		},
		"POST /me/password": func() knock {
			return knock{
				path: "/me/password", body: api.NewPassword{Old: password, New: "cuatro hilos y un dedal"}, by: w.Fabio,
				browser: w.browser(w.Fabio), own: true, status: 204,
			}
		},
		"GET /sessions":    func() knock { return knock{path: "/sessions", by: w.Ana, own: true, status: 200} },
		"DELETE /sessions": func() knock { return knock{path: "/sessions", by: w.Ana, own: true, status: 204} },
		"DELETE /sessions/{id}": func() knock {
			return knock{path: session(w.Diego), by: w.Diego, no: w.Fabio, noGets: 404, status: 204}
		},
		"GET /invitations/{secret}": func() knock { return knock{path: invited(w.Elena), public: true, status: 200} },
		"POST /invitations/{secret}": func() knock {
			return knock{path: invited(w.Carla), body: api.Join{Password: password}, public: true, status: 200}
		},
		"POST /resets": func() knock {
			return knock{path: "/resets", body: api.Forgotten{Email: w.email(w.Ana)}, public: true, status: 204}
		},
		"GET /resets/{secret}": func() knock { return knock{path: reset(), public: true, status: 204} },
		"POST /resets/{secret}": func() knock {
			return knock{path: reset(), body: api.Resetting{Password: "la aguja del pajar"}, public: true, status: 204}
		},
		"GET /tokens": func() knock { return knock{path: "/tokens", by: w.Carla, own: true, status: 200} },
		"POST /tokens": func() knock {
			return knock{path: "/tokens", body: api.NewToken{Name: "x", Scope: "write", Days: 1}, by: w.Carla, own: true, status: 201}
		},
		"DELETE /tokens/{id}": func() knock {
			token, _, err := w.accounts.Issue(w.t.Context(), w.Carla, account.Issue{Name: "otra", Days: 1})
			w.must(err)
			return knock{path: "/tokens/" + string(token.ID), by: w.Carla, no: w.Fabio, noGets: 404, status: 204}
		},
		"GET /notices": func() knock {
			w.asked()
			return knock{path: "/notices", by: w.Carla, own: true, status: 200}
		},
		"POST /notices/read": func() knock {
			return knock{path: "/notices/read", body: api.Seen{Subject: string(w.asked().ID)}, by: w.Carla, own: true, status: 204}
		},
		"GET /facts":  func() knock { return knock{path: "/facts?limit=200", by: w.Ana, no: w.Bruno, own: true, status: 200} },
		"GET /events": func() knock { return knock{path: "/events", by: w.Fabio, own: true, status: 200} },
	}
}

const nights = `{"zone":"UTC","week":{"mon":["22:00-06:00"],"tue":["22:00-06:00"]}}`

// noticeKnocks are the routes about notices by mail, and about absences.
func (w *world) noticeKnocks() map[string]func() knock {
	days := 0
	next := func() api.NewAbsence {
		days++
		day := w.DB.Now().AddDate(0, 0, days).Format(time.DateOnly)
		return api.NewAbsence{First: day, Last: day}
	}
	absence := func(by authz.Actor, path string) string {
		var x api.Absence
		w.as(by, http.MethodPost, path, next()).is(http.StatusCreated).read(&x)
		return path + "/" + x.ID
	}
	letter := func() string {
		var l id.Letter
		w.must(w.DB.InTx(w.t.Context(), w.ID, func(tx *db.Tx) error {
			n := notify.Notice{Person: w.Carla.Person, Kind: "asked", Subject: "x", Number: 1}
			if err := notify.Add(w.t.Context(), tx, []notify.Notice{n}); err != nil {
				return err
			}
			waiting, err := notify.WaitingOf(w.t.Context(), tx, w.Carla.Person)
			if err != nil {
				return err
			}
			if l, _, err = notify.Claim(w.t.Context(), tx, w.Carla.Person, []id.Notice{waiting[0].ID}); err != nil {
				return err
			}
			return notify.Left(w.t.Context(), tx, l, notify.Failed, "refused")
		}))
		return string(l)
	}
	carla := "/people/" + string(w.Carla.Person) + "/absence"
	daily := "daily"
	return map[string]func() knock{
		"GET /me/notices": func() knock { return knock{path: "/me/notices", by: w.Carla, own: true, status: 200} },
		"PATCH /me/notices": func() knock {
			return knock{path: "/me/notices", body: api.NoticeChange{Rhythm: &daily}, by: w.Carla, own: true, status: 200}
		},
		"GET /absences":    func() knock { return knock{path: "/absences", by: w.Fabio, own: true, status: 200} },
		"GET /me/absence":  func() knock { return knock{path: "/me/absence", by: w.Carla, own: true, status: 200} },
		"POST /me/absence": func() knock { return knock{path: "/me/absence", body: next(), by: w.Carla, own: true, status: 201} },
		"DELETE /me/absence/{id}": func() knock {
			return knock{path: absence(w.Carla, "/me/absence"), by: w.Carla, no: w.Fabio, noGets: 404, status: 204}
		},
		"GET /people/{id}/absence": func() knock { return knock{path: carla, by: w.Fabio, status: 200} },
		"POST /people/{id}/absence": func() knock {
			return knock{path: carla, body: next(), by: w.Bruno, no: w.Fabio, status: 201}
		},
		"DELETE /people/{id}/absence/{absence}": func() knock {
			return knock{path: absence(w.Bruno, carla), by: w.Bruno, no: w.Fabio, status: 204}
		},
		"GET /mail": func() knock { return knock{path: "/mail", by: w.Ana, no: w.Bruno, own: true, status: 200} },
		"POST /mail/{id}/again": func() knock {
			return knock{path: "/mail/" + letter() + "/again", by: w.Ana, no: w.Bruno, status: 204}
		},
	}
}

func (w *world) orgKnocks() map[string]func() knock {
	node := func() string {
		var n api.Node
		name := "Bordado " + strconv.Itoa(len(w.tokens)) + w.t.Name()
		w.as(w.Ana, http.MethodPost, "/nodes", api.NewNode{Kind: "post", Name: name, Parent: string(w.Making)}).is(201).read(&n)
		return "/nodes/" + n.ID
	}
	calendar := func() string {
		var c api.Calendar
		name := "Noche " + strconv.Itoa(len(w.tokens)) + w.t.Name()
		w.as(w.Ana, http.MethodPost, "/calendars", api.NewCalendar{Name: name, Calendar: []byte(nights)}).is(201).read(&c)
		return "/calendars/" + c.ID
	}
	person := func() string {
		var p api.Person
		w.as(w.Ana, http.MethodPost, "/people", api.NewPerson{
			Name: "Gina Mora", Email: strings.ToLower(strings.NewReplacer("/", "", "{", "", "}", "", "#", "").Replace(w.t.Name())) + "@example.test",
			Places: []api.NewPlace{{Node: string(w.Cutting)}},
		}).is(201).read(&p)
		return "/people/" + p.ID
	}
	return map[string]func() knock{
		"GET /company": func() knock { return knock{path: "/company", by: w.Fabio, own: true, status: 200} },
		"GET /company/stats": func() knock {
			return knock{path: "/company/stats", by: w.Fabio, own: true, status: 200}
		},
		"PATCH /company": func() knock {
			return knock{path: "/company", body: api.CompanyChange{AcceptDays: new(3)}, by: w.Ana, no: w.Bruno, own: true, status: 200}
		},
		"GET /calendars": func() knock {
			calendar()
			return knock{path: "/calendars", by: w.Fabio, status: 200}
		},
		"POST /calendars": func() knock {
			return knock{path: "/calendars", body: api.NewCalendar{Name: "Tarde", Calendar: []byte(nights)}, by: w.Ana, no: w.Bruno, own: true, status: 201}
		},
		"GET /calendars/{id}": func() knock { return knock{path: calendar(), by: w.Fabio, status: 200} },
		"PUT /calendars/{id}": func() knock {
			return knock{path: calendar(), body: api.CalendarChange{Name: "Otro", Calendar: []byte(nights)}, by: w.Ana, no: w.Bruno, status: 200}
		},
		"DELETE /calendars/{id}": func() knock { return knock{path: calendar(), by: w.Ana, no: w.Bruno, status: 204} },
		"GET /nodes/{id}/hours":  func() knock { return knock{path: "/nodes/" + string(w.Cutting) + "/hours", by: w.Fabio, status: 200} },
		"GET /nodes":             func() knock { return knock{path: "/nodes", by: w.Fabio, status: 200} },
		"POST /nodes": func() knock {
			return knock{
				path: "/nodes", body: api.NewNode{Kind: "post", Name: "Plancha", Parent: string(w.Making)}, by: w.Bruno, no: w.Carla, status: 201,
			}
		},
		"GET /nodes/{id}": func() knock { return knock{path: "/nodes/" + string(w.Cutting), by: w.Fabio, status: 200} },
		"PATCH /nodes/{id}": func() knock {
			return knock{path: node(), body: api.NodeChange{Name: new("Bordado fino")}, by: w.Bruno, no: w.Carla, status: 200}
		},
		"DELETE /nodes/{id}": func() knock { return knock{path: node(), by: w.Bruno, no: w.Fabio, status: 204} },
		"POST /nodes/{id}/restore": func() knock {
			at := node()
			w.as(w.Ana, http.MethodDelete, at, nil).is(204)
			return knock{path: at + "/restore", by: w.Bruno, no: w.Carla, status: 200}
		},
		"GET /nodes/{id}/stats": func() knock { return knock{path: "/nodes/" + string(w.Making) + "/stats", by: w.Fabio, status: 200} },
		"GET /people":           func() knock { return knock{path: "/people", by: w.Fabio, status: 200} },
		"POST /people": func() knock {
			return knock{
				path: "/people", body: api.NewPerson{Name: "Hugo", Places: []api.NewPlace{{Node: string(w.Sewing)}}},
				by: w.Bruno, no: w.Carla, status: 201,
			}
		},
		"GET /people/{id}": func() knock { return knock{path: "/people/" + string(w.Carla.Person), by: w.Fabio, status: 200} },
		"PATCH /people/{id}": func() knock {
			return knock{path: person(), body: api.PersonChange{Lang: new("en"), Active: new(false)}, by: w.Ana, no: w.Bruno, status: 200}
		},
		"PUT /people/{id}/places/{node}": func() knock {
			return knock{
				path: person() + "/places/" + string(w.Sewing), body: api.Placing{Leads: true}, by: w.Bruno, no: w.Carla, status: 200,
			}
		},
		"DELETE /people/{id}/places/{node}": func() knock {
			return knock{path: person() + "/places/" + string(w.Cutting), by: w.Bruno, no: w.Carla, status: 204}
		},
		"POST /people/{id}/invitation": func() knock {
			return knock{path: person() + "/invitation", by: w.Bruno, no: w.Carla, status: 201}
		},
		"DELETE /people/{id}/sessions": func() knock { return knock{path: person() + "/sessions", by: w.Ana, no: w.Bruno, status: 204} },
	}
}

func (w *world) linkKnocks() map[string]func() knock {
	service := func() string {
		var s api.Service
		w.as(w.Carla, http.MethodPost, "/services", api.NewService{
			Node: string(w.Cutting), Kind: "product", Name: "Trazo", TakeSecs: 3600, DeliverSecs: 7200, Target: 90,
		}).is(201).read(&s)
		return "/services/" + s.ID
	}
	link := func(supplier, customer string) string {
		var l api.Link
		w.as(w.Ana, http.MethodPost, "/links", api.NewLink{Supplier: supplier, Customer: customer}).is(201).read(&l)
		return "/links/" + l.ID
	}
	proposal := func(s string) api.Proposal {
		return api.Proposal{Service: s, TakeSecs: 3600, DeliverSecs: 7200, Target: 95, ReviewOn: "2027-01-31"}
	}
	// proposed is what Diego proposes to the cutting table; each has a service
	// of its own, since one proposal may wait at a time.
	proposed := func() string {
		var g api.Agreement
		s := strings.TrimPrefix(service(), "/services/")
		w.as(w.Diego, http.MethodPost, link(string(w.Cutting), string(w.Sewing))+"/agreements", proposal(s)).is(201).read(&g)
		return "/agreements/" + g.ID
	}
	aLink := func() string { return link(string(w.Cutting), string(w.Sewing)) }
	return map[string]func() knock{
		"GET /services": func() knock { return knock{path: "/services", by: w.Fabio, status: 200} },
		"POST /services": func() knock {
			return knock{
				path: "/services", body: api.NewService{
					Node: string(w.Sewing), Kind: "support", Name: "Arreglos", TakeSecs: 60, DeliverSecs: 600,
					Form: []api.Question{{Label: "Prenda", Type: "text", Required: true}}, Reasons: []api.Item{{Text: "No era eso"}},
				}, by: w.Elena, no: w.Carla, status: 201,
			}
		},
		"GET /services/{id}": func() knock { return knock{path: "/services/" + string(w.Cut.ID), by: w.Fabio, status: 200} },
		"PATCH /services/{id}": func() knock {
			return knock{path: service(), body: api.ServiceChange{Name: new("Trazo y marca")}, by: w.Carla, no: w.Diego, status: 200}
		},
		"DELETE /services/{id}": func() knock { return knock{path: service(), by: w.Carla, no: w.Diego, status: 204} },
		"POST /services/{id}/restore": func() knock {
			at := service()
			w.as(w.Carla, http.MethodDelete, at, nil).is(204)
			return knock{path: at + "/restore", by: w.Carla, no: w.Diego, status: 200}
		},
		"GET /links": func() knock { return knock{path: "/links", by: w.Fabio, status: 200} },
		"POST /links": func() knock {
			return knock{
				path: "/links", body: api.NewLink{Supplier: string(w.Sewing), Customer: string(w.Shop)}, by: w.Elena, no: w.Fabio, status: 201,
			}
		},
		"GET /links/{id}": func() knock { return knock{path: aLink(), by: w.Fabio, status: 200} },
		"PATCH /links/{id}": func() knock {
			return knock{path: aLink(), body: api.Relating{Relation: "vertical", Why: "En temporada"}, by: w.Bruno, no: w.Carla, status: 200}
		},
		"GET /links/{id}/stats":      func() knock { return knock{path: aLink() + "/stats", by: w.Fabio, status: 200} },
		"GET /links/{id}/agreements": func() knock { return knock{path: aLink() + "/agreements", by: w.Fabio, status: 200} },
		"POST /links/{id}/agreements": func() knock {
			return knock{path: aLink() + "/agreements", body: proposal(string(w.Cut.ID)), by: w.Diego, no: w.Fabio, status: 201}
		},
		"POST /agreements/{id}/accept": func() knock { return knock{path: proposed() + "/accept", by: w.Carla, no: w.Diego, status: 200} },
		"POST /agreements/{id}/reject": func() knock { return knock{path: proposed() + "/reject", by: w.Carla, no: w.Fabio, status: 200} },
		"POST /agreements/{id}/withdraw": func() knock {
			return knock{path: proposed() + "/withdraw", by: w.Diego, no: w.Carla, status: 200}
		},
	}
}

func (w *world) handoffKnocks() map[string]func() knock {
	file := []api.Upload{{Name: "nota.txt", Content: []byte("Dos mangas miden 2 cm menos.")}}
	at := func(steps ...handoff.State) string { return "/handoffs/" + string(w.moved(steps...).ID) }
	out := map[string]func() knock{
		"POST /handoffs": func() knock {
			return knock{
				path: "/handoffs", body: api.Ask{Service: string(w.Cut.ID), Customer: string(w.Sewing), Title: "x"}, by: w.Diego, no: w.Fabio, status: 201,
			}
		},
		"GET /handoffs": func() knock {
			w.asked()
			return knock{path: "/handoffs?box=owe", by: w.Carla, status: 200}
		},
		"GET /handoffs/{id}": func() knock { return knock{path: at(), by: w.Fabio, status: 200} },
		"PATCH /handoffs/{id}": func() knock {
			return knock{path: at(), body: api.HandoffChange{Priority: new("urgent")}, by: w.Elena, no: w.Carla, status: 200}
		},
		"POST /handoffs/{id}/redirect": func() knock {
			return knock{
				path: at() + "/redirect", body: api.Redirecting{Service: string(w.Help.ID), Note: "Es de Sistemas"}, by: w.Carla, no: w.Diego, status: 200,
			}
		},
		"POST /handoffs/{id}/assign": func() knock {
			return knock{path: at() + "/assign", body: api.Assigning{Person: string(w.Carla.Person)}, by: w.Bruno, no: w.Diego, status: 200}
		},
		"POST /handoffs/{id}/comments": func() knock {
			return knock{path: at() + "/comments", body: api.Comment{Note: "@Carla ¿para hoy?", Files: file}, by: w.Fabio, status: 201}
		},
		"POST /handoffs/{id}/files": func() knock {
			return knock{path: at() + "/files", body: api.Comment{Files: file}, by: w.Fabio, status: 201}
		},
		"GET /handoffs/{id}/files/{file}": func() knock {
			h := at()
			var e api.Detail
			w.as(w.Fabio, http.MethodPost, h+"/files", api.Comment{Files: file}).is(201)
			w.as(w.Fabio, http.MethodGet, h, nil).is(200).read(&e)
			return knock{path: h + "/files/" + e.Files[0].ID, by: w.Elena, status: 200}
		},
		"POST /handoffs/{id}/watch":   func() knock { return knock{path: at() + "/watch", by: w.Fabio, status: 204} },
		"DELETE /handoffs/{id}/watch": func() knock { return knock{path: at() + "/watch", by: w.Fabio, status: 204} },
	}
	step := func(word string, by, no authz.Actor, body any, steps ...handoff.State) {
		out["POST /handoffs/{id}/"+word] = func() knock {
			return knock{path: at(steps...) + "/" + word, body: body, by: by, no: no, status: 200}
		}
	}
	step("take", w.Carla, w.Diego, nil)
	step("deliver", w.Carla, w.Diego, api.Step{Quantity: 50}, handoff.Taken)
	step("accept", w.Elena, w.Carla, nil, handoff.Delivered)
	step("accept-with-remark", w.Elena, w.Carla, api.Step{Note: "Llegó tarde"}, handoff.Delivered)
	step("return", w.Elena, w.Fabio, api.Step{Quantity: 2, Reason: "1"}, handoff.Delivered)
	step("decline", w.Carla, w.Diego, api.Step{Note: "No hay tela"})
	step("cancel", w.Diego, w.Carla, nil)
	third := api.Pausing{Wait: api.Wait{On: "third_party", Name: "Telas Ruiz"}, Reason: "Falta la tela"}
	step("pause", w.Carla, w.Diego, third)
	out["POST /handoffs/{id}/resume"] = func() knock {
		h := at()
		w.as(w.Carla, http.MethodPost, h+"/pause", third).is(200)
		return knock{path: h + "/resume", by: w.Carla, no: w.Diego, status: 200}
	}
	out["GET /handoffs/{id}/clock"] = func() knock { return knock{path: at() + "/clock", by: w.Fabio, status: 200} }
	out["POST /handoffs/{id}/recalculate"] = func() knock {
		h := at(handoff.Taken)
		w.Cut.Deliver += time.Hour
		var err error
		w.Cut, err = w.Links.Change(w.t.Context(), w.Ana, w.Cut)
		w.must(err)
		var c api.Clock
		w.as(w.Carla, http.MethodGet, h+"/clock", nil).is(200).read(&c)
		return knock{
			path: h + "/recalculate", body: map[string]any{"will": c.Effect.Will}, by: w.Elena, no: w.Fabio, status: 200,
		}
	}
	return out
}

func (w *world) flowKnocks() map[string]func() knock {
	return map[string]func() knock{
		"GET /queues/{node}": func() knock {
			w.asked()
			return knock{path: "/queues/" + string(w.Making), by: w.Fabio, status: 200}
		},
		"GET /chain": func() knock {
			return knock{path: "/chain?relation=horizontal&area=" + string(w.Making), by: w.Fabio, status: 200}
		},
		"GET /chain/live": func() knock {
			w.asked()
			return knock{path: "/chain/live", by: w.Fabio, status: 200}
		},
		"GET /simulate": func() knock {
			return knock{
				path: "/simulate?at=2026-12-04T16:00:00Z&service=" + string(w.Cut.ID) + "&customer=" + string(w.Sewing), by: w.Fabio, status: 200,
			}
		},
		"GET /due": func() knock {
			return knock{path: "/due?service=" + string(w.Cut.ID) + "&customer=" + string(w.Sewing), by: w.Fabio, status: 200}
		},
		"GET /orders/{ref}": func() knock {
			w.asked()
			return knock{path: "/orders/P%2F2231", by: w.Fabio, status: 200}
		},
	}
}

func (w *world) tableKnocks() map[string]func() knock {
	out := map[string]func() knock{}
	for what, file := range map[string]string{
		"people":   "name,post\nInés Luz,Plancha\n",
		"services": "node,name\nCorte,Trazo\n",
		"handoffs": "key,supplier,customer,service,title,asked,result\n7,Corte,Costura,Piezas cortadas,Lote 7,2025-03-04 10:00,open\n",
	} {
		out["POST /imports/"+what] = func() knock {
			return knock{path: "/imports/" + what, body: file, by: w.Ana, no: w.Bruno, own: true, status: 200}
		}
		out["GET /exports/"+what] = func() knock { return knock{path: "/exports/" + what, by: w.Ana, status: 200} }
	}
	out["GET /exports/events"] = func() knock { return knock{path: "/exports/events?format=csv", by: w.Fabio, status: 200} }
	people := out["GET /exports/people"]
	out["GET /exports/people"] = func() knock {
		k := people()
		k.no = w.Bruno
		return k
	}
	return out
}
