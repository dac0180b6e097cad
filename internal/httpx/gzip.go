package httpx

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// smallest is the size under which compression saves nothing, in bytes.
const smallest = 1 << 10

var (
	packers = sync.Pool{New: func() any {
		z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
		if err != nil {
			panic(err) // the level is a constant
		}
		return z
	}}
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

// Gzip compresses text answers of more than 1 kB. What is a stream of events,
// or says its own encoding, passes as it is.
func Gzip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		p := &packed{ResponseWriter: w, head: r.Method == http.MethodHead}
		defer p.close()
		next.ServeHTTP(p, r)
	})
}

// packed holds the first kilobyte back until it knows whether to compress.
type packed struct {
	http.ResponseWriter
	held   *bytes.Buffer
	z      *gzip.Writer
	status int
	head   bool
	plain  bool // decided: as it is
}

func (p *packed) WriteHeader(status int) {
	if status < http.StatusOK && status != http.StatusSwitchingProtocols {
		p.ResponseWriter.WriteHeader(status)
		return
	}
	if p.status != 0 {
		return
	}
	p.status = status
	bodyless := status == http.StatusNoContent || status == http.StatusNotModified || status == http.StatusPartialContent
	if p.head || bodyless || !packable(p.Header()) {
		p.plain = true
		p.ResponseWriter.WriteHeader(status)
	}
}

func (p *packed) Write(b []byte) (int, error) {
	if p.status == 0 {
		if p.Header().Get("Content-Type") == "" {
			p.Header().Set("Content-Type", http.DetectContentType(b))
		}
		p.WriteHeader(http.StatusOK)
	}
	switch {
	case p.plain:
		return p.ResponseWriter.Write(b)
	case p.z != nil:
		return p.z.Write(b)
	}
	if p.held == nil && len(b) < smallest {
		p.held = buffers.Get().(*bytes.Buffer)
		p.held.Reset()
	}
	if p.held != nil && p.held.Len()+len(b) < smallest {
		return p.held.Write(b)
	}
	p.pack()
	if err := p.release(p.z.Write); err != nil {
		return 0, err
	}
	return p.z.Write(b)
}

// pack begins to compress.
func (p *packed) pack() {
	h := p.Header()
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	p.ResponseWriter.WriteHeader(p.status)
	p.z = packers.Get().(*gzip.Writer)
	p.z.Reset(p.ResponseWriter)
}

// release writes what was held back.
func (p *packed) release(write func([]byte) (int, error)) error {
	if p.held == nil {
		return nil
	}
	_, err := write(p.held.Bytes())
	buffers.Put(p.held)
	p.held = nil
	return err
}

// Pack returns b as [WritePacked] sends it.
func Pack(b []byte) []byte {
	var out bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(b) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// WritePacked writes what [Pack] made as the whole body of an answer, if who
// asked takes it packed and nothing was written before. Otherwise it reports
// false, and the body is still to be written.
func WritePacked(w io.Writer, body []byte) (bool, error) {
	for {
		if p, ok := w.(*packed); ok {
			return p.writeReady(body)
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return false, nil
		}
		w = u.Unwrap()
	}
}

func (p *packed) writeReady(body []byte) (bool, error) {
	if p.plain || p.z != nil || p.held != nil || p.head || !packable(p.Header()) {
		return false, nil
	}
	if p.status == 0 {
		p.WriteHeader(http.StatusOK)
	}
	p.plain = true
	h := p.Header()
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	p.ResponseWriter.WriteHeader(p.status)
	_, err := p.ResponseWriter.Write(body)
	return true, err
}

// Flush sends what there is; a stream that begins with less than 1 kB stays
// uncompressed.
func (p *packed) Flush() {
	if p.status == 0 {
		p.WriteHeader(http.StatusOK)
	}
	switch {
	case p.z != nil:
		_ = p.z.Flush() // the reader may be gone
	case !p.plain:
		p.sendPlain()
	}
	_ = http.NewResponseController(p.ResponseWriter).Flush() // not every writer can
}

func (p *packed) sendPlain() {
	p.plain = true
	p.ResponseWriter.WriteHeader(p.status)
	_ = p.release(p.ResponseWriter.Write) // the reader may be gone
}

func (p *packed) close() {
	switch {
	case p.z != nil:
		_ = p.z.Close() // the reader may be gone
		packers.Put(p.z)
	case p.status != 0 && !p.plain:
		p.sendPlain()
	}
}

func (p *packed) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func packable(h http.Header) bool {
	if h.Get("Content-Encoding") != "" {
		return false
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch kind {
	case "text/event-stream":
		return false
	case "", "application/json", "application/problem+json", "application/javascript", "image/svg+xml":
		return true
	default:
		return strings.HasPrefix(kind, "text/")
	}
}
