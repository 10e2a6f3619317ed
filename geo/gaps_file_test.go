package geo_test

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/geo/pgtest"
	"kraj/migrations"
)

// withGap is the binary's migrations and one further file.
func withGap(t *testing.T, name, text string) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{"gaps/" + name: {Data: []byte(text)}}
	err := fs.WalkDir(migrations.Files(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(migrations.Files(), path)
		all[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const newGap = `-- title_sl: Naselja z malo ljudmi
-- title_en: Settlements with few people
-- about_sl: Naselja z manj kot {fewer} ljudmi.
-- about_en: Settlements with fewer than {fewer} people.
-- geometry: MultiPolygon
-- parameter: fewer integer = 50 from 0 to 1000; ljudi; people
SELECT 'settlements', s.code, s.name, m.slug, 'gap', p.people::double precision, 'people', p.people, 'Malo ljudi.', 'Few people.', '[]'::jsonb, s.geom
FROM settlements s JOIN municipalities m ON m.id = s.municipality_id
JOIN people_of(ARRAY(SELECT id FROM settlements)) p ON p.settlement_id = s.id
WHERE m.id = town_of(town) AND p.people < fewer
ORDER BY p.people`

// A new gap is one file: from then on it is in the list, opens with its
// parameters, for planners and for the public, and is a layer of QGIS. Without the
// file it is gone.
func TestANewGapIsOneFile(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, pgtest.URL(t, l.pools))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := migrations.Apply(ctx, conn, migrations.Options{Files: withGap(t, "60_few_people.sql", newGap)}); err != nil {
		t.Fatal(err)
	}
	m, err := geo.FindMunicipality(ctx, l.pools.Public, "kranj")
	if err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]geo.Querier{"public": l.pools.Public, "planner": l.pools.Planner} {
		list, err := geo.Gaps(ctx, q, &m)
		if err != nil || len(list) == 0 {
			t.Fatal(err)
		}
		if last := list[len(list)-1]; last.Name != "few_people" || last.Title.SL != "Naselja z malo ljudmi" || *last.Gaps != 2 || last.Parameters[0].Title.EN != "people" {
			t.Errorf("%s: %+v", name, last)
		}
		gap, rows, err := geo.OpenGap(ctx, q, geo.GapQuery{Name: "few_people", Municipality: m, Set: map[string]string{"fewer": "20"}, Limit: 10})
		if err != nil || gap.About.EN != "Settlements with fewer than 20 people." || *gap.Gaps != 1 || rows.Items[0].Name != "C" || *rows.Items[0].People != 10 {
			t.Errorf("%s: %+v %v", name, rows, err)
		}
		var n, srid int
		var kind string
		if err := q.QueryRow(ctx, `SELECT count(*), min(ST_SRID(geom)), min(GeometryType(geom)) FROM gaps_few_people`).Scan(&n, &srid, &kind); err != nil || n != 2 || srid != 3794 || kind != "MULTIPOLYGON" {
			t.Errorf("%s: the view has %d rows of %s in %d: %v", name, n, kind, srid, err)
		}
	}
	l.exec(`SELECT 1 FROM geometry_columns WHERE f_table_name = 'gaps_few_people' AND type = 'MULTIPOLYGON' AND srid = 3794`)
	if err := migrations.Apply(ctx, conn, migrations.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := geo.FindGap(ctx, l.pools.Public, "few_people"); geo.KindOf(err) != geo.NotFound {
		t.Errorf("its file is gone, and yet: %v", err)
	}
}

// A file that declares something wrong says what and where.
func TestGapFilesAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, want string }{
		"no title":       {"-- title_sl: Naselja z malo ljudmi\n", "", "title_sl"},
		"a type":         {"fewer integer", "fewer whole", "integer"},
		"no translation": {"; ljudi; people", "; ljudi", "write: name type"},
		"a column":       {"fewer integer", "figure integer", "name of a column"},
		"geometry":       {"geometry: MultiPolygon", "geometry: Blob", "Blob"},
		"SQL":            {"FROM settlements s JOIN", "FROM castles s JOIN", "gaps/60_few_people.sql:8: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := pgx.Connect(t.Context(), pgtest.NewURL(t))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close(t.Context()) }()
			err = migrations.Apply(t.Context(), conn, migrations.Options{Files: withGap(t, "60_few_people.sql", strings.ReplaceAll(newGap, c.from, c.to))})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// codesOf are the codes of a row's projects.
func codesOf(t *testing.T, r geo.GapRow) []string {
	t.Helper()
	var projects []struct{ Code string }
	if err := json.Unmarshal(r.Projects, &projects); err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, p := range projects {
		codes = append(codes, p.Code)
	}
	return codes
}

// The limit of agglomerations is the setting that tiles use, for everybody; a
// project that was dropped fills no gap, and is told.
func TestGapsFollowTheSettingAndTheStatus(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`INSERT INTO agglomerations (id, code, name, municipality_id, load_pe, connected_share, geom) VALUES (1, 'A1', 'Kranj', 1, 45284, 0.959, ST_SetSRID(ST_Point(5, 5), kraj.srid()))`)
	l.project("1", nil, "POINT(15 5)") // in the rural settlement B
	open := func(q geo.Querier, name string) (geo.Gap, []geo.GapRow) {
		m, err := geo.FindMunicipality(t.Context(), q, "kranj")
		if err != nil {
			t.Fatal(err)
		}
		gap, rows, err := geo.OpenGap(t.Context(), q, geo.GapQuery{Name: name, Municipality: m, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		return gap, rows.Items
	}
	for _, share := range []string{"0.98", "0.95"} {
		l.exec(`INSERT INTO settings (key, value) VALUES ('equipped_share', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, share)
		for name, q := range map[string]geo.Querier{"public": l.pools.Public, "planner": l.pools.Planner} {
			gap, rows := open(q, "agglomerations_not_equipped")
			if gap.Parameters[1].Default != share || len(rows) != map[string]int{"0.98": 1, "0.95": 0}[share] {
				t.Errorf("%s, %s: %+v, %+v", share, name, gap.Parameters[1], rows)
			}
		}
	}
	var equipped bool
	if err := l.pools.Owner.QueryRow(t.Context(), `SELECT (props ->> 'equipped')::boolean FROM tile_source_agglomerations`).Scan(&equipped); err != nil || !equipped {
		t.Errorf("in tiles equipped: %v %v", equipped, err)
	}
	if _, rows := open(l.pools.Planner, "rural_without_project"); len(rows) != 2 { // C, and D without a class
		t.Errorf("rural: %+v", rows)
	}
	l.exec(`UPDATE projects SET status = 'dropped'`)
	_, rows := open(l.pools.Public, "rural_without_project")
	i := slices.IndexFunc(rows, func(r geo.GapRow) bool { return r.Name == "B" })
	if i < 0 || rows[i].Reason.SL != "V naselju ni nobenega projekta. Zaradi statusa ne šteje 1 projekt." || len(codesOf(t, rows[i])) != 1 {
		t.Errorf("rural, dropped: %+v", rows)
	}
}
