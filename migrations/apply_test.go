package migrations_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pgtest"
	"kraj/migrations"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// files builds a set of migrations out of name, text pairs.
func files(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{"schema/README.md": {}, "code/README.md": {}}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

func one[T any](t *testing.T, conn *pgx.Conn, sql string) (v T) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

const (
	base = "CREATE TABLE t (geom public.geometry(Point, {{.srid}}));\nCREATE FUNCTION kraj.srid() RETURNS int LANGUAGE sql AS 'SELECT {{.srid}}';"
	view = "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;"
)

func TestApplyOnceAndForward(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.Empty(t))
	ctx := t.Context()
	first := files("schema/001_base.sql", base, "code/10_view.sql", view)
	for range 2 { // the second time there is nothing to do
		if err := migrations.Apply(ctx, conn, migrations.Options{Files: first, SRID: 3912}); err != nil {
			t.Fatal(err)
		}
	}
	if srid := one[int](t, conn, "SELECT Find_SRID('kraj', 't', 'geom')"); srid != 3912 {
		t.Errorf("SRID %d, want 3912", srid)
	}
	second := files("schema/001_base.sql", base, "schema/002_more.sql", "ALTER TABLE t ADD n int;", "code/10_view.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS x, 2 AS y;")
	if err := migrations.Apply(ctx, conn, migrations.Options{Files: second}); err != nil {
		t.Fatal(err)
	}
	if y := one[int](t, conn, "SELECT y FROM kraj.v"); y != 2 {
		t.Errorf("the code was not replaced")
	}
	if n := one[int](t, conn, "SELECT count(*) FROM kraj.migrations"); n != 2 {
		t.Errorf("%d migrations recorded, want 2", n)
	}

	var newer *migrations.NewerError
	if err := migrations.Apply(ctx, conn, migrations.Options{Files: first}); !errors.As(err, &newer) || newer.Database != 2 {
		t.Errorf("an older kraj: %v, want NewerError", err)
	}
	var changed *migrations.ChangedError
	err := migrations.Apply(ctx, conn, migrations.Options{Files: files("schema/001_base.sql", base+" ", "schema/002_more.sql", "ALTER TABLE t ADD n int;")})
	if !errors.As(err, &changed) || changed.Name != "schema/001_base.sql" {
		t.Errorf("a file that changed: %v, want ChangedError for 001_base.sql", err)
	}
	if err := migrations.Apply(ctx, conn, migrations.Options{Files: second, SRID: 3794}); err == nil || !strings.Contains(err.Error(), "3912") {
		t.Errorf("another SRID: %v, want a refusal that names 3912", err)
	}
}

func TestApplyErrorsNameFileAndLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"syntax, with position":        {"SELECT 1;\nSELECT -- čšž\n  FRM x;", "migrations/schema/002_bad.sql:3: "},
		"existing, without position":   {"SELECT 1;\n\nCREATE TABLE a (x int);\nCREATE TABLE a (x int);", "migrations/schema/002_bad.sql:4: "},
		"constraint":                   {"CREATE TABLE a (x int CHECK (x > 0));\nINSERT INTO a\nVALUES (0);", "migrations/schema/002_bad.sql:2: "},
		"template":                     {"SELECT {{.nothing}};", "002_bad.sql:1"},
		"raised, with where it was":    {"DO $$ BEGIN\n RAISE EXCEPTION 'no'; END $$;", "line 2 at RAISE"},
		"a hint of the server is kept": {"\n\nSELECT round('x'::text, 2);", "migrations/schema/002_bad.sql:3: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := connect(t, pgtest.Empty(t))
			err := migrations.Apply(t.Context(), conn, migrations.Options{Files: files("schema/001_base.sql", base, "schema/002_bad.sql", c.text)})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q in it", err, c.want)
			}
			if one[bool](t, conn, "SELECT to_regnamespace('kraj') IS NOT NULL") {
				t.Error("a failed migration left something behind")
			}
		})
	}
}

func TestApplyRefusesBadSets(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.Empty(t))
	for want, set := range map[string]fstest.MapFS{
		"same number": files("schema/001_a.sql", "", "schema/001_b.sql", ""),
		"must look":   files("schema/first.sql", ""),
	} {
		if err := migrations.Apply(t.Context(), conn, migrations.Options{Files: set}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestApplyRefusesSystemsWithoutMetres(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.Empty(t))
	for srid, want := range map[int]string{4326: "metres", 3857: "metres", 999999: "knows no"} {
		err := migrations.Apply(t.Context(), conn, migrations.Options{Files: files("schema/001_base.sql", base), SRID: srid})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("EPSG:%d: %v, want %q", srid, err, want)
		}
	}
}

func TestApplyAtTheSameTime(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	set := files("schema/001_base.sql", base, "code/10_view.sql", view)
	var wg sync.WaitGroup
	for range 4 {
		conn := connect(t, url)
		wg.Go(func() {
			if err := migrations.Apply(t.Context(), conn, migrations.Options{Files: set}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestRealMigrations(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewURL(t))
	ctx := t.Context()
	state, err := migrations.Current(ctx, conn)
	if err != nil || !state.Current || state.Newer {
		t.Fatalf("after migrating: %+v, %v", state, err)
	}
	// Every code file must bear being run again over itself.
	if _, err := conn.Exec(ctx, "UPDATE kraj.migrations_code SET hash = 'old'"); err != nil {
		t.Fatal(err)
	}
	if state, err = migrations.Current(ctx, conn); err != nil || state.Current {
		t.Errorf("with old code: %+v, %v; want not current", state, err)
	}
	if err := migrations.Apply(ctx, conn, migrations.Options{}); err != nil {
		t.Fatalf("replacing the code: %v", err)
	}
	if state, err = migrations.Current(ctx, conn); err != nil || !state.Current {
		t.Errorf("after replacing: %+v, %v", state, err)
	}
}

func TestCurrentOfAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	state, err := migrations.Current(t.Context(), connect(t, pgtest.Empty(t)))
	if err != nil || state.Version != 0 || state.Newer {
		t.Errorf("%+v, %v", state, err)
	}
}

// What the functions of an older kraj derived is derived anew by those of this one.
func TestUpgradeComputesDerivedAnew(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewURL(t))
	ctx := t.Context()
	square := "ST_Multi(ST_MakeEnvelope(450000, 120000, 452000, 122000, 3794))"
	exec := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	exec(`INSERT INTO kraj.municipalities (code, name, geom) VALUES ('1', 'A', ` + square + `)`)
	exec(`INSERT INTO kraj.settlements (code, name, geom) VALUES ('1', 'A', ` + square + `)`)
	exec(`INSERT INTO kraj.projects (municipality_id, code, title, cost_cents, scope) SELECT id, '1', 'P', 100, 'sites' FROM kraj.municipalities`)
	exec(`INSERT INTO kraj.sites (project_id, geom) SELECT id, ST_SetSRID(ST_MakePoint(451000, 121000), 3794) FROM kraj.projects`)

	derived := func() (ties, cents, tiles int) {
		t.Helper()
		err := conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM kraj.ties), (SELECT coalesce(sum(extent), 0) FROM kraj.atoms),
			(SELECT count(*) FROM kraj.tile_features)`).Scan(&ties, &cents, &tiles)
		if err != nil {
			t.Fatal(err)
		}
		return ties, cents, tiles
	}
	ties, cents, tiles := derived()
	if ties == 0 || cents != 100 || tiles == 0 {
		t.Fatalf("before: %d ties, %d cents, %d tile copies; want some, 100, some", ties, cents, tiles)
	}
	exec(`DELETE FROM kraj.ties; DELETE FROM kraj.atoms; DELETE FROM kraj.weights; DELETE FROM kraj.tile_features`)
	exec(`UPDATE kraj.migrations_code SET hash = 'old'`)
	if err := migrations.Apply(ctx, conn, migrations.Options{}); err != nil {
		t.Fatalf("upgrading: %v", err)
	}
	if ties2, cents2, tiles2 := derived(); ties2 != ties || cents2 != cents || tiles2 != tiles {
		t.Errorf("after the upgrade: %d ties, %d cents, %d tile copies; want %d, %d, %d", ties2, cents2, tiles2, ties, cents, tiles)
	}
}
