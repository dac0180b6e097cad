package load

import (
	"bytes"
	"encoding/binary"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The encodings of texts that are read.
const (
	UTF8    = "utf-8"
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"
	Latin1  = "windows-1252" // ISO 8859-1 is read as what browsers take it for
)

// Encodings are all that Options.Encoding may be.
var Encodings = []string{UTF8, Latin1, UTF16LE, UTF16BE}

var declared = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// encodingOf finds the encoding of a text by its mark, by what its XML
// declaration says, and by whether it is UTF-8. Skip is the length of the mark.
func encodingOf(head []byte, wanted string) (enc string, skip int, err error) {
	marks := []struct{ mark, enc string }{{"\xef\xbb\xbf", UTF8}, {"\xff\xfe", UTF16LE}, {"\xfe\xff", UTF16BE}}
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return m.enc, len(m.mark), nil
		}
	}
	if wanted != "" {
		return canonical(wanted)
	}
	if m := declared.FindSubmatch(head); m != nil {
		return canonical(string(m[1]))
	}
	if len(head) >= 4 {
		switch {
		case head[0] == 0 && head[1] != 0 && head[2] == 0:
			return UTF16BE, 0, nil
		case head[1] == 0 && head[0] != 0 && head[3] == 0:
			return UTF16LE, 0, nil
		}
	}
	if !utf8.Valid(whole(head)) {
		return Latin1, 0, nil
	}
	return UTF8, 0, nil
}

func canonical(name string) (enc string, skip int, err error) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return UTF8, 0, nil
	case "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "iso8859-1", "iso_8859-1":
		return Latin1, 0, nil
	case "utf-16", "utf-16le":
		return UTF16LE, 0, nil
	case "utf-16be":
		return UTF16BE, 0, nil
	}
	return "", 0, &Error{Code: "encoding", Args: map[string]any{"Got": name, "Want": strings.Join(Encodings, ", ")}}
}

// whole returns b without a character that its end cuts in two.
func whole(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// decoder returns a reader of UTF-8, or nil if r is one.
func decoder(enc string, r io.Reader) io.Reader {
	switch enc {
	case Latin1:
		return &transcoder{r: r, step: fromLatin1}
	case UTF16LE:
		return &transcoder{r: r, step: fromUTF16(binary.LittleEndian)}
	case UTF16BE:
		return &transcoder{r: r, step: fromUTF16(binary.BigEndian)}
	}
	return nil
}

// transcoder reads UTF-8 from another encoding. Step appends what it can of
// in to out and returns how much of in it used.
type transcoder struct {
	r    io.Reader
	step func(out, in []byte, end bool) ([]byte, int)
	in   []byte // not used yet
	out  []byte // not read yet
	buf  []byte
	err  error
}

func (t *transcoder) Read(p []byte) (int, error) {
	const most = 1 << 15
	if t.buf == nil {
		t.buf = make([]byte, most)
		t.in = make([]byte, 0, most+8)
	}
	for len(t.out) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		var n int
		n, t.err = t.r.Read(t.buf)
		t.in = append(t.in, t.buf[:n]...)
		out, used := t.step(nil, t.in, t.err != nil)
		t.out, t.in = out, append(t.in[:0], t.in[used:]...)
	}
	n := copy(p, t.out)
	t.out = t.out[n:]
	return n, nil
}

// cp1252 are the characters 0x80 to 0x9f; the five without meaning stay controls.
var cp1252 = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

func fromLatin1(out, in []byte, _ bool) ([]byte, int) {
	for _, c := range in {
		switch {
		case c < 0x80:
			out = append(out, c)
		case c < 0xa0:
			out = utf8.AppendRune(out, cp1252[c-0x80])
		default:
			out = utf8.AppendRune(out, rune(c))
		}
	}
	return out, len(in)
}

func fromUTF16(order binary.ByteOrder) func(out, in []byte, end bool) ([]byte, int) {
	return func(out, in []byte, end bool) ([]byte, int) {
		i := 0
		for ; i+2 <= len(in); i += 2 {
			c := rune(order.Uint16(in[i:]))
			if !utf16.IsSurrogate(c) {
				out = utf8.AppendRune(out, c)
				continue
			}
			if i+4 > len(in) {
				if !end {
					return out, i
				}
				out = utf8.AppendRune(out, utf8.RuneError)
				continue
			}
			r := utf16.DecodeRune(c, rune(order.Uint16(in[i+2:])))
			if r != utf8.RuneError {
				i += 2
			}
			out = utf8.AppendRune(out, r)
		}
		if end && i < len(in) {
			return utf8.AppendRune(out, utf8.RuneError), len(in)
		}
		return out, i
	}
}
