package httpx

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// Visitor is who sends a request, with what the frame of every page shows.
type Visitor struct {
	Actor     authz.Actor
	Person    string // the name of the person
	Company   string // the name of the company
	Lang      string // the person's choice; empty follows the browser
	Zone      *time.Location
	Country   string
	Theme     string // light, dark, contrast; empty follows the system
	Companies []Seat // all the companies of the person, if several
	Unread    int    // lines of the bell that were not read yet
	Seq       int64  // the log of the company when the request began: what comes after it, the page does not show
}

// Seat is one of the companies in which a person works.
type Seat struct {
	Company id.Company
	Name    string
}

// Who tells who sends a request, from its cookie or token. It returns an
// Unauthenticated error for nobody. Companies, Unread and Seq are only shown
// by whole pages: for the rest (see Fragment) they need not be filled.
type Who func(r *http.Request) (Visitor, error)

// Cookies that a person may hold without being signed in.
const (
	ThemeCookie = "tema"
	LangCookie  = "idioma"
)

// StaticPrefix is where files lie that are the same for everybody: nobody is
// asked who they are.
const StaticPrefix = "/estatico/"

type visit struct {
	v   Visitor
	err error
}

type visitKey struct{}

// Context puts the visitor of each request in its context, with language,
// place and moment.
func Context(who Who, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, StaticPrefix) {
			next.ServeHTTP(w, r)
			return
		}
		v, err := who(r)
		if err != nil {
			v = Visitor{}
		}
		if c := cookie(r, ThemeCookie); Theme(c) != "" {
			v.Theme = c
		}
		ctx := i18n.With(r.Context(), cookie(r, LangCookie), v.Lang, r.Header.Get("Accept-Language"))
		ctx = i18n.WithNow(i18n.WithPlace(ctx, v.Zone, v.Country), time.Now())
		v.Lang = i18n.Lang(ctx)
		note(ctx, func(l *line) { l.company, l.person = int64(v.Actor.Company), string(v.Actor.Person) })
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, visitKey{}, visit{v, err})))
	})
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return "" // the only error is that there is none
	}
	return c.Value
}

// Theme returns t if it is one of ours, else "".
func Theme(t string) string {
	switch t {
	case "light", "dark", "contrast":
		return t
	default:
		return ""
	}
}

// VisitorOf returns who sends the request of ctx. Signed out, it still knows
// language and theme.
func VisitorOf(ctx context.Context) (Visitor, error) {
	if v, ok := ctx.Value(visitKey{}).(visit); ok {
		return v.v, v.err
	}
	return Visitor{Lang: i18n.Lang(ctx)}, errs.New(errs.Unauthenticated, "err.signed_out")
}

// Actor returns who acts in ctx.
func Actor(ctx context.Context) (authz.Actor, error) {
	v, err := VisitorOf(ctx)
	return v.Actor, err
}

// Fragment reports whether htmx asks for a part of a page.
func Fragment(r *http.Request) bool {
	h := r.Header
	return h.Get("HX-Request") != "" && h.Get("HX-Boosted") == "" && h.Get("HX-History-Restore-Request") == ""
}

// Local returns to if it is an address of ours, else fallback: nobody is sent
// elsewhere by a link that only begins with our name.
func Local(to, fallback string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return fallback
	}
	return to
}
