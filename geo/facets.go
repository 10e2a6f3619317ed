package geo

import (
	"context"
	"encoding/json"
	"fmt"
)

// FacetKinds are the filters whose values can be counted, in the order of the page.
var FacetKinds = []string{
	"theme", "measure", "status", "horizon", "strategic", "class", "scope", "settlement", "local_community", "holder", "source", "mechanism", "eligible", "year",
}

// FacetAnswer says how many projects there would be behind every value of every filter.
// Facets gives it as JSON; the type tells what is in it.
type FacetAnswer struct {
	Municipality  string           `json:"municipality"`
	Projects      int              `json:"projects"`       // that the filter selects; groups are not counted
	AmountCents   *int64           `json:"amount_cents"`   // theirs; null where none has an amount
	WithoutAmount int              `json:"without_amount"` // how many have none
	AllProjects   int              `json:"all_projects"`   // of the municipality, without a filter
	LeastCents    *int64           `json:"least_cents"`    // of a project, with the other filters
	MostCents     *int64           `json:"most_cents"`
	Facets        map[string]Facet `json:"facets"`
}

// Facet holds the values of one filter.
type Facet struct {
	Total  int          `json:"total"` // of all values, also those not listed
	Values []FacetValue `json:"values"`
}

// FacetValue is a value of a filter with the projects there would be, had this filter
// this value and the others what they have.
type FacetValue struct {
	Key      string `json:"key"`
	Name     *Text  `json:"name,omitempty"`   // of what has one of its own
	Parent   string `json:"parent,omitempty"` // of measures: the theme
	Projects int    `json:"projects"`
}

// Facets counts the values of filters under the other filters, at most limit of each
// kind. One statement, whose JSON decodes into FacetAnswer and is passed on as it is.
func Facets(ctx context.Context, q Querier, municipality string, f ProjectFilter, kinds []string, limit int) (json.RawMessage, error) {
	m, err := FindMunicipality(ctx, q, municipality)
	if err != nil {
		return nil, err
	}
	var known bool
	var answer []byte
	if err := q.QueryRow(ctx, statement("facets"), m.Code, f.JSON(), kinds, limit).Scan(&known, &answer); err != nil {
		return nil, fmt.Errorf("counting the values of filters: %w", err)
	}
	if !known {
		return nil, Errorf(NotFound, "Unknown municipality", "the municipality %q has gone meanwhile", m.Name)
	}
	return answer, nil
}
