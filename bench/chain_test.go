package bench

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/chain/load/made"
)

var logRuns = flag.Int("logs", 1, "how often each log is analysed; above 1 the large ones are too")

// asTool makes this program one of the things beside which an analysis is set,
// in a process of its own.
const asTool = "ESLABON_BENCH_AS_TOOL"

// The tools.
const (
	onlyStart  = "start"  // and end
	onlyUnpack = "gunzip" // to nowhere
	onlyLoad   = "load"   // into columns, with all checks
)

func runTool(tool string, args []string) int {
	err := error(nil)
	switch tool {
	case onlyUnpack:
		var f *os.File
		if f, err = os.Open(args[0]); err == nil {
			var z *gzip.Reader
			if z, err = gzip.NewReader(f); err == nil {
				_, err = io.Copy(io.Discard, z)
			}
		}
	case onlyLoad:
		l, _, failed := load.File(context.Background(), args[0], load.Options{})
		if err = failed; err == nil {
			fmt.Println(l.Events(), l.Bytes())
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// usage is what a process took.
type usage struct {
	cpu, wall time.Duration
	peak      int64 // bytes of memory
}

// spend runs a process several times and returns the median of each figure.
func spend(t *testing.T, n int, env, program string, args ...string) (usage, string) {
	t.Helper()
	var all []usage
	var said bytes.Buffer
	for range n {
		said.Reset()
		cmd := exec.Command(program, args...)
		var remarks bytes.Buffer
		cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), env), &said, &remarks
		began := time.Now()
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: %v\n%s", args, err, remarks.String())
		}
		s := cmd.ProcessState
		u := usage{cpu: s.UserTime() + s.SystemTime(), wall: time.Since(began)}
		if r, ok := s.SysUsage().(*syscall.Rusage); ok {
			const kilo = 1024
			u.peak = r.Maxrss * kilo // on Linux
		}
		all = append(all, u)
	}
	median := func(of func(usage) int64) int64 {
		slices.SortFunc(all, func(a, b usage) int { return int(of(a) - of(b)) })
		return of(all[n/2])
	}
	return usage{
		time.Duration(median(func(u usage) int64 { return int64(u.cpu) })),
		time.Duration(median(func(u usage) int64 { return int64(u.wall) })), median(func(u usage) int64 { return u.peak }),
	}, said.String()
}

// TestChain sets what an event log costs beside unpacking the same file, each in
// a process of its own: start, unpack, load, and the whole way from the file to
// the report. The real log is used where it lies beside the project.
func TestChain(t *testing.T) {
	const real = "../../shared/data/bpic2013_incidents.xes.gz"
	logs := []struct {
		name  string
		cases int
	}{{"real", 0}, {"made", 7554}, {"made, 50 times larger", 50 * 7554}}
	if *logRuns == 1 {
		logs = logs[1:2]
		logs[0].cases = 100
	}
	program, env := os.Getenv("ESLABON_BENCH_PROGRAM"), "ESLABON_BENCH=1"
	if program == "" {
		program, env = os.Args[0], asProgram+"=1"
	}
	start, _ := spend(t, *logRuns, env, program, "version")
	bare, _ := spend(t, *logRuns, asTool+"="+onlyStart, os.Args[0])
	fmt.Printf("event logs · median of %d · budgets: load 8 × gunzip, without the start of a process; report 0.3 s on a machine at rest\n", *logRuns)
	fmt.Printf("%-30s %9s %8s %8s %10s %9s %11s\n", "what", "events", "CPU s", "wall s", "× gunzip", "peak MB", "columns MB")
	fmt.Printf("%-30s %9s %8.3f %8.3f %10s %9.0f\n", "start and end", "", start.cpu.Seconds(), start.wall.Seconds(), "", mega(start.peak))
	for _, l := range logs {
		path := real
		if l.cases > 0 {
			path = filepath.Join(t.TempDir(), "made.xes.gz")
			pack(t, path, l.cases)
		} else if _, err := os.Stat(path); err != nil {
			fmt.Println("the real log is not on this machine")
			continue
		}
		unpack, _ := spend(t, *logRuns, asTool+"="+onlyUnpack, os.Args[0], path)
		loaded, said := spend(t, *logRuns, asTool+"="+onlyLoad, os.Args[0], path)
		var events, columns int64
		if _, err := fmt.Sscan(said, &events, &columns); err != nil {
			t.Fatal(err)
		}
		report, _ := spend(t, *logRuns, env, program, "analyze", "--format", "json", path)
		line := func(what string, u usage, columns string) {
			times := float64(u.cpu-bare.cpu) / float64(max(1, unpack.cpu-bare.cpu))
			fmt.Printf("%-30s %9d %8.3f %8.3f %10.1f %9.0f %11s\n", l.name+": "+what, events, u.cpu.Seconds(), u.wall.Seconds(), times, mega(u.peak), columns)
		}
		line("gunzip", unpack, "")
		line("load", loaded, fmt.Sprintf("%.1f", mega(columns)))
		line("report", report, "")
	}
}

func mega(bytes int64) float64 { return float64(bytes) / 1e6 }

// pack writes a made-up log as a packed file.
func pack(t *testing.T, path string, cases int) {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	z := gzip.NewWriter(f)
	must(t, made.Incidents(z, 1, cases))
	must(t, z.Close())
	must(t, f.Close())
}
