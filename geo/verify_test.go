package geo_test

import (
	"slices"
	"strings"
	"testing"

	"kraj/geo"
)

// What no trigger has seen, a superuser's hand in the derived tables, is found and told: which project, what, and what it should be.
func TestTheVerifierSaysWhatDiffers(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	id := l.project("p", 1000, "LINESTRING(5 5,15 5)")
	l.project("q", 100, "POINT(25 5)")
	l.exec(`INSERT INTO business_zones (id, code, name, geom) VALUES (1, 'Z', 'cona', ST_Multi(ST_MakeEnvelope(12, 0, 18, 10, kraj.srid())))`)
	l.verify()
	for _, c := range []struct{ sql, kind, sl, en string }{
		{`UPDATE ties SET share = 0.9 WHERE layer = 'settlements' AND place_id = 1`, "tie", "vez (settlements 1 crosses m): shranjeno je 5 m 0.9 geometry", "but computed as 5 m 0.5 geometry"},
		{`UPDATE ties SET place_id = 3 WHERE layer = 'settlements' AND place_id = 2`, "tie", "vez (settlements 2 crosses m): ni shranjeno", "not stored, but computed as 5 m 0.5 geometry"},
		{`DELETE FROM ties WHERE layer = 'business_zones'`, "tie", "vez (business_zones 1 crosses m): ni shranjeno", "not stored, but computed as 3 m 0.3 geometry"},
		{`UPDATE ties SET visibility = 'internal' WHERE layer = 'business_zones'`, "tie", "internal, izračun", "public"},
		{`UPDATE extents SET measure = 11 WHERE dimension = 1`, "extent", "lik (m): shranjeno je 11", "computed as 10"},
		{`UPDATE extents SET geom = ST_Translate(geom, 0, 1) WHERE dimension = 1`, "extent", "lik (m)", "the shape (m)"},
		{`UPDATE outlines SET geom = ST_Translate(geom, 0, 1)`, "outline", "Obris business_zones 1: shranjeni odseki", "The outline of business_zones 1"},
		{`INSERT INTO outlines SELECT 'settlements', id, geom FROM settlements`, "outline", "Obris settlements 1", "The outline of settlements 1"},
		{`DELETE FROM outlines`, "outline", "Obris business_zones 1", "The outline of business_zones 1"},
		{`UPDATE weights SET extent = extent + 1 WHERE settlement_id = 1`, "weight", "delež (sum of parts)", "1000000000000 each"},
		{`UPDATE weights SET equal = 0, note = 'x' WHERE settlement_id = 2`, "weight", "delež (2)", "the weight (2)"},
		{
			`INSERT INTO weights (project_id, municipality_id, visibility, special, extent, population, equal, served, origin) SELECT id, 1, 'public', 'outside', 0, 0, 0, 0, 'geometry' FROM projects WHERE code = 'p'`,
			"weight", "delež (outside): shranjeno je 0 0 0 0", "not there when computed",
		},
		{`UPDATE atoms SET extent = extent + 1 WHERE settlement_id = 1`, "atom", "del denarja (sum of source not stated): shranjeno je 1001", "computed as 1000"},
		{`UPDATE atoms SET extent = extent + CASE settlement_id WHEN 1 THEN 1 ELSE -1 END WHERE settlement_id < 3`, "atom", "del denarja (source not stated 1): shranjeno je extent 501", "computed as extent 500"},
		{`DELETE FROM atoms WHERE settlement_id = 2`, "atom", "del denarja (source not stated 2): ni shranjeno", "not stored"},
		{`UPDATE sums SET total_equal = 1 WHERE settlement_id = 1`, "sum", "vsota (1", "the sum (1"},
		{`UPDATE class_sums SET total_extent = total_extent + 1 WHERE scheme_id = 1 AND class = 1`, "class", "vsota po razredu (scheme 1 urban): shranjeno je total_extent 501", "computed as total_extent 500"},
		{`DELETE FROM class_sums WHERE scheme_id = 2`, "class", "vsota po razredu (scheme 2 urban): ni shranjeno", "not stored"},
		{`UPDATE class_lines SET heads = 0 WHERE scheme_id = 1 AND class = 3`, "class", "vsota po razredu (scheme 1 rural source not stated): shranjeno je heads 0", "computed as heads 63"},
		{`UPDATE project_words SET folded = 'nekaj drugega' WHERE project_id = (SELECT id FROM projects WHERE code = 'p')`, "words", "besede (code and title): shranjeno je", "nekaj drugega"},
		{`DELETE FROM project_words`, "words", "besede (code and title): ni shranjeno", "not stored"},
		{`UPDATE class_people SET people = 61 WHERE scheme_id = 1 AND class = 'urban'`, "people", "Prebivalci po razredu (municipality 1 scheme 1 set 1 urban): shranjeno je \"61\", izračun pa da \"60\".", "stored as \"61\", but computed as \"60\""},
		{`DELETE FROM class_people WHERE class = 'suburban'`, "people", "Prebivalci po razredu", "but computed as \"30\""},
	} {
		l.exec(c.sql)
		ties, err := geo.VerifyTies(t.Context(), l.pools.Owner, nil)
		if err != nil {
			t.Fatal(err)
		}
		sums, err := geo.VerifySums(t.Context(), l.pools.Owner, nil)
		if err != nil {
			t.Fatal(err)
		}
		found := slices.Concat(ties, sums)
		if !slices.ContainsFunc(found, func(d geo.Difference) bool {
			return d.Kind == c.kind && (d.ProjectID == id || d.Kind == "outline" || d.Kind == "people") && strings.Contains(d.Sentence.SL, c.sl) && strings.Contains(d.Sentence.EN, c.en)
		}) {
			t.Errorf("%s: the verifier says %+v", c.sql, found)
		}
		l.exec(`SELECT kraj.rebuild_derived()`)
		l.verify()
	}
}
