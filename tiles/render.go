package tiles

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/tiles/mvt"
)

// ContentType of a vector tile.
const ContentType = "application/vnd.mapbox-vector-tile"

// The grid of a tile.
const (
	Extent = mvt.Extent // units a side
	Buffer = mvt.Buffer // units that geometry reaches beyond each side
)

// MaxBytes is how large a tile may be, uncompressed. What has no room is left out, as Tile.Dropped tells.
const MaxBytes = 500_000

// Request asks for a tile.
type Request struct {
	Address
	Filter Filter
}

// Tile is a rendered one.
type Tile struct {
	Body    []byte        // Mapbox Vector Tile 2.1, uncompressed; nil without features
	Dropped []mvt.Dropped // what MaxBytes left no room for
}

// Render is Make without the account of what was left out.
func (c *Catalog) Render(ctx context.Context, q geo.Querier, r Request) ([]byte, error) {
	t, err := c.Make(ctx, q, r)
	return t.Body, err
}

// Make makes a tile with the named layers in the order asked for. A layer outside its zooms, or without a feature there, is left
// out. What it shows is decided by q's search path. One question finds the rows of all layers; drawing them is package mvt's.
//
// An address that the catalog or the pyramid does not have is a geo.Error of kind NotFound; it costs no question.
func (c *Catalog) Make(ctx context.Context, q geo.Querier, r Request) (Tile, error) {
	if err := c.Check(r.Layers); err != nil {
		return Tile{}, err
	}
	if r.Z < 0 || r.Z > MaxZoom || r.X < 0 || r.X >= 1<<r.Z || r.Y < 0 || r.Y >= 1<<r.Z {
		return Tile{}, outside("%s lies outside the pyramid of zooms 0 to %d", r.Address, MaxZoom)
	}
	drawn := c.drawn(r)
	if len(drawn) == 0 {
		return Tile{}, nil
	}
	args, err := r.arguments(ctx, q)
	if err != nil {
		return Tile{}, err
	}
	rows, err := q.Query(ctx, r.sql(drawn), append([]any{columnFormats}, args...)...)
	if err != nil {
		return Tile{}, fmt.Errorf("rendering the tile %s: %w", r.Address, err)
	}
	made := mvt.New(r.Z, r.X, r.Y)
	defer made.Free()
	if err := draw(made, rows, drawn); err != nil {
		return Tile{}, fmt.Errorf("rendering the tile %s: %w", r.Address, err)
	}
	var t Tile
	t.Body, t.Dropped = made.Encode(MaxBytes)
	return t, nil
}

// columnFormats are those in which the columns of the statement come: number of the layer, id and rank in binary, attributes as text,
// geometry in binary. They are read as they come.
var columnFormats = pgx.QueryResultFormats{pgx.BinaryFormatCode, pgx.BinaryFormatCode, pgx.BinaryFormatCode, pgx.TextFormatCode, pgx.BinaryFormatCode}

// A point that stands for others goes after all that stand for themselves: it says that there is a crowd.
var standsForOthers = []byte(`"points": `)

const farAbove = 1e18 // the highest ranks are strategic projects, 1e12

// draw reads the rows into the layers, which come one after the other. A feature that cannot be drawn is left out: of what the copies
// hold, only shapes that tiles have no word for are such.
func draw(t *mvt.Tile, rows pgx.Rows, drawn []string) error {
	defer rows.Close()
	layers := make([]*mvt.Layer, len(drawn))
	for i, name := range drawn {
		layers[i] = t.Layer(name)
	}
	for rows.Next() {
		v := rows.RawValues()
		n := int(binary.BigEndian.Uint32(v[0]))
		f := mvt.Feature{
			ID:       int64(binary.BigEndian.Uint64(v[1])),
			Rank:     math.Float64frombits(binary.BigEndian.Uint64(v[2])),
			Props:    v[3],
			Geometry: v[4],
		}
		if bytes.Contains(f.Props, standsForOthers) {
			f.Rank += farAbove
		}
		_ = layers[n].Add(f)
	}
	return rows.Err()
}

// bands are the zooms up to which each generalised copy serves; kraj.tile_bands() says the same to the database.
var bands = [...]int{8, 10, 12, MaxZoom}

// Band is the copy that serves a zoom.
func Band(z int) int {
	for _, b := range bands {
		if z <= b {
			return b
		}
	}
	return MaxZoom
}

// arguments are those of the statement: $1 to $3 the address, $4 the municipality (null: all), $5 the project filter,
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

// drawn are the layers that the tile's zoom shows.
func (c *Catalog) drawn(r Request) []string {
	names := make([]string, 0, len(r.Layers))
	for _, name := range r.Layers {
		if l, ok := c.Layer(name); ok && r.Z >= l.MinZoom && r.Z <= l.MaxZoom {
			names = append(names, name)
		}
	}
	return names
}

// sql is the statement for a set of layers in a zoom band: the rows of all of them, layer by layer. All its tiles share it, so it stays
// prepared. Layer and band are literals, checked against the catalog: with them the planner looks at one partition only. The comment
// tells whoever watches the database what it is.
func (r Request) sql(drawn []string) string {
	var sql strings.Builder
	// Materialised, so that the planner cannot look at the box: it would plan every tile anew, which takes longer than finding its rows.
	fmt.Fprintf(&sql, `/* tile */ WITH t AS MATERIALIZED (
	SELECT ST_TileEnvelope($1::int, $2::int, $3::int) AS box, ST_TileEnvelope($1::int, $2::int, $3::int, margin => %d.0 / %d) AS wide)`, Buffer, Extent)
	from := "t"
	if r.Filter.Query() != "" {
		// Every argument is named, whichever layers there are.
		sql.WriteString(", ask AS (SELECT $4::bigint AS municipality, $5::jsonb AS projects, $6::text AS scheme)")
		from = "t CROSS JOIN ask"
	}
	for i, name := range drawn {
		if i > 0 {
			sql.WriteString("\nUNION ALL")
		}
		fmt.Fprintf(&sql, `
SELECT %d, feature.id, feature.rank, feature.props, feature.geom
FROM %s
CROSS JOIN LATERAL (%s) feature`, i, from, r.features(name))
	}
	return sql.String()
}

// features is the statement that finds a layer's rows (id, rank, props as text, geom) for the tile.
func (r Request) features(layer string) string {
	f := r.Filter
	from := func(band int) string {
		return fmt.Sprintf("FROM tile_features WHERE layer = '%s' AND band = %d AND geom && t.wide", layer, band)
	}
	where, props := "", "attributes"
	if f.Municipality != "" {
		where = " AND municipality_id = ask.municipality"
	}
	if f.Scheme != "" && strings.HasPrefix(layer, "settlements") {
		props = `(props || jsonb_build_object('class', coalesce((SELECT c.class FROM scheme_classes c
		WHERE c.settlement_id = tile_features.id AND c.scheme_id = balance_scheme(tile_features.municipality_id, ask.scheme)), 'unclassified')))::text`
	}
	if id, ok := projectID(layer); ok && f.narrowsProjects() {
		where += " AND " + id + " IN (SELECT p.project_id FROM projects_in(ask.municipality, ask.projects) p)"
		if r.Z <= thinnedZoom {
			return "SELECT id, rank, attributes AS props, geom " + from(Band(r.Z)) + " AND ST_Dimension(geom) > 0" + where +
				" UNION ALL " + thinned(from(MaxZoom)+" AND ST_Dimension(geom) = 0"+where)
		}
	}
	return "SELECT id, rank, " + props + " AS props, geom " + from(Band(r.Z)) + where
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
	return fmt.Sprintf(`SELECT id, rank, CASE WHEN n > 1 THEN (props || jsonb_build_object('points', n))::text ELSE attributes END AS props, geom
	FROM (SELECT x.*, count(*) OVER same AS n, row_number() OVER (same ORDER BY rank DESC, id) AS place
		FROM (SELECT id, props, attributes, geom, rank, CASE WHEN count(*) OVER () <= %[2]d THEN id::text ELSE
				floor((ST_X(ST_GeometryN(geom, 1)) - ST_XMin(t.box)) / (ST_XMax(t.box) - ST_XMin(t.box)) * %[3]d)::text || '/' ||
				floor((ST_Y(ST_GeometryN(geom, 1)) - ST_YMin(t.box)) / (ST_YMax(t.box) - ST_YMin(t.box)) * %[3]d)::text END AS square
			%[1]s) x
		WINDOW same AS (PARTITION BY square)) y WHERE place = 1`, from, crowded, squares)
}
