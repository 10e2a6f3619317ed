package tiles_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"kraj/geo/pgtest"
	"kraj/tiles"
	own "kraj/tiles/mvt"
)

// asMVT is the same tile as ST_AsMVT makes it of the same rows.
func asMVT(t testing.TB, c *tiles.Catalog, q interface {
	one(sql string, args ...any) []byte
}, zxy [3]int,
) []byte {
	t.Helper()
	var tile []byte
	for _, l := range c.Layers() {
		if zxy[0] < l.MinZoom || zxy[0] > l.MaxZoom {
			continue
		}
		tile = append(tile, q.one(fmt.Sprintf(`SELECT ST_AsMVT(f, '%[1]s', 4096, 'geom', 'id') FROM (
			SELECT id, props, ST_AsMVTGeom(geom, ST_TileEnvelope($1, $2, $3), 4096, 64, true) AS geom FROM tile_features
			WHERE layer = '%[1]s' AND band = %[2]d AND geom && ST_TileEnvelope($1, $2, $3, margin => 64.0 / 4096) ORDER BY id) f`, l.ID, tiles.Band(zxy[0])),
			zxy[0], zxy[1], zxy[2])...)
	}
	return tile
}

type ask func(sql string, args ...any) []byte

func (a ask) one(sql string, args ...any) []byte { return a(sql, args...) }

// PostGIS is the judge: the same features in each layer, with the same attributes, and as much of them drawn.
func TestTilesAreThoseOfPostGIS(t *testing.T) {
	t.Parallel()
	p := world(t)
	c := catalog(t, p.Planner)
	judge := ask(func(sql string, args ...any) []byte {
		var b []byte
		if err := p.Planner.QueryRow(t.Context(), sql, args...).Scan(&b); err != nil {
			t.Fatal(err)
		}
		return b
	})
	seen := 0
	for _, zxy := range [][3]int{{7, 69, 45}, {8, 138, 90}, whole, {10, 552, 363}, {11, 1105, 726}, {12, 2211, 1453}, {13, 4422, 2906}, middle, {14, 8846, 5813}, {15, 17690, 11627}} {
		got, want := decode(t, render(t, p.Planner, zxy)), decode(t, asMVT(t, c, judge, zxy))
		for _, name := range c.Names() {
			ours, theirs := byID(got[name]), byID(want[name])
			for id := range theirs {
				seen++
				if ours[id] == nil && size(theirs[id].Geometry) > 4 {
					t.Errorf("%v %s %v is missing: %v", zxy, name, id, theirs[id].Geometry)
				}
			}
			for id, f := range ours {
				if theirs[id] == nil {
					if size(f.Geometry) > 4 {
						t.Errorf("%v %s %v is one too many: %v", zxy, name, id, f.Geometry)
					}
					continue
				}
				if diff := cmp.Diff(theirs[id].Properties, f.Properties); diff != "" {
					t.Errorf("%v %s %v: %s", zxy, name, id, diff)
				}
				if fault := alike(f.Geometry, theirs[id].Geometry); fault != "" {
					t.Errorf("%v %s %v: %s\n%v\n%v", zxy, name, id, fault, f.Geometry, theirs[id].Geometry)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d features were compared", seen)
	}
}

func byID(l *mvt.Layer) map[any]*feature {
	m := map[any]*feature{}
	if l != nil {
		for _, f := range l.Features {
			m[f.ID] = &feature{f.Geometry, f.Properties}
		}
	}
	return m
}

type feature struct {
	Geometry   orb.Geometry
	Properties map[string]any
}

// size is how much of the grid a geometry takes: area, length or 5 for a point.
func size(g orb.Geometry) float64 {
	switch g.Dimensions() {
	case 0:
		return 5
	case 1:
		return planar.Length(g)
	}
	return math.Abs(planar.Area(g))
}

// vertices counts a geometry's points.
func vertices(g orb.Geometry) (n float64) {
	switch g := g.(type) {
	case orb.LineString:
		return float64(len(g))
	case orb.MultiLineString:
		for _, l := range g {
			n += float64(len(l))
		}
	case orb.Polygon:
		for _, r := range g {
			n += float64(len(r))
		}
	case orb.MultiPolygon:
		for _, p := range g {
			n += vertices(p)
		}
	}
	return n
}

// alike compares how much two geometries draw, within the grid: the outline may lie a unit to either side.
func alike(a, b orb.Geometry) string {
	if a.Dimensions() != b.Dimensions() {
		return "another dimension"
	}
	bound, other := a.Bound(), b.Bound()
	single := !strings.HasPrefix(a.GeoJSONType(), "Multi") && !strings.HasPrefix(b.GeoJSONType(), "Multi") // else a small part may be gone
	for i, d := range []float64{bound.Min[0] - other.Min[0], bound.Min[1] - other.Min[1], bound.Max[0] - other.Max[0], bound.Max[1] - other.Max[1]} {
		if math.Abs(d) > 2 && size(b) > 16 && single {
			return fmt.Sprintf("side %d of the box is %v units away", i, d)
		}
	}
	allowed := 0.0
	switch b.Dimensions() {
	case 1:
		allowed = 2 + 1.5*math.Max(vertices(a), vertices(b))
	case 2:
		allowed = 4 + planar.Length(outline(a)) + planar.Length(outline(b))
	}
	if d := math.Abs(size(a) - size(b)); d > allowed && a.Dimensions() > 0 {
		return fmt.Sprintf("%v and %v square units or units are drawn", size(a), size(b))
	}
	if a.Dimensions() == 0 && points(a) != points(b) {
		return "other points"
	}
	return ""
}

func outline(g orb.Geometry) orb.MultiLineString {
	var lines orb.MultiLineString
	switch g := g.(type) {
	case orb.Polygon:
		for _, r := range g {
			lines = append(lines, orb.LineString(r))
		}
	case orb.MultiPolygon:
		for _, p := range g {
			lines = append(lines, outline(p)...)
		}
	}
	return lines
}

func points(g orb.Geometry) int {
	if m, ok := g.(orb.MultiPoint); ok {
		return len(m)
	}
	return 1
}

// Any geometry is drawn as PostGIS draws it. Shapes are valid, as the database wants them, and any size, from less than a unit to more than
// the tile.
func TestAnyGeometryIsDrawnAsByPostGIS(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	const z, x, y = 12, 2211, 1453
	rapid.Check(t, func(r *rapid.T) {
		g := anyGeometry(r)
		b, err := ewkb.Marshal(g, 3857)
		if err != nil {
			r.Fatal(err)
		}
		var theirs []byte
		var valid bool
		if err := p.Owner.QueryRow(t.Context(), `SELECT coalesce(ST_IsValid($1::bytea::geometry), true), (SELECT ST_AsMVT(f, 'l', 4096, 'geom', 'id') FROM (
			SELECT 1 AS id, ST_AsMVTGeom($1::bytea::geometry, ST_TileEnvelope($2, $3, $4), 4096, 64, true) AS geom) f)`, b, z, x, y).Scan(&valid, &theirs); err != nil {
			r.Fatal(err)
		}
		if !valid {
			r.Skip("not valid")
		}
		tile := own.New(z, x, y)
		defer tile.Free()
		if err := tile.Layer("l").Add(own.Feature{ID: 1, Geometry: b}); err != nil {
			r.Fatal(err)
		}
		body, _ := tile.Encode(math.MaxInt)
		got, want := byID(decode(t, body)["l"])[1.0], byID(decode(t, theirs)["l"])[1.0]
		switch {
		case got == nil && want == nil:
		case got == nil && size(want.Geometry) > 8 && !atEdge(want.Geometry):
			r.Errorf("nothing of %v", want.Geometry)
		case want == nil && size(got.Geometry) > 8 && !atEdge(got.Geometry):
			r.Errorf("%v, want nothing", got.Geometry)
		case got != nil && want != nil && !atEdge(got.Geometry):
			if fault := alike(got.Geometry, want.Geometry); fault != "" {
				r.Errorf("%s\n%v\n%v", fault, got.Geometry, want.Geometry)
			}
		}
	})
}

// atEdge: a point on the very edge of the buffer may be in or out; so may what is narrow along it.
func atEdge(g orb.Geometry) bool {
	b := g.Bound()
	near := func(v, edge float64) bool { return math.Abs(v-edge) <= 1 }
	if g.Dimensions() == 0 {
		m, ok := g.(orb.MultiPoint)
		if p, one := g.(orb.Point); one {
			m, ok = orb.MultiPoint{p}, true
		}
		for _, p := range m {
			if near(p[0], -64) || near(p[0], 4160) || near(p[1], -64) || near(p[1], 4160) {
				return ok
			}
		}
		return false
	}
	return near(b.Max[0], -64) || near(b.Max[1], -64) || near(b.Min[0], 4160) || near(b.Min[1], 4160)
}

// anyGeometry draws one around the tile, in EPSG:3857.
func anyGeometry(r *rapid.T) orb.Geometry {
	const side = 2 * math.Pi * 6378137 / (1 << 12)
	const west, north = 2211*side - math.Pi*6378137, math.Pi*6378137 - 1453*side
	scale := side / 4096
	coordinate := rapid.OneOf(rapid.Float64Range(-200, 4300), rapid.Float64Range(-9000, 14000), rapid.Map(rapid.IntRange(-70, 4170), func(v int) float64 { return float64(v) }))
	place := func(name string) orb.Point {
		return orb.Point{coordinate.Draw(r, name+" x"), coordinate.Draw(r, name+" y")}
	}
	ground := func(p orb.Point) orb.Point { return orb.Point{west + p[0]*scale, north - p[1]*scale} }
	star := func(centre orb.Point, large, small float64, n int) orb.Ring {
		var ring orb.Ring
		for i := range n {
			radius := rapid.Float64Range(small, large).Draw(r, "radius")
			angle := 2 * math.Pi * float64(i) / float64(n)
			ring = append(ring, ground(orb.Point{centre[0] + radius*math.Cos(angle), centre[1] + radius*math.Sin(angle)}))
		}
		return append(ring, ring[0])
	}
	area := func() orb.Polygon {
		centre := place("centre")
		large := math.Exp(rapid.Float64Range(-1, 9).Draw(r, "size"))
		polygon := orb.Polygon{star(centre, large, large/2, rapid.IntRange(3, 40).Draw(r, "corners"))}
		if rapid.Bool().Draw(r, "hole") {
			polygon = append(polygon, star(centre, large/5, large/9, rapid.IntRange(3, 12).Draw(r, "corners of the hole")))
		}
		return polygon
	}
	line := func() orb.LineString {
		var l orb.LineString
		for i := range rapid.IntRange(2, 12).Draw(r, "vertices") {
			p := ground(place(fmt.Sprint("vertex ", i)))
			// Where a line comes back to the spot PostGIS may lose the stretch between: no use as a judge of that.
			for slices.ContainsFunc(l, func(q orb.Point) bool { return planar.Distance(p, q) < 3*scale }) {
				p[0] += 5 * scale
			}
			l = append(l, p)
		}
		return l
	}
	switch kind := rapid.SampledFrom(strings.Fields("point points line lines area areas collection")).Draw(r, "kind"); kind {
	case "point":
		return ground(place("point"))
	case "points":
		m := orb.MultiPoint{}
		for range rapid.IntRange(0, 4).Draw(r, "number") {
			m = append(m, ground(place("point")))
		}
		return m
	case "line":
		return line()
	case "lines":
		return orb.MultiLineString{line(), line()}
	case "area":
		return area()
	case "areas":
		m := orb.MultiPolygon{}
		for range rapid.IntRange(0, 3).Draw(r, "number") {
			m = append(m, area())
		}
		return m
	}
	return orb.Collection{ground(place("point")), line(), area()}
}
