package account

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
)

// mostKeys bounds the memory of a throttle: about 4 MB.
const mostKeys = 20_000

// throttle allows so many tries for each key at once, and one more every so
// often. Which key was not used for longest is forgotten first.
type throttle struct {
	burst float64
	every time.Duration
	most  int

	mu   sync.Mutex
	keys map[string]*list.Element
	used *list.List // of *bucket, last used first
}

type bucket struct {
	key   string
	left  float64
	since time.Time
}

func newThrottle(burst int, every time.Duration) *throttle {
	return &throttle{
		burst: float64(burst), every: every, most: mostKeys,
		keys: map[string]*list.Element{}, used: list.New(),
	}
}

// take uses one try of key, and reports whether there was one.
func (t *throttle) take(key string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.bucket(key, now)
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// give returns a try that turned out well, so that people who share an address
// do not use up the tries of each other.
func (t *throttle) give(key string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.bucket(key, now)
	b.left = min(t.burst, b.left+1)
}

// clear returns all tries of key.
func (t *throttle) clear(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e, ok := t.keys[key]; ok {
		t.used.Remove(e)
		delete(t.keys, key)
	}
}

func (t *throttle) bucket(key string, now time.Time) *bucket {
	if e, ok := t.keys[key]; ok {
		t.used.MoveToFront(e)
		b := e.Value.(*bucket)
		if passed := now.Sub(b.since); passed > 0 {
			b.left = min(t.burst, b.left+float64(passed)/float64(t.every))
			b.since = now
		}
		return b
	}
	if len(t.keys) >= t.most {
		oldest := t.used.Back()
		t.used.Remove(oldest)
		delete(t.keys, oldest.Value.(*bucket).key)
	}
	b := &bucket{key: key, left: t.burst, since: now}
	t.keys[key] = t.used.PushFront(b)
	return b
}

// try is one attempt to prove a password, from one network address.
type try struct {
	s            *Service
	email, place string
}

// attempt counts a try against the e-mail address and the network address, or
// returns TooMany.
func (s *Service) attempt(email, address string) (try, error) {
	t, now := try{s, email, network(address)}, s.db.Now()
	if !s.places.take(t.place, now) || !s.emails.take(t.email, now) {
		return t, errs.New(errs.TooMany, "err.too_many")
	}
	return t, nil
}

// passed forgets the failures before.
func (t try) passed() {
	t.s.emails.clear(t.email)
	t.s.places.give(t.place, t.s.db.Now())
}

// network returns what one customer of an internet provider has to itself: an
// IPv4 address, or 64 bits of an IPv6 address.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}
