package geo_test

import (
	"cmp"
	"maps"
	"math"
	"math/big"
	"slices"

	sf "github.com/peterstace/simplefeatures/geom"
)

// The independent computation: another geometry engine, exact fractions, and the
// rules of docs/method.md written once more. It shares no line with the SQL.

// oracleRow is a row of the balance, in the order in which ties of remainders are broken.
type oracleRow struct {
	name   string
	people *int64
	shape  sf.Geometry
}

// oracleLand lists the own settlements of the fixture in natural order of codes.
func oracleLand() []oracleRow {
	people := func(n int64) *int64 { return &n }
	return []oracleRow{
		{"A", people(60), polygon(0, 10)},
		{"B", people(30), polygon(10, 20)},
		{"D", nil, polygon(30, 40)},
		{"C", people(10), polygon(20, 30)},
	}
}

func polygon(from, to float64) sf.Geometry {
	return sf.NewPolygonXY([]float64{from, 0, to, 0, to, 10, from, 10, from, 0}).AsGeometry()
}

// oracleWeights divides sites over settlements; the weights are exact and sum to 1.
func oracleWeights(rows []oracleRow, sites []sf.Geometry, method string) map[string]*big.Rat {
	extent := map[string]*big.Rat{}
	touched := map[string]bool{}
	dimensions := 0
	for d := range 3 {
		var shapes []sf.Geometry
		for _, s := range sites {
			if s.Dimension() == d {
				shapes = append(shapes, s)
			}
		}
		if len(shapes) == 0 {
			continue
		}
		dimensions++
		all := must(sf.UnionMany(shapes))
		total := size(all, d)
		before := int64(0)
		for i, r := range rows { // a settlement's part: what the first i settlements hold together, less what the first i−1 do
			covered := r.shape
			if i > 0 {
				covered = must(sf.UnionMany(shapesOf(rows[:i+1])))
			}
			now := size(must(sf.Intersection(all, covered)), d)
			part := now - before
			before = now
			if part <= 1e6 { // a millionth: arithmetic
				continue
			}
			add(extent, r.name, big.NewRat(part, total))
			limit := math.Max(1e12, float64(total)*0.001)
			touched[r.name] = touched[r.name] || d == 0 || float64(part) > limit
		}
		if total-before > 1e6 {
			add(extent, "outside", big.NewRat(total-before, total))
		}
	}
	if dimensions == 0 {
		return map[string]*big.Rat{"unplaced": big.NewRat(1, 1)}
	}
	for _, w := range extent {
		w.Quo(w, big.NewRat(int64(dimensions), 1))
	}
	return oracleMethod(rows, extent, touched, method)
}

// oracleMethod divides what lies inside anew, by people or equally.
func oracleMethod(rows []oracleRow, extent map[string]*big.Rat, touched map[string]bool, method string) map[string]*big.Rat {
	if method == "extent" || method == "served" {
		return extent
	}
	claim := map[string]int64{}
	sum, inside := int64(0), 0
	any := slices.ContainsFunc(rows, func(r oracleRow) bool { return touched[r.name] })
	for _, r := range rows {
		if extent[r.name] == nil || (any && !touched[r.name]) {
			continue
		}
		inside++
		switch {
		case method == "equal":
			claim[r.name] = 1
		case r.people != nil:
			claim[r.name] = *r.people
		}
		sum += claim[r.name]
	}
	if sum == 0 && inside == 1 { // alone, it needs no people to compare
		for _, r := range rows {
			if extent[r.name] != nil && (!any || touched[r.name]) {
				claim[r.name], sum = 1, 1
			}
		}
	}
	if sum == 0 {
		return extent
	}
	rest := big.NewRat(1, 1)
	out := map[string]*big.Rat{}
	if o := extent["outside"]; o != nil {
		out["outside"] = o
		rest.Sub(rest, o)
	}
	for name, c := range claim {
		if c > 0 {
			out[name] = new(big.Rat).Mul(rest, big.NewRat(c, sum))
		}
	}
	return out
}

// oracleDivide divides an integer by largest remainder, ties to the lower code, special rows last.
func oracleDivide(amount int64, weights map[string]*big.Rat, rows []oracleRow) map[string]int64 {
	rank := map[string]int{"outside": len(rows), "municipality_wide": len(rows) + 1, "unplaced": len(rows) + 2}
	for i, r := range rows {
		rank[r.name] = i
	}
	out := map[string]int64{}
	remainders := map[string]*big.Rat{}
	left := amount
	for name, w := range weights {
		exact := new(big.Rat).Mul(w, new(big.Rat).SetInt64(amount))
		floor := new(big.Int).Quo(exact.Num(), exact.Denom())
		out[name] = floor.Int64()
		left -= out[name]
		remainders[name] = exact.Sub(exact, new(big.Rat).SetInt(floor))
	}
	order := slices.SortedFunc(maps.Keys(weights), func(a, b string) int {
		return cmp.Or(remainders[b].Cmp(remainders[a]), cmp.Compare(rank[a], rank[b]))
	})
	for _, name := range order[:left] {
		out[name]++
	}
	maps.DeleteFunc(out, func(_ string, v int64) bool { return v == 0 })
	return out
}

// size in 10⁻¹² of a point, a metre, a square metre: finer than anything asserted.
func size(g sf.Geometry, dimension int) int64 {
	const unit = 1e12
	switch dimension {
	case 0:
		n := int64(0)
		for _, p := range g.Dump() {
			if !p.IsEmpty() && p.Dimension() == 0 {
				n += unit
			}
		}
		return n
	case 1:
		return int64(math.Round(g.Length() * unit))
	}
	return int64(math.Round(g.Area() * unit))
}

func shapesOf(rows []oracleRow) []sf.Geometry {
	out := make([]sf.Geometry, len(rows))
	for i, r := range rows {
		out[i] = r.shape
	}
	return out
}

func add(to map[string]*big.Rat, name string, w *big.Rat) {
	if to[name] == nil {
		to[name] = new(big.Rat)
	}
	to[name].Add(to[name], w)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
