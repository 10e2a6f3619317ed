package geo

import (
	"context"
	"fmt"
)

// Here is what is at a point.
type Here struct {
	Point        [2]float64       `json:"point"` // longitude, latitude
	Municipality *MunicipalityRef `json:"municipality"`
	Settlement   *HereSettlement  `json:"settlement"`
	Places       []HerePlace      `json:"places"`
	Projects     []HereProject    `json:"projects"`
}

// HereSettlement is the settlement a point lies in.
type HereSettlement struct {
	Code         string  `json:"code"`
	Name         string  `json:"name"`
	Class        *string `json:"class"`
	Municipality *string `json:"municipality"`
}

// HerePlace is a place at or near a point.
type HerePlace struct {
	PlaceRef
	ID           int64   `json:"id"`
	Municipality *string `json:"municipality"`
	Class        *string `json:"class"`
	Approximate  bool    `json:"approximate"`
	DistanceM    float64 `json:"distance_m"`
}

// HereProject is a project at or near a point.
type HereProject struct {
	Municipality string  `json:"municipality"`
	Code         string  `json:"code"`
	Title        string  `json:"title"`
	Status       string  `json:"status"`
	Theme        *string `json:"theme"`
	AmountCents  *int64  `json:"amount_cents"`
	DistanceM    float64 `json:"distance_m"`
}

// MaxRadius of At, in metres.
const MaxRadius = 10_000

// At answers what is at a point and within radius metres of it, the nearest
// first, at most 100 places and 100 projects.
func At(ctx context.Context, q Querier, lon, lat, radius float64) (*Here, error) {
	const most = 100
	var known bool
	h := &Here{}
	if err := q.QueryRow(ctx, statement("at"), lon, lat, radius, most).Scan(&known, &h); err != nil {
		return nil, fmt.Errorf("looking around %v, %v: %w", lon, lat, err)
	}
	if !known {
		return nil, Errorf(Invalid, "Outside of the map", "the point %v, %v lies where this deployment's coordinate system makes no sense", lon, lat)
	}
	return h, nil
}
