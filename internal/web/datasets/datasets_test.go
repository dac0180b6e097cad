package datasets_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/datasets"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(webtest.Main(m))
}

// world is the pages with their jobs at work.
type world struct {
	*webtest.House
	t        *testing.T
	work     func() // starts the jobs of a world that is idle
	datasets *dataset.Service
}

func open(t *testing.T) *world {
	t.Helper()
	w := idle(t)
	w.work()
	return w
}

// idle is a world whose jobs wait until they are told to work.
func idle(t *testing.T) *world {
	t.Helper()
	w := &world{t: t}
	w.House = webtest.NewHouse(t, func(mux *http.ServeMux, c *fixture.Company) {
		if err := job.Migrate(t.Context(), c.DB); err != nil {
			t.Fatal(err)
		}
		s := dataset.New(c.DB)
		w.datasets = s
		jobs, err := job.New(c.DB, s.Workers()...)
		if err != nil {
			t.Fatal(err)
		}
		w.work = func() {
			if err := jobs.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := jobs.Stop(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
		}
		web.Routes(mux)
		datasets.Routes(mux, datasets.Services{Datasets: s, Handoffs: c.Handoffs, Org: c.Org})
	})
	return w
}

// done waits until the program has done its work on a log.
func (w *world) done(at string) string {
	w.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if w.Get("ana", at+"/avance").Status != http.StatusOK {
			break
		}
	}
	return at
}

// bring uploads a file as Ana, and waits until it has been looked at.
func (w *world) bring(name, content string) string {
	w.t.Helper()
	return w.done(w.PostFile("ana", "/registros", "file", name, content).Leads("/registros/"))
}

// table is a log of cases, each a list of "team/step" an hour apart.
func table(cases ...string) string {
	var b strings.Builder
	b.WriteString("pedido,paso,equipo,hora,turno\n")
	for i, c := range cases {
		for j, e := range strings.Fields(c) {
			team, step, _ := strings.Cut(e, "/")
			fmt.Fprintf(&b, "P%d,%s,%s,2026-03-%02d %02d:00,mañana\n", i+1, step, team, 2+i, 8+j)
		}
	}
	return b.String()
}

// story is a log in which sewing returns work to cutting.
var story = table(
	"corte/pedido corte/cortado costura/recibido costura/revisado corte/corregido costura/cosido",
	"corte/pedido costura/recibido corte/corregido costura/cosido",
	"corte/pedido corte/cortado costura/cosido",
)

// mapping is the form of the wizard, as the program fills it in for story.
func mapping(change ...string) []string {
	form := map[string]string{"case": "pedido", "activity": "paso", "time": "hora", "dimensions": "equipo", "time_zone": "America/Mexico_City"}
	for i := 0; i < len(change); i += 2 {
		form[change[i]] = change[i+1]
	}
	var out []string
	for k, v := range form {
		out = append(out, k, v)
	}
	return out
}

func TestALogFromTheFileToTheCasesOfALink(t *testing.T) {
	w := open(t)
	w.Get("ana", "/registros").Reads(http.StatusOK, "Todavía no hay ningún registro", "Sube un registro")
	at := w.bring("taller.csv", story)
	w.Get("ana", at).Reads(http.StatusOK, "¿Qué es cada columna de «taller.csv»?", "3 casos y 13 eventos", "Es una tabla de texto",
		`<option value="paso" selected`, `value="equipo" checked`).
		Hides(`name="dimensions" value="hora"`, `name="dimensions" value="pedido"`)
	w.Post("ana", at+"/columnas", mapping("mapping_name", "Lo del taller")...).Leads(at)
	w.done(at)
	w.Get("ana", at).Reads(http.StatusOK, "Lo que más importa", "corte", "costura", "chain-data", at+"/eslabon?a=costura")
	link := at + "/eslabon?por=equipo&de=corte&a=costura"
	w.Get("ana", link).Reads(http.StatusOK, "corte → costura", "P1", "P2", "Regresa", "2026-03-02 10:00", "Horas de America/Mexico_City").Hides(">P3")
	w.Get("ana", link+"&ver=todos").Reads(http.StatusOK, "P3")
	w.Get("ana", at+"?orden=espera&todos=1").Reads(http.StatusOK, "costura")
	w.Get("ana", at+"/analisis").Reads(http.StatusOK, `"handovers"`)
	if got := w.Get("ana", at+"/archivo"); got.Status != http.StatusOK || got.Body != story {
		t.Errorf("the file came back as %q", got.Body)
	}
	// The next file of the kind is read as this one was.
	w.Get("ana", "/registros").Reads(http.StatusOK, "taller.csv", "Listo", "Lo del taller", "Ana")
	second := w.bring("abril.csv", story)
	w.Get("ana", second).Reads(http.StatusOK, "Usar una lectura guardada", "Lo del taller")
	w.Get("ana", at+"?por=nada").Reads(http.StatusNotFound)
	w.Get("ana", at+"/eslabon?por=equipo&de=corte&a=nadie").Reads(http.StatusNotFound, "Ese eslabón no está en el registro")
}

// A saved mapping that was chosen with the file is there when the file has been
// looked at, however long that takes, and whichever address is asked meanwhile.
func TestAFileIsReadAsASavedMapping(t *testing.T) {
	w := idle(t)
	m, err := w.datasets.Save(t.Context(), w.Ana, "Por turno", dataset.Mapping{
		Case: "pedido", Activity: "paso", Time: "hora", Dimensions: []string{"turno"}, Zone: "Europe/Tallinn", PingPong: 7,
	})
	if err != nil {
		t.Fatal(err)
	}
	saved := "lectura=" + string(m.ID)
	to := w.PostFile("ana", "/registros", "file", "mayo.csv", story, "saved", string(m.ID)).Leads("/registros/")
	at, _, _ := strings.Cut(to, "?")
	w.Get("ana", to).Reads(http.StatusOK, `hx-get="`+at+"/avance?"+saved+`"`, at+"?"+saved)
	w.Get("ana", at+"/columnas?"+saved).Leads(to)
	w.work()
	w.done(at)
	w.Get("ana", at+"/avance?"+saved).Leads(to)
	w.Get("ana", to).Leads(at + "/columnas?" + saved)
	w.Get("ana", at+"/columnas?"+saved).Reads(http.StatusOK, "Rellenado como en «Por turno»", `value="turno" checked`, `value="Europe/Tallinn"`, `value="7"`).
		Hides(`value="equipo" checked`)
	// A mapping that is not there any more, or was never one, changes nothing.
	w.Get("ana", at+"/columnas?lectura=nada").Reads(http.StatusOK, `value="equipo" checked`)
	w.PostFile("ana", "/registros", "file", "mayo.csv", story, "saved", "a&b=c").Leads("/registros/")
}

// The figures of a link open the cases that make them, and these add up to them.
func TestTheCasesOfALinkAddUp(t *testing.T) {
	w := open(t)
	at := w.bring("taller.csv", story)
	w.Post("ana", at+"/columnas", mapping()...).Leads(at)
	w.done(at)
	link := at + "/eslabon?a=costura&de=corte&por=equipo"
	page := w.Get("ana", link).Reads(http.StatusOK, "2 de 5", strings.ReplaceAll(link, "&", "&amp;")+"#casos", strings.ReplaceAll(link, "&", "&amp;")+"&amp;ver=todos#casos")
	if n := strings.Count(page.Body, ">Regresa<"); n != 2 {
		t.Errorf("%d times it is marked that work came back, want 2", n)
	}
	passed, back := 0, 0
	for _, m := range regexp.MustCompile(`<summary[^>]*>[^P]*Caso P\d: pasó (una|\d+) (?:vez|veces), regresó (\d+)`).FindAllStringSubmatch(w.Get("ana", link+"&ver=todos").Body, -1) {
		n, _ := strconv.Atoi(strings.Replace(m[1], "una", "1", 1))
		k, _ := strconv.Atoi(m[2])
		passed, back = passed+n, back+k
	}
	if passed != 5 || back != 2 {
		t.Errorf("the cases say %d of %d, the figure 2 of 5", back, passed)
	}
}

func TestWhoSeesALog(t *testing.T) {
	w := open(t)
	w.Get("carla", "/registros").Reads(http.StatusOK, "Solo quien dirige").Hides("Sube un registro")
	w.PostFile("carla", "/registros", "file", "x.csv", story).Reads(http.StatusForbidden)
	at := w.bring("taller.csv", story)
	for _, who := range []string{"carla", "otra"} {
		w.Get(who, at).Reads(http.StatusNotFound)
		w.Post(who, at+"/borrar").Reads(http.StatusNotFound)
	}
	w.Post("ana", at+"/compartir", "people", string(w.Carla.Person)).Leads(at)
	w.Get("carla", at).Reads(http.StatusOK, "taller.csv").Hides("Ver la cadena", "Borrar este registro")
	w.Post("carla", at+"/columnas", mapping()...).Reads(http.StatusForbidden)
	w.Post("carla", at+"/borrar").Reads(http.StatusForbidden)
	w.Get("diego", at).Reads(http.StatusNotFound)
	w.Post("ana", at+"/compartir", "everybody", "on").Leads(at)
	w.Get("diego", at).Reads(http.StatusOK)
	w.Get("otra", at).Reads(http.StatusNotFound)
	w.Post("ana", at+"/borrar").Leads("/registros")
	w.Get("ana", at).Reads(http.StatusNotFound)
}

func packed(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever is wrong is said in one sentence, and what was brought in is kept.
func TestWhatIsWrongWithAFileIsSaid(t *testing.T) {
	w := open(t)
	w.Post("ana", "/registros").Reads(http.StatusUnprocessableEntity, "Elige un archivo")
	for name, c := range map[string]struct{ content, want string }{
		"nada.csv": {"", "El archivo está vacío."},
		"foto.png": {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "parece una imagen"},
	} {
		w.PostFile("ana", "/registros", "file", name, c.content).Reads(http.StatusUnprocessableEntity, c.want)
	}
	w.Get("ana", "/registros").Hides("nada.csv", "foto.png")

	z := packed(t, strings.Repeat(story, 50))
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"cortado.csv.gz": {z[:len(z)/2], []string{"le falta el final"}},
		"sin-hora.csv":   {"pedido,paso,equipo\nP1,cortar,corte\n", []string{"Ninguna columna parece tener fechas", `name="time"`, `<option value="pedido"`, `<option value="equipo"`}},
		"sin-hora.xes": {
			`<log><trace><event><string key="concept:name" value="a"/><string key="cuándo" value="2026-03-02"/></event></trace></log>`,
			[]string{"Ningún evento trae cuándo", `<option value="cuándo"`},
		},
		"pagina.html": {"<html><body>hola</body></html>", []string{"No es un registro XES"}},
	} {
		at := w.bring(name, c.content)
		w.Get("ana", at).Reads(http.StatusOK, append(c.want, "No pudimos leer este archivo", "El archivo sigue guardado")...)
		if got := w.Get("ana", at+"/archivo"); got.Body != c.content {
			t.Errorf("%s: %d bytes are left of %d", name, len(got.Body), len(c.content))
		}
	}
}

func TestWhatIsWrongWithAMappingIsSaid(t *testing.T) {
	w := open(t)
	at := w.bring("taller.csv", story)
	form := at + "/columnas"
	for _, c := range []struct{ field, value, want string }{
		{"time_zone", "Marte/Olimpo", "No conocemos esa zona horaria"},
		{"dimensions", "", "Marca al menos una columna"},
		{"filter", "equipo", "columna=valor"},
		{"leave_out", "equipo!=costura", "columna=Nombre"},
		{"ping_pong", "muchos", "un número entre 1 y 20"},
		{"ping_pong", "99", "un número entre 1 y 20"},
		{"mapping_name", strings.Repeat("a", 500), "demasiado largo"},
	} {
		got := w.Post("ana", form, mapping(c.field, c.value)...).Reads(http.StatusUnprocessableEntity, c.want)
		if c.value != "" {
			got.Reads(http.StatusUnprocessableEntity, c.value)
		}
	}
	for _, c := range []struct{ field, value, want string }{
		{"filter", "equipo=nadie", "no queda ningún evento"},
		{"dimensions", "planeta", "no tiene la columna «planeta». Tiene estas: pedido, hora, paso, equipo, turno."},
		{"time", "paso", "La columna «paso» no tiene fechas"},
		{"time", "cuando", "«cuando»"},
	} {
		w.Post("ana", form, mapping(c.field, c.value)...).Leads(at)
		w.done(at)
		w.Get("ana", at).Reads(http.StatusOK, c.want, "El archivo sigue guardado", "Ver la cadena", `<option value="hora"`)
	}
	w.Post("ana", form, mapping()...).Leads(at)
	w.done(at)
	w.Get("ana", at).Reads(http.StatusOK, "Lo que más importa")

	// When no event has the time where the standard puts it, another key may.
	at = w.bring("otra-hora.xes", `<log><trace><event><string key="concept:name" value="a"/><date key="cuándo" value="2026-03-02T10:00:00Z"/></event>`+
		`<event><string key="concept:name" value="b"/><date key="cuándo" value="2026-03-02T11:00:00Z"/></event></trace></log>`)
	w.Get("ana", at).Reads(http.StatusOK, "Elige abajo la columna que lo dice")
	w.Post("ana", at+"/columnas", "time", "cuándo", "dimensions", "concept:name").Leads(at)
	w.done(at)
	w.Get("ana", at).Reads(http.StatusOK, "2 eventos")
}

func TestTheHistoryIsTakenAway(t *testing.T) {
	w := open(t)
	w.Get("fabio", "/registros/historia?formato=xes&caso=order&personas=none").Reads(http.StatusOK, "<log")
	w.Get("fabio", "/registros/historia?formato=pdf").Reads(http.StatusUnprocessableEntity)
	w.Get("fabio", "/registros/historia?formato=csv&personas=names").Reads(http.StatusForbidden)
}
