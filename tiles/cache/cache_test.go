package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var errAway = errors.New("the database is away")

func away(err error) bool { return errors.Is(err, errAway) }

func fixture(t *testing.T, c Config) (*Cache, *Journal) {
	t.Helper()
	j := &Journal{}
	trust(j)
	c.Journal = j
	cache, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cache.Close)
	return cache, j
}

var (
	somewhere = Key{Layers: "a", Z: 12}
	scope     = &Scope{Layers: []string{"a"}, Box: Box{0, 0, 10, 10}}
	here      = Change{Layer: "a", Boxes: []Box{{5, 5, 6, 6}}}
	elsewhere = Change{Layer: "a", Boxes: []Box{{50, 50, 60, 60}}}
)

// text renders a constant, and counts.
func text(s string, n *atomic.Int64) Render {
	return func(context.Context) (Made, error) {
		n.Add(1)
		return Made{Body: []byte(s)}, nil
	}
}

func get(t *testing.T, c *Cache, render Render) (string, Status) {
	t.Helper()
	tile, status, err := c.Get(t.Context(), somewhere, scope, away, render)
	if err != nil {
		t.Fatal(err)
	}
	body, _, err := tile.Encoded(Identity)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), status
}

func TestATileIsRenderedOnceUntilSomethingTouchesIt(t *testing.T) {
	c, j := fixture(t, Config{})
	var n atomic.Int64
	for i, step := range []struct {
		change *Change
		text   string
		status Status
	}{
		{nil, "one", Miss},
		{nil, "one", Hit},
		{&elsewhere, "one", Hit},
		{&Change{Layer: "b"}, "one", Hit},
		{&Change{Layer: "a", Boxes: []Box{}}, "one", Hit}, // something changed, but no area
		{&Change{Layer: "a", Internal: true}, "one", Hit}, // a draft
		{&here, "two", Miss},
		{nil, "two", Hit},
		{&Change{Layer: "a"}, "three", Miss},
		{&Change{}, "four", Miss},
	} {
		if step.change != nil {
			j.Add(*step.change)
		}
		if got, status := get(t, c, text(step.text, &n)); got != step.text || status != step.status {
			t.Errorf("step %d: got %q by %d, want %q by %d", i, got, status, step.text, step.status)
		}
	}
	if n.Load() != 4 {
		t.Errorf("%d renderings", n.Load())
	}
}

func TestARequestJoinsWhatBeganBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, j := fixture(t, Config{})
		defer c.Close()
		gate := make(chan struct{})
		var n atomic.Int64
		slow := func(context.Context) (Made, error) {
			v := n.Add(1)
			if v == 1 {
				<-gate
			}
			return Made{Body: []byte(strconv.FormatInt(v, 10))}, nil
		}
		got := make(chan string, 8)
		ask := func() {
			body, status := get(t, c, slow)
			got <- fmt.Sprint(body, status)
		}
		go ask()
		synctest.Wait()
		go ask()
		synctest.Wait() // both wait for the first
		j.Add(elsewhere)
		go ask()
		synctest.Wait() // nothing touched it: joins as well
		j.Add(here)
		if body, status := get(t, c, slow); body != "2" || status != Miss {
			t.Errorf("after the change: %s by %d", body, status) // not the rendering that began before it
		}
		close(gate)
		for range 3 {
			if s := <-got; s != fmt.Sprint("1", Miss) && s != fmt.Sprint("1", Joined) {
				t.Errorf("before the change: %s", s)
			}
		}
		synctest.Wait()
		if body, status := get(t, c, slow); body != "2" || status != Hit {
			t.Errorf("the dirty rendering was kept: %s by %d", body, status)
		}
	})
}

func TestNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := fixture(t, Config{})
		defer c.Close()
		ended := make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, _, err := c.Get(ctx, somewhere, scope, away, func(ctx context.Context) (Made, error) {
				<-ctx.Done()
				ended <- ctx.Err()
				return Made{}, ctx.Err()
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}()
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the rendering ended with %v", err)
		}
		synctest.Wait()
		if len(c.flights) != 0 {
			t.Error("a flight was left")
		}
		var n atomic.Int64
		if body, _ := get(t, c, text("again", &n)); body != "again" {
			t.Errorf("got %s", body)
		}
	})
}

func TestInDoubtNothingIsServedAsCurrent(t *testing.T) {
	c, j := fixture(t, Config{})
	var n atomic.Int64
	get(t, c, text("one", &n))
	j.Dropped()
	if body, status := get(t, c, text("two", &n)); body != "two" || status != Miss {
		t.Errorf("in doubt: %s by %d", body, status)
	}
	if body, status := get(t, c, text("three", &n)); body != "three" || status != Miss {
		t.Errorf("what was rendered in doubt was kept: %s by %d", body, status)
	}
	dead := func(context.Context) (Made, error) { return Made{}, fmt.Errorf("asking: %w", errAway) }
	if body, status := get(t, c, dead); body != "one" || status != Stale {
		t.Errorf("away: %s by %d", body, status)
	}
	if _, _, err := c.Get(t.Context(), Key{Layers: "a", Z: 3}, scope, away, dead); !errors.Is(err, errAway) {
		t.Errorf("what was never cached: %v", err)
	}
	j.Add(here) // heard, although others may be missing
	if _, _, err := c.Get(t.Context(), somewhere, scope, away, dead); !errors.Is(err, errAway) {
		t.Errorf("known to be touched and served all the same: %v", err)
	}
	trust(j)
	if body, status := get(t, c, text("four", &n)); body != "four" || status != Miss {
		t.Errorf("after doubt everything is forgotten: %s by %d", body, status)
	}
}

// A rendering that began in doubt is not kept, also when trust returns while it runs.
func TestDoubtWhileRendering(t *testing.T) {
	c, j := fixture(t, Config{})
	get(t, c, func(context.Context) (Made, error) {
		j.Dropped()
		trust(j)
		return Made{Body: []byte("one")}, nil
	})
	var n atomic.Int64
	if body, status := get(t, c, text("two", &n)); body != "two" || status != Miss {
		t.Errorf("got %s by %d", body, status)
	}
}

func TestAPanicAnswersEverybody(t *testing.T) {
	c, _ := fixture(t, Config{})
	if _, _, err := c.Get(t.Context(), somewhere, scope, away, func(context.Context) (Made, error) { panic("no") }); err == nil {
		t.Error("no error")
	}
	var n atomic.Int64
	if body, _ := get(t, c, text("one", &n)); body != "one" {
		t.Errorf("got %s", body)
	}
}

func TestCheapTilesDoNotWaitForDearOnes(t *testing.T) {
	c, _ := fixture(t, Config{Workers: 2})
	gate := make(chan struct{})
	var wait sync.WaitGroup
	for x := range 5 {
		wait.Go(func() {
			_, _, _ = c.Get(t.Context(), Key{Layers: "a", Z: 7, X: x}, scope, away, func(context.Context) (Made, error) {
				<-gate
				return Made{}, nil
			})
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, _, err := c.Get(ctx, Key{Layers: "a", Z: 14}, scope, away, func(context.Context) (Made, error) { return Made{}, nil }); err != nil {
		t.Error(err)
	}
	close(gate)
	wait.Wait()
}

func TestMemoryIsBounded(t *testing.T) {
	const limit = 1 << 20
	c, _ := fixture(t, Config{Limit: limit})
	noise := make([]byte, 4000)
	for i := range 3000 {
		for n := range noise {
			noise[n] = byte(rand.Uint32())
		}
		k := Key{Layers: "a", Filter: "q=" + strconv.Itoa(i), Z: 12}
		if _, _, err := c.Get(t.Context(), k, scope, away, func(context.Context) (Made, error) { return Made{Body: noise}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	c.entries.CleanUp()
	if b := c.Bytes(); b > limit || b < limit/4 {
		t.Errorf("%d bytes are kept, the limit is %d", b, limit)
	}
}

func TestCodings(t *testing.T) {
	c, _ := fixture(t, Config{})
	body := bytes.Repeat([]byte("Čadovlje pri Tržiču "), 500)
	tile, _, err := c.Get(t.Context(), somewhere, scope, away, func(context.Context) (Made, error) { return Made{Body: body}, nil })
	if err != nil {
		t.Fatal(err)
	}
	c.entries.CleanUp() // weights are added up a moment later
	before := c.Bytes()
	tags := map[string]bool{}
	for _, coding := range []Coding{Identity, Gzip, Brotli, Zstd} {
		got, err := c.Recompress(somewhere, tile, coding)
		if err != nil {
			t.Fatal(err)
		}
		if coding == Identity != bytes.Equal(got, body) {
			t.Errorf("%q: %d bytes", coding, len(got))
		}
		tags[tile.Tag(coding)] = true
	}
	if len(tags) != 4 {
		t.Errorf("tags: %v", tags)
	}
	c.entries.CleanUp()
	if after := c.Bytes(); after <= before {
		t.Errorf("the codings weigh nothing: %d, then %d", before, after)
	}
	if _, _, err := tile.Encoded("compress"); err == nil {
		t.Error("an unknown coding was made")
	}
	empty, _, err := c.Get(t.Context(), Key{Z: 1}, scope, away, func(context.Context) (Made, error) { return Made{}, nil })
	if err != nil || !empty.Empty() {
		t.Errorf("empty: %v, %v", empty, err)
	}
}

// The promise: whoever asks after a change was heard gets a tile that shows it, or a later state; and at rest every entry
// equals what would be rendered. Writers commit to a made-up database and then tell the journal, in any order among each
// other; the listener drops and comes back.
func TestNeverStale(t *testing.T) {
	t.Parallel()
	const cells, writers, readers, edits = 6, 3, 4, 1500
	c, j := fixture(t, Config{Limit: 40 << 10, Workers: 3})
	var committed, heard [cells]atomic.Int64
	area := func(cell int) Box { return Box{float64(cell * 10), 0, float64(cell*10 + 9), 9} }
	render := func(cell int, pause bool) Render {
		return func(context.Context) (Made, error) {
			v := committed[cell].Load() // the snapshot
			if pause {
				time.Sleep(time.Duration(rand.IntN(200)) * time.Microsecond)
			}
			return Made{Body: []byte(strconv.FormatInt(v, 10))}, nil
		}
	}
	ask := func(cell int) int64 {
		k, s := Key{Layers: "a", Z: 12, X: cell}, &Scope{Layers: []string{"a"}, Box: area(cell)}
		tile, _, err := c.Get(t.Context(), k, s, away, render(cell, true))
		if err != nil {
			t.Error(err)
			return 0
		}
		body, _, err := tile.Encoded(Identity)
		if err != nil {
			t.Error(err)
		}
		v, err := strconv.ParseInt(string(body), 10, 64)
		if err != nil {
			t.Error(err)
		}
		return v
	}

	var writing, reading sync.WaitGroup
	var done atomic.Bool
	var missing [cells]sync.Mutex
	for range writers {
		writing.Go(func() {
			for range edits {
				cell := rand.IntN(cells)
				missing[cell].Lock()
				v := committed[cell].Add(1)
				j.Add(Change{Layer: "a", Boxes: []Box{area(cell)}})
				heard[cell].Store(v)
				missing[cell].Unlock()
				if rand.IntN(8) == 0 {
					time.Sleep(50 * time.Microsecond)
				}
			}
		})
	}
	writing.Go(func() { // a listener that misses a change while it is away
		for range 40 {
			time.Sleep(time.Millisecond)
			cell := rand.IntN(cells)
			missing[cell].Lock()
			j.Dropped()
			v := committed[cell].Add(1)
			time.Sleep(200 * time.Microsecond)
			trust(j)
			heard[cell].Store(v)
			missing[cell].Unlock()
		}
	})
	for range readers {
		reading.Go(func() {
			for !done.Load() {
				cell := rand.IntN(cells)
				least := heard[cell].Load()
				if got := ask(cell); got < least {
					t.Errorf("cell %d: got state %d although %d had been heard of", cell, got, least)
				}
			}
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
	for cell := range cells {
		if got, want := ask(cell), committed[cell].Load(); got != want {
			t.Errorf("at rest cell %d shows %d, the database holds %d", cell, got, want)
		}
	}
}

// Whoever renders in advance waits for those who wait, in the lane or before it, and for nobody else.
func TestCalm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := fixture(t, Config{Workers: 2})
		defer c.Close()
		gate := make(chan struct{})
		var asking sync.WaitGroup
		ask := func(z, x int) {
			asking.Go(func() {
				_, _, _ = c.Get(t.Context(), Key{Layers: "a", Z: z, X: x}, scope, away, func(context.Context) (Made, error) {
					<-gate
					return Made{}, nil
				})
			})
		}
		ask(14, 0) // cheap
		synctest.Wait()
		if err := c.Calm(t.Context()); err != nil {
			t.Error(err)
		}
		ask(7, 0)
		ask(7, 1)
		synctest.Wait()
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Calm(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("calm while dear tiles are waited for: %v", err)
		}
		close(gate)
		if err := c.Calm(t.Context()); err != nil {
			t.Error(err)
		}
		asking.Wait()
	})
}
