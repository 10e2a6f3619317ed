package web

import (
	"fmt"
	"net/http"
	"sync"

	"kraj/geo"
	"kraj/tiles"
	"kraj/tiles/sprite"
)

// spriteSheets keeps the sheets that were drawn last: which there can be, themes say, not strangers.
type spriteSheets struct {
	mu     sync.Mutex
	sheets map[string]*sprite.Sheet
}

// enoughSheets is light and dark, at two densities, for some municipalities.
const enoughSheets = 24

func (s *spriteSheets) get(mode string, density int, colors []sprite.Color) (*sprite.Sheet, error) {
	key := fmt.Sprint(mode, density, colors)
	s.mu.Lock()
	defer s.mu.Unlock() // one at a time: the next one mostly wants the same
	if sheet, ok := s.sheets[key]; ok {
		return sheet, nil
	}
	sheet, err := sprite.Make(tiles.SpriteLook(mode), colors, density)
	if err != nil {
		return nil, err
	}
	if s.sheets == nil || len(s.sheets) >= enoughSheets {
		s.sheets = make(map[string]*sprite.Sheet)
	}
	s.sheets[key] = sheet
	return sheet, nil
}

// sprite answers with the images of the style, or their index.
func (s *Server) sprite(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r)
	if err := p.Err(); err != nil {
		return err
	}
	mode, density := pathValue(r, "mode"), 1
	if pathValue(r, "density") != "" {
		density = 2
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	catalog, err := s.layers.Catalog(ctx, db)
	if err != nil {
		return err
	}
	o := tiles.Options{Mode: mode, Filter: tiles.Filter{Municipality: pathValue(r, "municipality")}}
	colors, err := catalog.SpriteColors(ctx, db, o)
	if err != nil {
		if m := o.Filter.Municipality; m != "" && geo.KindOf(err) == geo.Invalid {
			return geo.Errorf(geo.NotFound, "No such sprite", "there is no municipality %.40q; /api/v1/municipalities lists them", m)
		}
		return err
	}
	sheet, err := s.sprites.get(mode, density, colors)
	if err != nil {
		return err
	}
	if pathValue(r, "format") == "json" {
		return write(w, r, answer{contentType: typeJSON, body: sheet.JSON})
	}
	return write(w, r, answer{contentType: "image/png", body: sheet.PNG, packed: true})
}
