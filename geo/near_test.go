package geo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	sf "github.com/peterstace/simplefeatures/geom"

	"kraj/geo"
	"kraj/geo/pgtest"
)

// Nearness agrees with another geometry engine over the raw tables.
func TestNearAgreesWithAnIndependentComputation(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.scatter(rand.New(rand.NewPCG(7, 7))) //nolint:gosec // a repeatable world, no secret
	w := l.world()
	m, err := geo.FindMunicipality(t.Context(), l.pools.Planner, "kranj")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, zone := range w.zones {
		if zone.none {
			continue
		}
		near, err := geo.Near(t.Context(), l.pools.Planner, geo.NearQuery{Place: &geo.PlaceKey{Layer: "business_zones", Code: zone.code, Municipality: &m}, Distance: 300, Most: 100})
		if err != nil {
			t.Fatal(err)
		}
		got, want := []string{}, []string{}
		for _, layer := range near.Layers {
			if layer.Total != len(layer.Items) {
				t.Errorf("%s: %d of %d", layer.Layer, len(layer.Items), layer.Total)
			}
			for _, i := range layer.Items {
				got = append(got, fmt.Sprintf("%s %d %.2f", layer.Layer, i.ID, i.DistanceM))
			}
		}
		for layer, list := range map[string][]thing{
			"settlements": w.settlements, "agglomerations": w.agglomerations, "degraded_areas": w.degraded,
			"business_zones": w.zones, "cycling_routes": w.routes, "projects": w.projects,
		} {
			for _, x := range list {
				if d := apart(zone, x); d <= 300 && (layer != "business_zones" || x.id != zone.id) {
					want = append(want, fmt.Sprintf("%s %d %.2f", layer, x.id, d))
				}
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		compared += len(got)
		if !slices.Equal(got, want) {
			t.Errorf("zone %s:\ngot  %q\nwant %q", zone.code, got, want)
		}
	}
	if compared == 0 {
		t.Error("nothing was near anything")
	}
	l.overlapsAgree(w, m)
	l.catchmentsAgree(w, m)
}

func (l *land) overlapsAgree(w gapWorld, m geo.MunicipalityRef) {
	l.t.Helper()
	layers := map[string][]thing{"settlements": w.settlements, "agglomerations": w.agglomerations, "cycling_routes": w.routes, "business_zones": w.zones}
	for _, pair := range [][2]string{{"settlements", "agglomerations"}, {"business_zones", "cycling_routes"}, {"cycling_routes", "settlements"}, {"agglomerations", "agglomerations"}} {
		list, err := geo.Overlaps(l.t.Context(), l.pools.Planner, pair[0], pair[1], m, 1000, 0)
		if err != nil {
			l.t.Fatal(err)
		}
		got, want := []string{}, []string{}
		for _, p := range list.Items {
			got = append(got, fmt.Sprintf("%s %s %.2f %s", p.A.Code, p.B.Code, p.Measure, p.Unit))
		}
		for _, a := range layers[pair[0]] {
			for _, b := range layers[pair[1]] {
				if a.town != 1 || a.none || b.none || (pair[0] == pair[1] && a.id >= b.id) {
					continue
				}
				part := must(sf.Intersection(a.shape, b.shape))
				if a.shape.Dimension() == 2 && b.shape.Dimension() == 2 && part.Area() > 1e-9 {
					want = append(want, fmt.Sprintf("%s %s %.2f m2", a.code, b.code, part.Area()))
				} else if part.Length() > 1e-9 && a.shape.Dimension()+b.shape.Dimension() == 3 {
					want = append(want, fmt.Sprintf("%s %s %.2f m", a.code, b.code, part.Length()))
				}
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || list.Total != len(want) {
			l.t.Errorf("%v:\ngot  %q\nwant %q", pair, got, want)
		}
	}
}

// catchmentsAgree compares the settlements touched and their people exactly, and
// the part within the distance with a buffer of another engine, to a thousandth.
func (l *land) catchmentsAgree(w gapWorld, m geo.MunicipalityRef) {
	l.t.Helper()
	for _, r := range w.routes {
		if r.none || r.town != 1 {
			continue
		}
		c, err := geo.FindCatchment(l.t.Context(), l.pools.Planner, geo.PlaceKey{Layer: "cycling_routes", Code: r.code, Municipality: &m}, 250)
		if err != nil {
			l.t.Fatal(err)
		}
		people, unknown, touched := int64(0), 0, 0
		for _, s := range w.settlements {
			if apart(r, s) > 250 {
				continue
			}
			touched++
			if s.people == nil {
				unknown++
				continue
			}
			people += *s.people
		}
		if got := value(c.People); got != people || c.Unknown != unknown || len(c.Settlements) != touched {
			l.t.Errorf("route %s: %d people, %d unknown of %d; want %d, %d of %d", r.code, got, c.Unknown, len(c.Settlements), people, unknown, touched)
		}
		for _, s := range c.Settlements {
			if s.Share < 0 || s.Share > 1 || (s.Estimate != nil && math.Abs(*s.Estimate-float64(*s.People)*s.Share) > 0.1) {
				l.t.Errorf("route %s: %+v", r.code, s)
			}
		}
	}
}

func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// The database refuses money at two levels of a branch; of what may be stated
// twice, the gap tells what does not count.
func TestMoneyStatedTwice(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	ctx := t.Context()
	l.exec(`INSERT INTO projects (id, municipality_id, code, title, cost_cents) VALUES (1, 1, '1', 'Šola', 1000), (2, 1, '2', 'Vrtec', NULL)`)
	l.exec(`INSERT INTO project_funding (project_id, source, amount_cents, kind) VALUES (1, 'own', 1500, 'estimated'), (2, 'eu', 700, 'estimated'), (2, 'eu', 900, 'paid')`)
	if _, err := l.pools.Owner.Exec(ctx, `INSERT INTO projects (id, municipality_id, parent_id, code, title, cost_cents) VALUES (11, 1, 1, '1/1', 'Del', 5)`); err == nil || !strings.Contains(err.Error(), "one level of a branch") {
		t.Errorf("money on two levels was stored: %v", err)
	}
	rows := func() string {
		t.Helper()
		found, err := l.pools.Planner.Query(ctx, `SELECT code || ' ' || figure FROM gap_money_stated_twice('kranj')`)
		if err != nil {
			t.Fatal(err)
		}
		list, err := pgx.CollectRows(found, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(list, ", ")
	}
	if got := rows(); got != "1 5, 2 7" {
		t.Errorf("got %s", got)
	}
	// What no writer can do: past all triggers, the gap sees it.
	l.exec(`ALTER TABLE projects DISABLE TRIGGER USER; INSERT INTO projects (id, municipality_id, parent_id, code, title, cost_cents) VALUES (11, 1, 1, '1/1', 'Del', 5); ALTER TABLE projects ENABLE TRIGGER USER`)
	if got := rows(); got != "1 15, 1 5, 2 7" {
		t.Errorf("got %s", got)
	}
}

// TestNearnessUsesIndexes asks at a country's size, as the public, and counts what
// was read through: EXPLAIN does not look into functions, PostgreSQL's counters do.
func TestNearnessUsesIndexes(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	ctx := t.Context()
	if _, err := pools.Owner.Exec(ctx, country); err != nil {
		t.Fatal(err)
	}
	for name, sql := range map[string]string{
		"near":      `SELECT count(*) FROM near(ST_SetSRID(ST_MakePoint(470500, 100500), 3794), 1500)`,
		"near area": `SELECT count(*) FROM near(ST_MakeEnvelope(470100, 100100, 474100, 103100, 3794), 0)`,
		"overlaps":  `SELECT count(*) FROM overlaps('municipalities', 'settlements', '100')`,
		"catchment": `SELECT count(*) FROM catchment(ST_SetSRID(ST_MakeLine(ST_MakePoint(470500, 100500), ST_MakePoint(473500, 100500)), 3794), 500)`,
		"chain":     `SELECT count(*) FROM chain(ST_SetSRID(ST_MakePoint(470500, 100500), 3794))`,
	} {
		tx, err := pools.Public.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var found int
		if _, err := tx.Exec(ctx, `SET LOCAL max_parallel_workers_per_gather = 0`); err != nil {
			t.Fatal(err)
		}
		if err := tx.QueryRow(ctx, sql).Scan(&found); err != nil || found == 0 {
			t.Errorf("%s: %d rows, %v", name, found, err)
		}
		var read string
		err = tx.QueryRow(ctx, `SELECT coalesce(string_agg(relname || ' ' || seq_tup_read, ', '), '') FROM pg_stat_xact_user_tables
			WHERE schemaname = 'kraj' AND seq_tup_read > 0 AND relname IN ('settlements', 'projects', 'sites', 'ties', 'project_funding', 'extents')`).Scan(&read)
		if err != nil || read != "" {
			t.Errorf("%s reads through: %s %v", name, read, err)
		}
		_ = tx.Rollback(ctx)
	}
}
