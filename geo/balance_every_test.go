package geo_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"kraj/geo"
)

// crowd adds random projects with lines, areas and points, funding lines of every sort, drafts, wide and unplaced ones, and
// local communities: A is shared by three of them, B and C have one, D has half of one.
func (l *land) crowd() *land {
	l.t.Helper()
	l.exec(`
		INSERT INTO local_communities (id, municipality_id, code, name, geom) VALUES
			(1, 1, '1', 'Levi', ST_Multi(ST_MakeEnvelope(0, 0, 4, 10, kraj.srid()))), (2, 1, '2', 'Desni', ST_Multi(ST_MakeEnvelope(4, 0, 8, 10, kraj.srid()))),
			(3, 1, '3', 'Vzhodni', ST_Multi(ST_MakeEnvelope(8, 0, 30, 10, kraj.srid()))), (4, 1, '4', 'Polovica', ST_Multi(ST_MakeEnvelope(30, 0, 35, 10, kraj.srid())));
		INSERT INTO projects (id, municipality_id, theme_id, measure_id, code, title, status, horizon, holder, cost_cents, scope, visibility)
			SELECT 1000 + i, 1, CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 2 ELSE 1 END, CASE WHEN i % 7 > 1 OR i % 5 = 0 THEN NULL WHEN i % 5 = 1 THEN 2 ELSE 1 END, 'c' || i, 'Množica ' || i,
				(ARRAY['idea', 'preparation', 'realised'])[1 + i % 3], (ARRAY['2030', '2035', 'none'])[1 + i % 3], CASE WHEN i % 4 > 0 THEN 'nosilec ' || i % 4 END,
				CASE WHEN i % 3 > 0 THEN (i * 7919) % 100003 END, CASE i % 9 WHEN 0 THEN 'municipality' WHEN 1 THEN 'unplaced' ELSE 'sites' END, CASE WHEN i % 11 = 0 THEN 'internal' ELSE 'public' END
			FROM generate_series(1, 60) i;
		INSERT INTO sites (project_id, geom)
			SELECT 1000 + i, ST_SetSRID(CASE i % 3 WHEN 0 THEN ST_MakePoint(i % 43, i % 10)
				WHEN 1 THEN ST_MakeLine(ST_MakePoint(i % 20, 5), ST_MakePoint(i % 20 + i % 27 + 1, i % 10)) ELSE ST_MakeEnvelope(i % 30, 1, i % 30 + 1 + i % 13, 9) END, kraj.srid())
			FROM generate_series(1, 60) i, generate_series(1, 1 + i % 2) WHERE i % 9 > 1;
		INSERT INTO project_funding (project_id, year, source, mechanism, amount_cents, kind)
			SELECT 1000 + i, CASE WHEN n % 3 > 0 THEN 2025 + n END, (ARRAY['own', 'eu', 'state', 'private', 'other'])[1 + (i + n) % 5], CASE WHEN (i + n) % 5 = 1 THEN 'CTN' END,
				CASE WHEN (i + n) % 6 > 0 THEN (i * n * 104729) % 77777 END, (ARRAY['estimated', 'paid'])[1 + n % 2]
			FROM generate_series(1, 60) i, generate_series(1, i % 4) n;
		INSERT INTO project_weights (project_id, settlement_id, special, weight, author, reason) VALUES
			(1010, 1, NULL, 1, 'ana', 'dogovor'), (1010, 4, NULL, 2, 'ana', 'dogovor'), (1011, NULL, 'municipality_wide', 3, 'ana', 'dogovor'), (1011, 2, NULL, 1, 'ana', 'dogovor');
		INSERT INTO project_places (project_id, layer, place_id, relation) VALUES (1012, 'settlements', 1, 'serves'), (1012, 'settlements', 2, 'serves'), (1019, 'local_communities', 2, 'manual'), (1019, 'settlements', 1, 'manual')`)
	l.exec(`
		INSERT INTO project_places (project_id, layer, place_id, relation, state, score, words, author) VALUES
			(1001, 'settlements', 1, 'named', 'proposed', 0.9, 'A', 'ana'), (1001, 'settlements', 3, 'named', 'proposed', 0.9, 'C', 'ana'),
			(1028, 'settlements', 4, 'named', 'proposed', 0.9, 'D', 'ana'), (1037, 'settlements', 5, 'named', 'proposed', 0.5, 'K', 'ana'), (1002, 'settlements', 2, 'named', 'proposed', 0.9, 'B', 'ana')`)
	return l
}

// Every grouping, method, scheme, spread and money of the same question has the same total, to the cent, and groups and
// classes add up to it; with and without what the words propose.
func TestEveryQuestionHasOneTotal(t *testing.T) {
	t.Parallel()
	l := newLand(t).crowd()
	l.verify()
	const everything = `
		SELECT concat_ws(' ', a.spread, a.money, a.include) AS question, count(*) AS asked, count(DISTINCT (x.total, x.projects, x.without)) AS totals,
		       count(*) FILTER (WHERE x.total IS DISTINCT FROM x.groups OR x.total IS DISTINCT FROM x.cells OR x.total IS DISTINCT FROM x.classes
		                        OR abs(x.weight - x.projects) > 1e-6 OR abs(x.weight - x.weights) > 1e-6) AS wrong, min(x.projects) AS projects, min(x.total) AS total
		FROM (SELECT * FROM unnest('{theme,measure,status,horizon,mechanism,source,holder,year,settlement,local_community}'::text[]) "by", unnest('{municipal,h3,absent}'::text[]) scheme
		      WHERE scheme = 'municipal' OR "by" IN ('theme', 'year')) g,
		     unnest('{extent,population,equal,served}'::text[]) method,
		     (SELECT s AS spread, m AS money, i AS include FROM unnest('{none,population}'::text[]) s, unnest('{total,own,eu,state,private}'::text[]) m, unnest('{"",proposed}'::text[]) i
		      WHERE i = '' OR m IN ('total', 'eu')) a,
		     LATERAL (SELECT sum(b.amount_cents) FILTER (WHERE b.is_total AND b.class IS NULL) AS total, max(b.projects) FILTER (WHERE b.is_total AND b.class IS NULL) AS projects,
		                     max(b.without_amount) FILTER (WHERE b.is_total AND b.class IS NULL) AS without, max(b.weight) FILTER (WHERE b.is_total AND b.class IS NULL) AS weight,
		                     sum(b.amount_cents) FILTER (WHERE NOT b.is_total AND b.class IS NULL) AS groups, sum(b.amount_cents) FILTER (WHERE NOT b.is_total AND b.class IS NOT NULL) AS cells,
		                     sum(b.amount_cents) FILTER (WHERE b.is_total AND b.class IS NOT NULL) AS classes, sum(b.weight) FILTER (WHERE NOT b.is_total AND b.class IS NOT NULL) AS weights
		              FROM balance('kranj', g."by", g.scheme, method, a.spread, a.money, '{}', NULL, CASE a.include WHEN '' THEN '{}' ELSE ARRAY[a.include] END) b) x
		GROUP BY 1 ORDER BY 1`
	for audience, pool := range map[string]geo.Querier{"planners": l.pools.Planner, "the public": l.pools.Public} {
		rows, err := pool.Query(t.Context(), everything)
		if err != nil {
			t.Fatal(err)
		}
		asked := int64(0)
		for rows.Next() {
			var question string
			var n, totals, wrong, projects, total int64
			if err := rows.Scan(&question, &n, &totals, &wrong, &projects, &total); err != nil {
				t.Fatal(err)
			}
			if totals != 1 || wrong != 0 || projects < 50 || total <= 0 {
				t.Errorf("%s, %s: %d totals, %d of %d do not add up (%d projects, %d cents)", audience, question, totals, wrong, n, projects, total)
			}
			asked += n
		}
		if err := rows.Err(); err != nil || asked != 14*4*14 {
			t.Errorf("%s: %d questions, %v", audience, asked, err)
		}
	}
}

// What the words propose counts as it would if a planner confirmed it.
func TestProposedAsIfConfirmed(t *testing.T) {
	t.Parallel()
	l := newLand(t).crowd()
	ask := func(include ...string) (all string) {
		for _, method := range []string{"extent", "population", "equal", "served"} {
			for _, by := range []string{"settlement", "year"} {
				b := l.balance(geo.BalanceQuery{By: by, Method: method, Spread: "population", Include: include})
				b.Include = nil
				all += fmt.Sprintf("%+v\n", balanceText(t, b))
			}
		}
		return all
	}
	now, proposed := ask(), ask("proposed")
	if now == proposed {
		t.Fatal("proposals change nothing")
	}
	l.exec(`UPDATE project_places SET state = 'confirmed' WHERE state = 'proposed'`)
	if confirmed := ask(); confirmed != proposed {
		t.Errorf("confirmed:\n%s\nproposed:\n%s", confirmed, proposed)
	}
}

// A settlement that several communities share is divided over them by extent; one that is a community's own is its own.
func TestLocalCommunitiesDivideExactly(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`INSERT INTO local_communities (id, municipality_id, code, name, geom) VALUES
		(1, 1, '1', 'Levi', ST_Multi(ST_MakeEnvelope(0, 0, 4, 10, kraj.srid()))), (2, 1, '2', 'Desni', ST_Multi(ST_MakeEnvelope(4, 0, 8, 10, kraj.srid()))),
		(3, 1, '3', 'Vzhodni', ST_Multi(ST_MakeEnvelope(10, 0, 30, 10, kraj.srid())))`)
	l.project("line", 1001, "LINESTRING(1 5,15 5)")                    // 3 m in Levi, 4 in Desni, 2 in none, 5 in B
	l.project("border", 100, "POINT(4 5)")                             // the lower code
	l.project("points", 100, "POINT(1 1)", "POINT(6 1)", "POINT(9 1)") // a third each, one in none
	l.project("nowhere", 7)
	l.verify()
	cents := map[string]int64{}
	b := l.balance(geo.BalanceQuery{By: "local_community"})
	for _, g := range b.Groups {
		key := "none"
		if g.Key != nil {
			key = *g.Key
		}
		if g.AmountCents != nil {
			cents[key] = *g.AmountCents
		}
	}
	// 1001 cents: A has 9/14, 642 857 142 857 parts (643), B 5/14 (358). Of 643 in A: 3/9 = 214.33, 4/9 = 285.78, 2/9 = 142.89.
	want := map[string]int64{"1": 214 + 100 + 34, "2": 286 + 33, "3": 358, "none": 143 + 33, "unplaced": 7}
	for key, n := range want {
		if cents[key] != n {
			t.Errorf("community %s has %d cents, want %d (all: %v)", key, cents[key], n, cents)
		}
	}
	l.exec(`UPDATE local_communities SET geom = ST_Multi(ST_MakeEnvelope(4, 0, 10, 10, kraj.srid())) WHERE id = 2`)
	l.verify()
	l.exec(`UPDATE local_communities SET geom = ST_Multi(ST_MakeEnvelope(0, 0, 10, 10, kraj.srid())) WHERE id = 1; DELETE FROM local_communities WHERE id = 2`)
	l.verify()
}

// balanceText is a balance as its users get it.
func balanceText(t *testing.T, b *geo.Balance) string {
	t.Helper()
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
