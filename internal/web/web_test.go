package web_test

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/httpx"
)

// ask sends a request; head are pairs of header and value.
func ask(t *testing.T, h http.Handler, method, to string, body io.Reader, head ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, to, body)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), w.Body.String()
}

func sent(pairs ...string) io.Reader {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return strings.NewReader(v.Encode())
}

func TestEveryErrorHasItsPage(t *testing.T) {
	t.Parallel()
	h, _ := site(t)
	for kind, want := range map[string]struct {
		status int
		says   string
	}{
		"forbidden": {403, "dirige la empresa"}, "not_found": {404, "Aquí no hay nada"}, "conflict": {409, "Alguien lo cambió"},
		"too_many": {429, "Espera un poco"}, "internal": {500, "Algo falló de nuestro lado"},
	} {
		res, body := ask(t, h, "GET", "/wrong/"+kind, nil)
		if res.StatusCode != want.status || !strings.Contains(body, want.says) || !strings.Contains(body, "</html>") {
			t.Errorf("%s: %d without %q in its page", kind, res.StatusCode, want.says)
		}
		if strings.Contains(body, "secret cause") {
			t.Errorf("%s tells the cause", kind)
		}
		res, body = ask(t, h, "GET", "/wrong/"+kind, nil, "HX-Request", "true")
		if res.StatusCode != want.status || !strings.Contains(body, want.says) || strings.Contains(body, "<html") {
			t.Errorf("%s under htmx: %d %s", kind, res.StatusCode, body)
		}
		if res.Header.Get("HX-Retarget") != "#problem" {
			t.Errorf("%s under htmx would replace what was there", kind)
		}
	}
	if res, body := ask(t, h, "GET", "/no/such/place", nil); res.StatusCode != 404 || !strings.Contains(body, "Ir a Mi día") {
		t.Errorf("an address that leads nowhere: %d", res.StatusCode)
	}
}

// A person can tell a code that the log knows.
func TestOurFaultNamesACodeThatTheLogKnows(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	h, _ := site(t)
	for _, to := range []string{"/wrong/internal", "/panic"} {
		log.Reset()
		res, body := ask(t, h, "GET", to, nil)
		code := res.Header.Get("X-Request-Id")
		if res.StatusCode != 500 || code == "" || !strings.Contains(body, code) || !strings.Contains(log.String(), "id="+code) {
			t.Errorf("%s: %d, code %q, log %s", to, res.StatusCode, code, log.String())
		}
	}
}

func TestAnErrorInTheMiddleLeavesNoHalfPage(t *testing.T) {
	t.Parallel()
	h, _ := site(t)
	res, body := ask(t, h, "GET", "/half", nil)
	if res.StatusCode != 500 || strings.Contains(body, "first half") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestWhoIsSignedOutIsLedToTheDoorAndBack(t *testing.T) {
	t.Parallel()
	h, s := site(t)
	s.out.Store(true)
	for _, c := range []struct{ method, to, hx, want string }{
		{"GET", "/form?x=1", "", "/entrar?volver=%2Fform%3Fx%3D1"},
		{"POST", "/form", "", "/entrar?volver=%2Fmi-dia"},
		{"GET", "/count", "https://here/equipo?f=1", "/entrar?volver=%2Fequipo%3Ff%3D1"},
	} {
		head := []string{}
		if c.hx != "" {
			head = []string{"HX-Request", "true", "HX-Current-URL", c.hx}
		}
		res, _ := ask(t, h, c.method, c.to, sent(), head...)
		to := res.Header.Get("Location")
		if c.hx != "" {
			to = res.Header.Get("HX-Redirect")
		}
		if to != c.want {
			t.Errorf("%s %s: led to %q, want %q", c.method, c.to, to, c.want)
		}
	}
	if res, body := ask(t, h, "GET", "/entrar", nil); res.StatusCode != 200 || !strings.Contains(body, "puerta") || strings.Contains(body, "/salir") {
		t.Errorf("the door: %d", res.StatusCode)
	}
}

func TestNobodyIsLedElsewhere(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"/mi-dia?x=1": "/mi-dia?x=1", "https://evil.test": "/", "//evil.test": "/", `/\evil.test`: "/", "": "/", "/a\r\nSet-Cookie: x": "/",
	} {
		if got := httpx.Local(to, "/"); got != want {
			t.Errorf("%q leads to %q", to, got)
		}
	}
}

func TestAWrongFormComesBackWithItsFieldsMarked(t *testing.T) {
	t.Parallel()
	h, _ := site(t)
	for _, head := range [][]string{nil, {"HX-Request", "true"}} {
		res, body := ask(t, h, "POST", "/form", sent("text", "esto es demasiado largo para caber"), head...)
		if res.StatusCode != 422 {
			t.Errorf("status %d", res.StatusCode)
		}
		for _, want := range []string{"esto es demasiado largo", `aria-invalid="true"`, "Es demasiado largo", `href="#f-text"`} {
			if !strings.Contains(body, want) {
				t.Errorf("%v: no %q in %s", head, want, body)
			}
		}
		if whole := strings.Contains(body, "<html"); whole != (head == nil) {
			t.Errorf("%v: a whole page: %t", head, whole)
		}
	}
}

func TestARightFormSaysSoOnce(t *testing.T) {
	t.Parallel()
	h, _ := site(t)
	res, _ := ask(t, h, "POST", "/form", sent("text", "hola"))
	if res.StatusCode != 303 || res.Header.Get("Location") != "/mi-dia" {
		t.Fatalf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	c := res.Cookies()[0]
	res, body := ask(t, h, "GET", "/mi-dia", nil, "Cookie", c.Name+"="+c.Value)
	if !strings.Contains(body, "Llegó a Diseño.") {
		t.Error("the next page does not say it")
	}
	if forgets := res.Cookies(); len(forgets) != 1 || forgets[0].MaxAge >= 0 {
		t.Errorf("it would be said again: %v", forgets)
	}
	res, body = ask(t, h, "POST", "/form", sent("text", "hola"), "HX-Request", "true")
	if want := `{"flash":{"kind":"","text":"Lleg\u00f3 a Dise\u00f1o."}}`; res.Header.Get("HX-Trigger") != want || body != "<p>gracias</p>" {
		t.Errorf("htmx gets %q and %q", res.Header.Get("HX-Trigger"), body)
	}
}

func TestAConflictShowsHowItStands(t *testing.T) {
	t.Parallel()
	h, _ := site(t)
	res, body := ask(t, h, "POST", "/moved", sent())
	if res.StatusCode != 409 || !strings.Contains(body, "Alguien lo cambió") || !strings.Contains(body, "así quedó") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	res, body = ask(t, h, "POST", "/moved", sent(), "HX-Request", "true")
	if res.StatusCode != 409 || !strings.Contains(body, `hx-swap-oob="true"`) || !strings.Contains(body, "así quedó") || strings.Contains(body, "<html") {
		t.Errorf("under htmx: %d %s", res.StatusCode, body)
	}
}

func TestTooMuchIsRefusedWithItsLimit(t *testing.T) {
	t.Parallel()
	h, _ := site(t)
	res, body := ask(t, h, "POST", "/form", sent("text", strings.Repeat("a", httpx.MaxForm)))
	if res.StatusCode != 413 || !strings.Contains(body, "El máximo es 1 MB") {
		t.Errorf("a long form: %d", res.StatusCode)
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField("name", "ana"); err != nil {
		t.Fatal(err)
	}
	m.Close()
	small := b.String()
	if _, body := ask(t, h, "POST", "/file", strings.NewReader(small), "Content-Type", m.FormDataContentType()); body != "ana" {
		t.Errorf("a small file form: %s", body)
	}
	if res, _ := ask(t, h, "POST", "/file", strings.NewReader(small[:40]), "Content-Type", m.FormDataContentType()); res.StatusCode != 422 {
		t.Errorf("half a form: %d", res.StatusCode)
	}
}

func TestOnlyHarmlessFilesAreShown(t *testing.T) {
	t.Parallel()
	h, _ := site(t)
	for kind, way := range map[string]string{"image?t=png": "inline", "text?t=html": "attachment", "image?t=svg%2Bxml": "attachment"} {
		res, _ := ask(t, h, "GET", "/file/"+kind, nil)
		got := res.Header.Get("Content-Disposition")
		if !strings.HasPrefix(got, way+"; filename*=utf-8''a%C3%B1o.bin") || !strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	h, s := site(t)
	res, body := ask(t, h, "POST", "/form", sent("text", "hola"), "Sec-Fetch-Site", "cross-site", "Accept-Language", "en")
	if res.StatusCode != 403 || !strings.Contains(body, "another site") || s.posts.Load() != 0 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestThemeAndLanguageAreRemembered(t *testing.T) {
	t.Parallel()
	h, _ := site(t)
	res, _ := ask(t, h, "POST", "/preferencias", sent("tema", "dark", "idioma", "en", "volver", "/equipo"))
	if res.Header.Get("Location") != "/equipo" {
		t.Errorf("led to %q", res.Header.Get("Location"))
	}
	var cookies []string
	for _, c := range res.Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	_, body := ask(t, h, "GET", "/equipo", nil, "Cookie", strings.Join(cookies, "; "))
	if !strings.Contains(body, `<html lang="en" data-theme="dark">`) || !strings.Contains(body, "My day") {
		t.Errorf("the page forgot: %.200s", body)
	}
	res, _ = ask(t, h, "POST", "/preferencias", sent("tema", `"><script>`, "volver", "//evil.test"))
	if res.Header.Get("Location") != "/" || res.Cookies()[0].Value != "" {
		t.Errorf("took %v, led to %s", res.Cookies(), res.Header.Get("Location"))
	}
}
