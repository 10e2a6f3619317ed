package geo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kraj/geo"
)

// Whatever is changed, by whomever, the past answers as it did: whole answers, of
// both audiences, in every grouping, to the last byte.
func TestThePastAnswersAsItDid(t *testing.T) {
	t.Parallel()
	l := mixedLand(t)
	edits := 24
	if v, err := strconv.Atoi(os.Getenv("KRAJ_TEST_EDITS")); err == nil {
		edits = v
	}
	seed := uint64(1)
	if v, err := strconv.ParseUint(os.Getenv("KRAJ_TEST_SEED"), 10, 64); err == nil {
		seed = v
	}
	l.freshIDs()
	e := &editor{land: l, rand: rand.New(rand.NewPCG(seed, 2))} //nolint:gosec // repeatable, not secret
	told := map[int64]answers{}
	for n := range edits {
		if e.edit(n) {
			revision := l.lastRevision()
			told[revision] = ask(l, n, "")
		}
	}
	if len(told) < edits/2 {
		t.Fatalf("only %d of %d edits were accepted: %v", len(told), edits, e.refused)
	}
	t.Logf("%d edits accepted; refused:\n%s", len(told), strings.Join(e.refused, "\n"))
	compare := func(when string, every int64) {
		for revision, was := range told {
			if revision%every != 0 {
				continue
			}
			was.compare(t, when, revision, ask(l, was.turn, strconv.FormatInt(revision, 10)))
			if t.Failed() {
				t.Fatalf("seed %d; edits:\n%s", seed, strings.Join(e.done, "\n"))
			}
		}
	}
	compare("later", 1)
	l.exec(`SELECT kraj.rebuild_derived()`)
	compare("after an upgrade of the code", 3)
	l.verify()
	l.nothingLeft()
}

// Writers overlap, so revisions become visible in another order than their numbers;
// whatever a reader saw at a moment is what the past says of that moment.
func TestThePastIsWhatReadersSaw(t *testing.T) {
	t.Parallel()
	l := mixedLand(t)
	l.freshIDs()
	var writers sync.WaitGroup
	for w := range 4 {
		e := &editor{land: l, rand: rand.New(rand.NewPCG(uint64(w), 7)), only: w} //nolint:gosec // repeatable, not secret
		writers.Go(func() {
			for n := range 12 {
				e.edit(n)
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	saw := map[int64]string{}
	query := geo.BalanceQuery{Municipality: "52", By: "settlement", Method: "population"}
	read := func(q geo.Querier, query geo.BalanceQuery) string {
		b, err := geo.ComputeBalance(t.Context(), q, query)
		if err == nil {
			b.AsOf, b.Summary = nil, geo.Text{}
		}
		return said(b, err)
	}
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		err := pgx.BeginTxFunc(t.Context(), l.pools.Planner, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
			var revision int64
			if err := tx.QueryRow(t.Context(), `SELECT id FROM revisions ORDER BY commit_no DESC NULLS LAST LIMIT 1`).Scan(&revision); err != nil {
				return err
			}
			saw[revision] = read(tx, query)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for revision, was := range saw {
		query.AsOf = strconv.FormatInt(revision, 10)
		if now := read(l.pools.Planner, query); now != was {
			t.Errorf("revision %d:\nsaw  %s\ntold %s", revision, was, now)
		}
	}
	if len(saw) < 5 {
		t.Errorf("only %d moments seen", len(saw))
	}
}

// What as_of accepts, and what it says of the rest.
func TestAsOfWords(t *testing.T) {
	t.Parallel()
	l := mixedLand(t)
	first := l.column(`SELECT 'id', min(id) FROM revisions`)["id"]
	last := l.lastRevision()
	l.exec(`UPDATE revisions SET committed_at = '2025-06-30T21:59:59Z' WHERE id = $1`, first)
	for asOf, want := range map[string]int64{
		strconv.FormatInt(first, 10): first, strconv.FormatInt(last, 10): last,
		"2025-06-30": first, "2025-07-01": first, "2025-06-30T21:59:59Z": first, "2025-07-01T00:00:00+02:00": first, "2025-07-01T12:00:00.5Z": first,
		time.Now().Format(time.DateOnly): last,
	} {
		b := l.balance(geo.BalanceQuery{AsOf: asOf})
		if b.AsOf == nil || b.AsOf.Revision != want || b.AsOf.At.IsZero() {
			t.Errorf("%s: %+v, want revision %d", asOf, b.AsOf, want)
		}
	}
	if b := l.balance(geo.BalanceQuery{}); b.AsOf != nil {
		t.Errorf("now is no past: %+v", b.AsOf)
	}
	refused := map[string]string{
		"0": "the change log begins with revision", "999999": "no revision 999999 yet; the last is", "x": "neither a revision", "12.5": "neither",
		"-1": "neither", "1' OR true": "neither", "2025-02-30": "no day or time", "2025-06-29": "begins with revision", "2999-01-01": "in the future",
		"2025-06-30T21:59:58Z": "begins with revision 1, on 2025-06-30T21:59:59Z", "2999-01-01T00:00:00Z": "in the future", "99999999999999999999": "neither",
	}
	check := func() {
		t.Helper()
		for asOf, want := range refused {
			for _, pool := range []geo.Querier{l.pools.Planner, l.pools.Public} {
				_, err := geo.ComputeBalance(t.Context(), pool, geo.BalanceQuery{Municipality: "kranj", AsOf: asOf})
				if geo.KindOf(err) != geo.Invalid || !strings.Contains(fmt.Sprint(err), want) || !strings.Contains(fmt.Sprint(err), "Accepted: the number of a revision") {
					t.Errorf("%s: %v, want %s", asOf, err, want)
				}
			}
		}
	}
	check()
	if _, err := geo.ComputeBalance(t.Context(), l.pools.Planner, geo.BalanceQuery{AsOf: "1", Municipality: "kranj", ProjectFilter: geo.ProjectFilter{Places: []string{"settlements:1"}}}); geo.KindOf(err) != geo.Invalid {
		t.Errorf("a filter of places in the past: %v", err)
	}
	// A log that somebody shortened: what it no longer knows it does not tell.
	l.exec(`UPDATE themes SET name = name || 'a'`)
	l.exec(`UPDATE themes SET name = name || 'b'`)
	l.exec(`DELETE FROM changes WHERE revision <= $1`, last+1)
	refused = map[string]string{strconv.FormatInt(last, 10): fmt.Sprintf("the changes after revision %d are no longer in the log", last)}
	_, err := geo.ComputeBalance(t.Context(), l.pools.Planner, geo.BalanceQuery{Municipality: "kranj", AsOf: strconv.FormatInt(last, 10)})
	if geo.KindOf(err) != geo.Invalid || !strings.Contains(fmt.Sprint(err), refused[strconv.FormatInt(last, 10)]) {
		t.Error(err)
	}
	l.balance(geo.BalanceQuery{AsOf: strconv.FormatInt(last+1, 10)})
	l.exec(`DELETE FROM revisions WHERE id <= $1`, last)
	refused = map[string]string{strconv.FormatInt(last, 10): fmt.Sprintf("begins with revision %d", last+1)}
	check()
	l.exec(`DELETE FROM revisions`)
	refused = map[string]string{"1": "nothing has been recorded yet"}
	check()
}

// What was public then is shown to the public as of then, also where it has been
// withdrawn since; what was a draft then never is.
func TestThePublicPast(t *testing.T) {
	t.Parallel()
	l := mixedLand(t) // 107 is a draft of 5000
	before := l.lastRevision()
	l.exec(`UPDATE projects SET visibility = 'public' WHERE id = 107; UPDATE projects SET visibility = 'internal' WHERE id = 101`)
	after := l.lastRevision()
	l.exec(`UPDATE projects SET visibility = 'public' WHERE id = 101; UPDATE projects SET title = 'Skrivnost', visibility = 'internal' WHERE id = 107`)
	for revision, want := range map[int64]int64{before: mixedSums["total"] - 5000, after: mixedSums["total"] - 100001} {
		query := geo.BalanceQuery{Municipality: "kranj", AsOf: strconv.FormatInt(revision, 10)}
		b, err := geo.ComputeBalance(t.Context(), l.pools.Public, query)
		if err != nil {
			t.Fatal(err)
		}
		checkInt(t, query.AsOf, b.Total.AmountCents, want)
		list, err := geo.BalanceProjects(t.Context(), l.pools.Public, query, geo.BalanceCell{})
		if text := said(list, err); strings.Contains(text, "Skrivnost") || strings.Contains(text, "Osnutek") != (revision == after) {
			t.Errorf("as of %d: %s", revision, text)
		}
	}
}

// QGIS and BI tools ask the past in one statement; the public as well.
func TestThePastInSQL(t *testing.T) {
	t.Parallel()
	l := mixedLand(t)
	then := l.lastRevision()
	l.exec(`DELETE FROM projects WHERE id = 101`)
	for _, pool := range []*pgxpool.Pool{l.pools.Owner, l.pools.Planner, l.pools.Public} {
		var was, now int64
		err := pgx.BeginTxFunc(t.Context(), pool, pgx.TxOptions{AccessMode: pgx.ReadWrite}, func(tx pgx.Tx) error {
			const sums = `SELECT (SELECT amount_cents FROM balance_as_of($1, 'kranj') WHERE is_total AND class IS NULL),
				(SELECT amount_cents FROM balance('kranj') WHERE is_total AND class IS NULL)`
			return tx.QueryRow(t.Context(), sums, strconv.FormatInt(then, 10)).Scan(&was, &now)
		})
		if err != nil || was-now != 100001 {
			t.Errorf("was %d, is %d: %v", was, now, err)
		}
	}
	l.nothingLeft()
}

// answers is everything that was told at one revision.
type answers struct {
	turn int
	text map[string]string
}

func (a answers) compare(t *testing.T, when string, revision int64, now answers) {
	t.Helper()
	for question, was := range a.text {
		if got := now.text[question]; got != was {
			at := 0 // where they part
			for at < min(len(was), len(got)) && was[at] == got[at] {
				at++
			}
			at = max(0, at-200)
			t.Errorf("%s, as of %d, %s:\nsaid …%.400s\nnow  …%.400s", when, revision, question, was[at:], got[at:])
		}
	}
}

// ask asks, for both audiences, for a balance and the projects behind it. The turn
// chooses grouping, method, spread and money, so that over the revisions all are met.
func ask(l *land, turn int, asOf string) answers {
	bys := []string{"theme", "measure", "status", "horizon", "mechanism", "source", "holder", "year", "settlement", "local_community"}
	a := answers{turn: turn, text: map[string]string{}}
	for audience, pool := range map[string]geo.Querier{"planner": l.pools.Planner, "public": l.pools.Public} {
		for i := range 2 {
			q := geo.BalanceQuery{
				Municipality: "kranj", AsOf: asOf, By: bys[(turn+5*i)%len(bys)], Method: []string{"extent", "population", "equal", "served"}[(turn/3+i)%4],
				Spread: []string{"none", "population"}[turn/5%2], Money: []string{"total", "own", "eu", "state"}[turn/7%4],
				Scheme: []string{"municipal", "h3"}[turn%2], Include: []string{"proposed"}[:turn/2%2],
			}
			b, err := geo.ComputeBalance(l.t.Context(), pool, q)
			if err == nil {
				b.AsOf, b.Summary = nil, geo.Text{}
			}
			what := fmt.Sprintf("%s %+v", audience, geo.BalanceQuery{By: q.By, Method: q.Method, Spread: q.Spread, Money: q.Money, Scheme: q.Scheme, Include: q.Include})
			a.text[what] = said(b, err)
			if i > 0 {
				continue
			}
			list, err := geo.BalanceProjects(l.t.Context(), pool, q, geo.BalanceCell{})
			a.text[what+" opened"] = said(list, err)
		}
	}
	return a
}

func said(v any, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	text, err := json.Marshal(v)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(text)
}

// editor makes random changes, one transaction each, as people and imports do.
type editor struct {
	*land
	rand    *rand.Rand
	only    int // of four writers
	done    []string
	refused []string
}

// edit tries one change and tells whether it was accepted and changed anything.
func (e *editor) edit(n int) bool {
	ctx := context.Background()
	before := e.lastRevision()
	var what string
	err := pgx.BeginFunc(ctx, e.pools.Planner, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '5s'`); err != nil {
			return err
		}
		for range 1 + e.rand.IntN(2) {
			sql := e.change(n)
			what += sql + "; "
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
			if strings.Contains(sql, "revert") {
				break
			}
		}
		return nil
	})
	if err != nil {
		e.refused = append(e.refused, what+err.Error())
		return false
	}
	after := e.lastRevision()
	e.done = append(e.done, fmt.Sprintf("%d: %s", after, what))
	return after > before
}

func (l *land) lastRevision() (id int64) {
	l.t.Helper()
	if err := l.pools.Owner.QueryRow(context.Background(), `SELECT id FROM revisions ORDER BY commit_no DESC LIMIT 1`).Scan(&id); err != nil {
		l.t.Fatal(err)
	}
	return id
}

// freshIDs lets generated ids begin after the fixture's.
func (l *land) freshIDs() {
	for _, table := range []string{"projects", "settlements", "schemes", "population_sets"} {
		l.exec(`SELECT setval(pg_get_serial_sequence('kraj.` + table + `', 'id'), 1000)`)
	}
}

// nothingLeft: looking at the past leaves no row behind.
func (l *land) nothingLeft() {
	l.t.Helper()
	for table := range l.column(`SELECT relname::text, 0::bigint FROM pg_class WHERE relnamespace = 'kraj_past'::regnamespace AND relkind = 'r'`) {
		if n := l.column(`SELECT 'rows', count(*) FROM kraj_past.` + table)["rows"]; n != 0 {
			l.t.Errorf("%d rows left in %s", n, table)
		}
	}
}

// change is one statement; ids are drawn from those that exist, and some do not.
func (e *editor) change(n int) string {
	r := func(of int) int { return e.rand.IntN(of) }
	project := fmt.Sprintf("(SELECT id FROM projects ORDER BY md5(id::text || '%d') LIMIT 1)", r(1000))
	site := fmt.Sprintf("(SELECT id FROM sites ORDER BY md5(id::text || '%d') LIMIT 1)", r(1000))
	settlement := fmt.Sprintf("(SELECT id FROM settlements ORDER BY md5(id::text || '%d') LIMIT 1)", r(1000))
	own := fmt.Sprintf("(SELECT id FROM settlements WHERE municipality_id = 1 ORDER BY md5(id::text || '%d') LIMIT 1)", r(1000))
	shape := func() string {
		x, y := r(60), r(12)
		switch r(3) {
		case 0:
			return fmt.Sprintf("ST_GeomFromText('POINT(%d %d)', kraj.srid())", x, y)
		case 1:
			return fmt.Sprintf("ST_GeomFromText('LINESTRING(%d %d,%d %d)', kraj.srid())", x, y, x+1+r(30), r(12))
		}
		return fmt.Sprintf("ST_MakeEnvelope(%d, %d, %d, %d, kraj.srid())", x, y, x+1+r(20), y+1+r(9))
	}
	one := func(list ...string) string { return list[r(len(list))] }
	switch r(34) {
	case 0, 1:
		return fmt.Sprintf(`WITH p AS (INSERT INTO projects (municipality_id, theme_id, code, title, cost_cents, scope, visibility) VALUES (1, %d, 'n%d.%d', 'Nov %d', %d, '%s', '%s') RETURNING id)
			INSERT INTO sites (project_id, geom) SELECT id, %s FROM p`, 1+r(2), e.only, e.rand.Uint32(), n, r(100_000), one("sites", "sites", "municipality"), one("public", "public", "internal"), shape())
	case 2, 3:
		return fmt.Sprintf(`UPDATE sites SET geom = %s WHERE id = %s`, shape(), site)
	case 4:
		return `DELETE FROM sites WHERE id = ` + site
	case 5:
		return `DELETE FROM projects WHERE id = ` + project
	case 6, 7:
		x := 2 + r(16)
		return fmt.Sprintf(`UPDATE settlements SET geom = ST_Multi(CASE id WHEN 1 THEN ST_MakeEnvelope(0, 0, %[1]d, 10, kraj.srid()) ELSE ST_MakeEnvelope(%[1]d, 0, 20, 10, kraj.srid()) END) WHERE id IN (1, 2)`, x)
	case 8:
		return fmt.Sprintf(`UPDATE settlements SET code = '%d' WHERE id = %s`, 1+r(30), settlement)
	case 9:
		return fmt.Sprintf(`UPDATE settlements SET municipality_id = %d WHERE id = %s`, 1+r(2), settlement)
	case 10:
		return fmt.Sprintf(`UPDATE settlements SET name = name || '%d', source = 'register' WHERE id = %s`, r(10), settlement)
	case 11:
		return one(`DELETE FROM settlements WHERE id = `+settlement, fmt.Sprintf(`INSERT INTO settlements (code, name, municipality_id, geom) VALUES ('%d', 'Novo', 1, ST_Multi(ST_MakeEnvelope(%d, 0, %d, 10, kraj.srid())))`, 40+r(20), 5*r(4), 25+r(30)))
	case 12, 13:
		return fmt.Sprintf(`INSERT INTO project_funding (project_id, year, source, amount_cents, kind, period, years) VALUES (%s, %s, '%s', %s, '%s', %s)`, project,
			one("NULL", "2025", "2026", "2027"), one("own", "eu", "state", "private"), one("NULL", "100", "33333"), one("estimated", "contracted"), one("'once', NULL", "'yearly', 3", "'yearly', NULL"))
	case 14:
		return fmt.Sprintf(`UPDATE project_funding SET amount_cents = %d, mechanism = %s WHERE id %% 3 = %d`, r(9999), one("NULL", "'CTN'"), r(3))
	case 15:
		return fmt.Sprintf(`UPDATE project_funding SET project_id = %s WHERE id %% 5 = %d`, project, r(5))
	case 16:
		return fmt.Sprintf(`DELETE FROM project_funding WHERE id %% 7 = %d`, r(7))
	case 17:
		return fmt.Sprintf(`INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (%d, %s, '%s') ON CONFLICT (scheme_id, settlement_id) DO UPDATE SET class = excluded.class`, 1+r(2), own, one("urban", "rural"))
	case 18:
		return fmt.Sprintf(`WITH o AS (UPDATE schemes SET current = false WHERE code = 'h3' AND current), s AS (INSERT INTO schemes (municipality_id, code, version, name_sl, name_en, classes, current) SELECT 1, 'h3', max(version) + 1, 'nova', 'new', '{urban,rural}', false FROM schemes WHERE code = 'h3' RETURNING id)
			INSERT INTO scheme_classes (scheme_id, settlement_id, class) SELECT s.id, x.id, '%s' FROM s, settlements x WHERE x.municipality_id = 1`, one("urban", "rural"))
	case 19:
		return fmt.Sprintf(`UPDATE schemes SET current = version = (SELECT max(version) FROM schemes WHERE code = 'h3') - %d WHERE code = 'h3'`, r(2))
	case 20, 21:
		return fmt.Sprintf(`INSERT INTO population_settlements (set_id, settlement_id, people) VALUES ((SELECT max(id) FROM population_sets WHERE municipality_id = 1), %s, %s) ON CONFLICT (set_id, settlement_id) DO UPDATE SET people = excluded.people`, own, one("0", "17", "80", "NULL"))
	case 22:
		return fmt.Sprintf(`INSERT INTO population_sets (municipality_id, code, name_sl, name_en, kind, source, source_date, preferred) VALUES (1, 's%d.%d', 'novi', 'new', 'settlements', 'SURS', '2025-01-01', %s)`, e.only, e.rand.Uint32(), one("true", "false"))
	case 23:
		return fmt.Sprintf(`UPDATE population_sets SET preferred = NOT preferred WHERE id %% 2 = %d`, r(2))
	case 24, 25:
		return fmt.Sprintf(`UPDATE projects SET visibility = '%s' WHERE id = %s`, one("public", "internal"), project)
	case 26:
		return fmt.Sprintf(`UPDATE projects SET parent_id = %s WHERE id = %s`, one("NULL", "105", "104"), project)
	case 27:
		return fmt.Sprintf(`UPDATE projects SET title = title || ' %d', scope = '%s', cost_cents = %s, status = '%s' WHERE id = %s`, n, one("sites", "municipality", "unplaced"), one("NULL", "777", "1"), one("idea", "realised"), project)
	case 28:
		return one(`UPDATE municipalities SET name = CASE name WHEN 'Kranj' THEN 'Mesto' ELSE 'Kranj' END WHERE id = 1`, `UPDATE municipalities SET code = CASE code WHEN '52' THEN '052' ELSE '52' END WHERE id = 1`)
	case 29:
		return one(fmt.Sprintf(`INSERT INTO project_weights (project_id, settlement_id, weight, author, reason) VALUES (%s, %s, %d, 'ana', 'tako')`, project, own, 1+r(5)), `DELETE FROM project_weights WHERE project_id = `+project)
	case 30:
		return fmt.Sprintf(`INSERT INTO project_places (project_id, layer, place_id, relation, state) VALUES (%s, 'settlements', %s, %s)`, project, settlement,
			one("'serves', 'confirmed'", "'manual', 'confirmed'", "'named', 'proposed'", "'named', 'confirmed'"))
	case 31:
		x := r(30)
		return one(fmt.Sprintf(`INSERT INTO local_communities (code, name, municipality_id, geom) VALUES ('%d', 'KS', 1, ST_Multi(ST_MakeEnvelope(%d, -1, %d, 11, kraj.srid())))`, 1+r(60), x, x+5+r(30)),
			fmt.Sprintf(`UPDATE local_communities SET geom = ST_Multi(ST_MakeEnvelope(%d, -1, %d, 11, kraj.srid())) WHERE id = (SELECT min(id) FROM local_communities)`, x, x+5+r(30)))
	case 32:
		return one(`UPDATE themes SET name = name || 'a' WHERE id = 1`, `UPDATE measures SET name_en = 'M' WHERE id = 2`, `UPDATE mechanisms SET name_en = name_en || '.'`, fmt.Sprintf(`UPDATE projects SET municipality_id = 2, theme_id = NULL, measure_id = NULL WHERE id = %s`, project))
	}
	return fmt.Sprintf(`SELECT kraj.revert(id) FROM (SELECT id FROM revisions WHERE id > 5 ORDER BY md5(id::text || '%d') LIMIT 1) r`, r(1000))
}
