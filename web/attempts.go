package web

import (
	"sync"
	"time"
)

// attempts limits guessing: each key (a name, an address) has a few tries and
// gets them back slowly. Its memory is bounded: when it is full, keys that have
// all their tries back are forgotten first, then the oldest.
type attempts struct {
	mu   sync.Mutex
	now  func() time.Time
	keys map[string]tries
}

type tries struct {
	used float64
	at   time.Time
}

const (
	maxTries = 10
	perTry   = 30 * time.Second // a try comes back after this time
	maxKeys  = 10_000
)

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, keys: map[string]tries{}}
}

// allow takes one try of the key; false and the time to wait when none is left.
func (a *attempts) allow(key string) (time.Duration, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	t := a.keys[key]
	t.used = max(0, t.used-float64(now.Sub(t.at))/float64(perTry))
	t.at = now
	if t.used+1 > maxTries {
		return time.Duration((t.used + 1 - maxTries) * float64(perTry)), false
	}
	t.used++
	if _, known := a.keys[key]; !known && len(a.keys) >= maxKeys {
		a.sweep(now)
	}
	a.keys[key] = t
	return 0, true
}

// forgive gives a key its tries back: its owner has shown the password.
func (a *attempts) forgive(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.keys, key)
}

func (a *attempts) sweep(now time.Time) {
	oldest, at := "", now
	for key, t := range a.keys {
		if now.Sub(t.at) > maxTries*perTry {
			delete(a.keys, key)
		} else if !t.at.After(at) {
			oldest, at = key, t.at
		}
	}
	if len(a.keys) >= maxKeys {
		delete(a.keys, oldest)
	}
}
