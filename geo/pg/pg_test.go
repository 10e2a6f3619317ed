package pg_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/twpayne/go-geom"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestEachPoolHasItsRights(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	ctx := t.Context()
	if _, err := pools.Owner.Exec(ctx, `CREATE TABLE kraj.secret (n int); CREATE VIEW kraj_public.open AS SELECT 1 AS n; GRANT SELECT ON kraj_public.open TO kraj_public`); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]string{
		"SELECT n FROM kraj.secret":          "42501", // insufficient_privilege
		"SELECT n FROM secret":               "42P01", // not on the public's path at all
		"CREATE TEMP TABLE x (n int)":        "25006", // read_only_sql_transaction
		"SELECT pg_sleep(60)":                "57014", // query_canceled, by the statement timeout
		"SELECT n FROM open":                 "",
		"SELECT count(*) FROM kraj.users":    "42501",
		"SELECT count(*) FROM kraj.projects": "42501",
	} {
		public := pools.Public
		if strings.Contains(sql, "sleep") {
			short, err := pg.Open(ctx, pg.Config{URL: pgtest.URL(t, pools), StatementTimeout: 50 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			defer short.Close()
			public = short.Public
		}
		_, err := public.Exec(ctx, sql)
		var pgErr *pgconn.PgError
		if code := ""; errors.As(err, &pgErr) || err == nil {
			if pgErr != nil {
				code = pgErr.Code
			}
			if code != want {
				t.Errorf("%s: %q, want %q (%v)", sql, code, want, err)
			}
		} else {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestARequestCannotKeepAnotherRole(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	ctx := t.Context()
	// What a request should not do: leave its connection as the owner.
	for range 20 {
		if _, err := pools.Public.Exec(ctx, "SET ROLE NONE"); err != nil {
			t.Fatal(err)
		}
		var role string
		if err := pools.Public.QueryRow(ctx, "SELECT current_user").Scan(&role); err != nil || role != "kraj_public" {
			t.Fatalf("the next request is %s, %v", role, err)
		}
	}
}

// Whatever the database's own setting is: another server than kraj's has it on.
func TestPlansAreNotCompiled(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	if _, err := pools.Owner.Exec(t.Context(), `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET jit = on', current_database()); END $$`); err != nil {
		t.Fatal(err)
	}
	later, err := pg.Open(t.Context(), pg.Config{URL: pgtest.URL(t, pools), MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer later.Close()
	for name, pool := range map[string]interface {
		QueryRow(context.Context, string, ...any) pgx.Row
	}{"public": later.Public, "planner": later.Planner, "owner": later.Owner} {
		var jit string
		if err := pool.QueryRow(t.Context(), `SHOW jit`).Scan(&jit); err != nil || jit != "off" {
			t.Errorf("%s: jit is %q, %v", name, jit, err)
		}
	}
}

func TestGeometryBothWays(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	want := geom.NewPointFlat(geom.XY, []float64{450123.25, 122000.5}).SetSRID(3794)
	for name, pool := range map[string]interface {
		QueryRow(context.Context, string, ...any) pgx.Row
	}{"public": pools.Public, "planner": pools.Planner, "owner": pools.Owner} {
		var got geom.T
		if err := pool.QueryRow(t.Context(), `SELECT $1::geometry`, want).Scan(&got); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if p, ok := got.(*geom.Point); !ok || p.SRID() != 3794 || p.X() != want.X() || p.Y() != want.Y() {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestGivingUpStopsTheQueryNotTheConnection(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	conn, err := pools.Public.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	var before, after int
	if err := conn.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&before); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := conn.Exec(ctx, "SELECT pg_sleep(60)"); err == nil {
		t.Fatal("the query was not stopped")
	}
	if err := conn.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&after); err != nil || after != before {
		t.Errorf("connection %d became %d, %v", before, after, err)
	}
}

func TestCheckSaysWhatToGrant(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	owner := connect(t, url)
	if err := pg.Check(t.Context(), owner); err != nil {
		t.Fatalf("a good database: %v", err)
	}
	role := fmt.Sprintf("kraj_limited_%d", time.Now().UnixNano())
	if _, err := owner.Exec(t.Context(), `CREATE ROLE `+role+`; GRANT `+role+` TO CURRENT_USER`); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if _, err := owner.Exec(t.Context(), `RESET ROLE; DROP ROLE `+role); err != nil {
			t.Error(err)
		}
	}()
	if _, err := owner.Exec(t.Context(), `SET ROLE `+role); err != nil {
		t.Fatal(err)
	}
	err := pg.Check(t.Context(), owner)
	var shortfall *pg.ShortfallError
	if !errors.As(err, &shortfall) {
		t.Fatalf("got %v, want a list", err)
	}
	for _, want := range []string{"GRANT CREATE ON DATABASE", "CREATEROLE", "GRANT kraj_planner, kraj_public TO"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
	for extension, want := range map[string]string{
		"postgis":        "",
		"file_fdw":       "as an administrator, in this database: CREATE EXTENSION file_fdw",
		"no_such_module": "on Debian: apt install package",
	} {
		if got := pg.Extend(t.Context(), owner, extension, "package"); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", extension, got, want)
		}
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}
