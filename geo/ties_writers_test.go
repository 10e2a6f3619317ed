package geo_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kraj/geo"
)

// Several writers edit at random, each as the tools do that it stands for, while readers look: whatever a reader sees adds up in
// its snapshot, by every grouping and method, and at the end everything equals a computation from nothing.
func TestWritersAtTheSameTime(t *testing.T) {
	t.Parallel()
	const writers, readers = 4, 2
	var committed atomic.Int32
	l := newLand(t)
	l.exec(`SELECT kraj.create_layer('parks', 'Parki', 'Parks', 'mixed')`)
	for i := range 12 {
		l.project(fmt.Sprint("p", i), int64(1000*i+7), fmt.Sprintf("LINESTRING(%d 5,%d 5)", i, i*3+2))
	}
	ctx, stop := context.WithCancel(t.Context())
	var reading, writing sync.WaitGroup
	for n := range readers {
		reading.Go(func() {
			r := rand.New(rand.NewPCG(2, uint64(n)))
			for ctx.Err() == nil {
				if err := readConsistently(ctx, l, r); err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for n := range writers {
		writing.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(n)))
			for range rounds(20, 300) {
				done, err := randomEdit(t.Context(), l, r)
				if err != nil {
					t.Errorf("writer %d: %v", n, err)
					return
				}
				if done {
					committed.Add(1)
				}
			}
		})
	}
	writing.Wait()
	stop()
	reading.Wait()
	l.verify()
	if all := writers * rounds(20, 300); int(committed.Load()) < all/3 {
		t.Errorf("of %d transactions only %d were committed: the test tests nothing", all, committed.Load())
	}
}

// statedMoney is what the sources state of the leaf projects of municipality 1, told by another way than the atoms.
const statedMoney = `WITH line AS (
		SELECT f.*, array_position('{estimated,budgeted,contracted,paid}', f.kind) AS certainty FROM project_funding f WHERE f.effective_cents IS NOT NULL
	), counted AS (
		SELECT a.project_id, sum(a.effective_cents) AS cents FROM line a WHERE NOT EXISTS (
			SELECT FROM line b WHERE b.project_id = a.project_id AND b.certainty > a.certainty
			  AND (b.year, b.source, b.mechanism, b.nrp_code) IS NOT DISTINCT FROM (a.year, a.source, a.mechanism, a.nrp_code))
		GROUP BY a.project_id)
	SELECT sum(greatest(p.cost_cents, c.cents))::bigint FROM projects p LEFT JOIN counted c ON c.project_id = p.id WHERE p.municipality_id = 1 AND p.is_leaf`

// readConsistently compares, in one snapshot, a balance with the stated money, all methods with each other, and the weights with the
// projects; as a planner or as the public.
func readConsistently(ctx context.Context, l *land, r *rand.Rand) error {
	pool := l.pools.Planner
	if r.IntN(2) == 0 {
		pool = l.pools.Public
	}
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	q := geo.BalanceQuery{
		Municipality: "kranj", By: pick("theme", "measure", "status", "horizon", "mechanism", "source", "holder", "year", "settlement", "local_community"),
		Method: pick("extent", "population", "equal", "served"), Spread: pick("none", "population"), Scheme: pick("municipal", "h3"),
	}
	return pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		b, err := geo.ComputeBalance(ctx, tx, q)
		if err != nil {
			return err
		}
		var stated *int64
		if err := tx.QueryRow(ctx, statedMoney).Scan(&stated); err != nil {
			return err
		}
		if (stated == nil) != (b.Total.AmountCents == nil) || stated != nil && *stated != *b.Total.AmountCents {
			return fmt.Errorf("%+v: the balance has %v, the projects state %v", q, show(b.Total.AmountCents), show(stated))
		}
		sum := int64(0)
		for _, g := range b.Groups {
			if g.AmountCents != nil {
				sum += *g.AmountCents
			}
		}
		if stated != nil && sum != *stated {
			return fmt.Errorf("%+v: the groups sum to %d of %d", q, sum, *stated)
		}
		var uneven string
		if err := tx.QueryRow(ctx, `SELECT concat_ws(', ',
			(SELECT 'atoms ' || concat_ws(' ', sum(extent), sum(population), sum(equal), sum(served)) FROM atoms WHERE municipality_id = 1
			 HAVING NOT (sum(extent) = sum(population) AND sum(extent) = sum(equal) AND sum(extent) = sum(served))),
			(SELECT 'project ' || min(x.id) FROM (
				SELECT p.id FROM projects p LEFT JOIN weights w ON w.project_id = p.id WHERE p.is_leaf GROUP BY p.id
				HAVING (sum(w.extent), sum(w.population), sum(w.equal), sum(w.served)) IS DISTINCT FROM (1e12, 1e12, 1e12, 1e12)) x HAVING count(*) > 0))`).Scan(&uneven); err != nil {
			return err
		}
		if uneven != "" {
			return fmt.Errorf("in one snapshot: %s", uneven)
		}
		return nil
	})
}

// edit makes up one statement, of which nobody knows whether it will find a row or be refused.
func edit(r *rand.Rand) string {
	x := r.IntN(40)
	project := fmt.Sprintf(`(SELECT id FROM projects WHERE is_leaf ORDER BY id OFFSET %d LIMIT 1)`, r.IntN(12))
	site := fmt.Sprintf(`(SELECT id FROM sites ORDER BY id OFFSET %d LIMIT 1)`, r.IntN(20))
	strip := fmt.Sprintf(`ST_Multi(ST_MakeEnvelope(%d, 0, %d, 10, kraj.srid()))`, x, x+1+r.IntN(15))
	settlement, certainty := 1+r.IntN(5), []string{"estimated", "budgeted", "contracted", "paid"}[r.IntN(4)]
	list := []string{
		// the map and psql
		fmt.Sprintf(`UPDATE sites SET geom = ST_Translate(geom, %d, 0) WHERE id = %s`, r.IntN(9)-4, site),
		fmt.Sprintf(`INSERT INTO sites (project_id, geom) SELECT %s, ST_SetSRID(ST_MakePoint(%d, 5), kraj.srid())`, project, x),
		fmt.Sprintf(`INSERT INTO sites (project_id, geom) SELECT %s, %s`, project, strip),
		`DELETE FROM sites WHERE id = ` + site,
		fmt.Sprintf(`UPDATE sites SET project_id = %s WHERE id = %s`, project, site),
		fmt.Sprintf(`UPDATE projects SET cost_cents = nullif(%d, 0) WHERE id = %s`, r.IntN(5)*r.IntN(100000), project),
		fmt.Sprintf(`UPDATE projects SET scope = '%s' WHERE id = %s`, []string{"sites", "municipality", "unplaced"}[r.IntN(3)], project),
		fmt.Sprintf(`UPDATE projects SET visibility = '%s' WHERE id = %s`, []string{"public", "internal"}[r.IntN(2)], project),
		fmt.Sprintf(`UPDATE projects SET theme_id = nullif(%d, 0), status = '%s' WHERE id = %s`, r.IntN(3), geo.Statuses[r.IntN(7)], project),
		fmt.Sprintf(`UPDATE projects SET parent_id = (SELECT id FROM projects ORDER BY id OFFSET %d LIMIT 1) WHERE id = %s`, r.IntN(12), project),
		`UPDATE projects SET parent_id = NULL`,
		`DELETE FROM projects WHERE id = ` + project,
		fmt.Sprintf(`INSERT INTO projects (municipality_id, theme_id, code, title, cost_cents) VALUES (1, 1, 'n%d', 'Nov', %d)`, r.IntN(1000), r.IntN(1000)),
		fmt.Sprintf(`INSERT INTO project_funding (project_id, year, source, amount_cents, kind) SELECT %s, 2026, 'own', %d, '%s'`, project, r.IntN(1000), certainty),
		fmt.Sprintf(`INSERT INTO project_funding (project_id, source, amount_cents, period, years) SELECT %s, 'eu', %d, 'yearly', nullif(%d, 0)`, project, r.IntN(1000), r.IntN(4)),
		fmt.Sprintf(`UPDATE project_funding SET amount_cents = nullif(%d, 0), kind = '%s' WHERE project_id = %s`, r.IntN(3)*r.IntN(500), certainty, project),
		`DELETE FROM project_funding WHERE project_id = ` + project,
		// a new register
		fmt.Sprintf(`UPDATE settlements SET geom = %s WHERE id = %d`, strip, settlement),
		fmt.Sprintf(`UPDATE settlements SET code = '%d' WHERE id = %d`, 20+r.IntN(1000), settlement),
		fmt.Sprintf(`DELETE FROM settlements WHERE id = %d`, settlement),
		fmt.Sprintf(`INSERT INTO settlements (id, code, name, municipality_id, geom) VALUES (%d, '%d', 'Spet', 1, %s) ON CONFLICT (id) DO UPDATE SET name = excluded.name, geom = excluded.geom`, settlement, 20+r.IntN(1000), strip),
		fmt.Sprintf(`UPDATE settlements SET municipality_id = %d WHERE id = %d`, 1+r.IntN(2), settlement),
		// people and classes
		fmt.Sprintf(`INSERT INTO population_settlements (set_id, settlement_id, people) VALUES (1, %d, nullif(%d, 0)) ON CONFLICT (set_id, settlement_id) DO UPDATE SET people = excluded.people`, settlement, r.IntN(3)*r.IntN(100)),
		fmt.Sprintf(`INSERT INTO population_sets (municipality_id, code, name_sl, name_en, kind, source, source_date) VALUES (1, 'n%d', 'n', 'n', 'settlements', 'SURS', '202%d-01-01')`, r.IntN(1000), r.IntN(10)),
		`UPDATE population_sets SET preferred = NOT preferred WHERE municipality_id = 1`,
		fmt.Sprintf(`INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (%d, %d, '%s') ON CONFLICT (scheme_id, settlement_id) DO UPDATE SET class = excluded.class`, 1+r.IntN(2), settlement, []string{"urban", "rural"}[r.IntN(2)]),
		`DELETE FROM scheme_classes WHERE scheme_id = 1`,
		fmt.Sprintf(`UPDATE schemes SET current = NOT current WHERE id = %d`, 1+r.IntN(2)),
		fmt.Sprintf(`INSERT INTO schemes (municipality_id, code, name_sl, name_en, classes) VALUES (nullif(%d, 0), 'n%d', 'n', 'n', '{rural}')`, r.IntN(3), r.IntN(1000)),
		// planners' statements
		fmt.Sprintf(`INSERT INTO project_places (project_id, layer, place_id, relation) SELECT %s, 'settlements', %d, '%s' ON CONFLICT DO NOTHING`, project, settlement, []string{"serves", "manual", "named"}[r.IntN(3)]),
		`DELETE FROM project_places`,
		fmt.Sprintf(`INSERT INTO project_weights (project_id, settlement_id, weight, author, reason) SELECT %s, %d, %d, 'ana', 'sklep' ON CONFLICT DO NOTHING`, project, settlement, 1+r.IntN(9)),
		`DELETE FROM project_weights`,
		// other layers, their thresholds, a planner's own
		fmt.Sprintf(`INSERT INTO parks (code, name, geom) VALUES ('%d', 'Park', %s)`, r.IntN(1000), strip),
		fmt.Sprintf(`UPDATE business_zones SET geom = ST_Translate(geom, %d, 0)`, r.IntN(7)-3),
		fmt.Sprintf(`INSERT INTO business_zones (code, name, geom) VALUES ('%d', 'Cona', %s)`, r.IntN(1000), strip),
		fmt.Sprintf(`UPDATE layers SET near_m = nullif(%d, 0) WHERE id = 'parks'`, r.IntN(5)),
	}
	return list[r.IntN(len(list))]
}

// randomEdit is one transaction: statements one after another, a COPY, a savepoint that is rolled back; some roll back whole.
// What the rules refuse, serialization failures and deadlocks are the database's right, not errors; committed tells whether it took.
func randomEdit(ctx context.Context, l *land, r *rand.Rand) (committed bool, err error) {
	pool := l.pools.Owner
	if r.IntN(2) == 0 {
		pool = l.pools.Planner
	}
	undo := r.IntN(6) == 0
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		for range 1 + r.IntN(3) {
			var err error
			switch r.IntN(8) {
			case 0:
				err = pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error { // a savepoint
					if _, err := inner.Exec(ctx, edit(r)); err != nil {
						return err
					}
					return errUndo
				})
				if errors.Is(err, errUndo) || refused(err) {
					err = nil
				}
			case 1:
				if pool == l.pools.Owner { // COPY into tables with row security is the owner's
					rows := fmt.Sprintf("%d\tSRID=3794;POINT(%d 5)\n%d\tSRID=3794;LINESTRING(%d 1,%d 9)\n", 1+r.IntN(12), r.IntN(40), 1+r.IntN(12), r.IntN(40), r.IntN(40))
					_, err = tx.Conn().PgConn().CopyFrom(ctx, strings.NewReader(rows), `COPY sites (project_id, geom) FROM STDIN`)
				}
			case 2:
				_, err = tx.Exec(ctx, `SELECT kraj.settle()`) // who wants to read in the middle
			default:
				_, err = tx.Exec(ctx, edit(r))
			}
			if err != nil {
				return err
			}
		}
		if undo {
			return errUndo
		}
		return nil
	})
	if errors.Is(err, errUndo) || refused(err) {
		return false, nil
	}
	return err == nil, err
}

// refused: by a constraint or a rule, or to be repeated.
func refused(err error) bool {
	e, ok := asPgError(err)
	return ok && (strings.HasPrefix(e.Code, "23") || e.Code == "40001" || e.Code == "40P01")
}

var errUndo = errors.New("rolled back on purpose")

func asPgError(err error) (*pgconn.PgError, bool) {
	var e *pgconn.PgError
	ok := errors.As(err, &e)
	return e, ok
}
