// Package orgs holds the pages on which a company sees and shapes itself: its
// areas, teams and posts, who works on them, who has access, and the files that
// bring all that in and out.
package orgs

import (
	"context"
	"net/http"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/sheet"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// Services is what the pages work with.
type Services struct {
	Org      *org.Service
	Links    *link.Service
	Handoffs *handoff.Service
	Accounts *account.Service
	Settings *setting.Service
	Absences *absence.Service
	Join     func(secret string) string // the address that an invitation opens
	MailOn   bool                       // invitations go by mail too
}

type pages struct{ Services }

// mostUpload is the most bytes of a file that is brought in, with its form.
const mostUpload = sheet.MostMB<<20 + 64<<10

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /organizacion", web.Handle(p.tree))
	mux.HandleFunc("GET /organizacion/personas", web.Handle(p.people))
	mux.HandleFunc("GET /organizacion/nuevo", web.Handle(p.addNodeForm))
	mux.HandleFunc("POST /organizacion/nuevo", web.Handle(p.addNode))
	mux.HandleFunc("GET /organizacion/nodo/{node}", web.Handle(p.node))
	mux.HandleFunc("GET /organizacion/nodo/{node}/cambiar", web.Handle(p.changeNodeForm))
	mux.HandleFunc("POST /organizacion/nodo/{node}/cambiar", web.Handle(p.changeNode))
	mux.HandleFunc("POST /organizacion/nodo/{node}/horario", web.Handle(p.assignHours))
	mux.HandleFunc("POST /organizacion/nodo/{node}/archivo", web.Handle(p.archiveNode))
	mux.HandleFunc("POST /organizacion/nodo/{node}/personas", web.Handle(p.placeHere))
	mux.HandleFunc("POST /organizacion/nodo/{node}/quitar", web.Handle(p.removeHere))

	mux.HandleFunc("GET /personas/nueva", web.Handle(p.addPersonForm))
	mux.HandleFunc("POST /personas/nueva", web.Handle(p.addPerson))
	mux.HandleFunc("GET /personas/{person}", web.Handle(p.person))
	mux.HandleFunc("GET /personas/{person}/cambiar", web.Handle(p.changePersonForm))
	mux.HandleFunc("POST /personas/{person}/cambiar", web.Handle(p.changePerson))
	mux.HandleFunc("POST /personas/{person}/puestos", web.Handle(p.placeThem))
	mux.HandleFunc("POST /personas/{person}/quitar", web.Handle(p.removeThem))
	mux.HandleFunc("POST /personas/{person}/alta", web.Handle(p.setActive))
	mux.HandleFunc("POST /personas/{person}/ausencia", web.Handle(p.saveAbsence))
	mux.HandleFunc("POST /personas/{person}/invitar", web.Handle(p.invite))

	mux.HandleFunc("GET /organizacion/importar", web.Handle(p.importMenu))
	mux.HandleFunc("GET /organizacion/importar/{what}", web.Handle(p.importForm))
	mux.HandleFunc("GET /organizacion/importar/{what}/plantilla", web.Handle(p.template))
	mux.HandleFunc("POST /organizacion/importar/{what}", web.UploadOr(mostUpload, p.importFile, p.importForm))
	for _, f := range formats {
		mux.HandleFunc("GET /organizacion/personas."+f, web.Handle(p.exportPeople(f)))
		mux.HandleFunc("GET /catalogo/servicios."+f, web.Handle(p.exportServices(f)))
	}
}

const home = "/organizacion"

// NodeURL is the address of the page of a node.
func NodeURL(n id.Node) string { return home + "/nodo/" + string(n) }

// PersonURL is the address of the page of a person.
func PersonURL(p id.Person) string { return "/personas/" + string(p) }

// queueURL is the address of the work of a node.
func queueURL(n id.Node) string { return "/equipo/" + string(n) }

// langName says a language in itself.
func langName(lang string) string {
	return map[string]string{"es": "Español", "en": "English"}[lang]
}

// crumbs lead from the whole organisation to here.
func crumbs(ctx context.Context, steps ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: i18n.T(ctx, "ui.place.org"), URL: home}}, steps...)
}

// pathTo are the crumbs from the top of the tree down to n; the last one has an
// address only if something follows it.
func pathTo(ctx context.Context, t org.Tree, n id.Node, last bool) []ui.Crumb {
	var down []ui.Crumb
	for range t.Len() { // so that even a ring ends
		v, ok := t.Node(n)
		if !ok {
			break
		}
		down = append([]ui.Crumb{{Label: v.Name, URL: NodeURL(v.ID)}}, down...)
		n = v.Parent
	}
	if last && len(down) > 0 {
		down[len(down)-1].URL = ""
	}
	return crumbs(ctx, down...)
}

// tabs are the two ways to look at the organisation.
func tabs(ctx context.Context, people bool) []ui.Tab {
	return []ui.Tab{
		{Label: i18n.T(ctx, "orgpage.tab.tree"), URL: home, Here: !people},
		{Label: i18n.T(ctx, "orgpage.tab.people"), URL: home + "/personas", Here: people},
	}
}

// kindWord says what a node is.
func kindWord(ctx context.Context, k org.Kind) string { return i18n.T(ctx, "orgpage.kind."+string(k)) }

func kindIcon(k org.Kind) string {
	switch k {
	case org.Area:
		return "building-2"
	case org.Team:
		return "users"
	case org.Customer:
		return "store"
	case org.Supplier:
		return "package"
	default:
		return "user"
	}
}
