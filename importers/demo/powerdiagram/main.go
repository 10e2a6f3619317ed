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
// reads settlements.csv, neighbours.csv and, where they exist, parts.csv (a large settlement in pieces) and
// local_communities.csv of each folder; it writes settlements.geojson and local_communities.geojson (EPSG:3794).
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"math"
	"path/filepath"
	"slices"
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
	settlements, err := readPlaces(filepath.Join(folder, "settlements.csv"))
	if err != nil {
		return err
	}
	around, err := readPlaces(filepath.Join(folder, "neighbours.csv"))
	if err != nil {
		return err
	}
	parts, err := readPlaces(filepath.Join(folder, "parts.csv"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	own := pieces(settlements, parts)
	cells, outside, err := shapes(own, around, o)
	if err != nil {
		return err
	}
	features, err := join(settlements, own, cells)
	if err != nil {
		return err
	}
	if err := writeGeoJSON(filepath.Join(folder, "settlements.geojson"), "settlements", features); err != nil {
		return err
	}
	fmt.Printf("%s: %d settlements in %d pieces, %d neighbours, %d centroids outside their cell\n",
		folder, len(settlements), len(own), len(around), outside)
	return communities(folder, own, cells)
}

// pieces replaces each settlement that has parts by them.
func pieces(settlements, parts []place) []place {
	divided := map[string]bool{}
	for _, p := range parts {
		divided[p.settlement] = true
	}
	out := append([]place(nil), parts...)
	for _, s := range settlements {
		if !divided[s.code] {
			s.settlement = s.code
			out = append(out, s)
		}
	}
	return out
}

// join dissolves the pieces of each settlement.
func join(settlements, own []place, cells []ring) ([]feature, error) {
	var out []feature
	for _, s := range settlements {
		rings, err := dissolve(pick(own, cells, func(p place) bool { return p.settlement == s.code }))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		out = append(out, feature{s.code, s.name, rings})
	}
	return out, nil
}

// communities dissolves the settlements and parts of each local community.
func communities(folder string, own []place, cells []ring) error {
	codes, members, err := readCommunities(filepath.Join(folder, "local_communities.csv"))
	if err != nil || len(codes) == 0 {
		return err
	}
	var out []feature
	for _, code := range codes {
		rings, err := dissolve(pick(own, cells, func(p place) bool {
			return p.community == code || p.community == "" && slices.Contains(members[code], p.settlement)
		}))
		if err != nil {
			return fmt.Errorf("local community %s: %w", code, err)
		}
		out = append(out, feature{code: code, rings: rings})
	}
	return writeGeoJSON(filepath.Join(folder, "local_communities.geojson"), "local_communities", out)
}

func pick(own []place, cells []ring, wanted func(place) bool) []ring {
	var out []ring
	for i, p := range own {
		if wanted(p) {
			out = append(out, cells[i])
		}
	}
	return out
}

// shapes solves the diagram, pulls seeds whose cell has lost its centroid, solves again, and keeps the
// round in which the fewest of the municipality's own centroids lie outside their cells.
func shapes(own, around []place, o options) (best []ring, outside int, err error) {
	places := append(append([]place(nil), own...), around...)
	d := newDiagram(layout(places, o))
	if err := d.fillHoles(len(own)); err != nil {
		return nil, 0, err
	}
	outside = len(own) + 1
	for round := 0; round <= o.rounds && outside > 0; round++ {
		clear(d.weights) // moved seeds may have no cell under the old weights; without weights all have one
		if _, err := d.solve(tolerance, 200); err != nil {
			return nil, 0, fmt.Errorf("solving: %w", err)
		}
		cells := d.boundCells()
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

// fillHoles removes the free points that the municipality's own cells (the first n) enclose.
func (d *diagram) fillHoles(n int) error {
	if _, err := d.solve(tolerance, 200); err != nil {
		return fmt.Errorf("solving: %w", err)
	}
	cells := d.cells()
	reached := make([]bool, len(cells))
	var queue []int
	for i, c := range cells[n:] {
		for _, v := range c {
			if v.right < 0 && !reached[n+i] { // beside the frame
				reached[n+i] = true
				queue = append(queue, n+i)
			}
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for _, v := range cells[i] {
			if v.right >= n && !reached[v.right] {
				reached[v.right] = true
				queue = append(queue, v.right)
			}
		}
	}
	var kept []site
	for i, s := range d.sites {
		if i < n || s.area > 0 || reached[i] {
			kept = append(kept, s)
		}
	}
	*d = *newDiagram(kept, d.frame)
	return nil
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
func polygons(cells []cell) []ring {
	shared := map[[3]int]point{}
	shapes := make([]ring, len(cells))
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
