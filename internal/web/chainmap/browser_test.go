package chainmap_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/chainmap"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(webtest.Main(m))
}

const (
	posts = 500
	pairs = 3000
	map3k = "/mapa"
)

// large is a network of five hundred posts and three thousand links, in which
// everything occurs: one link in five goes badly, some bounce, some hardly moved.
func large() chainmap.Graph {
	rng := rand.New(rand.NewPCG(7, 11))
	var nodes []chainmap.Node
	for i := range posts {
		nodes = append(nodes, chainmap.Node{
			ID: fmt.Sprint("n", i), Name: fmt.Sprint("Equipo ", i+1), URL: fmt.Sprint("/equipo/", i), Group: "Producción",
			Wait: chainmap.Wait{N: 20, P50: time.Hour, P85: 2 * time.Hour, Sum: 20 * time.Hour},
		})
	}
	seen := map[[2]int]bool{}
	var links []chainmap.Link
	for len(links) < pairs {
		p := [2]int{rng.IntN(posts), rng.IntN(posts)}
		if p[0] == p[1] || seen[p] {
			continue
		}
		seen[p] = true
		n := 5 + rng.IntN(200)
		right := []float64{0.97, 0.96, 0.95, 0.8, 0.5}[rng.IntN(5)]
		links = append(links, chainmap.Link{
			From: p[0], To: p[1], URL: fmt.Sprintf("/eslabon/%d-%d", p[0], p[1]), Relation: "horizontal", N: n,
			First: stat.Wilson(int(right*float64(n)), n), Bounce: chainmap.Bounce{Cases: n, Back: rng.IntN(n) / (1 + rng.IntN(20))},
			Wait: chainmap.Wait{N: n, P50: time.Hour, P85: 2 * time.Hour},
		})
	}
	return chainmap.Draw(nodes, links)
}

func open(t *testing.T, g chainmap.Graph) *webtest.House {
	t.Helper()
	return webtest.NewHouse(t, func(mux *http.ServeMux, _ *fixture.Company) {
		web.Routes(mux)
		mux.HandleFunc("GET "+map3k, web.Handle(func(r *http.Request, _ authz.Actor) (web.Result, error) {
			a := chainmap.Args{
				Graph: g, Title: "La cadena", Wait: "Espera", Row: chainmap.RowOf(r.URL.Query().Get("fila")),
				Page: func(row int) string { return fmt.Sprint(map3k, "?fila=", row) },
			}
			return web.Show(web.Page{Title: "La cadena", Body: chainmap.Chart(a)}), nil
		}))
	})
}

// The map of thousands of links, moved by a hand: it goes where the hand leads,
// its links come along, and each can still be hit. What it costs is logged, and
// nothing depends on it: see docs/bench.md.
func TestAMapOfThousandsOfLinks(t *testing.T) {
	if testing.Short() {
		t.Skip("a minute of moving about")
	}
	w := open(t, large())
	for _, size := range [][2]int64{{1280, 800}, {390, 844}} {
		p, site := w.Open("ana", map3k)
		p.Size(size[0], size[1])
		webtest.Eval[bool](p, `(sessionStorage.clear(), true)`)
		p.Go(site + map3k)
		p.Until(`document.querySelector("[data-chain][data-drawn]") && document.querySelector("[data-lines]")`)
		t.Logf("%d pixels: first drawing %v after the page was asked for", size[0], time.Millisecond*webtest.Eval[time.Duration](p, `Math.round(performance.now())`))
		mid := p.Middle("[data-chain-canvas]")
		quarter := float64(size[0]) / 4
		moving(t, p, "at rest, the mouse over it", func() {
			p.Hover(webtest.At{X: mid.X - quarter, Y: mid.Y}, webtest.At{X: mid.X + quarter, Y: mid.Y}, 60)
		})
		was := pan(p)
		if size[0] > 600 {
			moving(t, p, "dragged", func() { p.Drag(mid, webtest.At{X: mid.X - quarter, Y: mid.Y - 100}, 60) })
			moving(t, p, "zoomed by the wheel", func() { p.Wheel(mid, -60, 60) })
			moving(t, p, "dragged, nearer", func() { p.Drag(mid, webtest.At{X: mid.X + quarter, Y: mid.Y + 100}, 60) })
		} else {
			moving(t, p, "swiped", func() { p.Fingers(60, [2]webtest.At{mid, {X: mid.X - quarter, Y: mid.Y - 100}}) })
			moving(t, p, "pinched", func() {
				p.Fingers(60, [2]webtest.At{{X: mid.X - 20, Y: mid.Y - 20}, {X: mid.X - 120, Y: mid.Y - 120}}, [2]webtest.At{{X: mid.X + 20, Y: mid.Y + 20}, {X: mid.X + 120, Y: mid.Y + 120}})
			})
			moving(t, p, "swiped, nearer", func() { p.Fingers(60, [2]webtest.At{mid, {X: mid.X + quarter, Y: mid.Y + 100}}) })
		}
		if now := pan(p); now == was {
			t.Errorf("%d pixels: the map stayed at %v", size[0], was)
		}
		p.Until(`!document.querySelector(".chain-lines").style.transform.includes("NaN") && / scale\(1\)$/.test(document.querySelector(".chain-lines").style.transform)`)
		p.Fits()
		// A link is hit where it is drawn, without anything else near.
		at := webtest.Eval[webtest.At](p, clearSpot)
		p.Drag(at, at, 0)
		p.WaitText("Abrir este eslabón")
		p.Keys(webtest.Escape)
		p.Screenshot(fmt.Sprintf("map-of-thousands-%d", size[0]))
		p.Type("#chain-find", "Equipo 250")
		p.Keys(webtest.Enter)
		p.WaitText("Abrir su página")
		p.Axe()
		p.Screenshot(fmt.Sprintf("map-of-thousands-chosen-%d", size[0]))
		p.Until(`document.querySelectorAll("#tabla tbody tr").length === 200`)
		p.WaitText("Eslabones 1 a 200 de 3000")
		p.Press("Ver más")
		p.WaitText("Eslabones 201 a 400 de 3000")
	}
}

// The map of two posts is no poster: names are no larger than the page is
// written, also when a person asks to see the whole.
func TestAMapOfTwoPosts(t *testing.T) {
	g := chainmap.Draw(
		[]chainmap.Node{{ID: "a", Name: "Corte", URL: "/equipo/a"}, {ID: "b", Name: "Costura", URL: "/equipo/b"}},
		[]chainmap.Link{{From: 0, To: 1, URL: "/eslabon/a-b", Relation: "horizontal", N: 30, First: stat.Wilson(24, 30)}},
	)
	w := open(t, g)
	for _, size := range [][2]int64{{1280, 800}, {390, 844}} {
		p, site := w.Open("ana", map3k)
		p.Size(size[0], size[1])
		p.Go(site + map3k)
		p.Until(`document.querySelector("[data-chain][data-drawn]")`)
		p.Click(`[data-chain-do="fit"]`)
		const letters = `(() => {
			const cy = document.querySelector("[data-chain-canvas]").cytoscape;
			return cy.zoom() * cy.nodes()[0].numericStyle("font-size");
		})()`
		if px := webtest.Eval[float64](p, letters); px < 11 || px > 17 {
			t.Errorf("%d pixels: names of %.1f pixels", size[0], px)
		}
		p.Screenshot(fmt.Sprintf("map-of-two-%d", size[0]))
	}
}

func pan(p *webtest.Page) [3]float64 {
	return webtest.Eval[[3]float64](p, `(() => {
		const cy = document.querySelector("[data-chain-canvas]").cytoscape, at = cy.pan();
		return [at.x, at.y, cy.zoom()];
	})()`)
}

// clearSpot finds a place in the window at which a link passes and no node is.
const clearSpot = `(() => {
	const box = document.querySelector("[data-chain-canvas]"), cy = box.cytoscape, b = box.getBoundingClientRect();
	for (let x = b.left + 30; x < b.right - 30; x += 7) {
		for (let y = b.top + 30; y < Math.min(b.bottom, innerHeight) - 30; y += 7) {
			if (document.elementFromPoint(x, y)?.closest("[data-chain-canvas]") !== box) continue;
			const p = {x: (x - b.left - cy.pan().x) / cy.zoom(), y: (y - b.top - cy.pan().y) / cy.zoom()};
			const near = cy.nodes().some((n) => Math.hypot(n.position("x") - p.x, n.position("y") - p.y) < n.data("size") / 2 + 30 / cy.zoom());
			if (!near && box.links.find(p) >= 0) return {X: x, Y: y};
		}
	}
	throw new Error("no link is to be seen");
})()`

// moving says how the screen did while the map was moved.
func moving(t *testing.T, p *webtest.Page, what string, move func()) {
	t.Helper()
	webtest.Eval[bool](p, `(() => {
		const seen = window.seen = {frames: [], long: [], on: true};
		new PerformanceObserver((l) => seen.on && seen.long.push(...l.getEntries().map((e) => e.duration))).observe({entryTypes: ["longtask"]});
		let last = performance.now();
		const tick = () => {
			const now = performance.now();
			seen.frames.push(now - last);
			last = now;
			if (seen.on) requestAnimationFrame(tick);
		};
		requestAnimationFrame(tick);
		return true;
	})()`)
	move()
	const after = 400 // milliseconds: the links are drawn anew
	f := webtest.Eval[struct{ N, Median, P95, Worst, Long, Longest float64 }](p, fmt.Sprintf(`new Promise((done) => setTimeout(() => {
		seen.on = false;
		const s = seen.frames.slice(1).sort((a, b) => a - b), q = (share) => Math.round(10 * s[Math.min(s.length - 1, Math.floor(share * s.length))]) / 10;
		done({N: s.length, Median: q(0.5), P95: q(0.95), Worst: q(1), Long: seen.long.length, Longest: Math.round(Math.max(0, ...seen.long))});
	}, %d))`, after))
	t.Logf("%28s: %3.0f frames, median %.1f ms, p95 %.1f ms, worst %.1f ms; %.0f tasks above 50 ms, the longest %.0f ms", what, f.N, f.Median, f.P95, f.Worst, f.Long, f.Longest)
}
