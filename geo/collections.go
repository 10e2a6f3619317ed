package geo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Collection is a layer as a collection of features.
type Collection struct {
	Layer
	BBox *BBox // around what the audience sees; nil when that is nothing
}

// Collections lists the layers that have features of their own.
func Collections(ctx context.Context, q Querier) ([]Collection, error) {
	return collections(ctx, q, nil)
}

// FindCollection finds one of them.
func FindCollection(ctx context.Context, q Querier, id string) (Collection, error) {
	list, err := collections(ctx, q, &id)
	if err != nil {
		return Collection{}, err
	}
	if len(list) == 0 {
		return Collection{}, Errorf(NotFound, "Unknown collection", "there is no collection %q; /collections lists them", id)
	}
	return list[0], nil
}

func collections(ctx context.Context, q Querier, id *string) ([]Collection, error) {
	rows, err := q.Query(ctx, statement("collections"), id)
	if err != nil {
		return nil, fmt.Errorf("listing collections: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Collection, err error) {
		var box []float64
		err = row.Scan(&c.ID, &c.Title.SL, &c.Title.EN, &c.Geometry, &c.Builtin, &box)
		if len(box) == len(BBox{}) {
			c.BBox = (*BBox)(box)
		}
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing collections: %w", err)
	}
	return list, nil
}

// Column is a property of features.
type Column struct {
	Name string
	Type string // string, boolean, integer, number, date; empty: no scalar, not to be filtered by
}

// jsonTypes: PostgreSQL's types in JSON Schema's words, and "date".
var jsonTypes = map[string]string{
	"text": "string", "boolean": "boolean", "smallint": "integer", "integer": "integer", "bigint": "integer",
	"numeric": "number", "double precision": "number", "date": "date",
}

// projectColumns are what features_projects.sql gives.
var projectColumns = []Column{
	{"code", "string"},
	{"name", "string"},
	{"name_en", "string"},
	{"municipality", "string"},
	{"theme", "string"},
	{"measure", "string"},
	{"status", "string"},
	{"horizon", "string"},
	{"strategic", "boolean"},
	{"scope", "string"},
	{"holder", "string"},
	{"responsible", "string"},
	{"amount", "number"},
	{"approximate", "boolean"},
	{"source", "string"},
	{"source_ref", "string"},
}

// Columns lists the properties of the layer's features.
func Columns(ctx context.Context, q Querier, l Layer) ([]Column, error) {
	if l.ID == "projects" {
		return slices.Clone(projectColumns), nil
	}
	list, err := columns(ctx, q, l)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(c Column) bool { return slices.Contains(computedColumns, c.Name) })
	list = append(list, Column{"municipality", "string"})
	if l.ID == "settlements" {
		list = append(list, Column{"class", "string"}, Column{"population", "integer"})
	}
	return list, nil
}

// computedColumns are added to the features of every place layer.
var computedColumns = []string{"municipality"}

// columns are those of the layer's own relation.
func columns(ctx context.Context, q Querier, l Layer) ([]Column, error) {
	rows, err := q.Query(ctx, statement("columns"), l.table())
	if err != nil {
		return nil, fmt.Errorf("listing the columns of %s: %w", l.ID, err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Column, err error) {
		var sqlType string
		err = row.Scan(&c.Name, &sqlType)
		c.Type = jsonTypes[sqlType]
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the columns of %s: %w", l.ID, err)
	}
	return list, nil
}

// list is the columns of a relation for a SELECT, quoted.
func list(relation string, columns []Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = relation + "." + pgx.Identifier{c.Name}.Sanitize()
	}
	return strings.Join(names, ", ")
}
