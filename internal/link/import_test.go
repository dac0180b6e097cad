package link_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/sheet"
)

func table(t *testing.T, csv string) sheet.Table {
	t.Helper()
	out, err := sheet.Read(strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// catalogue writes the services that are offered as one line each.
func catalogue(t *testing.T, w *fixture.Company, a authz.Actor) []string {
	t.Helper()
	tree, err := w.Org.Tree(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	offers, err := w.Links.Offers(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, o := range offers {
		if !o.Archived() {
			out = append(out, fmt.Sprintf("%s: %s (%s, %s, %s) %v %v %d %v %v %+v", tree.Path(o.Node), o.Name, o.Kind, o.Unit, o.Detail,
				o.Take, o.Deliver, o.Target, link.Current(o.Requirements), link.Current(o.Reasons), o.Form))
		}
	}
	return out
}

const services = "nodo;servicio;tipo;descripción;unidad;tiempo para tomar;tiempo de entrega;meta;requisitos;motivos;preguntas\n"

func TestServicesComeIn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), i18n.With(t.Context(), "es")
		file := table(t, services+
			"Producción / Corte;Trazo;documento;A escala;;90 min;2 días;85 %;Limpio | A escala 1:1;Borroso|Falta una pieza;"+
			"Talla:opción:S,M\\,L,XL:obligatoria | Cantidad:número:piezas | Para cuándo:fecha::sí:El día que se corta\n"+
			"corte;PIEZAS cortadas;;;;;1 h;;Completo | Con su hilo;Manchado;\n"+ // there already: what is empty stays
			"Sistemas;Respaldo;;;;;;;;;\n")
		dry, err := w.Links.ImportServices(ctx, w.Ana, file, true)
		if err != nil || dry.Created != 2 || dry.Updated != 1 || len(dry.Problems) > 0 {
			t.Fatalf("dry run: %+v, %v", dry, err)
		}
		if got := catalogue(t, w, w.Ana); len(got) != 3 {
			t.Fatalf("a dry run wrote %v", got)
		}
		report, err := w.Links.ImportServices(ctx, w.Ana, file, false)
		if err != nil || report.Created != 2 || report.Updated != 1 {
			t.Fatalf("%+v, %v", report, err)
		}
		offers, err := w.Links.Offers(ctx, w.Ana)
		if err != nil {
			t.Fatal(err)
		}
		by := map[string]link.Offer{}
		for _, o := range offers {
			by[o.Name] = o
		}
		trace := by["Trazo"]
		if trace.Node != w.Cutting || trace.Kind != link.Document || trace.Take != 90*time.Minute || trace.Deliver != 16*time.Hour ||
			trace.Target != 85 || len(trace.Requirements) != 2 || trace.Requirements[1].Text != "A escala 1:1" || len(trace.Reasons) != 2 {
			t.Errorf("%+v", trace)
		}
		form := []link.Field{
			{ID: "f1", Label: "Talla", Type: link.Choice, Options: []string{"S", "M,L", "XL"}, Required: true},
			{ID: "f2", Label: "Cantidad", Type: link.Number, Unit: "piezas"},
			{ID: "f3", Label: "Para cuándo", Type: link.Date, Required: true, Help: "El día que se corta"},
		}
		if fmt.Sprint(trace.Form) != fmt.Sprint(form) {
			t.Errorf("the form is %+v", trace.Form)
		}
		cut := by["PIEZAS cortadas"]
		if cut.ID != w.Cut.ID || cut.Unit != "piezas" || cut.Take != time.Hour || cut.Deliver != time.Hour || cut.Target != 90 || cut.Version != 2 {
			t.Errorf("what was empty in the file did not stay: %+v", cut)
		}
		// Old lines keep their IDs, what is taken away stays for the past.
		if r := cut.Requirements; len(r) != 3 || r[0].ID != "1" || r[1].ID != "3" || r[2].ID != "2" || !r[2].Gone {
			t.Errorf("the requirements are %+v", r)
		}
		if backup := by["Respaldo"]; backup.Kind != link.Product || backup.Terms != link.UsualTerms {
			t.Errorf("nobody said anything: %+v", backup)
		}
		again, err := w.Links.ImportServices(ctx, w.Ana, file, false)
		if err != nil || again.Skipped != 3 {
			t.Errorf("the same file again: %+v, %v", again, err)
		}
	})
}

func TestEveryBadServiceIsNamedAndNothingIsWritten(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), i18n.With(t.Context(), "es")
		before := catalogue(t, w, w.Ana)
		file := table(t, services+
			"Corte;Bueno;;;;;;;;;\n"+
			";Sin nodo;;;;;;;;;\n"+
			"Nadie;Sin nodo;;;;;;;;;\n"+
			"Corte;;;;;;;;;;\n"+
			"Corte;bueno;;;;;;;;;\n"+
			"Corte;Tipo;magia;;;;;;;;\n"+
			"Corte;Tiempo;;;;pronto;mañana;;;;\n"+
			"Corte;Plazo;;;;8 h;4 h;;;;\n"+
			"Corte;Meta;;;;;;140;;;\n"+
			"Corte;Doble;;;;;;;a | a;;\n"+
			"Corte;Forma;;;;;;;;;Talla:color\n"+
			"Corte;Opciones;;;;;;;;;Talla:opción:S\n"+
			"Corte;Ancha;;;;;;;;;;;x\n")
		want := []string{
			"3 nodo err.required", "4 nodo sheet.err.no_node", "5 servicio err.required", "6 servicio sheet.err.row_twice",
			"7 tipo err.unknown", "8 tiempo para tomar sheet.err.duration", "8 tiempo de entrega sheet.err.duration",
			"9 tiempo para tomar link.err.take_after_deliver", "10 meta link.err.percent", "11 requisitos link.err.twice",
			"12 preguntas sheet.err.fields", "13 preguntas link.err.options", "14 servicio sheet.err.more_cells",
		}
		for _, dryRun := range []bool{true, false} {
			report, err := w.Links.ImportServices(ctx, w.Ana, file, dryRun)
			if dryRun != (err == nil) {
				t.Errorf("dry run %t: %v", dryRun, err)
			}
			var got []string
			for _, p := range report.Problems {
				got = append(got, fmt.Sprintf("%d %s %s", p.Row, p.Column, p.Key))
				if s := i18n.T(ctx, p.Key, p.Args); s == p.Key {
					t.Errorf("%s has no sentence", p.Key)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		if after := catalogue(t, w, w.Ana); !slices.Equal(before, after) {
			t.Errorf("something was written: %v", after)
		}
		if _, err := w.Links.ImportServices(ctx, w.Carla, file, true); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a worker imported services: %v", err)
		}
	})
}

func TestServicesGoRound(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		_, err := w.Links.Add(t.Context(), w.Ana, link.Offer{
			Node: w.Making, Kind: link.Decision, Name: "-Visto bueno", Detail: "Dos\nlíneas; \"así\"", Unit: "%",
			Requirements: []link.Item{{Text: "Con | y con \\"}}, Terms: link.Terms{Take: 30 * time.Second, Deliver: 90 * time.Minute, Target: 0},
			Form: []link.Field{
				{Label: "¿A o B: cuál?", Type: link.Choice, Options: []string{"a, b", "c:d", "e|f"}, Help: "Elige: una"},
				{Label: "Archivo", Type: link.File, Required: true},
				{Label: "Quién", Type: link.Person},
				{Label: "Cuánto", Type: link.Number, Unit: "kg"},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		want := catalogue(t, w, w.Ana)
		for i, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
			for j, lang := range i18n.Langs {
				ctx := i18n.With(t.Context(), lang)
				var b bytes.Buffer
				if err := w.Links.ExportServices(ctx, w.Carla, &b, f); err != nil {
					t.Fatal(err)
				}
				in, err := sheet.Read(bytes.NewReader(b.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				other := fixture.New(t, d, id.Company(10+2*i+j))
				offers, err := other.Links.Offers(ctx, other.Ana)
				if err != nil {
					t.Fatal(err)
				}
				for _, o := range offers {
					if err := other.Links.Archive(ctx, other.Ana, o.ID, true); err != nil {
						t.Fatal(err)
					}
				}
				report, err := other.Links.ImportServices(ctx, other.Ana, in, false)
				if err != nil || report.Created != len(want) || len(report.Ignored) > 0 {
					t.Fatalf("%+v %s: %+v, %v", f, lang, report, err)
				}
				if got := catalogue(t, other, other.Ana); !slices.Equal(got, want) {
					t.Errorf("%+v %s: got\n%s\nwant\n%s", f, lang, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		}
	})
}
