package geo_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"kraj/geo"
)

// The sensitivity is what asking for the balance by every rule would find, for every
// group, and the rules it names give it.
func TestSensitivityIsThatOfAllRules(t *testing.T) {
	t.Parallel()
	l := mixedLand(t)
	l.exec(`INSERT INTO project_places (project_id, layer, place_id, relation) VALUES (101, 'settlements', 3, 'serves'), (102, 'settlements', 1, 'serves');
		INSERT INTO schemes (id, municipality_id, code, version, name_sl, name_en, classes, current) VALUES
			(21, 1, 'municipal', 2, 'stara', 'old', '{urban,rural}', false), (22, NULL, 'degurba', 1, 'degurba', 'degurba', '{urban,rural}', true),
			(23, NULL, 'h3', 1, 'h3', 'h3', '{urban,rural}', true), (24, 1, 'city', 1, 'mesto', 'city', '{urban}', true);
		INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (21, 1, 'rural'), (22, 4, 'rural'), (22, 2, 'urban'), (23, 1, 'rural'), (24, 1, 'urban')`)
	for _, filter := range []geo.ProjectFilter{{}, {Text: "pot"}} {
		for i, by := range []string{"theme", "year", "settlement", "local_community"} {
			query := geo.BalanceQuery{By: by, Money: []string{"total", "eu", "total", "own"}[i], ProjectFilter: filter}
			told := l.balance(query)
			want := map[string]*geo.BalanceSensitivity{}
			for _, spread := range []string{"none", "population"} {
				for _, method := range []string{"extent", "population", "equal", "served"} {
					for _, scheme := range []string{"degurba", "h3", "municipal"} {
						query.Scheme, query.Method, query.Spread = scheme, method, spread
						b := l.balance(query)
						groups := slices.Concat(b.Groups, []geo.BalanceGroup{b.Total})
						if spread == "population" && (by == "settlement" || by == "local_community") {
							groups = groups[len(groups)-1:] // what is spread over places is in other groups
						}
						for _, g := range groups {
							widen(want, groupKey(g), g, geo.BalanceRule{Scheme: scheme, Method: method, Spread: spread})
						}
					}
				}
			}
			for _, g := range append(told.Groups, told.Total) {
				compareRanges(t, fmt.Sprintf("%+v, group %s", query, groupKey(g)), g.Sensitivity, want[groupKey(g)])
			}
			if told.Sensitivity != told.Total.Sensitivity {
				t.Errorf("%+v: the answer's sensitivity is not its total's", query)
			}
		}
	}
	b := l.balance(geo.BalanceQuery{})
	if s := b.Sensitivity; s == nil || s.RuralShare == nil || s.RuralShare.Min >= s.RuralShare.Max || s.RuralShare.MinBy == s.RuralShare.MaxBy {
		t.Errorf("no range: %+v", s)
	}
	if b := l.balance(geo.BalanceQuery{ProjectFilter: geo.ProjectFilter{Themes: []string{"TP9"}}}); b.Sensitivity != nil {
		t.Errorf("nothing has a sensitivity: %+v", b.Sensitivity)
	}
	if b := l.balance(geo.BalanceQuery{ProjectFilter: geo.ProjectFilter{Classes: []string{"rural"}}}); b.Sensitivity != nil {
		t.Errorf("one class has a sensitivity: %+v", b.Sensitivity)
	}
	var least, most float64
	if err := l.pools.Public.QueryRow(t.Context(), `SELECT lowest, highest FROM balance_sensitivity('kranj') WHERE is_total AND of_money`).Scan(&least, &most); err != nil || least > most {
		t.Errorf("in SQL, for the public: %v to %v, %v", least, most, err)
	}
}

func groupKey(g geo.BalanceGroup) string {
	if g.Key == nil {
		return g.Name.EN
	}
	return *g.Key
}

// widen takes what one rule gives a group into what all of them give.
func widen(all map[string]*geo.BalanceSensitivity, key string, g geo.BalanceGroup, rule geo.BalanceRule) {
	r := row(g, "rural")
	put := func(at **geo.BalanceRange, share *float64) {
		switch {
		case share == nil:
		case *at == nil:
			*at = &geo.BalanceRange{Min: *share, Max: *share, MinBy: rule, MaxBy: rule}
		default:
			if *share < (*at).Min-1e-12 {
				(*at).Min, (*at).MinBy = *share, rule
			}
			if *share > (*at).Max+1e-12 {
				(*at).Max, (*at).MaxBy = *share, rule
			}
		}
	}
	if r.Share == nil && r.WeightShare == nil {
		return
	}
	if all[key] == nil {
		all[key] = &geo.BalanceSensitivity{}
	}
	put(&all[key].RuralShare, r.Share)
	put(&all[key].RuralShareProjects, r.WeightShare)
}

// compareRanges allows for what rounding to cents does to a share of few euros: the sensitivity spreads without rounding.
func compareRanges(t *testing.T, where string, got, want *geo.BalanceSensitivity) {
	t.Helper()
	if got == nil || want == nil {
		if got != nil || want != nil {
			t.Errorf("%s: %+v, by all rules %+v", where, got, want)
		}
		return
	}
	for i, pair := range [][2]*geo.BalanceRange{{got.RuralShare, want.RuralShare}, {got.RuralShareProjects, want.RuralShareProjects}} {
		a, b := pair[0], pair[1]
		if (a == nil) != (b == nil) {
			t.Errorf("%s: %+v, by all rules %+v", where, a, b)
		} else if a != nil && (math.Abs(a.Min-b.Min) > 1e-6 || math.Abs(a.Max-b.Max) > 1e-6 || i == 0 && (a.MinBy != b.MinBy || a.MaxBy != b.MaxBy)) {
			t.Errorf("%s: %+v, by all rules %+v", where, *a, *b)
		}
	}
}

// By year of money: a recurring amount counts its stated years in the year of its line,
// lines without a year have a row of their own, and all of it is the total.
func TestBalanceByYear(t *testing.T) {
	t.Parallel()
	l := mixedLand(t)
	l.exec(`INSERT INTO project_funding (project_id, year, source, amount_cents, kind, period, period_years, years) VALUES
		(106, 2027, 'other', 10, 'estimated', 'yearly', NULL, 3), (106, 2028, 'other', 10, 'estimated', 'per_n_years', 2, 6), (106, 2029, 'other', 10, 'estimated', 'yearly', NULL, NULL)`)
	got := map[string]int64{}
	b := l.balance(geo.BalanceQuery{By: "year"})
	for _, g := range b.Groups {
		if g.AmountCents != nil {
			got[groupKey(g)] = *g.AmountCents
		}
	}
	// 102's 7 × 1000 have no year; of 106's 100 cents 30 and 30 are stated, 40 remain.
	want := map[string]int64{"2025": 20001, "2026": 50000, "2027": 80002 + 30, "2028": 30, "year not stated": 30000 + 7000 + 333 + 5000 + 40}
	for key, cents := range want {
		if got[key] != cents {
			t.Errorf("%s: %d cents, want %d (all: %v)", key, got[key], cents, got)
		}
	}
	checkInt(t, "total", b.Total.AmountCents, mixedSums["total"])
	checkSums(t, "by year", b)
}
