package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kraj/geo/cluster"
	"kraj/geo/pg"
	"kraj/migrations"
)

const (
	templatePrefix = "kraj_template_"
	clonePrefix    = "kraj_test_"
	// templateLife is how long a template is kept after its last use.
	templateLife = time.Hour
)

// harness is one test process's hold on a cluster.
type harness struct {
	admin    *url.URL
	pool     *pgxpool.Pool // superuser, maintenance database
	alive    *pgxpool.Conn // holds the lock that says that this process lives
	run      uint64
	template string
	bare     string
	count    atomic.Uint64
	stop     func(context.Context) error
}

// join finds or starts a cluster and makes sure of the template.
func join(ctx context.Context) (*harness, error) {
	h := &harness{stop: func(context.Context) error { return nil }}
	raw := os.Getenv(EnvURL)
	if raw == "" {
		c, err := StartCluster(ctx, 200)
		if err != nil {
			return nil, err
		}
		raw, h.stop = c.URL, c.Stop
	}
	if err := h.open(ctx, raw); err != nil {
		return nil, errors.Join(err, h.leave(ctx))
	}
	return h, nil
}

func (h *harness) open(ctx context.Context, raw string) error {
	var err error
	if h.admin, err = url.Parse(raw); err != nil {
		return fmt.Errorf("%s is not a URL: %w", EnvURL, err)
	}
	if h.pool, err = pgxpool.New(ctx, raw); err != nil {
		return fmt.Errorf("connecting to the test cluster: %w", err)
	}
	if h.alive, err = h.pool.Acquire(ctx); err != nil {
		return fmt.Errorf("connecting to the test cluster: %w", err)
	}
	var b [8]byte
	_, _ = rand.Read(b[:])
	h.run = binary.BigEndian.Uint64(b[:]) >> 1
	if _, err := h.alive.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(h.run)); err != nil {
		return fmt.Errorf("announcing this test run: %w", err)
	}
	if err := h.sweep(ctx); err != nil {
		return err
	}
	hash, err := migrations.Hash(migrations.Files())
	if err != nil {
		return err
	}
	h.template = templatePrefix + hash[:16]
	h.bare = templatePrefix + "bare"
	if err := h.ensureTemplate(ctx, h.bare, "template0", h.extend); err != nil {
		return err
	}
	return h.ensureTemplate(ctx, h.template, h.bare, migrate)
}

// ensureFilled makes a template that has contents beside the migrations.
func (h *harness) ensureFilled(ctx context.Context, name string, fill func(context.Context, *pgxpool.Pool) error) (string, error) {
	sum := sha256.Sum256([]byte(name))
	template := fmt.Sprintf("%s_%x", h.template, sum[:8])
	return template, h.ensureTemplate(ctx, template, h.template, func(ctx context.Context, url string) error {
		pools, err := pg.Open(ctx, pg.Config{URL: url, MaxConns: 1})
		if err != nil {
			return err
		}
		defer pools.Close()
		return fill(ctx, pools.Owner)
	})
}

func migrate(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting to the template: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return migrations.Apply(ctx, conn, migrations.Options{})
}

// ensureTemplate makes a template once, whichever process comes first; the
// others wait at the lock. Its comment is the time of its last use.
func (h *harness) ensureTemplate(ctx context.Context, name, source string, fill func(context.Context, string) error) error {
	return h.locked(ctx, name, func(conn *pgxpool.Conn) error {
		ident := pgx.Identifier{name}.Sanitize()
		var ready bool
		err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)`, name).Scan(&ready)
		if err != nil {
			return fmt.Errorf("looking for the template: %w", err)
		}
		if !ready {
			if err := h.makeTemplate(ctx, conn, name, source, fill); err != nil {
				return err
			}
		}
		_, err = conn.Exec(ctx, fmt.Sprintf(`COMMENT ON DATABASE %s IS '%d'`, ident, time.Now().Unix()))
		if err != nil {
			return fmt.Errorf("marking the template: %w", err)
		}
		return nil
	})
}

func (h *harness) makeTemplate(ctx context.Context, conn *pgxpool.Conn, name, source string, fill func(context.Context, string) error) error {
	ident := pgx.Identifier{name}.Sanitize()
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + ident + " WITH (FORCE)", "CREATE DATABASE " + ident + " OWNER kraj TEMPLATE " + pgx.Identifier{source}.Sanitize()} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("making the template database: %w", err)
		}
	}
	if err := fill(ctx, h.url(name)); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "ALTER DATABASE "+ident+" IS_TEMPLATE true ALLOW_CONNECTIONS false"); err != nil {
		return fmt.Errorf("finishing the template database: %w", err)
	}
	return nil
}

// extend creates the extensions, as the superuser, in the database of the URL.
func (h *harness) extend(ctx context.Context, ownerURL string) error {
	u, err := url.Parse(ownerURL)
	if err != nil {
		return fmt.Errorf("template's URL: %w", err)
	}
	conn, err := pgx.Connect(ctx, with(h.admin, u.Path[1:], ""))
	if err != nil {
		return fmt.Errorf("connecting to the template: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, `CREATE EXTENSION postgis; CREATE EXTENSION pg_trgm`); err != nil {
		return fmt.Errorf("creating the extensions: %w", err)
	}
	return nil
}

// locked runs f on a connection that holds the advisory lock of the name.
func (h *harness) locked(ctx context.Context, name string, f func(*pgxpool.Conn) error) error {
	conn, err := h.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connecting to the test cluster: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtextextended($1, 0))`, name); err != nil {
		return fmt.Errorf("waiting for the template: %w", err)
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(hashtextextended($1, 0))`, name)
	}()
	return f(conn)
}

// create makes a database out of a template.
func (h *harness) create(ctx context.Context, template string) (string, error) {
	name := fmt.Sprintf("%s%x_%d", clonePrefix, h.run, h.count.Add(1))
	strategy := "WAL_LOG"
	if template != h.bare && template != h.template { // large: as files, not through the log
		strategy = "FILE_COPY"
	}
	_, err := h.pool.Exec(ctx, fmt.Sprintf("CREATE DATABASE %s OWNER kraj TEMPLATE %s STRATEGY %s",
		pgx.Identifier{name}.Sanitize(), pgx.Identifier{template}.Sanitize(), strategy))
	if err != nil {
		return "", fmt.Errorf("making a test database: %w", err)
	}
	return name, nil
}

func (h *harness) drop(ctx context.Context, name string) error {
	if _, err := h.pool.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("dropping a test database: %w", err)
	}
	return nil
}

// url is the owner's URL of a database.
func (h *harness) url(database string) string { return with(h.admin, database, cluster.Owner) }

// with changes the database and, unless it is empty, the user of a URL.
func with(base *url.URL, database, user string) string {
	u := *base
	u.Path = "/" + database
	if user != "" {
		q := u.Query()
		q.Set("user", user)
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// sweep drops the databases of runs that are over, however they ended, and
// templates that nobody has used for a while. A living run holds its lock.
func (h *harness) sweep(ctx context.Context) error {
	rows, err := h.pool.Query(ctx, `SELECT datname, COALESCE(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname LIKE 'kraj\_te%'`)
	if err != nil {
		return fmt.Errorf("looking for left-over test databases: %w", err)
	}
	type entry struct{ name, comment string }
	found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (e entry, err error) { return e, r.Scan(&e.name, &e.comment) })
	if err != nil {
		return fmt.Errorf("looking for left-over test databases: %w", err)
	}
	for _, e := range found {
		switch {
		case strings.HasPrefix(e.name, clonePrefix):
			err = h.dropDead(ctx, e.name)
		case strings.HasPrefix(e.name, templatePrefix) && stale(e.comment):
			err = h.dropTemplate(ctx, e.name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func stale(comment string) bool {
	var unix int64
	if _, err := fmt.Sscan(comment, &unix); err != nil {
		return false // being made just now
	}
	return time.Since(time.Unix(unix, 0)) > templateLife
}

func (h *harness) dropTemplate(ctx context.Context, name string) error {
	return h.locked(ctx, name, func(conn *pgxpool.Conn) error {
		ident := pgx.Identifier{name}.Sanitize()
		var comment string
		err := conn.QueryRow(ctx, `SELECT COALESCE(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = $1`, name).Scan(&comment)
		if errors.Is(err, pgx.ErrNoRows) || (err == nil && !stale(comment)) {
			return nil
		}
		if err == nil {
			_, err = conn.Exec(ctx, "ALTER DATABASE "+ident+" IS_TEMPLATE false")
		}
		if err == nil {
			_, err = conn.Exec(ctx, "DROP DATABASE "+ident+" WITH (FORCE)")
		}
		if err != nil {
			return fmt.Errorf("dropping an old template: %w", err)
		}
		return nil
	})
}

// dropDead drops a clone when the run that made it no longer holds its lock.
func (h *harness) dropDead(ctx context.Context, name string) error {
	var run, n uint64
	if _, err := fmt.Sscanf(name, clonePrefix+"%x_%d", &run, &n); err != nil || run == h.run {
		return nil
	}
	conn, err := h.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connecting to the test cluster: %w", err)
	}
	defer conn.Release()
	var dead bool
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(run)).Scan(&dead); err != nil {
		return fmt.Errorf("looking whether a test run lives: %w", err)
	}
	if !dead {
		return nil
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(run)) }()
	return h.drop(ctx, name)
}

// leave gives everything back; a private cluster ends.
func (h *harness) leave(ctx context.Context) error {
	if h.alive != nil {
		h.alive.Release()
	}
	if h.pool != nil {
		h.pool.Close()
	}
	return h.stop(ctx)
}
