package geo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// land is a small made-up municipality on whole coordinates, in which every measure
// is exact, written by plain SQL as any client would.
type land struct {
	t     testing.TB
	pools *pg.Pools
}

// newLand makes municipality 1 "Kranj" (0–40 × 0–10) of four settlements in a row,
// and municipality 2 "Koper" (40–60 × 0–10) of one:
//
//	A "1"  0–10 urban, 60 people     B "2" 10–20 rural, 30 people
//	C "10" 20–30 rural, 10 people    D "9" 30–40 unclassified, people unknown
//	K "1"  40–60 of Koper, 50 people
func newLand(t testing.TB) *land {
	t.Helper()
	l := &land{t: t, pools: pgtest.New(t)}
	l.exec(`
		INSERT INTO municipalities (id, code, name, geom) VALUES
			(1, '52', 'Kranj', ST_Multi(ST_MakeEnvelope(0, 0, 40, 10, kraj.srid()))),
			(2, '50', 'Koper', ST_Multi(ST_MakeEnvelope(40, 0, 60, 10, kraj.srid())));
		INSERT INTO settlements (id, code, name, municipality_id, geom) VALUES
			(1, '1', 'A', 1, ST_Multi(ST_MakeEnvelope(0, 0, 10, 10, kraj.srid()))),
			(2, '2', 'B', 1, ST_Multi(ST_MakeEnvelope(10, 0, 20, 10, kraj.srid()))),
			(3, '10', 'C', 1, ST_Multi(ST_MakeEnvelope(20, 0, 30, 10, kraj.srid()))),
			(4, '9', 'D', 1, ST_Multi(ST_MakeEnvelope(30, 0, 40, 10, kraj.srid()))),
			(5, '1', 'K', 2, ST_Multi(ST_MakeEnvelope(40, 0, 60, 10, kraj.srid())));
		INSERT INTO population_sets (id, municipality_id, code, name_sl, name_en, kind, source, source_date, preferred) VALUES
			(1, 1, 'sums', 'naselja', 'settlements', 'settlements', 'SURS', '2024-01-01', true),
			(2, 2, 'sums', 'naselja', 'settlements', 'settlements', 'SURS', '2024-01-01', true);
		INSERT INTO population_settlements (set_id, settlement_id, people) VALUES (1, 1, 60), (1, 2, 30), (1, 3, 10), (2, 5, 50);
		INSERT INTO schemes (id, municipality_id, code, name_sl, name_en, classes) VALUES
			(1, 1, 'municipal', 'občinska', 'municipal', '{urban,rural}'),
			(2, 1, 'h3', 'trije razredi', 'three classes', '{urban,suburban,rural}');
		INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES
			(1, 1, 'urban'), (1, 2, 'rural'), (1, 3, 'rural'),
			(2, 1, 'urban'), (2, 2, 'suburban'), (2, 3, 'rural'), (2, 4, 'rural');
		INSERT INTO themes (id, municipality_id, code, name) VALUES (1, 1, 'TP1', 'Prva'), (2, 1, 'TP2', 'Druga'), (3, 2, 'S1', 'Koprska');
		INSERT INTO measures (id, theme_id, code, name) VALUES (1, 1, '1.1', 'Ukrep'), (2, 2, '2.1', 'Ukrep');
		INSERT INTO mechanisms (code, name_sl, name_en) VALUES ('CTN', 'Celostne teritorialne naložbe', 'Integrated territorial investments')`)
	return l
}

// exec runs SQL as the owner, one transaction a call.
func (l *land) exec(sql string, args ...any) {
	l.t.Helper()
	if _, err := l.pools.Owner.Exec(l.t.Context(), sql, args...); err != nil {
		l.t.Fatalf("%v\n%s", err, sql)
	}
}

// project stores a project of municipality 1 with sites as WKT and returns its id.
func (l *land) project(code string, costCents any, sites ...string) int64 {
	l.t.Helper()
	var id int64
	err := pgx.BeginFunc(l.t.Context(), l.pools.Owner, func(tx pgx.Tx) error {
		err := tx.QueryRow(l.t.Context(), `INSERT INTO projects (municipality_id, theme_id, code, title, cost_cents) VALUES (1, 1, $1, 'Projekt ' || $1, $2) RETURNING id`,
			code, costCents).Scan(&id)
		for _, wkt := range sites {
			if err == nil {
				_, err = tx.Exec(l.t.Context(), `INSERT INTO sites (project_id, geom) VALUES ($1, ST_GeomFromText($2, kraj.srid()))`, id, wkt)
			}
		}
		return err
	})
	if err != nil {
		l.t.Fatalf("project %s: %v", code, err)
	}
	return id
}

// parts reads a project's weights by method: settlement name or special row → parts.
func (l *land) parts(project int64, method string) map[string]int64 {
	l.t.Helper()
	return l.column(`SELECT coalesce(s.name, w.special), w.`+method+` FROM weights w LEFT JOIN settlements s ON s.id = w.settlement_id WHERE w.project_id = $1 AND w.`+method+` > 0`, project)
}

// cents reads a project's money by method, over all lines.
func (l *land) cents(project int64, method string) map[string]int64 {
	l.t.Helper()
	return l.column(`SELECT coalesce(s.name, a.special), sum(a.`+method+`)::bigint FROM atoms a LEFT JOIN settlements s ON s.id = a.settlement_id
		WHERE a.project_id = $1 GROUP BY 1 HAVING sum(a.`+method+`) > 0`, project)
}

func (l *land) column(sql string, args ...any) map[string]int64 {
	l.t.Helper()
	rows, err := l.pools.Owner.Query(l.t.Context(), sql, args...)
	if err != nil {
		l.t.Fatal(err)
	}
	found := map[string]int64{}
	var key string
	var value int64
	if _, err := pgx.ForEachRow(rows, []any{&key, &value}, func() error { found[key] = value; return nil }); err != nil {
		l.t.Fatal(err)
	}
	return found
}

func (l *land) balance(q geo.BalanceQuery) *geo.Balance {
	l.t.Helper()
	if q.Municipality == "" {
		q.Municipality = "kranj"
	}
	b, err := geo.ComputeBalance(l.t.Context(), l.pools.Planner, q)
	if err != nil {
		l.t.Fatalf("balance %+v: %v", q, err)
	}
	return b
}

// verify fails the test when anything stored differs from a computation from nothing.
func (l *land) verify() {
	l.t.Helper()
	if err := verified(l.t.Context(), l.pools.Owner); err != nil {
		l.t.Fatal(err)
	}
}

func verified(ctx context.Context, q geo.Querier) error {
	ties, err := geo.VerifyTies(ctx, q, nil)
	if err != nil {
		return err
	}
	sums, err := geo.VerifySums(ctx, q, nil)
	if err != nil {
		return err
	}
	if found := slices.Concat(ties, sums); len(found) > 0 {
		return fmt.Errorf("%d differences, first: %+v", len(found), found[0])
	}
	return nil
}

// row finds a class in a group.
func row(g geo.BalanceGroup, class string) geo.BalanceRow {
	for _, r := range g.Rows {
		if r.Class == class {
			return r
		}
	}
	return geo.BalanceRow{}
}
