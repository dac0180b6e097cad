package load

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/eslabon/eslabon/internal/chain"
)

// Keys of the standard extensions of XES (IEEE 1849).
const (
	keyName     = "concept:name"
	keyTime     = "time:timestamp"
	keyResource = "org:resource"
)

func timeKey(o *Options) string { return cmp.Or(o.Time, keyTime) }

// readXES scans a file on several processors: one goroutine unpacks it and
// cuts it into blocks, others scan them, and this one puts the parts together
// in the order of the file. So the log is the same for any number of them and
// any size of the blocks.
func readXES(ctx context.Context, in *input, o *Options, rep *Report) (*chain.Log, error) {
	ctx, cancel := context.WithCancel(ctx)
	inFlight := 2*o.Workers + 2
	c := newCutter(in.r, o, inFlight)
	ordered, work := make(chan *block, inFlight), make(chan *block)
	var all sync.WaitGroup
	all.Go(func() { c.run(ctx, ordered, work) })
	for range o.Workers {
		all.Go(func() {
			w := newWorker(o)
			for b := range work {
				b.part = w.run(b)
				b.part.worker = w
				close(b.done)
			}
		})
	}
	m := newMerger(o, rep)
	err := func() error {
		for b := range ordered {
			<-b.done
			if b.err != nil {
				return b.err
			}
			if b.part == nil {
				break // nobody waits any more
			}
			again, err := m.add(b)
			if err != nil {
				return err
			}
			if !again {
				c.free(b.data)
			}
		}
		return context.Cause(ctx)
	}()
	cancel()
	for b := range ordered { // let the others end
		_ = b
	}
	all.Wait()
	if err != nil {
		return nil, err
	}
	return m.finish()
}

// merger puts parts together.
type merger struct {
	o       *Options
	rep     *Report
	b       *chain.Builder
	maps    map[mapKey]*codeMap
	pending *block // not understood to its end: it is read again with the next
	again   *worker
	end     [][]byte // open where the last part ended
	lines   int64    // before the present part
	current uint32   // the last case
}

// mapKey names a dictionary of a worker.
type mapKey struct {
	w       *worker
	isTrace bool
	at      int
}

// codeMap turns the codes of a worker into those of the log.
type codeMap struct {
	epoch  int
	column int
	codes  []uint32
}

func newMerger(o *Options, rep *Report) *merger {
	return &merger{o: o, rep: rep, b: chain.NewBuilder(o.Limits.Limits), maps: map[mapKey]*codeMap{}}
}

// add takes the next block. Again means that its data is still needed.
func (m *merger) add(b *block) (again bool, err error) {
	p := b.part
	if prev := m.pending; prev != nil || !slices.EqualFunc(b.open, m.end, bytes.Equal) {
		if prev == nil {
			prev = &block{}
		}
		open := m.end
		data := append(bytes.Clone(prev.data), b.data...)
		if len(data) > m.o.Limits.Piece+m.o.Block {
			return false, most("too_long", m.o.Limits.Piece)
		}
		if m.again == nil {
			m.again = newWorker(m.o)
		}
		b = &block{data: data, open: open, final: b.final}
		p = m.again.run(b)
		p.worker = m.again
	}
	if p.err != nil {
		p.err.Line += m.lines
		return false, p.err
	}
	if !p.done {
		m.pending = b
		return true, nil
	}
	m.pending = nil
	err = m.merge(p)
	m.lines += p.lines
	m.end = p.end
	return false, err
}

func (m *merger) merge(p *part) error {
	first := uint32(m.b.Cases()) //nolint:gosec // Limits.Events keeps it small
	next := 0
	base := m.b.Events()
	for row, ms := range p.times {
		for next < len(p.cases) && int(p.cases[next]) == row {
			m.current = m.b.Case()
			next++
		}
		if _, err := m.b.Event(m.current, ms); err != nil {
			return err
		}
	}
	for ; next < len(p.cases); next++ {
		m.current = m.b.Case()
	}
	for _, c := range p.columns {
		k, err := m.mapOf(p, c, false)
		if err != nil {
			return err
		}
		k.copy(m.b.At(k.column), base, c)
	}
	if p.inTrace {
		first--
	}
	for _, c := range p.traces {
		k, err := m.mapOf(p, c, true)
		if err != nil {
			return err
		}
		k.copy(m.b.CaseAt(k.column), int(first), c)
	}
	for _, l := range p.left.Left {
		for i := range l.Places {
			l.Places[i].Line += m.lines
		}
		m.rep.leave(l.Reason, l.N, l.Places...)
	}
	m.rep.clocks(&p.walls)
	return nil
}

func (m *merger) dict(p *part, c partColumn, isTrace bool) *codeMap {
	key := mapKey{p.worker, isTrace, c.at}
	k := m.maps[key]
	if k == nil {
		k = &codeMap{column: -1, epoch: c.epoch}
		m.maps[key] = k
	}
	if k.epoch != c.epoch {
		k.epoch, k.codes = c.epoch, k.codes[:0]
	}
	for len(k.codes) <= c.words.Len() {
		k.codes = append(k.codes, chain.Missing)
	}
	return k
}

// mapOf returns the map of a column, which the log gets if it has none.
func (m *merger) mapOf(p *part, c partColumn, isTrace bool) (k *codeMap, err error) {
	k = m.dict(p, c, isTrace)
	if k.column < 0 {
		if isTrace {
			k.column, err = m.b.CaseColumn(c.name)
		} else {
			k.column, err = m.b.Column(c.name)
		}
	}
	return k, err
}

// copy writes the codes of a part to a column of the log.
func (k *codeMap) copy(to *chain.ColumnBuilder, base int, c partColumn) {
	for i, code := range c.codes {
		if code == chain.Missing {
			continue
		}
		global := k.codes[code]
		if global == chain.Missing {
			global = to.Word(c.words.Text(code))
			k.codes[code] = global
		}
		to.Put(base+i, global)
	}
}

func (m *merger) finish() (*chain.Log, error) {
	if m.pending != nil {
		return nil, &Error{Code: "truncated", Line: m.lines + 1 + newlines(m.pending.data)}
	}
	m.maps = nil
	read := m.b.Cases()
	l, err := m.b.Finish(nil)
	if err != nil {
		return nil, err
	}
	l.NameCases(keyName)
	m.rep.leave(NoEvents, read-l.Cases())
	m.rep.Mapping = xesMapping(l, m.o)
	m.rep.TimeFormat = TimeFormat{Name: "iso"}
	return l, checkNames(l, m.o)
}

// xesMapping names the keys of the standard, where the log has them.
func xesMapping(l *chain.Log, o *Options) Mapping {
	m := Mapping{Case: "trace", Activity: o.Activity, Time: timeKey(o), Resource: o.Resource}
	if m.Activity == "" && l.Column(keyName) != nil {
		m.Activity, m.Guessed = keyName, append(m.Guessed, "activity")
	}
	if o.Time == "" {
		m.Guessed = append(m.Guessed, "time")
	}
	if m.Resource == "" && l.Column(keyResource) != nil {
		m.Resource, m.Guessed = keyResource, append(m.Guessed, "resource")
	}
	return m
}

// checkNames refuses the name of a column that the log has not.
func checkNames(l *chain.Log, o *Options) error {
	for _, name := range []string{o.Activity, o.Resource} {
		if name != "" && l.Column(name) == nil && l.Events() > 0 {
			return unknownColumn(name, l.ColumnNames())
		}
	}
	return nil
}
