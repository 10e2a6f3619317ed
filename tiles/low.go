package tiles

import (
	"context"
	"math"
	"slices"

	"kraj/geo"
)

// Low lists the addresses of the style's tiles from zoom 0 to maxZoom where there is something to draw, at most limit, lowest
// zooms first: what everybody looks at. None when the extent cannot be read.
func (c *Catalog) Low(ctx context.Context, q geo.Querier, maxZoom, limit int) []Address {
	b, err := c.bounds(ctx, q, c.Names(), 0)
	if err != nil || b == nil {
		return nil
	}
	var list []Address
	for z := range maxZoom + 1 {
		west, north := at(b[0], b[3], z)
		east, south := at(b[2], b[1], z)
		if (east-west+1)*(south-north+1) > limit-len(list) {
			break
		}
		for x := west; x <= east; x++ {
			for y := north; y <= south; y++ {
				list = append(list, Address{Layers: slices.Clone(c.Names()), Z: z, X: x, Y: y})
			}
		}
	}
	return list
}

// at is the tile of a zoom in which a position lies (OpenStreetMap wiki, "Slippy map tilenames").
func at(lon, lat float64, z int) (x, y int) {
	n := float64(int(1) << z)
	phi := lat * math.Pi / 180
	clamp := func(v float64) int { return int(max(0, min(n-1, math.Floor(v)))) }
	return clamp((lon + 180) / 360 * n), clamp((1 - math.Asinh(math.Tan(phi))/math.Pi) / 2 * n)
}
