package demo_test

import (
	"testing"

	"kraj/geo/pgtest"
)

// The computed shapes: registered areas, a coverage without gaps and overlaps, and said to be approximate.
func TestShapes(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	for _, c := range []struct {
		what, query string
		want        int
	}{
		{"settlements without a shape", `SELECT count(*) FROM settlements WHERE geom IS NULL`, 0},
		{
			"settlements more than 0.5 % off their registered area",
			`SELECT count(*) FROM settlements WHERE abs(ST_Area(geom) / registered_area_m2 - 1) > 0.005`, 0,
		},
		{
			"pairs of settlements that overlap by more than 1 m²",
			`SELECT count(*) FROM settlements a JOIN settlements b ON a.id < b.id AND ST_Intersects(a.geom, b.geom)
			 WHERE ST_Area(ST_Intersection(a.geom, b.geom)) > 1`, 0,
		},
		{"holes between the settlements", `SELECT sum(ST_NumInteriorRings(d.geom))::integer FROM municipalities m, ST_Dump(m.geom) d`, 0},
		{
			"municipalities that are not the sum of their settlements",
			`SELECT count(*) FROM municipalities m WHERE abs(ST_Area(m.geom) -
			 (SELECT sum(ST_Area(s.geom)) FROM settlements s WHERE s.municipality_id = m.id)) > 1`, 0,
		},
		{
			"local communities more than 0.5 % off their registered area",
			`SELECT count(*) FROM local_communities WHERE abs(ST_Area(geom) / registered_area_m2 - 1) > 0.005`, 0,
		},
		{
			"pairs of local communities that overlap by more than 1 m²",
			`SELECT count(*) FROM local_communities a JOIN local_communities b ON a.id < b.id AND ST_Intersects(a.geom, b.geom)
			 WHERE ST_Area(ST_Intersection(a.geom, b.geom)) > 1`, 0,
		},
		{
			"local communities that reach out of the settlements by more than 1 m²",
			`SELECT count(*) FROM local_communities c, municipalities m WHERE m.id = c.municipality_id
			 AND ST_Area(ST_Difference(c.geom, m.geom)) > 1`, 0,
		},
		{
			"shapes and places that do not say they are approximate",
			`SELECT count(*) FROM (SELECT approximate FROM settlements UNION ALL SELECT approximate FROM local_communities
			 UNION ALL SELECT approximate FROM business_zones UNION ALL SELECT approximate FROM degraded_areas
			 UNION ALL SELECT approximate FROM cycling_routes UNION ALL SELECT approximate FROM agglomerations
			 UNION ALL SELECT approximate FROM sites) a WHERE NOT approximate`, 0,
		},
		{
			"places and settlements without a source",
			`SELECT count(*) FROM (SELECT source FROM settlements UNION ALL SELECT source FROM local_communities
			 UNION ALL SELECT source FROM business_zones UNION ALL SELECT source FROM degraded_areas
			 UNION ALL SELECT source FROM cycling_routes UNION ALL SELECT source FROM agglomerations
			 UNION ALL SELECT source FROM projects WHERE source_ref IS NOT NULL) a WHERE coalesce(source, '') = ''`, 0,
		},
		{
			"projects said to be at places that have neither a site nor a tie",
			`SELECT count(*) FROM projects p WHERE p.scope = 'sites' AND NOT EXISTS (SELECT FROM sites s WHERE s.project_id = p.id)
			 AND NOT EXISTS (SELECT FROM project_places s WHERE s.project_id = p.id AND s.state = 'confirmed')`, 0,
		},
		{
			"projects with sites or ties whose scope says otherwise",
			`SELECT count(*) FROM projects p WHERE p.scope <> 'sites' AND (EXISTS (SELECT FROM sites s WHERE s.project_id = p.id)
			 OR EXISTS (SELECT FROM project_places s WHERE s.project_id = p.id AND s.state = 'confirmed'))`, 0,
		},
		{
			"sites that lie in no settlement of the municipality",
			`SELECT count(*) FROM sites s WHERE NOT EXISTS (SELECT FROM settlements x WHERE x.municipality_id = s.municipality_id
			 AND ST_Intersects(x.geom, s.geom))`, 0,
		},
		{
			"business zones whose drawn area is not the stated one",
			`SELECT count(*) FROM business_zones WHERE stated_area_ha IS NOT NULL AND abs(ST_Area(geom) / 10000 - stated_area_ha) > 0.05`, 0,
		},
		{
			"zones outside the settlement that they are named after",
			`SELECT count(*) FROM business_zones z WHERE z.code = 'PC-HRASTJE' AND NOT EXISTS
			 (SELECT FROM settlements s WHERE s.name = 'Hrastje' AND ST_Contains(s.geom, z.geom))`, 0,
		},
		{
			"quarters of Kranj that the shapes put elsewhere",
			`SELECT count(*) FROM gazetteer g WHERE g.kind = 'quarter' AND NOT EXISTS
			 (SELECT FROM settlements s WHERE s.name = 'Kranj' AND ST_Contains(s.geom, g.geom))`, 0,
		},
	} {
		if n := number(t, p, c.query); n != c.want {
			t.Errorf("%s: %d, want %d", c.what, n, c.want)
		}
	}
}
