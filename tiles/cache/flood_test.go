package cache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A million filters that nobody asked for before: each is rendered, and what is kept of them stays within the limit, keys
// and all.
func TestAFloodOfFilters(t *testing.T) {
	const limit = 32 << 20
	filters, width := 50_000, 900
	if os.Getenv("KRAJ_TEST_LONG") != "" {
		filters = 1_000_000
	}
	c, _ := fixture(t, Config{Limit: limit})
	memory := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := memory()
	padding := strings.Repeat("x", width)
	var wait sync.WaitGroup
	const clients = 4
	for client := range clients {
		wait.Go(func() {
			for i := range filters / clients {
				body := fmt.Appendf(nil, "%d %x", i, rand.Uint64())
				k := Key{Layers: "projects", Filter: fmt.Sprintf("q=%s%d-%d", padding, client, i), Z: 12}
				if _, _, err := c.Get(t.Context(), k, scope, away, func(context.Context) (Made, error) { return Made{Body: body}, nil }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	c.entries.CleanUp()
	grown := memory() - before
	t.Logf("%d filters: %d entries, %d KiB by weight, %d KiB of heap (%d bytes an entry, of which the key has %d)",
		filters, c.Len(), c.Bytes()>>10, grown>>10, grown/int64(max(1, c.Len())), width)
	if c.Bytes() > limit || c.Len()*width > limit {
		t.Errorf("%d bytes in %d entries are more than %d", c.Bytes(), c.Len(), limit)
	}
	if grown > limit*3/2 {
		t.Errorf("the heap grew by %d, the limit is %d", grown, limit)
	}
	if c.Len() < limit/4/(width+tileOverhead) {
		t.Errorf("only %d entries are kept", c.Len())
	}
	if len(c.flights) != 0 {
		t.Errorf("%d renderings are left over", len(c.flights))
	}
}
