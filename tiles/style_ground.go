package tiles

// ground draws the paper: what lies outside, the municipalities, the settlements by class.
func (b *styleBuilder) ground() {
	p := b.p
	b.layers = append(b.layers, object{"id": "background", "type": "background", "paint": object{"background-color": p.outside}})
	b.add("municipalities-fill", "fill", "municipalities", "fill", object{
		"paint": object{"fill-color": p.paper},
	})
	b.add("settlements-fill", "fill", "settlements", "fill", object{
		"paint": object{
			"fill-color": expr{
				"match", get("class"), only("urban"), p.urban, only("suburban"), p.suburban, only("rural"), p.rural, p.unclassified,
			},
			"fill-antialias": false, // the boundary is drawn by itself, above
		},
	})
	for _, class := range []string{"urban", "suburban"} {
		b.add("settlements-texture-"+class, "fill", "settlements", "texture", object{
			"minzoom": 9,
			"filter":  is("class", class),
			"paint":   object{"fill-pattern": "texture-" + class},
		})
	}
}

// besideSymbols lets a name step aside where symbols stand: on its place if it can, else below, above or beside it.
var besideSymbols = expr{"literal", []any{
	"center",
	[]float64{0, 0},
	"top",
	[]float64{0, 0.9},
	"bottom",
	[]float64{0, -0.9},
	"left",
	[]float64{1.1, 0},
	"right",
	[]float64{-1.1, 0},
	"top-left",
	[]float64{0.8, 0.8},
	"top-right",
	[]float64{-0.8, 0.8},
	"bottom-left",
	[]float64{0.8, -0.8},
	"bottom-right",
	[]float64{-0.8, -0.8},
}}

// labels names the places. Lower sort keys win room: the more people, the sooner.
func (b *styleBuilder) labels() {
	p := b.p
	crowd := expr{"-", 0, number0("population")}
	beside := func(layout object) object {
		layout["text-variable-anchor-offset"] = besideSymbols
		return layout
	}
	village := object{"text-color": p.labelOther, "text-halo-color": p.halo, "text-halo-width": 1.2}
	b.add("settlements-label-small", "symbol", "settlements_labels", "label", object{
		"minzoom": 10.4,
		"filter":  all(expr{"!=", get("class"), "urban"}, expr{"<", number0("population"), 500}),
		"layout":  beside(b.name(regular, byZoom(10.4, 10.5, 12, 11.5, 15, 13), crowd)),
		"paint":   village,
	})
	b.add("settlements-label-large", "symbol", "settlements_labels", "label", object{
		"minzoom": 9.5,
		"filter":  all(expr{"!=", get("class"), "urban"}, expr{">=", number0("population"), 500}),
		"layout":  beside(b.name(regular, byZoom(9.5, 11, 12, 12, 15, 14), crowd)),
		"paint":   village,
	})
	b.add("municipalities-label", "symbol", "municipalities", "label", object{
		"minzoom": 6, "maxzoom": 9,
		"layout": b.name(regular, byZoom(6, 10, 9, 13), 0),
		"paint":  object{"text-color": p.labelOther, "text-halo-color": p.halo, "text-halo-width": 1.2},
	})
	b.placeLabels()
}

// cityLabels are the last to be drawn and the first to find room: a map of a city's projects must show its name.
func (b *styleBuilder) cityLabels() {
	p := b.p
	crowd := expr{"-", 0, number0("population")}
	b.add("settlements-label-urban", "symbol", "settlements_labels", "label", object{
		"minzoom": 9,
		"filter":  is("class", "urban"),
		"layout":  b.name(semibold, byZoom(9, 13, 11, 15, 14, 18), crowd),
		"paint":   object{"text-color": p.labelUrban, "text-halo-color": p.halo, "text-halo-width": 1.4},
	})
}

// name is the layout of a label that shows a feature's name.
func (b *styleBuilder) name(font string, size, key any) object {
	return object{
		"text-field": get("name"), "text-font": []string{font}, "text-size": size, "symbol-sort-key": key,
		"text-padding": 3, "text-max-width": 8,
	}
}
