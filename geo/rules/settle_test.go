package rules_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

func TestLeavesAndGroups(t *testing.T) {
	t.Parallel()
	p := world(t)
	leaves := `SELECT string_agg(code, ' ' ORDER BY code COLLATE kraj.natural) FROM kraj.projects WHERE is_leaf`
	is(t, p.Owner, `2.3/1/1 2.3/1/2 2.3/2`, leaves)
	do(t, p.Owner, `UPDATE kraj.projects SET parent_id = 4 WHERE id = 3; UPDATE kraj.project_funding SET project_id = 3 WHERE project_id = 4`)
	is(t, p.Owner, `2.3/1/1 2.3/1/2`, leaves)
	do(t, p.Owner, `DELETE FROM kraj.projects WHERE id = 2`)
	is(t, p.Owner, `2.3/1 2.3/1/2`, leaves)
	do(t, p.Owner, `UPDATE kraj.projects SET parent_id = NULL WHERE id = 3`)
	is(t, p.Owner, `2.3/1 2.3/1/2 2.3/2`, leaves)
}

// An internal group hides everything below it, wherever visibility is carried to.
func TestAnInternalGroupHidesItsSubtree(t *testing.T) {
	t.Parallel()
	p := world(t)
	carried := `SELECT concat_ws(' ', (SELECT string_agg(effective_visibility, ' ' ORDER BY id) FROM kraj.projects),
		(SELECT visibility FROM kraj.sites WHERE id = 1), (SELECT min(visibility) FROM kraj.ties WHERE project_id = 2),
		(SELECT min(visibility) FROM kraj.weights WHERE project_id = 2), (SELECT min(visibility) FROM kraj.atoms WHERE project_id = 2),
		(SELECT min(visibility) FROM kraj.tile_features WHERE layer = 'projects' AND id / 4 = 2))`
	is(t, p.Owner, `public public public public public public public public public`, carried)
	do(t, p.Owner, `UPDATE kraj.projects SET visibility = 'internal' WHERE id = 1`)
	is(t, p.Owner, `internal internal internal public internal internal internal internal internal`, carried)
	is(t, p.Public, `2.3/2 0 0 0`, `SELECT string_agg(code, ' ') || ' ' || (SELECT count(*) FROM sites WHERE project_id = 2) || ' ' ||
		(SELECT count(*) FROM ties WHERE project_id = 2) || ' ' || (SELECT count(*) FROM tile_features WHERE layer = 'projects' AND id / 4 = 2) FROM projects`)
	do(t, p.Owner, `UPDATE kraj.projects SET visibility = 'internal' WHERE id = 2`)
	do(t, p.Owner, `UPDATE kraj.projects SET visibility = 'public' WHERE id = 1`)
	is(t, p.Owner, `public internal public public internal internal internal internal internal`, carried)
	do(t, p.Owner, `UPDATE kraj.projects SET parent_id = 2 WHERE id = 4; UPDATE kraj.project_funding SET project_id = 4`)
	is(t, p.Owner, `internal`, `SELECT visibility FROM kraj.sites WHERE id = 2`)
	// What a writer claims about derived columns does not last.
	do(t, p.Owner, `UPDATE kraj.sites SET visibility = 'public', municipality_id = 2; INSERT INTO kraj.sites (id, project_id, visibility, municipality_id, geom)
		VALUES (50, 2, 'public', 2, ST_SetSRID(ST_Point(453000, 121000), 3794))`)
	is(t, p.Owner, `internal/1 internal/1 internal/1`, `SELECT string_agg(visibility || '/' || municipality_id, ' ') FROM kraj.sites`)
}

func TestDeferredRules(t *testing.T) {
	t.Parallel()
	p := world(t)
	for _, c := range []struct{ name, constraint, words, sql string }{
		{"a cycle of two", "projects_no_cycle", `"2.3/1" under "2.3/1/1" under "2.3/1"`, `UPDATE kraj.projects SET parent_id = 2 WHERE id = 1`},
		{"a cycle above another project", "projects_no_cycle", `2.3/1`, `UPDATE kraj.projects SET parent_id = CASE id WHEN 1 THEN 2 ELSE 1 END WHERE id < 4`},
		{"its own parent", "projects_check", ``, `UPDATE kraj.projects SET parent_id = id WHERE id = 4`},
		{"money above money", "projects_money_level", `"2.3/1"|"2.3/1/1"|twice`, `UPDATE kraj.projects SET cost_cents = 5 WHERE id = 1`},
		{"funding above money", "projects_money_level", `"2.3/1"`, `INSERT INTO kraj.project_funding (project_id, source, amount_cents) VALUES (1, 'eu', 5)`},
		{"money two levels below", "projects_money_level", `"2.3/1/1"|"4"`, `INSERT INTO kraj.projects (id, parent_id, code, title) VALUES (8, 2, '3', 'x');
			INSERT INTO kraj.projects (parent_id, code, title, cost_cents) VALUES (8, '4', 'x', 1)`},
		{"a branch moved under money", "projects_money_level", `2.3/2`, `UPDATE kraj.projects SET parent_id = 4 WHERE id = 1`},
		{"a parent elsewhere", "projects_parent_municipality", ``, `INSERT INTO kraj.projects (municipality_id, parent_id, code, title) VALUES (2, 1, 'x', 'x')`},
		{"a parent that moves away", "projects_parent_municipality", `2.3/1/1`, `UPDATE kraj.projects SET municipality_id = 2, measure_id = NULL, theme_id = NULL WHERE id = 1`},
		{"weights elsewhere", "project_weights_municipality", `"Hotemaže"|"2.3/2"|outside`, `INSERT INTO kraj.project_weights (project_id, settlement_id, weight, author, reason) VALUES (4, 4, 1, 'a', 'b')`},
		{"a weighted settlement moves away", "project_weights_municipality", `"Britof"`, `INSERT INTO kraj.project_weights (project_id, settlement_id, weight, author, reason) VALUES (4, 1, 1, 'a', 'b');
			UPDATE kraj.settlements SET municipality_id = 2, code = 'x' WHERE id = 1`},
		{"a statement about no place", "project_places_place", `settlements|77`, `INSERT INTO kraj.project_places (project_id, layer, place_id, relation) VALUES (4, 'settlements', 77, 'serves')`},
		{"a statement about a project", "project_places_layer", `projects`, `INSERT INTO kraj.project_places (project_id, layer, place_id, relation) VALUES (4, 'projects', 2, 'serves')`},
		{"a name of no place", "gazetteer_place", `77`, `INSERT INTO kraj.gazetteer (name, layer, place_id) VALUES ('x', 'settlements', 77)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			refused(t, p.Owner, c.constraint, strings.Split(c.words, "|"), c.sql)
			// The same in the middle of a transaction is fine when it is put right before the end.
			if c.constraint == "projects_money_level" {
				tx := begin(t, p)
				do(t, tx, c.sql+`; UPDATE kraj.projects SET cost_cents = NULL; DELETE FROM kraj.project_funding; SELECT kraj.settle()`)
				if err := tx.Rollback(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestPlacesFindTheirMunicipality(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `INSERT INTO kraj.settlements (id, code, name, geom) VALUES
		(11, '7', 'Sever', ST_Multi(ST_MakeEnvelope(450000, 130000, 451000, 131000, 3794))), (12, '8', 'Daleč', ST_Multi(ST_MakeEnvelope(500000, 130000, 501000, 131000, 3794)));
		INSERT INTO kraj.degraded_areas (id, code, name, geom) VALUES (11, '', 'DUO', ST_SetSRID(ST_Point(450500, 130500), 3794))`)
	is(t, p.Owner, `2 k11`, `SELECT (SELECT count(*) FROM kraj.settlements WHERE municipality_id IS NULL) || ' ' || (SELECT code FROM kraj.degraded_areas WHERE municipality_id IS NULL)`)
	do(t, p.Owner, `INSERT INTO kraj.municipalities (id, code, name, geom) VALUES (9, '9', 'Severna', ST_Multi(ST_MakeEnvelope(450000, 129000, 460000, 132000, 3794)))`)
	is(t, p.Owner, `9 9 1`, `SELECT concat_ws(' ', (SELECT municipality_id FROM kraj.settlements WHERE id = 11), (SELECT municipality_id FROM kraj.degraded_areas), (SELECT count(*) FROM kraj.settlements WHERE municipality_id IS NULL))`)
	do(t, p.Owner, `UPDATE kraj.municipalities SET geom = ST_Multi(ST_MakeEnvelope(450000, 129000, 520000, 132000, 3794)) WHERE id = 9`)
	is(t, p.Owner, `9`, `SELECT municipality_id::text FROM kraj.settlements WHERE id = 12`)
}

func TestStatementsGoWithTheirPlace(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `INSERT INTO kraj.project_places (project_id, layer, place_id, relation) VALUES (4, 'settlements', 3, 'serves'), (4, 'settlements', 2, 'serves');
		INSERT INTO kraj.gazetteer (name, layer, place_id) VALUES ('Vas', 'settlements', 3)`)
	do(t, p.Owner, `DELETE FROM kraj.settlements WHERE id = 3`)
	is(t, p.Owner, `{2} Vas`, `SELECT array_agg(place_id)::text || ' ' || (SELECT name FROM kraj.gazetteer WHERE layer IS NULL AND place_id IS NULL) FROM kraj.project_places`)
}

// Two writers whose transactions overlap do not see each other's rows; without
// the lock the settlement's new shape and the new site would miss each other.
func TestOverlappingWritersLeaveNoWrongTie(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, first, second string }{
		{
			"place, then site", `UPDATE kraj.settlements SET geom = ST_Multi(ST_MakeEnvelope(450000, 120000, 456500, 122000, 3794)) WHERE id = 1`,
			`INSERT INTO kraj.sites (id, project_id, geom) VALUES (60, 4, ST_SetSRID(ST_Point(456000, 121500), 3794))`,
		},
		{
			"site, then place", `INSERT INTO kraj.sites (id, project_id, geom) VALUES (60, 4, ST_SetSRID(ST_Point(456000, 121500), 3794))`,
			`UPDATE kraj.settlements SET geom = ST_Multi(ST_MakeEnvelope(450000, 120000, 456500, 122000, 3794)) WHERE id = 1`,
		},
		{
			"two sites of one project", `INSERT INTO kraj.sites (id, project_id, geom) VALUES (60, 4, ST_SetSRID(ST_Point(451000, 121500), 3794))`,
			`INSERT INTO kraj.sites (id, project_id, geom) VALUES (61, 4, ST_SetSRID(ST_Point(451000, 123500), 3794))`,
		},
		{
			"municipality, then place", `INSERT INTO kraj.municipalities (id, code, name, geom) VALUES (9, '9', 'Nova', ST_Multi(ST_MakeEnvelope(470000, 120000, 480000, 130000, 3794)))`,
			`INSERT INTO kraj.settlements (code, name, geom) VALUES ('5', 'Nova', ST_Multi(ST_MakeEnvelope(471000, 121000, 472000, 122000, 3794)))`,
		},
		{"a cycle by halves", `UPDATE kraj.projects SET parent_id = 4 WHERE id = 3`, `UPDATE kraj.projects SET parent_id = 3 WHERE id = 4`},
		{
			"a statement about a place that goes", `DELETE FROM kraj.settlements WHERE id = 3`,
			`INSERT INTO kraj.project_places (project_id, layer, place_id, relation) VALUES (4, 'settlements', 3, 'serves')`,
		},
	} {
		for _, isolation := range []pgx.TxIsoLevel{pgx.ReadCommitted, pgx.RepeatableRead} {
			t.Run(c.name+", "+string(isolation), func(t *testing.T) {
				t.Parallel()
				p := world(t)
				overlap(t, p, isolation, c.first, c.second)
				if problem := verify(t, p); problem != "" {
					t.Error(problem)
				}
			})
		}
	}
}

// overlap runs two writers at once: both write, the first settles and commits while
// the second, which has already taken its snapshot, settles too. Either may be
// refused, as one of a deadlock is; what must not happen is a commit with wrong ties.
func overlap(t *testing.T, p *pg.Pools, isolation pgx.TxIsoLevel, first, second string) {
	t.Helper()
	ctx := t.Context()
	a := begin(t, p)
	b, err := p.Owner.BeginTx(ctx, pgx.TxOptions{IsoLevel: isolation})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Rollback(context.WithoutCancel(ctx)) }()
	do(t, a, first)
	do(t, b, second)
	settled, done := make(chan struct{}), make(chan error, 2)
	go func() {
		_, err := a.Exec(ctx, `SELECT kraj.settle()`)
		close(settled)
		// The locks are held a little longer, so that the second one meets them.
		time.Sleep(200 * time.Millisecond)
		if err == nil {
			err = a.Commit(ctx)
		} else {
			_ = a.Rollback(ctx)
		}
		done <- err
	}()
	select {
	case <-settled:
	case <-time.After(300 * time.Millisecond): // it waits for a row of the second
	}
	go func() { done <- b.Commit(ctx) }()
	refusals := 0
	for range 2 {
		if err := <-done; err != nil {
			t.Logf("refused: %v", err)
			refusals++
		}
	}
	if refusals == 2 {
		t.Error("both writers were refused")
	}
}

// verify compares what settling left with a computation from nothing.
func verify(t *testing.T, p *pg.Pools) string {
	t.Helper()
	return one[string](t, p.Owner, `
		WITH ids AS (SELECT array_agg(id) AS all_ids FROM kraj.projects),
		wrong AS (
		  (SELECT 'tie ' || x::text AS what FROM ids, kraj.compute_ties(all_ids) x EXCEPT ALL SELECT 'tie ' || t::text FROM kraj.ties t)
		  UNION ALL (SELECT 'tie ' || t::text FROM kraj.ties t EXCEPT ALL SELECT 'tie ' || x::text FROM ids, kraj.compute_ties(all_ids) x)
		  UNION ALL SELECT 'place without municipality: ' || s.name FROM kraj.settlements s WHERE s.municipality_id IS NULL AND kraj.municipality_at(s.geom) IS NOT NULL
		  UNION ALL SELECT 'statement about nothing: ' || pp.place_id FROM kraj.project_places pp WHERE NOT EXISTS (SELECT FROM kraj.settlements s WHERE s.id = pp.place_id)
		  UNION ALL SELECT 'project in a cycle: ' || p.code FROM kraj.projects p, ids WHERE p.id NOT IN (SELECT x.id FROM kraj.project_trees(all_ids) x)
		  UNION ALL SELECT 'weights of ' || w.project_id || ' do not sum up' FROM kraj.weights w GROUP BY w.project_id HAVING sum(w.extent) <> 1000000000000)
		SELECT coalesce(string_agg(what, E'\n'), '') FROM wrong`)
}

func TestNotices(t *testing.T) {
	t.Parallel()
	p := world(t)
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t, p))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	do(t, conn, `LISTEN kraj`)
	type notice struct {
		Layer    string
		Revision int64
		Boxes    json.RawMessage
		Drafts   bool
	}
	heard := func(sql string) map[string]string {
		t.Helper()
		do(t, p.Owner, sql)
		do(t, p.Owner, `NOTIFY kraj, '{"layer":"end"}'`)
		got := map[string]string{}
		for {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			n, err := conn.WaitForNotification(ctx)
			cancel()
			if err != nil {
				t.Fatal(err)
			}
			if len(n.Payload) > 2000 {
				t.Errorf("notice of %d bytes", len(n.Payload))
			}
			var x notice
			if err := json.Unmarshal([]byte(n.Payload), &x); err != nil {
				t.Fatal(err)
			}
			if x.Layer == "end" {
				return got
			}
			if _, twice := got[x.Layer]; twice {
				t.Errorf("two notices for %s", x.Layer)
			}
			if x.Revision != lastRevision(t, p) {
				t.Errorf("revision %d", x.Revision)
			}
			if got[x.Layer] = string(x.Boxes); x.Drafts {
				got[x.Layer] += " drafts"
			}
		}
	}
	boxes := func(text string) (list [][4]float64) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		return list
	}

	got := heard(`UPDATE kraj.settlements SET geom = ST_Translate(geom, 0, 10000) WHERE id = 4`)
	if b := boxes(got["settlements"]); len(b) != 2 || len(got) != 2 || got["settlements_labels"] == "" {
		t.Errorf("a moved settlement: %v", got)
	}
	got = heard(`INSERT INTO kraj.degraded_areas (code, name, geom) SELECT i, i, ST_SetSRID(ST_Point(400000 + i * 997 % 200000, 50000 + i * 7919 % 100000), 3794) FROM generate_series(1, 3000) i`)
	if b := boxes(got["degraded_areas"]); len(b) != 16 {
		t.Errorf("3000 places: %d boxes", len(b))
	}
	if got = heard(`UPDATE kraj.themes SET color = '#123456'`); got["projects"] != `"*"` {
		t.Errorf("a theme's colour: %v", got)
	}
	if got = heard(`UPDATE kraj.projects SET status = 'idea' WHERE id = 1`); len(boxes(got["projects"])) != 1 {
		t.Errorf("a group's status: %v", got)
	}
	// Where a draft lies is told to nobody who only listens.
	got = heard(`UPDATE kraj.projects SET visibility = 'internal' WHERE id = 4`)
	if len(boxes(got["projects"])) != 1 {
		t.Errorf("it was public until now: %v", got)
	}
	if got = heard(`UPDATE kraj.sites SET geom = ST_Translate(geom, 5, 5) WHERE id = 2`); got["projects"] != `[] drafts` || len(got) != 1 {
		t.Errorf("a draft's site: %v", got)
	}
	is(t, p.Owner, `2`, `SELECT count(*)::text FROM kraj.revision_areas WHERE revision = $1 AND box IS NOT NULL`, lastRevision(t, p))
}

// settle may be called earlier, again and again.
func TestSettleEarly(t *testing.T) {
	t.Parallel()
	p := world(t)
	tx := begin(t, p)
	do(t, tx, `INSERT INTO kraj.sites (project_id, geom) VALUES (3, ST_SetSRID(ST_Point(451000, 121000), 3794)); SELECT kraj.settle()`)
	is(t, tx, `{1}`, `SELECT array_agg(place_id)::text FROM kraj.ties WHERE project_id = 3 AND layer = 'settlements'`)
	do(t, tx, `UPDATE kraj.sites SET geom = ST_SetSRID(ST_Point(453000, 123000), 3794) WHERE project_id = 3; SELECT kraj.settle(); SELECT kraj.settle()`)
	do(t, tx, `SET CONSTRAINTS ALL IMMEDIATE; UPDATE kraj.projects SET visibility = 'internal' WHERE id = 3`)
	commit(t, tx)
	is(t, p.Owner, `{3} internal`, `SELECT array_agg(place_id)::text || ' ' || min(visibility) FROM kraj.ties WHERE project_id = 3 AND layer = 'settlements'`)
}
