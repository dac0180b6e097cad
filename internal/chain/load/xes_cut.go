package load

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// block is a piece of an XES file that ends after a trace or an event, so that
// it can be scanned without the ones before it.
type block struct {
	data  []byte
	open  [][]byte // names of the elements that are open where it begins
	final bool
	err   error // of reading what comes after; data is empty

	part *part // what the scan found
	done chan struct{}
}

// cutter reads an XES file in blocks. It looks for the ends of traces without
// reading what is between, so it may be wrong where a comment holds one; who
// puts the blocks together finds that out.
type cutter struct {
	r     io.Reader
	size  int
	piece int

	root, trace, event []byte   // names as the file writes them
	open               [][]byte // where the next block begins
	rest               []byte   // read, and behind the last cut
	buffers            chan []byte
}

func newCutter(r io.Reader, o *Options, inFlight int) *cutter {
	return &cutter{r: r, size: o.Block, piece: max(o.Limits.Piece, o.Block), buffers: make(chan []byte, inFlight)}
}

func (c *cutter) buffer() []byte {
	select {
	case b := <-c.buffers:
		return b[:0]
	default:
		return make([]byte, 0, c.size+c.size/4)
	}
}

// free takes back the buffer of a block.
func (c *cutter) free(b []byte) {
	select {
	case c.buffers <- b:
	default:
	}
}

// run sends every block to out and to work.
func (c *cutter) run(ctx context.Context, out, work chan<- *block) {
	defer close(out)
	defer close(work)
	for {
		b := c.next()
		b.done = make(chan struct{})
		select {
		case out <- b:
		case <-ctx.Done():
			return
		}
		if b.err != nil {
			close(b.done)
			return
		}
		select {
		case work <- b:
		case <-ctx.Done():
			close(b.done)
			return
		}
		if b.final {
			return
		}
	}
}

func (c *cutter) next() *block {
	buf := append(c.buffer(), c.rest...)
	c.rest = c.rest[:0]
	for want := c.size; ; want *= 2 {
		buf = grow(buf, want)
		n, err := readFull(c.r, buf[len(buf):max(want, len(buf))])
		buf = buf[:len(buf)+n]
		if c.root == nil {
			c.learn(buf)
		}
		if errors.Is(err, io.EOF) {
			return &block{data: buf, open: c.open, final: true}
		}
		if err != nil {
			return &block{err: err}
		}
		if at, open := c.cut(buf); at > 0 {
			b := &block{data: buf[:at], open: c.open}
			c.rest = append(c.rest, buf[at:]...)
			c.open = open
			return b
		}
		if len(buf) >= c.piece {
			return &block{err: most("too_long", c.piece)}
		}
	}
}

func grow(buf []byte, n int) []byte {
	if cap(buf) >= n {
		return buf
	}
	return append(make([]byte, 0, n), buf...)
}

// readFull is io.ReadFull whose only end is io.EOF.
func readFull(r io.Reader, p []byte) (int, error) {
	n, err := io.ReadFull(r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		// An *Error may wrap it: a packed file that ends too early.
		if _, ok := errors.AsType[*Error](err); !ok {
			err = io.EOF
		}
	}
	return n, err
}

// learn finds how the file writes its names: with a prefix or without.
func (c *cutter) learn(b []byte) {
	s := xmlScan{b: b, depth: 1}
	for {
		t, err := s.next()
		if err != nil || t == tokenShort || t == tokenDone {
			return
		}
		if t == tokenStart {
			break
		}
	}
	prefix := bytes.TrimSuffix(s.name, localName(s.name))
	c.root = bytes.Clone(s.name)
	c.trace = append(bytes.Clone(prefix), "trace"...)
	c.event = append(bytes.Clone(prefix), "event"...)
}

// cut returns where the last trace of b ends, or else its last event, and the
// elements that are open there.
func (c *cutter) cut(b []byte) (at int, open [][]byte) {
	if at = lastEnd(b, c.trace); at > 0 {
		return at, [][]byte{c.root}
	}
	return lastEnd(b, c.event), [][]byte{c.root, c.trace}
}

// lastEnd returns the offset behind the last </name> of b, or 0.
func lastEnd(b, name []byte) int {
	tag := append([]byte("</"), name...)
	for until := len(b); ; {
		i := bytes.LastIndex(b[:until], tag)
		if i < 0 {
			return 0
		}
		j := i + len(tag)
		for j < len(b) && space[b[j]] {
			j++
		}
		if j < len(b) && b[j] == '>' {
			return j + 1
		}
		until = i
	}
}
