package tiles

import (
	"context"
	"fmt"
	"strings"

	"kraj/geo"
)

// ContentType of a vector tile.
const ContentType = "application/vnd.mapbox-vector-tile"

// The grid of a tile.
const (
	Extent = 4096 // units a side
	Buffer = 64   // units that geometry reaches beyond each side
)

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
	args, err := r.arguments(ctx, q)
	if err != nil {
		return nil, err
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

// arguments are those of renderSQL's statement: $1 to $3 the address, $4 the municipality (null: all), $5 the project filter,
// $6 the scheme. A filter that is not asked for is no argument.
func (r Request) arguments(ctx context.Context, q geo.Querier) ([]any, error) {
	args := []any{r.Z, r.X, r.Y}
	f := r.Filter
	if f.Query() == "" {
		return args, nil
	}
	id, err := f.municipality(ctx, q)
	if err != nil {
		return nil, err
	}
	if err := f.checkScheme(ctx, q, id); err != nil {
		return nil, err
	}
	municipality := &id
	if id == 0 {
		municipality = nil
	}
	projects := f.Normal().Projects
	projects.Scheme = f.Scheme
	return append(args, municipality, projects.JSON(), f.scheme()), nil
}

// projectID is the expression for the project of a layer's feature; false for layers that are no projects.
func projectID(layer string) (string, bool) {
	switch layer {
	case "projects":
		return "id / 4", true
	case "projects_named":
		return "id", true
	}
	return "", false
}

// renderSQL is the statement for a set of layers in a zoom band; all its tiles share it, so it stays prepared. Layer
// and band are literals, checked against the catalog: with them the planner looks at one partition only.
func (c *Catalog) renderSQL(r Request) string {
	var parts []string
	for _, name := range r.Layers {
		l, _ := c.Layer(name)
		if r.Z < l.MinZoom || r.Z > l.MaxZoom {
			continue
		}
		// No condition on the made geometry: it would be made twice. ST_AsMVT leaves nulls out.
		parts = append(parts, fmt.Sprintf(`(SELECT ST_AsMVT(f, '%s', %[2]d, 'geom', 'id') FROM (
	SELECT id, props, ST_AsMVTGeom(geom, t.box, %[2]d, %[3]d, true) AS geom
	FROM (%[4]s) feature ORDER BY id) f)`, name, Extent, Buffer, r.features(name)))
	}
	if len(parts) == 0 {
		return ""
	}
	sql := "SELECT " + strings.Join(parts, " || ") + fmt.Sprintf(`
FROM (SELECT ST_TileEnvelope($1::int, $2::int, $3::int) AS box,
	ST_TileEnvelope($1::int, $2::int, $3::int, margin => %d.0 / %d) AS wide OFFSET 0) t`, Buffer, Extent)
	if r.Filter.Query() != "" {
		// Every argument is named once, whichever layers there are.
		sql += ", (SELECT $4::bigint AS municipality, $5::jsonb AS projects, $6::text AS scheme) ask"
	}
	return sql
}

// features is the statement that finds a layer's rows (id, props, geom) for the tile.
func (r Request) features(layer string) string {
	f := r.Filter
	from := func(band int) string {
		return fmt.Sprintf("FROM tile_features WHERE layer = '%s' AND band = %d AND geom && t.wide", layer, band)
	}
	where, props := "", "props"
	if f.Municipality != "" {
		where = " AND municipality_id = ask.municipality"
	}
	if f.Scheme != "" && strings.HasPrefix(layer, "settlements") {
		props = `props || jsonb_build_object('class', coalesce((SELECT c.class FROM scheme_classes c
		WHERE c.settlement_id = tile_features.id AND c.scheme_id = balance_scheme(tile_features.municipality_id, ask.scheme)), 'unclassified')) AS props`
	}
	if id, ok := projectID(layer); ok && f.narrowsProjects() {
		where += " AND " + id + " IN (SELECT p.project_id FROM projects_in(ask.municipality, ask.projects) p)"
		if r.Z <= thinnedZoom {
			return "SELECT id, props, geom " + from(band(r.Z)) + " AND ST_Dimension(geom) > 0" + where +
				" UNION ALL " + thinned(from(MaxZoom)+" AND ST_Dimension(geom) = 0"+where)
		}
	}
	return "SELECT id, " + props + ", geom " + from(band(r.Z)) + where
}

// thinnedZoom is the last zoom at which points are thinned; crowded is how many of them make a tile crowded, and a crowded
// tile shows at most one for each square of squares × squares over it.
const (
	thinnedZoom = 12
	crowded     = 2000
	squares     = 48
)

// thinned finds points of a filtered layer. The copies of the lower bands were thinned without the filter, so these are thinned
// here: in a crowded tile the one of highest rank in each square stays and says in "points" how many it stands for.
func thinned(from string) string {
	return fmt.Sprintf(`SELECT id, CASE WHEN n > 1 THEN props || jsonb_build_object('points', n) ELSE props END, geom
	FROM (SELECT x.*, count(*) OVER same AS n, row_number() OVER (same ORDER BY rank DESC, id) AS place
		FROM (SELECT id, props, geom, rank, CASE WHEN count(*) OVER () <= %[2]d THEN id::text ELSE
				floor((ST_X(ST_GeometryN(geom, 1)) - ST_XMin(t.box)) / (ST_XMax(t.box) - ST_XMin(t.box)) * %[3]d)::text || '/' ||
				floor((ST_Y(ST_GeometryN(geom, 1)) - ST_YMin(t.box)) / (ST_YMax(t.box) - ST_YMin(t.box)) * %[3]d)::text END AS square
			%[1]s) x
		WINDOW same AS (PARTITION BY square)) y WHERE place = 1`, from, crowded, squares)
}
