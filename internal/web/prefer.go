package web

import (
	"net/http"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web/static"
)

// year is how long a browser keeps a preference, in seconds.
const year = 365 * 24 * 60 * 60

// Routes adds what every installation has: the static files, the choice of
// theme and language, and the page for addresses that lead nowhere.
func Routes(mux *http.ServeMux) {
	mux.Handle("GET "+static.Prefix, static.Handler())
	mux.HandleFunc("POST /preferencias", prefer)
	mux.HandleFunc("/", Open(nothing))
}

func nothing(*http.Request, authz.Actor) (Result, error) {
	return Result{}, errs.New(errs.NotFound, "err.not_found")
}

// prefer keeps theme and language in the browser, signed in or not.
func prefer(w http.ResponseWriter, r *http.Request) {
	httpx.Limit(w, r, httpx.MaxForm)
	if err := parse(r); err != nil {
		answer(w, r, Result{}, err)
		return
	}
	if r.PostForm.Has("tema") {
		setCookie(w, r, httpx.ThemeCookie, httpx.Theme(r.PostFormValue("tema")), year)
	}
	if l := r.PostFormValue("idioma"); slices.Contains(i18n.Langs, l) {
		setCookie(w, r, httpx.LangCookie, l, year)
	}
	http.Redirect(w, r, httpx.Local(r.PostFormValue("volver"), "/"), http.StatusSeeOther)
}
