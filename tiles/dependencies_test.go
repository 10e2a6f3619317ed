package tiles_test

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/mvt"

	"kraj/tiles"
)

//go:embed testdata/everything.sql
var everything string

// column is one of a base table.
type column struct {
	table, name string
	kind        string   // boolean, number, date, json, list, geometry, text
	words       []string // literals in the constraints about it
	refers      string   // the table it refers to
}

const columns = `SELECT b.t, a.attname, CASE
		WHEN t.typname = 'bool' THEN 'boolean' WHEN t.typname IN ('int4', 'int8', 'float4', 'float8', 'numeric') THEN 'number' WHEN t.typname IN ('date', 'timestamptz') THEN 'date'
		WHEN t.typname = 'jsonb' THEN 'json' WHEN t.typname = 'geometry' THEN 'geometry' WHEN t.typcategory = 'A' THEN 'list' ELSE 'text' END,
	coalesce((SELECT array_agg(DISTINCT w[1]) FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z0-9_+]+)''', 'g') w
		WHERE c.contype = 'c' AND (c.conrelid = r AND a.attnum = ANY (c.conkey) OR c.contypid = a.atttypid)), '{}')::text[],
	coalesce((SELECT c.confrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = r AND c.conkey = ARRAY[a.attnum] LIMIT 1), '')
	FROM kraj.base_tables() b (t), LATERAL (SELECT ('kraj.' || b.t)::regclass AS r) x, pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
	WHERE a.attrelid = r AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> ALL (kraj.derived_columns(b.t))
	ORDER BY 1, a.attnum`

// values are other values for the column, as SQL.
func (c column) values() []string {
	name := pgx.Identifier{c.name}.Sanitize()
	var list []string
	if c.name == "min_zoom" {
		return []string{"15"}
	}
	if c.refers != "" && c.refers != "layers" && c.refers != "kraj.layers" && c.kind == "number" {
		return []string{fmt.Sprintf("(SELECT max(o.id) FROM %s o)", c.refers), fmt.Sprintf("(SELECT min(o.id) FROM %s o)", c.refers), "NULL"}
	}
	switch c.kind {
	case "boolean":
		list = []string{"NOT " + name}
	case "number":
		list = []string{name + " + 1", name + " / 2", "1", "0.5", name + " + 1000"}
	case "date":
		list = []string{fmt.Sprintf("coalesce(%s, '2020-01-01') + interval '400 days'", name)}
	case "json":
		list = []string{`'{"x": 1}'`}
	case "list":
		list = []string{`ARRAY['x']`}
	case "geometry":
		return []string{"ST_Translate(geom, 250, 170)"}
	default:
		list = []string{name + " || 'x'", "'x'", "'#123456'", "'https://example.org/' || id"}
	}
	for _, w := range c.words {
		if c.kind == "list" {
			w = "{" + w + "}"
		}
		list = append(list, "'"+w+"'")
	}
	return append(list, "NULL")
}

// picture is what the tiles of both audiences show, layer by layer: "planner 9/276/181 settlements".
type picture map[string]string

var views = [][3]int{whole, middle, {12, 2211, 1453}}

func look(t *testing.T, tx pgx.Tx) picture {
	t.Helper()
	p := picture{}
	ctx := t.Context()
	for audience, sql := range map[string]string{
		"public":  `SET LOCAL ROLE kraj_public; SET LOCAL search_path = kraj_public, public`,
		"planner": `SET LOCAL ROLE kraj_planner; SET LOCAL search_path = kraj, public`,
	} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
		c, err := tiles.LoadCatalog(ctx, tx)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range views {
			body, err := c.Render(ctx, tx, tiles.Request{Address: tiles.Address{Layers: c.Names(), Z: v[0], X: v[1], Y: v[2]}})
			if err != nil {
				t.Fatal(err)
			}
			for name, layer := range decode(t, body) {
				one, err := mvt.Marshal(mvt.Layers{layer})
				if err != nil {
					t.Fatal(err)
				}
				p[fmt.Sprintf("%s %d/%d/%d %s", audience, v[0], v[1], v[2], name)] = string(one)
			}
		}
		if _, err := tx.Exec(ctx, `RESET ROLE; SET LOCAL search_path = kraj, public`); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// differences lists the keys that differ.
func (p picture) differences(o picture) []string {
	var list []string
	for key := range p {
		if o[key] != p[key] {
			list = append(list, key)
		}
	}
	for key := range o {
		if _, ok := p[key]; !ok {
			list = append(list, key)
		}
	}
	return list
}

const announced = `SELECT EXISTS (SELECT FROM kraj.revision_areas a WHERE a.xid = pg_current_xact_id() AND a.layer = $1 AND (a.shown OR $2)
	AND (a.everywhere OR a.box::geometry && ST_SetSRID(ST_Expand(ST_TileEnvelope($3, $4, $5, margin => 64.0 / 4096), 2), 0)))`

// attempt changes a column in some rows and says which layers look different, and which of these changes were not announced.
// refused: a rule stands against it, or no row changed.
func attempt(t *testing.T, conn *pgx.Conn, before picture, c column, value, where string) (layers, silent []string, refused bool) {
	t.Helper()
	ctx := t.Context()
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	name := pgx.Identifier{c.name}.Sanitize()
	tag, err := tx.Exec(ctx, fmt.Sprintf(`UPDATE kraj.%[1]s SET %[2]s = (%[3]s) WHERE %[4]s AND %[2]s IS DISTINCT FROM (%[3]s)`, c.table, name, value, where))
	if err != nil || tag.RowsAffected() == 0 {
		return nil, nil, true
	}
	if _, err := tx.Exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
		return nil, nil, true
	}
	for _, key := range look(t, tx).differences(before) {
		var audience, layer string
		var z, x, y int
		if _, err := fmt.Sscanf(strings.ReplaceAll(key, "/", " "), "%s %d %d %d %s", &audience, &z, &x, &y, &layer); err != nil {
			t.Fatal(err)
		}
		layers = append(layers, layer)
		var ok bool
		if err := tx.QueryRow(ctx, announced, layer, audience == "planner", z, x, y).Scan(&ok); err != nil {
			t.Fatal(err)
		}
		if !ok {
			silent = append(silent, key)
		}
	}
	slices.Sort(layers)
	return slices.Compact(layers), silent, false
}

var dependencyRow = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (`[^|]+`) \\| ([^|]+) \\|$")

// stated reads the table in docs/tiles.md: "table.column" to layers.
func stated(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../docs/tiles.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## Every column that a tile shows")
	section, _, _ = strings.Cut(section, "\n## ")
	m := map[string]string{}
	for _, row := range dependencyRow.FindAllStringSubmatch(section, -1) {
		for name := range strings.SplitSeq(row[2], ", ") {
			m[row[1]+"."+strings.Trim(name, "` ")] = strings.TrimSpace(row[3])
		}
	}
	return m
}

// Every column of every base table, from the catalogue: changing it changes the tiles of exactly those layers that docs/tiles.md says,
// for the public or for planners, and every tile that changes is announced.
func TestWhatTilesDependOn(t *testing.T) {
	t.Parallel()
	p := world(t)
	run(t, p, everything)
	rows, err := p.Owner.Query(t.Context(), columns)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (c column, err error) {
		return c, r.Scan(&c.table, &c.name, &c.kind, &c.words, &c.refers)
	})
	if err != nil {
		t.Fatal(err)
	}
	pool, err := p.Owner.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Release()
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := look(t, tx)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, attempts, keys := map[string]string{}, 0, 0
	for _, c := range all {
		key, changeable := c.table+"."+c.name, false
		layers := map[string]bool{}
		wheres := []string{"true"}
		for _, id := range query[string](t, p, fmt.Sprintf(`SELECT quote_literal(id) FROM kraj.%s WHERE id IN ((SELECT id FROM kraj.%[1]s ORDER BY id LIMIT 3) UNION (SELECT id FROM kraj.%[1]s ORDER BY id DESC LIMIT 2)) ORDER BY id`, c.table)) {
			wheres = append(wheres, "id = "+id)
		}
		for _, value := range c.values() {
			for i, where := range wheres {
				l, silent, refused := attempt(t, pool.Conn(), before, c, value, where)
				attempts++
				changeable = changeable || !refused
				for _, one := range l {
					layers[one] = true
				}
				for _, one := range silent {
					t.Errorf("%s = %s where %s changes the tile %s, and nobody is told", key, value, where, one)
				}
				if len(l) > 0 || (i == 0 && !refused && c.kind == "text" && c.table != "project_funding") {
					break
				}
			}
			if len(layers) > 0 {
				break
			}
		}
		if !changeable {
			keys++
			t.Logf("%s: nothing may change it", key)
		}
		if len(layers) > 0 {
			found[key] = strings.Join(slices.Sorted(maps.Keys(layers)), ", ")
		}
	}
	want := stated(t)
	for key, layers := range found {
		if want[key] != layers {
			t.Errorf("%s: changes tiles of %s; docs/tiles.md says %q", key, layers, want[key])
		}
	}
	for key, layers := range want {
		if found[key] == "" {
			t.Errorf("docs/tiles.md says that %s changes tiles of %s: it changes none", key, layers)
		}
	}
	if t.Failed() {
		t.Log("the table, as it is:\n" + asTable(all, found))
	}
	t.Logf("%d columns of all base tables, %d changes tried, %d columns change tiles, %d cannot be changed; every tile that changed was announced", len(all), attempts, len(found), keys)
}

// asTable writes what was found in the form of docs/tiles.md.
func asTable(all []column, found map[string]string) string {
	var b strings.Builder
	done := map[string]bool{}
	for _, c := range all {
		layers := found[c.table+"."+c.name]
		if layers == "" || done[c.table+" "+layers] {
			continue
		}
		done[c.table+" "+layers] = true
		var names []string
		for _, o := range all {
			if o.table == c.table && found[o.table+"."+o.name] == layers {
				names = append(names, "`"+o.name+"`")
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.table, strings.Join(names, ", "), layers)
	}
	return b.String()
}
