package ui_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
	"github.com/eslabon/eslabon/internal/web/webtest"

	"github.com/a-h/templ"
)

// now is when the gallery is looked at.
var now = time.Date(2026, 2, 3, 12, 50, 0, 0, time.UTC)

// parts renders one part after another, each heading before its parts.
func parts(cs ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `<div class="flow">`); err != nil {
			return err
		}
		for _, c := range cs {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, `</div>`)
		return err
	})
}

func html(s string) templ.Component { return templ.Raw(s) }

func with(parent templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return parent.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

func actions() templ.Component {
	return templ.Join(
		html(`<section class="flow"><h2>Botones</h2><div class="cluster">`),
		ui.Button(ui.ButtonArgs{Label: "Está bien, lo recibo", Icon: "check", Kind: ui.Primary, Large: true, Wide: true}),
		ui.Button(ui.ButtonArgs{Label: "Le falta algo, lo devuelvo", Icon: "undo-2"}),
		ui.Button(ui.ButtonArgs{Label: "Lo recibo, con un comentario", Kind: ui.Quiet}),
		ui.Button(ui.ButtonArgs{Label: "Borrar", Icon: "trash-2", Kind: ui.Danger}),
		ui.LinkButton(ui.ButtonArgs{Label: "Ver el catálogo", URL: "#top", Icon: "store"}),
		ui.IconButton(ui.ButtonArgs{Label: "Imprimir", Icon: "printer", Kind: ui.Quiet}),
		ui.LinkButton(ui.ButtonArgs{Label: "Abrir", URL: "#box", Opens: "box"}),
		html(`</div></section>`),
		with(ui.Dialog(ui.DialogArgs{ID: "box", Title: "¿Qué le falta?"}), html(`<p>Elige un motivo.</p>`)),
	)
}

func states() templ.Component {
	out := []templ.Component{html(`<section class="flow"><h2>Estados</h2><div class="cluster">`)}
	for _, s := range ui.States {
		out = append(out, ui.State(s))
	}
	out = append(out, html(`</div><div class="cluster">`))
	for _, s := range append([]string{""}, ui.States...) {
		out = append(out, html(`<span class="panel">`), ui.Pair("Corte", "Costura", s), html(`</span>`))
	}
	out = append(out, html(`</div><div class="cluster">`), ui.Priority(1), ui.Priority(2),
		ui.Due(ui.DueArgs{At: now.Add(5 * time.Hour)}), ui.Due(ui.DueArgs{At: now.Add(time.Hour), Left: time.Hour, Work: true}),
		ui.Due(ui.DueArgs{At: now.Add(-26 * time.Hour)}), ui.Due(ui.DueArgs{At: now, Done: now.Add(-time.Hour)}),
		ui.Due(ui.DueArgs{At: now, Done: now.Add(3 * time.Hour)}), ui.When(now.Add(-26*time.Hour)), ui.Exactly(now),
		ui.Quantity(1250.5, "m"), ui.Tags([]string{"azul", "talla M"}), ui.Avatar("Ana Lucía Pérez"), ui.KeyHint("g d"),
		html(`</div></section>`))
	return templ.Join(out...)
}

func rows() templ.Component {
	accept := ui.Button(ui.ButtonArgs{Label: "Recibir", Kind: ui.Primary})
	return templ.Join(html(`<section class="flow"><h2>Filas</h2>`),
		with(ui.Rows("Por aceptar"),
			ui.Row(ui.RowArgs{
				Title: "40 piezas de la blusa azul, talla M", URL: "#top", Number: 1042, From: "Corte", To: "Costura", Who: "Ana",
				State: "delivered", Priority: 2, Side: ui.Due(ui.DueArgs{At: now.Add(3 * time.Hour)}), Action: accept,
			}),
			ui.Row(ui.RowArgs{
				Title: "Factura del pedido de la tienda de la esquina que hay que corregir porque lleva el nombre mal escrito", URL: "#top",
				Number: 1043, From: "Ventas y atención a clientes", To: "Contabilidad", State: "taken", Tags: []string{"cliente nuevo"},
				Side: ui.Due(ui.DueArgs{At: now.Add(-3 * time.Hour)}), Action: ui.Button(ui.ButtonArgs{Label: "Entregar"}),
			}),
			ui.Row(ui.RowArgs{Title: "Etiquetas", URL: "#top", Number: 7, From: "Diseño", To: "Empaque", State: "accepted_with_remark", Side: ui.When(now)}),
		), html(`</section>`))
}

func tables(ctx context.Context) templ.Component {
	return templ.Join(html(`<section class="flow"><h2>Comparar</h2>`),
		with(ui.Table(ui.TableArgs{Caption: "Eslabones del mes", Heads: []ui.Head{
			{Label: "Eslabón", URL: "#top", Sorted: "ascending"},
			{Label: "Bien a la primera", Unit: "%", Number: true, URL: "#top"},
			{Label: "Pases", Number: true},
			{Label: "Hacer", Hidden: true},
		}}), html(`<tr><td>Corte → Costura</td><td class="num">93</td><td class="num">42</td><td><a href="#top">Ver</a></td></tr>
			<tr><td>Costura → Empaque</td><td class="num">71</td><td class="num">1,204</td><td><a href="#top">Ver</a></td></tr>`)),
		html(`<div class="grid-cards">`),
		ui.Stat(ui.StatArgs{Label: "Bien a la primera", Figure: i18n.Percent(ctx, 0.93), Low: i18n.Percent(ctx, 0.81), High: i18n.Percent(ctx, 0.98), N: 42, Least: 20, URL: "#top"}),
		ui.Stat(ui.StatArgs{Label: "Espera para aceptar", Figure: "3 h 20 min", N: 42, Least: 20}),
		ui.Stat(ui.StatArgs{Label: "Valoración", N: 3, Least: 5}),
		ui.Stat(ui.StatArgs{Label: "Abiertos", Figure: "12", Unit: "pases", NoSample: true}),
		html(`</div>`), ui.Pager(ui.PagerArgs{Next: "#next", First: "#first"}), html(`</section>`))
}

func form(f ui.Form) templ.Component {
	fields := []ui.FieldArgs{
		{Name: "title", Label: "Qué necesitas", Help: "Como se lo dirías en persona."},
		{Name: "amount", Label: "Cuánto", Type: "number", Hint: "decimal", Optional: true},
		{Name: "day", Label: "Para cuándo", Type: "date"},
		{Name: "hour", Label: "A qué hora", Type: "time", Optional: true},
		{Name: "email", Label: "Correo", Type: "email", Auto: "email"},
		{Name: "password", Label: "Contraseña", Type: "password", Auto: "current-password"},
		{Name: "detail", Label: "Detalle", Type: "textarea", Optional: true},
		{Name: "service", Label: "Servicio", Type: "select", Options: []ui.Option{
			{Value: "", Label: "Elige uno"}, {Value: "1", Label: "Corte de tela", Group: "Corte"}, {Value: "2", Label: "Costura recta", Group: "Costura"},
		}},
		{Name: "urgent", Label: "Es urgente", Type: "checkbox", Help: "Le llega un aviso en el momento."},
		{Name: "reason", Label: "Motivo", Type: "radio", Options: []ui.Option{
			{Value: "a", Label: "Falta información"}, {Value: "b", Label: "No es lo acordado", Help: "Di qué requisito no se cumple."},
		}},
		{Name: "file", Label: "Foto", Type: "file", Accept: "image/*", Optional: true},
	}
	out := []templ.Component{html(`<section class="flow form"><h2>Formulario</h2><form method="post" action="/" class="flow">`)}
	out = append(out, ui.ErrorSummary(f, fields...))
	for _, x := range fields {
		out = append(out, ui.Field(f.Fill(x)))
	}
	out = append(out, ui.Button(ui.ButtonArgs{Label: "Pedir", Kind: ui.Primary, Wide: true}), html(`</form></section>`))
	return templ.Join(out...)
}

func rest() templ.Component {
	return templ.Join(html(`<section class="flow"><h2>Lo demás</h2>`),
		ui.Tabs("Vistas", []ui.Tab{{Label: "Debo", URL: "#a", Here: true, Count: 3}, {Label: "Me deben", URL: "#b"}, {Label: "Por aceptar", URL: "#c", Count: 12}}),
		ui.Chips("Filtros", []ui.Tab{{Label: "Míos", URL: "#a", Here: true}, {Label: "Sin tomar", URL: "#b", Count: 4}}),
		with(ui.Note(ui.NoteArgs{Title: "Ana lo aceptó hace un momento (10:42).", Text: "Aquí está como quedó."})),
		with(ui.Note(ui.NoteArgs{Kind: "good", Text: "Pedido enviado a Corte."})),
		with(ui.Note(ui.NoteArgs{Kind: "bad", Text: "No se pudo guardar."})),
		with(ui.Details("Más detalles", true), html(`<p>Lo que casi nadie necesita.</p>`)),
		ui.Copy(ui.CopyArgs{ID: "address", Label: "Dirección de la invitación", Value: "https://eslabon.test/invitacion/abc", Help: "Vale por siete días."}),
		ui.Empty(ui.EmptyArgs{
			Icon: "inbox", Title: "Nada te espera", Text: "Aquí llega lo que otros te entregan, para que digas si está bien.",
			Action: ui.LinkButton(ui.ButtonArgs{Label: "Pedir algo", URL: "#top", Kind: ui.Primary}),
		}),
		html(`</section>`))
}

// gallery shows every part; ?bad shows a form that was sent wrong.
func gallery(r *http.Request, _ authz.Actor) (web.Result, error) {
	ctx := r.Context()
	f := ui.Form{}
	if r.URL.Query().Has("bad") {
		f = ui.Form{Values: url.Values{"title": {""}, "reason": {"a"}}, Errors: map[string]string{
			"title": i18n.T(ctx, "err.required"), "reason": i18n.T(ctx, "err.unknown"), "urgent": i18n.T(ctx, "err.required"), "service": i18n.T(ctx, "err.required"),
		}}
	}
	return web.Show(web.Page{
		Title: "Te deben 3 cosas", Lead: "Todas las piezas de las páginas", Section: layout.MyDay,
		Crumbs:  []ui.Crumb{{Label: "Taller", URL: "#a"}, {Label: "Costura"}},
		Actions: ui.LinkButton(ui.ButtonArgs{Label: "Pedir", Icon: "plus", Kind: ui.Primary, URL: "#top"}),
		Body:    parts(actions(), states(), rows(), tables(ctx), form(f), rest()),
	}), nil
}

func ana(*http.Request) (httpx.Visitor, error) {
	return httpx.Visitor{
		Actor: authz.Actor{Company: 1, Person: "p"}, Person: "Ana Lucía Pérez", Company: "Taller Sol", Zone: time.UTC, Country: "MX",
		Companies: []httpx.Seat{{Company: 1, Name: "Taller Sol"}, {Company: 2, Name: "Hotel Mar"}}, Unread: 3,
	}, nil
}

// still answers as if it were now.
func still(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(i18n.WithNow(r.Context(), now)))
	})
}

func show(t *testing.T) (*webtest.Page, string) {
	t.Helper()
	mux := http.NewServeMux()
	web.Routes(mux)
	mux.Handle("GET /{$}", still(web.Handle(gallery)))
	mux.HandleFunc("GET /en-vivo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	site := webtest.Serve(t, httpx.Chain(ana, mux))
	p := webtest.Open(t)
	p.Go(site)
	return p, site
}

func TestADialogOpensAndGivesTheFocusBack(t *testing.T) {
	p, _ := show(t)
	p.WaitNoText("Elige un motivo.")
	p.Press("Abrir")
	p.WaitText("Elige un motivo.")
	p.Axe()
	p.Press("Cerrar")
	p.WaitNoText("Elige un motivo.")
	p.Until(`document.activeElement.innerText.trim() === "Abrir"`)
}

func TestAnAddressIsCopied(t *testing.T) {
	p, _ := show(t)
	p.Press("Copiar")
	p.WaitText("Copiado.")
}

// The field of a file speaks the language of the page, not of the browser, and
// sends what was chosen without any script too.
func TestAFileIsChosenInTheLanguageOfThePage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muestra de tela.png")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, site := show(t)
	for lang, says := range map[string][2]string{"es": {"Elegir archivo", "Ninguno todavía"}, "en": {"Choose a file", "None yet"}} {
		p.As(webtest.Look{Width: 390, Height: 844, Theme: "light", Lang: lang})
		p.WaitText(says[0])
		p.WaitText(says[1])
		p.Attach("[name=file]", path)
		p.WaitText("muestra de tela.png")
		p.WaitNoText(says[1])
		p.Axe()
		p.Fits()
		p.Screenshot("file-" + lang)
	}
	at := webtest.Eval[struct {
		Focus, Left, Right bool
		Height             float64
	}](p, `(() => {
		const input = document.querySelector("[name=file]"), box = input.closest("[data-file]");
		input.focus();
		box.scrollIntoView({block: "center"});
		const b = box.getBoundingClientRect(), there = (x) => document.elementFromPoint(x, b.top + b.height / 2) === input;
		return {Focus: document.activeElement === input, Left: there(b.left + 20), Right: there(b.right - 20), Height: b.height};
	})()`)
	if !at.Focus || !at.Left || !at.Right || at.Height < 44 {
		t.Errorf("not all of the field takes a click, a file that is dropped, or the focus: %+v", at)
	}
	p.NoScript()
	p.Go(site)
	p.Attach("[name=file]", path)
	p.Fits()
	if n := webtest.Eval[int](p, `document.querySelector("[name=file]").files.length`); n != 1 {
		t.Errorf("%d files were chosen", n)
	}
}

func TestEveryPartIsUsableByEverybody(t *testing.T) {
	p, site := show(t)
	p.Inspect("gallery")
	p.Go(site + "/?bad")
	p.Inspect("gallery-bad")
	p.As(webtest.Look{Width: 1280, Height: 800, Theme: "contrast", Lang: "es"})
	p.Axe()
	p.Screenshot("gallery-contrast")
}
