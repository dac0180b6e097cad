package handoff_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/sheet"
)

func table(t testing.TB, csv string) sheet.Table {
	t.Helper()
	out, err := sheet.Read(strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// told writes problems as one line each, and checks that each has a sentence.
func told(t *testing.T, problems []sheet.Problem) []string {
	t.Helper()
	var out []string
	for _, p := range problems {
		out = append(out, fmt.Sprintf("%d %s %s", p.Row, p.Column, p.Key))
		for _, lang := range i18n.Langs {
			if s := i18n.T(i18n.With(t.Context(), lang), p.Key, p.Args); s == p.Key || strings.Contains(s, "{{") {
				t.Errorf("%s has no sentence in %s: %q", p.Key, lang, s)
			}
		}
	}
	return out
}

// handoffs counts what is there.
func handoffs(t *testing.T, w *fixture.Company) int {
	t.Helper()
	return len(numbers(t, w, w.Ana, handoff.Filter{Limit: 200}))
}

const heads = "clave;proveedor;cliente;servicio;título;pedido;cantidad;solicitado;tomado;entregado;devuelto;motivo;reentregado;" +
	"cerrado;resultado;solicitado por;hecho por;aceptado por;nota;observación;etiquetas;prioridad\n"

func TestHistoryComesInAsItHappened(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), i18n.With(t.Context(), "es")
		file := table(t, heads+
			// In no order; the first is a whole round, the second was handed on, the third is still with the customer.
			"B-2;Corte;Costura;;Segunda;P-1;50;3/2/2025 8:00;3/2/2025 9:00;3/2/2025 11:00;4/2/2025 10:00;medida EQUIVOCADA;4/2/2025 12:00;"+
			"4/2/2025 13:00;aceptado;Diego Paz;Carla Ruiz;elena sol;Van todas;;Urge, feria;alta\n"+
			"A-1;Producción / Corte;Costura;Piezas cortadas;Primera;P-1;30;;;2/2/2025 11:00;;;;2/2/2025 12:00;;;Carla Ruiz;Diego Paz;;Tarde;;\n"+
			"C-3;Costura;Tiendas Marisol;;;P-1;;2025-02-05 08:00;;2025-02-06 08:00;;;;;abierto;Nadie Conocido;Diego Paz;;;;;2\n"+
			"D-4;Sistemas;Costura;;No imprime;;;25/2/2025;26/2/2025;;;;;27/2/2025;declinado;Diego Paz;Fabio Mar;;;No hay tinta;;\n"+
			"E-5;Corte;Costura;;Ya no;;;25/2/2025;;;;;;28/2/2025;cancelado;Diego Paz;;;;;;\n")
		before, err := fact.Head(ctx, d, 1)
		if err != nil {
			t.Fatal(err)
		}
		report, err := w.Handoffs.Import(ctx, w.Ana, file, handoff.ImportOptions{})
		if err != nil || report.Created != 5 || len(report.Problems) > 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		if got := told(t, report.Warnings); !slices.Equal(got, []string{"4 solicitado por sheet.err.no_person"}) {
			t.Errorf("warned of %v", got)
		}
		first, err := w.Handoffs.ByNumber(ctx, w.Ana, 1)
		if err != nil || first.Title != "Primera" || first.Kind != handoff.Push || first.State != handoff.AcceptedWithRemark ||
			first.Version != 2 || len(first.Story) != 2 || first.Story[1].Note != "Tarde" || !first.Imported || first.ImportKey != "A-1" {
			t.Fatalf("numbers follow time: %+v, %v", first.Handoff, err)
		}
		h, err := w.Handoffs.ByNumber(ctx, w.Ana, 2)
		if err != nil {
			t.Fatal(err)
		}
		if h.State != handoff.Accepted || h.Rounds != 2 || h.RightFirstTime() || h.Delivered != 50 || h.Unit != "piezas" ||
			h.Priority != handoff.High || !slices.Equal(h.Tags, []string{"urge", "feria"}) || h.Order != "P-1" || h.Assignee != w.Carla.Person {
			t.Errorf("%+v", h.Handoff)
		}
		asked := time.Date(2025, 2, 3, 8, 0, 0, 0, time.UTC)
		if !h.AskedAt.Equal(asked) || !h.TakeDueAt.Equal(asked.Add(2*time.Hour)) || !h.DueAt.Equal(asked.Add(31*time.Hour)) || // the customer had it for 23 hours
			!h.DeliveredAt.Equal(asked.Add(28*time.Hour)) || !h.ClosedAt.Equal(asked.Add(29*time.Hour)) || !h.SaidAt.IsZero() || h.Late(d.Now()) {
			t.Errorf("the times are %+v", h.Handoff)
		}
		var story []string
		for _, e := range h.Story {
			story = append(story, fmt.Sprintf("%s %s %g %s %s", e.Kind, e.ActorName, e.Quantity, e.Reason, e.Note))
			if e.RecordedAt.Before(e.HappenedAt.AddDate(0, 1, 0)) {
				t.Errorf("%s was recorded when it happened, not now", e.Kind)
			}
		}
		want := []string{
			"asked Diego Paz 0  ", "taken Carla Ruiz 0  ", "delivered Carla Ruiz 50  Van todas", "returned Elena Sol 50 1 ",
			"delivered Carla Ruiz 50  ", "accepted Elena Sol 0  ",
		}
		if !slices.Equal(story, want) {
			t.Errorf("the story is %q", story)
		}
		third, err := w.Handoffs.ByNumber(ctx, w.Ana, 3)
		if err != nil || third.State != handoff.Delivered || third.Title != "Prendas cosidas" || third.AskedBy != "" || third.Priority != handoff.Urgent {
			t.Errorf("%+v, %v", third.Handoff, err)
		}
		facts, err := fact.After(ctx, d, 1, before, 1000)
		if err != nil {
			t.Fatal(err)
		}
		var last time.Time
		moves := 0
		for _, f := range facts {
			if strings.HasPrefix(f.Kind, "handoff.") {
				if moves++; f.HappenedAt.Before(last) {
					t.Errorf("%s is out of order in the log", f.Kind)
				}
				last = f.HappenedAt.Time
			}
		}
		if moves != 2+6+2+3+2 {
			t.Errorf("%d facts", moves)
		}
		for _, a := range []authz.Actor{w.Carla, w.Diego, w.Elena, w.Fabio} {
			if n, err := notify.Unread(ctx, d, a); err != nil || n != 0 {
				t.Errorf("%s was told of the past: %d, %v", a.Name, n, err)
			}
		}
		if got := numbers(t, w, w.Ana, handoff.Filter{Text: "segunda"}); !slices.Equal(got, []int64{2}) {
			t.Errorf("search finds %v", got)
		}
		if err := handoff.Stats.CatchUp(ctx, d); err != nil {
			t.Fatal(err)
		}
		chain, err := w.Handoffs.Chain(ctx, w.Ana, handoff.ChainFilter{Since: asked.AddDate(0, -1, 0)})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range chain.Edges {
			if e.Supplier == w.Cutting && (e.Asked != 2 || e.Delivered != 3 || e.Returned != 1 || e.Accepted != 2 || e.Cancelled != 1) {
				t.Errorf("the figures of cutting are %+v", e.Figures)
			}
		}
		next := ask(t, w, handoff.Ask{})
		if next.Number != 6 {
			t.Errorf("the next number is %d", next.Number)
		}
	})
}

// Each row that cannot be has its reason, and with any of them nothing is written.
func TestEveryBadRowIsNamedAndNothingIsWritten(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), i18n.With(t.Context(), "es")
		two, err := w.Links.Add(ctx, w.Ana, link.Offer{
			Node: w.Computers, Kind: link.Support, Name: "Redes", Terms: link.UsualTerms, // a second service, without reasons
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Links.Add(ctx, w.Ana, link.Offer{Node: w.Making, Kind: link.Decision, Name: "Vieja", Terms: link.UsualTerms}); err != nil {
			t.Fatal(err)
		}
		gone, err := w.Links.Offers(ctx, w.Ana)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range gone {
			if o.Name == "Vieja" {
				if err := w.Links.Archive(ctx, w.Ana, o.ID, true); err != nil {
					t.Fatal(err)
				}
			}
		}
		tomorrow := d.Now().AddDate(0, 0, 1).UTC().Format("2006-01-02 15:04")
		row := func(cells ...string) string { // column=value, on a row that is right
			head := strings.Split(strings.TrimSpace(heads), ";")
			out := make([]string, len(head))
			right := []string{
				"proveedor=Corte", "cliente=Costura", "solicitado=2025-02-03 08:00", "tomado=2025-02-03 09:00", "entregado=2025-02-03 10:00",
				"cerrado=2025-02-03 12:00",
			}
			for _, c := range append(right, cells...) {
				name, v, _ := strings.Cut(c, "=")
				out[slices.Index(head, name)] = v
			}
			return strings.Join(out, ";") + "\n"
		}
		cases := []struct{ row, want string }{
			{row("clave=ok"), ""},
			{row("clave=ok"), "clave sheet.err.row_twice"},
			{row("proveedor="), "proveedor err.required"},
			{row("proveedor=Nadie"), "proveedor sheet.err.no_node"},
			{row("cliente=Corte"), "cliente link.err.itself"},
			{row("proveedor=Sistemas"), "servicio sheet.err.which_service"},
			{row("proveedor=Producción"), "servicio err.required"},
			{row("servicio=Bordado"), "servicio sheet.err.no_service"},
			{row("título=" + strings.Repeat("x", 201)), "título err.too_long"},
			{row("pedido=" + strings.Repeat("x", 101)), "pedido err.too_long"},
			{row("cantidad=-5"), "cantidad handoff.err.negative"},
			{row("cantidad=muchas"), "cantidad err.not_a_number"},
			{row("cantidad=NaN"), "cantidad handoff.err.negative"},
			{row("prioridad=ayer"), "prioridad err.unknown"},
			{row("etiquetas=" + strings.Repeat("x", 41)), "etiquetas err.too_long"},
			{row("solicitado=pronto"), "solicitado err.not_a_date"},
			{row("solicitado=31/12/1969"), "solicitado sheet.err.too_old"},
			{row("cerrado=" + tomorrow), "cerrado err.future"},
			{row("solicitado="), "solicitado err.required"},
			{row("tomado=2025-02-02"), "tomado sheet.err.before"},
			{row("entregado=2025-02-03 08:30"), "entregado sheet.err.before"},
			{row("cerrado=2025-02-03 09:30"), "cerrado sheet.err.before"},
			{row("entregado="), "resultado sheet.err.result"}, // closed without a delivery
			{row("resultado=fantástico"), "resultado err.unknown"},
			{row("resultado=abierto"), "cerrado sheet.err.not_closed"},
			{row("resultado=aceptado", "cerrado="), "cerrado err.required"},
			{row("resultado=declinado", "observación=No hay"), "resultado sheet.err.result"}, // it was delivered
			{row("resultado=declinado", "entregado="), "observación err.required"},
			{row("resultado=aceptado con observación"), "observación err.required"},
			{row("resultado=devuelto", "cerrado="), "resultado sheet.err.not_returned"},
			{row("devuelto=2025-02-03 11:00", "motivo=Manchado"), "resultado sheet.err.result"}, // it came back and was never delivered again
			{row("devuelto=2025-02-03 11:00", "resultado=devuelto", "cerrado="), "motivo err.required"},
			{row("devuelto=2025-02-03 11:00", "motivo=Color", "resultado=devuelto", "cerrado="), "motivo sheet.err.no_reason"},
			{row("entregado=", "devuelto=2025-02-03 11:00", "motivo=Manchado", "cerrado="), "entregado err.required"},
			{row("reentregado=2025-02-03 11:00"), "devuelto err.required"},
			{row("devuelto=2025-02-03 11:00|2025-02-03 11:30", "motivo=Manchado"), "reentregado sheet.err.parts"},
			{row("motivo=Manchado|Manchado", "devuelto=2025-02-03 11:00", "reentregado=2025-02-03 11:30"), "motivo sheet.err.parts"},
			{row("nota=" + strings.Repeat("x", 4001)), "nota err.too_long"},
			{row("proveedor=Sistemas", "servicio=Redes", "devuelto=2025-02-03 11:00", "resultado=devuelto", "cerrado="), "motivo err.required"},
			{row("proveedor=Producción", "servicio=Vieja", "entregado=", "cerrado="), "servicio org.err.archived"},
			{strings.TrimSpace(row("clave=ancha")) + ";;;;x\n", "clave sheet.err.more_cells"},
		}
		text, want := heads, []string(nil)
		for i, c := range cases {
			text += c.row
			if c.want != "" {
				want = append(want, fmt.Sprintf("%d %s", i+2, c.want))
			}
		}
		file := table(t, text)
		for _, dryRun := range []bool{true, false} {
			report, err := w.Handoffs.Import(ctx, w.Ana, file, handoff.ImportOptions{DryRun: dryRun})
			if dryRun != (err == nil) {
				t.Errorf("dry run %t: %v", dryRun, err)
			}
			if got := told(t, report.Problems); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		if n := handoffs(t, w); n != 0 {
			t.Errorf("%d were written", n)
		}
		// A service that keeps no reasons has the words in the note; what is closed may be of a service that is gone.
		report, err := w.Handoffs.Import(ctx, w.Ana, table(t, heads+
			row("proveedor=Sistemas", "servicio=Redes", "devuelto=2025-02-03 11:00", "motivo=Lento", "resultado=devuelto", "cerrado=")+
			row("proveedor=Producción", "servicio=Vieja")), handoff.ImportOptions{})
		if err != nil || report.Created != 2 {
			t.Fatalf("%+v, %v", report, err)
		}
		h, err := w.Handoffs.ByNumber(ctx, w.Ana, 1)
		if err != nil || h.Service != two.ID || h.Story[3].Note != "Lento" || h.State != handoff.Returned {
			t.Errorf("%+v, %v", h.Story, err)
		}
		if _, err := w.Handoffs.Import(ctx, w.Bruno, file, handoff.ImportOptions{DryRun: true}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a leader imported the history: %v", err)
		}
		reads := w.Ana
		reads.Scope = authz.Read
		if _, err := w.Handoffs.Import(ctx, reads, file, handoff.ImportOptions{}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a key that only reads imported the history: %v", err)
		}
	})
}

func TestAnImportMayMakeWhatIsMissing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), i18n.With(t.Context(), "es")
		file := table(t, "proveedor,cliente,tipo de cliente,servicio,solicitado,entregado,devuelto,motivo,cerrado,resultado,hecho por,unidad\n"+
			"Planta / Torno,Planta / Pulido,,Piezas torneadas,2025-01-02,2025-01-03,,,2025-01-04,,Gil Pérez,pzas\n"+
			"Planta / Pulido,Aceros SA,cliente,Pulido,2025-01-03,2025-01-05,2025-01-06,Rayado,,devuelto,GIL PEREZ,\n"+
			"Corte,Costura,,,2025-01-03,2025-01-05,2025-01-06,Color,,devuelto,ana@nadie.test,\n")
		refused, err := w.Handoffs.Import(ctx, w.Ana, file, handoff.ImportOptions{DryRun: true})
		if got := told(t, refused.Problems); err != nil || !slices.Equal(got, []string{
			"2 proveedor sheet.err.no_node", "2 cliente sheet.err.no_node", "3 proveedor sheet.err.no_node", "3 cliente sheet.err.no_node",
			"4 motivo sheet.err.no_reason",
		}) {
			t.Errorf("without leave: %v, %v", got, err)
		}
		o := handoff.ImportOptions{DryRun: true, CreateNodes: true, CreatePeople: true}
		dry, err := w.Handoffs.Import(ctx, w.Ana, file, o)
		want := map[string]int{"sheet.also.nodes": 4, "sheet.also.services": 2, "sheet.also.people": 1}
		if err != nil || len(dry.Problems) > 0 || fmt.Sprint(dry.Besides) != fmt.Sprint(want) {
			t.Fatalf("%+v, %v", dry, err)
		}
		if tree, err := w.Org.Tree(ctx, w.Ana); err != nil || len(tree.Find("Torno")) != 0 {
			t.Fatalf("a dry run made a node, %v", err)
		}
		o.DryRun = false
		report, err := w.Handoffs.Import(ctx, w.Ana, file, o)
		if err != nil || report.Created != 3 || len(report.Warnings) != 1 {
			t.Fatalf("%+v, %v", report, err)
		}
		tree, err := w.Org.Tree(ctx, w.Ana)
		if err != nil {
			t.Fatal(err)
		}
		for path, kind := range map[string]org.Kind{"Planta": org.Area, "Planta / Torno": org.Post, "Aceros SA": org.Customer} {
			if found := tree.Find(path); len(found) != 1 || found[0].Kind != kind {
				t.Errorf("%s: %+v", path, found)
			}
		}
		people, err := w.Org.People(ctx, w.Ana)
		i := slices.IndexFunc(people, func(p org.Person) bool { return p.Name == "Gil Pérez" })
		if err != nil || i < 0 || people[i].Active || people[i].Email != "" {
			t.Errorf("who is only in old records: %+v, %v", people, err)
		}
		offers, err := w.Links.Offers(ctx, w.Ana)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range offers {
			switch o.Name {
			case "Piezas torneadas":
				if o.Unit != "pzas" || o.Terms != link.UsualTerms || len(o.Reasons) != 0 {
					t.Errorf("%+v", o)
				}
			case "Pulido":
				if len(o.Reasons) != 1 || o.Reasons[0].Text != "Rayado" {
					t.Errorf("%+v", o)
				}
			case "Piezas cortadas":
				if len(o.Reasons) != 3 || o.Reasons[2].Text != "Color" || o.Version != 2 {
					t.Errorf("%+v", o)
				}
			}
		}
	})
}

// A return without a reason will do only where the service ends up without any.
func TestReasonsOfANewServiceAreAllOrNone(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), i18n.With(t.Context(), "es")
		head := "proveedor,cliente,servicio,solicitado,entregado,devuelto,motivo,nota de devolución,resultado\n"
		silent := "Corte,Costura,Trazo,2025-01-02,2025-01-03,2025-01-04,,No servía,devuelto\n"
		speaks := "Corte,Costura,Trazo,2025-01-02,2025-01-03,2025-01-04,Borroso,,devuelto\n"
		mute := "Corte,Costura,Trazo,2025-01-02,2025-01-03,2025-01-04,,,devuelto\n"
		for file, want := range map[string][]string{
			silent: nil, speaks: nil, mute: {"2 motivo err.required"}, silent + speaks: {"2 motivo err.required"}, speaks + silent: {"3 motivo err.required"},
		} {
			report, err := w.Handoffs.Import(ctx, w.Ana, table(t, head+file), handoff.ImportOptions{DryRun: true, CreateNodes: true})
			if got := told(t, report.Problems); err != nil || !slices.Equal(got, want) {
				t.Errorf("%q: got %v, %v, want %v", file, got, err, want)
			}
		}
	})
}

// The same file again adds nothing: by its keys, or by its content if it has none.
func TestAnImportIsSafeToRepeat(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), i18n.With(t.Context(), "es")
		twin := "Corte,Costura,Lote,2025-01-02 08:00,2025-01-02 09:00,2025-01-02 10:00\n"
		for name, c := range map[string]struct {
			file string
			rows int
		}{
			"with keys": {"clave,proveedor,cliente,título,solicitado,entregado,cerrado\na," + twin + "b," + twin, 2},
			"without":   {"proveedor,cliente,título,solicitado,entregado,cerrado\n" + twin + twin, 2},
		} {
			for i, want := range []int{c.rows, 0, 0} {
				report, err := w.Handoffs.Import(ctx, w.Ana, table(t, c.file), handoff.ImportOptions{})
				if err != nil || report.Created != want || report.Skipped != c.rows-want {
					t.Errorf("%s, time %d: %+v, %v", name, i+1, report, err)
				}
			}
		}
		if n := handoffs(t, w); n != 4 {
			t.Errorf("%d are there", n)
		}
		grown := table(t, "clave,proveedor,cliente,título,solicitado,entregado,cerrado\na,"+twin+"c,"+twin)
		if report, err := w.Handoffs.Import(ctx, w.Ana, grown, handoff.ImportOptions{}); err != nil || report.Created != 1 || report.Skipped != 1 {
			t.Errorf("a file that has grown: %+v, %v", report, err)
		}
	})
}

// Ten thousand rows in many batches, stopped half-way: what was written stays,
// and running it again adds the rest.
func TestALongHistoryMayBeStoppedAndGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 rows are not short")
	}
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		const rows, stopped = 10_000, 3_000
		w, ctx, file := fixture.New(t, d, 1), t.Context(), history(rows)
		o := handoff.ImportOptions{CreateNodes: true, CreatePeople: true}
		short, stop := context.WithCancel(ctx)
		defer stop()
		o.Progress = func(done, all int) {
			if done == stopped {
				stop()
			}
		}
		report, err := w.Handoffs.Import(short, w.Ana, file, o)
		if !errors.Is(err, context.Canceled) || report.Created != stopped {
			t.Fatalf("%+v, %v", report, err)
		}
		done := 0
		o.Progress = func(n, all int) {
			if n <= done || all != rows-stopped {
				t.Errorf("%d of %d after %d", n, all, done)
			}
			done = n
		}
		report, err = w.Handoffs.Import(ctx, w.Ana, file, o)
		if err != nil || report.Created != rows-stopped || report.Skipped != stopped || done != rows-stopped || len(report.Besides) != 0 {
			t.Fatalf("%+v, %d done, %v", report, done, err)
		}
		var n, events, keys int
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(d.Row(ctx, []any{&n, &keys}, `SELECT COUNT(*), COUNT(DISTINCT import_key) FROM handoff WHERE company = ?`, 1))
		must(d.Row(ctx, []any{&events}, `SELECT COUNT(*) FROM handoff_event WHERE company = ?`, 1))
		facts := 0
		for seq := int64(0); ; {
			page, err := fact.After(ctx, d, 1, seq, 5000)
			must(err)
			if len(page) == 0 {
				break
			}
			for _, f := range page {
				if seq = f.Seq; strings.HasPrefix(f.Kind, "handoff.") {
					facts++
				}
			}
		}
		if n != rows || keys != rows || facts != events {
			t.Errorf("%d handoffs with %d keys, %d events and %d facts", n, keys, events, facts)
		}
	})
}

// factory is a real log of 225 orders: 4TU.ResearchData, doi
// 10.4121/uuid:68726926-5ac5-4fab-b873-ee76ea412399, no part of the repository.
const factory = "../../../shared/data/production_4tu.csv"

// Every order of a real factory is a chain of handoffs whose lead time is that
// of the file.
func TestARealFactoryComesIn(t *testing.T) {
	b, err := os.ReadFile(factory)
	if os.IsNotExist(err) {
		t.Skipf("the factory log is not there: %s", factory)
	}
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), i18n.With(t.Context(), "es")
		columns, err := sheet.ParseStepColumns("case=caseid,activity=task,resource=user,start=start_timestamp,end=end_timestamp")
		if err != nil {
			t.Fatal(err)
		}
		steps, notes, err := sheet.Steps(ctx, table(t, string(b)), columns, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		report, err := w.Handoffs.Import(ctx, w.Ana, steps, handoff.ImportOptions{CreateNodes: true, CreatePeople: true})
		if err != nil || report.Created != notes.Handoffs || len(report.Problems) > 0 || len(report.Warnings) > 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		first, last := map[string]string{}, map[string]string{} // a plain reading of the file, whose times sort as text
		for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
			cells := strings.Split(strings.TrimSpace(line), ",")
			order, from, until := cells[0], cells[3], cells[4]
			if first[order] == "" || from < first[order] {
				first[order] = from
			}
			last[order] = max(last[order], until)
		}
		sum := 0
		for order := range first {
			v, err := w.Handoffs.Order(ctx, w.Ana, order)
			if err != nil {
				t.Fatal(err)
			}
			sum += len(v.Handoffs)
			const layout = "2006/01/02 15:04:05"
			if v.From.Format(layout) != first[order] || v.Until.Format(layout) != last[order] {
				t.Errorf("%s ran from %v to %v, want %s to %s", order, v.From, v.Until, first[order], last[order])
			}
		}
		if len(first) != 225 || sum != notes.Handoffs {
			t.Errorf("%d orders have %d handoffs, want %d", len(first), sum, notes.Handoffs)
		}
		t.Logf("%d orders, %d handoffs; besides: %v", len(first), sum, report.Besides)
	})
}
