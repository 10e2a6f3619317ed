package tiles

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/tiles/sprite"
)

// maxSpriteColors bounds a sheet; a country's municipalities mostly share their themes' colours. Of a colour beyond it clients
// show the dots below the symbols, and the page draws its own.
const maxSpriteColors = 64

// SpriteColors are the colours that a sprite has: of all themes, or of those of the filter's municipality.
func (c *Catalog) SpriteColors(ctx context.Context, q geo.Querier, o Options) ([]sprite.Color, error) {
	municipality, err := o.Filter.municipality(ctx, q)
	if err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, statement("sprite_colors"), municipality, maxSpriteColors)
	if err != nil {
		return nil, fmt.Errorf("reading the themes' colours: %w", err)
	}
	stored, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading the themes' colours: %w", err)
	}
	if !slices.Contains(stored, noThemeColor) {
		stored = append(stored, noThemeColor)
	}
	slices.Sort(stored)
	p := paletteOf(o.Mode)
	colors := make([]sprite.Color, len(stored))
	for i, s := range stored {
		colors[i] = sprite.Color{Stored: s, Drawn: p.shown(s)}
	}
	return colors, nil
}

// SpriteLook is the colours of symbols and patterns in a mode.
func SpriteLook(mode string) sprite.Look {
	p := paletteOf(mode)
	l := sprite.Look{Paper: "#fffefb", Grey: p.grey, Hatch: p.degraded, Bridge: p.cycling, TextureUrban: "#3a546833", TextureSuburban: "#46585433"}
	if mode == "dark" {
		l.Paper, l.TextureUrban, l.TextureSuburban = p.paper, "#96b4cd33", "#a0b4aa2e"
	}
	return l
}

// spriteAddress is where a style finds its images. A municipality is part of the path: QGIS appends "@2x.json" to the whole.
func (o Options) spriteAddress() string {
	path := "/styles/sprite/"
	if o.Filter.Municipality != "" {
		path += o.Filter.Municipality + "/"
	}
	if o.Mode == "dark" {
		path += "dark"
	} else {
		path += "light"
	}
	return Options{Base: o.Base}.address(path)
}
