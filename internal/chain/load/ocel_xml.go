package load

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/eslabon/eslabon/internal/chain"
)

// xmlStream feeds the scanner of XML from a reader.
type xmlStream struct {
	xmlScan
	r     io.Reader
	piece int
	line  int64 // of the beginning of the buffer
}

// token returns the next token; it is valid until the following call.
func (s *xmlStream) token() (token, error) {
	for {
		t, err := s.next()
		if err != nil {
			e := asError(err, s.from)
			if e.Line == 0 {
				e.Line = s.line + newlines(s.b[:min(e.at, len(s.b))])
			}
			return 0, e
		}
		if t != tokenShort {
			return t, nil
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

func (s *xmlStream) fill() error {
	const least = 1 << 16
	s.line += newlines(s.b[:s.pos])
	s.b = append(s.b[:0], s.b[s.pos:]...)
	s.pos = 0
	if len(s.b) > s.piece {
		return &Error{Code: "too_long", Line: s.line, Args: map[string]any{"Most": s.piece}}
	}
	want := max(least, 2*len(s.b))
	s.b = grow(s.b, want)
	n, err := readFull(s.r, s.b[len(s.b):want])
	s.b = s.b[:len(s.b)+n]
	if errors.Is(err, io.EOF) {
		s.final = true
		return nil
	}
	return err
}

func (s *xmlStream) here() int64 { return s.line + newlines(s.b[:s.from]) }

// attribute returns what an attribute of the present tag means.
func (s *xmlStream) attribute(name string) (string, error) {
	for _, a := range s.attrs {
		if string(a.name) == name {
			text, err := decodeText(nil, a.value, s.from, true)
			if err != nil {
				e := asError(err, s.from)
				e.Line = s.here()
				return "", e
			}
			return string(text), nil
		}
	}
	return "", nil
}

// readOCELXML reads OCEL 2.0 in XML.
func readOCELXML(ctx context.Context, in *input, o *Options, rep *Report) (*chain.Log, error) {
	s := &xmlStream{r: in.r, piece: o.Limits.Piece, line: 1}
	s.depth, s.texts = o.Limits.Depth, true
	b := newObjects(o, rep)
	x := ocelXML{s: s, b: b, o: o}
	for {
		t, err := s.token()
		if err != nil {
			return nil, err
		}
		switch t {
		case tokenDone:
			return b.finish()
		case tokenText:
			err = x.words()
		case tokenStart, tokenEmpty:
			if err = x.begin(); err == nil && t == tokenEmpty {
				err = x.end(ctx)
			}
		case tokenEnd:
			err = x.end(ctx)
		}
		if err != nil {
			return nil, err
		}
	}
}

// ocelXML collects one object or event.
type ocelXML struct {
	s *xmlStream
	b *Objects
	o *Options

	inside  string // "object", "event", or ""
	line    int64
	own     map[string]string
	attrs   []pairing
	relates []pairing
	text    strings.Builder
	open    bool // an attribute, whose text follows
}

func (x *ocelXML) begin() error {
	name := string(localName(x.s.name))
	get := func(names ...string) (out []string, err error) {
		for _, n := range names {
			v, err := x.s.attribute(n)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	}
	v, err := get("id", "type", "time", "name", "object-id", "qualifier", "object")
	if err != nil {
		return err
	}
	switch {
	case x.inside == "" && (name == "object" || name == "event"):
		x.inside, x.line = name, x.s.here()
		x.own = map[string]string{"id": v[0], "type": v[1], "time": v[2]}
		x.attrs, x.relates = x.attrs[:0], x.relates[:0]
	case x.inside == "":
	case len(x.attrs)+len(x.relates) > mostPairs:
		return most("too_long", mostPairs)
	case name == "attribute":
		x.attrs = append(x.attrs, pairing{name: v[3], extra: v[2]})
		x.open = true
		x.text.Reset()
	case name == "relationship" || name == "relobj" || name == "object":
		id := v[4]
		if id == "" {
			id = v[6]
		}
		x.relates = append(x.relates, pairing{name: id, extra: v[5]})
	}
	return nil
}

func (x *ocelXML) words() error {
	text := x.s.text
	var err error
	if x.s.cdata {
		err = checkChars(text, x.s.from)
	} else {
		text, err = decodeText(nil, text, x.s.from, false)
	}
	if err != nil {
		e := asError(err, x.s.from)
		e.Line = x.s.here()
		return e
	}
	if !x.open {
		return nil
	}
	if x.text.Len()+len(text) > x.o.Limits.Value {
		return &Error{Code: "too_long", Line: x.s.here(), Args: map[string]any{"Most": x.o.Limits.Value}}
	}
	x.text.Write(text)
	return nil
}

// end closes an element.
func (x *ocelXML) end(ctx context.Context) error {
	name := string(localName(x.s.name))
	switch {
	case x.open && name == "attribute":
		x.open = false
		x.attrs[len(x.attrs)-1].value = x.text.String()
	case x.inside == "event" && name == "event":
		x.inside = ""
		return x.b.putEvent(ctx, x.line, x.own, x.attrs, x.relates)
	case x.inside == "object" && name == "object" && x.s.level() == objectLevel:
		x.inside = ""
		return x.b.putObject(ctx, x.line, x.own, x.attrs)
	}
	return nil
}

// objectLevel is how many elements are open around the objects of a log: log
// and objects. Inside the relations of one, some writers say object too.
const objectLevel = 2
