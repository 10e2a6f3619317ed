package geo_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/geo/pg"
	madeup "kraj/geo/pgtest/country"
)

// The benchmarks measure on a made-up country in one municipality, so that one
// balance has all 125 000 projects to go over. KRAJ_BENCH_SCALE makes it smaller.
// What is compared runs in turns, on the same database, in the same minute; the
// ratio is the figure, the milliseconds belong to the machine of the day.
// KRAJ_BENCH_DATABASE names one that is loaded already (geo/pgtest/country/load); what
// the benchmarks write stays in it.
func wholeCountry(b *testing.B) *pg.Pools {
	b.Helper()
	if url := os.Getenv("KRAJ_BENCH_DATABASE"); url != "" {
		pools, err := pg.Open(b.Context(), pg.Config{URL: url, StatementTimeout: time.Hour})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(pools.Close)
		return pools
	}
	scale := 1.0
	if s := os.Getenv("KRAJ_BENCH_SCALE"); s != "" {
		var err error
		if scale, err = strconv.ParseFloat(s, 64); err != nil {
			b.Fatalf("KRAJ_BENCH_SCALE: %v", err)
		}
	}
	return madeup.Clone(b, madeup.Options{Scale: scale, OneMunicipality: true})
}

// measured is how often two things are measured in turns; the median counts. What takes less than atLeast is repeated for so long in its
// turn, and its mean counts: a single run of a thousandth of a second says more about what ran before it.
const (
	measured = 3
	atLeast  = 200 * time.Millisecond
)

// turns measures in turns and returns the median of each, in seconds.
func turns(b *testing.B, things ...func() error) []float64 {
	b.Helper()
	took := make([][]float64, len(things))
	for range measured {
		for i, thing := range things {
			start, runs := time.Now(), 0
			for ; runs == 0 || time.Since(start) < atLeast; runs++ {
				if err := thing(); err != nil {
					b.Fatal(err)
				}
			}
			took[i] = append(took[i], time.Since(start).Seconds()/float64(runs))
		}
	}
	medians := make([]float64, len(things))
	for i := range took {
		slices.Sort(took[i])
		medians[i] = took[i][measured/2]
	}
	return medians
}

// naive is the balance by classes as one would write it without ties: each site is
// cut with each settlement, whenever somebody asks. %s: the filter of projects p.
var naive = map[string]string{
	"points": `SELECT c.class, count(DISTINCT p.id), sum(p.cost_cents) FROM kraj.projects p JOIN kraj.sites x ON x.project_id = p.id
		JOIN kraj.settlements s ON ST_Within(x.geom, s.geom) LEFT JOIN kraj.scheme_classes c ON c.settlement_id = s.id AND c.scheme_id = 1
		WHERE GeometryType(x.geom) = 'POINT' AND %s GROUP BY 1`,
	"lines": `SELECT c.class, count(DISTINCT p.id), sum(p.cost_cents * ST_Length(ST_Intersection(x.geom, s.geom)) / ST_Length(x.geom)) FROM kraj.projects p
		JOIN kraj.sites x ON x.project_id = p.id JOIN kraj.settlements s ON ST_Intersects(x.geom, s.geom)
		LEFT JOIN kraj.scheme_classes c ON c.settlement_id = s.id AND c.scheme_id = 1
		WHERE GeometryType(x.geom) = 'MULTILINESTRING' AND %s GROUP BY 1`,
	"areas": `SELECT c.class, count(DISTINCT p.id), sum(p.cost_cents * ST_Area(ST_Intersection(x.geom, s.geom)) / ST_Area(x.geom)) FROM kraj.projects p
		JOIN kraj.sites x ON x.project_id = p.id JOIN kraj.settlements s ON ST_Intersects(x.geom, s.geom)
		LEFT JOIN kraj.scheme_classes c ON c.settlement_id = s.id AND c.scheme_id = 1
		WHERE GeometryType(x.geom) = 'MULTIPOLYGON' AND %s GROUP BY 1`,
}

// BenchmarkBalance compares the balance (kraj.balance, as SQL, QGIS and the API ask it) with the naive one, over the same projects:
// "all" over all of them with the three naive statements together (x_naive); "points", "lines", "areas" and "shapes" (lines and areas) over only
// the projects with such sites, the others taken out of the sums meanwhile.
func BenchmarkBalance(b *testing.B) {
	pools := wholeCountry(b)
	strategic := true
	filters := []struct {
		name, where, by string
		filter          geo.ProjectFilter
	}{
		{"", "true", "theme", geo.ProjectFilter{}},
		{"theme", "p.theme_id = 2", "status", geo.ProjectFilter{Themes: []string{"TP2"}}},
		{"status", "p.status = 'realised'", "theme", geo.ProjectFilter{Statuses: []string{"realised"}}},
		{"horizon", "p.horizon = '2030'", "theme", geo.ProjectFilter{Horizons: []string{"2030"}}},
		{"holder", "p.holder = 'Zavod'", "theme", geo.ProjectFilter{Holders: []string{"Zavod"}}},
		{"strategic", "p.strategic", "theme", geo.ProjectFilter{Strategic: &strategic}},
		{"words", "kraj.fold(p.code || ' ' || p.title) LIKE '%%vodovod%%'", "theme", geo.ProjectFilter{Text: "vodovod"}},
	}
	const everything = `kraj.balance((SELECT min(code) FROM municipalities), $1, filter => $2::jsonb)`
	b.Cleanup(setAside(b, pools))
	for _, kind := range []struct {
		name string
		only string // the projects whose sums stay
		of   []string
	}{
		{"points", `GeometryType(x.geom) = 'POINT'`, []string{"points"}},
		{"lines", `GeometryType(x.geom) = 'MULTILINESTRING'`, []string{"lines"}},
		{"areas", `GeometryType(x.geom) = 'MULTIPOLYGON'`, []string{"areas"}},
		{"shapes", `GeometryType(x.geom) <> 'POINT'`, []string{"lines", "areas"}},
	} {
		b.Run(kind.name, func(b *testing.B) {
			keepOnly(b, pools, `s.project_id IN (SELECT x.project_id FROM kraj.sites x WHERE `+kind.only+`)`)
			for _, f := range filters {
				b.Run("filter "+f.name, func(b *testing.B) {
					for b.Loop() {
						compare(b, pools.Owner, `SELECT * FROM `+everything, []any{f.by, f.filter.JSON()}, f.where, kind.of)
					}
				})
			}
		})
	}
	keepOnly(b, pools, `true`)
	for _, by := range []string{"theme", "measure", "status", "horizon", "holder", "source", "mechanism", "year", "settlement", "local_community"} {
		b.Run("all by "+by, func(b *testing.B) {
			for b.Loop() {
				compare(b, pools.Owner, `SELECT * FROM `+everything, []any{by, geo.ProjectFilter{}.JSON()}, "true", []string{"points", "lines", "areas"})
			}
		})
	}
	b.Run("whole answer by theme", func(b *testing.B) {
		for b.Loop() {
			t := turns(b, func() error {
				_, err := geo.ComputeBalance(b.Context(), pools.Planner, geo.BalanceQuery{By: "theme"})
				return err
			})
			b.ReportMetric(t[0]*1000, "ms/answer")
		}
	})
}

// keptSums are the tables that a balance is read from.
var keptSums = []string{"sums", "class_sums", "class_lines"}

// setAside copies them, so that parts can be put in their place, and gives the naive statement what it would be given: an index
// of its own to look words up with. The function it returns puts everything back.
func setAside(b *testing.B, pools *pg.Pools) (back func()) {
	b.Helper()
	run := func(ctx context.Context, sql string) {
		if _, err := pools.Owner.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	for _, name := range keptSums {
		run(b.Context(), fmt.Sprintf(`CREATE UNLOGGED TABLE whole_%[1]s AS SELECT * FROM kraj.%[1]s`, name))
	}
	run(b.Context(), `CREATE INDEX naive_words ON kraj.projects USING gin (kraj.fold(code || ' ' || title) gin_trgm_ops)`)
	return func() {
		ctx := context.WithoutCancel(b.Context())
		for _, name := range keptSums {
			run(ctx, fmt.Sprintf(`TRUNCATE kraj.%[1]s; INSERT INTO kraj.%[1]s SELECT * FROM whole_%[1]s; DROP TABLE whole_%[1]s`, name))
			run(ctx, `VACUUM ANALYZE kraj.`+name)
		}
		run(ctx, `DROP INDEX kraj.naive_words`)
	}
}

// keepOnly puts those rows s of the sums in their place that a condition names, made anew and vacuumed, as they would stand.
func keepOnly(b *testing.B, pools *pg.Pools, condition string) {
	b.Helper()
	for _, name := range keptSums {
		if _, err := pools.Owner.Exec(b.Context(), fmt.Sprintf(`TRUNCATE kraj.%[1]s; INSERT INTO kraj.%[1]s SELECT * FROM whole_%[1]s s WHERE %[2]s`, name, condition)); err != nil {
			b.Fatal(err)
		}
		if _, err := pools.Owner.Exec(b.Context(), `VACUUM ANALYZE kraj.`+name); err != nil {
			b.Fatal(err)
		}
	}
}

// compare measures a balance and the naive statements in turns.
func compare(b *testing.B, q geo.Querier, sql string, args []any, where string, of []string) {
	b.Helper()
	ask := func() error {
		_, err := q.Exec(b.Context(), sql, args...)
		return err
	}
	join := func() error {
		for _, what := range of {
			if _, err := q.Exec(b.Context(), fmt.Sprintf(naive[what], where)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := ask(); err != nil { // what a session plans and reads once
		b.Fatal(err)
	}
	t := turns(b, ask, join)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(t[0]*1000, "ms/balance")
	b.ReportMetric(t[1]*1000, "ms/naive")
	b.ReportMetric(t[1]/t[0], "x_naive")
}

// bare is kraj.sites without any trigger: what the same rows cost at least.
const bare = `CREATE TABLE bare (LIKE kraj.sites INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES);
	CREATE TABLE fresh AS SELECT 10000000 + s.id AS id, 10000000 + s.id AS project_id, s.code, s.geom FROM kraj.sites s WHERE GeometryType(s.geom) = 'POINT';
	CREATE TABLE fresh_lines AS SELECT 20000000 + s.id AS id, 20000000 + s.id AS project_id, s.code, s.geom FROM kraj.sites s WHERE GeometryType(s.geom) = 'MULTILINESTRING';
	INSERT INTO kraj.projects (id, municipality_id, code, title, cost_cents, scope)
		SELECT f.id, 1, 'n' || f.id, 'Nov projekt', 100000, 'sites' FROM (SELECT id FROM fresh UNION ALL SELECT id FROM fresh_lines) f`

// BenchmarkBulk writes as many new sites as a country has in one statement, with
// ties, sums, tile copies and log: x_bare is how many times longer it takes than
// into the same table without triggers.
func BenchmarkBulk(b *testing.B) {
	pools := wholeCountry(b)
	run := func(sql string) func() error {
		return func() error {
			_, err := pools.Owner.Exec(b.Context(), sql)
			return err
		}
	}
	once := func(b *testing.B, sql string) float64 {
		b.Helper()
		start := time.Now()
		if err := run(sql)(); err != nil {
			b.Fatal(err)
		}
		return time.Since(start).Seconds()
	}
	once(b, bare)
	once(b, `VACUUM ANALYZE kraj.projects`)
	const columns = ` (id, project_id, code, geom) SELECT id, project_id, code, geom FROM `
	for _, c := range []struct{ name, from string }{{"points", "fresh"}, {"lines", "fresh_lines"}} {
		b.Run("insert "+c.name, func(b *testing.B) {
			base := once(b, `INSERT INTO bare`+columns+c.from)
			all := once(b, `INSERT INTO kraj.sites`+columns+c.from)
			report(b, base, all)
		})
	}
	b.Run("update points", func(b *testing.B) {
		report(b, once(b, `UPDATE bare SET geom = ST_Translate(geom, 1, 0) WHERE id < 20000000`), once(b, `UPDATE kraj.sites SET geom = ST_Translate(geom, 1, 0) WHERE id BETWEEN 10000000 AND 20000000`))
	})
	b.Run("undo of the update", func(b *testing.B) {
		report(b, once(b, `UPDATE bare SET geom = ST_Translate(geom, -1, 0) WHERE id < 20000000`), once(b, `SELECT kraj.revert((SELECT max(id) FROM kraj.revisions))`))
	})
}

func report(b *testing.B, base, all float64) {
	b.Helper()
	for b.Loop() { // it cannot be repeated: the work is done
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(base, "s/bare")
	b.ReportMetric(all, "s/kraj")
	b.ReportMetric(all/base, "x_bare")
}

// BenchmarkMoved is one edit by a GIS user, fifty times: UPDATE, ties, sums, tile copies, COMMIT.
func BenchmarkMoved(b *testing.B) {
	pools := wholeCountry(b)
	conn, err := pools.Owner.Acquire(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Release()
	for name, sql := range map[string]string{
		"point":   `UPDATE sites SET geom = ST_Translate(geom, 1, 0) WHERE id = (SELECT min(id) + $1 FROM sites WHERE GeometryType(geom) = 'POINT')`,
		"line":    `UPDATE sites SET geom = ST_Translate(geom, 1, 0) WHERE id = (SELECT min(id) + $1 FROM sites WHERE GeometryType(geom) = 'MULTILINESTRING')`,
		"amount":  `UPDATE projects SET cost_cents = coalesce(cost_cents, 0) + 100 WHERE id = (SELECT min(id) + $1 FROM sites)`,
		"comment": `UPDATE projects SET description = coalesce(description, '') || 'x' WHERE id = (SELECT min(id) + $1 FROM sites)`,
	} {
		b.Run(name, func(b *testing.B) {
			warm(b, conn, sql)
			var took []float64
			for b.Loop() {
				for i := range 50 {
					start := time.Now()
					if _, err := conn.Exec(b.Context(), sql, 10+i); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(start).Seconds()*1000)
				}
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)/2], "ms/median")
			b.ReportMetric(took[0], "ms/least")
		})
	}
}

// warm plans what a session plans once.
func warm(b *testing.B, q geo.Querier, sql string) {
	b.Helper()
	for i := range 7 {
		if _, err := q.Exec(b.Context(), sql, i); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFromNothing computes all outlines and ties, then all sums, into empty tables, and then the ties once more, as an upgrade does it
// (again): seconds on the clock, and seconds that the database's process computed, which a busy machine does not stretch.
func BenchmarkFromNothing(b *testing.B) {
	pools := wholeCountry(b)
	for b.Loop() {
		err := pgx.BeginFunc(b.Context(), pools.Owner, func(tx pgx.Tx) error {
			var ids []int64
			var pid int
			if err := tx.QueryRow(b.Context(), `SELECT array_agg(id ORDER BY id), pg_backend_pid() FROM projects`).Scan(&ids, &pid); err != nil {
				return err
			}
			if _, err := tx.Exec(b.Context(), `TRUNCATE outlines, extents, ties, weights, atoms, sums, class_sums, class_lines`); err != nil {
				return err
			}
			for _, step := range []struct {
				name, sql string
				args      []any
			}{
				{"outlines", `SELECT kraj.rebuild_outlines()`, nil},
				{"ties", `SELECT kraj.replace_ties($1, NULL)`, []any{ids}},
				{"sums", `SELECT kraj.settle_atoms()`, nil},
				{"again", `SELECT kraj.replace_ties($1, NULL)`, []any{ids}},
			} {
				before, start := computed(pid), time.Now()
				if _, err := tx.Exec(b.Context(), step.sql, step.args...); err != nil {
					return err
				}
				b.ReportMetric(time.Since(start).Seconds(), "s/"+step.name)
				if before > 0 {
					b.ReportMetric((computed(pid) - before).Seconds(), "cpu-s/"+step.name)
				}
			}
			_, err := tx.Exec(b.Context(), `DELETE FROM kraj.pending WHERE xid = pg_current_xact_id()`)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// computed is how long a process of this machine has computed (proc(5), stat: utime and stime, in hundredths of a second on Linux);
// 0 where that cannot be read, such as for a database elsewhere.
func computed(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, errUser := strconv.Atoi(fields[11])
	system, errSystem := strconv.Atoi(fields[12])
	if errUser != nil || errSystem != nil {
		return 0
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
