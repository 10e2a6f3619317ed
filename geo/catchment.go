package geo

import (
	"context"
	"fmt"
)

// Catchment is who lives around a route, or around any place or project: the
// people of the settlements within the distance, and an estimate by area.
type Catchment struct {
	Place     PlaceRef `json:"place"`
	DistanceM float64  `json:"distance_m"`
	// People is the sum over the settlements touched whose people are known; null
	// when of none. Unknown counts the others.
	People      *int64                `json:"people"`
	Unknown     int                   `json:"unknown"`
	Estimate    *float64              `json:"estimate"` // Σ people · share: as if people lived spread evenly
	Settlements []CatchmentSettlement `json:"settlements"`
}

// CatchmentSettlement is a settlement within the distance; Share is the part of
// its area within it.
type CatchmentSettlement struct {
	Municipality *string  `json:"municipality"`
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	DistanceM    float64  `json:"distance_m"`
	People       *int64   `json:"people"`
	Share        float64  `json:"share"`
	Estimate     *float64 `json:"estimate"`
}

// FindCatchment answers the catchment of a place within distance metres.
func FindCatchment(ctx context.Context, q Querier, key PlaceKey, distance float64) (*Catchment, error) {
	if _, err := FindLayer(ctx, q, key.Layer); err != nil {
		return nil, err
	}
	var found, drawn bool
	c := &Catchment{}
	err := q.QueryRow(ctx, statement("catchment"), key.Layer, townCode(key.Municipality), key.Code, distance).Scan(&found, &drawn, &c)
	switch {
	case err != nil:
		return nil, fmt.Errorf("finding the catchment of %s %s: %w", key.Layer, key.Code, err)
	case !found:
		return nil, key.missing()
	case !drawn:
		return nil, shapeProblem("none")
	}
	return c, nil
}

// ChainLink is a place that contains a point, in the chain from the municipality down
// to the zone.
type ChainLink struct {
	PlaceRef
	Municipality      *string  `json:"municipality"`
	AreaM2            float64  `json:"area_m2"`
	CommonM2          *float64 `json:"common_m2"`           // with the settlement; null when there is none
	ShareOfSettlement *float64 `json:"share_of_settlement"` // that part of the settlement
}

// Chain lists the areas that contain a point: municipality, settlement, local
// community, agglomeration, zone, degraded area, then planners' own layers.
func Chain(ctx context.Context, q Querier, lon, lat float64) ([]ChainLink, error) {
	var known bool
	list := []ChainLink{}
	if err := q.QueryRow(ctx, statement("chain"), lon, lat).Scan(&known, &list); err != nil {
		return nil, fmt.Errorf("finding what contains %v, %v: %w", lon, lat, err)
	}
	if !known {
		return nil, Errorf(Invalid, "Outside of the map", "the point %v, %v lies where this deployment's coordinate system makes no sense", lon, lat)
	}
	return list, nil
}
