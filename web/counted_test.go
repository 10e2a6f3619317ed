package web_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// counter writes down the statements that requests send; a pgx.QueryTracer.
type counter struct {
	mu   sync.Mutex
	sent []string
}

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	if d.SQL == "SELECT current_user" {
		return ctx // a new connection makes sure of its role
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, d.SQL)
	return ctx
}

func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// take returns what was sent since the last time.
func (c *counter) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	sent := c.sent
	c.sent = nil
	return sent
}

// renders counts the statements that make tiles.
func renders(statements []string) (n int) {
	for _, s := range statements {
		if strings.HasPrefix(s, "/* tile */") {
			n++
		}
	}
	return n
}

// countedPools are pools of a new database with the fixture, whose public and planner statements are counted.
func countedPools(t testing.TB) (*pg.Pools, *counter) {
	t.Helper()
	pools, c := pgtest.New(t), &counter{}
	traced := func(p *pgxpool.Pool) *pgxpool.Pool {
		config := p.Config()
		config.ConnConfig.Tracer = c
		pool, err := pgxpool.NewWithConfig(context.Background(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		return pool
	}
	out := &pg.Pools{Public: traced(pools.Public), Planner: traced(pools.Planner), Owner: pools.Owner}
	if _, err := out.Owner.Exec(context.Background(), fixture); err != nil {
		t.Fatal(err)
	}
	return out, c
}
