package webtest

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/httpx"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

const bad = `<!doctype html><html lang="es"><head><title>x</title><link rel="icon" href="data:,"></head>
<body><script>document.title = "inline"</script><p>hola</p><script src="/bad.js"></script></body></html>`

// What the browser complains about is what fails the tests of pages.
func TestTheBrowserComplains(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, bad)
	})
	mux.HandleFunc("/bad.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, `console.error("said aloud"); fetch("/missing"); nobody.home();`)
	})
	mux.HandleFunc("/missing", http.NotFound)
	p := Open(t)
	p.Go(Serve(t, httpx.Headers(mux)))
	p.WaitText("hola")
	p.Until(`performance.getEntriesByName(location.href + "missing").length > 0`)
	all := strings.Join(p.troubles(), "\n")
	for _, want := range []string{"Content Security Policy", "said aloud", "nobody is not defined", "status of 404"} {
		if !strings.Contains(all, want) {
			t.Errorf("no complaint about %q in\n%s", want, all)
		}
		p.Allow(want)
	}
}

// What live news replace again and again while it is clicked is found anew.
func TestAClickFindsWhatWasReplaced(t *testing.T) {
	url := Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><html lang="es"><title>x</title><link rel="icon" href="data:,"><p id="p"></p><script>
			let n = 0;
			const anew = () => {
				p.innerHTML = "<button onpointerdown='pressed()'>Tomar</button>";
				if (++n < 400) setTimeout(anew, 2);
			};
			const pressed = () => { document.title = "pressed"; };
			anew();
		</script></html>`))
	}))
	for range 3 {
		p := Open(t)
		p.Go(url)
		p.Click("#p button")
		p.Until(`document.title === "pressed"`)
	}
}
