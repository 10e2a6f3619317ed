package importers

import (
	"regexp"
	"strings"

	"kraj/importers/words"
)

// rule maps a field of a known register to a column. Fields are matched folded,
// without a namespace before a colon ("svn-sma:ob_mid" is "ob mid").
type rule struct {
	column  string
	field   *regexp.Regexp
	convert conversion // nil: by the column's type
}

func known(column, field string, convert conversion) rule {
	return rule{column, regexp.MustCompile("^(?:" + field + ")$"), convert}
}

// registers are the schemas that Slovenian offices publish, by layer: the register
// of spatial units (RPE) as it was (NA_MID …) and as it is (EID_NASELJE, SIFRA,
// NAZIV; shapefiles cut names to ten characters), the register of degraded areas,
// the reports on urban waste water.
var registers = map[string][]rule{
	"municipalities": {
		known("code", "ob mid|eid obcina", nil),
		known("name", "ob uime|naziv", nil),
		known("name_alt", "ob dj|naziv dj", nil),
		known("surs_code", "ob id|sifra", padded(3)),
		known("registered_area_m2", "pov km2", scaled(1e6)),
		known("registered_area_m2", "povrsina", nil),
	},
	"settlements": {
		known("code", "na mid|eid naselje?", nil),
		known("name", "na uime|naziv", nil),
		known("name_alt", "na dj|naziv dj", nil),
		known("registered_area_m2", "pov km2", scaled(1e6)),
		known("registered_area_m2", "povrsina", nil),
		known("centroid_e", "cen e", nil),
		known("centroid_n", "cen n", nil),
	},
	"local_communities": {
		known("code", "odo mid|eid (krajevna|cetrtna|vaska) skupnost|eid (krajev|cetrtn|vaska )", nil),
		known("name", "odo uime|naziv", nil),
		known("name_alt", "odo dj|naziv dj", nil),
		known("kind", "enota", oneOf(map[string]string{"CK": "krajevna skupnost", "CM": "mestna ali četrtna skupnost", "CV": "vaška skupnost"})),
		known("registered_area_m2", "pov km2", scaled(1e6)),
	},
	"degraded_areas": {
		known("code", "description", found(`/brownfields/(\d+)/`)),
		known("stated_area_ha", "description", found(`Površina:\s*([\d.,]+)\s*ha`)),
		known("name", "title", nil),
	},
	"agglomerations": {
		known("code", "aggcode|agg code|uwwtd code", nil),
		known("name", "aggname|agg name", nil),
		known("load_pe", "agggenerated|agg generated", nil),
	},
}

// municipalityFields are the fields that may name a row's municipality, the surest
// first.
var municipalityFields = []*regexp.Regexp{
	regexp.MustCompile(`^ob mid$`), regexp.MustCompile(`^eid obcina$`), regexp.MustCompile(`^obcina sifra$`),
	regexp.MustCompile(`^ob id$`), regexp.MustCompile(`^ob uime$`), regexp.MustCompile(`^obcina naziv$`),
}

// noise are fields that carry no information about a place: drawing hints and the
// leftovers of other programs.
var noise = map[string]bool{
	"fillopacity": true, "fid": true, "ogc fid": true, "shape leng": true, "shape length": true, "shape area": true,
	"tessellate": true, "extrude": true, "visibility": true, "draworder": true, "altitudemode": true, "styleurl": true,
}

// fieldKey is how fields are compared: folded, without a namespace.
func fieldKey(field string) string {
	if i := strings.LastIndexByte(field, ':'); i >= 0 && i+1 < len(field) {
		field = field[i+1:]
	}
	return words.Fold(field)
}
