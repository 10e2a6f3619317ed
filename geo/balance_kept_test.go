package geo_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
)

// Sums by class are another way to the same figures: every question about whole projects is asked both from them and put together from
// settlements and lines. A filter that lets every class through, or every line, takes the long way.
func TestKeptAndPutTogetherAgree(t *testing.T) {
	t.Parallel()
	l := newLand(t).crowd()
	const (
		questions = `FROM unnest('{theme,measure,status,horizon,mechanism,source,holder,year,settlement,local_community}'::text[]) "by", unnest('{municipal,h3}'::text[]) scheme,
			unnest('{extent,population,equal,served}'::text[]) method, unnest('{total,eu}'::text[]) money,
			unnest('{"{}","{\"theme\":[\"TP1\",\"none\"]}","{\"status\":[\"realised\"],\"min_cents\":100}","{\"q\":\"mnozica 1\"}","{\"theme\":[\"nothing\"]}"}'::jsonb[]) filter`
		// A group that the long way does not name for want of rows is one without projects.
		balances = `SELECT count(*), count(*) FILTER (WHERE kept IS DISTINCT FROM long AND NOT (no_kept IS NOT FALSE AND no_long IS NOT FALSE)),
				min(format('%s %s %s %s %s %s %s: %s, put together %s', "by", scheme, method, money, filter, key, class, kept, long))
					FILTER (WHERE kept IS DISTINCT FROM long AND NOT (no_kept IS NOT FALSE AND no_long IS NOT FALSE))
			` + questions + `, LATERAL (
				SELECT key, class, a.figures AS kept, b.figures AS long, a.empty AS no_kept, b.empty AS no_long FROM
					(SELECT is_total, coalesce(key, '-') AS key, coalesce(class, '-') AS class, ROW(projects, round(weight::numeric, 8), amount_cents, without_amount, round(share::numeric, 12),
						people, per_head_cents, round(location_quotient::numeric, 9), gap_cents) AS figures, projects = 0 AS empty
						FROM balance('kranj', "by", scheme, method, 'none', money, filter)) a
					FULL JOIN (SELECT is_total, coalesce(key, '-') AS key, coalesce(class, '-') AS class, ROW(projects, round(weight::numeric, 8), amount_cents, without_amount, round(share::numeric, 12),
						people, per_head_cents, round(location_quotient::numeric, 9), gap_cents) AS figures, projects = 0 AS empty
						FROM balance('kranj', "by", scheme, method, 'none', money, filter || '{"class":["urban","suburban","rural","unclassified","outside","municipality_wide","unplaced"]}')) b
					USING (is_total, key, class)) x`
		sensitivities = `SELECT count(*), count(*) FILTER (WHERE kept IS DISTINCT FROM long), min(format('%s %s %s: %s, put together %s', "by", money, filter, kept, long)) FILTER (WHERE kept IS DISTINCT FROM long)
			FROM (SELECT DISTINCT "by", money, filter ` + questions + `) q, LATERAL (
				SELECT a.v AS kept, b.v AS long FROM
					(SELECT is_total, key, of_money, ROW(round(lowest::numeric, 9), round(highest::numeric, 9)) AS v FROM balance_sensitivity('kranj', "by", money, filter)) a
					FULL JOIN (SELECT is_total, key, of_money, ROW(round(lowest::numeric, 9), round(highest::numeric, 9)) AS v
						FROM balance_sensitivity('kranj', "by", money, filter || '{"source":["own","eu","state","private","other","not_stated"]}')) b
					ON b.is_total = a.is_total AND b.of_money = a.of_money AND b.key IS NOT DISTINCT FROM a.key) x
			WHERE "by" IN ('theme', 'measure', 'status', 'horizon', 'holder') AND money = 'total'`
	)
	for audience, pool := range map[string]geo.Querier{"planners": l.pools.Planner, "the public": l.pools.Public} {
		for what, sql := range map[string]string{"balance": balances, "sensitivity": sensitivities} {
			var rows, different int
			var first *string
			if err := pool.QueryRow(t.Context(), sql).Scan(&rows, &different, &first); err != nil {
				t.Fatalf("%s, %s: %v", audience, what, err)
			}
			if different > 0 {
				t.Errorf("%s, %s: %d of %d rows differ, such as %s", audience, what, different, rows, *first)
			}
			if rows < 50 {
				t.Errorf("%s, %s: only %d rows were compared", audience, what, rows)
			}
		}
	}
}

// Whatever changes a class, a scheme, the people or a settlement reaches the sums by class and the people by class before it is committed.
func TestSumsByClassFollow(t *testing.T) {
	t.Parallel()
	l := newLand(t).crowd()
	urban := func() *int64 {
		return l.balance(geo.BalanceQuery{Municipality: "kranj", By: "theme"}).Total.Rows[0].AmountCents
	}
	before := urban()
	for _, edit := range []struct {
		name, sql string
		moves     bool // the money in the first class of the scheme in use
	}{
		{"a settlement changes class", `UPDATE scheme_classes SET class = 'urban' WHERE scheme_id = 1 AND settlement_id = 2`, true},
		{"a settlement loses its class", `DELETE FROM scheme_classes WHERE scheme_id = 1 AND settlement_id = 2`, true},
		{"a settlement gets one", `INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (1, 4, 'urban')`, true},
		{"a class moves to another settlement", `UPDATE scheme_classes SET settlement_id = 2 WHERE scheme_id = 1 AND settlement_id = 4`, true},
		{"a new version comes into use", `UPDATE schemes SET current = false WHERE id = 1;
			INSERT INTO schemes (id, municipality_id, code, version, name_sl, name_en, classes) VALUES (5, 1, 'municipal', 2, 'nova', 'new', '{urban,rural}');
			INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (5, 1, 'rural'), (5, 2, 'urban'), (5, 3, 'urban')`, true},
		{"the old version is back", `UPDATE schemes SET current = false WHERE id = 5; UPDATE schemes SET current = true WHERE id = 1`, true},
		{"a scheme of the country", `INSERT INTO schemes (id, code, name_sl, name_en, classes) VALUES (6, 'degurba', 'država', 'country', '{urban,rural}');
			INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (6, 1, 'urban'), (6, 5, 'rural')`, false},
		{"a scheme is gone", `DELETE FROM schemes WHERE id = 2`, false},
		{"people are counted anew", `UPDATE population_settlements SET people = people + 7 WHERE settlement_id IN (1, 5)`, false},
		{"a set of the country", `INSERT INTO population_sets (id, code, name_sl, name_en, kind, source, source_date) VALUES (7, 'country', 'država', 'country', 'settlements', 'SURS', '2025-01-01');
			INSERT INTO population_settlements (set_id, settlement_id, people) VALUES (7, 1, 5), (7, 5, 6)`, false},
		{"a set is gone", `DELETE FROM population_sets WHERE id = 7`, false},
		{"a settlement changes municipality", `UPDATE settlements SET municipality_id = 2, code = '77' WHERE id = 3`, false},
		{"a settlement is gone", `DELETE FROM settlements WHERE id = 3`, false},
		{"a project becomes a draft", `UPDATE projects SET visibility = 'internal' WHERE id = 1004`, false},
		{"a project is gone", `DELETE FROM projects WHERE id = 1013`, false},
	} {
		l.exec(edit.sql)
		l.verify()
		after := urban()
		if t.Failed() {
			t.Fatalf("after: %s", edit.name)
		}
		if edit.moves && after != nil && before != nil && *after == *before {
			t.Errorf("%s: the money in the towns is what it was: %d", edit.name, *after)
		}
		before = after
	}
}

// Who changes a class, or a scheme or set of the country, and who writes a project there wait for each other: of two that overlap the
// later one has to see what the earlier one wrote. The project is new there, so no row of its own makes them wait.
func TestClassesAndProjectsWait(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.project("p", 1000, "POINT(15 5)")
	l.exec(`INSERT INTO schemes (id, code, name_sl, name_en, classes) VALUES (6, 'degurba', 'država', 'country', '{urban,rural}')`)
	for _, edit := range []string{
		`UPDATE scheme_classes SET class = 'urban' WHERE scheme_id = 1 AND settlement_id = 2`,
		`INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (6, 2, 'urban')`,
		`UPDATE schemes SET current = false WHERE id = 6`,
	} {
		first, err := l.pools.Owner.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := first.Exec(t.Context(), edit+`; SELECT kraj.settle()`); err != nil {
			t.Fatal(err)
		}
		err = pgx.BeginFunc(t.Context(), l.pools.Owner, func(second pgx.Tx) error {
			_, err := second.Exec(t.Context(), `SET LOCAL lock_timeout = '200ms'; INSERT INTO projects (id, municipality_id, code, title, cost_cents) VALUES (900, 1, 'n', 'Nov', 100);
				INSERT INTO project_weights (project_id, settlement_id, weight, author, reason) VALUES (900, 2, 1, 'ana', 'dogovor')`)
			return err
		})
		if e, ok := asPgError(err); !ok || e.Code != "55P03" {
			t.Errorf("%s: a project is written meanwhile: %v", edit, err)
		}
		if err := first.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.verify()
	}
}

// A class of a country's scheme without a settlement in the municipality has nobody living in it there, however many live in it elsewhere;
// nothing about the others is unknown because of that.
func TestNobodyLivesInAClassWithoutSettlements(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.project("p", 1000, "POINT(5 5)")
	l.exec(`INSERT INTO schemes (id, code, name_sl, name_en, classes) VALUES (6, 'degurba', 'država', 'country', '{urban,rural}');
		INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (6, 1, 'urban'), (6, 2, 'urban'), (6, 3, 'urban'), (6, 5, 'rural')`)
	for when, from := range map[string]string{
		"now":       `balance('kranj', 'theme', 'degurba')`,
		"as of now": `balance_as_of((SELECT max(id)::text FROM revisions), 'kranj', 'theme', 'degurba')`,
	} {
		var got string
		if err := l.pools.Planner.QueryRow(t.Context(), `SELECT string_agg(format('%s %s', class, coalesce(people::text, 'unknown')), ', ' ORDER BY class)
				|| format('; in towns %s', max(people_share) FILTER (WHERE class = 'urban'))
			FROM `+from+` WHERE is_total AND class IN ('urban', 'rural', 'unclassified')`).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if want := "rural 0, unclassified unknown, urban 100; in towns 1"; got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
}

// A community of another municipality that a planner states is a group like others: by its code, and it opens.
func TestCommunityOfElsewhere(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`INSERT INTO local_communities (id, municipality_id, code, name, geom) VALUES
			(1, 1, 'KS1', 'Ena', ST_Multi(ST_MakeEnvelope(0, 0, 5, 10, kraj.srid()))), (2, 1, 'KS2', 'Dva', ST_Multi(ST_MakeEnvelope(5, 0, 10, 10, kraj.srid()))),
			(77, 2, 'KSK', 'Koprska', ST_Multi(ST_MakeEnvelope(40, 0, 60, 10, kraj.srid())));
		INSERT INTO projects (id, municipality_id, code, title, scope, cost_cents) VALUES (1001, 1, 'p', 'Projekt', 'sites', 1000);
		INSERT INTO project_places (project_id, layer, place_id, relation) VALUES (1001, 'local_communities', 77, 'manual'), (1001, 'settlements', 1, 'manual')`)
	l.verify()
	for _, filter := range []string{`{}`, `{"class": ["urban"]}`} { // from kept sums, and put together
		var groups string
		var opened int
		if err := l.pools.Planner.QueryRow(t.Context(), `SELECT string_agg(format('%s %s', key, amount_cents), ', ' ORDER BY place),
				(SELECT count(*) FROM balance_open('kranj', 'local_community', 'KSK', false, NULL, filter => $1::jsonb))
			FROM balance('kranj', 'local_community', filter => $1::jsonb) WHERE class IS NULL AND NOT is_total AND projects > 0`, filter).Scan(&groups, &opened); err != nil {
			t.Fatal(err)
		}
		if groups != "KSK 1000" || opened != 1 {
			t.Errorf("filter %s: groups %q, %d opened; want KSK with 1000 cents that opens as one project", filter, groups, opened)
		}
	}
}
