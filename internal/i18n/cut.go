package i18n

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// cut is a sentence cut at its placeholders. A page says hundreds of them, and
// to run each as a template takes a tenth of its time.
type cut struct {
	pieces []piece
	rest   string
	long   int // bytes of the pieces and the rest
}

// piece is the text before a placeholder, and the name of the placeholder.
type piece struct{ text, name string }

// cuts are the plural forms of a sentence; those that it has not are nil.
type cuts struct{ one, many, other *cut }

// cut cuts all forms of a sentence, or returns nil if one of them does more than
// fill in.
func (f *forms) cut() *cuts {
	if f.Zero+f.Two+f.Few != "" || f.Other == "" {
		return nil
	}
	out := &cuts{}
	for _, x := range []struct {
		text string
		to   **cut
	}{{f.One, &out.one}, {f.Many, &out.many}, {f.Other, &out.other}} {
		if x.text == "" {
			continue
		}
		if *x.to = cutAt(x.text); *x.to == nil {
			return nil
		}
	}
	return out
}

var hole = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

func cutAt(text string) *cut {
	c := &cut{}
	from := 0
	for _, at := range hole.FindAllStringSubmatchIndex(text, -1) {
		c.pieces = append(c.pieces, piece{text[from:at[0]], text[at[2]:at[3]]})
		from = at[1]
	}
	c.rest = text[from:]
	c.long = len(c.rest)
	left := c.rest
	for _, p := range c.pieces {
		c.long += len(p.text)
		left += p.text
	}
	if strings.Contains(left, "{{") {
		return nil
	}
	return c
}

// form picks the plural of n by the rules of CLDR; nil if it is no plain number
// or the sentence cannot be cut. What has one form reads the same for any number.
func (c *cuts) form(lang string, n any) *cut {
	if c == nil {
		return nil
	}
	if n == nil || c.one == nil && c.many == nil {
		return c.other
	}
	const million = 1_000_000
	i, ok := n.(int)
	var picked *cut
	switch {
	case !ok || i < 0:
		return nil
	case i == 1:
		picked = c.one
	case lang == "es" && i > 0 && i%million == 0:
		picked = c.many
	default:
		return c.other
	}
	if picked == nil {
		return c.other
	}
	return picked
}

// fill puts the arguments in their places; one that is not there leaves nothing.
func (c *cut) fill(args Args) string {
	var b strings.Builder
	b.Grow(c.long + 16*len(c.pieces))
	for _, p := range c.pieces {
		b.WriteString(p.text)
		switch v := args[p.name].(type) {
		case nil:
		case string:
			b.WriteString(v)
		case int:
			b.WriteString(strconv.Itoa(v))
		default:
			fmt.Fprint(&b, v)
		}
	}
	b.WriteString(c.rest)
	return b.String()
}
