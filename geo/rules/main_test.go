package rules_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kraj/geo"
	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// base is a small country: two municipalities side by side, four settlements, a
// theme, a measure, projects: a group with two leaves, and one without a parent.
const base = `
	INSERT INTO kraj.municipalities (id, code, name, geom) VALUES
	  (1, '052', 'Kranj', ST_Multi(ST_MakeEnvelope(450000, 120000, 454000, 124000, 3794))),
	  (2, '117', 'Šenčur', ST_Multi(ST_MakeEnvelope(454000, 120000, 458000, 124000, 3794)));
	INSERT INTO kraj.settlements (id, code, name, municipality_id, geom) VALUES
	  (1, '001', 'Britof', 1, ST_Multi(ST_MakeEnvelope(450000, 120000, 452000, 122000, 3794))),
	  (2, '002', 'Čadovlje', 1, ST_Multi(ST_MakeEnvelope(452000, 120000, 454000, 122000, 3794))),
	  (3, '003', 'Golnik', 1, ST_Multi(ST_MakeEnvelope(450000, 122000, 454000, 124000, 3794))),
	  (4, '001', 'Hotemaže', 2, ST_Multi(ST_MakeEnvelope(454000, 120000, 458000, 124000, 3794)));
	INSERT INTO kraj.themes (id, municipality_id, code, name) VALUES (1, 1, 'TP2', 'Mobilnost');
	INSERT INTO kraj.measures (id, theme_id, code, name) VALUES (1, 1, '2.3', 'Kolesarjenje');
	INSERT INTO kraj.projects (id, measure_id, parent_id, code, title, keeper) VALUES
	  (1, 1, NULL, '2.3/1', 'Kolesarske povezave', 'Ana'), (2, 1, 1, '2.3/1/1', 'Kranj–Golnik', 'Ana'),
	  (3, 1, 1, '2.3/1/2', 'Kranj–Šenčur', NULL), (4, 1, NULL, '2.3/2', 'Kolesarnica', NULL);
	INSERT INTO kraj.sites (id, project_id, code, geom) VALUES
	  (1, 2, 'a', ST_SetSRID(ST_MakeLine(ST_Point(451000, 121000), ST_Point(451000, 123000)), 3794)),
	  (2, 4, 'b', ST_SetSRID(ST_Point(453000, 121000), 3794));
	INSERT INTO kraj.project_funding (id, project_id, source, amount_cents) VALUES (1, 2, 'own', 100000), (2, 4, 'eu', 12345);
	SELECT setval(pg_get_serial_sequence('kraj.' || t, 'id'), 100) FROM unnest(
	  '{municipalities,settlements,themes,measures,projects,sites,project_funding}'::text[]) t;`

// world is a database with the small country in it.
func world(t *testing.T) *pg.Pools {
	t.Helper()
	pools := pgtest.New(t)
	do(t, pools.Owner, base)
	return pools
}

// do runs statements in one transaction and fails the test when they fail.
func do(t *testing.T, q geo.Querier, sql string, args ...any) {
	t.Helper()
	if _, err := q.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s\n%v", sql, describe(err))
	}
}

// refused runs statements that must fail; the error must name the constraint or
// SQLSTATE and contain all of the words.
func refused(t *testing.T, q geo.Querier, name string, words []string, sql string, args ...any) {
	t.Helper()
	_, err := q.Exec(t.Context(), sql, args...)
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		t.Fatalf("%s\nwas not refused: %v", sql, err)
	}
	if e.ConstraintName != name && e.Code != name {
		t.Errorf("%s\nrefused with %q %s, want %s: %s", sql, e.ConstraintName, e.Code, name, e.Message)
	}
	for _, w := range words {
		if !strings.Contains(e.Message+" "+e.Detail+" "+e.Hint, w) {
			t.Errorf("%s\nthe message lacks %q: %s %s %s", sql, w, e.Message, e.Detail, e.Hint)
		}
	}
}

// one asks for a single value.
func one[T any](t *testing.T, q geo.Querier, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := q.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s\n%v", sql, describe(err))
	}
	return v
}

// is compares a single text value.
func is(t *testing.T, q geo.Querier, want, sql string, args ...any) {
	t.Helper()
	if got := one[string](t, q, sql, args...); got != want {
		t.Errorf("%s\ngot  %s\nwant %s", sql, got, want)
	}
}

// begin starts a transaction that is rolled back at the end unless committed.
func begin(t *testing.T, p *pg.Pools) pgx.Tx {
	t.Helper()
	tx, err := p.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	return tx
}

func commit(t *testing.T, tx pgx.Tx) {
	t.Helper()
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(describe(err))
	}
}

func describe(err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return errors.New(strings.Join([]string{e.Message, e.Detail, e.Hint, e.Where}, "\n  "))
	}
	return err
}

// lastRevision is the newest revision's id.
func lastRevision(t *testing.T, p *pg.Pools) int64 {
	t.Helper()
	return one[int64](t, p.Owner, `SELECT max(id) FROM kraj.revisions`)
}
