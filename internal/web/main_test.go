package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
	"github.com/eslabon/eslabon/internal/web/webtest"

	"github.com/a-h/templ"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m)) }

// world is a small site with one page of each kind.
type world struct {
	out    atomic.Bool // nobody is signed in
	posts  atomic.Int64
	began  chan struct{} // a slow answer has begun
	hold   chan struct{} // a slow answer waits for it
	change chan string   // what the live stream says
	known  atomic.Value  // what the last who listened knew
}

func (s *world) who(*http.Request) (httpx.Visitor, error) {
	if s.out.Load() {
		return httpx.Visitor{}, errs.New(errs.Unauthenticated, "err.signed_out")
	}
	return httpx.Visitor{
		Actor: authz.Actor{Company: 1, Person: "p-1"}, Person: "Ana Pérez", Company: "Taller Sol", Zone: time.UTC, Country: "MX", Unread: 2, Seq: 3,
		Companies: []httpx.Seat{{Company: 1, Name: "Taller Sol"}, {Company: 2, Name: "Hotel Mar"}},
	}, nil
}

func site(t *testing.T) (http.Handler, *world) {
	t.Helper()
	s := &world{began: make(chan struct{}, 9), hold: make(chan struct{}), change: make(chan string)}
	mux := http.NewServeMux()
	web.Routes(mux)
	kinds := map[string]error{
		"forbidden": errs.New(errs.Forbidden, "err.owner_only"), "not_found": errs.New(errs.NotFound, "err.not_found"),
		"conflict": errs.New(errs.Conflict, "err.changed_meanwhile"), "internal": errors.New("secret cause"),
		"too_many": errs.New(errs.TooMany, "err.too_many"),
	}
	page := func(body string) web.Page {
		return web.Page{Title: "Mi día", Section: layout.MyDay, Body: templ.Raw(body)}
	}
	mux.HandleFunc("GET /mi-dia", web.Handle(func(*http.Request, authz.Actor) (web.Result, error) {
		return web.Show(page(`<p>aquí</p><form method="post" action="/slow"><button class="btn">Enviar</button></form>
			<div id="list" hx-get="/count" hx-trigger="live from:body">sin cambios</div>
			<div hx-get="/count" hx-trigger="live:handoff:h7 from:body">nada de h7</div>`)), nil
	}))
	mux.HandleFunc("GET /equipo", web.Handle(func(*http.Request, authz.Actor) (web.Result, error) {
		return web.Show(page("<p>los nuestros</p>")), nil
	}))
	mux.HandleFunc("GET /entrar", web.Open(func(*http.Request, authz.Actor) (web.Result, error) {
		return web.Show(web.Page{Title: "Entra", Bare: true, Body: templ.Raw("<p>puerta</p>")}), nil
	}))
	mux.HandleFunc("GET /wrong/{kind}", web.Handle(func(r *http.Request, _ authz.Actor) (web.Result, error) {
		return web.Result{}, kinds[r.PathValue("kind")]
	}))
	mux.HandleFunc("GET /panic", web.Handle(func(*http.Request, authz.Actor) (web.Result, error) { panic("oh") }))
	mux.HandleFunc("GET /half", web.Handle(func(*http.Request, authz.Actor) (web.Result, error) {
		return web.Show(web.Page{Title: "x", Body: templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, "first half")
			return errors.New("no second half")
		})}), nil
	}))
	mux.HandleFunc("GET /alpine", web.Handle(func(*http.Request, authz.Actor) (web.Result, error) {
		return web.Show(page(`<div x-data="toggle"><button class="btn" @click="flip">Abre</button><p x-show="open" x-cloak>secreto</p></div>
			<div x-data="filter"><input class="input" aria-label="filtro" x-model="wanted" @input="narrow">
				<p data-text="Camión azul">uno</p><p data-text="Coche rojo">rojo</p><p x-show="none" x-cloak>ninguno</p></div>
			<form x-data="choose"><label class="choice"><input class="checkbox" type="checkbox" @change="all"> todos</label>
				<label class="choice"><input class="checkbox" type="checkbox" name="x" @change="count"> equis</label>
				<label class="choice"><input class="checkbox" type="checkbox" name="y" @change="count"> ye</label>
				<output x-text="chosen"></output></form>`)), nil
	}))
	mux.HandleFunc("/form", web.Handle(s.form))
	mux.HandleFunc("POST /moved", web.Handle(func(*http.Request, authz.Actor) (web.Result, error) {
		return web.Show(page("<p>así quedó</p>")), kinds["conflict"]
	}))
	mux.HandleFunc("POST /slow", web.Handle(func(r *http.Request, _ authz.Actor) (web.Result, error) {
		s.posts.Add(1)
		s.began <- struct{}{}
		select {
		case <-s.hold:
		case <-r.Context().Done():
		}
		return web.Go("/mi-dia").Say("Enviado a Diseño."), nil
	}))
	mux.HandleFunc("POST /file", web.Upload(1<<20, func(r *http.Request, _ authz.Actor) (web.Result, error) {
		return web.Part(templ.Raw(r.PostFormValue("name"))), nil
	}))
	mux.HandleFunc("GET /file/{kind}", web.Handle(func(r *http.Request, _ authz.Actor) (web.Result, error) {
		return web.Send(web.File{Name: "año.bin", Type: r.PathValue("kind") + "/" + r.URL.Query().Get("t"), Body: []byte("abc"), Inline: true}), nil
	}))
	mux.HandleFunc("GET /count", web.Handle(func(*http.Request, authz.Actor) (web.Result, error) {
		return web.Part(templ.Raw("cambió")), nil
	}))
	mux.HandleFunc("GET /en-vivo", func(w http.ResponseWriter, r *http.Request) {
		s.known.Store(r.URL.Query().Get("after"))
		w.Header().Set("Content-Type", "text/event-stream")
		flush := http.NewResponseController(w).Flush
		for err := flush(); err == nil; err = flush() {
			select {
			case <-r.Context().Done():
				return
			case c := <-s.change:
				if c == "" {
					return // the connection breaks
				}
				kind, data, _ := strings.Cut(c, " ")
				_, _ = io.WriteString(w, "event: "+kind+"\ndata: "+data+"\n\n")
			}
		}
	})
	return httpx.Chain(s.who, mux), s
}

// say sends a change to the page that listens.
func (s *world) say(t *testing.T, change string) {
	t.Helper()
	select {
	case s.change <- change:
	case <-time.After(10 * time.Second):
		t.Fatal("nobody listens")
	}
}

// form wants a text; it is the same for htmx and for everybody else.
func (s *world) form(r *http.Request, _ authz.Actor) (web.Result, error) {
	var err error
	if r.Method == http.MethodPost {
		s.posts.Add(1)
		bad := errs.Bad{}
		bad.Required("text", r.PostFormValue("text"))
		bad.Text("text", r.PostFormValue("text"), 20)
		if err = bad.Err(); err == nil {
			return web.Done(templ.Raw("<p>gracias</p>"), "/mi-dia").Say("Llegó a Diseño."), nil
		}
	}
	f := web.FormOf(r, err)
	field := ui.FieldArgs{Name: "text", Label: "Texto", Type: "textarea"}
	fields := templ.Join(ui.ErrorSummary(f, field), ui.Field(f.Fill(field)), ui.Button(ui.ButtonArgs{Label: "Mandar"}))
	whole := templ.Join(templ.Raw(`<form method="post" action="/form" hx-post="/form" hx-swap="outerHTML" class="flow">`), fields, templ.Raw(`</form>`))
	return web.Show(web.Page{Title: "Formulario", Body: whole}), err
}
