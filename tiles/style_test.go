package tiles_test

import (
	"encoding/json"
	"math"
	"os/exec"
	"strings"
	"testing"

	"kraj/geo"
	"kraj/geo/pg"
	"kraj/tiles"
	"kraj/tiles/sprite"
)

var options = tiles.Options{Base: "https://kraj.example", Lang: "sl"}

func style(t *testing.T, p *pg.Pools, o tiles.Options) (text []byte, parsed map[string]any) {
	t.Helper()
	text, err := catalog(t, p.Public).Style(t.Context(), p.Public, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	return text, parsed
}

func TestStyle(t *testing.T) {
	t.Parallel()
	p := world(t)

	run(t, p, `SELECT kraj.create_layer('housing_sites', 'Stanovanja', 'Housing', 'mixed')`)
	text, parsed := style(t, p, options)
	if _, ok := parsed["glyphs"]; ok {
		t.Error("the style has glyphs: MapLibre then draws no label from the page's fonts")
	}
	used := make(map[string]bool)
	ids := make(map[string]bool)
	for _, l := range parsed["layers"].([]any) {
		layer := l.(map[string]any)
		if ids[layer["id"].(string)] {
			t.Errorf("layer %s comes twice", layer["id"])
		}
		ids[layer["id"].(string)] = true
		if s, ok := layer["source-layer"].(string); ok {
			used[s] = true
		}
	}
	for _, name := range catalog(t, p.Public).Names() {
		if !used[name] {
			t.Errorf("nothing is drawn of %s", name)
		}
	}
	if !strings.Contains(string(text), `"https://kraj.example/tiles/municipalities,`) {
		t.Errorf("the source has no absolute address")
	}
	_, english := style(t, p, tiles.Options{Lang: "en", Mode: "dark"})
	m := english["metadata"].(map[string]any)
	if dark := m["kraj:dark"].(map[string]any); dark["#276be6"] != "#3878fe" {
		t.Errorf("dark twins: %v", dark)
	}
	if m["kraj:lang"] != "en" || m["kraj:mode"] != "dark" || len(m["kraj:layers"].([]any)) != 9 {
		t.Errorf("metadata: %v", m)
	}
}

// The style is valid by the specification's own judge, light and dark, in both languages, with and without themes.
func TestStyleIsValid(t *testing.T) {
	t.Parallel()
	dir := packages(t)
	p := world(t)
	for _, o := range []tiles.Options{{Base: "https://kraj.example", Lang: "sl"}, {Base: "https://kraj.example", Lang: "en", Mode: "dark", Filter: tiles.Filter{Municipality: "kranj"}}} {
		text, _ := style(t, p, o)
		cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", `
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'; import { readFileSync } from 'node:fs';
for (const e of validateStyleMin(JSON.parse(readFileSync(0, 'utf8')))) console.log(e.message);`)
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(string(text))
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("node: %v\n%s", err, stderr(err))
		}
		if len(out) > 0 {
			t.Errorf("%s %s:\n%s", o.Lang, o.Mode, out)
		}
	}
}

// Each image that the style names is in its sprite, in every theme's colour, and follows the themes.
func TestStyleFindsItsImages(t *testing.T) {
	t.Parallel()
	p := world(t)
	run(t, p, `INSERT INTO kraj.municipalities (id, code, name) VALUES (7, '007', 'Koper'); INSERT INTO kraj.themes (id, municipality_id, code, name, color) VALUES (77, 7, 'X', 'x', '#123456')`)
	names := func(o tiles.Options) map[string]bool {
		colors, err := catalog(t, p.Public).SpriteColors(t.Context(), p.Public, o)
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := sprite.Make(tiles.SpriteLook(o.Mode), colors, 1)
		if err != nil {
			t.Fatal(err)
		}
		index := make(map[string]any)
		if err := json.Unmarshal(sheet.JSON, &index); err != nil {
			t.Fatal(err)
		}
		found := make(map[string]bool)
		for name := range index {
			found[name] = true
		}
		return found
	}
	own := tiles.Options{Filter: tiles.Filter{Municipality: "kranj"}}
	for _, o := range []tiles.Options{{}, {Mode: "dark"}, own} {
		_, parsed := style(t, p, o)
		have, asked := names(o), 0
		colors := append(query[string](t, p, `SELECT color FROM kraj.themes WHERE color IS NOT NULL AND ($1 = '' OR municipality_id = 1)`, o.Filter.Municipality), "#5f6368")
		for _, l := range parsed["layers"].([]any) {
			for _, group := range []string{"layout", "paint"} {
				values, _ := l.(map[string]any)[group].(map[string]any)
				for _, key := range []string{"icon-image", "fill-pattern"} {
					name, ok := values[key].(string)
					if !ok && values[key] != nil {
						t.Errorf("%v is no name: QGIS does not understand it", values[key])
					}
					for _, color := range colors {
						if full := strings.ReplaceAll(name, "{color}", color); ok && !have[full] {
							t.Errorf("%s is not in the sprite of %+v", full, o)
						}
						asked++
					}
				}
			}
		}
		if asked < 50 {
			t.Errorf("only %d images are asked for", asked)
		}
	}
	const elsewhere = "project-#123456-idea-0"
	if names(own)[elsewhere] || !names(tiles.Options{})[elsewhere] {
		t.Error("a municipality's sprite has the colours of another, or that of all lacks them")
	}
	_, narrowed := style(t, p, tiles.Options{Base: "https://kraj.example", Mode: "dark", Filter: tiles.Filter{Municipality: "kranj"}})
	if narrowed["sprite"] != "https://kraj.example/styles/sprite/kranj/dark" {
		t.Errorf("sprite at %v", narrowed["sprite"])
	}
}

// Every attribute that a tile carries is described, with its type.
func TestFieldsAreThoseOfTiles(t *testing.T) {
	t.Parallel()
	p := world(t)
	run(t, p, `INSERT INTO kraj.projects (id, municipality_id, code, title, scope, cost_cents) SELECT n, 1, 'p' || n, 'Projekt ' || n, 'sites', 100 FROM generate_series(1000, 1999) n`)
	run(t, p, `INSERT INTO kraj.sites (id, project_id, geom) SELECT n, n, ST_SetSRID(ST_MakePoint(446000 + (n * 7919) % 10000, 116000 + (n * 104729) % 10000), 3794) FROM generate_series(1000, 1999) n`)
	types := map[string]string{"string": "String", "number": "Number", "boolean": "Boolean"}
	seen := 0
	for _, l := range catalog(t, p.Planner).Layers() {
		known := make(map[string]string)
		for _, f := range tiles.Fields(l) {
			known[f.Name] = f.Type
		}
		for _, row := range query[string](t, p, `SELECT DISTINCT key || ' ' || jsonb_typeof(value) FROM kraj.tile_features, jsonb_each(props) WHERE layer = $1 AND jsonb_typeof(value) <> 'null'`, l.ID) {
			name, kind, _ := strings.Cut(row, " ")
			if seen++; known[name] != types[kind] {
				t.Errorf("%s.%s is a %s, described as %q", l.ID, name, kind, known[name])
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d attributes", seen)
	}
}

func TestTileJSON(t *testing.T) {
	t.Parallel()
	p := world(t)
	c := catalog(t, p.Public)
	got, err := c.TileJSON(t.Context(), p.Public, []string{"settlements", "projects"}, tiles.Options{Base: "https://kraj.example/", Filter: tiles.Filter{Municipality: "kranj"}, Lang: "sl"})
	if err != nil {
		t.Fatal(err)
	}
	if got.TileJSON != "3.0.0" || got.MinZoom != 7 || got.MaxZoom != 15 || got.Tiles[0] != "https://kraj.example/tiles/settlements,projects/{z}/{x}/{y}.mvt?municipality=kranj" {
		t.Errorf("%+v", got)
	}
	if b := got.Bounds; b == nil || math.Abs(b[0]-14.28) > 0.05 || math.Abs(b[1]-46.17) > 0.05 || math.Abs(b[2]-14.49) > 0.05 || math.Abs(b[3]-46.30) > 0.05 {
		t.Errorf("bounds %v", b)
	}
	if got.Version != "1.0.0" || got.Description != "Kraji in projekti občin: naselja, projekti" {
		t.Errorf("version %q, description %q", got.Version, got.Description)
	}
	if len(got.VectorLayers) != 2 || got.VectorLayers[1].Description != "Projekti" || !strings.HasPrefix(got.VectorLayers[1].Fields["amount"], "Number: vrednost") {
		t.Errorf("%+v", got.VectorLayers)
	}
	if got.Attribution != "GURS (CC BY 4.0) · TUS 2030" {
		t.Errorf("attribution %q: a draft's source is no public matter", got.Attribution)
	}
	if _, err := c.TileJSON(t.Context(), p.Public, []string{"users"}, options); geo.KindOf(err) != geo.NotFound {
		t.Errorf("unknown layer: %v", err)
	}
	run(t, p, `DELETE FROM kraj.sites`)
	if got, err = c.TileJSON(t.Context(), p.Public, []string{"projects"}, options); err != nil || got.Bounds != nil {
		t.Errorf("no data: bounds %v, %v", got.Bounds, err)
	}
}
