package geo_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kraj/geo"
)

// Several writers edit at random while a reader looks: whatever it sees adds up, and
// at the end everything equals a computation from nothing.
func TestWritersAtTheSameTime(t *testing.T) {
	t.Parallel()
	const writers, edits = 3, 25
	l := newLand(t)
	for i := range 12 {
		l.project(fmt.Sprint("p", i), int64(1000*i+7), fmt.Sprintf("LINESTRING(%d 5,%d 5)", i, i*3+2))
	}
	ctx, stop := context.WithCancel(t.Context())
	var reading, writing sync.WaitGroup
	reading.Go(func() {
		for ctx.Err() == nil {
			if err := readConsistently(ctx, l); err != nil && ctx.Err() == nil {
				t.Error(err)
				return
			}
		}
	})
	for w := range writers {
		writing.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(w)))
			for range edits {
				if err := randomEdit(t.Context(), l, r); err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	writing.Wait()
	stop()
	reading.Wait()
	l.verify()
}

// readConsistently compares, in one snapshot, the balance with the stated money.
func readConsistently(ctx context.Context, l *land) error {
	return pgx.BeginTxFunc(ctx, l.pools.Planner, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		b, err := geo.ComputeBalance(ctx, tx, geo.BalanceQuery{Municipality: "kranj", By: "settlement"})
		if err != nil {
			return err
		}
		var stated *int64
		if err := tx.QueryRow(ctx, `SELECT sum(cost_cents)::bigint FROM projects WHERE municipality_id = 1 AND is_leaf`).Scan(&stated); err != nil {
			return err
		}
		if (stated == nil) != (b.Total.AmountCents == nil) || stated != nil && *stated != *b.Total.AmountCents {
			return fmt.Errorf("the balance has %v, the projects state %v", show(b.Total.AmountCents), show(stated))
		}
		sum := int64(0)
		for _, g := range b.Groups {
			if g.AmountCents != nil {
				sum += *g.AmountCents
			}
		}
		if stated != nil && sum != *stated {
			return fmt.Errorf("settlements sum to %d of %d", sum, *stated)
		}
		return nil
	})
}

// randomEdit runs one or two random statements in a transaction; some roll back. A
// serialization failure or deadlock is the database's right, not an error.
func randomEdit(ctx context.Context, l *land, r *rand.Rand) error {
	x := r.IntN(40)
	edits := []string{
		fmt.Sprintf(`UPDATE sites SET geom = ST_Translate(geom, %d, 0) WHERE id = (SELECT id FROM sites ORDER BY id OFFSET %d LIMIT 1)`, r.IntN(9)-4, r.IntN(12)),
		fmt.Sprintf(`UPDATE settlements SET geom = ST_Multi(ST_MakeEnvelope(%d, 0, %d, 10, kraj.srid())) WHERE id = %d`, x, x+1+r.IntN(15), 1+r.IntN(5)),
		fmt.Sprintf(`INSERT INTO sites (project_id, geom) SELECT id, ST_SetSRID(ST_MakePoint(%d, 5), kraj.srid()) FROM projects ORDER BY id OFFSET %d LIMIT 1`, x, r.IntN(12)),
		fmt.Sprintf(`DELETE FROM sites WHERE id = (SELECT id FROM sites ORDER BY id OFFSET %d LIMIT 1)`, r.IntN(20)),
		fmt.Sprintf(`UPDATE projects SET cost_cents = %d WHERE id = (SELECT id FROM projects ORDER BY id OFFSET %d LIMIT 1)`, r.IntN(100000), r.IntN(12)),
		fmt.Sprintf(`UPDATE projects SET scope = '%s' WHERE id = (SELECT id FROM projects ORDER BY id OFFSET %d LIMIT 1)`, []string{"sites", "municipality", "unplaced"}[r.IntN(3)], r.IntN(12)),
		fmt.Sprintf(`UPDATE population_settlements SET people = %d WHERE settlement_id = %d`, r.IntN(100), 1+r.IntN(3)),
		fmt.Sprintf(`UPDATE settlements SET code = '%d' WHERE id = %d`, 20+r.IntN(1000), 1+r.IntN(4)),
		fmt.Sprintf(`INSERT INTO project_places (project_id, layer, place_id, relation) SELECT id, 'settlements', %d, 'serves' FROM projects ORDER BY id OFFSET %d LIMIT 1 ON CONFLICT DO NOTHING`, 1+r.IntN(5), r.IntN(12)),
		fmt.Sprintf(`INSERT INTO project_weights (project_id, settlement_id, weight, author, reason) SELECT id, %d, %d, 'ana', 'sklep' FROM projects ORDER BY id OFFSET %d LIMIT 1 ON CONFLICT DO NOTHING`, 1+r.IntN(4), 1+r.IntN(9), r.IntN(12)),
		`DELETE FROM project_weights`,
		fmt.Sprintf(`UPDATE projects SET visibility = '%s' WHERE id = (SELECT id FROM projects ORDER BY id OFFSET %d LIMIT 1)`, []string{"public", "internal"}[r.IntN(2)], r.IntN(12)),
	}
	undo := r.IntN(5) == 0
	err := pgx.BeginFunc(ctx, l.pools.Owner, func(tx pgx.Tx) error {
		for range 1 + r.IntN(2) {
			if _, err := tx.Exec(ctx, edits[r.IntN(len(edits))]); err != nil {
				return err
			}
		}
		if undo {
			return errUndo
		}
		return nil
	})
	if pgErr, ok := asPgError(err); ok && (pgErr.Code == "40001" || pgErr.Code == "40P01") || errors.Is(err, errUndo) {
		return nil
	}
	return err
}

var errUndo = errors.New("rolled back on purpose")

func asPgError(err error) (*pgconn.PgError, bool) {
	var e *pgconn.PgError
	ok := errors.As(err, &e)
	return e, ok
}
