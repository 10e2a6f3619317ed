package geo_test

import (
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	sf "github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

// Random lists and projects: what the database says is what the independent
// computation says, for planners and the public alike, for one project and for all.
func TestRandomEligibility(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`INSERT INTO mechanisms (code, name_sl, name_en) VALUES ('LAS', 'LAS', 'CLLD'), ('DRR', 'DRR', 'RDA');
		INSERT INTO local_communities (id, code, name, municipality_id) VALUES (1, 'K1', 'K1', 1), (2, 'K2', 'K2', 1);
		UPDATE local_communities SET geom = ST_Multi(ST_MakeEnvelope(0, 0, 22.5, 10, kraj.srid())) WHERE id = 1`)
	var pool []drawnProject
	rapid.Check(t, func(r *rapid.T) { pool = append(pool, drawEligible(r, l, fmt.Sprint("e", len(pool)))) })
	rapid.Check(t, func(r *rapid.T) {
		second := rapid.Bool().Draw(r, "K2 is drawn")
		l.exec(`DELETE FROM mechanism_lists`)
		l.exec(`UPDATE local_communities SET geom = CASE WHEN $1 THEN ST_Multi(ST_MakeEnvelope(22.5, 0, 40, 10, kraj.srid())) END WHERE id = 2 AND (geom IS NOT NULL) <> $1`, second)
		lists := drawLists(r, l)
		year := rapid.SampledFrom([]*int{nil, new(2013), new(2018), new(2025), new(2030)}).Draw(r, "year")
		l.compareEligibility(r, lists, pool, second, year)
		l.compareWarnings(r, lists, pool, second)
	})
	// One at a time or all at once, planner or public.
	var differences int
	err := l.pools.Owner.QueryRow(t.Context(), `SELECT count(*) FROM (
		(SELECT e FROM kraj.eligibility_states(1) e EXCEPT SELECT e FROM projects p, kraj.eligibility_states(1, ARRAY[p.id]) e)
		UNION ALL (SELECT e FROM kraj.eligibility_states(NULL) e WHERE e.municipality_id = 1 EXCEPT SELECT e FROM kraj_public.eligibility_states(1) e)) d`).Scan(&differences)
	if err != nil || differences != 0 {
		t.Errorf("%v, %d differences", err, differences)
	}
}

// drawLists stores up to four lists.
func drawLists(r *rapid.T, l *land) []territoryList {
	var lists []territoryList
	for i := range rapid.IntRange(0, 4).Draw(r, "lists") {
		x := territoryList{
			mechanism: rapid.SampledFrom([]string{"CTN", "LAS", "DRR"}).Draw(r, "mechanism"), town: rapid.IntRange(0, 2).Draw(r, "town"),
			layer: rapid.SampledFrom([]string{"settlements", "settlements", "local_communities", "municipalities"}).Draw(r, "layer"),
			rule:  rapid.SampledFrom([]string{"whole_municipality", "listed", "listed", "conditional", "partial"}).Draw(r, "rule"),
			code:  fmt.Sprint("L", i), places: map[int]string{},
		}
		if x.layer == "municipalities" {
			x.rule, x.town = "whole_municipality", 0
		} else if x.rule == "whole_municipality" && x.town == 0 {
			x.town = 1
		}
		switch rapid.IntRange(0, 3).Draw(r, "period") {
		case 1:
			x.from, x.to = new(2014), new(2020)
		case 2:
			x.from, x.to = new(2021), new(2027)
		case 3:
			x.from = new(2021)
		}
		for place := range map[string]int{"settlements": 5, "local_communities": 2, "municipalities": 2}[x.layer] {
			place++
			home := 1
			if x.layer == "settlements" && place == 5 || x.layer == "municipalities" && place == 2 {
				home = 2
			}
			if x.town != 0 && x.town != home {
				continue
			}
			if state := rapid.SampledFrom([]string{"", "", "included", "conditional", "excluded"}).Draw(r, "place"); state != "" {
				x.places[place] = state
			}
		}
		l.store(&x)
		lists = append(lists, x)
	}
	return lists
}

func (l *land) store(x *territoryList) {
	l.t.Helper()
	err := l.pools.Owner.QueryRow(l.t.Context(), `INSERT INTO mechanism_lists (mechanism, municipality_id, code, fund, period_from, period_to, layer, rule, source)
		VALUES ($1, nullif($2, 0), $3, nullif($4, ''), $5, $6, $7, $8, 'vir') RETURNING id`, x.mechanism, x.town, x.code, x.fund, x.from, x.to, x.layer, x.rule).Scan(&x.id)
	if err != nil {
		l.t.Fatal(err)
	}
	column := map[string]string{"settlements": "settlement_id", "local_communities": "local_community_id", "municipalities": "municipality_id"}[x.layer]
	for _, place := range slices.Sorted(maps.Keys(x.places)) {
		l.exec(`INSERT INTO mechanism_territory (list_id, `+column+`, state) VALUES ($1, $2, $3)`, x.id, place, x.places[place])
	}
}

// drawEligible stores a project: with sites, of the whole municipality, stated to be somewhere, or nowhere.
func drawEligible(r *rapid.T, l *land, code string) drawnProject {
	one := big.NewRat(1, 1)
	p := drawnProject{bySettlement: map[string]*big.Rat{"unplaced": one}}
	switch rapid.SampledFrom([]string{"sites", "sites", "sites", "municipality", "settlement", "community"}).Draw(r, "kind") {
	case "municipality":
		p.id = l.project(code, nil)
		l.exec(`UPDATE projects SET scope = 'municipality' WHERE id = $1`, p.id)
		p.bySettlement = map[string]*big.Rat{"municipality_wide": one}
		p.byCommunity = [2]map[string]*big.Rat{p.bySettlement, p.bySettlement}
	case "settlement":
		p.id = l.project(code, nil)
		l.exec(`INSERT INTO project_places (project_id, layer, place_id, relation) VALUES ($1, 'settlements', 2, 'manual'), ($1, 'settlements', 5, 'named')`, p.id)
		p.bySettlement = map[string]*big.Rat{"B": big.NewRat(1, 2), "outside": big.NewRat(1, 2)}
	case "community":
		p.id = l.project(code, nil)
		l.exec(`INSERT INTO project_places (project_id, layer, place_id, relation) VALUES ($1, 'local_communities', 2, 'named')`, p.id)
		p.byCommunity = [2]map[string]*big.Rat{{"K2": one}, {"K2": one}}
	default:
		sites := drawSites(r)
		p.id = l.project(code, nil, sites...)
		shapes := make([]sf.Geometry, len(sites))
		for i, s := range sites {
			shapes[i] = must(sf.UnmarshalWKT(s))
		}
		p.bySettlement = oracleWeights(oracleLand(), shapes, "extent")
		if len(sites) > 0 {
			p.byCommunity = [2]map[string]*big.Rat{communities(shapes, p.bySettlement["outside"], false), communities(shapes, p.bySettlement["outside"], true)}
		}
	}
	p.money = rapid.SampledFrom([]string{"CTN", "LAS", "DRR"}).Draw(r, "money of")
	p.year = rapid.SampledFrom([]*int{nil, new(2018), new(2025), new(2030)}).Draw(r, "money in")
	l.exec(`INSERT INTO project_funding (project_id, source, mechanism, year, amount_cents) VALUES ($1, 'eu', $2, $3, 100)`, p.id, p.money, p.year)
	return p
}

// communities divides shapes over the two local communities; what lies in no drawn one, but in the municipality, is elsewhere.
func communities(shapes []sf.Geometry, outside *big.Rat, second bool) map[string]*big.Rat {
	box := func(from, to float64) sf.Geometry {
		return sf.NewPolygonXY([]float64{from, 0, to, 0, to, 10, from, 10, from, 0}).AsGeometry()
	}
	rows := []oracleRow{{name: "K1", shape: box(0, 22.5)}}
	if second {
		rows = append(rows, oracleRow{name: "K2", shape: box(22.5, 40)})
	}
	parts := oracleWeights(rows, shapes, "extent")
	rest := new(big.Rat)
	if o := parts["outside"]; o != nil {
		rest.Set(o)
	}
	delete(parts, "outside")
	if outside != nil {
		parts["outside"] = outside
		rest.Sub(rest, outside)
	}
	if rest.Cmp(big.NewRat(1, 1_000_000_000)) > 0 {
		parts["elsewhere"] = rest
	}
	return parts
}

func (l *land) compareEligibility(r *rapid.T, lists []territoryList, pool []drawnProject, second bool, year *int) {
	type answer struct {
		Project                           int64
		Mechanism, List, State            string
		Inside, Conditional, Outside, Unk *int64
	}
	rows, err := l.pools.Public.Query(l.t.Context(), `SELECT e.project_id, e.mechanism, coalesce(l.code, ''), e.state, e.inside, e.conditional, e.outside, e.unknown
		FROM eligibility_states(1, NULL, $1) e LEFT JOIN mechanism_lists l ON l.id = e.list_id`, year)
	if err != nil {
		r.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowToStructByPos[answer])
	if err != nil {
		r.Fatal(err)
	}
	count := 0
	for _, p := range pool {
		p.second = second
		for _, mechanism := range []string{"CTN", "LAS", "DRR"} {
			want := verdicts(lists, mechanism, p, year)
			count += len(want)
			for _, a := range got {
				if a.Project != p.id || a.Mechanism != mechanism {
					continue
				}
				w, ok := want[a.List]
				if !ok || w.state != a.State || !alike(w.inside, a.Inside) || !alike(w.conditional, a.Conditional) || !alike(w.outside, a.Outside) || !alike(w.hidden, a.Unk) {
					r.Fatalf("%s %q in %v: %s %v %v %v %v, independently %t %s %v %v %v %v\n%+v\n%+v", mechanism, a.List, year, a.State, partsOf(a.Inside), partsOf(a.Conditional), partsOf(a.Outside), partsOf(a.Unk),
						ok, w.state, w.inside, w.conditional, w.outside, w.hidden, lists, p)
				}
			}
		}
	}
	if len(got) != count {
		r.Fatalf("%d rows, independently %d\n%+v", len(got), count, lists)
	}
}

func partsOf(v *int64) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprint(*v)
}

// alike compares parts of 10¹² with a fraction, to a few parts; shares of lengths and areas are rounded there.
func alike(want *big.Rat, got *int64) bool {
	if want == nil || got == nil {
		return want == nil && got == nil
	}
	f, _ := want.Float64()
	return math.Abs(f*1e12-float64(*got)) < 100
}

func (l *land) compareWarnings(r *rapid.T, lists []territoryList, pool []drawnProject, second bool) {
	rows, err := l.pools.Planner.Query(l.t.Context(), `SELECT w.project_id, w.kind FROM eligibility_warnings(1) w`)
	if err != nil {
		r.Fatal(err)
	}
	got := map[int64]string{}
	var id int64
	var kind string
	if _, err := pgx.ForEachRow(rows, []any{&id, &kind}, func() error { got[id] += kind; return nil }); err != nil {
		r.Fatal(err)
	}
	for _, p := range pool {
		p.second = second
		if want := warning(lists, p.money, p, p.year); got[p.id] != want {
			r.Fatalf("%s money in %v: %q, independently %q\n%+v\n%+v", p.money, p.year, got[p.id], want, lists, p)
		}
	}
}
