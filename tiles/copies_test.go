package tiles_test

import (
	"strings"
	"testing"

	"kraj/geo/pg"

	"kraj/geo/pgtest"
)

// copies prints every row of the copies, so that two states can be compared. Geometry as a hash of its bits.
const copies = `SELECT concat_ws(' ', layer, band, id, municipality_id, visibility, rank, props, md5(ST_AsBinary(geom)))
	FROM kraj.tile_features ORDER BY layer, band, id`

// state is all copies by "layer band id".
func state(t *testing.T, p *pg.Pools) map[string]string {
	t.Helper()
	m := make(map[string]string)
	for _, row := range query[string](t, p, copies) {
		words := strings.SplitN(row, " ", 4)
		m[strings.Join(words[:3], " ")] = words[3]
	}
	return m
}

// changed lists the "layer id" whose copies differ, at any band.
func changed(before, after map[string]string) map[string]bool {
	m := make(map[string]bool)
	note := func(key string) {
		words := strings.Fields(key)
		m[words[0]+" "+words[2]] = true
	}
	for key, v := range before {
		if after[key] != v {
			note(key)
		}
	}
	for key, v := range after {
		if before[key] != v {
			note(key)
		}
	}
	return m
}

// Every column that a tile shows, changed by plain SQL: the copies that change are those, and afterwards they are the
// same as made anew.
func TestCopiesFollowTheirSources(t *testing.T) {
	t.Parallel()
	p := world(t)
	projects := "projects 4, projects 6"
	everything := strings.Join(query[string](t, p, `SELECT DISTINCT layer || ' ' || id FROM kraj.tile_features WHERE municipality_id = 1`), ", ")
	for _, c := range []struct{ name, sql, want string }{
		{"nothing that is shown", `UPDATE kraj.settlements SET source = 'drugi', name_alt = 'x' WHERE id = 1`, ""},
		{"a settlement's name", `UPDATE kraj.settlements SET name = 'Žabja vas' WHERE id = 1`, "settlements 1, settlements_labels 1"},
		{"a settlement's code", `UPDATE kraj.settlements SET code = 'nova' WHERE id = 1`, "settlements 1, settlements_labels 1"},
		{"approximate", `UPDATE kraj.settlements SET approximate = true WHERE id = 1`, "settlements 1, settlements_labels 1"},
		{"a class", `UPDATE kraj.scheme_classes SET class = 'rural' WHERE settlement_id = 1`, "settlements 1, settlements_labels 1"},
		{"a class taken away", `DELETE FROM kraj.scheme_classes WHERE settlement_id = 2`, "settlements 2, settlements_labels 2"},
		{"a scheme that is no longer current", `UPDATE kraj.schemes SET current = false`, "settlements 1, settlements_labels 1"},
		{"people", `UPDATE kraj.population_settlements SET people = 0 WHERE settlement_id = 4`, "settlements 4, settlements_labels 4"},
		{
			"another preferred set", `WITH s AS (INSERT INTO kraj.population_sets (id, code, name_sl, name_en, kind, source, source_date, preferred)
				VALUES (2, 'x', 'x', 'x', 'settlements', 'x', '2025-01-01', true) RETURNING id)
				UPDATE kraj.population_sets SET preferred = false WHERE id = 1`,
			"settlements 1, settlements 2, settlements 3, settlements 4, settlements_labels 1, settlements_labels 2, settlements_labels 3, settlements_labels 4",
		},
		{"a zone's stated area", `UPDATE kraj.business_zones SET stated_area_ha = 2 WHERE id = 2`, "business_zones 2"},
		{"a zone's plan", `UPDATE kraj.business_zones SET plan_state = 'amending' WHERE id = 2`, "business_zones 2"},
		{"a degraded area's plan", `UPDATE kraj.degraded_areas SET plan_state = 'adopted' WHERE id = 2`, "degraded_areas 2"},
		{"a route's state", `UPDATE kraj.cycling_routes SET state = 'existing' WHERE id = 1`, "cycling_routes 1"},
		{"a route's level", `UPDATE kraj.cycling_routes SET route_level = 'state' WHERE id = 1`, "cycling_routes 1"},
		{"a load", `UPDATE kraj.agglomerations SET load_pe = 3 WHERE id = 2`, "agglomerations 2"},
		{"a connected share", `UPDATE kraj.agglomerations SET connected_share = 0.985 WHERE id = 2`, "agglomerations 2"},
		{"a community's name", `UPDATE kraj.local_communities SET name = 'KS Struževo'`, "local_communities 1"},
		{"a project's title", `UPDATE kraj.projects SET title = 'Šola' WHERE id = 1`, projects},
		{"a status", `UPDATE kraj.projects SET status = 'realised' WHERE id = 1`, projects},
		{"a horizon", `UPDATE kraj.projects SET horizon = '2035' WHERE id = 1`, projects},
		{"strategic", `UPDATE kraj.projects SET strategic = false WHERE id = 1`, projects},
		{"a cost", `UPDATE kraj.projects SET cost_cents = 1 WHERE id = 1`, projects},
		{"an internal note", `UPDATE kraj.projects SET keeper = 'x', description = 'y' WHERE id = 1`, ""},
		{"a funding line", `UPDATE kraj.project_funding SET amount_cents = 9 WHERE project_id = 2 AND source = 'own'`, "projects 9"},
		{"a funding line taken away", `DELETE FROM kraj.project_funding WHERE project_id = 2 AND source = 'own'`, "projects 9"},
		{"a theme's colour", `UPDATE kraj.themes SET color = '#06827c' WHERE id = 2`, "projects 9"},
		{"a theme's code", `UPDATE kraj.themes SET code = 'TP9' WHERE id = 2`, "projects 9"},
		{"a measure's code", `UPDATE kraj.measures SET code = '1.2' WHERE id = 1`, projects},
		{"visibility", `UPDATE kraj.projects SET visibility = 'internal' WHERE id = 2`, "projects 9"},
		{"a site's place", `UPDATE kraj.sites SET geom = ST_Translate(geom, 10, 0) WHERE id = 1`, "projects 4"},
		{"a site's approximate", `UPDATE kraj.sites SET approximate = false WHERE id = 2`, "projects 6"},
		{"a second point", `INSERT INTO kraj.sites (id, project_id, geom) VALUES (9, 1, ST_SetSRID(ST_MakePoint(451500, 121000), 3794))`, "projects 4"},
		{"a site that moves to another project", `UPDATE kraj.sites SET project_id = 2 WHERE id = 9`, "projects 4, projects 8"},
		{"a site taken away", `DELETE FROM kraj.sites WHERE id = 9`, "projects 8"},
		{"a municipality's name", `UPDATE kraj.municipalities SET name = 'Krainburg' WHERE id = 1`, everything},
		{"a place that goes", `DELETE FROM kraj.business_zones WHERE id = 2`, "business_zones 2"},
		{"a geometry that goes", `UPDATE kraj.degraded_areas SET geom = null WHERE id = 1`, "degraded_areas 1"},
		{"a project that goes, with its sites", `DELETE FROM kraj.projects WHERE id = 1`, projects},
	} {
		t.Run(c.name, func(t *testing.T) { // in turn: each starts where the one before ended
			before := state(t, p)
			run(t, p, c.sql)
			after := state(t, p)
			got := changed(before, after)
			for _, want := range strings.Split(c.want, ", ") {
				if want != "" && !got[want] {
					t.Errorf("%s has not changed", want)
				}
				delete(got, want)
			}
			delete(got, "projects 12") // the draft stands for its neighbours, or they for it, at low zooms
			for key := range got {
				t.Errorf("%s has changed as well", key)
			}
			run(t, p, `SELECT kraj.rebuild_tiles()`)
			if again := changed(after, state(t, p)); len(again) != 0 {
				t.Errorf("made anew, these differ: %v", again)
			}
		})
	}
}

func TestCopiesRollBack(t *testing.T) {
	t.Parallel()
	p := world(t)
	before := state(t, p)
	tx, err := p.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{`UPDATE kraj.settlements SET name = 'x'`, `DELETE FROM kraj.sites`, `SELECT kraj.settle()`} {
		if _, err := tx.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM kraj.tile_features WHERE layer = 'projects'`).Scan(&n); err != nil || n != 0 {
		t.Errorf("settled early, but %d project features remain (%v)", n, err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := changed(before, state(t, p)); len(got) != 0 {
		t.Errorf("rolled back, but these changed: %v", got)
	}
}

func TestOwnLayer(t *testing.T) {
	t.Parallel()
	p := world(t)
	run(t, p, `SELECT kraj.create_layer('housing_sites', 'Stanovanja', 'Housing', 'mixed')`)
	run(t, p, `INSERT INTO kraj.housing_sites (code, name, geom) VALUES
		('a', 'Soseska', ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(451000, 121000), 3794), 50))),
		('b', 'Blok', ST_SetSRID(ST_MakePoint(451200, 121200), 3794))`)
	for zoom, want := range map[int]int{14: 2, 9: 2} {
		tile := render(t, p.Public, [3]int{zoom, middle[1] >> (14 - zoom), middle[2] >> (14 - zoom)}, "housing_sites")
		if l := decode(t, tile)["housing_sites"]; l == nil || len(l.Features) != want || l.Features[0].Properties["municipality"] != "kranj" {
			t.Errorf("zoom %d: %v", zoom, l)
		}
	}
	run(t, p, `DELETE FROM kraj.housing_sites WHERE code = 'a'`)
	if n := one[int](t, p, `SELECT count(*) FROM kraj.tile_features WHERE layer = 'housing_sites' AND band = 15`); n != 1 {
		t.Errorf("%d features remain, want 1", n)
	}
}

// Thinned points stand for all: their numbers add up, and each cell shows the most important one.
func TestPointsThinOut(t *testing.T) {
	t.Parallel()
	p := world(t)
	run(t, p, `INSERT INTO kraj.projects (id, municipality_id, code, title, scope, cost_cents)
		SELECT n, 1, 'p' || n, 'Projekt ' || n, 'sites', n * 100 FROM generate_series(1000, 1999) n`)
	run(t, p, `INSERT INTO kraj.sites (id, project_id, geom)
		SELECT n, n, ST_SetSRID(ST_MakePoint(446000 + (n * 7919) % 10000, 116000 + (n * 104729) % 10000), 3794) FROM generate_series(1000, 1999) n`)
	check := func(all int) {
		t.Helper()
		for _, band := range []int{8, 10, 12, 15} {
			shown := one[int](t, p, `SELECT count(*) FROM kraj.tile_features WHERE layer = 'projects' AND band = $1 AND ST_Dimension(geom) = 0`, band)
			sum := one[int](t, p, `SELECT sum(coalesce((props ->> 'points')::int, 1)) FROM kraj.tile_features
				WHERE layer = 'projects' AND band = $1 AND ST_Dimension(geom) = 0`, band)
			if sum != all || (band == 8 && shown > all/2) || (band == 15 && shown != all) {
				t.Errorf("band %d: %d points stand for %d, want %d", band, shown, sum, all)
			}
		}
	}
	check(1002)
	run(t, p, `DELETE FROM kraj.projects WHERE id BETWEEN 1500 AND 1699`)
	check(802)
	run(t, p, `UPDATE kraj.sites SET geom = ST_Translate(geom, 1500, 0) WHERE project_id BETWEEN 1000 AND 1100`)
	check(802)
	before := state(t, p)
	run(t, p, `SELECT kraj.rebuild_tiles('projects')`)
	if got := changed(before, state(t, p)); len(got) != 0 {
		t.Errorf("made anew, %d differ", len(got))
	}
}

// What only words place is drawn apart: internal as a proposal, public once confirmed, gone when the project has a site.
func TestProjectsPlacedByTheirWords(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	exec := func(query string) {
		t.Helper()
		if _, err := p.Owner.Exec(t.Context(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	want := func(step, want string) {
		t.Helper()
		var got string
		if err := p.Owner.QueryRow(t.Context(), `SELECT coalesce(string_agg(concat_ws(' ', visibility, props ->> 'code', props ->> 'state', props ->> 'places', GeometryType(geom)), '; '), '')
			FROM kraj.tile_features WHERE layer = 'projects_named' AND band = 15`).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", step, got, want)
		}
	}
	exec(`INSERT INTO municipalities (code, name) VALUES ('1', 'Kranj');
		INSERT INTO settlements (code, name, municipality_id, geom) SELECT n, n, m.id, ST_Multi(ST_MakeEnvelope(450000 + i * 1000, 120000, 451000 + i * 1000, 121000, kraj.srid()))
			FROM municipalities m, (VALUES (0, 'Golnik'), (1, 'Kokrica')) s (i, n);
		INSERT INTO projects (municipality_id, code, title) SELECT id, '7', 'Pot Golnik–Kokrica' FROM municipalities`)
	want("proposed", "internal 7 proposed Golnik, Kokrica MULTIPOINT")
	exec(`SELECT kraj.confirm_name(d.id) FROM project_places d JOIN settlements s ON s.id = d.place_id WHERE s.name = 'Golnik'`)
	want("confirmed", "public 7 confirmed Golnik MULTIPOINT")
	exec(`UPDATE settlements SET name = 'Golnik nad Kranjem' WHERE name = 'Golnik'`)
	want("renamed", "public 7 confirmed Golnik nad Kranjem MULTIPOINT")
	exec(`UPDATE projects SET visibility = 'internal'`)
	want("a draft", "internal 7 confirmed Golnik nad Kranjem MULTIPOINT")
	exec(`INSERT INTO sites (project_id, geom) SELECT id, ST_SetSRID(ST_Point(450500, 120500), kraj.srid()) FROM projects`)
	want("with a site", "")
	exec(`DELETE FROM sites; DELETE FROM projects`)
	want("gone", "")
}
