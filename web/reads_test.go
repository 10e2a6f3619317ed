package web_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kraj/geo"
)

// more is what the fixture lacks: a place of every layer, money of every sort, names, a statement, a proposal.
const more = `
UPDATE kraj.projects SET holder = 'Mestna občina Kranj', participants = '{DRSI}', department = 'Urad za okolje', keeper = 'Skrbnik skrivnost' WHERE id = 101;
INSERT INTO kraj.mechanisms (code, name_sl, name_en) VALUES ('CTN', 'Celostne teritorialne naložbe', 'Integrated territorial investments');
INSERT INTO kraj.project_funding (id, project_id, year, source, mechanism, amount_cents, kind, period, years) VALUES
  (901, 101, 2026, 'eu', NULL, 70000000, 'budgeted', 'once', NULL),
  (902, 102, 2030, 'state', 'CTN', NULL, 'estimated', 'once', NULL),
  (903, 102, 2031, 'own', NULL, 200000, 'estimated', 'yearly', NULL),
  (904, 102, 2032, 'private', NULL, 200000, 'estimated', 'yearly', 7);
INSERT INTO kraj.local_communities (id, code, name, municipality_id, geom) VALUES (51, 'KS1', 'Britof', 1, ST_Multi(ST_MakeEnvelope(450000, 120000, 453000, 130000, 3794)));
INSERT INTO kraj.degraded_areas (id, code, name, municipality_id, plan_state, plan_ordinance, plan_date, geom) VALUES
  (61, 'DUO1', 'Stara tržnica', 1, 'adopted', 'Ur. l. 12/2020', '2020-02-28', ST_Multi(ST_MakeEnvelope(457900, 124900, 458100, 125100, 3794)));
INSERT INTO kraj.agglomerations (id, code, name, municipality_id, load_pe, connected_share, reported_on, geom) VALUES
  (71, 'A1', 'Kranj', 1, 45284, 0.99, '2016-12-31', ST_Multi(ST_MakeEnvelope(456000, 124000, 459000, 126000, 3794))),
  (72, 'A2', 'Mlaka', 1, 2158, NULL, NULL, ST_Multi(ST_MakeEnvelope(450000, 129000, 451000, 130000, 3794)));
INSERT INTO kraj.gazetteer (municipality_id, name, kind, layer, place_id, geom) VALUES (1, 'Stražišče', 'quarter', 'settlements', 14, ST_SetSRID(ST_Point(457000, 122000), 3794));
UPDATE kraj.projects SET title = 'Cona na Golniku' WHERE id = 104; -- its words name a place: proposed, not confirmed
INSERT INTO kraj.project_places (project_id, layer, place_id, relation, author, reason) VALUES (104, 'settlements', 12, 'serves', 'ana', 'služi');
`

// asked counts the statements of a pool, but for the look at the role that every connection is taken with.
type asked struct {
	mu   sync.Mutex
	list []string
}

func (a *asked) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if data.SQL != "SELECT current_user" {
		a.mu.Lock()
		a.list = append(a.list, strings.SplitN(data.SQL, "\n", 2)[0])
		a.mu.Unlock()
	}
	return ctx
}

func (a *asked) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// Every question about places and projects is one statement, whatever it answers.
func TestOneStatementAQuestion(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	count := &asked{}
	config := s.pools.Public.Config()
	config.ConnConfig.Tracer = count
	traced, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(traced.Close)
	s.pools.Public.Close()
	s.pools.Public = traced
	if err := traced.Ping(t.Context()); err != nil { // the types are looked up when the first connection begins
		t.Fatal(err)
	}
	for _, path := range []string{
		"/api/v1/at?lon=14.458&lat=46.26&radius=3000", "/api/v1/at?lon=14.458&lat=46.26", "/api/v1/places/settlements/kranj/010",
		"/api/v1/places/agglomerations/052/A1", "/api/v1/places/municipalities/kranj/052", "/api/v1/projects", "/api/v1/projects?municipality=kranj&limit=2",
		"/api/v1/projects?municipality=kranj&q=pot&class=urban&source=eu&place=settlements:010&min_amount=1", "/api/v1/projects/kranj/1.9%2F1",
		"/api/v1/projects/kranj/1.9%2F2", "/api/v1/search?q=kranj", "/api/v1/search?q=v+Stra%C5%BEi%C5%A1%C4%8Du&municipality=kranj",
	} {
		count.list = nil
		if r := s.get(path); r.status != 200 {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
		if len(count.list) != 1 {
			t.Errorf("%s asks %d statements: %q", path, len(count.list), count.list)
		}
	}
}

func TestProjectFilters(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	for query, want := range map[string]string{
		"holder=Mestna+ob%C4%8Dina+Kranj":          "1.9/1",
		"holder=none&theme=TP1&municipality=kranj": "1.9/2 1.9/2/1 1.10/2",

		"mechanism=CTN":                             "1.10/2",
		"source=own":                                "1.9/1 1.10/2",
		"source=own&year=2027":                      "1.9/1",
		"source=eu&year=2027":                       "", // one line has to fit both
		"source=not_stated&municipality=kranj":      "1.9/1 1.9/2/1",
		"year=none&municipality=kranj":              "1.9/1 1.9/2/1",
		"year=none":                                 "P.1 1.9/1 1.9/2/1", // a project without a line stands with one that says nothing
		"place=business_zones:PC-1":                 "1.10/2",
		"place=business_zones:PC-1,settlements:002": "1.9/1 1.9/2/1 1.10/2",
		"place=castles:1":                           "",
		"local_community=britof":                    "1.9/1",
		"min_amount=50000&municipality=kranj":       "1.9/1 1.9/2/1",
		"min_amount=50000.01&municipality=kranj":    "1.9/1",
		"max_amount=50000":                          "1.9/2/1 1.10/2",
		"located=true":                              "1.9/1 1.10/2",
		"located=false&municipality=kranj":          "1.9/2 1.9/2/1",
		"class=unplaced":                            "P.1",
		"class=municipality_wide":                   "1.9/2/1",
		"class=rural&scheme=municipal@1":            "1.9/1",
		"class=unclassified&scheme=h3":              "1.9/1 1.10/2",
		"settlement=002&municipality=kranj":         "1.9/1 1.9/2/1", // a statement that it serves it is a tie
		"theme=none":                                "",
	} {
		var got list[geo.Project]
		s.json("/api/v1/projects?"+query, &got)
		var codes []string
		for _, p := range got.Items {
			codes = append(codes, p.Code)
		}
		if diff := cmp.Diff(want, strings.Join(codes, " ")); diff != "" {
			t.Errorf("?%s: %s", query, diff)
		}
	}
	for path, want := range map[string]string{
		"/api/v1/projects?place=PC-1":     "must be layer:code",
		"/api/v1/projects?year=soon":      "must be years",
		"/api/v1/projects?min_amount=1,5": "amount in euros",
		"/api/v1/projects?source=bank":    "accepted: own, eu",
		"/api/v1/projects?class=wild":     "accepted: urban, suburban",
	} {
		if r := s.get(path); r.status != 400 || !strings.Contains(r.body, want) {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
	if _, err := s.pools.Public.Exec(t.Context(), `SELECT projects_in(1, '{"colour": ["red"]}')`); err == nil || !strings.Contains(err.Error(), "colour") {
		t.Errorf("an unknown key of the filter: %v", err)
	}
}

func TestProjectSaysWhatItCostsAndWhoseMoneyItIs(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	var p geo.ProjectDetail
	s.json("/api/v1/projects/kranj/1.9%2F1", &p)
	money := map[string]int64{}
	for _, m := range p.Money {
		money[m.Source] = *m.AmountCents
	}
	// 80 000 000 of the EU were first estimated and are budgeted at 70 000 000; 10 000 000 own; the rest of 100 000 000 is not stated.
	if diff := cmp.Diff(map[string]int64{"eu": 70000000, "own": 10000000, "not_stated": 20000000}, money); diff != "" {
		t.Errorf("whose money: %s", diff)
	}
	if *p.AmountCents != 100000000 || *p.NotStatedCents != 20000000 || *p.Holder != "Mestna občina Kranj" || p.Participants[0] != "DRSI" || *p.Starts != "2027-03-15" {
		t.Errorf("project: %+v", p)
	}
	for _, f := range p.Funding {
		if f.Counts != (f.WhyNot == nil) || f.Counts == (f.Reason != nil) || !f.Counts && *f.WhyNot != "more_certain" {
			t.Errorf("line: %+v", f)
		}
	}
	sum := 0.0
	for _, w := range p.Weights {
		sum += w.Extent
		if w.Origin != "geometry" || w.Reason.SL == "" || w.Settlement == nil {
			t.Errorf("weight: %+v", w)
		}
	}
	if sum < 0.999999 || sum > 1.000001 || len(p.Weights) != 3 || len(p.Nearest) < 4 || p.History == nil || p.History.Actor != nil || p.Keeper != nil {
		t.Errorf("weights %v, nearest %+v, history %+v", p.Weights, p.Nearest, p.History)
	}
	s.json("/api/v1/projects/kranj/1.10%2F2", &p)
	why := map[string]string{}
	for _, f := range p.Funding {
		if f.WhyNot != nil {
			why[f.Source] = *f.WhyNot
		}
	}
	if diff := cmp.Diff(map[string]string{"state": "no_amount", "own": "no_years"}, why); diff != "" || *p.AmountCents != 1400000 {
		t.Errorf("why not: %s, amount %d", diff, *p.AmountCents)
	}
	planner := s.planner()
	s.json("/api/v1/projects/kranj/1.9%2F1", &p, planner)
	if p.Keeper == nil || p.History.Actor == nil {
		t.Errorf("a planner sees no keeper or actor: %+v", p.History)
	}
	var wide geo.ProjectDetail
	s.json("/api/v1/projects/kranj/1.9%2F2%2F1", &wide, planner)
	if len(wide.ProposedTies) != 1 || wide.ProposedTies[0].Name != "Golnik" || wide.ProposedTies[0].State != "proposed" || len(wide.Weights) != 2 {
		t.Errorf("proposals %+v, weights %+v", wide.ProposedTies, wide.Weights)
	}
	var group geo.ProjectDetail
	s.json("/api/v1/projects/kranj/1.9%2F2", &group)
	if group.Below == nil || group.Below.Total != 1 || *group.Below.AmountCents != 5000000 || *group.Children[0].AmountCents != 5000000 {
		t.Errorf("group: %+v %+v", group.Below, group.Children)
	}
}

// The map, the features and the lists say one amount: lines that state the same money twice count once.
func TestOneAmountEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	s.sql(`UPDATE kraj.projects SET cost_cents = 6000000 WHERE id = 101`) // less than its lines that count: 70 and 10 million cents
	var tile float64
	if err := s.pools.Owner.QueryRow(t.Context(), `SELECT (props ->> 'amount')::float8 FROM kraj.tile_source_projects WHERE source_id = 101`).Scan(&tile); err != nil {
		t.Fatal(err)
	}
	var feature struct {
		Properties struct {
			Amount float64 `json:"amount"`
		} `json:"properties"`
	}
	s.json("/collections/projects/items/405", &feature)
	var p geo.ProjectDetail
	s.json("/api/v1/projects/kranj/1.9%2F1", &p)
	if tile != 800000 || feature.Properties.Amount != 800000 || *p.AmountCents != 80000000 {
		t.Errorf("tile %v, feature %v, project %d", tile, feature.Properties.Amount, *p.AmountCents)
	}
}

func TestPlaceSaysWhatIsPlannedThere(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	var p geo.Place
	s.json("/api/v1/places/settlements/kranj/002", &p) // the route's 2 of 4 km; 1.9/2/1 serves it, with the whole municipality's money
	if p.Projects.Total != 2 || p.Projects.WithAmount != 2 || *p.Projects.AmountCents != 50000000 || !p.Projects.Exact || len(p.Projects.Sources) != 3 || len(p.Projects.Years) != 3 {
		t.Errorf("Čadovlje: %+v", p.Projects)
	}
	var sum int64
	for _, source := range p.Projects.Sources {
		sum += *source.AmountCents
	}
	if sum != *p.Projects.AmountCents {
		t.Errorf("sources sum to %d of %d", sum, *p.Projects.AmountCents)
	}
	item := p.Projects.Items[0]
	if item.Code != "1.9/1" || *item.HereCents != 50000000 || *item.AmountCents != 100000000 || *item.Holder == "" || *item.Starts != "2027-03-15" || item.Relation != "crosses" {
		t.Errorf("item: %+v", item)
	}
	if len(p.Classes) != 1 || p.Population == nil || p.History == nil {
		t.Errorf("classes %+v history %+v", p.Classes, p.History)
	}
	var ks geo.Place
	s.json("/api/v1/places/local_communities/kranj/KS1", &ks) // half of the route, by its length
	if ks.Projects.Total != 1 || *ks.Projects.AmountCents != 50000000 || ks.Projects.Exact || ks.Projects.Sources != nil {
		t.Errorf("KS Britof: %+v", ks.Projects)
	}
	route := ks.Nearest[len(ks.Nearest)-2]
	if route.Layer != "cycling_routes" || route.EndsShort == nil || !*route.EndsShort || route.DistanceM != 3500 {
		t.Errorf("nearest route of KS Britof: %+v", ks.Nearest)
	}
	shares := map[string]float64{}
	for _, o := range ks.Overlaps {
		shares[o.Layer+" "+o.Code] = *o.Share
	}
	if shares["settlements 001"] < 0.66 || shares["settlements 001"] > 0.67 || shares["agglomerations A2"] < 0.033 || shares["agglomerations A2"] > 0.034 {
		t.Errorf("overlaps: %v", shares)
	}
	var duo geo.Place
	s.json("/api/v1/places/degraded_areas/kranj/DUO1", &duo)
	if duo.Plan == nil || duo.Plan.State != "adopted" || *duo.Plan.Ordinance != "Ur. l. 12/2020" || *duo.Plan.Date != "2020-02-28" {
		t.Errorf("DUO: %+v", duo.Plan)
	}
	var a geo.Place
	for code, want := range map[string]string{"A1": "true", "A2": "unknown"} {
		a = geo.Place{}
		s.json("/api/v1/places/agglomerations/kranj/"+code, &a)
		got := "unknown"
		if a.Sewage.Equipped != nil {
			got = map[bool]string{true: "true", false: "false"}[*a.Sewage.Equipped]
		}
		if got != want {
			t.Errorf("agglomeration %s is equipped: %s, want %s", code, got, want)
		}
	}
	s.sql(`SELECT kraj.create_layer('land_use', 'Namenska raba', 'Land use', 'polygon'); ALTER TABLE kraj.land_use ADD use_code text; SELECT kraj.attach_layer('land_use');
		INSERT INTO kraj.land_use (code, name, use_code, geom) VALUES ('1', 'Stavbno', 'IG', ST_Multi(ST_MakeEnvelope(457000, 124000, 459000, 126000, 3794)))`)
	var own geo.Place
	s.json("/api/v1/places/land_use/kranj/1", &own)
	if own.Projects.Total != 1 || *own.Projects.AmountCents != 1400000 || !strings.Contains(string(own.Properties), "IG") {
		t.Errorf("a planner's own layer: %+v %s", own.Projects, own.Properties)
	}
	for path, want := range map[string]string{
		"/api/v1/places/castles/kranj/1": "no layer", "/api/v1/places/settlements/atlantida/1": "no municipality", "/api/v1/places/settlements/kranj/nope": "no place",
		"/api/v1/places/users/kranj/1": "no layer", "/api/v1/places/projects/kranj/1.9%2F1": "not places", "/api/v1/places/settlements/-/010": "no place",
	} {
		if r := s.get(path); r.status != 404 || !strings.Contains(r.body, want) {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

func TestAtSaysEverythingThatIsHere(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	var lon, lat float64
	spot := func(e, n float64) string {
		if err := s.pools.Owner.QueryRow(t.Context(), `SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_Point($1, $2), 3794), 4326) p`, e, n).Scan(&lon, &lat); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("lon=%.9f&lat=%.9f", lon, lat)
	}
	var h geo.Here
	s.json("/api/v1/at?"+spot(458000, 125000)+"&radius=200", &h)
	var here []string
	for _, p := range h.Places {
		if p.DistanceM == 0 {
			here = append(here, p.Layer+" "+p.Code)
		}
	}
	if diff := cmp.Diff("settlements 010, business_zones PC-1, degraded_areas DUO1, agglomerations A1", strings.Join(here, ", ")); diff != "" {
		t.Errorf("here: %s", diff)
	}
	st := h.Settlement
	if st == nil || *st.Class != "urban" || st.Scheme.Code != "municipal" || *st.Population.Value != 37000 || st.Projects.Total != 1 || *st.Projects.AmountCents != 1400000 {
		t.Errorf("settlement: %+v", st)
	}
	if w := h.Municipality.MunicipalityWide; w.Total != 1 || *w.AmountCents != 5000000 {
		t.Errorf("municipality-wide: %+v", w)
	}
	if !h.Inside || h.Counts.Projects.Total != 1 || len(h.Counts.Themes) != 1 || h.Counts.Statuses[0].Status != "idea" || h.Projects[0].Here != true {
		t.Errorf("counts: %+v %+v", h.Counts, h.Projects)
	}
	if !strings.Contains(string(h.Places[2].Facts), `"adopted"`) || !strings.Contains(string(h.Places[3].Facts), "45284") || *h.Places[1].Projects.AmountCents != 1400000 {
		t.Errorf("facts: %s %s %+v", h.Places[2].Facts, h.Places[3].Facts, h.Places[1].Projects)
	}
	h = geo.Here{}
	s.json("/api/v1/at?"+spot(456300, 123760), &h) // beyond the route's end at 456500 124000
	var route geo.Nearest
	for _, n := range h.Nearest {
		if n.Layer == "cycling_routes" {
			route = n
		}
	}
	if route.EndsShort == nil || !*route.EndsShort || route.DistanceM < 312 || route.DistanceM > 313 || *route.EndDistanceM != route.DistanceM {
		t.Errorf("the route that ends before: %+v", route)
	}
	h = geo.Here{}
	s.json("/api/v1/at?"+spot(470000, 125000), &h)
	if h.Inside || h.Settlement != nil || h.Municipality != nil || len(h.Nearest) == 0 || h.Nearest[0].DistanceM != 10000 {
		t.Errorf("outside: %+v", h)
	}
	if r := s.get("/api/v1/at?" + spot(458010, 125010) + "&radius=10000"); strings.Contains(r.body, "skrivnost") {
		t.Errorf("a draft is here: %s", r.body)
	}
}

func TestSearchFindsEverythingAndSaysWhy(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	s.sql(`INSERT INTO kraj.settlements (code, municipality_id, name) VALUES ('b', 1, 'Bobovek'), ('p', 1, 'Predoslje'), ('z', 1, 'Zgornja Besnica');
		INSERT INTO kraj.gazetteer (municipality_id, name, kind) VALUES (1, 'Orehek', 'quarter');
		INSERT INTO kraj.known_names (municipality_id, name, kind) VALUES (1, 'Orehek', 'quarter'), (1, 'Okroglo', 'outside')`)
	for words, want := range map[string]string{
		"na Bobovku":             "settlement Bobovek inflected",
		"Predoselj":              "settlement Predoslje inflected",
		"v Zgornji Besnici":      "settlement Zgornja Besnica inflected",
		"na Orehku":              "name Orehek inflected",
		"do Okroglega":           "",
		"v Stražišču":            "name Stražišče inflected",
		"na Golniku":             "settlement Golnik inflected",
		"britofu":                "settlement Britof inflected",
		"Mestna občina":          "holder Mestna občina Kranj begins",
		"CTN":                    "mechanism Celostne teritorialne naložbe same",
		"teritorialne":           "mechanism Celostne teritorialne naložbe word",
		"načrt":                  "document Načrt same",
		"1.9/1":                  "project Kolesarska pot Britof–Golnik same",
		"inkubatorju":            "project Poslovni inkubator inflected",
		"poslovnega inkubatorja": "project Poslovni inkubator inflected",
		"mlaka":                  "agglomerations Mlaka same",
		"trznica":                "degraded_areas Stara tržnica word",
	} {
		var got geo.Hits
		s.json("/api/v1/search?q="+url.QueryEscape(words)+"&municipality=kranj", &got)
		first := ""
		if len(got.Items) > 0 {
			first = got.Items[0].Kind + " " + got.Items[0].Name + " " + got.Items[0].Match.How
		}
		if first != want {
			t.Errorf("search %q: %q, want %q", words, first, want)
		}
		n := 0
		for _, k := range got.Kinds {
			n += k.Count
		}
		if n != got.Total || got.Total < len(got.Items) {
			t.Errorf("search %q: kinds %+v of %d", words, got.Kinds, got.Total)
		}
	}
	if r := s.get("/api/v1/search?q=x&municipality=atlantida"); r.status != 400 || !strings.Contains(r.body, "no municipality") {
		t.Errorf("an unknown municipality: %d %s", r.status, r.body)
	}
}
