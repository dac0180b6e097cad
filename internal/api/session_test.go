package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

func TestSomebodySignsInLooksAroundAndLeaves(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.seat(w.Bruno, password)
		c := w.browser(authz.Actor{})
		in := api.SignIn{Email: strings.ToUpper(w.email(w.Bruno)), Password: "otra cosa"}
		w.send(c, http.MethodPost, "/session", in).says(http.StatusUnauthorized, "", "account.err.wrong")
		in.Password = password
		var entered api.Entered
		got := w.send(c, http.MethodPost, "/session", in).is(http.StatusOK)
		if got.read(&entered); entered.Person != string(w.Bruno.Person) || entered.Company != 1 {
			t.Errorf("entered: %+v", entered)
		}
		if cookie := got.header.Get("Set-Cookie"); !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
			t.Errorf("the cookie is %s", cookie)
		}
		w.asked()
		var me api.Me
		w.send(c, http.MethodGet, "/me", nil).is(http.StatusOK).read(&me)
		if me.Person.Name != "Bruno Leal" || me.Company.Name != "Taller" || me.Scope != "write" || len(me.Nodes) != 1 ||
			me.Nodes[0].Name != "Producción" || !me.Nodes[0].Leads || len(me.Leads) != 3 || len(me.Companies) != 1 {
			t.Errorf("me: %+v", me)
		}
		var sessions struct{ Items []api.Session }
		w.send(c, http.MethodGet, "/sessions", nil).is(http.StatusOK).read(&sessions)
		if len(sessions.Items) != 1 || !sessions.Items[0].Current || !strings.HasPrefix(sessions.Items[0].Device, "Go-http-client") {
			t.Errorf("sessions: %+v", sessions)
		}
		w.send(c, http.MethodDelete, "/session", nil).is(http.StatusNoContent)
		w.send(c, http.MethodGet, "/me", nil).problem(http.StatusUnauthorized)
	})
}

func TestSomebodyGoesOnInAnotherCompany(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.seat(w.Ana, "")
		e, err := w.accounts.Own(t.Context(), w.Ana)
		w.must(err)
		w.must(d.InTx(t.Context(), 2, func(tx *db.Tx) error { return account.Seat(t.Context(), tx, e, w.other.Bruno.Person) }))
		c := w.browser(w.Ana)
		w.send(c, http.MethodPost, "/me/company", api.Switch{Company: 3}).says(http.StatusNotFound, "", "err.not_found")
		w.send(c, http.MethodPost, "/me/company", api.Switch{Company: 2}).is(http.StatusOK)
		var me api.Me
		w.send(c, http.MethodGet, "/me", nil).is(http.StatusOK).read(&me)
		if me.Person.ID != string(w.other.Bruno.Person) || me.Company.ID != 2 || len(me.Companies) != 2 || !me.Companies[1].Current {
			t.Errorf("me: %+v", me)
		}
		w.send(c, http.MethodGet, "/nodes/"+string(w.Cutting), nil).problem(http.StatusNotFound)
		w.as(w.Ana, http.MethodPost, "/me/company", api.Switch{Company: 2}).problem(http.StatusUnauthorized) // a token stays
	})
}

// An invitation lets in once; a forgotten password is chosen anew.
func TestAGuestComesInAndForgetsThePassword(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var v api.Invitation
		w.as(w.Bruno, http.MethodPost, "/people/"+string(w.Elena.Person)+"/invitation", nil).is(http.StatusCreated).read(&v)
		if v.URL != "https://taller.example/invitacion/"+v.Secret {
			t.Errorf("%+v", v)
		}
		at := "/invitations/" + v.Secret
		var invited api.Invited
		w.send(http.DefaultClient, http.MethodGet, at, nil).is(http.StatusOK).read(&invited)
		if invited.Name != "Elena Sol" || invited.Company != "Taller" || invited.Known {
			t.Errorf("%+v", invited)
		}
		w.send(http.DefaultClient, http.MethodPost, at, api.Join{Password: "corta"}).says(http.StatusUnprocessableEntity, "body.password", "account.err.short")
		c := w.browser(authz.Actor{})
		w.send(c, http.MethodPost, at, api.Join{Password: password}).is(http.StatusOK)
		w.send(c, http.MethodGet, "/me", nil).is(http.StatusOK)
		w.send(http.DefaultClient, http.MethodPost, at, api.Join{Password: password}).says(http.StatusNotFound, "", "account.err.invitation_gone")
		var p api.Person
		if w.as(w.Bruno, http.MethodGet, "/people/"+string(w.Elena.Person), nil).is(http.StatusOK).read(&p); p.Access != "seated" {
			t.Errorf("%+v", p)
		}
		secret, err := w.accounts.ResetByOperator(t.Context(), invited.Email)
		w.must(err)
		w.send(http.DefaultClient, http.MethodPost, "/resets/"+secret, api.Resetting{Password: "cuatro hilos y un dedal"}).is(http.StatusNoContent)
		w.send(c, http.MethodGet, "/me", nil).problem(http.StatusUnauthorized)
		w.send(http.DefaultClient, http.MethodGet, "/resets/"+secret, nil).problem(http.StatusNotFound)
		w.send(c, http.MethodPost, "/session", api.SignIn{Email: invited.Email, Password: "cuatro hilos y un dedal"}).is(http.StatusOK)
	})
}

func TestATokenSpeaksForItsPerson(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var issued api.Issued
		w.as(w.Carla, http.MethodPost, "/tokens", api.NewToken{Name: "Hoja", Scope: "read", Days: 7}).is(http.StatusCreated).read(&issued)
		bearer := []string{"Authorization", "Bearer " + issued.Secret}
		var me api.Me
		w.send(http.DefaultClient, http.MethodGet, "/me", nil, bearer...).is(http.StatusOK).read(&me)
		if me.Scope != "read" || me.Person.ID != string(w.Carla.Person) {
			t.Errorf("%+v", me)
		}
		w.send(http.DefaultClient, http.MethodPost, "/handoffs/1/take", `{broken`, bearer...).says(http.StatusForbidden, "", "err.read_only")
		var list struct{ Items []api.Token }
		w.as(w.Carla, http.MethodGet, "/tokens", nil).is(http.StatusOK).read(&list)
		if len(list.Items) != 2 || list.Items[0].ID != issued.ID || list.Items[0].UsedAt.IsZero() {
			t.Errorf("%+v", list)
		}
		w.as(w.Carla, http.MethodDelete, "/tokens/"+issued.ID, nil).is(http.StatusNoContent)
		w.send(http.DefaultClient, http.MethodGet, "/me", nil, bearer...).problem(http.StatusUnauthorized)
	})
}
