package app_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// product runs the whole product in this process, with the company of the
// fixture.
func product(t *testing.T, e db.Engine) (url string, w *fixture.Company) {
	t.Helper()
	dsn := dbtest.DSN(t, e)
	if e == db.SQLite {
		dsn = filepath.Join(t.TempDir(), "eslabon.db")
	}
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Addr: "localhost"}, d)
	if err != nil {
		t.Fatal(err)
	}
	w = fixture.New(t, d, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		d.Close()
	})
	return "http://" + l.Addr().String(), w
}

// enter gives somebody of the company a seat and a session, and returns its cookie.
func enter(t *testing.T, w *fixture.Company, a authz.Actor) string {
	t.Helper()
	entry := account.Locked(string(a.Person) + "@taller.test")
	if err := w.DB.InTx(t.Context(), w.ID, func(tx *db.Tx) error { return account.Seat(t.Context(), tx, entry, a.Person) }); err != nil {
		t.Fatal(err)
	}
	s, err := account.New(w.DB).Enter(t.Context(), w.ID, a.Person, "test")
	if err != nil {
		t.Fatal(err)
	}
	return s.Cookie
}

// as opens a tab as somebody of the company.
func as(t *testing.T, url string, w *fixture.Company, a authz.Actor, look webtest.Look) *webtest.Page {
	t.Helper()
	p := webtest.Open(t)
	p.Cookie(url, "eslabon", enter(t, w, a))
	p.Go(url + "/mi-dia")
	p.As(look)
	return p
}

// Sewing asks the cutting table for 50 pieces, cutting takes it and delivers
// 50, sewing returns 2 with a reason, cutting delivers again, sewing accepts:
// on the real server, in two browsers that never load anew by hand, on a phone
// and on a laptop, over both databases.
func TestTheWholeRoundInTwoBrowsers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine db.Engine
		look   webtest.Look
	}{
		{db.SQLite, webtest.Look{Width: 390, Height: 844, Theme: "light", Lang: "es"}},
		{db.Postgres, webtest.Look{Width: 1280, Height: 800, Theme: "dark", Lang: "es"}},
	} {
		t.Run(string(c.engine), func(t *testing.T) {
			t.Parallel()
			url, w := product(t, c.engine)
			sewing, cutting := as(t, url, w, w.Diego, c.look), as(t, url, w, w.Carla, c.look)
			sewing.Go(url + "/pedir")
			sewing.Click(`.offer[href*="` + string(w.Cut.ID) + `"]`)
			sewing.WaitText("Si lo pides ahora, Corte lo entrega a más tardar")
			sewing.Type("#f-title", "50 piezas de la camisa azul")
			sewing.Type("#f-quantity", "50")
			sewing.Axe()
			sewing.Click("main form .btn-primary") // the bar at the side says the same word
			sewing.WaitPath("/pases/1")

			cutting.WaitText("50 piezas de la camisa azul") // on its day, without loading anew
			cutting.Press("Lo tomo")
			sewing.WaitText("Carla Ruiz lo está haciendo")
			cutting.Go(url + "/pases/1")
			cutting.Press("Entregar")
			sewing.WaitText("Está bien, lo recibo")
			sewing.Axe()
			sewing.Press("Le falta algo, lo devuelvo")
			sewing.Press("Medida equivocada")
			sewing.Type("#f-devolver-quantity", "2")
			sewing.Press("Devolver")
			cutting.WaitText("Por corregir: 2 piezas")
			cutting.Press("Entregar de nuevo")
			sewing.WaitText("Entrega 2: 2 piezas")
			sewing.Press("Está bien, lo recibo")
			cutting.WaitText("Diego Paz lo recibió: está bien.")
			cutting.Axe()

			h, err := w.Handoffs.ByNumber(t.Context(), w.Ana, 1)
			if err != nil || h.State != handoff.Accepted || h.Rounds != 2 || h.Delivered != 2 || h.RightFirstTime() {
				t.Errorf("%+v, %v", h.Handoff, err)
			}
		})
	}
}
