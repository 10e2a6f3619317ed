package web

import (
	"container/list"
	"sync"
	"time"

	"kraj/geo/notice"
)

const (
	answersLimit = 32 << 20 // bytes of all kept answers together
	answerCost   = 512      // what an entry costs beside its body
)

// answers keeps whole answers that were computed from everything there is, such as balances: one change of anything
// forgets them all. It is a notice.Subscriber; as long as it is not certain that every change is heard it answers
// nothing and keeps nothing. The zero value is ready, and in doubt.
type answers struct {
	mu    sync.Mutex
	epoch uint64 // counts what was forgotten
	until time.Time
	byKey map[string]*list.Element
	used  list.List // of keptAnswer, the last asked for first
	size  int
}

type keptAnswer struct {
	key string
	answer
}

var _ notice.Subscriber = (*answers)(nil)

// get returns the kept answer. Without one, epoch is what keep has to be told: it is read before the answer is computed,
// so that a change heard meanwhile is noticed. ok is false too when nothing may be taken for current.
func (c *answers) get(key string) (a answer, epoch uint64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !time.Now().Before(c.until) {
		return answer{}, c.epoch, false
	}
	e := c.byKey[key]
	if e == nil {
		return answer{}, c.epoch, false
	}
	c.used.MoveToFront(e)
	kept, _ := e.Value.(keptAnswer)
	return kept.answer, c.epoch, true
}

// keep stores an answer whose computation began at epoch, unless something changed since.
func (c *answers) keep(key string, epoch uint64, a answer) {
	cost := len(a.body) + len(key) + answerCost
	if cost > answersLimit/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if epoch != c.epoch || !time.Now().Before(c.until) || c.byKey[key] != nil {
		return
	}
	if c.byKey == nil {
		c.byKey = map[string]*list.Element{}
	}
	c.byKey[key] = c.used.PushFront(keptAnswer{key, a})
	c.size += cost
	for c.size > answersLimit {
		last := c.used.Back()
		kept, _ := c.used.Remove(last).(keptAnswer)
		delete(c.byKey, kept.key)
		c.size -= len(kept.body) + len(kept.key) + answerCost
	}
}

// Forget drops every answer, and every one that is being computed.
func (c *answers) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	c.byKey, c.size = nil, 0
	c.used.Init()
}

// Connected forgets: what came before may have been missed.
func (c *answers) Connected() { c.Forget() }

// Heard forgets, whatever changed: a balance depends on nearly every table.
func (c *answers) Heard(notice.Notice) { c.Forget() }

// Hold says until when every change is known.
func (c *answers) Hold(until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = until
}

// Dropped says that changes may be missed from now on.
func (c *answers) Dropped() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = time.Time{}
}
