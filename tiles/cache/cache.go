package cache

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// Key names a tile for an audience. Equal keys must have equal Scopes.
type Key struct {
	Audience Audience
	Layers   string // as asked for: "settlements,projects"
	Filter   string // normalised; empty: everything
	Z, X, Y  int
}

// Status says where an answer comes from.
type Status int

// Hit: from memory, current. Miss: rendered for this request. Joined: rendered for another one that came before, and
// untouched since. Stale: from memory while the database is away; perhaps not current.
const (
	Hit Status = iota
	Miss
	Joined
	Stale
)

// Observer is told what happens, for metrics. Its methods must be quick and safe for concurrent use.
type Observer interface {
	Answered(Key, Status)
	Rendered(k Key, took time.Duration, bytes int, err error)
	Forgot(Key) // an entry turned out to be touched
}

// Config of a Cache. Journal is required.
type Config struct {
	Journal  *Journal
	Limit    int64         // bytes of all entries; 0 means 256 MiB
	Timeout  time.Duration // of one rendering; 0 means 30 s
	Workers  int           // renderings at the same time; 0 means two for each core: while one waits for the database another is drawn
	DearZoom int           // up to this zoom a tile is dear; 0 means 10
	Observer Observer      // may be nil
}

// Cache renders each tile once, however many ask for it, and keeps it as long as nothing touches it.
type Cache struct {
	journal  *Journal
	entries  *otter.Cache[Key, *entry]
	lanes    *lanes
	timeout  time.Duration
	observer Observer

	mu      sync.Mutex
	flights map[Key]*flight
}

// entry is a tile and how far into the journal it is known to be untouched.
type entry struct {
	tile      *Tile
	scope     *Scope
	untouched atomic.Uint64
}

// New makes an empty cache.
func New(c Config) (*Cache, error) {
	if c.Limit == 0 {
		c.Limit = 256 << 20
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Workers == 0 {
		c.Workers = 2 * runtime.GOMAXPROCS(0)
	}
	if c.DearZoom == 0 {
		c.DearZoom = 10
	}
	if c.Observer == nil {
		c.Observer = silent{}
	}
	entries, err := otter.New(&otter.Options[Key, *entry]{
		MaximumWeight: uint64(max(c.Limit, 1)),
		Weigher:       func(k Key, e *entry) uint32 { return e.tile.weight() + uint32(len(k.Layers)+len(k.Filter)) },
	})
	if err != nil {
		return nil, fmt.Errorf("making the tile cache: %w", err)
	}
	return &Cache{
		journal: c.Journal, entries: entries, lanes: newLanes(c.Workers, c.DearZoom), timeout: c.Timeout,
		observer: c.Observer, flights: make(map[Key]*flight),
	}, nil
}

// Close ends the cache's own goroutines.
func (c *Cache) Close() { c.entries.StopAllGoroutines() }

// Bytes is about how much memory the entries take.
func (c *Cache) Bytes() int64 { return int64(c.entries.WeightedSize()) }

// Len is about how many entries there are.
func (c *Cache) Len() int { return c.entries.EstimatedSize() }

// Calm waits until nobody waits for a tile of a low zoom: what is rendered before anybody asks comes after what is asked for.
// It returns the error of ctx.
func (c *Cache) Calm(ctx context.Context) error { return c.lanes.wait(ctx) }

// Made is a tile as it was rendered.
type Made struct {
	Body []byte // uncompressed; nil: without features
	Note string // what every answer has to say about it
}

// Render makes a tile. Its context ends when nobody waits any more.
type Render func(ctx context.Context) (Made, error)

// Get answers with the tile: from memory if nothing touched it, else by render, which many requests share.
// While the journal is in doubt every tile is rendered; only where that fails because the database is away
// (as away decides) a remembered one is returned as Stale. An error of render is returned as it is.
func (c *Cache) Get(ctx context.Context, k Key, s *Scope, away func(error) bool, render Render) (*Tile, Status, error) {
	asked := c.journal.Now()
	remembered := c.recall(k, s, asked)
	if remembered != nil && c.journal.Certain() {
		c.observer.Answered(k, Hit)
		return remembered.tile, Hit, nil
	}
	tile, status, err := c.fly(ctx, k, s, asked, render)
	if err != nil && remembered != nil && ctx.Err() == nil && away(err) {
		tile, status, err = remembered.tile, Stale, nil
	}
	if err == nil {
		c.observer.Answered(k, status)
	}
	return tile, status, err
}

// Held is Get for a tile that is in memory, certainly current, and of layers that fit; else nil. It waits for nothing.
func (c *Cache) Held(k Key, fit func(layers ...string) bool) *Tile {
	e, ok := c.entries.GetIfPresent(k)
	if !ok || !c.current(k, e, e.scope, c.journal.Now()) || !c.journal.Certain() || !fit(e.scope.Layers...) {
		return nil
	}
	c.observer.Answered(k, Hit)
	return e.tile
}

// recall finds an entry that nothing known touches; one that is touched is dropped.
func (c *Cache) recall(k Key, s *Scope, now uint64) *entry {
	e, ok := c.entries.GetIfPresent(k)
	if !ok || !c.current(k, e, s, now) {
		return nil
	}
	return e
}

// current reports whether nothing has touched an entry up to now; one that is touched is dropped.
func (c *Cache) current(k Key, e *entry, s *Scope, now uint64) bool {
	known := e.untouched.Load()
	if known >= now {
		return true
	}
	if c.journal.Touched(s, known, now) {
		c.forget(k, e)
		return false
	}
	e.untouched.CompareAndSwap(known, now)
	return true
}

// forget drops an entry, but not one that has taken its place.
func (c *Cache) forget(k Key, e *entry) {
	_, _ = c.entries.ComputeIfPresent(k, func(present *entry) (*entry, otter.ComputeOp) {
		if present == e {
			return nil, otter.InvalidateOp
		}
		return present, otter.CancelOp
	})
	c.observer.Forgot(k)
}

// Recompress keeps a better coding of a tile that turned out to be asked for again.
func (c *Cache) Recompress(k Key, t *Tile, coding Coding) ([]byte, error) {
	body, grown, err := t.Encoded(coding)
	if err != nil || !grown {
		return body, err
	}
	// Weighed anew, if it is still there.
	_, _ = c.entries.ComputeIfPresent(k, func(present *entry) (*entry, otter.ComputeOp) {
		if present.tile == t {
			return present, otter.WriteOp
		}
		return present, otter.CancelOp
	})
	return body, nil
}

// fly joins a rendering or starts one.
func (c *Cache) fly(ctx context.Context, k Key, s *Scope, asked uint64, render Render) (*Tile, Status, error) {
	for {
		f, status := c.board(k, s, asked, render)
		select {
		case <-f.done:
			c.leave(k, f)
			if errors.Is(f.err, context.Canceled) && ctx.Err() == nil {
				continue // cancelled as the last one who waited went, just as this one came
			}
			return f.tile, status, f.err
		case <-ctx.Done():
			c.leave(k, f)
			return nil, status, ctx.Err()
		}
	}
}

// flight is one rendering, for everybody who waits for it.
type flight struct {
	done   chan struct{}
	cancel context.CancelFunc
	tile   *Tile
	err    error

	// Guarded by Cache.mu.
	began   bool   // it has read, or is reading, the database
	at      uint64 // the place in the journal before it read
	waiting int
}

func (c *Cache) board(k Key, s *Scope, asked uint64, render Render) (*flight, Status) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.flights[k]
	// One that has not begun will see everything. One that has is right for whoever asks before something touches it.
	if f != nil && (!f.began || (c.journal.Certain() && !c.journal.Touched(s, f.at, asked))) {
		f.waiting++
		return f, Joined
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	f = &flight{done: make(chan struct{}), cancel: cancel, waiting: 1}
	c.flights[k] = f
	go c.run(ctx, k, s, f, render)
	return f, Miss
}

func (c *Cache) leave(k Key, f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		f.cancel()
		if c.flights[k] == f {
			delete(c.flights, k)
		}
	}
}

func (c *Cache) run(ctx context.Context, k Key, s *Scope, f *flight, render Render) {
	defer close(f.done)
	defer func() {
		if cause := recover(); cause != nil {
			f.tile, f.err = nil, fmt.Errorf("rendering panicked: %v", cause)
		}
	}()
	leave, err := c.lanes.enter(ctx, k.Z)
	if err != nil {
		f.err = err
		return
	}
	defer leave()
	c.mu.Lock()
	f.began, f.at = true, c.journal.Now()
	certain := c.journal.Certain()
	c.mu.Unlock()

	begin := time.Now()
	made, err := render(ctx)
	if err == nil {
		f.tile, err = newTile(made)
	}
	c.observer.Rendered(k, time.Since(begin), len(made.Body), err)
	if f.err = err; err != nil {
		return
	}
	// Certain at the beginning, in doubt and certain again since: if anything was missed, Connected touched everything.
	if certain && c.journal.Certain() && !c.journal.Touched(s, f.at, c.journal.Now()) {
		e := &entry{tile: f.tile, scope: s}
		e.untouched.Store(f.at)
		c.entries.Set(k, e)
	}
}

type silent struct{}

func (silent) Answered(Key, Status)                    {}
func (silent) Rendered(Key, time.Duration, int, error) {}
func (silent) Forgot(Key)                              {}
