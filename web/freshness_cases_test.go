package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kraj/geo/pgtest"
)

// casesFixture adds what the fixture lacks: a scheme that is not the map's own, an agglomeration, a parent without money of its own kind.
const casesFixture = fixture + `
INSERT INTO kraj.schemes (id, municipality_id, code, name_sl, name_en, classes) VALUES (2, 1, 'other', 'Druga', 'Other', '{urban,rural}');
INSERT INTO kraj.agglomerations (id, code, name, municipality_id, load_pe, connected_share, geom) VALUES
  (51, 'a1', 'Britof', 1, 2500, 0.9, ST_Multi(ST_MakeEnvelope(450500, 124500, 451500, 125500, 3794)));
`

// tileAt is the address of the tile that shows a point in the middle of Kranj's or Koper's settlements (metres of EPSG:3794).
func (s *site) tileAt(layers string, z, e, n int) string {
	s.t.Helper()
	var x, y int
	if err := s.pools.Owner.QueryRow(s.t.Context(), `SELECT floor((ST_X(p) + 20037508.342789244) / side)::int, floor((20037508.342789244 - ST_Y(p)) / side)::int
		FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint($1, $2), 3794), 3857) AS p, 40075016.685578488 / 2 ^ $3::int AS side) t`, float64(e), float64(n), z).Scan(&x, &y); err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layers, z, x, y)
}

// The places of the fixture that the cases look at.
const (
	britof = iota // project 101 begins there
	kranj         // project 102 lies there
	dekani        // in the other municipality
	golnik        // project 101 ends there
)

// freshCase is a change, and what has to be seen of it.
type freshCase struct {
	name    string
	sql     string
	changes []string // tiles: layers, place and filter, as watched names them
	planner bool     // what changes, changes for planners only
	public  bool     // … for the public only
}

// watched are the tiles that every case looks at, all cached before: what a case does not name must keep its tag, and stay a hit unless
// it lies where something else was announced.
var watched = []struct {
	name, layers string
	place        int
	filter       string
}{
	{"settlements in Britof", "settlements", britof, ""},
	{"settlements in Kranj", "settlements", kranj, ""},
	{"settlements in Dekani", "settlements", dekani, ""},
	{"names in Britof", "settlements_labels", britof, ""},
	{"names in Britof by the other scheme", "settlements_labels", britof, "?scheme=other"},
	{"settlements in Britof by the other scheme", "settlements", britof, "?scheme=other"},
	{"projects in Britof", "projects", britof, ""},
	{"projects in Golnik", "projects", golnik, ""},
	{"projects in Kranj", "projects", kranj, ""},
	{"projects in Dekani", "projects", dekani, ""},
	{"ideas in Kranj", "projects", kranj, "?status=idea"},
	{"works in Britof", "projects", britof, "?status=implementation"},
	{"dear projects in Britof", "projects", britof, "?min_amount=500000"},
	{"projects of urban settlements in Kranj", "projects", kranj, "?class=urban"},
	{"projects of theme TP1 in Kranj", "projects", kranj, "?theme=TP1"},
	{"of Koper in Dekani", "settlements", dekani, "?municipality=koper"},
	{"zones in Kranj", "business_zones", kranj, ""},
	{"agglomerations in Britof", "agglomerations", britof, ""},
}

var freshCases = []freshCase{
	{name: "nothing that is drawn", sql: `UPDATE projects SET description = 'x', keeper = 'y'; UPDATE themes SET name = 'Drugačno ime', goal = 'x'`},
	{name: "a name", sql: `UPDATE settlements SET name = 'Novi Britof' WHERE id = 11`, changes: []string{"settlements in Britof", "names in Britof", "names in Britof by the other scheme", "settlements in Britof by the other scheme"}},
	{
		name: "a feature moves: both places change", sql: `UPDATE sites SET geom = ST_SetSRID(ST_MakePoint(405000, 45000), 3794) WHERE id = 2`,
		changes: []string{"projects in Kranj", "projects in Dekani", "ideas in Kranj", "projects of urban settlements in Kranj", "projects of theme TP1 in Kranj"},
	},
	{
		name: "a feature leaves a filter", sql: `UPDATE projects SET status = 'dropped' WHERE id = 102`,
		changes: []string{"projects in Kranj", "ideas in Kranj", "projects of urban settlements in Kranj", "projects of theme TP1 in Kranj"},
	},
	{name: "a class", sql: `UPDATE scheme_classes SET class = 'rural' WHERE settlement_id = 14`, changes: []string{"settlements in Kranj", "projects of urban settlements in Kranj"}},
	{
		name: "a class in the other scheme", sql: `INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (2, 11, 'rural')`,
		changes: []string{"names in Britof by the other scheme", "settlements in Britof by the other scheme"},
	},
	{name: "a scheme that is no longer current", sql: `UPDATE schemes SET current = false WHERE id = 1`, changes: []string{"settlements in Britof", "settlements in Kranj", "names in Britof", "projects of urban settlements in Kranj"}},
	{
		name: "funding", sql: `INSERT INTO project_funding (project_id, source, amount_cents) VALUES (102, 'own', 12345678)`,
		changes: []string{"projects in Kranj", "ideas in Kranj", "projects of urban settlements in Kranj", "projects of theme TP1 in Kranj"},
	},
	{name: "a theme's colour", sql: `UPDATE themes SET color = '#000001' WHERE id = 1`, changes: []string{
		"projects in Britof", "projects in Golnik", "projects in Kranj", "ideas in Kranj", "works in Britof",
		"dear projects in Britof", "projects of urban settlements in Kranj", "projects of theme TP1 in Kranj",
	}},
	{name: "a theme's code", sql: `UPDATE themes SET code = 'TP9' WHERE id = 1`, changes: []string{
		"projects in Britof", "projects in Golnik", "projects in Kranj", "ideas in Kranj", "works in Britof",
		"dear projects in Britof", "projects of urban settlements in Kranj", "projects of theme TP1 in Kranj",
	}},
	{name: "a part makes its whole a group", sql: `INSERT INTO projects (municipality_id, parent_id, code, title) VALUES (1, 101, 'del', 'Del')`, changes: []string{"dear projects in Britof"}},
	{name: "a part that is a draft, too", sql: `INSERT INTO projects (municipality_id, parent_id, code, title, visibility) VALUES (1, 101, 'del', 'Del', 'internal')`, changes: []string{"dear projects in Britof"}},
	{name: "public no more", sql: `UPDATE projects SET visibility = 'internal' WHERE id = 102`, public: true, changes: []string{"projects in Kranj", "ideas in Kranj", "projects of urban settlements in Kranj", "projects of theme TP1 in Kranj"}},
	{
		name: "a draft changes", sql: `UPDATE projects SET title = 'Drug osnutek' WHERE id = 666`, planner: true,
		changes: []string{"projects in Kranj", "ideas in Kranj", "projects of urban settlements in Kranj", "projects of theme TP1 in Kranj"},
	},
	{name: "a layer's zooms", sql: `UPDATE layers SET min_zoom = 15 WHERE id = 'business_zones'`, changes: []string{"zones in Kranj"}},
	{name: "what counts as equipped", sql: `INSERT INTO settings VALUES ('equipped_share', '0.5')`, changes: []string{"agglomerations in Britof"}},
	{name: "a municipality of the same name", sql: `INSERT INTO municipalities (id, code, name) VALUES (999, '999', 'Koper')`, changes: []string{"of Koper in Dekani"}},
	{name: "everything in one statement", sql: `UPDATE sites SET approximate = NOT approximate`, changes: []string{
		"projects in Britof", "projects in Golnik", "projects in Kranj", "ideas in Kranj", "works in Britof",
		"dear projects in Britof", "projects of urban settlements in Kranj", "projects of theme TP1 in Kranj",
	}},
	{name: "TRUNCATE", sql: `TRUNCATE sites`, changes: []string{
		"projects in Britof", "projects in Golnik", "projects in Kranj", "ideas in Kranj", "works in Britof",
		"dear projects in Britof", "projects of urban settlements in Kranj", "projects of theme TP1 in Kranj",
	}},
	{name: "a rollback", sql: `BEGIN; UPDATE sites SET geom = ST_Translate(geom, 100, 0); UPDATE settlements SET name = 'x'; SELECT kraj.settle(); ROLLBACK`},
	{name: "a savepoint that is taken back", sql: `BEGIN; SAVEPOINT a; UPDATE settlements SET name = 'x'; SELECT kraj.settle(); ROLLBACK TO a; UPDATE indicators SET name = name; COMMIT`},
}

// Each change shows as soon as its notice has been heard, by two servers at one database; every other tile keeps its tag.
func TestEachChangeShowsAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, c := range freshCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pools := pgtest.New(t)
			one, two := hearing(t, pools), hearing(t, pools)
			one.sql(casesFixture)
			cookie := one.planner()
			one.settled()
			two.settled()
			points := [][2]int{britof: {451200, 125000}, kranj: {458000, 125000}, dekani: {405000, 45000}, golnik: {454900, 125000}}
			servers := []*hearingSite{one, two}
			type key struct {
				server, tile int
				planner      bool
			}
			path := func(n int) string {
				w := watched[n]
				return one.tileAt(w.layers, 14, points[w.place][0], points[w.place][1]) + w.filter
			}
			before := map[key]reply{}
			each := func(f func(k key, ask func() reply)) {
				for k := range watched {
					for i, s := range servers {
						for _, planner := range []bool{false, true} {
							headers := []string{"Accept-Encoding: identity"}
							if planner {
								headers = append(headers, cookie)
							}
							f(key{i, k, planner}, func() reply { return s.get(path(k), headers...) })
						}
					}
				}
			}
			each(func(k key, ask func() reply) { before[k] = ask() })
			each(func(k key, ask func() reply) {
				if hit := ask(); !status("hit")(hit) || hit.header.Get("ETag") != before[k].header.Get("ETag") {
					t.Fatalf("%s is not cached: %d %v", watched[k.tile].name, hit.status, hit.header)
				}
			})
			one.exec(c.sql)
			one.settled()
			two.settled()
			expected := map[string]bool{}
			for _, name := range c.changes {
				expected[name] = true
			}
			changed, hits := 0, 0
			each(func(k key, ask func() reply) {
				now, name := ask(), watched[k.tile].name
				if now.status == http.StatusOK || now.status == http.StatusNoContent {
					if want := fresh(t, pools, k.planner, path(k.tile)); want != now.body {
						t.Errorf("STALE: %s (planner: %t): %v", name, k.planner, now.header)
					}
				}
				differs := now.status != before[k].status || now.header.Get("ETag") != before[k].header.Get("ETag")
				if want := expected[name] && (k.planner || !c.planner) && (!k.planner || !c.public); differs != want {
					t.Errorf("%s (planner: %t): changed: %t, want %t", name, k.planner, differs, want)
				}
				if differs {
					changed++
				}
				if status("hit")(now) {
					hits++
				} else if strings.HasSuffix(c.sql, "ROLLBACK") && !strings.Contains(path(k.tile), "class=") { // for those with it, any notice counts: also the test's marker
					t.Errorf("%s is forgotten after a rollback", name)
				}
			})
			t.Logf("%d of %d answers changed, 0 stale, %d still hits", changed, len(before), hits)
		})
	}
}

// exec runs statements, with transactions of their own, as the owner.
func (s *site) exec(sql string) {
	s.t.Helper()
	conn, err := s.pools.Owner.Acquire(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Release()
	if _, err := conn.Conn().PgConn().Exec(s.t.Context(), sql).ReadAll(); err != nil {
		s.t.Fatalf("%v in:\n%s", err, sql)
	}
}
