// Package notice hears what changes in the database: at every commit that changed something, PostgreSQL's channel "kraj"
// tells for each layer where (migrations/code/23_notices.sql). What a subscriber may rely on is said by Subscriber.
package notice

import (
	"encoding/json"
	"fmt"
)

// Notice says where one revision changed one layer, or that it changed a table without geometry.
type Notice struct {
	Layer      string       // a layer's id, or a table's name
	Revision   int64        // 0: no row changed, only what is derived (an upgrade, a setting)
	Everywhere bool         // the whole layer
	Boxes      [][4]float64 // else at most 16 boxes west, south, east, north in EPSG:3857; none: no area is concerned
	Drafts     bool         // besides, there are areas that only planners may learn of: kraj.revision_areas has them
}

// parse reads a notice's text.
func parse(text string) (Notice, error) {
	var raw struct {
		Layer    string          `json:"layer"`
		Revision int64           `json:"revision"`
		Boxes    json.RawMessage `json:"boxes"`
		Drafts   bool            `json:"drafts"`
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return Notice{}, fmt.Errorf("reading the notice %.200q: %w", text, err)
	}
	n := Notice{Layer: raw.Layer, Revision: raw.Revision, Drafts: raw.Drafts}
	if raw.Layer == "" {
		return Notice{}, fmt.Errorf("the notice %.200q names no layer", text)
	}
	if string(raw.Boxes) == `"*"` {
		n.Everywhere = true
		return n, nil
	}
	if err := json.Unmarshal(raw.Boxes, &n.Boxes); err != nil {
		return Notice{}, fmt.Errorf("reading the notice %.200q: %w", text, err)
	}
	return n, nil
}
