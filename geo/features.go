package geo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// FeatureQuery asks for features of a collection.
type FeatureQuery struct {
	Box           *Box
	Municipality  *MunicipalityRef
	Equal         []Condition
	CRS           CRS
	Limit, Offset int
}

// Condition asks for features whose column has exactly this value.
type Condition struct {
	Column Column
	Value  string
}

// Box is a rectangle in a coordinate system; west > east crosses the antimeridian.
type Box struct {
	MinX, MinY, MaxX, MaxY float64 // x is east, y is north, whatever the system's axes
	SRID                   int
}

// CRS is a coordinate system that features can be asked in.
type CRS struct {
	SRID int
	Flip bool // its first axis points north
}

// digits after the decimal point that carry meaning: a centimetre and better.
func (c CRS) digits() int {
	if c.SRID == 4326 {
		return 7
	}
	return 3
}

// FeaturePage is some features of a collection, as GeoJSON, by id.
type FeaturePage struct {
	Features []json.RawMessage
	Matched  int
}

// Features answers a FeatureQuery.
func Features(ctx context.Context, q Querier, l Layer, query FeatureQuery) (FeaturePage, error) {
	columns, err := Columns(ctx, q, l)
	if err != nil {
		return FeaturePage{}, err
	}
	b := featureSQL{layer: l, columns: columns}
	if err := b.where(ctx, q, query); err != nil {
		return FeaturePage{}, err
	}
	// Twice the same rows, not one list of all that match: most of what a row shows is needed for its page only.
	from := "(" + b.source() + ") f" + b.conditions()
	sql := fmt.Sprintf(`SELECT (SELECT count(*) FROM %s), %s FROM (SELECT 1) one
		LEFT JOIN (SELECT * FROM %s ORDER BY f.id LIMIT %s OFFSET %s) f ON true ORDER BY f.id`,
		from, b.feature(query.CRS), from, b.arg(query.Limit), b.arg(query.Offset))
	rows, err := q.Query(ctx, sql, b.args...)
	if err != nil {
		return FeaturePage{}, fmt.Errorf("reading features of %s: %w", l.ID, err)
	}
	var p FeaturePage
	var feature *string
	_, err = pgx.ForEachRow(rows, []any{&p.Matched, &feature}, func() error {
		if feature != nil {
			p.Features = append(p.Features, json.RawMessage(*feature))
		}
		return nil
	})
	if err != nil {
		return FeaturePage{}, fmt.Errorf("reading features of %s: %w", l.ID, err)
	}
	return p, nil
}

// FindFeature answers one feature as GeoJSON.
func FindFeature(ctx context.Context, q Querier, l Layer, id int64, crs CRS) (json.RawMessage, error) {
	columns, err := Columns(ctx, q, l)
	if err != nil {
		return nil, err
	}
	b := featureSQL{layer: l, columns: columns}
	b.add("f.id = " + b.arg(id))
	if l.ID == "projects" {
		b.inner("p.id = " + b.arg(id/4))
	}
	sql := fmt.Sprintf(`SELECT %s FROM (%s) f%s`, b.feature(crs), b.source(), b.conditions())
	var feature string
	err = q.QueryRow(ctx, sql, b.args...).Scan(&feature)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, Errorf(NotFound, "Unknown feature", "the collection %s has no feature %d", l.ID, id)
	}
	if err != nil {
		return nil, fmt.Errorf("reading feature %d of %s: %w", id, l.ID, err)
	}
	return json.RawMessage(feature), nil
}

// featureSQL puts a statement together: values only as arguments, columns only
// from the catalogue and quoted.
type featureSQL struct {
	layer   Layer
	columns []Column
	outer   []string // conditions on the made features
	before  []string // conditions on projects, before their geometry is put together
	args    []any
}

func (b *featureSQL) arg(value any) string {
	b.args = append(b.args, value)
	return "$" + strconv.Itoa(len(b.args))
}

func (b *featureSQL) add(condition string)   { b.outer = append(b.outer, condition) }
func (b *featureSQL) inner(condition string) { b.before = append(b.before, condition) }

func (b *featureSQL) conditions() string {
	if len(b.outer) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(b.outer, " AND ")
}

// source is the statement that makes the layer's features.
func (b *featureSQL) source() string {
	switch b.layer.ID {
	case "municipalities":
		return statement("features_municipalities")
	case "settlements":
		return statement("features_settlements")
	case "projects":
		if len(b.before) > 0 {
			return statement("features_projects") + " WHERE " + strings.Join(b.before, " AND ")
		}
		return statement("features_projects")
	}
	return fmt.Sprintf(statement("features_places"), b.layer.table())
}

// feature makes GeoJSON of a row f; null when there is no row.
func (b *featureSQL) feature(crs CRS) string {
	geom := fmt.Sprintf("ST_Transform(f.geom, %s::int)", b.arg(crs.SRID))
	if crs.Flip {
		geom = "ST_FlipCoordinates(" + geom + ")"
	}
	return fmt.Sprintf(`CASE WHEN f.id IS NOT NULL THEN json_build_object('type', 'Feature', 'id', f.id,
		'geometry', ST_AsGeoJSON(%s, %d, 0)::json, 'properties', (SELECT row_to_json(x) FROM (SELECT %s) x))::text END`,
		geom, crs.digits(), list("f", b.columns))
}

func (b *featureSQL) where(ctx context.Context, q Querier, query FeatureQuery) error {
	if query.Municipality != nil {
		b.add("f.municipality_id = " + b.arg(query.Municipality.ID))
	}
	for _, c := range query.Equal {
		value, err := c.value()
		if err != nil {
			return err
		}
		b.add("f." + pgx.Identifier{c.Column.Name}.Sanitize() + " = " + b.arg(value))
	}
	if query.Box != nil {
		return b.whereBox(ctx, q, *query.Box)
	}
	return nil
}

// whereBox compares in the stored coordinate system, where the index is. A box
// too large for it (the whole world) is compared in its own.
func (b *featureSQL) whereBox(ctx context.Context, q Querier, box Box) error {
	shape, args := box.sql(1)
	var stored []byte
	err := q.QueryRow(ctx, `SELECT ST_AsEWKB(kraj.to_storage(`+shape+`))`, args...).Scan(&stored)
	if err != nil {
		return fmt.Errorf("placing the bbox: %w", err)
	}
	if stored == nil {
		shape, args := box.sql(len(b.args) + 1)
		b.args = append(b.args, args...)
		b.add(fmt.Sprintf("ST_Intersects(ST_Transform(f.geom, %d), %s)", box.SRID, shape))
		return nil
	}
	where := "ST_GeomFromEWKB(" + b.arg(stored) + ")"
	b.add("ST_Intersects(f.geom, " + where + ")")
	if b.layer.ID == "projects" {
		b.inner("p.id IN (SELECT s.project_id FROM sites s WHERE s.geom && " + where + ")")
	}
	return nil
}

// sql makes the box as a geometry whose edges bend well; its arguments are
// numbered from first.
func (b Box) sql(first int) (string, []any) {
	if b.SRID == 4326 && b.MinX > b.MaxX {
		west, args := Box{b.MinX, b.MinY, 180, b.MaxY, b.SRID}.sql(first)
		east, more := Box{-180, b.MinY, b.MaxX, b.MaxY, b.SRID}.sql(first + len(args))
		return "ST_Collect(" + west + ", " + east + ")", append(args, more...)
	}
	n := func(i int) string { return "$" + strconv.Itoa(first+i) + "::float8" }
	step := max(b.MaxX-b.MinX, b.MaxY-b.MinY) / 16
	shape := fmt.Sprintf("ST_MakeEnvelope(%s, %s, %s, %s, %d)", n(0), n(1), n(2), n(3), b.SRID)
	args := []any{b.MinX, b.MinY, b.MaxX, b.MaxY}
	if step > 0 {
		shape, args = "ST_Segmentize("+shape+", "+n(4)+")", append(args, step)
	}
	return shape, args
}

// value turns the text into the column's type.
func (c Condition) value() (any, error) {
	var v any
	var err error
	switch c.Column.Type {
	case "boolean":
		v, err = strconv.ParseBool(c.Value)
	case "integer":
		v, err = strconv.ParseInt(c.Value, 10, 32)
	case "number":
		v, err = strconv.ParseFloat(c.Value, 64)
	case "date":
		v, err = time.Parse(time.DateOnly, c.Value)
	default:
		return c.Value, nil
	}
	if err != nil {
		return nil, Errorf(Invalid, "Bad parameter", "%s=%q is not a %s", c.Column.Name, c.Value, c.Column.Type)
	}
	return v, nil
}
