package geo_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	made "kraj/geo/pgtest/country"
)

// countryLists are lists of every layer for every municipality.
const countryLists = `
INSERT INTO mechanisms (code, name_sl, name_en) VALUES ('CTN', 'CTN', 'CTN'), ('LAS', 'LAS', 'LAS'), ('DRR', 'DRR', 'DRR') ON CONFLICT DO NOTHING;
INSERT INTO local_communities (code, name, municipality_id, geom) SELECT 'K' || s.id, 'KS ' || s.name, s.municipality_id, s.geom FROM settlements s WHERE s.id % 3 = 0;
INSERT INTO mechanism_lists (mechanism, municipality_id, code, layer, rule, period_from, period_to, source)
    SELECT 'CTN', id, 'mesto', 'settlements', 'conditional', 2021, 2027, 'Uredba' FROM municipalities
    UNION ALL SELECT 'LAS', id, 'ks', 'local_communities', 'listed', 2021, 2027, 'Uredba' FROM municipalities
    UNION ALL SELECT 'DRR', id, 'vsa', 'settlements', 'whole_municipality', 2021, 2027, 'Dogovor' FROM municipalities;
INSERT INTO mechanism_territory (list_id, settlement_id) SELECT l.id, s.id FROM mechanism_lists l JOIN settlements s ON s.municipality_id = l.municipality_id WHERE l.code = 'mesto' AND s.id % 4 = 0;
INSERT INTO mechanism_territory (list_id, local_community_id) SELECT l.id, k.id FROM mechanism_lists l JOIN local_communities k ON k.municipality_id = l.municipality_id WHERE l.code = 'ks';
ANALYZE;`

// The eligibility of a whole country goes over each table a few times, not once a
// project: it reads at most 50 rows of it for each. KRAJ_SCALE makes the country larger, to measure.
func TestEligibilityOfACountryReadsEachTableAFewTimes(t *testing.T) {
	t.Parallel()
	scale := 0.004
	if s, err := strconv.ParseFloat(os.Getenv("KRAJ_SCALE"), 64); err == nil {
		scale = s
	}
	l := &land{t: t, pools: made.Clone(t, made.Options{Scale: scale})}
	l.exec(countryLists)
	err := pgx.BeginFunc(t.Context(), l.pools.Planner, func(tx pgx.Tx) error {
		var projects, rows int
		started := time.Now()
		if err := tx.QueryRow(t.Context(), `SELECT count(DISTINCT project_id), count(*) FROM kraj.eligibility_states(NULL)`).Scan(&projects, &rows); err != nil {
			return err
		}
		t.Logf("%d projects, %d answers in %v", projects, rows, time.Since(started).Round(time.Millisecond))
		if projects < 100 || rows < 3*projects {
			t.Errorf("%d answers for %d projects", rows, projects)
		}
		scans, err := tx.Query(t.Context(), `SELECT relname, seq_scan, seq_tup_read FROM pg_stat_xact_user_tables WHERE schemaname = 'kraj' AND seq_tup_read > 50 * $1 ORDER BY 1`, projects)
		if err != nil {
			return err
		}
		var table string
		var times, read int64
		_, err = pgx.ForEachRow(scans, []any{&table, &times, &read}, func() error {
			t.Errorf("%s is read through %d times: %d rows for %d projects", table, times, read, projects)
			return nil
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
