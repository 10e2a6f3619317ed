package tiles

import "slices"

// Field is an attribute that a layer's features carry. A feature without a value lacks the attribute.
type Field struct {
	Name string
	Type string // String, Number, Boolean
	Text Text
}

// Fields lists a layer's attributes, the common ones first.
func Fields(l Layer) []Field {
	own := map[string][]Field{
		"settlements":        settlementFields,
		"settlements_labels": settlementFields,
		"business_zones": {
			{"area_ha", "Number", Text{"površina v hektarjih, kot jo navaja vir, sicer izmerjena", "area in hectares as the source states it, else measured"}},
			planState,
		},
		"degraded_areas": {planState},
		"cycling_routes": {
			{"route_level", "String", Text{"state, local, bridge ali unknown", "state, local, bridge or unknown"}},
			{"state", "String", Text{"existing, in_construction, planned ali unknown", "existing, in_construction, planned or unknown"}},
		},
		"agglomerations": {
			{"load_pe", "Number", Text{"obremenitev v PE", "load in population equivalents"}},
			{"equipped", "Boolean", Text{"ali delež priključenosti dosega mejo; brez vrednosti: ni podatka", "whether the connected share reaches the limit; missing: unknown"}},
		},
		"projects": projectFields,
		"projects_named": append(slices.Clone(projectFields[:6]),
			Field{"state", "String", Text{"proposed (predlog iz besed) ali confirmed (potrjeno)", "proposed (from the words) or confirmed"}},
			Field{"places", "String", Text{"kraji, ki jih besedilo omenja", "places that the words name"}}),
	}
	fields := append([]Field(nil), commonFields...)
	fields = append(fields, own[l.ID]...)
	if !l.Coverage && l.ID != "settlements_labels" {
		fields = append(fields, points)
	}
	return fields
}

var commonFields = []Field{
	{"code", "String", Text{"oznaka v registru", "the register's own identifier"}},
	{"name", "String", Text{"ime", "name"}},
	{"municipality", "String", Text{"občina: ime brez strešic, z malimi črkami", "municipality: its name in lower case without diacritics"}},
	{"approximate", "Boolean", Text{"ali je oblika približna", "whether the shape is approximate"}},
}

var settlementFields = []Field{
	{"class", "String", Text{"urban, suburban, rural ali unclassified, po veljavni občinski členitvi", "urban, suburban, rural or unclassified, by the current municipal scheme"}},
	{"population", "Number", Text{"število prebivalcev", "inhabitants"}},
}

var planState = Field{"plan_state", "String", Text{
	"stanje prostorskega akta: unknown, none, considered, in_preparation, public_display, adopted, amending",
	"state of the plan document: unknown, none, considered, in_preparation, public_display, adopted, amending",
}}

var projectFields = []Field{
	{"theme", "String", Text{"oznaka tematskega področja", "code of the theme"}},
	{"color", "String", Text{"barva tematskega področja, #rrggbb", "colour of the theme, #rrggbb"}},
	{"measure", "String", Text{"oznaka ukrepa", "code of the measure"}},
	{"status", "String", Text{
		"idea, preparation, implementation, realised, not_realised, dropped ali unknown",
		"idea, preparation, implementation, realised, not_realised, dropped or unknown",
	}},
	{"horizon", "String", Text{"2030, 2035, 2030+2035 ali none", "2030, 2035, 2030+2035 or none"}},
	{"strategic", "Boolean", Text{"ali je strateški projekt", "whether it is a strategic project"}},
	{"amount", "Number", Text{"vrednost v evrih; brez vrednosti: ni podatka", "value in euros; missing: not stated"}},
}

// points is carried by what stands for others where points crowd. Names are thinned without.
var points = Field{"points", "Number", Text{"na majhnem merilu: za koliko točk stoji ta", "at low zooms: how many points this one stands for"}}

func describe(l Layer, lang string) map[string]string {
	out := make(map[string]string)
	for _, f := range Fields(l) {
		out[f.Name] = f.Type + ": " + f.Text.In(lang)
	}
	return out
}
