package tiles

import "kraj/tiles/sprite"

// themeColor is a project's colour. In the dark each of the themes' colours has a lighter twin, so the style lists them.
func (b *styleBuilder) themeColor() any {
	if b.p.twins == nil {
		return get("color")
	}
	e := expr{"match", get("color")}
	for _, c := range b.colors {
		if c != noThemeColor {
			e = append(e, only(c), b.p.shown(c))
		}
	}
	return append(e, only(noThemeColor), b.p.shown(noThemeColor), b.p.noTheme)
}

// statusForms tell a line's status by its form, as the symbols of points do: the further, the more solid.
var statusForms = []struct {
	id       string
	statuses []any
	dash     expr
	gone     bool // grey: it will not come
}{
	{"realised", []any{"realised"}, nil, false},
	{"implementation", []any{"implementation"}, expr{4, 0.8}, false},
	{"preparation", []any{"preparation"}, expr{2, 1.2}, false},
	{"idea", []any{"idea", "unknown"}, expr{0.8, 1.4}, false},
	{"gone", []any{"not_realised", "dropped"}, expr{0.8, 2.5}, true},
}

// projectShapes draws areas and lines of projects: colour by theme, form by status.
func (b *styleBuilder) projectShapes() {
	color := b.themeColor()
	gone := oneOf("status", "not_realised", "dropped")
	b.add("projects-fill", "fill", "projects", "fill", object{
		"filter": all(isPolygon, expr{"!", gone}),
		"paint": object{
			"fill-color": color,
			"fill-opacity": expr{
				"match", get("status"), only("realised"), 0.45, only("implementation"), 0.3, only("preparation"), 0.16, 0.1,
			},
		},
	})
	b.add("projects-fill-gone", "fill", "projects", "fill", object{
		"filter": all(isPolygon, gone),
		"paint":  object{"fill-color": b.p.grey, "fill-opacity": 0.08},
	})
	b.add("projects-casing", "line", "projects", "casing", object{
		"filter": isLine, "layout": object{"line-join": "round", "line-cap": "round"},
		"paint": object{"line-color": b.p.casing, "line-width": byZoom(8, 2, 12, 3.6, 15, 7), "line-opacity": 0.75},
	})
	strategic := func(plain, strategic float64) expr { return expr{"case", get("strategic"), strategic, plain} }
	width := expr{"interpolate", expr{"linear"}, expr{"zoom"}, 8, strategic(0.8, 1.2), 12, strategic(1.6, 2.4), 15, strategic(4, 5.5)}
	for _, form := range statusForms {
		paint := object{"line-color": color, "line-width": width}
		if form.gone {
			paint["line-color"] = b.p.grey
		}
		if form.dash != nil {
			paint["line-dasharray"] = form.dash
		}
		b.add("projects-line-"+form.id, "line", "projects", "line", object{
			"filter": all(expr{"!", isPoint}, oneOf("status", form.statuses...)),
			"layout": object{"line-join": "round"}, "paint": paint,
		})
	}
}

// projectPoints draws the symbols on top of everything but the names of cities. All of them are drawn; names step aside
// for them (besideSymbols), because a name under symbols cannot be read. The circle below is what is seen of a colour that the
// sprite does not have, where the client cannot draw.
func (b *styleBuilder) projectPoints() {
	rank := expr{"case", get("strategic"), 0, 1}
	b.add("projects-dot", "circle", "projects", "symbol", object{
		"filter": isPoint,
		"paint": object{
			"circle-color": b.themeColor(), "circle-radius": byZoom(8, 2, 12, 3), "circle-stroke-color": b.p.casing, "circle-stroke-width": 0.8,
			"circle-opacity": expr{"match", get("status"), expr{"not_realised", "dropped"}, 0.5, 1},
		},
	})
	text := object{"text-color": b.p.labelUrban, "text-halo-color": b.p.halo, "text-halo-width": 1.4}
	// Below the symbols: these are placed first, and a name looks for room among them.
	layout := b.name(regular, byZoom(13, 11, 16, 13), rank)
	layout["text-variable-anchor"], layout["text-max-width"] = []string{"left", "right", "top", "bottom"}, 12
	layout["text-radial-offset"] = expr{"case", is("strategic", true), 1.7, 1.2} // clear of its own symbol
	b.add("projects-label", "symbol", "projects", "label", object{
		"minzoom": 13.5, "filter": isPoint, "layout": layout, "paint": text,
	})
	for _, strategic := range []bool{false, true} {
		for _, status := range sprite.Statuses {
			b.projectSymbol(status, strategic)
		}
	}
	b.namedProjects()
	b.add("projects-count", "symbol", "projects", "label", object{
		"maxzoom": 13, "filter": all(isPoint, has("points")),
		"layout": object{
			"text-field": expr{"to-string", get("points")}, "text-font": []string{semibold}, "text-size": 10,
			"text-anchor": "bottom-left", "text-offset": expr{0.5, -0.4}, "text-optional": true,
		},
		"paint": text,
	})
}

// projectSymbol draws the points of a status, the strategic ones by themselves and above. That is many layers, but each image's
// name has one attribute in it: more of them QGIS does not understand, nor an expression.
func (b *styleBuilder) projectSymbol(status string, strategic bool) {
	id, number, wanted := "projects-"+status, "0", expr{"!=", get("strategic"), true}
	if strategic {
		id, number, wanted = id+"-strategic", "1", is("strategic", true)
	}
	b.add(id, "symbol", "projects", "symbol", object{
		"filter": all(isPoint, is("status", status), wanted),
		"layout": object{
			"icon-image": "project-{color}-" + status + "-" + number, "icon-size": byZoom(9, 0.7, 12, 1),
			"icon-overlap": "always", "icon-padding": 0,
		},
	})
}

// namedProjects draws what only words place: a hollow diamond, broken while it is a proposal, so that nobody takes it for a surveyed
// site. A mark in it tells what is done and what is under way.
func (b *styleBuilder) namedProjects() {
	for _, state := range []string{"proposed", "confirmed"} {
		for _, form := range []struct {
			mark  string
			which expr
		}{
			{"", expr{"!", oneOf("status", "realised", "implementation")}},
			{"-realised", is("status", "realised")},
			{"-implementation", is("status", "implementation")},
		} {
			b.add("projects_named-"+state+form.mark, "symbol", "projects_named", "symbol", object{
				"filter": all(is("state", state), form.which),
				"layout": object{"icon-image": "named-{color}-" + state + form.mark, "icon-size": byZoom(9, 0.7, 12, 1), "icon-overlap": "always", "icon-padding": 0},
			})
		}
	}
}
