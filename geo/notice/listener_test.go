package notice_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"kraj/geo/notice"
	"kraj/geo/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// ear writes down what it is told.
type ear struct {
	mu     sync.Mutex
	events []string
	until  time.Time
	heard  chan notice.Notice
}

func newEar() *ear { return &ear{heard: make(chan notice.Notice, 1000)} }

func (e *ear) note(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.events = append(e.events, fmt.Sprintf(format, args...))
}
func (e *ear) Connected() { e.note("connected") }
func (e *ear) Dropped()   { e.note("dropped") }
func (e *ear) Hold(t time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.until = t
}

func (e *ear) Heard(n notice.Notice) {
	e.note("%s", n.Layer)
	e.heard <- n
}

func (e *ear) certain() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return time.Now().Before(e.until)
}

func (e *ear) count(event string) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, have := range e.events {
		if have == event {
			n++
		}
	}
	return n
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

func TestHearsCommitsInOrder(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	e := newEar()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		notice.Listen(ctx, notice.Config{Connection: p.Owner.Config().ConnConfig}, e)
	}()
	eventually(t, "certain", e.certain)
	if _, err := p.Owner.Exec(t.Context(), `INSERT INTO municipalities (code, name) VALUES ('1', 'Prva')`); err != nil {
		t.Fatal(err)
	}
	if n := <-e.heard; n.Layer != "municipalities" || n.Revision == 0 || n.Everywhere {
		t.Errorf("heard %+v", n)
	}
	tx, err := p.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `INSERT INTO municipalities (code, name) VALUES ('2', 'Druga')`); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if _, err := p.Owner.Exec(t.Context(), `SELECT pg_notify('kraj', $1)`, fmt.Sprintf(`{"layer":"l%d","revision":1,"boxes":[[1,2,3,4]]}`, i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 50 {
		if n := <-e.heard; n.Layer != fmt.Sprint("l", i) || n.Boxes[0] != [4]float64{1, 2, 3, 4} {
			t.Fatalf("heard %+v in place %d", n, i)
		}
	}
	time.Sleep(2500 * time.Millisecond)
	if !e.certain() {
		t.Error("silence was taken for a lost database")
	}
	if e.count("connected") != 1 {
		t.Errorf("%v", e.events)
	}
	// Nonsense could have been anything.
	if _, err := p.Owner.Exec(t.Context(), `NOTIFY kraj, 'nonsense'`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "everything is forgotten", func() bool { return e.count("connected") == 2 })
	cancel()
	<-done
}

func TestAConnectionThatIsCut(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	e := newEar()
	go notice.Listen(t.Context(), notice.Config{Connection: p.Owner.Config().ConnConfig}, e)
	eventually(t, "certain", e.certain)
	if _, err := p.Owner.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'kraj listener' AND datname = current_database()`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "dropped", func() bool { return e.count("dropped") == 1 })
	eventually(t, "connected again", func() bool { return e.count("connected") == 2 })
	if _, err := p.Owner.Exec(t.Context(), `NOTIFY kraj, '{"layer":"again","boxes":[]}'`); err != nil {
		t.Fatal(err)
	}
	if n := <-e.heard; n.Layer != "again" {
		t.Errorf("heard %+v", n)
	}
}

// A connection that is half dead: open, but nothing comes through.
func TestAConnectionThatHangs(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	config := p.Owner.Config().ConnConfig.Copy()
	var mu sync.Mutex
	hang := false
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return &lazy{Conn: c, hang: func() bool { mu.Lock(); defer mu.Unlock(); return hang }}, err
	}
	e := newEar()
	go notice.Listen(t.Context(), notice.Config{Connection: config}, e)
	eventually(t, "certain", e.certain)
	mu.Lock()
	hang = true
	mu.Unlock()
	began := time.Now()
	eventually(t, "uncertain", func() bool { return !e.certain() })
	if took := time.Since(began); took > 5*time.Second { // two seconds, and what a busy machine adds
		t.Errorf("certain for %s without an answer", took)
	}
	eventually(t, "dropped", func() bool { return e.count("dropped") > 0 })
	mu.Lock()
	hang = false
	mu.Unlock()
	eventually(t, "connected again", func() bool { return e.count("connected") == 2 })
	eventually(t, "certain again", e.certain)
}

// lazy swallows what it is told to send while it hangs.
type lazy struct {
	net.Conn
	hang func() bool
}

func (c *lazy) Write(b []byte) (int, error) {
	if c.hang() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}
