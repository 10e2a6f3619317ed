package tiles

import (
	"context"
	"fmt"
	"strings"

	"kraj/geo"
)

// The grid of a tile.
const (
	Extent = 4096 // units a side
	Buffer = 64   // units that geometry reaches beyond each side
)

// Filter narrows a tile. The zero value shows everything that the audience may see.
type Filter struct {
	MunicipalityID int64 // 0: all
}

// Request asks for a tile.
type Request struct {
	Address
	Filter Filter
}

// Render makes a tile with the named layers in the order asked for: Mapbox Vector Tile 2.1, uncompressed. A layer
// outside its zooms, or without a feature there, is left out; a tile without any is nil. What it shows is decided by
// q's search path.
//
// An address that the catalog or the pyramid does not have is a geo.Error of kind NotFound; it costs no question.
func (c *Catalog) Render(ctx context.Context, q geo.Querier, r Request) ([]byte, error) {
	if err := c.Check(r.Layers); err != nil {
		return nil, err
	}
	if r.Z < 0 || r.Z > MaxZoom || r.X < 0 || r.X >= 1<<r.Z || r.Y < 0 || r.Y >= 1<<r.Z {
		return nil, outside("%s lies outside the pyramid of zooms 0 to %d", r.Address, MaxZoom)
	}
	sql := c.renderSQL(r)
	if sql == "" {
		return nil, nil
	}
	args := []any{r.Z, r.X, r.Y}
	if r.Filter.MunicipalityID != 0 {
		args = append(args, r.Filter.MunicipalityID)
	}
	var tile []byte
	if err := q.QueryRow(ctx, sql, args...).Scan(&tile); err != nil {
		return nil, fmt.Errorf("rendering the tile %s: %w", r.Address, err)
	}
	if len(tile) == 0 {
		return nil, nil
	}
	return tile, nil
}

// bands are the zooms up to which each generalised copy serves; kraj.tile_bands() says the same to the database.
var bands = [...]int{8, 10, 12, MaxZoom}

func band(z int) int {
	for _, b := range bands {
		if z <= b {
			return b
		}
	}
	return MaxZoom
}

// renderSQL is the statement for a set of layers in a zoom band; all its tiles share it, so it stays prepared. Layer
// and band are literals, checked against the catalog: with them the planner looks at one partition only.
func (c *Catalog) renderSQL(r Request) string {
	filter := ""
	if r.Filter.MunicipalityID != 0 {
		filter = " AND municipality_id = $4"
	}
	var parts []string
	for _, name := range r.Layers {
		l, _ := c.Layer(name)
		if r.Z < l.MinZoom || r.Z > l.MaxZoom {
			continue
		}
		// No condition on the made geometry: it would be made twice. ST_AsMVT leaves nulls out.
		parts = append(parts, fmt.Sprintf(`(SELECT ST_AsMVT(f, '%[1]s', %[3]d, 'geom', 'id') FROM (
	SELECT id, props, ST_AsMVTGeom(geom, t.box, %[3]d, %[4]d, true) AS geom
	FROM tile_features WHERE layer = '%[1]s' AND band = %[2]d AND geom && t.wide%[5]s ORDER BY id) f)`,
			name, band(r.Z), Extent, Buffer, filter))
	}
	if len(parts) == 0 {
		return ""
	}
	return "SELECT " + strings.Join(parts, " || ") + fmt.Sprintf(`
FROM (SELECT ST_TileEnvelope($1::int, $2::int, $3::int) AS box,
	ST_TileEnvelope($1::int, $2::int, $3::int, margin => %d.0 / %d) AS wide OFFSET 0) t`, Buffer, Extent)
}
