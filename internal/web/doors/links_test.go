package doors_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify/sink"
	"github.com/eslabon/eslabon/internal/web/doors"
)

func TestAnInvitationLetsSomebodyNewIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana := w.found("Taller Sol", "ana@example.org")
	_, link := w.worker(ana, "Luis Vega", "luis@example.org")
	b := w.browser()
	b.get(link).is(http.StatusOK).reads("Te esperan en Taller Sol", "Luis Vega", "luis@example.org", "Elige tu contraseña")
	b.post(link, "password", "corta").wrong("password", "Usa al menos 12 caracteres. Tres o cuatro palabras juntas sirven.").
		holds("password", "").readsNot("corta")
	b.post(link, "password", another).leads("/mi-dia")
	b.get("/mi-dia").reads("Luis Vega", "Listo, ya estás dentro.")
	b.get("/inicio").leads("/entrar")

	late := w.browser()
	const gone = "Esta invitación ya se usó, venció o fue reemplazada. Pide otra a quien te invitó."
	late.get(link).is(http.StatusNotFound).reads("Este enlace ya no abre nada", gone)
	late.post(link, "password", another).is(http.StatusNotFound).reads(gone)
	for _, garbage := range []string{"/invitacion/x", "/invitacion/inv_1_" + strings.Repeat("x", 43), "/invitacion/%2e%2e%2fentrar"} {
		late.get(garbage).is(http.StatusNotFound).reads(gone)
	}
	w.signedIn("luis@example.org", another)
}

func TestAnInvitationToAKnownAddressAsksForItsPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana := w.found("Taller Sol", "ana@example.org")
	w.found("Hotel Mar", "luis@example.org")
	_, link := w.worker(ana, "Luis Vega", "luis@example.org")
	b := w.browser()
	b.get(link).reads("Tu correo ya tiene cuenta aquí: escribe la contraseña de siempre.").readsNot("Elige tu contraseña")
	b.post(link, "password", another).wrong("password", "Este correo ya tiene cuenta. Escribe la contraseña de esa cuenta.")
	b.post(link, "password", "").wrong("password", "Falta este dato.")
	b.post(link, "password", password).leads("/mi-dia")
	b.get("/mi-dia").reads("Taller Sol", "Hotel Mar")
}

func TestWithoutMailAForgottenPasswordSaysWhoCanHelp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.browser()
	b.get("/clave").is(http.StatusOK).reads("Desde aquí no salen correos", "a quien cuida el servidor")
	b.post("/clave", "email", "ana@example.org").leads("/clave") // and does not say that a mail is on its way
	secret, err := w.accounts.ResetByOperator(t.Context(), "ana@example.org")
	w.must(err)
	w.newPassword("/clave/" + secret)
}

// newPassword follows a link to a new password to its end.
func (w *world) newPassword(link string) {
	w.t.Helper()
	before := w.signedIn("ana@example.org", password)
	b := w.browser()
	b.get(link).is(http.StatusOK).reads("Elige una contraseña nueva")
	b.post(link, "password", "ana@example.org").wrong("password", "La contraseña no puede ser tu correo.")
	b.post(link, "password", another).leads("/entrar")
	b.get("/entrar").reads("Tu contraseña cambió. Entra con ella.")
	b.post("/entrar", "email", "ana@example.org", "password", password).is(http.StatusUnauthorized)
	b.post("/entrar", "email", "ana@example.org", "password", another).leads("/mi-dia")
	before.get("/mi-dia").leads("/entrar?volver=%2Fmi-dia")
	const gone = "Este enlace ya se usó o venció. Pide otro: dura una hora."
	b.get(link).is(http.StatusNotFound).reads("Este enlace ya no abre nada", gone)
	b.post(link, "password", password).is(http.StatusNotFound).reads(gone)
}

func TestAForgottenPasswordGoesByMail(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, func(s *doors.Services) { s.MailOn = true }), sink.Open(t, nil)
	w.found("Taller Sol", "ana@example.org")
	const base = "https://eslabon.example"
	jobs, err := job.New(w.db, w.accounts.Workers(s.Mailer(), account.Pages{
		Join:   func(secret string) string { return base + "/invitacion/" + secret },
		Reset:  func(secret string) string { return base + "/clave/" + secret },
		Forgot: base + "/clave",
	})...)
	w.must(err)
	w.must(jobs.Start(t.Context()))
	t.Cleanup(func() { w.must(jobs.Stop(context.WithoutCancel(t.Context()))) })

	b := w.browser()
	b.get("/entrar").reads("Olvidé mi contraseña")
	b.get("/clave").reads("Escribe tu correo y te mandamos un enlace")
	b.post("/clave", "email", "ana").wrong("email", "Revisa el correo: se escribe como nombre@empresa.com.").holds("email", "ana")
	const sent = "Si alguien entra con ese correo, el enlace va en camino."
	for _, email := range []string{"nadie@example.org", "ana@example.org"} { // nobody learns who has an account
		b.post("/clave", "email", email).leads("/entrar")
		b.get("/entrar").reads(sent)
	}
	m := s.Next()
	if m.To != "ana@example.org" {
		t.Fatalf("a mail went to %s", m.To)
	}
	_, rest, _ := strings.Cut(m.Text, base)
	link, _, _ := strings.Cut(rest, "\n")
	w.newPassword(link)
	for range 3 { // a link that was used lets nobody ask for ever
		if b.post("/clave", "email", "ana@example.org").status == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("somebody can be flooded with mails")
}
