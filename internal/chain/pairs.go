package chain

import (
	"cmp"
	"slices"
)

// pairs gives each pair of codes a number, in the order of first sight.
type pairs struct {
	slots []uint32 // number + 1, or 0
	keys  []uint64 // by number: from << 32 | to
	wide  uint32   // slots has a place for each pair of codes below; 0 if pairs are looked for by a hash
}

// newPairs is for codes below codes that are asked for often times or less:
// where that is more than the pairs that can be, each has its own slot.
func newPairs(codes, often int) *pairs {
	if codes*codes <= often {
		return &pairs{slots: make([]uint32, codes*codes), wide: uint32(codes)}
	}
	return &pairs{slots: make([]uint32, 1<<8)}
}

// number returns the number of a pair, a new one if it was not seen before.
func (p *pairs) number(from, to uint32) uint32 {
	key := uint64(from)<<32 | uint64(to)
	if p.wide > 0 {
		slot := &p.slots[int(from)*int(p.wide)+int(to)]
		if *slot == 0 {
			p.keys = append(p.keys, key)
			*slot = uint32(len(p.keys))
		}
		return *slot - 1
	}
	i := p.find(key)
	if p.slots[i] != 0 {
		return p.slots[i] - 1
	}
	p.keys = append(p.keys, key)
	p.slots[i] = uint32(len(p.keys))
	n := uint32(len(p.keys)) - 1
	if 2*len(p.keys) > len(p.slots) {
		p.slots = make([]uint32, 2*len(p.slots))
		for n, k := range p.keys {
			p.slots[p.find(k)] = uint32(n) + 1
		}
	}
	return n
}

// find returns the slot of a key, or the free one where it belongs.
func (p *pairs) find(key uint64) uint64 {
	mask := uint64(len(p.slots) - 1)
	i := key * 0x9E3779B97F4A7C15
	for i = (i ^ i>>32) & mask; ; i = (i + 1) & mask {
		if s := p.slots[i]; s == 0 || p.keys[s-1] == key {
			return i
		}
	}
}

func (p *pairs) from(n uint32) uint32 { return uint32(p.keys[n] >> 32) }
func (p *pairs) to(n uint32) uint32   { return uint32(p.keys[n]) }

// join numbers the pairs of all shards together, as the first does, which is
// taken over, and returns how the numbers of each shard are renamed. No shard is
// asked any more.
func join(shards []*pairs) (*pairs, [][]uint32) {
	all, names := shards[0], make([][]uint32, len(shards))
	for _, s := range shards[1:] {
		s.slots = nil
	}
	names[0] = make([]uint32, len(all.keys))
	for n := range names[0] {
		names[0][n] = uint32(n)
	}
	for i, s := range shards[1:] {
		names[i+1] = make([]uint32, len(s.keys))
		for n, k := range s.keys {
			names[i+1][n] = all.number(uint32(k>>32), uint32(k))
		}
		s.keys = nil
	}
	return all, names
}

// ranking returns the numbers of pairs by n from the most down, then by the
// ranks of their names.
func (p *pairs) ranking(n func(i uint32) uint32, rank []uint32) []uint32 {
	out := make([]uint32, len(p.keys))
	for i := range out {
		out[i] = uint32(i)
	}
	slices.SortFunc(out, func(a, b uint32) int {
		if x, y := n(a), n(b); x != y {
			return cmp.Compare(y, x)
		}
		if x, y := rank[p.from(a)], rank[p.from(b)]; x != y {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(rank[p.to(a)], rank[p.to(b)])
	})
	return out
}

// ranks returns the place of each name in the order of their bytes.
func ranks(names []string) []uint32 {
	order := make([]uint32, len(names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(names[a], names[b]) })
	out := make([]uint32, len(names))
	for place, code := range order {
		out[code] = uint32(place)
	}
	return out
}
