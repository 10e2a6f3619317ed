package notice_test

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"kraj/geo/notice"
	"kraj/geo/pgtest"
)

// A listener that is told to end leaves nothing running, also after it had to connect anew. Not parallel: it looks at the
// whole process.
func TestListenLeavesNothing(t *testing.T) {
	p := pgtest.New(t)
	cut := func() error {
		_, err := p.Owner.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kraj listener' AND datname = current_database()`)
		return err
	}
	if err := cut(); err != nil { // the pool's own connection is there before the count
		t.Fatal(err)
	}
	before := goleak.IgnoreCurrent()
	e := newEar()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		notice.Listen(ctx, notice.Config{Connection: p.Owner.Config().ConnConfig}, e)
	}()
	eventually(t, "certain", e.certain)
	if err := cut(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "connected again", func() bool { return e.count("connected") == 2 })
	cancel()
	<-done
	goleak.VerifyNone(t, before)
}
