package geo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kraj/geo"
	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// country fills a database with as many rows as a country has, drafts among
// them. The triggers are off: what they derive is written here.
const country = `
ALTER TABLE kraj.municipalities DISABLE TRIGGER USER;
ALTER TABLE kraj.settlements DISABLE TRIGGER USER;
ALTER TABLE kraj.projects DISABLE TRIGGER USER;
ALTER TABLE kraj.sites DISABLE TRIGGER USER;
ALTER TABLE kraj.project_funding DISABLE TRIGGER USER;
INSERT INTO kraj.municipalities (id, code, name, geom)
SELECT i, i::text, 'Obcina ' || i, ST_Multi(ST_MakeEnvelope(400000 + (i % 15) * 12000, 40000 + (i / 15) * 12000, 412000 + (i % 15) * 12000, 52000 + (i / 15) * 12000, 3794))
FROM generate_series(0, 209) i;
INSERT INTO kraj.settlements (id, code, name, municipality_id, geom)
SELECT i, lpad(i::text, 4, '0'), md5(i::text), (y / 6) * 15 + x / 6,
       ST_Multi(ST_MakeEnvelope(400000 + x * 2000, 40000 + y * 2000, 402000 + x * 2000, 42000 + y * 2000, 3794))
FROM generate_series(0, 7559) i, LATERAL (SELECT i % 90 AS x, i / 90 AS y) g;
INSERT INTO kraj.projects (id, municipality_id, code, title, cost_cents, scope, effective_visibility)
SELECT i, i % 210, i / 1000 || '.' || i % 1000, 'Projekt ' || md5((i * 7)::text), 100000 + i, 'sites', CASE WHEN i % 50 = 0 THEN 'internal' ELSE 'public' END
FROM generate_series(1, 60000) i;
INSERT INTO kraj.sites (id, project_id, municipality_id, visibility, geom)
SELECT i, i, i % 210, CASE WHEN i % 50 = 0 THEN 'internal' ELSE 'public' END,
       ST_SetSRID(ST_MakePoint(400000 + (i::bigint * 7919) % 180000, 40000 + (i::bigint * 104729) % 168000), 3794)
FROM generate_series(1, 60000) i;
INSERT INTO kraj.ties (project_id, municipality_id, visibility, layer, place_id, relation, dimension, measure, unit, share, origin)
SELECT i, i % 210, CASE WHEN i % 50 = 0 THEN 'internal' ELSE 'public' END, 'settlements', i % 7560, 'within', 0, 1, 'count', 1, 'geometry'
FROM generate_series(1, 60000) i;
INSERT INTO kraj.project_funding (project_id, source, amount_cents) SELECT i, 'own', 100 FROM generate_series(1, 60000) i;
ALTER TABLE kraj.municipalities ENABLE TRIGGER USER;
ALTER TABLE kraj.settlements ENABLE TRIGGER USER;
ALTER TABLE kraj.projects ENABLE TRIGGER USER;
ALTER TABLE kraj.sites ENABLE TRIGGER USER;
ALTER TABLE kraj.project_funding ENABLE TRIGGER USER;
ANALYZE;
`

// explainer is a Querier that looks at the plans of what it is asked.
type explainer struct {
	geo.Querier
	t    *testing.T
	name string
}

// large are the tables that no hot question may read through.
var large = map[string]bool{"settlements": true, "projects": true, "sites": true, "ties": true, "project_funding": true}

func (e explainer) look(ctx context.Context, sql string, args []any) {
	var text string
	if err := e.Querier.QueryRow(ctx, "EXPLAIN (FORMAT JSON) "+sql, args...).Scan(&text); err != nil {
		e.t.Errorf("%s: explaining: %v", e.name, err)
		return
	}
	var plans []struct{ Plan map[string]any }
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		e.t.Fatal(err)
	}
	var walk func(node map[string]any)
	walk = func(node map[string]any) {
		if relation, _ := node["Relation Name"].(string); node["Node Type"] == "Seq Scan" && large[relation] {
			e.t.Errorf("%s reads through all of %s, filtering by %v", e.name, relation, node["Filter"])
		}
		children, _ := node["Plans"].([]any)
		for _, child := range children {
			walk(child.(map[string]any))
		}
	}
	walk(plans[0].Plan)
}

func (e explainer) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	e.look(ctx, sql, args)
	return e.Querier.Query(ctx, sql, args...)
}

func (e explainer) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	e.look(ctx, sql, args)
	return e.Querier.QueryRow(ctx, sql, args...)
}

func (e explainer) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return e.Querier.Exec(ctx, sql, args...)
}

// TestHotQuestionsUseIndexes asks, as the public, what people ask all the time.
func TestHotQuestionsUseIndexes(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	ctx := t.Context()
	if _, err := pools.Owner.Exec(ctx, country); err != nil {
		t.Fatal(err)
	}
	const m = "100"
	settlements, projects := geo.Layer{ID: "settlements"}, geo.Layer{ID: "projects"}
	near := &geo.Box{MinX: 470000, MinY: 100000, MaxX: 473000, MaxY: 103000, SRID: 3794}
	crs := geo.CRS{SRID: 4326}
	for name, ask := range map[string]func(q geo.Querier) error{
		"project": func(q geo.Querier) error { _, err := geo.FindProject(ctx, q, m, "0.310"); return err },
		"place": func(q geo.Querier) error {
			_, err := geo.FindPlace(ctx, q, "settlements", m, "0100")
			return orMissing(err)
		},
		"at":            func(q geo.Querier) error { _, err := geo.At(ctx, q, 14.5, 46.1, 1000); return err },
		"search":        func(q geo.Querier) error { _, err := geo.Search(ctx, q, "a87ff6", "", 10, 0); return err },
		"search a slip": func(q geo.Querier) error { _, err := geo.Search(ctx, q, "a87ff679a2", m, 10, 0); return err },
		"projects": func(q geo.Querier) error {
			_, err := geo.Projects(ctx, q, m, geo.ProjectFilter{}, 100, "")
			return err
		},
		"a filter of projects": func(q geo.Querier) error {
			return askFilter(ctx, q, `{"settlement":["0310"],"status":["unknown"],"q":"projekt"}`)
		},
		"a filter of money": func(q geo.Querier) error {
			return askFilter(ctx, q, `{"source":["own"],"year":["none"],"min_cents":5,"class":["urban"]}`)
		},
		"settlements": func(q geo.Querier) error {
			_, err := geo.Features(ctx, q, settlements, geo.FeatureQuery{Box: near, CRS: crs, Limit: 100})
			return err
		},
		"project items": func(q geo.Querier) error {
			_, err := geo.Features(ctx, q, projects, geo.FeatureQuery{Box: near, CRS: crs, Limit: 100})
			return err
		},
		"a settlement":   func(q geo.Querier) error { _, err := geo.FindFeature(ctx, q, settlements, 4000, crs); return err },
		"a project item": func(q geo.Querier) error { _, err := geo.FindFeature(ctx, q, projects, 404, crs); return err },
	} {
		t.Run(name, func(t *testing.T) {
			if err := ask(explainer{pools.Public, t, name}); err != nil {
				t.Error(err)
			}
		})
	}
	drafts(t, pools)
}

// askFilter asks what kraj.projects_in would: its own plan is hidden from EXPLAIN.
func askFilter(ctx context.Context, q geo.Querier, filter string) error {
	var sql string
	if err := q.QueryRow(ctx, `SELECT projects_in_sql(100, $1::jsonb)`, filter).Scan(&sql); err != nil {
		return err
	}
	_, err := q.Exec(ctx, `EXPLAIN `+sql)
	if e, ok := q.(explainer); ok {
		e.look(ctx, sql, nil)
	}
	return err
}

// orMissing forgives a place that the country does not have: its plan has been seen.
func orMissing(err error) error {
	if geo.KindOf(err) == geo.NotFound {
		return nil
	}
	return err
}

// drafts makes sure that the country really has some, and that they stay hidden.
func drafts(t *testing.T, pools *pg.Pools) {
	t.Helper()
	for name, pool := range map[string]geo.Querier{"public": pools.Public, "planner": pools.Planner} {
		list, err := geo.Projects(t.Context(), pool, "", geo.ProjectFilter{}, 1, "")
		if want := map[string]int{"public": 58800, "planner": 60000}[name]; err != nil || list.Total != want {
			t.Error(fmt.Sprint(name, " sees ", list.Total, " projects, want ", want), err, strings.TrimSpace(list.Next) == "")
		}
	}
}
