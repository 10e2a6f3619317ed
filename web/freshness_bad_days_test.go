package web_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// weather is what may happen to what the database says on its way.
type weather struct {
	mu    sync.Mutex
	hold  bool          // the next answers wait …
	held  chan struct{} // … which is told here …
	free  chan struct{} // … until this is closed
	lost  bool          // everything is lost, in both directions, though connections stay open
	stuck bool
}

// through is a pool like another one whose connections live in this weather.
func (w *weather) through(t *testing.T, pool *pgxpool.Pool) *pgxpool.Pool {
	t.Helper()
	c := pool.Config()
	c.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return &exposed{Conn: conn, weather: w}, err
	}
	made, err := pgxpool.NewWithConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(made.Close)
	return made
}

type exposed struct {
	net.Conn
	weather *weather
}

func (e *exposed) Read(b []byte) (int, error) {
	for {
		n, err := e.Conn.Read(b)
		w := e.weather
		w.mu.Lock()
		lost, hold := w.lost, w.hold && !w.stuck && n > 200 // an answer with a tile, not "prepared"
		if hold {
			w.stuck = true
		}
		w.mu.Unlock()
		if hold {
			close(w.held)
			<-w.free
		}
		if err != nil || !lost {
			return n, err
		}
	}
}

func (e *exposed) Write(b []byte) (int, error) {
	e.weather.mu.Lock()
	lost := e.weather.lost
	e.weather.mu.Unlock()
	if lost {
		return len(b), nil
	}
	return e.Conn.Write(b)
}

func (w *weather) lose(lost bool) { w.mu.Lock(); defer w.mu.Unlock(); w.lost = lost }

// A change while the tile is rendered: the rendering has read the old state and is on its way. Who asked before the change may get
// it; who asks after it does not, whether the old one is still under way or has arrived; and it is not kept.
func TestAChangeWhileATileIsRendered(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	w := &weather{held: make(chan struct{}), free: make(chan struct{})}
	s := hearing(t, &pg.Pools{Public: w.through(t, pools.Public), Planner: pools.Planner, Owner: pools.Owner})
	s.filled()
	s.settled()
	path := s.tileAt("settlements", 12, 451200, 125000)
	old := fresh(t, pools, false, path)
	s.get(s.tileAt("settlements", 12, 405000, 45000)) // the catalog is there
	w.mu.Lock()
	w.hold = true
	w.mu.Unlock()
	early := make(chan reply, 2)
	go func() { early <- s.get(path) }()
	<-w.held
	go func() { early <- s.get(path) }() // joins it
	s.sql(`UPDATE settlements SET name = 'Spremenjeno' WHERE id = 11`)
	s.settled()
	changed := fresh(t, pools, false, path)
	if changed == old {
		t.Fatal("the change does not show: this proves nothing")
	}
	if r := s.get(path); r.body != changed || !status("fwd=miss")(r) {
		t.Errorf("STALE: asked after the change, while the old rendering is under way: %v", r.header)
	}
	close(w.free)
	for range 2 {
		if r := <-early; r.body != old && r.body != changed {
			t.Errorf("asked before the change: neither the old nor the new: %d %v", r.status, r.header)
		}
	}
	for range 3 {
		if r := s.get(path); r.body != changed || !status("hit")(r) {
			t.Errorf("STALE: after the old rendering has arrived: %v", r.header)
		}
	}
	t.Log("asked before the change: the old tile; asked after it, the new one; kept: the new one")
}

// A listener that hangs half-dead: its connection is open and nothing comes through. After at most two seconds nothing is taken for
// current; when it is back everything is asked anew, and what has not changed has its old tag.
func TestAListenerThatIsHalfDead(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	w := &weather{}
	s := hearing(t, &pg.Pools{Public: pools.Public, Planner: pools.Planner, Owner: w.through(t, pools.Owner)})
	pool := pools.Owner
	exec := func(sql string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec(fixture)
	path, other := (&site{t: t, pools: pools}).tileAt("settlements", 12, 451200, 125000), (&site{t: t, pools: pools}).tileAt("settlements", 12, 405000, 45000)
	old, same := s.until(path, status("hit")), s.until(other, status("hit"))
	connected := s.ear.times()
	w.lose(true)
	began := time.Now()
	exec(`UPDATE settlements SET name = 'Spremenjeno' WHERE id = 11`)
	changed := fresh(t, pools, false, path)
	stale := 0
	for s.ear.certain() {
		if r := s.get(path); r.body == old.body {
			stale++ // the lease of two seconds has not run out
		}
	}
	lease := time.Since(began)
	for range 20 {
		if r := s.get(path, "If-None-Match: "+old.header.Get("ETag")); r.body != changed || status("hit")(r) {
			t.Fatalf("STALE: in doubt and served all the same: %d %v", r.status, r.header)
		}
	}
	if lease > 2500*time.Millisecond {
		t.Errorf("it was certain for %s without an answer", lease)
	}
	w.lose(false)
	eventually(t, "the listener is back", func() bool { return s.ear.times() > connected && s.ear.certain() })
	if r := s.get(path); r.body != changed {
		t.Errorf("STALE: after the listener came back: %v", r.header)
	}
	if r := s.get(other); r.header.Get("ETag") != same.header.Get("ETag") {
		t.Errorf("what has not changed has another tag: %v", r.header)
	}
	s.until(path, status("hit"))
	t.Logf("doubt %s after the connection died (%d answers of before until then, none afterwards)", lease.Round(time.Millisecond), stale)
}

// A listener whose connection is cut again and again under edits: whoever asks once the server is certain again sees them.
func TestAListenerThatIsCut(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	s := hearing(t, pools)
	s.sql(fixture)
	path, other := s.tileAt("settlements", 12, 451200, 125000), s.tileAt("settlements", 12, 405000, 45000)
	same := s.until(other, status("hit")).header.Get("ETag")
	for n := range 5 {
		s.until(path, status("hit"))
		connected := s.ear.times()
		s.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kraj listener' AND datname = current_database()`)
		s.sql(`UPDATE settlements SET name = $1 WHERE id = 11`, fmt.Sprintf("Ime %d", n))
		eventually(t, "the listener is back", func() bool { return s.ear.times() > connected && s.ear.certain() })
		if r := s.get(path); !strings.Contains(r.body, fmt.Sprintf("Ime %d", n)) {
			t.Errorf("STALE: cut %d: %v", n, r.header)
		}
		if r := s.get(other); r.header.Get("ETag") != same {
			t.Errorf("what has not changed has another tag: %v", r.header)
		}
	}
}
