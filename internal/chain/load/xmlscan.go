package load

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// token is what the scanner of XML finds next.
type token uint8

const (
	tokenShort token = iota // the block ends inside a token, or after the last one
	tokenStart              // <name …>
	tokenEmpty              // <name …/>
	tokenEnd                // </name>
	tokenText               // text, only if wanted
	tokenDone               // the end of the file
)

// attr is one attribute, as it is written.
type attr struct{ name, value []byte }

// xmlScan finds the tokens of XML in a block. It knows no entities but the
// five of the standard, follows no reference to outside, and refuses what
// encoding/xml refuses.
type xmlScan struct {
	b     []byte
	pos   int
	final bool // nothing follows the block
	texts bool // text is wanted
	depth int  // how deep elements may be nested

	from  int    // where the last token begins
	name  []byte // of the element
	attrs []attr
	text  []byte
	cdata bool // text is to be taken as it is

	open   []byte // names of the open elements, one after the other
	starts []int  // where each begins in open
	rooted bool   // there was an element
}

// level returns how many elements are open.
func (s *xmlScan) level() int { return len(s.starts) }

// push opens an element.
func (s *xmlScan) push(name []byte) {
	s.starts = append(s.starts, len(s.open))
	s.open = append(s.open, name...)
}

func (s *xmlScan) top() []byte { return s.open[s.starts[len(s.starts)-1]:] }

func (s *xmlScan) pop() {
	n := len(s.starts) - 1
	s.open, s.starts = s.open[:s.starts[n]], s.starts[:n]
}

// next finds the next token. After tokenShort the position has not moved, so
// that more can be put behind the block.
func (s *xmlScan) next() (token, error) {
	b := s.b
	for {
		i := s.pos
		if !s.texts {
			for i < len(b) && space[b[i]] {
				i++
			}
		}
		if i == len(b) {
			s.pos, s.from = i, i
			if !s.final {
				return tokenShort, nil
			}
			if s.level() > 0 || !s.rooted {
				return 0, &Error{Code: "truncated", at: i}
			}
			return tokenDone, nil
		}
		s.from = i
		if b[i] != '<' {
			end := bytes.IndexByte(b[i:], '<')
			if end < 0 {
				if !s.final {
					return tokenShort, nil
				}
				end = len(b) - i
			}
			s.text, s.cdata = b[i:i+end], false
			if s.level() == 0 && len(bytes.TrimSpace(s.text)) > 0 {
				return 0, wrong("xml", i, string(s.text), "<")
			}
			s.pos = i + end
			if s.texts && s.level() > 0 {
				return tokenText, nil
			}
			if err := checkText(s.text, i, true); err != nil {
				return 0, err
			}
			continue
		}
		if i+1 == len(b) {
			return s.short(i)
		}
		switch b[i+1] {
		case '/':
			return s.end(i)
		case '?':
			end := bytes.Index(b[i+2:], []byte("?>"))
			if end < 0 {
				return s.short(i)
			}
			s.pos = i + 2 + end + 2
		case '!':
			t, err := s.bang(i)
			if t != tokenDone || err != nil {
				return t, err
			}
		default:
			return s.start(i)
		}
	}
}

// short says that the token at i does not end in the block.
func (s *xmlScan) short(i int) (token, error) {
	if s.final {
		return 0, &Error{Code: "truncated", at: len(s.b)}
	}
	s.pos = i
	return tokenShort, nil
}

func (s *xmlScan) end(i int) (token, error) {
	b := s.b
	end := bytes.IndexByte(b[i:], '>')
	if end < 0 {
		return s.short(i)
	}
	name := bytes.TrimRight(b[i+2:i+end], " \t\r\n")
	if len(s.starts) == 0 {
		return 0, wrong("xml_unbalanced", i, "</"+string(name)+">", "<")
	}
	if !bytes.Equal(name, s.top()) {
		return 0, wrong("xml_unbalanced", i, "</"+string(name)+">", "</"+string(s.top())+">")
	}
	s.name = name
	s.pop()
	s.pos = i + end + 1
	return tokenEnd, nil
}

// bang reads a comment, CDATA or a document type. tokenDone means to go on.
func (s *xmlScan) bang(i int) (token, error) {
	b := s.b[i:]
	switch {
	case bytes.HasPrefix(b, []byte("<!--")):
		end := bytes.Index(b[4:], []byte("--"))
		if end < 0 || 4+end+2 == len(b) {
			return s.short(i)
		}
		if b[4+end+2] != '>' {
			return 0, wrong("xml", i+4+end, "--", "-->")
		}
		s.pos = i + 4 + end + 3
		return tokenDone, nil
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		const open = len("<![CDATA[")
		end := bytes.Index(b[open:], []byte("]]>"))
		if end < 0 {
			return s.short(i)
		}
		s.text, s.cdata = b[open:open+end], true
		s.pos = i + open + end + 3
		if s.texts && s.level() > 0 {
			return tokenText, nil
		}
		if err := checkChars(s.text, i+open); err != nil {
			return 0, err
		}
		return tokenDone, nil
	case len(b) < len("<![CDATA["):
		return s.short(i)
	case bytes.HasPrefix(b, []byte("<![")), bytes.HasPrefix(b, []byte("<!-")):
		return 0, wrong("xml", i, string(b[:min(len(b), 9)]), "<![CDATA[")
	}
	return s.directive(i)
}

// directive skips <!DOCTYPE …>, with what is declared inside it: nothing of it
// is used, and a reference to an entity that it declares is refused.
func (s *xmlScan) directive(i int) (token, error) {
	b, nested, quote := s.b, 0, byte(0)
	for j := i + 2; j < len(b); j++ {
		c := b[j]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<' && bytes.HasPrefix(b[j:], []byte("<!--")):
			end := bytes.Index(b[j+4:], []byte("-->"))
			if end < 0 {
				return s.short(i)
			}
			j += 4 + end + 2
		case c == '<':
			nested++
		case c == '>' && nested > 0:
			nested--
		case c == '>':
			s.pos = j + 1
			return tokenDone, nil
		}
	}
	return s.short(i)
}

func (s *xmlScan) start(i int) (token, error) {
	b := s.b
	j := i + 1
	for j < len(b) && nameByte[b[j]] {
		j++
	}
	if j == len(b) {
		return s.short(i)
	}
	name := b[i+1 : j]
	if len(name) == 0 || !nameStart(name[0]) {
		return 0, wrong("xml", i, string(b[i:min(len(b), i+20)]), "<name>")
	}
	s.attrs = s.attrs[:0]
	for {
		for j < len(b) && space[b[j]] {
			j++
		}
		if j == len(b) {
			return s.short(i)
		}
		if b[j] == '>' || b[j] == '/' {
			break
		}
		k := j
		for j < len(b) && nameByte[b[j]] {
			j++
		}
		key := b[k:j]
		for j < len(b) && space[b[j]] {
			j++
		}
		if j == len(b) {
			return s.short(i)
		}
		if len(key) == 0 || !nameStart(key[0]) {
			return 0, wrong("xml", k, string(b[k:k+1]), "name=\"…\"")
		}
		if b[j] != '=' {
			return 0, wrong("xml", j, string(b[j:j+1]), "=")
		}
		for j++; j < len(b) && space[b[j]]; {
			j++
		}
		if j == len(b) {
			return s.short(i)
		}
		q := b[j]
		if q != '"' && q != '\'' {
			return 0, wrong("xml", j, string(b[j:j+1]), `"`)
		}
		j++
		n := bytes.IndexByte(b[j:], q)
		if n < 0 {
			if at := bytes.IndexByte(b[j:], '<'); at >= 0 {
				return 0, wrong("xml", j+at, "<", "&lt;")
			}
			return s.short(i)
		}
		s.attrs = append(s.attrs, attr{key, b[j : j+n]})
		j += n + 1
	}
	if b[j] == '/' {
		if j+1 == len(b) {
			return s.short(i)
		}
		if b[j+1] != '>' {
			return 0, wrong("xml", j, string(b[j:j+2]), "/>")
		}
		s.name, s.pos, s.rooted = name, j+2, true
		return tokenEmpty, nil
	}
	if s.level() == s.depth {
		e := most("too_deep", s.depth)
		e.at = i
		return 0, e
	}
	s.push(name)
	s.name, s.pos, s.rooted = name, j+1, true
	return tokenStart, nil
}

// Bytes of names. Those of other alphabets are taken without a closer look.
var nameByte, space = byteSets()

func byteSets() (name, space [256]bool) {
	for c := range 256 {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		name[c] = letter || c >= '0' && c <= '9' || c == '_' || c == ':' || c == '.' || c == '-' || c >= 0x80
	}
	for _, c := range " \t\r\n" {
		space[c] = true
	}
	return name, space
}

func nameStart(c byte) bool { return nameByte[c] && !isDigit(c) && c != '.' && c != '-' }

// localName returns a name without the prefix of its namespace.
func localName(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i > 0 && i < len(name)-1 {
		return name[i+1:]
	}
	return name
}

// isPlain reports whether a text means itself: printable ASCII and no entity.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c >= 0x7f || c == '&' || c == '<' {
			return false
		}
	}
	return true
}

// decodeText returns what a text or the value of an attribute means, in buf.
func decodeText(buf, b []byte, at int, quoted bool) ([]byte, error) {
	if err := checkText(b, at, !quoted); err != nil {
		return nil, err
	}
	out := buf[:0]
	for i := 0; i < len(b); {
		switch c := b[i]; c {
		case '&':
			r, n := entity(b[i:])
			out = utf8.AppendRune(out, r)
			i += n
		case '\r':
			out = append(out, '\n')
			if i++; i < len(b) && b[i] == '\n' {
				i++
			}
		default:
			out = append(out, c)
			i++
		}
	}
	return out, nil
}

// checkText refuses what a text must not contain.
func checkText(b []byte, at int, isText bool) error {
	if isPlain(b) && (!isText || bytes.IndexByte(b, ']') < 0) {
		return nil
	}
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '<':
			return wrong("xml", at+i, "<", "&lt;")
		case '&':
			r, n := entity(b[i:])
			if n == 0 {
				return wrong("xml_entity", at+i, string(b[i:min(len(b), i+20)]), "&amp;")
			}
			if !isChar(r) {
				return wrong("xml_text", at+i, string(b[i:i+n]), "")
			}
			i += n - 1
		case ']':
			if isText && bytes.HasPrefix(b[i:], []byte("]]>")) {
				return wrong("xml", at+i, "]]>", "]]&gt;")
			}
		}
	}
	return checkChars(b, at)
}

func checkChars(b []byte, at int) error {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 || !isChar(r) {
			return wrong("xml_text", at+i, strconv.QuoteToASCII(string(b[i:i+n])), UTF8)
		}
		i += n
	}
	return nil
}

func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= 0x10ffff
}

// entity reads the reference at the beginning of b; n is 0 if it is none.
func entity(b []byte) (r rune, n int) {
	const longest = len("&#1114111;") + 6
	end := bytes.IndexByte(b[:min(len(b), longest)], ';')
	if end < 2 {
		return 0, 0
	}
	switch name := string(b[1:end]); name {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	default:
		if name[0] != '#' {
			return 0, 0
		}
		digits, base := name[1:], 10
		if digits != "" && digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		v, err := strconv.ParseUint(digits, base, 32)
		if err != nil || v > utf8.MaxRune {
			return 0, 0
		}
		return rune(v), end + 1
	}
}
