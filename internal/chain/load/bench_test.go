package load

import (
	"compress/gzip"
	"io"
	"os"
	"testing"
)

// BenchmarkLoad reads a log with all checks; BenchmarkGunzip only unpacks the
// same file. The first may take eight times as long as the second.
func BenchmarkLoad(b *testing.B) {
	path := realFile(b, "bpic2013_incidents.xes.gz")
	for b.Loop() {
		l, _, err := File(b.Context(), path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(l.Bytes()), "column-bytes")
	}
}

// BenchmarkLoadOneWorker is the same on one scanner.
func BenchmarkLoadOneWorker(b *testing.B) {
	path := realFile(b, "bpic2013_incidents.xes.gz")
	for b.Loop() {
		if _, _, err := File(b.Context(), path, Options{Workers: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGunzip(b *testing.B) {
	path := realFile(b, "bpic2013_incidents.xes.gz")
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.Discard, z)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(n)
		f.Close()
	}
}
