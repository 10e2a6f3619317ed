package geo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

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
	Classes          []PlaceClass    `json:"classes"`    // settlements: in every current scheme
	Plan             *PlacePlan      `json:"plan"`       // zones and degraded areas
	Sewage           *PlaceSewage    `json:"sewage"`     // agglomerations
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
	Nearest          []Nearest       `json:"nearest"` // of each layer, at most 50 km away; 0 m: it touches
	Projects         PlaceProjects   `json:"projects"`
	History          *LastChange     `json:"history"`
}

// PlaceClass is a settlement's class in a scheme.
type PlaceClass struct {
	Class   string `json:"class"`
	Scheme  string `json:"scheme"`
	Version int    `json:"version"`
	Name    *Text  `json:"name,omitempty"`
}

// PlacePlan is the state of a place's spatial plan, with its ordinance.
type PlacePlan struct {
	State     string  `json:"state"`
	Ordinance *string `json:"ordinance"`
	Date      *string `json:"date"`
}

// PlaceSewage is how an agglomeration is sewered. Equipped: the connected share
// reaches EquippedFrom; null where it is unknown.
type PlaceSewage struct {
	LoadPE         *int     `json:"load_pe"`
	ConnectedPE    *int     `json:"connected_pe"`
	ConnectedShare *float64 `json:"connected_share"`
	Equipped       *bool    `json:"equipped"`
	EquippedFrom   float64  `json:"equipped_from"`
	ReportedOn     *string  `json:"reported_on"`
}

// LastChange is the last revision that touched something. The public learns
// when, planners also who and from where.
type LastChange struct {
	Revision int64   `json:"revision"`
	At       string  `json:"at"`
	Actor    *string `json:"actor,omitempty"`
	Source   *string `json:"source,omitempty"`
	Message  *string `json:"message,omitempty"`
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
	LayerTitle   Text     `json:"layer_title"`
	Municipality *string  `json:"municipality"`
	Measure      float64  `json:"measure"`
	Unit         string   `json:"unit"`           // m2, m, count
	Share        *float64 `json:"share"`          // of this place, where it is measured in the same unit
	ShareOfOther *float64 `json:"share_of_other"` // of the other
}

// PlaceProjects are the projects tied to a place; Items has at most 500 of them.
// Groups and projects that are only near are listed, but not counted. The money
// is what lies here: exact to the cent in settlements, elsewhere by the share of
// each project's geometry (Exact false).
type PlaceProjects struct {
	Sums
	Near    int  `json:"near"`
	Exact   bool `json:"exact"`
	Sources []struct {
		Source      string `json:"source"`
		AmountCents *int64 `json:"amount_cents"`
	} `json:"sources"` // settlements only
	Years []struct {
		Year        *int   `json:"year"`
		AmountCents *int64 `json:"amount_cents"`
	} `json:"years"` // settlements only
	Statuses []struct {
		Status      string `json:"status"`
		Projects    int    `json:"projects"`
		AmountCents *int64 `json:"amount_cents"`
	} `json:"statuses"`
	Items []PlaceProject `json:"items"`
}

// PlaceProject is a project at a place.
type PlaceProject struct {
	Municipality string   `json:"municipality"`
	Code         string   `json:"code"`
	Title        string   `json:"title"`
	Status       string   `json:"status"`
	Horizon      string   `json:"horizon"`
	Theme        *string  `json:"theme"`
	Measure      *string  `json:"measure"`
	IsGroup      bool     `json:"is_group"`
	Holder       *string  `json:"holder"`
	Participants []string `json:"participants"`
	Department   *string  `json:"department"`
	Starts       *string  `json:"starts"`
	Ends         *string  `json:"ends"`
	AmountCents  *int64   `json:"amount_cents"` // of the whole project
	HereCents    *int64   `json:"here_cents"`   // of its part here; null: no amount, or no part known
	Money        []Money  `json:"money"`        // of the whole project
	Relation     string   `json:"relation"`     // that of the tie, or "weights": only a planner's weights put it here
	Origin       string   `json:"origin"`
	Share        *float64 `json:"share"`
	DistanceM    *float64 `json:"distance_m"`
}

// FindPlace answers everything about the place with the code: one statement,
// whose JSON decodes into Place and is passed on as it is. municipality is a code
// or folded name, or "-" for places that belong to none.
func FindPlace(ctx context.Context, q Querier, layer, municipality, code string) (json.RawMessage, error) {
	if layer == "projects" {
		return nil, Errorf(NotFound, "Not a place", "projects are not places; see /api/v1/projects/{municipality}/{code}")
	}
	var place []byte
	err := q.QueryRow(ctx, statement("place"), layer, municipality, code).Scan(&place)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, missingPlace(ctx, q, layer, municipality, code)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the place %q of %s: %w", code, layer, err)
	}
	return place, nil
}

// missingPlace says what of an address does not exist.
func missingPlace(ctx context.Context, q Querier, layer, municipality, code string) error {
	if _, err := FindLayer(ctx, q, layer); err != nil {
		return err
	}
	where := "no municipality"
	if municipality != "-" {
		m, err := FindMunicipality(ctx, q, municipality)
		if err != nil {
			return err
		}
		where = m.Name
	}
	return Errorf(NotFound, "Unknown place", "there is no place %q in the layer %s of %s; /collections/%s/items lists them", code, layer, where, layer)
}
