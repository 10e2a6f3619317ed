package tiles_test

import (
	"context"
	_ "embed"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb/encoding/mvt"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/tiles"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

//go:embed testdata/place.sql
var place string

// world is a small municipality of wavy settlements with an enclave, a lake and an island, one or two features of every
// layer, public projects of each dimension and a draft.
func world(t testing.TB) *pg.Pools {
	t.Helper()
	p := pgtest.New(t)
	run(t, p, place)
	return p
}

func run(t testing.TB, p *pg.Pools, sql string, args ...any) {
	t.Helper()
	if _, err := p.Owner.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%.200s: %v", sql, err)
	}
}

func query[T any](t testing.TB, p *pg.Pools, sql string, args ...any) []T {
	t.Helper()
	rows, err := p.Owner.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("%.200s: %v", sql, err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%.200s: %v", sql, err)
	}
	return list
}

func one[T any](t testing.TB, p *pg.Pools, sql string, args ...any) T {
	t.Helper()
	list := query[T](t, p, sql, args...)
	if len(list) != 1 {
		t.Fatalf("%.200s: %d rows, want 1", sql, len(list))
	}
	return list[0]
}

func catalog(t testing.TB, pool *pgxpool.Pool) *tiles.Catalog {
	t.Helper()
	c, err := tiles.LoadCatalog(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Tiles of the test world: its whole at zoom 9, its middle at 14.
var (
	whole  = [3]int{9, 276, 181}
	middle = [3]int{14, 8845, 5813}
)

func render(t testing.TB, pool *pgxpool.Pool, zxy [3]int, layers ...string) []byte {
	t.Helper()
	return renderFiltered(t, pool, zxy, tiles.Filter{}, layers...)
}

func renderFiltered(t testing.TB, pool *pgxpool.Pool, zxy [3]int, f tiles.Filter, layers ...string) []byte {
	t.Helper()
	c := catalog(t, pool)
	if len(layers) == 0 {
		layers = c.Names()
	}
	a := tiles.Address{Layers: layers, Z: zxy[0], X: zxy[1], Y: zxy[2]}
	tile, err := c.Render(context.WithoutCancel(t.Context()), pool, tiles.Request{Address: a, Filter: f})
	if err != nil {
		t.Fatal(err)
	}
	return tile
}

// decode reads a tile with a decoder that is not ours.
func decode(t testing.TB, tile []byte) map[string]*mvt.Layer {
	t.Helper()
	layers, err := mvt.Unmarshal(tile)
	if err != nil {
		t.Fatalf("the tile cannot be decoded: %v", err)
	}
	byName := make(map[string]*mvt.Layer)
	for _, l := range layers {
		if byName[l.Name] != nil {
			t.Fatalf("layer %s comes twice", l.Name)
		}
		byName[l.Name] = l
	}
	return byName
}
