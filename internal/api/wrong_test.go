package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/httpx"
)

// What is wrong with a request is said at the place where it is wrong, and
// nothing of it is done.
func TestWhatIsWrongIsSaidAndNothingIsDone(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		cut, sewing := string(w.Cut.ID), string(w.Sewing)
		at := "/handoffs/" + string(w.moved().ID)
		ask := func(rest string) string { return `{"service":"` + cut + `","customer":"` + sewing + `",` + rest + `}` }
		for _, c := range []struct {
			name, method, path string
			body               any
			status             int
			location, code     string
		}{
			{"nothing said", "POST", "/handoffs", `{}`, 422, "body.title", "err.required"},
			{"unknown service", "POST", "/handoffs", api.Ask{Service: "x", Customer: sewing, Title: "x"}, 422, "body.service", "handoff.err.no_service"},
			{"negative quantity", "POST", "/handoffs", ask(`"title":"x","quantity":-1`), 422, "body.quantity", "handoff.err.negative"},
			{"long title", "POST", "/handoffs", ask(`"title":"` + strings.Repeat("ñ", 10_000) + `"`), 422, "body.title", "err.too_long"},
			{"number as text", "POST", "/handoffs", ask(`"title":"x","quantity":"50"`), 422, "body.quantity", "err.not_a_number"},
			{"text as number", "POST", "/handoffs", ask(`"title":50`), 422, "body.title", "api.err.text"},
			{"huge number", "POST", "/handoffs", ask(`"title":"x","quantity":1e999`), 422, "body.quantity", "err.not_a_number"},
			{"text as flag", "POST", "/handoffs", ask(`"title":"x","push":"yes"`), 422, "body.push", "api.err.boolean"},
			{"text as list", "POST", "/handoffs", ask(`"title":"x","tags":"azul"`), 422, "body.tags", "api.err.list"},
			{"text as object", "POST", "/handoffs", ask(`"title":"x","answers":"M"`), 422, "body.answers", "api.err.object"},
			{"list as body", "POST", "/handoffs", `[]`, 422, "body", "api.err.object"},
			{"misspelt field", "POST", "/handoffs", ask(`"titel":"x"`), 422, "body.titel", "api.err.field"},
			{"no base64", "POST", "/handoffs", ask(`"title":"x","files":[{"name":"a","content":"%%"}]`), 422, "body.files", "api.err.base64"},
			{"character zero", "POST", "/handoffs", ask(`"title":"a\u0000b"`), 422, "body", "api.err.control"},
			{"no moment", "POST", "/handoffs", ask(`"title":"x","need_by":"mañana"`), 422, "body.need_by", "api.err.moment"},
			{"too late", "POST", "/handoffs", ask(`"title":"x","need_by":"2020-01-01T00:00:00Z"`), 422, "body.need_by", "handoff.err.need_by_past"},
			{"yet to come", "POST", "/handoffs", ask(`"title":"x","happened_at":"2190-01-01T00:00:00Z"`), 422, "body.happened_at", "err.future"},
			{"unknown priority", "POST", "/handoffs", ask(`"title":"x","priority":"now"`), 422, "body.priority", "err.unknown"},
			{"unknown person", "POST", "/handoffs", ask(`"title":"x","watchers":["nobody"]`), 422, "body.watchers", "err.unknown"},
			{"unknown answer", "POST", "/handoffs", ask(`"title":"x","answers":{"f9":"M"}`), 422, "body.answers.f9", "err.unknown"},
			{"broken", "POST", "/handoffs", `{"title": "x`, 400, "", "api.err.json"},
			{"two bodies", "POST", "/handoffs", ask(`"title":"x"`) + `{}`, 400, "", "api.err.json"},
			{"no body", "POST", "/handoffs", nil, 400, "", "api.err.no_body"},
			{"no reason", "POST", at + "/decline", `{"note":" "}`, 422, "body.note", "err.required"},
			{"not delivered", "POST", at + "/accept", nil, 403, "", "handoff.err.forbidden"},
			{"quantity of a taking", "POST", at + "/take", `{"quantity":2}`, 422, "body.quantity", "handoff.err.no_quantity_here"},
			{"stale", "POST", at + "/take", `{"version":9}`, 409, "", "handoff.err.meanwhile.asked"},
			{"fraction of a version", "POST", at + "/take", `{"version":1.5}`, 422, "body.version", "api.err.whole"},
			{"no such handoff", "POST", "/handoffs/none/take", nil, 404, "", "handoff.err.not_found"},
			{"no such number", "GET", "/handoffs/99999999999999999999", nil, 404, "", "handoff.err.not_found"},
			{"zero in an address", "GET", "/handoffs/a%00b", nil, 404, "", "err.not_found"},
			{"no text in an address", "GET", "/handoffs/%ff", nil, 404, "", "err.not_found"},
			{"no text in a query", "GET", "/handoffs?q=%ff", nil, 422, "", "api.err.query"},
			{"bad cursor", "GET", "/handoffs?cursor=x", nil, 422, "query.cursor", "handoff.err.cursor"},
			{"limit 500", "GET", "/handoffs?limit=500", nil, 422, "query.limit", "handoff.err.limit"},
			{"limit of words", "GET", "/handoffs?limit=many", nil, 422, "query.limit", "api.err.whole"},
			{"flag of words", "GET", "/handoffs?late=often", nil, 422, "query.late", "api.err.boolean"},
			{"unknown box", "GET", "/handoffs?box=mine", nil, 422, "query.box", "err.unknown"},
			{"unknown state", "GET", "/handoffs?state=asked&state=lost", nil, 422, "query.state", "err.unknown"},
			{"no moment since", "GET", "/chain?since=1999", nil, 422, "query.since", "api.err.moment"},
			{"no such relation", "GET", "/chain?relation=twisted", nil, 422, "query.relation", "err.unknown"},
			{"no such area", "GET", "/chain?area=nowhere", nil, 422, "query.area", "org.err.no_node"},
			{"fewer links than none", "GET", "/chain?limit=-1", nil, 422, "query.limit", "api.err.whole"},
			{"too long an order", "GET", "/chain?order_ref=" + strings.Repeat("9", 1000), nil, 422, "query.order_ref", "err.too_long"},
			{"due of nothing", "GET", "/due", nil, 422, "query.service", "err.required"},
			{"people limit", "GET", "/people?limit=201", nil, 422, "query.limit", "api.err.limit"},
			{"people cursor", "GET", "/people?cursor=bm9uZQ", nil, 422, "query.cursor", "api.err.cursor"},
			{"bell cursor", "GET", "/notices?cursor=zzz", nil, 422, "query.cursor", "api.err.cursor"},
			{"node nowhere", "POST", "/nodes", `{"kind":"post","name":"x","parent":"nowhere"}`, 422, "body.parent", "org.err.no_node"},
			{"person nowhere", "POST", "/people", `{"name":"x","places":[{"node":"nowhere"}]}`, 422, "body.places", "org.err.no_node"},
			{"no e-mail", "POST", "/people", `{"name":"x","email":"x","places":[{"node":"` + sewing + `"}]}`, 422, "body.email", "org.err.email"},
			{"service of nobody", "POST", "/services", `{"node":"nowhere","kind":"product","name":"x","take_secs":1,"deliver_secs":1}`, 422, "body.node", "org.err.no_node"},
			{"time below zero", "POST", "/services", `{"node":"` + sewing + `","kind":"product","name":"x","take_secs":-1,"deliver_secs":1}`, 422, "body.take_secs", "link.err.time"},
			{"time without end", "POST", "/services", `{"node":"` + sewing + `","kind":"product","name":"x","take_secs":1,"deliver_secs":9000000000000000000}`, 422, "body.deliver_secs", "link.err.time"},
			{"question without a label", "POST", "/services", `{"node":"` + sewing + `","kind":"product","name":"x","take_secs":1,"deliver_secs":1,"form":[{"label":"","type":"text"}]}`, 422, "body.form[0].label", "err.required"},
			{"stale service", "PATCH", "/services/" + cut, `{"version":7,"name":"x"}`, 409, "", "err.changed_meanwhile"},
			{"no zone", "PATCH", "/company", `{"zone":"Marte"}`, 422, "body.zone", "setting.err.zone"},
			{"no calendar", "PATCH", "/company", `{"calendar":{"zone":"UTC","week":{"lunes":["9-10"]}}}`, 422, "body.calendar.week.lunes", "calendar.err.unknown_weekday"},
			{"days of a token", "POST", "/tokens", `{"name":"x","days":0}`, 422, "body.days", "account.err.days"},
			{"customer nowhere", "POST", "/links", `{"supplier":"` + sewing + `","customer":"nowhere"}`, 422, "body.customer", "org.err.no_node"},
			{"seen up to nowhere", "POST", "/notices/read", `{"up_to":"zzz"}`, 422, "body.up_to", "err.unknown"},
			{"nothing seen", "POST", "/notices/read", `{}`, 422, "body.up_to", "err.required"},
		} {
			got := w.as(w.Ana, c.method, c.path, c.body)
			t.Run(c.name, func(t *testing.T) {
				got.t = t
				if c.name == "not delivered" { // an owner may; the state does not allow it
					got.says(http.StatusConflict, "", "handoff.err.meanwhile.asked")
					return
				}
				got.says(c.status, c.location, c.code)
			})
		}
		var all struct{ Items []api.Handoff }
		w.as(w.Ana, http.MethodGet, "/handoffs", nil).is(http.StatusOK).read(&all)
		if len(all.Items) != 1 || all.Items[0].Version != 1 || all.Items[0].State != "asked" {
			t.Errorf("something was done: %+v", all.Items)
		}
	})
}

func TestAProblemSpeaksTheLanguageOfWhoReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	for lang, want := range map[string]string{
		"en": "Check the marked fields.", "es-MX": "Revisa los campos marcados.", "fr, en;q=0.5": "Check the marked fields.",
		"": "Revisa los campos marcados.", // Diego reads Spanish
	} {
		p := w.as(w.Diego, http.MethodPost, "/handoffs", `{}`, "Accept-Language", lang).problem(http.StatusUnprocessableEntity)
		if p.Detail != want || p.Type != "urn:eslabon:problem:invalid" {
			t.Errorf("%q: %+v", lang, p)
		}
	}
	p := w.send(http.DefaultClient, http.MethodGet, "/me", nil, "Accept-Language", "es").problem(http.StatusUnauthorized)
	if p.Detail != "Entra primero con tu cuenta." {
		t.Errorf("%+v", p)
	}
}

func TestBeyondEveryRouteThereIsAProblemToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	w.as(w.Ana, http.MethodGet, "/nowhere", nil).says(http.StatusNotFound, "", "err.not_found")
	w.as(w.Ana, http.MethodGet, "/../v2/handoffs", nil).says(http.StatusNotFound, "", "err.not_found")
	w.as(w.Ana, http.MethodGet, "/nodes/", nil).says(http.StatusNotFound, "", "err.not_found")
	got := w.as(w.Ana, http.MethodPut, "/handoffs/7", nil)
	got.says(http.StatusMethodNotAllowed, "", "api.err.method")
	if allow := got.header.Get("Allow"); allow != "GET, PATCH" {
		t.Errorf("Allow: %s", allow)
	}
	w.as(w.Ana, http.MethodPost, "/nodes", "kind=post", "Content-Type", "application/x-www-form-urlencoded").
		says(http.StatusUnsupportedMediaType, "", "api.err.media_type")
	if got := w.send(http.DefaultClient, http.MethodGet, "/openapi.json", nil).is(http.StatusOK); !strings.HasPrefix(string(got.body), `{"components"`) {
		t.Errorf("the document begins with %.40s", got.body)
	}
}

func TestWhatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	at := "/handoffs/" + string(w.asked().ID)
	large := strings.Repeat("a", 30<<20)
	for _, c := range []struct {
		path, most string
		headers    []string
	}{
		{at + "/files", "25", []string{"Content-Type", "multipart/form-data; boundary=x"}},
		{"/handoffs", "25", nil},
		{"/nodes", "1", nil},
		{at + "/comments", "25", []string{"Idempotency-Key", "large"}},
	} {
		p := w.as(w.Ana, http.MethodPost, c.path, large, c.headers...).problem(http.StatusRequestEntityTooLarge)
		if p.Code != "err.too_large" || p.Detail != "The file is too large. The most is "+c.most+" MB." {
			t.Errorf("%s: %+v", c.path, p)
		}
	}
	file := api.Comment{Files: []api.Upload{{Name: "a.txt", Content: []byte(strings.Repeat("a", 10<<20+1))}}}
	w.as(w.Ana, http.MethodPost, at+"/files", file).says(http.StatusUnprocessableEntity, "body.files", "handoff.err.file_too_large")
	file.Files[0].Content = []byte("MZ\x90\x00\x03\x00\x00\x00")
	w.as(w.Ana, http.MethodPost, at+"/files", file).says(http.StatusUnprocessableEntity, "body.files", "handoff.err.file_type")
	file.Files[0].Content = []byte(strings.Repeat("a", 10<<20))
	w.as(w.Ana, http.MethodPost, at+"/files", file).is(http.StatusCreated)
}

// Our own fault is said as one, in the form of every other problem, and tells
// nothing of the inside.
func TestOurOwnFaultIsAProblemToo(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	api.New(mux, api.Services{}) // nothing behind it: whatever is asked breaks
	who := func(*http.Request) (httpx.Visitor, error) {
		return httpx.Visitor{Actor: authz.Actor{Company: 1, Person: "ana"}}, nil
	}
	got := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, api.Prefix+"/handoffs", nil)
	httpx.Context(who, mux).ServeHTTP(got, r)
	a := answer{t, "GET /handoffs", got.Code, got.Header(), got.Body.Bytes()}
	a.says(http.StatusInternalServerError, "", "err.internal")
	if strings.Contains(got.Body.String(), "nil pointer") {
		t.Errorf("it tells %s", got.Body)
	}
}
