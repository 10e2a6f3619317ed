package geo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Layer is one layer of places, or the projects.
type Layer struct {
	ID       string `json:"id"`
	Title    Text   `json:"title"`
	Geometry string `json:"geometry"` // polygon, line, point, mixed
	Builtin  bool   `json:"builtin"`
}

// table is the layer's relation, quoted.
func (l Layer) table() string { return pgx.Identifier{l.ID}.Sanitize() }

// FindLayer finds a layer that has features of its own.
func FindLayer(ctx context.Context, q Querier, id string) (Layer, error) {
	var l Layer
	err := q.QueryRow(ctx, statement("layer"), id).Scan(&l.ID, &l.Title.SL, &l.Title.EN, &l.Geometry, &l.Builtin)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, Errorf(NotFound, "Unknown layer", "there is no layer %q; /collections lists them", id)
	}
	if err != nil {
		return l, fmt.Errorf("finding the layer %q: %w", id, err)
	}
	return l, nil
}

// Place is everything about one place. null means: no data.
type Place struct {
	Layer            string          `json:"layer"`
	LayerTitle       Text            `json:"layer_title"`
	ID               int64           `json:"id"`
	Code             string          `json:"code"`
	Name             string          `json:"name"`
	NameAlt          *string         `json:"name_alt"`
	Municipality     *string         `json:"municipality"` // slug
	MunicipalityName *string         `json:"municipality_name"`
	Properties       json.RawMessage `json:"properties"` // the layer's own columns and attributes
	Class            *PlaceClass     `json:"class"`      // settlements
	Population       *People         `json:"population"` // settlements
	AreaM2           *float64        `json:"area_m2"`    // as drawn
	LengthM          *float64        `json:"length_m"`   // as drawn
	Approximate      bool            `json:"approximate"`
	Source           *string         `json:"source"`
	SourceDate       *string         `json:"source_date"`
	Licence          *string         `json:"licence"`
	BBox             *BBox           `json:"bbox"`
	Centroid         *[2]float64     `json:"centroid"` // a point on the place
	Overlaps         []Overlap       `json:"overlaps"`
	Projects         PlaceProjects   `json:"projects"`
}

// PlaceClass is a settlement's class in a scheme.
type PlaceClass struct {
	Class   string `json:"class"`
	Scheme  string `json:"scheme"`
	Version int    `json:"version"`
}

// People is a figure with the set it belongs to.
type People struct {
	Value  *int64 `json:"value"`
	Set    string `json:"set"`
	Name   Text   `json:"name"`
	Source string `json:"source"`
	Date   string `json:"date"`
}

// Overlap is what a place has in common with another.
type Overlap struct {
	PlaceRef
	Municipality *string `json:"municipality"`
	Measure      float64 `json:"measure"`
	Unit         string  `json:"unit"` // m2, m, count
}

// PlaceProjects are the projects tied to a place; Items has at most 500 of them.
type PlaceProjects struct {
	Total int            `json:"total"`
	Items []PlaceProject `json:"items"`
}

// PlaceProject is a project at a place.
type PlaceProject struct {
	Municipality string   `json:"municipality"`
	Code         string   `json:"code"`
	Title        string   `json:"title"`
	Status       string   `json:"status"`
	Theme        *string  `json:"theme"`
	AmountCents  *int64   `json:"amount_cents"`
	Relation     string   `json:"relation"`
	Share        *float64 `json:"share"`
	DistanceM    *float64 `json:"distance_m"`
}

// commonColumns are those that every place has and Place names.
var commonColumns = []string{"code", "name", "name_alt", "source", "source_date", "licence", "approximate"}

// FindPlace answers everything about the place with the code. m is nil for
// places that belong to no municipality.
func FindPlace(ctx context.Context, q Querier, l Layer, m *MunicipalityRef, code string) (*Place, error) {
	if l.ID == "projects" {
		return nil, Errorf(NotFound, "Not a place", "projects are not places; see /api/v1/projects/{municipality}/{code}")
	}
	var id *int64
	where := "any municipality"
	if m != nil {
		id, where = &m.ID, m.Name
	}
	columns, err := columns(ctx, q, l)
	if err != nil {
		return nil, err
	}
	own := slices.DeleteFunc(columns, func(c Column) bool { return slices.Contains(commonColumns, c.Name) })
	p := &Place{}
	err = q.QueryRow(ctx, fmt.Sprintf(statement("place"), l.table(), list("p", own)), l.ID, id, code).Scan(&p)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, Errorf(NotFound, "Unknown place", "there is no place %q in the layer %s of %s; /collections/%s/items lists them", code, l.ID, where, l.ID)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the place %q of %s: %w", code, l.ID, err)
	}
	return p, nil
}
