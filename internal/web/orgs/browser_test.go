package orgs_test

import (
	"testing"

	"github.com/eslabon/eslabon/internal/web/orgs"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// open shows a page to somebody.
func (w *world) open(who, to string) (*webtest.Page, string) {
	w.t.Helper()
	site := webtest.Serve(w.t, w.h)
	p := webtest.Open(w.t)
	p.Cookie(site, says, who)
	p.Go(site + to)
	return p, site
}

func TestEveryPageIsUsableByEverybody(t *testing.T) {
	w := newWorld(t)
	p, site := w.open("ana", "/organizacion")
	p.Inspect("org-tree")
	for name, to := range map[string]string{
		"org-people": "/organizacion/personas", "org-node": orgs.NodeURL(w.Cutting), "org-area": orgs.NodeURL(w.Making),
		"org-outside": orgs.NodeURL(w.Shop), "org-node-new": "/organizacion/nuevo?en=" + string(w.Making),
		"org-node-change": orgs.NodeURL(w.Sewing) + "/cambiar", "org-person": orgs.PersonURL(w.Bruno.Person),
		"org-person-new": "/personas/nueva", "org-person-change": orgs.PersonURL(w.Diego.Person) + "/cambiar",
		"org-import": "/organizacion/importar/historia",
	} {
		p.Go(site + to)
		p.Inspect(name)
	}
}
