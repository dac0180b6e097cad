// Package memory keeps in a process what it would else read or make again. It
// decides what is forgotten; whether something that is kept still holds, who
// keeps it must know.
package memory

import "sync"

// Of keeps one value under each key. Its zero value is empty.
type Of[K comparable, V any] struct {
	mu   sync.Mutex
	kept map[K]*Entry[V]
	tick int64 // of uses
}

// Entry is what is kept under one key. Who reads or changes Value holds the
// lock, so that many who need it at once make it once.
type Entry[V any] struct {
	sync.Mutex

	Value V

	used int64 // guarded by Of.mu, as size is
	size int
}

// Entry returns what is kept under a key: the zero value if nothing is.
func (m *Of[K, V]) Entry(key K) *Entry[V] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[K]*Entry[V]{}
	}
	e := m.kept[key]
	if e == nil {
		e = &Entry[V]{}
		m.kept[key] = e
	}
	m.tick++
	e.used = m.tick
	return e
}

// Grew notes the size of an entry, and forgets those that were not used for
// longest until all that is kept has a size of at most most, each counted one
// more than it says. The entry itself stays.
func (m *Of[K, V]) Grew(e *Entry[V], size, most int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e.size = size
	for {
		sum := 0
		var key K
		var oldest *Entry[V]
		for k, x := range m.kept {
			sum += x.size + 1
			if x != e && (oldest == nil || x.used < oldest.used) {
				key, oldest = k, x
			}
		}
		if sum <= most || oldest == nil {
			return
		}
		delete(m.kept, key)
	}
}
