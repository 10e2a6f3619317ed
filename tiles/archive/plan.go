package archive

import (
	"context"
	"slices"

	"kraj/geo"
	"kraj/tiles"
	"kraj/tiles/pmtiles"
)

// level is the tiles of a zoom that may have something in them, in the order of PMTiles' ids.
type level struct {
	zoom   int
	places []tiles.Place
}

// enough tiles for one question to the database.
const enough = 4096

// plan descends the pyramid where there is something: the four below each tile that has features, here or deeper.
func plan(ctx context.Context, c *tiles.Catalog, q geo.Querier, o Options, f tiles.Filter) ([]level, error) {
	var levels []level
	candidates := []tiles.Place{{X: 0, Y: 0}}
	for z := 0; z <= o.MaxZoom && len(candidates) > 0; z++ {
		l := level{zoom: z}
		for chunk := range slices.Chunk(candidates, enough) {
			found, err := c.Occupied(ctx, q, o.Layers, f, z, chunk)
			if err != nil {
				return nil, err
			}
			l.places = append(l.places, found...)
		}
		l.sort()
		levels = append(levels, l)
		candidates = make([]tiles.Place, 0, 4*len(l.places))
		for _, p := range l.places {
			for _, d := range [4][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
				candidates = append(candidates, tiles.Place{X: 2*p.X + d[0], Y: 2*p.Y + d[1]})
			}
		}
	}
	return levels, nil
}

func (l level) sort() {
	ids := make(map[tiles.Place]uint64, len(l.places))
	for _, p := range l.places {
		ids[p] = pmtiles.ID(l.zoom, p.X, p.Y)
	}
	slices.SortFunc(l.places, func(a, b tiles.Place) int {
		if ids[a] < ids[b] {
			return -1
		}
		return 1
	})
}

func total(levels []level) (n int64) {
	for _, l := range levels {
		n += int64(len(l.places))
	}
	return n
}
