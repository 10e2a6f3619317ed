package importers

import (
	"strings"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// Files from real life are loaded, repaired or refused with a sentence.
func TestMessyFiles(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	own(t, pools, "grid", "polygon")
	own(t, pools, "land", "polygon")
	own(t, pools, "homes", "mixed")
	own(t, pools, "borders", "mixed")
	own(t, pools, "rides", "line")
	for _, c := range []struct {
		name string
		o    Options
		file []string
		want string // summary without the layer, or what the error says
	}{
		{"D48, zipped, cp1250 undeclared", Options{Layer: "municipalities"}, []string{"messy", "derived_ob_gorenjska_epsg3912_cp1250.zip"}, "18 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"the same from another register, WGS84", Options{Layer: "municipalities", DryRun: true}, []string{"obcine", "gorenjska", "11027784.geojson"}, "0 new, 1 changed, 0 gone, 0 same, 0 rejected"},
		{"table without geometry, cp1250 undeclared", Options{Layer: "municipalities", DryRun: true}, []string{"messy", "ob_2014_cp1250.dbf"}, "194 new, 18 changed, 0 gone, 0 same, 0 rejected"},
		{"text read in the wrong encoding", Options{Layer: "municipalities", DryRun: true}, []string{"messy", "obcine_2014_mojibake.topojson"}, "--encoding cp1250"},
		{"and mended", Options{Layer: "municipalities", DryRun: true, Encoding: "cp1250"}, []string{"messy", "obcine_2014_mojibake.topojson"}, "194 new, 18 changed, 0 gone, 0 same, 0 rejected"},
		{"no layer with geometry, no name", Options{Layer: "business_zones"}, []string{"messy", "nospatial.gpkg"}, "0 new, 0 changed, 0 gone, 0 same, 1 rejected"},
		{"a ring, in America", Options{Layer: "business_zones"}, []string{"messy", "linear_ring.kml"}, "0 new, 0 changed, 0 gone, 0 same, 1 rejected"},
		{"decimal commas", Options{Layer: "homes"}, []string{"messy", "decimal_comma_coords.csv"}, "129 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"decimal commas again", Options{Layer: "homes"}, []string{"messy", "decimal_comma_coords.csv"}, "0 new, 0 changed, 0 gone, 129 same, 0 rejected"},
		{"another projection", Options{Layer: "grid", Map: map[string]string{"name": "newSplitID"}}, []string{"messy", "raba_grid_epsg3035.zip"}, "3640 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"the mapping is remembered", Options{Layer: "grid"}, []string{"messy", "raba_grid_epsg3035.zip"}, "0 new, 0 changed, 0 gone, 3640 same, 0 rejected"},
		{"another country", Options{Layer: "grid", DryRun: true, Map: map[string]string{"name": "NM3", "code": "IDN3"}}, []string{"messy", "sk_districts", "districts.shp"}, "0 new, 0 changed, 0 gone, 0 same, 79 rejected"},
		{"UTM", Options{Layer: "land", Map: map[string]string{"name": "LULC_NAME", "code": "index"}}, []string{"messy", "lulc_si_epsg32633.gpkg"}, "84 new, 0 changed, 0 gone, 0 same, 4 rejected"},
		{"GeoJSON with a crs member", Options{Layer: "borders"}, []string{"messy", "svn_border_epsg32633.geojson"}, "1 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"a track", Options{Layer: "cycling_routes"}, []string{"kolesarske", "stkp_etapa_1.gpx"}, "1 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"lines without names", Options{Layer: "rides"}, []string{"kolesarske", "kolo_avg_snap.geojson"}, "--map name=FIELD"},
		{"points for areas", Options{Layer: "settlements", DryRun: true}, []string{"naselja", "naselja_kranj_centroidi_d96.geojson"}, "0 new, 0 changed, 0 gone, 0 same, 49 rejected"},
		{"a register as CSV", Options{Layer: "local_communities", DryRun: true}, []string{"obcine", "rpe_odo.csv"}, "1247 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"another country's settlements", Options{Layer: "land", DryRun: true, Map: map[string]string{"name": "ekatte"}}, []string{"naselja", "bg_settlements.geojson"}, "0 new, 0 changed, 0 gone, 0 same, 4623 rejected"},
		{"invalid rings", Options{Layer: "land", DryRun: true}, []string{"obcine", "statistical-regions-gurs-simplified.geojson"}, "12 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"old Excel", Options{Layer: "projects"}, []string{"projekti", "obcine_proracun_FK-2014.xls"}, "save it as .xlsx"},
		{"a list that is no collection", Options{Layer: "settlements"}, []string{"naselja", "naselja_wikipedia_2021.json"}, "FeatureCollection"},
	} {
		c.o.File = pgtest.Shared(t, c.file...)
		got, err := attempt(t, pools, c.o)
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: error %q; want %q", c.name, err, c.want)
			}
			continue
		}
		if got.Summary() != c.o.Layer+": "+c.want {
			t.Errorf("%s: %s; want %s", c.name, got.Summary(), c.want)
		}
	}
}

func attempt(t *testing.T, pools *pg.Pools, o Options) (*Report, error) {
	t.Helper()
	o.RejectsFile = t.TempDir() + "/rejects.csv"
	report, err := Run(t.Context(), pools, o)
	if err != nil {
		t.Logf("%v", err)
		return nil, err
	}
	for _, n := range report.Notes {
		t.Logf("note: %s", n.Text.EN)
	}
	for i, x := range report.Rejects {
		if i < 2 {
			t.Logf("row %d, %s %q: %s", x.Row, x.Field, x.Value, x.Reason.EN)
		}
	}
	for i, c := range report.Changes {
		if i < 2 && c.Kind == "changed" {
			t.Logf("%s %s: %v", c.Code, c.Name, c.Fields)
		}
	}
	t.Log(report.Summary())
	return report, nil
}

func own(t *testing.T, pools *pg.Pools, layer, geometry string) {
	t.Helper()
	if _, err := pools.Owner.Exec(t.Context(), `SELECT kraj.create_layer($1, $1, $1, $2)`, layer, geometry); err != nil {
		t.Fatal(err)
	}
}
