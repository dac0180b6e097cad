package pulses_test

import (
	"fmt"
	"testing"
)

// A pulse from printed codes: the owner launches it and prints, people type
// their code at one tablet after the other, and all read what may be shown.
func TestAPulseFromPrintedCodesInABrowser(t *testing.T) {
	h := open(t)
	p, site := h.Open("ana", "/pulsos")
	p.Size(390, 844)
	p.WaitText("Todavía no hay ningún pulso")
	p.Inspect("pulse-none")
	p.Press("Lanzar un pulso")
	p.Press("Para empezar")
	p.WaitText("Del 0 al 10")
	p.Inspect("pulse-new")
	p.Press("Ver antes de lanzar")
	p.WaitText("Se preguntará a")
	p.Axe()
	p.Fits()
	p.Screenshot("pulse-preview")
	p.Press("Lanzar: preguntar a 17 personas")
	p.WaitText("Imprímelos ahora")
	p.Axe()
	p.Fits()
	p.Screenshot("pulse-sheet")
	p.Paper("pulse-sheet")
	body := p.Text("main")
	codes := ticket.FindAllString(body, -1)
	if len(codes) != 11 {
		t.Fatalf("%d codes, want 11", len(codes))
	}
	p.Go(site + "/pulsos/cartel")
	p.Inspect("pulse-poster")
	p.Paper("pulse-poster")
	h.As(p, site, "", "/pulso/codigo/1")
	p.Inspect("pulse-door")
	for i, c := range codes[:10] {
		p.Type("#f-codigo", c)
		p.Press("Ver las preguntas")
		p.WaitText("Pregunta 1 de 5")
		if i == 0 {
			p.Go(site + "/pulso/codigo/1?codigo=" + c)
			p.Inspect("pulse-answer")
		}
		p.Click(fmt.Sprintf(`input[name="loyalty.recommend"][value="%d"]`, i))
		p.Click(fmt.Sprintf(`input[name="tools.have"][value="%d"]`, 1+i%5))
		p.Set(`textarea[name="open.better"]`, "Más luz en las mesas")
		p.Press("Enviar mis respuestas")
		p.WaitText("Tu respuesta ya está bajo llave")
	}
	p.Type("#f-codigo", codes[0])
	p.Press("Ver las preguntas")
	p.WaitText("Ese código ya se usó")
	h.As(p, site, "diego", "/pulsos")
	p.Inspect("pulse-due")
	p.Press("Responder")
	p.WaitText("Pregunta 1 de 5")
	p.Inspect("pulse-answer-in")
	p.Click(`input[name="tools.have"][value="4"]`)
	p.Press("Enviar mis respuestas")
	p.WaitText("Gracias. Tu respuesta ya está bajo llave.")
	h.As(p, site, "ana", "/pulsos")
	p.Press("Ver el pulso")
	p.WaitText("Han respondido")
	p.Inspect("pulse-running")
	p.Press("Cerrar ahora")
	p.Press("Cerrar y publicar")
	p.WaitText("Ya están los resultados")
	p.WaitText("eNPS")
	p.Inspect("pulse-results")
	p.Set("#f-heard", "Falta luz")
	p.Set("#f-promise", "Lámparas en las mesas de Acabado")
	p.Set("#f-due_on", "2126-03-01")
	p.Press("Prometerlo")
	p.WaitText("Prometido. Lo ven todos.")
	p.Inspect("pulse-promised")
	p.Go(site + "/pulsos")
	p.Inspect("pulse-list")
	p.Go(site + "/pulsos-planes/nuevo")
	p.Inspect("pulse-plan")
}

// Four answers of seventeen: the page shows no figure, and says why.
func TestTooFewAnswersInABrowser(t *testing.T) {
	h := open(t)
	at := h.launch("ana").Leads("/pulsos/")
	for _, who := range []string{"bruno", "carla", "diego", "elena"} {
		h.cast(who, at, "9", "4").Leads("/pulsos")
	}
	h.Post("ana", at+"/cerrar").Leads(at)
	p, _ := h.Open("diego", at)
	p.WaitText("No hay nada que se pueda mostrar")
	p.WaitText("Son muy pocas respuestas")
	p.Inspect("pulse-few")
}
