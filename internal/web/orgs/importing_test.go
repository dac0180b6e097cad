package orgs_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/sheet"
)

// upload sends a file to a form; pairs are its other fields.
func (w *world) upload(who, to, content string, pairs ...string) answer {
	w.t.Helper()
	return w.send(who, w.form(to, content, pairs...))
}

func (w *world) form(to, content string, pairs ...string) *http.Request {
	w.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		if err := form.WriteField(pairs[i], pairs[i+1]); err != nil {
			w.t.Fatal(err)
		}
	}
	if content != "" {
		f, err := form.CreateFormFile("file", "lista.csv")
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, to, &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return r
}

var checked = regexp.MustCompile(`name="sum" value="([0-9a-f]{64})"`)

const toPeople = "/organizacion/importar/personas"

func TestAFileIsCheckedAndThenBroughtIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := "nombre,correo,área,equipo,jefatura\nGil Mora,gil@taller.mx,Producción,Empaque,\nCarla Ruiz,,Producción,Corte,\n"
	page := w.upload("ana", toPeople, file)
	w.reads(page, http.StatusOK, "2 filas, y todas están bien", "Aún no se guardó nada", "Importar de verdad", "elígelo otra vez", "jefatura")
	w.hides(w.get("ana", "/organizacion"), "Empaque", "Gil Mora")
	sum := checked.FindStringSubmatch(page.body)
	if sum == nil {
		t.Fatal("nothing to confirm")
	}
	other := w.upload("ana", toPeople, strings.ReplaceAll(file, "Gil", "Gilda"), "sum", sum[1])
	w.reads(other, http.StatusOK, "Este no es el archivo que revisamos antes", "Importar de verdad")
	w.hides(w.get("ana", "/organizacion"), "Gilda")
	w.reads(w.upload("ana", toPeople, "", "sum", sum[1]), http.StatusUnprocessableEntity, "Elige un archivo", `value="`+sum[1])
	w.reads(w.upload("ana", toPeople, file, "sum", sum[1]), http.StatusOK, "Listo, ya está dentro", "/organizacion/personas")
	w.reads(w.get("ana", "/organizacion"), http.StatusOK, "Empaque", "Gil Mora")
	w.reads(w.upload("ana", toPeople, file), http.StatusOK, "2 filas ya estaban igual")
}

func TestEveryCellAtFaultIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := "nombre;correo;idioma\nGil;no-es-correo;es\nEva;eva@taller.mx;klingon\n"
	page := w.upload("ana", toPeople, file)
	w.reads(page, http.StatusOK, "Hay 2 celdas que no se pueden importar", "no-es-correo", "klingon", "Esto no parece un correo", ">2<", ">3<", "Idioma")
	w.hides(page, "Importar de verdad")
	r := w.form(toPeople, file)
	r.Header.Set("HX-Request", "true")
	r.AddCookie(&http.Cookie{Name: httpx.LangCookie, Value: "en"})
	part := w.send("ana", r)
	w.reads(part, http.StatusOK, "2 cells cannot be imported", "Why not")
	w.hides(part, "<html", "</form>")
}

func TestFilesThatCannotBeReadSayWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reads(w.upload("ana", toPeople, ""), http.StatusUnprocessableEntity, "Archivo: Elige un archivo.", `href="#f-file"`)
	w.reads(w.upload("ana", toPeople, "PK\x03\x04 broken"), http.StatusUnprocessableEntity, "data-bad-form")
	w.reads(w.upload("ana", toPeople, "nombre\n"), http.StatusUnprocessableEntity, "data-bad-form")
	w.reads(w.upload("ana", "/organizacion/importar/servicios", "color,talla\nazul,M\n"), http.StatusUnprocessableEntity, "data-bad-form")
	w.reads(w.upload("ana", toPeople, strings.Repeat("x", sheet.MostMB<<20+1<<17)), http.StatusRequestEntityTooLarge, "50 MB", "Revisar el archivo")
	w.reads(w.get("ana", "/organizacion/importar/nada"), http.StatusNotFound)
	w.reads(w.upload("bruno", toPeople, "nombre\nGil\n"), http.StatusForbidden)
	if to := w.get("ana", "/organizacion/importar").to; to != toPeople {
		t.Errorf("the menu leads to %q", to)
	}
}

// Whoever fills in a template gets no complaint about the template itself.
func TestTemplatesFitTheirImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for word, boxes := range map[string][]string{
		"personas": nil, "servicios": nil, "historia": {"create_nodes", "1", "create_people", "1"},
	} {
		for _, lang := range []string{"es", "en"} {
			to := "/organizacion/importar/" + word
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, to+"/plantilla", nil)
			r.AddCookie(&http.Cookie{Name: httpx.LangCookie, Value: lang})
			file := w.send("ana", r)
			w.reads(file, http.StatusOK)
			if word == "servicios" { // a service needs its post
				people := "área,equipo\nProducción,Costura\nProduction,Sewing\n"
				sum := checked.FindStringSubmatch(w.upload("ana", toPeople, people).body)
				w.upload("ana", toPeople, people, "sum", sum[1])
			}
			page := w.upload("ana", to, file.body, boxes...)
			w.reads(page, http.StatusOK, "1 fila, y está bien")
			w.hides(page, "No conocemos estas columnas")
		}
	}
	w.reads(w.get("bruno", toPeople+"/plantilla"), http.StatusForbidden)
}

func TestListsAreTakenAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reads(w.get("ana", "/organizacion/personas.csv"), http.StatusOK, "Carla Ruiz", "Corte")
	w.reads(w.get("bruno", "/organizacion/personas.csv"), http.StatusForbidden)
	w.reads(w.get("carla", "/catalogo/servicios.csv"), http.StatusOK, "Piezas cortadas", "Manchado")
	for _, to := range []string{"/organizacion/personas.xlsx", "/catalogo/servicios.xlsx"} {
		file := w.get("ana", to)
		table, err := sheet.Read(strings.NewReader(file.body))
		if err != nil || len(table.Rows) == 0 {
			t.Errorf("%s: %d rows, %v", to, len(table.Rows), err)
		}
	}
}
