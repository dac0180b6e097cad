package bench

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/cli"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

const asProgram = "ESLABON_BENCH_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, app.Program()))
	}
	if tool := os.Getenv(asTool); tool != "" {
		os.Exit(runTool(tool, os.Args[1:]))
	}
	dbtest.Main(m)
}

// server is the product as a process of its own, and the PostgreSQL behind it.
type server struct {
	url        string
	pid        int
	postmaster int           // 0 on SQLite
	before     time.Duration // that PostgreSQL had used when it started
}

// serve starts the program that ESLABON_BENCH_PROGRAM names, or this one.
func serve(t *testing.T, e db.Engine, dsn string) server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	addr := l.Addr().String()
	must(t, l.Close())
	args := []string{"serve", "--addr", addr}
	if e == db.Postgres {
		args = append(args, "--data", t.TempDir(), "--database", dsn)
	} else {
		args = append(args, "--data", filepath.Dir(dsn))
	}
	s := server{url: "http://" + addr}
	if e == db.Postgres {
		s.postmaster = postmaster(t, dsn)
		s.before = s.database()
	}
	program := os.Getenv("ESLABON_BENCH_PROGRAM")
	if program == "" {
		program = os.Args[0]
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // who is started in the background does not hear an interrupt
		_ = cmd.Wait()
	})
	s.pid = cmd.Process.Pid
	deadline := time.Now().Add(time.Minute)
	for {
		r, err := http.Get(s.url + "/readyz")
		if err == nil {
			must(t, r.Body.Close())
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not start: %s", said.String())
		}
		time.Sleep(10 * time.Millisecond)
	}
	return s
}

// settle lets PostgreSQL tidy up after the seeding, which it would otherwise do
// in the middle of what is measured.
func settle(t *testing.T, e db.Engine, dsn string) {
	t.Helper()
	if e != db.Postgres {
		return
	}
	p, err := sql.Open("pgx", dsn)
	must(t, err)
	defer p.Close()
	_, err = p.Exec(`VACUUM ANALYZE`)
	must(t, err)
	_, err = p.Exec(`CHECKPOINT`)
	must(t, err)
}

// postmaster returns the parent of the backends.
func postmaster(t *testing.T, dsn string) int {
	t.Helper()
	p, err := sql.Open("pgx", dsn)
	must(t, err)
	defer p.Close()
	var backend int
	must(t, p.QueryRow(`SELECT pg_backend_pid()`).Scan(&backend))
	return parent(backend)
}

func fields(pid int) []string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil // it has ended
	}
	s := string(b)
	return strings.Fields(s[strings.LastIndexByte(s, ')')+1:]) // from the state on
}

func parent(pid int) int {
	if f := fields(pid); len(f) > 1 {
		n, _ := strconv.Atoi(f[1])
		return n
	}
	return 0
}

// ticks returns the time that a process has used, with that of the children it
// has waited for.
func ticks(pid int) (n int64) {
	f := fields(pid)
	for i := 11; i <= 14 && i < len(f); i++ {
		v, _ := strconv.ParseInt(f[i], 10, 64)
		n += v
	}
	return n
}

const tick = 10 * time.Millisecond // USER_HZ is 100 on Linux

// cpu returns what the server, and PostgreSQL, have used since it was started.
func (s server) cpu() (own, database time.Duration) {
	return time.Duration(ticks(s.pid)) * tick, s.database() - s.before
}

// database returns what PostgreSQL has used so far.
func (s server) database() time.Duration {
	if s.postmaster == 0 {
		return 0
	}
	n := ticks(s.postmaster)
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && parent(pid) == s.postmaster {
			n += ticks(pid)
		}
	}
	return time.Duration(n) * tick
}

// memory returns the resident size of the server now and at its peak, in MB.
func (s server) memory() (now, peak float64) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) > 1 {
			kb, _ := strconv.ParseFloat(f[1], 64)
			switch f[0] {
			case "VmRSS:":
				now = kb / 1024
			case "VmHWM:":
				peak = kb / 1024
			}
		}
	}
	return now, peak
}
