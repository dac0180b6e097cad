package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/cli"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// asProgram makes the test binary be the program: what is killed must be a
// process of its own.
const asProgram = "ESLABON_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, app.Program()))
	}
	dbtest.Main(inBrowser{m})
}

// inBrowser runs the tests, then closes the browser.
type inBrowser struct{ m *testing.M }

func (b inBrowser) Run() int { return webtest.Main(b.m) }

// program starts the product as a process on a free port, and waits until it
// answers.
func program(t *testing.T, args ...string) (url string, cmd *exec.Cmd) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	cmd = exec.Command(os.Args[0], append(args, "--addr", addr)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(cmd) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		r, err := http.Get("http://" + addr + "/readyz")
		if err == nil {
			r.Body.Close()
			return "http://" + addr, cmd
		}
		select {
		case <-ctx.Done():
			t.Fatalf("it does not start: %s", said.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// served is what a server on a database of its own is started with, and where
// that database is.
func served(t *testing.T, e db.Engine) (args []string, dsn string) {
	t.Helper()
	dir := t.TempDir()
	args = []string{"serve", "--data", dir}
	if e == db.Postgres {
		dsn = dbtest.DSN(t, e)
		return append(args, "--database", dsn), dsn
	}
	return args, filepath.Join(dir, "eslabon.db")
}

func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // SIGKILL
	_ = cmd.Wait()
}

// until asks again and again, until what is asked for is so.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("it never came to be that %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// The server is killed in the middle of 2,000 requests. Whatever it had
// acknowledged is there afterwards, and every projection equals its rebuild.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, e db.Engine) {
		args, dsn := served(t, e)
		w, cookie := founded(t, dsn)
		acknowledged := killedAmid(t, w, cookie, args)

		url, cmd := program(t, args...) // it starts again, by itself sound
		if r, err := http.Get(url + "/readyz"); err != nil || r.StatusCode != http.StatusNoContent {
			t.Fatalf("it is not ready again: %v", err)
		}
		kill(cmd)
		survived(t, dsn, w, acknowledged)
	})
}

func founded(t *testing.T, dsn string) (*fixture.Company, string) {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := app.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	w := fixture.New(t, d, 1)
	return w, enter(t, w, w.Diego)
}

// killedAmid asks from eight sides at once, kills the server when half of the
// 2,000 were acknowledged, and returns those that were.
func killedAmid(t *testing.T, w *fixture.Company, cookie string, args []string) map[int64]string {
	t.Helper()
	const askers, asks = 8, 2000
	url, cmd := program(t, args...)
	acknowledged := map[int64]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for a := range askers {
		wg.Go(func() {
			for i := range asks / askers {
				title := fmt.Sprintf("lote %d-%d", a, i)
				n, err := ask(url, cookie, w, title)
				mu.Lock()
				if err == nil {
					acknowledged[n] = title
				}
				if len(acknowledged) == asks/2 {
					_ = cmd.Process.Kill() // SIGKILL; a second one finds nobody
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	_ = cmd.Wait()
	if len(acknowledged) < asks/2 {
		t.Fatalf("only %d were acknowledged before it died", len(acknowledged))
	}
	return acknowledged
}

func ask(url, cookie string, w *fixture.Company, title string) (number int64, err error) {
	body := fmt.Sprintf(`{"service":%q,"customer":%q,"title":%q,"quantity":5}`, w.Cut.ID, w.Sewing, title)
	r, err := http.NewRequest(http.MethodPost, url+"/api/v1/handoffs", bytes.NewBufferString(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(&http.Cookie{Name: "eslabon", Value: cookie})
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer got.Body.Close()
	var out struct{ Number int64 }
	if err := json.NewDecoder(got.Body).Decode(&out); err != nil || got.StatusCode != http.StatusCreated {
		return 0, fmt.Errorf("status %d, %w", got.StatusCode, err)
	}
	return out.Number, nil
}

func survived(t *testing.T, dsn string, w *fixture.Company, acknowledged map[int64]string) {
	t.Helper()
	ctx := t.Context()
	d, err := db.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Check(ctx); err != nil {
		t.Error(err)
	}
	handoffs := handoff.New(d)
	for n, title := range acknowledged {
		h, err := handoffs.ByNumber(ctx, w.Diego, n)
		if err != nil || h.Title != title || len(h.Story) != 1 {
			t.Fatalf("number %d was acknowledged as %q and is %q, %v", n, title, h.Title, err)
		}
	}
	var seq int64
	for {
		facts, err := fact.After(ctx, d, w.ID, seq, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(facts) == 0 {
			break
		}
		for _, f := range facts {
			if seq++; f.Seq != seq {
				t.Fatalf("fact %d is missing", seq)
			}
		}
	}
	since := d.Now().AddDate(0, -1, 0)
	for _, f := range app.Followers() {
		if err := f.CatchUp(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	running, err := handoffs.Chain(ctx, w.Diego, handoff.ChainFilter{Since: since})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range app.Followers() {
		if err := f.Rebuild(ctx, d, w.ID); err != nil {
			t.Fatal(err)
		}
	}
	rebuilt, err := handoff.New(d).Chain(ctx, w.Diego, handoff.ChainFilter{Since: since})
	if err != nil || !reflect.DeepEqual(running.Edges, rebuilt.Edges) || running.Edges[0].Asked < len(acknowledged) {
		t.Errorf("running %+v\nrebuilt %+v, %v", running.Edges, rebuilt.Edges, err)
	}
}
