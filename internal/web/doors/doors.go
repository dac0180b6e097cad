// Package doors holds the pages through which people come and go: the first
// visit, sign-in, invitations, forgotten passwords; and those on which they set
// things for themselves and for the company.
package doors

import (
	"net/http"
	"strconv"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/setup"
	"github.com/eslabon/eslabon/internal/web"
)

// Guest is somebody of the demo, whom anybody may be.
type Guest struct {
	Company id.Company
	Person  id.Person
	Name    string
	Post    string // where the person works
	About   string // key of what the person does
}

// Services is what the pages work with.
type Services struct {
	DB       *db.DB
	Accounts *account.Service
	Settings *setting.Service
	Org      *org.Service
	Absences *absence.Service
	Courier  *courier.Service
	MailOn   bool    // mails leave, so a forgotten password can be asked for
	Guests   []Guest // only in the demo
}

type pages struct{ Services }

const home = "/mi-dia"

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /{$}", web.Open(p.front))
	mux.HandleFunc("GET /entrar", web.Open(p.signInForm))
	mux.HandleFunc("POST /entrar", web.Open(p.signIn))
	mux.HandleFunc("POST /entrar/como", web.Open(p.signInAs))
	mux.HandleFunc("POST /salir", web.Open(p.signOut))
	mux.HandleFunc("POST /empresa", web.Handle(p.change))
	mux.HandleFunc("GET /inicio", web.Open(p.firstForm))
	mux.HandleFunc("POST /inicio", web.Open(p.first))
	mux.HandleFunc("GET /invitacion/{secret}", web.Open(p.joinForm))
	mux.HandleFunc("POST /invitacion/{secret}", web.Open(p.join))
	mux.HandleFunc("GET /clave", web.Open(p.forgotForm))
	mux.HandleFunc("POST /clave", web.Open(p.forgot))
	mux.HandleFunc("GET /clave/{secret}", web.Open(p.resetForm))
	mux.HandleFunc("POST /clave/{secret}", web.Open(p.reset))
	mux.HandleFunc("GET /ajustes", web.Handle(p.me))
	mux.HandleFunc("POST /ajustes/persona", web.Handle(p.saveMe))
	mux.HandleFunc("POST /ajustes/clave", web.Handle(p.savePassword))
	mux.HandleFunc("GET /ajustes/sesiones", web.Handle(p.sessions))
	mux.HandleFunc("POST /ajustes/sesiones", web.Handle(p.endSession))
	mux.HandleFunc("GET /ajustes/llaves", web.Handle(p.tokens))
	mux.HandleFunc("POST /ajustes/llaves", web.Handle(p.issueToken))
	mux.HandleFunc("POST /ajustes/llaves/{token}", web.Handle(p.revokeToken))
	mux.HandleFunc("GET /ajustes/avisos", web.Handle(p.choose))
	mux.HandleFunc("POST /ajustes/avisos", web.Handle(p.saveChoices))
	mux.HandleFunc("GET /ajustes/ausencia", web.Handle(p.absence))
	mux.HandleFunc("POST /ajustes/ausencia", web.Handle(p.saveAbsence))
	mux.HandleFunc("GET /ajustes/correo", web.Handle(p.mails))
	mux.HandleFunc("POST /ajustes/correo", web.Handle(p.mailAgain))
	mux.HandleFunc("GET /ajustes/empresa", web.Handle(p.firm))
	mux.HandleFunc("POST /ajustes/empresa", web.Handle(p.saveFirm))
	mux.HandleFunc("GET /ajustes/horario", web.Handle(p.hours))
	mux.HandleFunc("POST /ajustes/horario", web.Handle(p.saveHours))
	mux.HandleFunc("GET /ajustes/horarios/nuevo", web.Handle(p.newShift))
	mux.HandleFunc("POST /ajustes/horarios/nuevo", web.Handle(p.addShift))
	mux.HandleFunc("GET /ajustes/horarios/{calendar}", web.Handle(p.shift))
	mux.HandleFunc("POST /ajustes/horarios/{calendar}", web.Handle(p.saveShift))
	mux.HandleFunc("POST /ajustes/horarios/{calendar}/quitar", web.Handle(p.removeShift))
}

// front leads to the first visit, to the door, or to the day.
func (p pages) front(r *http.Request, a authz.Actor) (web.Result, error) {
	if a.Person != "" {
		return web.Go(home), nil
	}
	empty, err := setup.Empty(r.Context(), p.DB)
	if err != nil {
		return web.Result{}, err
	}
	if empty {
		return web.Go("/inicio"), nil
	}
	return web.Go("/entrar"), nil
}

func (p pages) signInForm(r *http.Request, a authz.Actor) (web.Result, error) {
	if a.Person != "" && len(p.Guests) == 0 {
		return web.Go(httpx.Local(r.FormValue("volver"), home)), nil
	}
	empty, err := setup.Empty(r.Context(), p.DB)
	if err != nil {
		return web.Result{}, err
	}
	if empty {
		return web.Go("/inicio"), nil
	}
	return p.door(r, nil), nil
}

func (p pages) door(r *http.Request, err error) web.Result {
	back := httpx.Local(r.FormValue("volver"), "")
	return web.Show(web.Page{
		Title: i18n.T(r.Context(), "door.title"), Bare: true, Wide: len(p.Guests) > 0,
		Body: doorPage(web.FormOf(r, err), back, p.Guests),
	})
}

func (p pages) signIn(r *http.Request, _ authz.Actor) (web.Result, error) {
	s, err := p.Accounts.SignIn(r.Context(), account.SignIn{
		Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
		Device: r.UserAgent(), Address: httpx.Address(r),
	})
	if err != nil {
		return p.door(r, err), err
	}
	return web.Go(httpx.Local(r.PostFormValue("volver"), home)).Enter(s.Cookie, s.EndsAt.Time), nil
}

// signInAs lets anybody be one of the guests of the demo.
func (p pages) signInAs(r *http.Request, _ authz.Actor) (web.Result, error) {
	for _, g := range p.Guests {
		if r.PostFormValue("persona") == string(g.Person) {
			s, err := p.Accounts.Enter(r.Context(), g.Company, g.Person, r.UserAgent())
			if err != nil {
				return web.Result{}, err
			}
			return web.Go(home).Enter(s.Cookie, s.EndsAt.Time), nil
		}
	}
	return web.Result{}, errs.New(errs.NotFound, "err.not_found")
}

func (p pages) signOut(r *http.Request, _ authz.Actor) (web.Result, error) {
	if err := p.Accounts.SignOut(r.Context(), httpx.Session(r)); err != nil {
		return web.Result{}, err
	}
	return web.Go("/entrar").Leave().Say(i18n.T(r.Context(), "door.left")), nil
}

// change goes on in another company of the same person.
func (p pages) change(r *http.Request, _ authz.Actor) (web.Result, error) {
	n, err := strconv.ParseInt(r.PostFormValue("empresa"), 10, 64)
	if err != nil {
		return web.Result{}, errs.New(errs.NotFound, "setting.err.not_found")
	}
	s, err := p.Accounts.Switch(r.Context(), httpx.Session(r), id.Company(n))
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(home).Enter(s.Cookie, s.EndsAt.Time), nil
}
