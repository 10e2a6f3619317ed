package words

import "strings"

// choice is one key of a closed list with the words that mean it. Words are
// compared folded; the first one, spelt in full, is what messages offer.
type choice struct {
	key   string
	words []string
}

// lists are the closed lists by name: what a column accepts.
var lists = map[string][]choice{
	"status": {
		{"idea", []string{"ideja", "idea", "zamisel", "predlog", "predlagan", "pobuda", "v ideji"}},
		{"preparation", []string{"v pripravi", "preparation", "priprava", "pripravlja se", "v pripravi ali preverjanju", "v preverjanju", "preveritev", "nacrtovan", "nacrtovano", "nacrtovanje", "v nacrtovanju", "projektiranje", "planned", "in preparation"}},
		{"implementation", []string{"v izvajanju", "implementation", "v izvedbi", "izvajanje", "se izvaja", "v teku", "v gradnji", "gradnja", "in progress", "in implementation", "under construction"}},
		{"realised", []string{"realiziran", "realised", "realizirano", "realizirana", "izveden", "izvedeno", "izvedena", "zakljucen", "zakljuceno", "zakljucena", "koncan", "koncano", "koncana", "dokoncan", "dokoncano", "realized", "completed", "done", "finished"}},
		{"not_realised", []string{"nerealiziran", "not_realised", "not realised", "nerealizirano", "nerealizirana", "ni realiziran", "ni realizirano", "neizveden", "ni izveden", "not realized"}},
		{"dropped", []string{"opuščen", "dropped", "opusceno", "opuscena", "ustavljen", "ustavljeno", "umaknjen", "preklican", "abandoned", "cancelled"}},
		{"unknown", []string{"neznano", "unknown", "ni podatka", "neznan", "np", "n p"}},
	},
	"plan_state": {
		{"unknown", []string{"neznano", "unknown", "ni podatka"}},
		{"none", []string{"ni akta", "none", "brez", "ga ni", "ni predviden", "brez oppn", "ni oppn"}},
		{"considered", []string{"preveritve", "considered", "preveritev", "v preverjanju", "preverja se"}},
		{"in_preparation", []string{"v pripravi", "in_preparation", "in preparation", "izdelava", "v izdelavi", "priprava", "osnutek", "izdelava oppn"}},
		{"public_display", []string{"javna razgrnitev", "public_display", "public display", "razgrnjen", "v javni razgrnitvi", "dopolnjen osnutek"}},
		{"adopted", []string{"sprejet", "adopted", "sprejeto", "sprejeta", "oppn sprejet", "velja", "veljaven", "sprejet oppn"}},
		{"amending", []string{"spremembe in dopolnitve", "amending", "spremembe", "v spreminjanju", "sd", "sd oppn"}},
	},
	"horizon": {
		{"2030", []string{"2030", "do 2030", "do leta 2030"}},
		{"2035", []string{"2035", "do 2035", "do leta 2035"}},
		{"2030+2035", []string{"2030 in 2035", "2030+2035", "2030 2035", "2030 do 2035", "oba"}},
		{"none", []string{"brez", "none", "ni", "ni dolocen"}},
	},
	"scope": {
		{"sites", []string{"lokacije", "sites", "na lokaciji"}},
		{"municipality", []string{"celotna občina", "municipality", "obcina", "vsa obcina", "obmocje obcine", "whole municipality"}},
		{"unplaced", []string{"brez lokacije", "unplaced", "se brez lokacije", "ni dolocena"}},
	},
	"visibility": {
		{"public", []string{"javno", "public", "javen", "javna"}},
		{"internal", []string{"interno", "internal", "interen", "interna", "osnutek", "draft"}},
	},
	"responsible": {
		{"municipality", []string{"občina", "municipality", "mok"}},
		{"state", []string{"država", "state", "rs", "republika slovenija", "drsi"}},
		{"joint", []string{"skupno", "joint", "obcina in drzava", "drzava in obcina"}},
		{"private", []string{"zasebno", "private", "zasebnik", "zasebni investitor"}},
	},
	"cost_qualifier": {
		{"exact", []string{"natančno", "exact", "tocno"}},
		{"about", []string{"okvirno", "about", "priblizno"}},
		{"at_least", []string{"vsaj", "at_least", "at least", "najmanj"}},
	},
	"route_level": {
		{"state", []string{"državna", "state", "drzavno", "drzavni", "national"}},
		{"local", []string{"lokalna", "local", "lokalno", "obcinska", "obcinsko"}},
		{"bridge", []string{"premostitev", "bridge", "most", "nadhod", "brv", "podhod", "premostitveni objekt"}},
		{"unknown", []string{"neznano", "unknown"}},
	},
	"state": {
		{"existing", []string{"obstoječa", "existing", "obstojece", "obstojeci", "izvedena", "izvedeno", "zgrajena"}},
		{"in_construction", []string{"v gradnji", "in_construction", "in construction", "v izvedbi", "gradnja"}},
		{"planned", []string{"načrtovana", "planned", "nacrtovano", "predvidena", "predvideno", "v pripravi"}},
		{"unknown", []string{"neznano", "unknown"}},
	},
}

// HasList says whether a column of that name holds words of a closed list.
func HasList(column string) bool { return lists[column] != nil }

// Key finds the key that a word means in a column's list. The error says what is
// accepted.
func Key(column, word string) (string, error) {
	folded := Fold(word)
	for _, c := range lists[column] {
		if folded == Fold(c.key) {
			return c.key, nil
		}
		for _, w := range c.words {
			if folded == Fold(w) {
				return c.key, nil
			}
		}
	}
	return "", Refuse("%q ni znano; sprejeto: %s", "%q is not known; accepted: %s", clip(word), accepted(column))
}

func accepted(column string) string {
	var b strings.Builder
	for i, c := range lists[column] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.key)
		if c.words[0] != c.key {
			b.WriteString(" (" + c.words[0] + ")")
		}
	}
	return b.String()
}

// Bool reads yes and no.
func Bool(word string) (bool, error) {
	switch Fold(word) {
	case "da", "d", "true", "t", "1", "x", "yes", "y", "drzi", "strateski":
		return true, nil
	case "ne", "n", "false", "f", "0", "no":
		return false, nil
	}
	return false, Refuse("%q ni ne da ne ne (sprejeto: da, ne, yes, no, true, false, 1, 0, x)", "%q is neither yes nor no (accepted: da, ne, yes, no, true, false, 1, 0, x)", clip(word))
}

// Word is how a key of a column's closed list is said in a language (sl, en); Key understands it. A key that is not known
// is said as it is.
func Word(column, key, lang string) string {
	for _, c := range lists[column] {
		if c.key == key {
			if lang == "sl" {
				return c.words[0]
			}
			return strings.ReplaceAll(c.key, "_", " ")
		}
	}
	return key
}

// YesNo says a truth; Bool understands it.
func YesNo(v bool, lang string) string {
	switch {
	case lang == "sl" && v:
		return "da"
	case lang == "sl":
		return "ne"
	case v:
		return "yes"
	}
	return "no"
}
