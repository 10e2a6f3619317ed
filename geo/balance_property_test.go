package geo_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	sf "github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

// Random projects: what the database keeps is what the independent computation says,
// to 10⁻¹² in weights and one cent an atom, exactly in totals; cutting, turning and
// reordering the geometry changes nothing.
func TestRandomProjects(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	rows := oracleLand()
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		sites := drawSites(r)
		amount := rapid.Int64Range(0, 100_000_000).Draw(r, "cents")
		geoms := make([]sf.Geometry, len(sites))
		for i, s := range sites {
			geoms[i] = must(sf.UnmarshalWKT(s))
		}
		id := l.project(fmt.Sprint("p", n), amount, sites...)
		for _, method := range []string{"extent", "population", "equal"} {
			weights := oracleWeights(rows, geoms, method)
			parts := oracleDivide(whole, weights, rows)
			if got := l.parts(id, method); !near(got, parts) {
				r.Fatalf("%s of %v: parts %v, independently %v", method, sites, got, parts)
			}
			compareCents(r, method, l.cents(id, method), oracleDivide(amount, weights, rows), amount)
		}
		turned := l.project(fmt.Sprint("t", n), amount, turn(r, sites)...)
		if a, b := l.parts(id, "extent"), l.parts(turned, "extent"); !maps.Equal(a, b) {
			r.Fatalf("%v: %v; cut and turned: %v", sites, a, b)
		}
	})
	l.verify()
	unionOfSettlements(t, l)
}

func compareCents(r *rapid.T, method string, got, want map[string]int64, amount int64) {
	sum := int64(0)
	for _, name := range []string{"A", "B", "C", "D", "outside", "unplaced"} {
		if d := got[name] - want[name]; d < -1 || d > 1 {
			r.Fatalf("%s: %s has %d cents, independently %d", method, name, got[name], want[name])
		}
		sum += got[name]
	}
	if sum != amount {
		r.Fatalf("%s: %d cents became %d", method, amount, sum)
	}
}

// drawSites draws up to four sites on whole coordinates around the fixture's land,
// where borders and corners are hit often.
func drawSites(r *rapid.T) []string {
	x, y := rapid.IntRange(-5, 50), rapid.SampledFrom([]int{-5, 0, 3, 5, 10, 14})
	point := rapid.Custom(func(r *rapid.T) string { return fmt.Sprintf("%d %d", x.Draw(r, "x"), y.Draw(r, "y")) })
	site := rapid.Custom(func(r *rapid.T) string {
		switch rapid.IntRange(0, 2).Draw(r, "dimension") {
		case 0:
			return "POINT(" + point.Draw(r, "point") + ")"
		case 1:
			list := rapid.SliceOfNDistinct(point, 2, 4, rapid.ID[string]).Draw(r, "line")
			return "LINESTRING(" + strings.Join(list, ",") + ")"
		}
		a, b := x.Draw(r, "left"), y.Draw(r, "bottom")
		w, h := rapid.IntRange(1, 30).Draw(r, "width"), rapid.IntRange(1, 15).Draw(r, "height")
		return fmt.Sprintf("POLYGON((%d %d,%d %d,%d %d,%d %d,%d %d))", a, b, a+w, b, a+w, b+h, a, b+h, a, b)
	})
	return rapid.SliceOfN(site, 0, 4).Draw(r, "sites")
}

// turn reverses the sites and their vertices, and cuts lines in the middle of their first stretch.
func turn(r *rapid.T, sites []string) []string {
	var out []string
	for i := len(sites) - 1; i >= 0; i-- {
		g := must(sf.UnmarshalWKT(sites[i]))
		if line, ok := g.AsLineString(); ok && rapid.Bool().Draw(r, "cut") {
			c := line.Coordinates()
			a, b := c.GetXY(0), c.GetXY(1)
			middle := sf.XY{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
			out = append(out, sf.NewLineStringXY(middle.X, middle.Y, a.X, a.Y).AsText())
			rest := []float64{middle.X, middle.Y}
			for k := 1; k < c.Length(); k++ {
				rest = append(rest, c.GetXY(k).X, c.GetXY(k).Y)
			}
			out = append(out, sf.NewLineStringXY(rest...).AsText())
			continue
		}
		out = append(out, g.Reverse().AsText())
	}
	return out
}

// unionOfSettlements joins A and B: every project then has in the union what it had
// in both together.
func unionOfSettlements(t *testing.T, l *land) {
	t.Helper()
	sums := func(settlements string) map[string]int64 {
		return l.column(`SELECT project_id::text, sum(extent)::bigint FROM weights WHERE settlement_id IN (` + settlements + `) GROUP BY project_id`)
	}
	before := sums("1, 2")
	l.exec(`UPDATE settlements SET geom = ST_Multi(ST_MakeEnvelope(0, 0, 20, 10, kraj.srid())) WHERE id = 1; DELETE FROM settlements WHERE id = 2`)
	after := sums("1")
	if len(before) == 0 || len(before) != len(after) {
		t.Fatalf("%d projects lay in A or B, %d in their union", len(before), len(after))
	}
	for project, parts := range before {
		if d := after[project] - parts; d < -20 || d > 20 {
			t.Errorf("project %s: %d parts in A and B, %d in their union", project, parts, after[project])
		}
	}
	l.verify()
}
