package rules_test

import (
	"strings"
	"testing"

	"kraj/geo"
	"kraj/geo/pg"
)

// image is every base table's every stored bit as one text.
func image(t *testing.T, p *pg.Pools) string {
	t.Helper()
	var parts []string
	rows, err := p.Owner.Query(t.Context(), `SELECT b FROM kraj.base_tables() b ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	for _, name := range tables {
		// record_send gives the binary image of every column: floats, numerics, geometry.
		parts = append(parts, name+"\n"+one[string](t, p.Owner,
			`SELECT coalesce(string_agg(encode(record_send(x), 'hex'), E'\n' ORDER BY x.id::text), '') FROM `+one[string](t, p.Owner, `SELECT kraj.logged_rows('kraj.' || $1, $1)`, name)+` x`))
	}
	return strings.Join(parts, "\n")
}

// Each script is one revision that is undone again; afterwards every bit is as before.
func TestRevertBringsBackEveryBit(t *testing.T) {
	t.Parallel()
	scripts := map[string]string{
		"insert": `INSERT INTO kraj.settlements (code, name, geom) VALUES ('009', 'Novo', ST_Multi(ST_MakeEnvelope(450000, 120000, 450001, 120001, 3794)))`,
		"update everything": `UPDATE kraj.business_zones SET name = 'x', stated_area_ha = 1.50, spatial_units = NULL, land_use = '{}', plan_state = 'none',
			plan_date = 'infinity', jobs_expected = NULL, attributes = '{}', source = '', approximate = true, geom = NULL`,
		"floats":                `UPDATE kraj.settlements SET registered_area_m2 = '-0', centroid_e = 0.1::float8 + 0.2, centroid_n = 'NaN'`,
		"floats back":           `UPDATE kraj.cycling_routes SET stated_length_m = 5`,
		"geometry":              `UPDATE kraj.settlements SET geom = ST_Multi(ST_Buffer(geom, 1.0/3))`,
		"delete with cascade":   `DELETE FROM kraj.projects WHERE id IN (2, 4)`,
		"delete a tree":         `DELETE FROM kraj.projects`,
		"delete places":         `DELETE FROM kraj.project_weights; DELETE FROM kraj.settlements`,
		"delete a municipality": `DELETE FROM kraj.projects; DELETE FROM kraj.settlements; DELETE FROM kraj.business_zones; DELETE FROM kraj.cycling_routes; DELETE FROM kraj.municipalities`,
		"swapped codes": `UPDATE kraj.settlements SET code = '~' || code WHERE id IN (1, 2); UPDATE kraj.settlements SET code = '002' WHERE id = 1;
			UPDATE kraj.settlements SET code = '001' WHERE id = 2`,
		"a code handed on":   `DELETE FROM kraj.settlements WHERE id = 3; INSERT INTO kraj.settlements (code, name, municipality_id) VALUES ('003', 'Golnik', 1)`,
		"a code handed over": `UPDATE kraj.settlements SET code = '033' WHERE id = 3; INSERT INTO kraj.settlements (code, name, municipality_id) VALUES ('003', 'Golnik', 1)`,
		"moved to new parents": `INSERT INTO kraj.themes (id, municipality_id, code, name) VALUES (7, 1, 'TP7', 'Novo');
			INSERT INTO kraj.measures (id, theme_id, code, name) VALUES (7, 7, '7.1', 'Novo');
			UPDATE kraj.projects SET measure_id = NULL, theme_id = NULL; UPDATE kraj.projects SET measure_id = 7, theme_id = 7;
			DELETE FROM kraj.measures WHERE id = 1; DELETE FROM kraj.themes WHERE id = 1`,
		"moved to a new owner by cascade": `INSERT INTO kraj.projects (id, measure_id, code, title) VALUES (9, 1, '9', 'Novo'); UPDATE kraj.sites SET project_id = 9;
			UPDATE kraj.project_funding SET project_id = 9; DELETE FROM kraj.project_places; DELETE FROM kraj.projects WHERE id IN (2, 4)`,
		"made and unmade":     `INSERT INTO kraj.themes (id, municipality_id, code, name) VALUES (8, 1, 'TP8', 'x'); DELETE FROM kraj.themes WHERE id = 8; UPDATE kraj.themes SET name = 'y'`,
		"changed twice":       `UPDATE kraj.themes SET name = 'y'; UPDATE kraj.themes SET name = 'z', color = '#00ff00'`,
		"truncate":            `TRUNCATE kraj.sites`,
		"a new municipality":  `INSERT INTO kraj.municipalities (code, name, geom) VALUES ('060', 'Morje', ST_Multi(ST_MakeEnvelope(400000, 60000, 402000, 62000, 3794)))`,
		"statements of words": `UPDATE kraj.project_places SET state = 'rejected', score = 0.3, decided_at = '2024-02-29 12:34:56.123456+01'`,
	}
	p := world(t)
	do(t, p.Owner, `INSERT INTO kraj.business_zones (id, code, name, municipality_id, stated_area_ha, spatial_units, plan_state, plan_date, jobs_expected, attributes, geom)
		VALUES (1, 'PC', 'PC Hrastje', 1, 14.60, '{HR 6/1,"a,b"}', 'adopted', '2019-02-28', 670,
		  '{"a": 1.10, "b": {"c": [null, 1e400, "č\t\"\\"]}}', ST_SetSRID(ST_Point(450000.1 + 0.2, 1.0 / 3 + 121000), 3794));
		INSERT INTO kraj.cycling_routes (id, code, name, stated_length_m) VALUES (1, 'KP9', 'KP9', '-0');
		INSERT INTO kraj.local_communities (id, code, name, registered_area_m2, geom) VALUES (1, 'm', 'Morska', 1e-300, ST_SetSRID(ST_Point(401000, 61000), 3794));
		INSERT INTO kraj.project_places (id, project_id, layer, place_id, relation, state, score, words) VALUES (1001, 4, 'settlements', 3, 'serves', 'proposed', 0.1, 'v Golniku');
		INSERT INTO kraj.project_weights (id, project_id, settlement_id, weight, author, reason) VALUES (1, 4, 3, 1.10, 'ana', 'tako');
		INSERT INTO kraj.gazetteer (id, name, layer, place_id) VALUES (1, 'Planina', 'settlements', 3)`)
	before := image(t, p)
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			do(t, p.Owner, script)
			after := image(t, p)
			if after == before {
				t.Fatal("the script changes nothing")
			}
			// Undone, done again, undone: the next script finds the database as the first one did.
			for i, want := range []string{before, after, before} {
				if _, err := geo.Revert(t.Context(), p.Owner, "ana", lastRevision(t, p)); err != nil {
					t.Fatalf("undo %d: %v", i, describe(err))
				}
				if got := image(t, p); got != want {
					t.Fatalf("undo %d is not exact:\n%s", i, firstDifference(want, got))
				}
			}
			if problem := verify(t, p); problem != "" {
				t.Error(problem)
			}
		})
	}
}

func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "want " + a[i] + "\ngot  " + b[i]
		}
	}
	return "one has more rows"
}

func TestRevertIsARevision(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `UPDATE kraj.themes SET name = 'y'`)
	r := lastRevision(t, p)
	if _, err := geo.Revert(t.Context(), p.Planner, "bor", r); err != nil {
		t.Fatal(describe(err))
	}
	is(t, p.Owner, `bor revert true`, `SELECT actor || ' ' || source || ' ' || (reverts = ARRAY[$1::bigint]) FROM kraj.revisions WHERE id = $2`, r, lastRevision(t, p))
}

func TestRevertRefusesWhatLaterRevisionsTouched(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `UPDATE kraj.themes SET name = 'one'`)
	first := lastRevision(t, p)
	tx := begin(t, p)
	do(t, tx, `SET LOCAL kraj.actor = 'bor'; UPDATE kraj.themes SET name = 'two'`)
	commit(t, tx)
	refused(t, p.Owner, "revert_conflict", []string{"themes", `"TP2"`, "bor", "Undo the later"}, `SELECT kraj.revert($1)`, first)
	is(t, p.Owner, `two`, `SELECT name FROM kraj.themes`)
	// Both together, in any order.
	do(t, p.Owner, `SELECT kraj.revert($1, $2)`, first, first+1)
	is(t, p.Owner, `Mobilnost`, `SELECT name FROM kraj.themes`)
	refused(t, p.Owner, "revert_conflict", nil, `SELECT kraj.revert($1)`, first+1)
	refused(t, p.Owner, "revert_missing", []string{"4711"}, `SELECT kraj.revert(4711)`)
	refused(t, p.Owner, "25001", nil, `UPDATE kraj.themes SET name = 'x'; SELECT kraj.revert(1)`)

	// A revision in between, of somebody else, must not be lost either.
	do(t, p.Owner, `UPDATE kraj.themes SET name = 'three'`)
	a := lastRevision(t, p)
	do(t, p.Owner, `UPDATE kraj.themes SET goal = 'four'`)
	do(t, p.Owner, `UPDATE kraj.themes SET name = 'five'`)
	b := lastRevision(t, p)
	refused(t, p.Owner, "revert_conflict", []string{"themes"}, `SELECT kraj.revert($1, $2)`, a, b)
}

// What a later revision built on the rows must not go with them.
func TestRevertSparesLaterWork(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `INSERT INTO kraj.projects (id, measure_id, code, title) VALUES (9, 1, '9', 'Novo')`)
	first := lastRevision(t, p)
	do(t, p.Owner, `INSERT INTO kraj.sites (project_id, code, geom) VALUES (9, 'later', ST_SetSRID(ST_Point(451000, 121000), 3794))`)
	refused(t, p.Owner, "revert_conflict", []string{"sites", `"later"`}, `SELECT kraj.revert($1)`, first)
	is(t, p.Owner, `1`, `SELECT count(*)::text FROM kraj.sites WHERE project_id = 9`)

	do(t, p.Owner, `INSERT INTO kraj.settlements (id, code, name, municipality_id) VALUES (9, '9', 'Novo', 1)`)
	first = lastRevision(t, p)
	do(t, p.Owner, `INSERT INTO kraj.project_places (project_id, layer, place_id, relation) VALUES (9, 'settlements', 9, 'serves')`)
	refused(t, p.Owner, "revert_conflict", []string{"project_places"}, `SELECT kraj.revert($1)`, first)

	do(t, p.Owner, `INSERT INTO kraj.themes (id, municipality_id, code, name) VALUES (9, 1, 'TP9', 'Novo')`)
	first = lastRevision(t, p)
	do(t, p.Owner, `UPDATE kraj.projects SET measure_id = NULL, theme_id = 9 WHERE id = 9`)
	refused(t, p.Owner, "revert_dependent", []string{"depend"}, `SELECT kraj.revert($1)`, first)
}

// Rules hold for an undo as for every writer.
func TestRevertKeepsTheRules(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `UPDATE kraj.project_funding SET amount_cents = NULL WHERE id = 1`)
	r := lastRevision(t, p)
	do(t, p.Owner, `UPDATE kraj.projects SET cost_cents = 5 WHERE id = 1`)
	refused(t, p.Owner, "projects_money_level", nil, `SELECT kraj.revert($1)`, r)
	is(t, p.Owner, `0`, `SELECT count(*)::text FROM kraj.undo`)
}
