package geo

import (
	"context"
	"encoding/json"
	"fmt"
)

// Hits are what words may mean, the likeliest first.
type Hits struct {
	Total int `json:"total"` // of all, also those not listed
	Kinds []struct {
		Kind  string `json:"kind"`
		Count int    `json:"count"`
	} `json:"kinds"`
	Items []Hit `json:"items"`
}

// Hit is something that words may mean.
type Hit struct {
	Kind         string    `json:"kind"`  // settlement, municipality, project, measure, theme, mechanism, holder, document, name (of a quarter, a field), or the layer of another place
	Layer        *string   `json:"layer"` // of places and projects; of a name: that of the place it belongs to
	Municipality *string   `json:"municipality"`
	Code         string    `json:"code"` // of a document: its project's
	Name         string    `json:"name"`
	Context      *Text     `json:"context"`
	URL          *string   `json:"url"`   // documents
	Place        *PlaceRef `json:"place"` // names: the place it belongs to; documents that are ordinances: the place they are of
	Theme        *string   `json:"theme"` // of projects and measures
	Status       *string   `json:"status"`
	Strategic    *bool     `json:"strategic"`
	Projects     *int      `json:"projects"` // of holders: how many they hold
	Match        Match     `json:"match"`
	BBox         *BBox     `json:"bbox"`
	Score        float64   `json:"score"`
}

// Match says why something was found.
type Match struct {
	Field string `json:"field"` // code, name
	Text  string `json:"text"`  // what the words were found in
	How   string `json:"how"`   // same, begins, word, contains, inflected, alike
}

// Search finds what words may mean: places of all layers, projects, measures, themes,
// mechanisms, holders, documents and known names that begin with them, contain
// them, mean them without the endings of case, or look like them. Letters count
// without their marks. municipality is a code or folded name, empty for all.
// each bounds the hits of one kind, 0 does not. One statement, whose JSON decodes into
// Hits and is passed on as it is.
func Search(ctx context.Context, q Querier, words, municipality string, limit, each int) (json.RawMessage, error) {
	var known bool
	var hits []byte
	if err := q.QueryRow(ctx, statement("search"), words, municipality, limit, nil, each).Scan(&known, &hits); err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	if !known {
		_, err := FindMunicipality(ctx, q, municipality)
		return nil, err
	}
	return hits, nil
}
