package datasets_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/web/webtest"
)

// The log of incidents, from the file to the cases of the worst link: an own log
// stands for it where it is not there.
func TestALogInABrowser(t *testing.T) {
	w := open(t)
	path, err := filepath.Abs("../../../../shared/data/bpic2013_incidents.xes.gz")
	if err != nil {
		t.Fatal(err)
	}
	real := true
	if _, err := os.Stat(path); err != nil {
		t.Logf("an own log stands for %s: %v", path, err)
		real, path = false, filepath.Join(t.TempDir(), "taller.csv")
		lines := strings.SplitAfter(story, "\n")
		if err := os.WriteFile(path, []byte(lines[0]+strings.Join(lines[1:], "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, _ := w.Open("ana", "/registros")
	p.WaitText("Todavía no hay ningún registro")
	p.Inspect("datasets-none")
	p.Attach("[name=file]", path)
	p.Press("Subir")
	p.WaitText("¿Qué es cada columna")
	p.Inspect("datasets-wizard")
	// The program proposes who did it as a dimension: only the team counts here.
	if real {
		p.Until(`document.querySelector('[name=dimensions][value="org:group"]').checked`)
		p.Click(`[name=dimensions][value="org:resource"]`)
		p.Until(`!document.querySelector('[name=dimensions][value="time:timestamp"], [name=dimensions][value=trace]')`)
	} else {
		p.Click(`[name=dimensions][value="turno"]`)
	}
	p.Type("[name=mapping_name]", "Incidencias")
	p.Press("Ver la cadena")
	p.WaitText("Lo que más importa")
	p.Until(`!!document.querySelector("[data-chain-busy]")?.hidden`)
	inspect(p, "datasets-map")
	p.Click(`table tbody tr:first-child a`) // those that bounce most come first
	p.WaitText("Los casos detrás de las cifras")
	p.Wait("details[open] td .chip")
	p.WaitText("Regresa")
	p.Inspect("datasets-link")
	p.Press("Registros")
	p.WaitText("Incidencias")
	p.Inspect("datasets-list")
}

// inspect looks at a page with a map, which takes a moment to be drawn.
func inspect(p *webtest.Page, name string) {
	for i := range webtest.Looks {
		l := webtest.Looks[(i+1)%len(webtest.Looks)]
		p.As(l)
		p.Until(`!!document.querySelector("[data-chain-busy]")?.hidden`)
		p.Axe()
		p.Fits()
		p.Screenshot(name + "-" + l.String())
	}
}
