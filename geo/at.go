package geo

import (
	"context"
	"encoding/json"
	"fmt"
)

// Here is what is at a point and around it.
type Here struct {
	Point        [2]float64        `json:"point"` // longitude, latitude
	RadiusM      float64           `json:"radius_m"`
	Inside       bool              `json:"inside"` // of a stored municipality or settlement
	Municipality *HereMunicipality `json:"municipality"`
	Settlement   *HereSettlement   `json:"settlement"`
	Places       []HerePlace       `json:"places"`   // that contain the point or lie within the radius
	Projects     []HereProject     `json:"projects"` // likewise
	Nearest      []Nearest         `json:"nearest"`  // of each layer, at most 50 km away
	Counts       HereCounts        `json:"counts"`   // of all within the radius, also those not listed
}

// HereMunicipality is the municipality a point lies in.
type HereMunicipality struct {
	MunicipalityRef
	MunicipalityWide Sums `json:"municipality_wide"` // projects that concern all of it
}

// Sums of some projects; AmountCents is null when no amount is known.
type Sums struct {
	Total         int    `json:"total"`
	WithAmount    int    `json:"with_amount"`
	WithoutAmount int    `json:"without_amount"`
	AmountCents   *int64 `json:"amount_cents"`
	WithoutShare  int    `json:"without_share"` // with an amount, of which no part is known to be here
}

// HereSettlement is the settlement a point lies in.
type HereSettlement struct {
	Code         string      `json:"code"`
	Name         string      `json:"name"`
	Class        *string     `json:"class"`
	Scheme       *HereScheme `json:"scheme"`
	Municipality *string     `json:"municipality"`
	Approximate  bool        `json:"approximate"`
	Population   *People     `json:"population"`
	Projects     Sums        `json:"projects"` // the money is exactly what lies here, by extent
}

// HereScheme names a scheme of classes.
type HereScheme struct {
	Code    string `json:"code"`
	Version int    `json:"version"`
	Name    Text   `json:"name"`
}

// HerePlace is a place at or near a point.
type HerePlace struct {
	PlaceRef
	ID           int64           `json:"id"`
	Municipality *string         `json:"municipality"`
	Class        *string         `json:"class"`
	Approximate  bool            `json:"approximate"`
	DistanceM    float64         `json:"distance_m"`
	EndDistanceM *float64        `json:"end_distance_m"` // of lines: to their nearest end
	Facts        json.RawMessage `json:"facts"`          // what planners ask of a place of this layer first
	Projects     *Sums           `json:"projects"`       // of places that contain the point
}

// HereProject is a project at or near a point.
type HereProject struct {
	Municipality string  `json:"municipality"`
	Code         string  `json:"code"`
	Title        string  `json:"title"`
	Status       string  `json:"status"`
	Horizon      string  `json:"horizon"`
	Theme        *string `json:"theme"`
	Holder       *string `json:"holder"`
	IsGroup      bool    `json:"is_group"`
	AmountCents  *int64  `json:"amount_cents"`
	Here         bool    `json:"here"` // the point lies on it
	DistanceM    float64 `json:"distance_m"`
}

// Nearest is the place of a layer that is nearest to something.
type Nearest struct {
	PlaceRef
	Municipality *string  `json:"municipality"`
	DistanceM    float64  `json:"distance_m"`
	EndDistanceM *float64 `json:"end_distance_m"` // of lines: to their nearest end
	EndsShort    *bool    `json:"ends_short"`     // of lines: it is the end that is nearest
}

// HereCounts are numbers of what lies within the radius.
type HereCounts struct {
	Layers []struct {
		Layer  string `json:"layer"`
		Places int    `json:"places"`
		Here   int    `json:"here"`
	} `json:"layers"`
	Projects struct {
		Sums
		Here int `json:"here"`
	} `json:"projects"`
	Themes []struct {
		Theme       *string `json:"theme"`
		Projects    int     `json:"projects"`
		AmountCents *int64  `json:"amount_cents"`
	} `json:"themes"`
	Statuses []struct {
		Status      string `json:"status"`
		Projects    int    `json:"projects"`
		AmountCents *int64 `json:"amount_cents"`
	} `json:"statuses"`
}

// MaxRadius of At, in metres.
const MaxRadius = 10_000

// At answers what is at a point and within radius metres of it, the nearest
// first, at most 100 places and 100 projects: one statement, whose JSON decodes
// into Here and is passed on as it is.
func At(ctx context.Context, q Querier, lon, lat, radius float64) (json.RawMessage, error) {
	const most = 100
	var known bool
	var here []byte
	if err := q.QueryRow(ctx, statement("at"), lon, lat, radius, most).Scan(&known, &here); err != nil {
		return nil, fmt.Errorf("looking around %v, %v: %w", lon, lat, err)
	}
	if !known {
		return nil, Errorf(Invalid, "Outside of the map", "the point %v, %v lies where this deployment's coordinate system makes no sense", lon, lat)
	}
	return here, nil
}
