package tiles

// places draws areas, and points where a place's area is not known.
func (b *styleBuilder) places() {
	p := b.p
	b.add("agglomerations-fill", "fill", "agglomerations", "fill", object{
		"filter": isPolygon, "paint": object{"fill-color": p.agglomeration, "fill-opacity": 0.06},
	})
	b.add("business_zones-fill", "fill", "business_zones", "fill", object{
		"filter": isPolygon, "paint": object{"fill-color": p.zone, "fill-opacity": 0.18},
	})
	b.add("business_zones-line", "line", "business_zones", "line", object{
		"filter": isPolygon, "paint": object{"line-color": p.zone, "line-width": byZoom(9, 0.5, 12, 1, 15, 1.5)},
	})
	b.add("degraded_areas-hatch", "fill", "degraded_areas", "hatch", object{
		"filter": isPolygon, "paint": object{"fill-pattern": "hatch-degraded"},
	})
	b.add("degraded_areas-line", "line", "degraded_areas", "line", object{
		"filter": isPolygon, "paint": object{"line-color": p.degraded, "line-width": byZoom(9, 0.6, 15, 1.4)},
	})
	b.cross("business_zones", p.zone)
	b.cross("degraded_areas", p.degraded)
	b.cross("local_communities", p.communityLine)
	b.cross("cycling_routes", p.cycling)
	// The load of an agglomeration is told by a disc that one sees through.
	b.add("agglomerations-point", "circle", "agglomerations", "symbol", object{
		"filter": isPoint,
		"paint": object{
			"circle-radius": expr{"interpolate", expr{"linear"}, expr{"sqrt", number0("load_pe")}, 0, 3, 45, 5, 250, 11},
			"circle-color":  p.agglomeration, "circle-opacity": 0.22, "circle-stroke-color": p.agglomeration, "circle-stroke-width": 1, "circle-stroke-opacity": 0.6,
		},
	})
}

// cross draws a place that is known as a point: rings, discs and diamonds are projects, so nobody takes it for one. It is a character
// of the map's own font, which every client draws.
func (b *styleBuilder) cross(layer, color string) {
	layout := object{
		"text-field": "×", "text-font": []string{semibold}, "text-size": byZoom(9, 12, 13, 18),
		"text-overlap": "always", "text-ignore-placement": true, "text-padding": 0,
	}
	if layer == "local_communities" {
		layout["visibility"] = "none"
	}
	b.add(layer+"-point", "symbol", layer, "symbol", object{
		"filter": isPoint, "layout": layout,
		"paint": object{"text-color": color, "text-halo-color": b.p.halo, "text-halo-width": 1.4},
	})
}

// own draws planners' own layers, each in a colour of its own.
func (b *styleBuilder) own(layers []Layer) {
	n := 0
	for _, l := range layers {
		if l.Builtin {
			continue
		}
		color := b.p.own[n%len(b.p.own)]
		n++
		b.add(l.ID+"-fill", "fill", l.ID, "fill", object{
			"filter": isPolygon, "paint": object{"fill-color": color, "fill-opacity": 0.15},
		})
		b.add(l.ID+"-line", "line", l.ID, "line", object{
			"filter": expr{"!", isPoint}, "paint": object{"line-color": color, "line-width": byZoom(9, 0.8, 15, 2)},
		})
		b.cross(l.ID, color)
	}
}

// lines draws boundaries and routes.
func (b *styleBuilder) lines() {
	p := b.p
	b.add("settlements-line", "line", "settlements", "line", object{
		"layout": object{"line-join": "round"},
		"paint":  object{"line-color": p.settlementLine, "line-width": byZoom(7, 0.3, 9, 0.6, 14, 1.6)},
	})
	b.add("local_communities-line", "line", "local_communities", "line", object{
		"filter": isPolygon, "layout": object{"visibility": "none"},
		"paint": object{"line-color": p.communityLine, "line-width": byZoom(9, 0.8, 14, 1.8), "line-dasharray": expr{6, 2, 1, 2}},
	})
	b.add("municipalities-line", "line", "municipalities", "line", object{
		"layout": object{"line-join": "round"},
		"paint":  object{"line-color": p.municipalityLine, "line-width": byZoom(4, 0.4, 9, 1, 14, 2)},
	})
	b.agglomerationLines()
	b.routes()
}

// agglomerationLines: dashed, heavier from 2 000 PE; where not equipped red shows between the dashes.
func (b *styleBuilder) agglomerationLines() {
	heavy := expr{"case", expr{">=", number0("load_pe"), 2000}, 2.4, 1.2}
	b.add("agglomerations-unequipped", "line", "agglomerations", "line", object{
		"filter": all(isPolygon, is("equipped", false)), "paint": object{"line-color": b.p.unequipped, "line-width": heavy},
	})
	b.add("agglomerations-line", "line", "agglomerations", "line", object{
		"filter": isPolygon, "paint": object{"line-color": b.p.agglomeration, "line-width": heavy, "line-dasharray": expr{4, 3}},
	})
}

// routes: existing solid, under construction long dashes, planned short ones, bridges a double bar; cased in white.
func (b *styleBuilder) routes() {
	p := b.p
	round := object{"line-join": "round", "line-cap": "round"}
	butt := object{"line-join": "round"}
	bridge, route := is("route_level", "bridge"), expr{"!=", get("route_level"), "bridge"}
	width := byZoom(9, 1, 12, 2, 15, 4)
	b.add("cycling_routes-casing", "line", "cycling_routes", "casing", object{
		"filter": all(isLine, route), "layout": round,
		"paint": object{"line-color": p.casing, "line-width": byZoom(9, 2, 12, 4, 15, 7), "line-opacity": 0.85},
	})
	b.add("cycling_routes-bridge", "line", "cycling_routes", "line", object{
		"filter": all(isLine, bridge), "layout": butt,
		"paint": object{"line-color": p.cycling, "line-width": byZoom(9, 1, 15, 2), "line-gap-width": byZoom(9, 1.5, 15, 4)},
	})
	for _, state := range []struct {
		id    string
		match expr
		dash  expr
	}{
		{"existing", is("state", "existing"), nil},
		{"construction", is("state", "in_construction"), expr{4, 1}},
		{"planned", oneOf("state", "planned"), expr{2, 1.5}},
		{"unknown", is("state", "unknown"), expr{0.8, 1.2}},
	} {
		paint := object{"line-color": p.cycling, "line-width": width}
		layout := round
		if state.dash != nil {
			paint["line-dasharray"], layout = state.dash, butt
		}
		b.add("cycling_routes-"+state.id, "line", "cycling_routes", "line", object{
			"filter": all(isLine, route, state.match), "layout": layout, "paint": paint,
		})
	}
}

// placeLabels names zones with their hectares, and the other places.
func (b *styleBuilder) placeLabels() {
	locale := "sl"
	if b.lang == "en" {
		locale = "en"
	}
	hectares := expr{"number-format", get("area_ha"), object{"locale": locale, "max-fraction-digits": 1}}
	label := func(layer, color string, minZoom float64, field any) {
		layout := b.name(regular, byZoom(minZoom, 10.5, 16, 13), expr{"-", 0, number0("area_ha")})
		layout["text-field"] = field
		if layer == "local_communities" {
			layout["visibility"] = "none"
		}
		// The name of an area stands in it, that of a point beside its ring.
		layout["text-variable-anchor-offset"] = expr{"case", isPoint, expr{"literal", []any{
			"left", []float64{0.9, 0}, "right", []float64{-0.9, 0}, "top", []float64{0, 0.8}, "bottom", []float64{0, -0.8},
		}}, expr{"literal", []any{"center", []float64{0, 0}, "top", []float64{0, 0.8}, "bottom", []float64{0, -0.8}}}}
		b.add(layer+"-label", "symbol", layer, "label", object{
			"minzoom": minZoom, "layout": layout,
			"paint": object{"text-color": color, "text-halo-color": b.p.halo, "text-halo-width": 1.2},
		})
	}
	label("agglomerations", b.p.agglomeration, 13, get("name"))
	label("local_communities", b.p.communityLine, 12, get("name"))
	label("degraded_areas", b.p.degraded, 13.5, get("name"))
	label("business_zones", b.p.zoneLabel, 12.5, expr{"case", has("area_ha"), expr{"concat", get("name"), "\n", hectares, "\u00a0ha"}, get("name")})
	b.add("cycling_routes-label", "symbol", "cycling_routes", "label", object{
		"minzoom": 13, "filter": isLine,
		"layout": object{
			"symbol-placement": "line", "symbol-spacing": 700, "text-padding": 24, "text-field": get("name"), "text-font": []string{regular}, "text-size": 11, "text-offset": expr{0, 0.9},
		},
		"paint": object{"text-color": b.p.cycling, "text-halo-color": b.p.halo, "text-halo-width": 1.2},
	})
}
