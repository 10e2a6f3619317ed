package tiles

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
)

// Place is a tile of a zoom.
type Place struct{ X, Y int }

// Occupied picks those of some tiles of a zoom where the layers have a feature at that zoom or a deeper one, by the features'
// boxes: a tile that is left out is empty, and so are all below it. Of the filter only the municipality counts.
func (c *Catalog) Occupied(ctx context.Context, q geo.Querier, layers []string, f Filter, zoom int, places []Place) ([]Place, error) {
	municipality, err := f.municipality(ctx, q)
	if err != nil {
		return nil, err
	}
	var deeper []int16
	for _, b := range bands {
		if b >= Band(zoom) {
			deeper = append(deeper, int16(b))
		}
	}
	xs, ys := make([]int32, len(places)), make([]int32, len(places))
	for i, p := range places {
		xs[i], ys[i] = int32(p.X), int32(p.Y)
	}
	rows, err := q.Query(ctx, statement("occupied"), zoom, xs, ys, layers, deeper, float64(Buffer)/Extent, municipality)
	if err != nil {
		return nil, fmt.Errorf("looking which tiles of zoom %d have features: %w", zoom, err)
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("looking which tiles of zoom %d have features: %w", zoom, err)
	}
	found := make([]Place, len(numbers))
	for i, n := range numbers {
		found[i] = places[n-1]
	}
	return found, nil
}
