package chain

import (
	"bytes"
	"hash/maphash"
)

// Words is a dictionary that grows. The zero value is empty.
type Words struct {
	arena []byte
	off   []uint32
	slots []slot // open addressing, a power of two
	last  uint32 // the code found last: neighbours repeat values
}

// slot keeps part of the hash beside the code, so that most probes touch
// nothing else.
type slot struct{ hash, code uint32 }

var seed = maphash.MakeSeed()

// Len returns the number of different texts; codes run from 1 to Len().
func (w *Words) Len() int { return max(0, len(w.off)-1) }

// Bytes returns the length of all texts together.
func (w *Words) Bytes() int { return len(w.arena) }

// Text returns the text of a code; it must not be changed.
func (w *Words) Text(code uint32) []byte {
	if code == Missing {
		return nil
	}
	return w.arena[w.off[code-1]:w.off[code]]
}

// Last returns the code that was found last, and whether its text is text.
func (w *Words) Last(text []byte) (uint32, bool) {
	return w.last, w.last != Missing && bytes.Equal(w.Text(w.last), text)
}

// Code returns the code of text, or Missing.
func (w *Words) Code(text []byte) uint32 {
	if c, ok := w.Last(text); ok {
		return c
	}
	if len(w.slots) == 0 {
		return Missing
	}
	c, _ := w.probe(text, hashOf(text))
	if c != Missing {
		w.last = c
	}
	return c
}

// Add returns the code of text, which gets one if it has none.
func (w *Words) Add(text []byte) uint32 {
	if c, ok := w.Last(text); ok {
		return c
	}
	if 4*w.Len() >= 3*len(w.slots) {
		w.grow()
	}
	h := hashOf(text)
	c, at := w.probe(text, h)
	if c == Missing {
		if w.off == nil {
			w.off = append(w.off, 0)
		}
		w.arena = append(w.arena, text...)
		w.off = append(w.off, uint32(len(w.arena))) //nolint:gosec // Limits.Words keeps a dictionary below 4 GiB
		c = uint32(w.Len())                         //nolint:gosec // as above
		w.slots[at] = slot{h, c}
	}
	w.last = c
	return c
}

// Snapshot returns the words of now for another goroutine to read, while this
// one adds more.
func (w *Words) Snapshot() Words {
	return Words{arena: w.arena[:len(w.arena):len(w.arena)], off: w.off[:len(w.off):len(w.off)]}
}

func hashOf(text []byte) uint32 { return uint32(maphash.Bytes(seed, text)) } //nolint:gosec // half of a hash is a hash

// probe returns the code of text, or the free slot where it belongs.
func (w *Words) probe(text []byte, h uint32) (code uint32, at int) {
	mask := len(w.slots) - 1
	for i := int(h) & mask; ; i = (i + 1) & mask {
		s := w.slots[i]
		if s.code == Missing || s.hash == h && bytes.Equal(w.Text(s.code), text) {
			return s.code, i
		}
	}
}

func (w *Words) grow() {
	const fewest = 64
	old := w.slots
	w.slots = make([]slot, max(fewest, 2*len(old)))
	mask := len(w.slots) - 1
	for _, s := range old {
		if s.code == Missing {
			continue
		}
		i := int(s.hash) & mask
		for w.slots[i].code != Missing {
			i = (i + 1) & mask
		}
		w.slots[i] = s
	}
}

func (w *Words) dict() *Dict {
	off := w.off
	if off == nil {
		off = []uint32{0}
	}
	return &Dict{text: string(w.arena), off: append([]uint32{}, off...)}
}
