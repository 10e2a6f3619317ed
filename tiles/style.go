package tiles

import (
	"context"

	"kraj/geo"
)

// Style makes the map's MapLibre style as JSON: one vector source of all layers, no glyphs and no sprite. Layer titles
// are in o.Lang and, for the legend, in both languages in the metadata.
func (c *Catalog) Style(ctx context.Context, q geo.Querier, o Options) ([]byte, error) {
	return nil, geo.Errorf(geo.Internal, "No style", "not yet")
}
