package main

import (
	"context"
	"embed"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pg"
	"kraj/geo/pgtest/country"
)

//go:embed sql/*.sql
var statements embed.FS

// data is the database that is measured.
type data struct {
	url   string
	conn  *pgx.Conn
	tiles []tile
	drop  func()
}

type tile struct{ z, x, y int }

func (t tile) String() string { return fmt.Sprintf("%d/%d/%d", t.z, t.x, t.y) }

// openData takes the database that is there, or loads one, and makes the reference in it.
func openData(ctx context.Context, o options) (*data, error) {
	d := &data{url: os.Getenv("KRAJ_BENCH_DATABASE"), drop: func() {}}
	if d.url == "" {
		if err := d.load(ctx, o); err != nil {
			return nil, err
		}
	}
	var err error
	if d.conn, err = pgx.Connect(ctx, d.url); err != nil {
		d.close()
		return nil, fmt.Errorf("connecting to the database: %w", err)
	}
	if err := d.reference(ctx); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *data) close() {
	if d.conn != nil {
		_, _ = d.conn.Exec(context.Background(), "DROP SCHEMA IF EXISTS bench CASCADE")
		_ = d.conn.Close(context.Background())
	}
	d.drop()
}

// load fills a new database of the test cluster, which ./dev bench starts.
func (d *data) load(ctx context.Context, o options) error {
	base := os.Getenv("KRAJ_TEST_DATABASE_URL")
	if base == "" {
		return fmt.Errorf("no database: run ./dev bench Tiles, or set KRAJ_BENCH_DATABASE to the URL of one that geo/pgtest/country/load has filled")
	}
	scale := 1.0
	if s := os.Getenv("KRAJ_BENCH_SCALE"); s != "" {
		var err error
		if scale, err = strconv.ParseFloat(s, 64); err != nil {
			return fmt.Errorf("KRAJ_BENCH_SCALE: %w", err)
		}
	}
	admin, err := pgx.Connect(ctx, base)
	if err != nil {
		return fmt.Errorf("connecting to the test cluster: %w", err)
	}
	name := fmt.Sprintf("bench_%d", os.Getpid())
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return fmt.Errorf("making a database: %w", err)
	}
	d.drop = func() {
		_, _ = admin.Exec(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		_ = admin.Close(context.Background())
	}
	if d.url, err = withDatabase(base, name); err != nil {
		return err
	}
	begin := time.Now()
	say("loading a country at scale %g through kraj's tables", scale)
	if out, err := exec.CommandContext(ctx, o.kraj, "migrate", "--database", d.url).CombinedOutput(); err != nil {
		return fmt.Errorf("kraj migrate: %w\n%s", err, out)
	}
	pools, err := pg.Open(ctx, pg.Config{URL: d.url})
	if err != nil {
		return err
	}
	defer pools.Close()
	if err := country.Load(ctx, pools.Owner, country.Options{Scale: scale, OneMunicipality: true}); err != nil {
		return err
	}
	say("loaded in %s", time.Since(begin).Round(time.Second))
	return nil
}

// withDatabase is the URL of another database of the same server.
func withDatabase(base, name string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", fmt.Errorf("KRAJ_TEST_DATABASE_URL: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}

func (d *data) reference(ctx context.Context) error {
	for _, name := range []string{"reference", "tiles"} {
		sql, err := statements.ReadFile("sql/" + name + ".sql")
		if err != nil {
			return err
		}
		if _, err := d.conn.Exec(ctx, string(sql)); err != nil {
			return fmt.Errorf("making the reference (%s): %w", name, err)
		}
	}
	rows, err := d.conn.Query(ctx, "SELECT z, x, y FROM bench.tiles ORDER BY id")
	if err != nil {
		return fmt.Errorf("reading the tiles: %w", err)
	}
	d.tiles, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (t tile, err error) { return t, r.Scan(&t.z, &t.x, &t.y) })
	if err != nil {
		return fmt.Errorf("reading the tiles: %w", err)
	}
	say("%d tiles", len(d.tiles))
	return nil
}

// forget makes kraj forget every tile.
func (d *data) forget(ctx context.Context) error {
	if _, err := d.conn.Exec(ctx, "NOTIFY kraj, '*'"); err != nil {
		return fmt.Errorf("making kraj forget its tiles: %w", err)
	}
	time.Sleep(100 * time.Millisecond) // it hears it at once
	return nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
