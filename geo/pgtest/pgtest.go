// Package pgtest gives every test a fresh, migrated PostGIS database of its own,
// in a quarter of a second.
//
// One cluster serves a whole test run: the one that KRAJ_TEST_DATABASE_URL names,
// or a private one that the test process starts and ends. In it a template
// database is made once for each state of the migrations; tests get copies.
// What a killed run leaves behind is removed by the next one.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kraj/geo/pg"
)

// EnvURL names the environment variable with the URL of a running test cluster,
// as its superuser. Its contents are worth nothing: the harness drops databases.
const EnvURL = "KRAJ_TEST_DATABASE_URL"

// joined is the cluster of this test process. A package-level variable, because
// testing offers no other way from TestMain to a test.
var joined struct {
	sync.Mutex
	h *harness
}

// Main runs the tests of a package with a cluster behind them. Call it from
// TestMain; it does not return.
func Main(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	ctx := context.Background()
	h, err := join(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		return 1
	}
	joined.h = h
	defer func() {
		if err := h.leave(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			code = max(code, 1)
		}
	}()
	return m.Run()
}

// New returns the pools of a fresh database with all migrations. It is dropped
// when the test ends. Tests that use it may run in parallel.
func New(t testing.TB) *pg.Pools {
	t.Helper()
	return open(t, NewURL(t))
}

func open(t testing.TB, url string) *pg.Pools {
	t.Helper()
	pools, err := pg.Open(t.Context(), pg.Config{URL: url, MaxConns: 4})
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(pools.Close)
	return pools
}

// NewFrom is New with a database that fill has filled. fill runs once a test run:
// what it left is a template called name, and each caller gets a copy. Connections
// it was given are closed then. name must say everything that the contents depend on,
// but for the migrations.
func NewFrom(t testing.TB, name string, fill func(ctx context.Context, owner *pgxpool.Pool) error) *pg.Pools {
	t.Helper()
	h := hold(t)
	template, err := h.ensureFilled(t.Context(), name, fill)
	if err != nil {
		t.Fatalf("pgtest: filling the template %s: %v", name, err)
	}
	return open(t, database(t, h, template))
}

// NewURL is New for tests that connect themselves: the owner's URL of a fresh
// database.
func NewURL(t testing.TB) string {
	t.Helper()
	h := hold(t)
	return database(t, h, h.template)
}

// Empty returns the owner's URL of a database without the migrations, in which
// only the extensions exist.
func Empty(t testing.TB) string {
	t.Helper()
	h := hold(t)
	return database(t, h, h.bare)
}

// hold is this process's hold on the cluster.
func hold(t testing.TB) *harness {
	t.Helper()
	joined.Lock()
	h := joined.h
	joined.Unlock()
	if h == nil {
		t.Fatal("pgtest: the package's tests need func TestMain(m *testing.M) { pgtest.Main(m) }")
	}
	return h
}

func database(t testing.TB, h *harness, template string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	name, err := h.create(ctx, template)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := h.drop(context.WithoutCancel(ctx), name); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return h.url(name)
}

// URL is the owner's URL of a database from New, for psql, ogr2ogr or the binary.
func URL(t testing.TB, p *pg.Pools) string {
	t.Helper()
	return poolURL(p.Owner)
}

func poolURL(p *pgxpool.Pool) string { return p.Config().ConnString() }

// Shared is the path of a file in the folder shared/data beside the repository
// (KRAJ_SHARED names another "shared" folder). Without it the test is skipped.
func Shared(t testing.TB, path ...string) string {
	t.Helper()
	dir, err := sharedFolder()
	if err != nil {
		t.Skipf("%v; set KRAJ_SHARED to the folder that holds data/", err)
	}
	file := filepath.Join(append([]string{dir, "data"}, path...)...)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("no test data: %v", err)
	}
	return file
}

func sharedFolder() (string, error) {
	if dir := os.Getenv("KRAJ_SHARED"); dir != "" {
		return dir, nil
	}
	_, here, _, ok := runtime.Caller(0)
	if wd, err := os.Getwd(); err == nil {
		here, ok = filepath.Join(wd, "x"), true
	}
	if !ok {
		return "", errors.New("no shared data: this folder is unknown")
	}
	for dir := filepath.Dir(here); ; dir = filepath.Dir(dir) {
		shared := filepath.Join(dir, "shared")
		if info, err := os.Stat(filepath.Join(shared, "data")); err == nil && info.IsDir() {
			return shared, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no folder shared/data beside the repository")
		}
	}
}
