package geo

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// NearQuery asks what lies within a distance of a place or of a drawn shape.
type NearQuery struct {
	Place    *PlaceKey // or Shape
	Shape    *Shape
	Distance float64  // metres, at most MaxRadius
	Layers   []string // nil: all but municipalities
	Most     int      // of each layer
}

// PlaceKey names a place, or with the layer projects a project.
type PlaceKey struct {
	Layer, Code  string
	Municipality *MunicipalityRef // nil: a place of none
}

// Nearby is what lies near, by layer, the nearest first.
type Nearby struct {
	Place     *PlaceRef     `json:"place"` // null for a drawn shape
	DistanceM float64       `json:"distance_m"`
	Layers    []NearbyLayer `json:"layers"`
}

// NearbyLayer are the features of one layer; Total also counts those beyond Most.
type NearbyLayer struct {
	Layer string       `json:"layer"`
	Title Text         `json:"title"`
	Total int          `json:"total"`
	Items []NearbyItem `json:"items"`
}

// NearbyItem is a feature. Measure is its part within the distance (with the
// distance 0: within the shape), Share that part of the whole.
type NearbyItem struct {
	ID           int64    `json:"id"`
	Municipality *string  `json:"municipality"`
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	DistanceM    float64  `json:"distance_m"`
	Measure      float64  `json:"measure"`
	Unit         string   `json:"unit"` // m2, m, count
	Share        *float64 `json:"share"`
}

// Near answers a NearQuery.
func Near(ctx context.Context, q Querier, query NearQuery) (*Nearby, error) {
	if err := knownLayers(ctx, q, query.Layers...); err != nil {
		return nil, err
	}
	key, town, wkb := PlaceKey{}, (*string)(nil), []byte(nil)
	if query.Place != nil {
		key, town = *query.Place, townCode(query.Place.Municipality)
	} else {
		wkb = query.Shape.wkb
	}
	var found bool
	var problem *string
	near := &Nearby{}
	err := q.QueryRow(ctx, statement("near"), wkb, key.Layer, town, key.Code, query.Distance, query.Layers, query.Most, MaxShapeAreaKM2*1e6).
		Scan(&found, &problem, &near)
	switch {
	case err != nil:
		return nil, fmt.Errorf("looking for what is near: %w", err)
	case !found:
		return nil, key.missing()
	case problem != nil:
		return nil, shapeProblem(*problem)
	}
	return near, nil
}

func (k PlaceKey) missing() error {
	return Errorf(NotFound, "Unknown place", "the layer %s has no %q there", k.Layer, k.Code)
}

func townCode(m *MunicipalityRef) *string {
	if m == nil {
		return nil
	}
	return &m.Code
}

// shapeProblem is in words what the database says of a shape.
func shapeProblem(code string) error {
	switch code {
	case "none":
		return Errorf(Unprocessed, "No geometry", "this place is known by name only: it has no geometry that anything could be near to")
	case "outside":
		return Errorf(Unprocessed, "Outside of the map", "the geometry lies where this deployment's coordinate system makes no sense")
	case "area":
		return Errorf(TooLarge, "Geometry too large", "the geometry covers more than %d km²; draw a smaller one", MaxShapeAreaKM2)
	}
	return Errorf(Unprocessed, badShape, "the geometry is not valid: %s", code)
}

// knownLayers refuses layers that there are not.
func knownLayers(ctx context.Context, q Querier, layers ...string) error {
	if len(layers) == 0 {
		return nil
	}
	var known []string
	if err := q.QueryRow(ctx, statement("near_layers")).Scan(&known); err != nil {
		return fmt.Errorf("listing layers: %w", err)
	}
	for _, l := range layers {
		if !slices.Contains(known, l) {
			return Errorf(Invalid, "Bad parameter", "there is no layer %q; accepted: %s", l, strings.Join(known, ", "))
		}
	}
	return nil
}
