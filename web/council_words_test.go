package web

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"kraj/geo"
)

func TestCouncilWordsAreComplete(t *testing.T) {
	for key := range councilWords["sl"] {
		if councilWords["en"][key] == "" {
			t.Errorf("English lacks %q", key)
		}
		if councilWords["sl"][key] == "" {
			t.Errorf("Slovene lacks %q", key)
		}
		if key != "none" && !strings.Contains(councilHTML, "T."+key) && !used(key) {
			t.Errorf("%q is said nowhere", key)
		}
	}
	if len(councilWords["sl"]) != len(councilWords["en"]) {
		t.Error("English has words that Slovene lacks")
	}
	for name, texts := range map[string]map[string]geo.Text{
		"class": councilClasses, "method": councilMethods, "method name": councilMethodNames, "spread": councilSpreads, "spread name": councilSpreadNames,
		"money": councilMoneys, "by": councilBys, "filter": councilFilters, "scope": councilScopes,
	} {
		for key, text := range texts {
			if text.SL == "" || text.EN == "" {
				t.Errorf("%s %s lacks a language", name, key)
			}
		}
	}
	for name, want := range map[string][]string{"by": balanceBy, "method": balanceMethods, "spread": balanceSpreads, "money": balanceMoney, "class": geo.Classes, "filter": filterParams, "scope": geo.Scopes} {
		have := map[string]map[string]geo.Text{"by": councilBys, "method": councilMethods, "spread": councilSpreads, "money": councilMoneys, "class": councilClasses, "filter": councilFilters, "scope": councilScopes}[name]
		for _, key := range want {
			if _, ok := have[key]; !ok {
				t.Errorf("%s %q has no words; there are %v", name, key, slices.Sorted(maps.Keys(have)))
			}
		}
	}
}

// used are the words that the Go code says.
func used(key string) bool {
	return slices.Contains([]string{
		"picture", "people", "projects", "euros", "weight", "share", "perHead", "perThousand", "quotient", "gap", "class", "total", "group", "without", "groups", "numbers",
		"parity", "parityNote", "parityNoteCounts", "hoover", "hooverNote", "gini", "giniNote", "theil", "theilNote", "scheme", "noScheme", "method", "spread", "money",
		"filters", "noFilters", "included", "proposed", "population", "noPopulation", "populationSet", "ofDate", "peopleUnknown", "revisionNumber", "unpinned",
		"dataSource", "dataSourceIs", "publicOnly", "least", "most", "ruralShare", "ruralShareProjects", "thisRule", "figure", "wide", "unplaced", "outside", "unclassified",
		"noAmount", "classified", "sensitivity",
	}, key)
}
