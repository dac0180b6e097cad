// Package bench measures the budgets of the design on the real server, as a
// process of its own, over HTTP with the session cookie:
//
//	make bench            100,000 handoffs
//	make bench N=1000000  a million
//
// In an ordinary test run it goes through the same requests once, on a small
// company, so that it stays alive.
package bench

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/id"
)

var (
	size    = flag.Int("size", 300, "handoffs in the company")
	times   = flag.Int("times", 8, "how often each request is made")
	engines = flag.String("engines", "sqlite,postgres", "engines to measure")
	only    = flag.String("only", "", "measure only the lines that match, and those before them that they need")
)

// job is one line of the table.
type job struct {
	name    string
	budget  float64 // milliseconds of CPU, server and database; 0 for none
	clients int
	do      func(r *run, i int) error
}

// run is one engine under measurement.
type run struct {
	*company
	server
	http  *http.Client
	mu    sync.Mutex
	asked []asked
}

type asked struct {
	ID     id.Handoff `json:"id"`
	Number int64      `json:"number"`
	Link   id.Link    `json:"link"`
	post   int        // of the supplier; the next one is the customer
}

func TestTable(t *testing.T) {
	for e := range strings.SplitSeq(*engines, ",") {
		t.Run(e, func(t *testing.T) { measure(t, db.Engine(e)) })
	}
}

func measure(t *testing.T, e db.Engine) {
	dsn := dbtest.DSN(t, e)
	if e == db.SQLite {
		dsn = filepath.Join(t.TempDir(), "eslabon.db")
	}
	began := time.Now()
	c := seed(t, dsn, *size)
	seeded := time.Since(began)
	settle(t, e, dsn)
	r := &run{company: c, server: serve(t, e, dsn), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
	idle, _ := r.memory()
	out := os.Stdout
	fmt.Fprintf(out, "\n%s · %d handoffs, %d nodes · seeded in %.1f s · each request %d times\n", e, *size, len(c.posts), seeded.Seconds(), *times)
	fmt.Fprintf(out, "%-40s %8s %8s %8s %9s %9s %6s %7s\n", "what", "CPU ms", "server", "database", "p50 ms", "p95 ms", "pace", "budget")
	missed := 0
	for _, j := range jobs[:upTo(*only)] {
		missed += r.line(t, out, j)
	}
	now, peak := r.memory()
	fmt.Fprintf(out, "%-40s idle %.0f MB, after the load %.0f MB, peak %.0f MB (budget 80)\n", "memory of the server", idle, now, peak)
	if e == db.SQLite {
		if info, err := os.Stat(dsn); err == nil {
			fmt.Fprintf(out, "%-40s %.0f MB\n", "data file", float64(info.Size())/(1<<20))
		}
	}
	fmt.Fprintf(out, "%d of %d budgets missed\n", missed, len(jobs))
}

// upTo is how many of the jobs must be made to measure those that match: each
// step needs those before it.
func upTo(pattern string) int {
	if pattern == "" {
		return len(jobs)
	}
	re, n := regexp.MustCompile(pattern), 0
	for i, j := range jobs {
		if re.MatchString(j.name) {
			n = i + 1
		}
	}
	return n
}

// line measures one job and prints it, with the pace of the machine around it; it
// returns 1 if the budget was missed.
func (r *run) line(t *testing.T, out io.Writer, j job) int {
	t.Helper()
	r.warm(t, j)
	walls := make([]time.Duration, *times)
	slow := pace()
	own0, db0 := r.cpu()
	r.each(t, j.name, j.clients, *times, func(i int) error {
		at := time.Now()
		defer func() { walls[i] = time.Since(at) }()
		return j.do(r, i)
	})
	own1, db1 := r.cpu()
	slow = (slow + pace()) / 2
	slices.Sort(walls)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	per := func(d time.Duration) float64 { return ms(d) / float64(*times) }
	own, database := per(own1-own0), per(db1-db0)
	mark := ""
	if j.budget > 0 && own+database > j.budget {
		mark = " !"
	}
	fmt.Fprintf(out, "%-40s %8.2f %8.2f %8.2f %9.2f %9.2f %6.2f %7.0f%s\n", j.name, own+database, own, database,
		ms(walls[len(walls)/2]), ms(walls[len(walls)*95/100]), slow, j.budget, mark)
	if mark != "" {
		return 1
	}
	return 0
}

// warm makes the requests of a job that are not measured. Writers come as many at
// once as the server has connections, so that none is met for the first time, or
// plans its statements, in what is measured.
func (r *run) warm(t *testing.T, j job) {
	t.Helper()
	do := func(i int) error { return j.do(r, -1-i) }
	if j.clients < writers {
		r.each(t, j.name, j.clients, min(*times, warmUp)*j.clients, do)
		return
	}
	r.each(t, j.name, connections, warming(), do)
}

// each makes n requests of a job, shared out among so many clients.
func (r *run) each(t *testing.T, name string, clients, n int, do func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	errs := make(chan error, clients)
	for client := range clients {
		wg.Go(func() {
			for i := client; i < n; i += clients {
				if err := do(i); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	if err := <-errs; err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// as sends a request as somebody of the staff, and reads the whole answer.
func (r *run) as(w worker, method, path string, body any, want int) ([]byte, error) {
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, r.url+path, in)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.AddCookie(&http.Cookie{Name: "eslabon", Value: w.cookie})
	got, err := r.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	if err == nil && got.StatusCode != want {
		err = fmt.Errorf("%s %s: %d %.300s", method, path, got.StatusCode, b)
	}
	return b, err
}

// of returns somebody of post n.
func (r *run) of(n int) worker {
	for _, w := range r.workers {
		if w.post == n%teams {
			return w
		}
	}
	return r.workers[0]
}

func (r *run) ask(i int) error {
	i = max(i, -i)
	post := i % teams
	b, err := r.as(r.of(post+1), http.MethodPost, "/api/v1/handoffs", map[string]any{
		"service": r.offers[post].ID, "customer": r.posts[(post+1)%teams], "title": "camisa azul talla " + strconv.Itoa(i),
		"quantity": 50, "order_ref": "P-2026-" + strconv.Itoa(i/10),
	}, http.StatusCreated)
	if err != nil {
		return err
	}
	var h asked
	if err := json.Unmarshal(b, &h); err != nil {
		return err
	}
	h.post = post
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, h)
	return nil
}

// writers is how many clients write at once, and warmUp how often a request is
// made on each connection, at most, before it is measured: PostgreSQL plans a
// statement anew the first five times on each.
const (
	writers     = 4
	connections = 16 // of the server to PostgreSQL
	warmUp      = 20
)

// warming is how often a request of writers is made before it is measured.
func warming() int { return connections * min(*times, warmUp) }

// nth numbers the requests of a line from 0: those of the warm-up, which count
// down from -1, come first.
func nth(i int) int {
	if i < 0 {
		return -1 - i
	}
	return i + warming()
}

// step moves the i-th of the handoffs that were asked for here.
func step(verb string, customer bool, body map[string]any) func(*run, int) error {
	return func(r *run, i int) error {
		h := r.asked[nth(i)]
		end := h.post
		if customer {
			end++
		}
		want := http.StatusOK
		if verb == "comments" {
			want = http.StatusCreated
		}
		_, err := r.as(r.of(end), http.MethodPost, "/api/v1/handoffs/"+string(h.ID)+"/"+verb, body, want)
		return err
	}
}

func get(path func(r *run, i int) string) func(*run, int) error {
	return func(r *run, i int) error {
		i = max(i, -i)
		_, err := r.as(r.of(i), http.MethodGet, path(r, i), nil, http.StatusOK)
		return err
	}
}

func fixed(path string) func(*run, int) error { return get(func(*run, int) string { return path }) }

// news gets a page after something was written in the company, so that nothing
// which was kept of it holds.
func news(then func(*run, int) error) func(*run, int) error {
	write := step("comments", true, map[string]any{"note": "Llegó bien, gracias"})
	return func(r *run, i int) error { return errors.Join(write(r, i), then(r, i)) }
}

// deep is the cursor of a page far down the history: of page 1000 if the
// history is as long as that.
func deep(r *run) string {
	at := max(int64(1), int64(r.handoffs)-50*1000)
	return base64.RawURLEncoding.EncodeToString([]byte("0." + strconv.FormatInt(at, 36)))
}

var jobs = []job{
	{"ask", 2, writers, func(r *run, i int) error { return r.ask(i) }},
	{"get one", 2, 1, get(func(r *run, i int) string { return "/api/v1/handoffs/" + string(r.asked[i%len(r.asked)].ID) })},
	{"take", 2, writers, step("take", false, map[string]any{})},
	{"deliver", 2, writers, step("deliver", false, map[string]any{"checks": []string{"1"}})},
	{"return", 2, writers, step("return", true, map[string]any{"quantity": 2, "reason": "1"})},
	{"deliver again", 2, writers, step("deliver", false, map[string]any{})},
	{"accept", 2, writers, step("accept", true, map[string]any{})},
	{"comment", 2, writers, step("comments", true, map[string]any{"note": "Llegó bien, gracias"})},
	{"rate a handoff", 2, writers, rate},
	{"give thanks", 2, writers, thank},
	{"queue of a team, 50 open", 5, 1, get(func(r *run, i int) string { return "/api/v1/queues/" + string(r.posts[i%teams]) })},
	{"everything, newest 50", 5, 1, fixed("/api/v1/handoffs")},
	{"the same, page 1000", 5, 1, get(func(r *run, _ int) string { return "/api/v1/handoffs?cursor=" + deep(r) })},
	{"by state", 5, 1, fixed("/api/v1/handoffs?state=declined")},
	{"by state and service", 5, 1, get(func(r *run, i int) string {
		return "/api/v1/handoffs?state=declined&service=" + string(r.offers[i%teams].ID)
	})},
	{"by team and state, the history", 5, 1, get(func(r *run, i int) string {
		return "/api/v1/handoffs?state=returned&state=declined&node=" + string(r.posts[i%teams])
	})},
	{"late", 5, 1, fixed("/api/v1/handoffs?late=true")},
	{"by order", 5, 1, get(func(_ *run, i int) string { return fmt.Sprintf("/api/v1/handoffs?order_ref=P-%05d", i%10) })},
	{"by a common word", 5, 1, fixed("/api/v1/handoffs?q=camisa")},
	{"by two begun words", 5, 1, fixed("/api/v1/handoffs?q=azul+cam")},
	{"Mi día, the page", 10, 1, fixed("/mi-dia")},
	{"Pase, the page", 10, 1, get(func(r *run, i int) string { return "/pases/" + strconv.FormatInt(r.asked[i%len(r.asked)].Number, 10) })},
	{"Equipo, the page", 10, 1, get(func(r *run, i int) string { return "/equipo/" + string(r.posts[i%teams]) })},
	{"Eslabón, the page", 10, 1, get(func(r *run, i int) string { return "/eslabones/" + string(r.asked[i%len(r.asked)].Link) })},
	{"figures of a link", 10, 1, get(func(r *run, i int) string { return "/api/v1/links/" + string(r.asked[i%len(r.asked)].Link) + "/stats" })},
	{"the chain", 10, 1, fixed("/api/v1/chain")},
	{"La cadena, the page", 10, 1, fixed("/cadena")},
	{"La cadena, the page with every link", 0, 1, fixed("/cadena?todo=1")},
	{"a comment, and then Eslabón", 0, 1, news(get(func(r *run, i int) string { return "/eslabones/" + string(r.asked[i%len(r.asked)].Link) }))},
	{"a comment, and then La cadena", 0, 1, news(fixed("/cadena"))},
	{"Gracias, the wall", 5, 1, fixed("/gracias")},
	{"Necesidades, the board", 5, 1, fixed("/necesidades")},
	{"Necesidades, the board of who leads", 5, 1, led(func(*run) string { return "/necesidades" })},
	{"Pulso, the page of the results", 10, 1, get(func(r *run, _ int) string { return "/pulsos/" + string(r.pulse) })},
	{"Mi equipo, the page of who leads", 10, 1, led(func(*run) string { return "/mi-equipo" })},
}
