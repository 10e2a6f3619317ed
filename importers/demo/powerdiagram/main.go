// Powerdiagram computes the approximate shapes of the demonstration's settlements.
//
// No boundary of a register goes in. What goes in is what the register of spatial units says about each
// settlement in numbers: a centroid and an area. The shapes are the cells of a power diagram of the
// centroids, with weights such that each cell has its settlement's registered area. The outline comes from
// the centroids too: the settlements of neighbouring municipalities take part, and a net of free points
// stands for land (or sea) further than a settlement's own radius from every centroid.
//
//	go run ./importers/demo/powerdiagram importers/demo/kranj importers/demo/koper
//
// reads settlements.csv and neighbours.csv of each folder and writes settlements.geojson (EPSG:3794).
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	o := options{}
	flag.Float64Var(&o.mesh, "mesh", 900, "distance between free points, in metres")
	flag.Float64Var(&o.leash, "leash", 0.1, "how far a seed may first leave its centroid, as a share of its disc's radius")
	flag.IntVar(&o.rounds, "rounds", 60, "how often seeds are pulled towards centroids that lie outside their cell")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("usage: powerdiagram FOLDER…")
	}
	for _, folder := range flag.Args() {
		if err := run(folder, o); err != nil {
			log.Fatalf("%s: %v", folder, err)
		}
	}
}

type options struct {
	mesh, leash float64
	rounds      int
}

// tolerance is the largest relative error of an area: far below the half percent that rounding the
// coordinates to a decimetre and the register's own two decimals leave.
const tolerance = 1e-6

func run(folder string, o options) error {
	own, err := readPlaces(filepath.Join(folder, "settlements.csv"))
	if err != nil {
		return err
	}
	around, err := readPlaces(filepath.Join(folder, "neighbours.csv"))
	if err != nil {
		return err
	}
	shapes, outside, err := shapes(own, around, o)
	if err != nil {
		return err
	}
	out := filepath.Join(folder, "settlements.geojson")
	if err := writeGeoJSON(out, own, shapes); err != nil {
		return err
	}
	fmt.Printf("%s: %d settlements, %d neighbours, %d centroids outside their cell\n", out, len(own), len(around), outside)
	return nil
}

// shapes solves the diagram, pulls seeds whose cell has lost its centroid, solves again, and keeps the
// round in which the fewest of the municipality's own centroids lie outside their cells.
func shapes(own, around []place, o options) (best [][]point, outside int, err error) {
	places := append(append([]place(nil), own...), around...)
	d := newDiagram(layout(places, o))
	outside = len(own) + 1
	for round := 0; round <= o.rounds && outside > 0; round++ {
		clear(d.weights) // moved seeds may have no cell under the old weights; without weights all have one
		if _, err := d.solve(tolerance, 200); err != nil {
			return nil, 0, fmt.Errorf("solving: %w", err)
		}
		cells := d.cells()
		n := 0
		for i, p := range own {
			if !cells[i].contains(p.at) {
				n++
			}
		}
		if n < outside {
			outside, best = n, polygons(cells[:len(own)])
		}
		d.pull(places, cells)
	}
	return best, outside, nil
}

// layout puts the settlements first, then the free points: a hexagonal net over the frame, without those
// that come nearer to a seed than the radius of a disc of that settlement's area.
func layout(places []place, o options) ([]site, [2]point) {
	const margin = 6000
	lo := point{math.Inf(1), math.Inf(1)}
	hi := point{math.Inf(-1), math.Inf(-1)}
	var sites []site
	for i, seed := range spread(places, o.leash) {
		p := places[i]
		sites = append(sites, site{seed, p.area})
		lo = point{math.Min(lo.x, p.at.x-margin), math.Min(lo.y, p.at.y-margin)}
		hi = point{math.Max(hi.x, p.at.x+margin), math.Max(hi.y, p.at.y+margin)}
	}
	named := sites
	row := 0
	for y := lo.y; y <= hi.y; y += o.mesh * math.Sqrt(3) / 2 {
		for x := lo.x + float64(row%2)*o.mesh/2; x <= hi.x; x += o.mesh {
			if p := (point{x, y}); free(p, named, o.mesh) {
				sites = append(sites, site{at: p})
			}
		}
		row++
	}
	return sites, [2]point{lo, hi}
}

// free reports whether a free point may stand at p.
func free(p point, named []site, mesh float64) bool {
	for _, s := range named {
		radius := math.Sqrt(s.area / math.Pi)
		if math.Hypot(p.x-s.at.x, p.y-s.at.y) < radius+mesh/3 {
			return false
		}
	}
	return true
}

// polygons returns the cells with corners rounded to a decimetre. A corner is where three cells
// meet; it is computed once and shared, so that rounding cannot open a gap.
func polygons(cells []cell) [][]point {
	shared := map[[3]int]point{}
	shapes := make([][]point, len(cells))
	for i, c := range cells {
		for _, v := range c {
			name := sorted3(i, v.left, v.right)
			p, known := shared[name]
			if !known {
				p = point{math.Round(v.at.x*10) / 10, math.Round(v.at.y*10) / 10}
				shared[name] = p
			}
			if k := len(shapes[i]); k == 0 || shapes[i][k-1] != p {
				shapes[i] = append(shapes[i], p)
			}
		}
		if k := len(shapes[i]); k > 1 && shapes[i][0] == shapes[i][k-1] {
			shapes[i] = shapes[i][:k-1]
		}
	}
	return shapes
}

func sorted3(a, b, c int) [3]int {
	return [3]int{min(a, b, c), a + b + c - min(a, b, c) - max(a, b, c), max(a, b, c)}
}
