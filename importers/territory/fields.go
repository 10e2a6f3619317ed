package territory

import (
	"strconv"
	"strings"

	"kraj/geo"
	"kraj/importers/words"
)

// fields are what a file may say, by the folded names of its columns.
func fields() map[string][]string {
	return map[string][]string{
		"mechanism":    {"mechanism", "mehanizem"},
		"mechanism_sl": {"mechanism sl", "ime mehanizma"},
		"mechanism_en": {"mechanism en"},
		"list":         {"list", "seznam", "oznaka seznama"},
		"fund":         {"fund", "sklad"},
		"period_from":  {"period from", "from", "od", "obdobje od"},
		"period_to":    {"period to", "to", "do", "obdobje do"},
		"layer":        {"layer", "sloj"},
		"rule":         {"rule", "pravilo"},
		"condition_sl": {"condition sl", "pogoj"},
		"condition_en": {"condition en"},
		"source":       {"source", "vir", "pravni vir", "pravna podlaga"},
		"source_ref":   {"source ref", "sklic", "reference"},
		"source_url":   {"source url", "url", "povezava"},
		"note_sl":      {"note sl", "opomba seznama"},
		"note_en":      {"note en"},
		"municipality": {"municipality", "obcina"},
		"place":        {"place", "kraj", "naselje", "settlement", "krajevna skupnost", "sifra naselja", "code", "sifra"},
		"place_name":   {"name", "naziv", "ime", "ime naselja", "naziv naselja"}, // beside a code: for readers
		"state":        {"state", "stanje"},
		"note":         {"note", "opomba"},
	}
}

// The words of fields with few values, folded; the first of each list is what is stored.
func choices() map[string][][]string {
	return map[string][][]string{
		"rule": {
			{"whole_municipality", "whole municipality", "celotna obcina", "celotno obmocje obcine"},
			{"listed", "seznam", "nasteto"},
			{"conditional", "pogojno"},
			{"partial", "nepopoln", "nepopolno"},
		},
		"state": {{"included", "vkljuceno", "da", "yes"}, {"conditional", "pogojno"}, {"excluded", "izkljuceno", "ne", "no"}},
		"layer": {
			{"settlements", "settlement", "naselje", "naselja"},
			{"local_communities", "local communities", "local community", "ks", "krajevna skupnost", "krajevne skupnosti"},
			{"municipalities", "municipality", "obcina", "obcine"},
		},
	}
}

// columnsOf finds which field each column of a file is. A column that nothing reads is an error: it is most likely misspelt.
func columnsOf(columns []string) (map[string]string, error) {
	of := map[string]string{}
	known := fields()
	for _, column := range columns {
		found := ""
		for field, names := range known {
			for _, name := range append([]string{words.Fold(field)}, names...) {
				if words.Fold(column) == name {
					found = field
				}
			}
		}
		if found == "" {
			return nil, geo.Errorf(geo.Invalid, "Unknown column", "%q is no column of a territory list; accepted: %s", column, fieldNames())
		}
		of[column] = found
	}
	return of, nil
}

func fieldNames() string {
	return "mechanism, list, fund, period_from, period_to, rule, layer, condition_sl, condition_en, source, source_ref, source_url, note_sl, note_en, municipality, place, name, state, note"
}

// choose finds the stored word of a field with few values.
func choose(field, value, standard string) (string, error) {
	if value == "" {
		return standard, nil
	}
	var accepted []string
	for _, names := range choices()[field] {
		for _, name := range names {
			if words.Fold(value) == words.Fold(name) {
				return names[0], nil
			}
		}
		accepted = append(accepted, names[0])
	}
	return "", words.Refuse("%s: %q ni znano; sprejeto: %s", "%s: %q is not known; accepted: %s", field, value, strings.Join(accepted, ", "))
}

// year reads a year; nil for nothing.
func year(field, value string) (*int, error) {
	if value == "" {
		return nil, nil //nolint:nilnil // not stated is an answer
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1900 || n > 2200 {
		return nil, words.Refuse("%s: %q ni leto", "%s: %q is not a year", field, value)
	}
	return &n, nil
}
