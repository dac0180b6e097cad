//go:build unix

package load

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/chain/load/made"
)

// incidents makes a log of a service desk as a packed file.
func incidents(tb testing.TB, cases int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "incidents.xes.gz")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	z := gzip.NewWriter(f)
	if err := made.Incidents(z, 1, cases); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// gunzip unpacks a file to nowhere.
func gunzip(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, z)
	return err
}

// cpu is the time that the processors have worked for this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak watches how much memory Go holds until stop is called.
func peak() (stop func() uint64) {
	runtime.GC()
	quit, most := make(chan struct{}), make(chan uint64)
	go func() {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
		high := uint64(0)
		for t := time.NewTicker(2 * time.Millisecond); ; {
			metrics.Read(s)
			high = max(high, s[0].Value.Uint64()+s[1].Value.Uint64())
			select {
			case <-t.C:
			case <-quit:
				t.Stop()
				most <- high
				return
			}
		}
	}()
	return func() uint64 { close(quit); return <-most }
}

// BenchmarkLoad sets reading a log, with all checks, beside unpacking the same
// file, turn by turn in one run: the ratio of the medians holds on any machine.
// The log of the shared folder is used if it is there.
func BenchmarkLoad(b *testing.B) {
	small := filepath.Join(shared, "bpic2013_incidents.xes.gz")
	if _, err := os.Stat(small); err != nil {
		small = incidents(b, 7554)
	}
	for _, c := range []struct {
		name, path string
	}{{"Incidents", small}, {"Made", incidents(b, 7554)}, {"Made50", incidents(b, 50*7554)}} {
		b.Run(c.name, func(b *testing.B) {
			var loads, unpacks, loadCPU, unpackCPU []time.Duration
			events, columns, high := 0, 0, uint64(0)
			for b.Loop() {
				from, used := time.Now(), cpu()
				if err := gunzip(c.path); err != nil {
					b.Fatal(err)
				}
				unpacks, unpackCPU = append(unpacks, time.Since(from)), append(unpackCPU, cpu()-used)
				stop := peak()
				from, used = time.Now(), cpu()
				l, _, err := File(b.Context(), c.path, Options{})
				if err != nil {
					b.Fatal(err)
				}
				loads, loadCPU = append(loads, time.Since(from)), append(loadCPU, cpu()-used)
				high = max(high, stop())
				events, columns = l.Events(), l.Bytes()
			}
			ms := func(d []time.Duration) float64 {
				slices.Sort(d)
				return float64(d[len(d)/2].Microseconds()) / 1000
			}
			b.ReportMetric(ms(loads), "load-ms")
			b.ReportMetric(ms(unpacks), "gunzip-ms")
			b.ReportMetric(ms(loads)/ms(unpacks), "x-gunzip")
			b.ReportMetric(ms(loadCPU)/ms(unpackCPU), "x-gunzip-cpu")
			b.ReportMetric(ms(loads)*1e6/float64(events), "ns/event")
			b.ReportMetric(float64(high)/1e6, "peak-MB")
			b.ReportMetric(float64(columns)/1e6, "columns-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}
