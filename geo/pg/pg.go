// Package pg opens the connection pools through which kraj talks to PostgreSQL:
// one for the public, one for planners, one for the owner, each with exactly the
// rights it needs.
package pg

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxgeom "github.com/twpayne/pgx-geom"
)

// Config of the pools.
type Config struct {
	// URL of the database, as its owner.
	URL string
	// PublicURL is a second login for the public, with no more rights than the
	// role kraj_public; empty means URL and SET ROLE.
	PublicURL string
	// MaxConns limits each of the public and the planner pool; 0 chooses by the
	// number of cores. The owner's pool has at most 4.
	MaxConns int
	// StatementTimeout stops statements of the public and of planners; 0 means 30 s.
	StatementTimeout time.Duration
	// Log receives warnings; nil is silent.
	Log *slog.Logger
}

// Pools are the three ways into the database. All know PostGIS geometry.
type Pools struct {
	Public  *pgxpool.Pool // role kraj_public, read only, search_path kraj_public, public
	Planner *pgxpool.Pool // role kraj_planner, search_path kraj, public
	Owner   *pgxpool.Pool // the owner: migrations, imports; search_path kraj, public
}

// Open opens the pools and connects each once. The database must have been
// checked (Check) and migrated before: roles and extensions must exist.
func Open(ctx context.Context, c Config) (*Pools, error) {
	timeout := cmp.Or(c.StatementTimeout, 30*time.Second)
	conns := cmp.Or(c.MaxConns, max(8, 4*runtime.NumCPU()))
	p := &Pools{}
	for _, one := range []struct {
		pool  **pgxpool.Pool
		url   string
		lane  lane
		conns int
	}{
		{&p.Owner, c.URL, lane{name: "owner", path: "kraj, public"}, 4},
		{&p.Planner, c.URL, lane{name: "planner", role: "kraj_planner", verified: true, path: "kraj, public", timeout: timeout}, conns},
		{&p.Public, cmp.Or(c.PublicURL, c.URL), lane{name: "public", role: "kraj_public", verified: c.PublicURL == "", path: "kraj_public, public", timeout: timeout, readOnly: true}, conns},
	} {
		pool, err := one.lane.open(ctx, one.url, one.conns)
		if err != nil {
			p.Close()
			return nil, err
		}
		*one.pool = pool
	}
	return p, nil
}

// Close closes the pools and waits until their connections are back.
func (p *Pools) Close() {
	for _, pool := range []*pgxpool.Pool{p.Public, p.Planner, p.Owner} {
		if pool != nil {
			pool.Close()
		}
	}
}

// lane is what one pool's connections are set to when they begin.
type lane struct {
	name     string
	role     string // "" stays the login's
	path     string
	timeout  time.Duration
	readOnly bool
	verified bool // the role is checked whenever a connection is taken from the pool
}

func (l lane) open(ctx context.Context, url string, conns int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be read: %w", err)
	}
	config.MaxConns = int32(conns)
	config.MaxConnIdleTime = 5 * time.Minute
	config.ConnConfig.ConnectTimeout = cmp.Or(config.ConnConfig.ConnectTimeout, 5*time.Second)
	// A request that its client gave up must stop its query, not its connection.
	config.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, CancelRequestDelay: 0, DeadlineDelay: 5 * time.Second}
	}
	for key, value := range l.parameters() {
		config.ConnConfig.RuntimeParams[key] = value
	}
	config.AfterConnect = prepare
	if l.verified {
		config.PrepareConn = l.verify
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("opening the %s pool: %w", l.name, err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connecting to the database as %s: %w", l.name, err)
	}
	return pool, nil
}

// parameters travel with the connection's start, so that RESET returns to them.
func (l lane) parameters() map[string]string {
	p := map[string]string{
		"application_name": "kraj " + l.name,
		"search_path":      l.path,
		"TimeZone":         "UTC",
		// Compiling a plan costs more than it saves here: the work is PostGIS's.
		// kraj's own database has it off, another one may not.
		"jit": "off",
		// How alike words must be for the search to find them despite a slip.
		"pg_trgm.word_similarity_threshold": "0.45",
		// A client that vanishes must not hold locks.
		"idle_in_transaction_session_timeout": "300000",
	}
	if l.role != "" {
		p["role"] = l.role
	}
	if l.timeout > 0 {
		p["statement_timeout"] = fmt.Sprint(l.timeout.Milliseconds())
		p["lock_timeout"] = fmt.Sprint(l.timeout.Milliseconds())
		p["idle_in_transaction_session_timeout"] = "60000"
	}
	if l.readOnly {
		p["default_transaction_read_only"] = "on"
	}
	return p
}

func prepare(ctx context.Context, conn *pgx.Conn) error {
	if err := pgxgeom.Register(ctx, conn); err != nil {
		return fmt.Errorf("registering the PostGIS types: %w", err)
	}
	return nil
}

// verify drops a connection that is no longer in its role: whatever a request
// did, the next one starts with exactly the rights of its lane. A login that is
// itself only the public needs no such look: it has nothing to return to.
func (l lane) verify(ctx context.Context, conn *pgx.Conn) (bool, error) {
	var role string
	if err := conn.QueryRow(ctx, "SELECT current_user").Scan(&role); err != nil {
		return false, nil
	}
	return role == l.role, nil
}
