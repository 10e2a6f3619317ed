package geo_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"kraj/geo"
)

// The land of newLand, with CTN as Kranj's strategy says it (settlement A, elsewhere with a justification), LAS by fund and
// period (rural settlements B and C; of the other fund C only; of the time before B only), and two of the whole municipality.
func newFunds(t *testing.T) *land {
	t.Helper()
	l := newLand(t)
	l.exec(`
		INSERT INTO mechanisms (code, name_sl, name_en) VALUES ('LAS', 'lokalni razvoj, ki ga vodi skupnost', 'community-led local development'),
			('DRR', 'dogovor za razvoj regije', 'regional development agreement'), ('CCC', 'Misija 100', 'Mission 100'), ('NOO', 'okrevanje', 'recovery');
		INSERT INTO mechanism_lists (id, mechanism, municipality_id, code, fund, period_from, period_to, rule, condition_sl, condition_en, source, source_ref, source_url) VALUES
			(1, 'CTN', 1, 'mesto', 'ESRR', 2021, 2027, 'conditional', 'učinek na urbani razvoj', 'an effect on urban development', 'Uredba', '5. člen', 'https://example.org/uredba'),
			(2, 'LAS', 1, 'SLR', 'EKSRP', 2021, 2027, 'listed', NULL, NULL, 'SLR', NULL, NULL),
			(3, 'LAS', 1, 'SLR-R', 'ESRR', 2021, 2027, 'listed', NULL, NULL, 'SLR', NULL, NULL),
			(4, 'LAS', 1, 'SLR-14', 'EKSRP', 2014, 2020, 'listed', NULL, NULL, 'SLR 2014', NULL, NULL),
			(5, 'DRR', 1, 'regija', NULL, 2021, 2027, 'whole_municipality', NULL, NULL, 'Dogovor', NULL, NULL),
			(6, 'CCC', 1, 'pogodba', NULL, NULL, NULL, 'whole_municipality', NULL, NULL, 'Pogodba', NULL, NULL);
		INSERT INTO mechanism_territory (list_id, settlement_id) VALUES (1, 1), (2, 2), (2, 3), (3, 3), (4, 2)`)
	return l
}

func TestEligibilityRules(t *testing.T) {
	t.Parallel()
	l := newFunds(t)
	l.project("city", nil, "POINT(5 5)")
	l.project("village", nil, "POINT(15 5)")
	l.project("route", nil, "LINESTRING(2 5, 12 5)")          // A 80 %, B 20 %
	l.project("sliver", nil, "LINESTRING(9.999 5, 19.999 5)") // a ten-thousandth in A
	l.project("abroad", nil, "POINT(50 5)")                   // in Koper
	l.project("half", nil, "LINESTRING(35 5, 45 5)")          // half of it in Koper
	l.project("programme", nil)                               // of the whole municipality
	l.project("nowhere", nil)                                 // not placed
	l.exec(`UPDATE projects SET scope = 'municipality' WHERE code = 'programme'`)
	for key, want := range map[string]string{
		"city CTN":           `eligible | Projekt leži v območju s seznama. | The project lies in the listed area.`,
		"village CTN":        `conditional | Upravičeno s pisno utemeljitvijo, ki izkaže učinek na urbani razvoj: projekt leži v občini, a zunaj območja s seznama. | Eligible with a written justification that shows an effect on urban development: the project lies in the municipality, but outside the listed area.`,
		"route CTN":          `conditional | Upravičeno s pisno utemeljitvijo, ki izkaže učinek na urbani razvoj: v območju s seznama leži 80 % projekta, preostalo drugje v občini. | Eligible with a written justification that shows an effect on urban development: 80% of the project lies in the listed area, the rest elsewhere in the municipality.`,
		"half CTN":           `partly | V območju s seznama leži 50 % projekta, zunaj njega 50 %; 50 % s pisno utemeljitvijo, ki izkaže učinek na urbani razvoj. | 50% of the project lies in the listed area, 50% outside it; 50% with a written justification that shows an effect on urban development.`,
		"abroad CTN":         `not_eligible | Projekt leži zunaj območja s seznama. | The project lies outside the listed area.`,
		"programme CTN":      `conditional | Upravičeno s pisno utemeljitvijo, ki izkaže učinek na urbani razvoj: projekt velja za vso občino. | Eligible with a written justification that shows an effect on urban development: the project is about the whole municipality.`,
		"nowhere CTN":        `unknown | Ni podatka: projekt ni umeščen v prostor. | No data: the project has no place yet.`,
		"city LAS SLR":       `not_eligible | Projekt leži zunaj območja s seznama. | The project lies outside the listed area.`,
		"village LAS SLR":    `eligible | Projekt leži v območju s seznama. | The project lies in the listed area.`,
		"village LAS SLR-R":  `not_eligible | Projekt leži zunaj območja s seznama. | The project lies outside the listed area.`,
		"village LAS SLR-14": `eligible | Projekt leži v območju s seznama. | The project lies in the listed area.`,
		"route LAS SLR":      `partly | V območju s seznama leži 20 % projekta, zunaj njega 80 %. | 20% of the project lies in the listed area, 80% outside it.`,
		"sliver LAS SLR":     `eligible | Projekt leži v območju s seznama. | The project lies in the listed area.`,
		"programme LAS SLR":  `partly | Projekt velja za vso občino, seznam pa zajema le njen del. | The project is about the whole municipality, the list takes in only a part of it.`,
		"village DRR":        `eligible | Upravičeno je celotno območje občine. | The whole municipality is eligible.`,
		"programme CCC":      `eligible | Upravičeno je celotno območje občine. | The whole municipality is eligible.`,
		"half DRR":           `partly | V območju s seznama leži 50 % projekta, zunaj njega 50 %. | 50% of the project lies in the listed area, 50% outside it.`,
		"abroad CCC":         `not_eligible | Projekt leži zunaj območja s seznama. | The project lies outside the listed area.`,
		"city NOO":           `unknown | Ni podatka: seznam območij za to občino ni naložen. | No data: no territory list is loaded for this municipality.`,
	} {
		if got := l.verdict(t, key, nil); got != strings.ReplaceAll(want, " %", "\u00a0%") {
			t.Errorf("%s:\n got %s\nwant %s", key, got, want)
		}
	}
}

// A year narrows the answer to the lists that are valid then; what no list covers is not known.
func TestEligibilityInAYear(t *testing.T) {
	t.Parallel()
	l := newFunds(t)
	l.project("village", nil, "POINT(15 5)")
	for key, want := range map[string]string{
		"village LAS SLR-14": "", "village LAS SLR": "eligible | ", "village CTN": "conditional | ",
		"village CCC": "unknown | Ni podatka: vir seznama ne navaja obdobja, zato ni znano, ali velja za leto 2024. | ",
	} {
		if got := l.verdict(t, key, new(2024)); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s in 2024: %s, want %s", key, got, want)
		}
	}
	want := "unknown | Ni podatka: noben naložen seznam ne velja za leto 2030. | No data: no loaded list is valid for 2030."
	if got := l.verdict(t, "village LAS", new(2030)); got != want {
		t.Errorf("in 2030: %s, want %s", got, want)
	}
}

// What is missing is unknown, never "no": settlements without boundaries, an empty list, a list that is silent.
func TestWhatIsMissingIsUnknown(t *testing.T) {
	t.Parallel()
	l := newFunds(t)
	l.project("village", nil, "POINT(15 5)")
	for name, step := range map[string]struct{ sql, want string }{
		"empty":    {`DELETE FROM mechanism_territory WHERE list_id = 2`, "unknown | Ni podatka: na seznamu ni nobenega kraja te občine."},
		"silent":   {`UPDATE mechanism_lists SET rule = 'partial' WHERE id = 2; DELETE FROM mechanism_territory WHERE list_id = 2 AND settlement_id = 2`, "unknown | Ni podatka: seznam ni popoln"},
		"undrawn":  {`UPDATE settlements SET geom = NULL WHERE id = 2`, "unknown | Ni podatka: projekt ne leži v nobenem od naloženih naselij"},
		"excluded": {`INSERT INTO mechanism_territory (list_id, settlement_id, state) VALUES (2, 1, 'excluded'); UPDATE mechanism_territory SET state = 'excluded' WHERE list_id = 2`, "not_eligible | "},
	} {
		tx, err := l.pools.Owner.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if _, err = tx.Exec(t.Context(), step.sql+`; SELECT kraj.settle()`); err == nil {
			err = tx.QueryRow(t.Context(), `SELECT state || ' | ' || reason_sl FROM eligibility('kranj', 'village') WHERE list = 'SLR'`).Scan(&got)
		}
		if err != nil || !strings.HasPrefix(got, step.want) {
			t.Errorf("%s: %v %s, want %s", name, err, got, step.want)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	// A municipality that no list is about.
	l.exec(`INSERT INTO projects (municipality_id, theme_id, code, title) VALUES (2, 3, 'K1', 'Koprski')`)
	list, err := geo.ListEligibility(t.Context(), l.pools.Public, geo.EligibilityQuery{Municipality: "koper"})
	if err != nil || len(list) != 5 {
		t.Fatalf("%v %v", list, err)
	}
	for _, e := range list {
		if e.State != "unknown" || *e.Cause != "no_list" {
			t.Errorf("%+v", e)
		}
	}
}

func TestFundingThatDoesNotFit(t *testing.T) {
	t.Parallel()
	l := newFunds(t)
	for code, wkt := range map[string]string{"city": "POINT(5 5)", "village": "POINT(15 5)", "route": "LINESTRING(2 5, 12 5)"} {
		l.project(code, nil, wkt)
	}
	l.project("nowhere", nil)
	for key, want := range map[string]string{
		"city LAS 2025":    "outside | Sredstva LAS so vpisana, projekt pa leži zunaj območja s seznama. | LAS money is entered, but the project lies outside the listed area.",
		"village LAS 2025": "",
		"village LAS 2018": "",
		"route LAS 2025":   "partly | Sredstva LAS so vpisana, v območju s seznama pa leži le 20 % projekta. | LAS money is entered, but only 20% of the project lies in the listed area.",
		"village LAS 2030": "period | Sredstva LAS so vpisana za leto 2030, naloženi seznami pa veljajo za obdobja: 2014–2020, 2021–2027. | LAS money is entered for 2030, but the loaded lists are valid for: 2014–2020, 2021–2027.",
		"village CTN 2025": "justification | Sredstva CTN tu zahtevajo pisno utemeljitev, ki izkaže učinek na urbani razvoj. | CTN money here needs a written justification that shows an effect on urban development.",
		"city CTN 2025":    "",
		"city CTN 2019":    "period | Sredstva CTN so vpisana za leto 2019, naloženi seznami pa veljajo za obdobja: 2021–2027. | CTN money is entered for 2019, but the loaded lists are valid for: 2021–2027.",
		"village CCC 2040": "", // its source states no period
		"city NOO 2025":    "", // no list is loaded
		"nowhere LAS 2025": "", // it has no place
	} {
		word := strings.Fields(key)
		l.exec(`DELETE FROM project_funding`)
		l.exec(`INSERT INTO project_funding (project_id, source, mechanism, year) SELECT id, 'eu', $2, $3::text::integer FROM projects WHERE code = $1`, word[0], word[1], word[2])
		var got string
		err := l.pools.Public.QueryRow(t.Context(), `SELECT coalesce(string_agg(kind || ' | ' || reason_sl || ' | ' || reason_en, '; '), '') FROM eligibility_warnings(1)`).Scan(&got)
		if err != nil || got != strings.ReplaceAll(want, " %", "\u00a0%") {
			t.Errorf("%s: %v\n got %s\nwant %s", key, err, got, want)
		}
	}
	project, err := geo.FindProject(t.Context(), l.pools.Public, "kranj", "city")
	if err != nil || len(project.Eligibility.Items) != 7 || len(project.Eligibility.Warnings) > 1 {
		text, _ := json.Marshal(project)
		t.Errorf("%v %s", err, text)
	}
}

// A list of local communities is asked of the ties, one of municipalities of the municipality.
func TestOtherTerritories(t *testing.T) {
	t.Parallel()
	l := newFunds(t)
	l.exec(`INSERT INTO local_communities (id, code, name, municipality_id, geom) VALUES (1, '1', 'KS 1', 1, ST_Multi(ST_MakeEnvelope(0, 0, 5, 10, kraj.srid())))`)
	l.exec(`INSERT INTO mechanism_lists (id, mechanism, municipality_id, code, layer, rule, source) VALUES (7, 'NOO', 1, 'KS', 'local_communities', 'listed', 'x'), (8, 'NOO', NULL, 'mesta', 'municipalities', 'whole_municipality', 'x')`)
	l.exec(`INSERT INTO mechanism_territory (list_id, local_community_id) VALUES (7, 1); INSERT INTO mechanism_territory (list_id, municipality_id) VALUES (8, 1)`)
	l.project("route", nil, "LINESTRING(0 5, 20 5)")
	for key, want := range map[string]string{"route NOO KS": "partly | V območju s seznama leži 25\u00a0% projekta, zunaj njega 75\u00a0%. | ", "route NOO mesta": "eligible | Upravičeno je celotno območje občine. | "} {
		if got := l.verdict(t, key, nil); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", key, got)
		}
	}
}

func TestEligibilityQuestions(t *testing.T) {
	t.Parallel()
	l := newFunds(t)
	l.project("village", nil, "POINT(15 5)")
	for name, query := range map[string]geo.EligibilityQuery{
		"state": {Municipality: "kranj", State: "maybe"}, "mechanism": {Municipality: "kranj", Mechanism: "XYZ"}, "project": {Municipality: "kranj", Project: "none"}, "municipality": {Municipality: "none"},
	} {
		var e *geo.Error
		if _, err := geo.ListEligibility(t.Context(), l.pools.Planner, query); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
	list, err := geo.ListEligibility(t.Context(), l.pools.Planner, geo.EligibilityQuery{Municipality: "kranj", Mechanism: "CTN", State: "conditional"})
	if err != nil || len(list) != 1 || *list[0].SourceURL != "https://example.org/uredba" || *list[0].ConditionalShare != 1 {
		t.Errorf("%+v %v", list, err)
	}
	for filter, want := range map[string]int{"CTN": 0, "CTN:conditional": 1, "LAS": 1, "LAS:not_eligible": 1, "NOO:unknown": 1, "NOO": 0} {
		f := geo.ProjectFilter{Eligible: []string{filter}}
		found, err := geo.Projects(t.Context(), l.pools.Public, "kranj", f, 10, "")
		if err != nil || found.Total != want {
			t.Errorf("eligible=%s: %d %v, want %d", filter, found.Total, err, want)
		}
	}
}

// verdict answers "project mechanism [list]" as state and sentences, or "" where there is no such row.
func (l *land) verdict(t *testing.T, key string, year *int) string {
	t.Helper()
	word := append(strings.Fields(key), "")
	var got string
	err := l.pools.Public.QueryRow(t.Context(), `SELECT coalesce(string_agg(state || ' | ' || reason_sl || ' | ' || reason_en, '; '), '') FROM eligibility('kranj', $1, $2)
		WHERE mechanism = $3 AND ($4 = '' OR list = $4)`, word[0], year, word[1], word[2]).Scan(&got)
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	return got
}
