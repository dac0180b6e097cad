package load

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"sync/atomic"
)

// input is the text of a file, unpacked and as UTF-8.
type input struct {
	r        io.Reader
	format   Format
	packed   bool
	encoding string
	counter  *counter
	closers  []func() error
}

func (in *input) close() {
	for _, c := range in.closers {
		_ = c() // of readers: nothing is lost
	}
}

// lookAhead is how much of a text decides what it is.
const lookAhead = 1 << 16

func newInput(ctx context.Context, r io.Reader, o *Options) (*input, error) {
	in := &input{counter: &counter{r: r, ctx: ctx, progress: o.Progress}}
	raw := bufio.NewReaderSize(in.counter, lookAhead)
	head, err := peek(raw, 4)
	if err != nil {
		return nil, err
	}
	text := raw
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, packedError(err)
		}
		in.packed, in.closers = true, append(in.closers, z.Close)
		text = bufio.NewReaderSize(unpacked{z}, lookAhead)
	} else if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		inner, isSheet, err := unzip(raw)
		if err != nil {
			return nil, err
		}
		if isSheet {
			in.format = Sheet
			return in, nil
		}
		in.packed, in.closers = true, append(in.closers, inner.Close)
		text = bufio.NewReaderSize(unpacked{inner}, lookAhead)
	}
	if head, err = peek(text, lookAhead); err != nil {
		return nil, err
	}
	enc, skip, err := encodingOf(head, o.Encoding)
	if err != nil {
		return nil, err
	}
	if _, err := text.Discard(skip); err != nil {
		return nil, err
	}
	in.encoding = enc
	if d := decoder(enc, text); d != nil {
		text = bufio.NewReaderSize(d, lookAhead)
	}
	if head, err = peek(text, lookAhead); err != nil {
		return nil, err
	}
	if in.format, err = formatOf(head); err != nil {
		return nil, err
	}
	in.r = &limited{text, o.Limits.Text}
	return in, nil
}

// peek returns up to n bytes; a shorter file is no error.
func peek(r *bufio.Reader, n int) ([]byte, error) {
	b, err := r.Peek(n)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

// counter counts what is read of the file, and stops when nobody waits for it.
type counter struct {
	r        io.Reader
	ctx      context.Context //nolint:containedctx // it lives as long as one read of the file
	progress func(int64)
	n        atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	if total := c.n.Add(int64(n)); c.progress != nil && n > 0 {
		c.progress(total)
	}
	return n, err
}

// unpacked says of an error of gzip or zip that the file is at fault.
type unpacked struct{ r io.Reader }

func (u unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, packedError(err)
	}
	return n, err
}

func packedError(err error) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &Error{Code: "truncated", Err: err}
	}
	return &Error{Code: "gzip", Err: err}
}

// limited refuses a text that is too long.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, &Error{Code: "too_large"}
	}
	return n, err
}
