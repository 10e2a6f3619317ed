package geo_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	sf "github.com/peterstace/simplefeatures/geom"

	"kraj/geo"
)

// rounds is how often a test with made-up data is repeated; KRAJ_TEST_LONG=1 asks for many.
func rounds(few, many int) int {
	if os.Getenv("KRAJ_TEST_LONG") != "" {
		return many
	}
	return few
}

// world is a made-up land: settlements that overlap, stand apart, have no people, no class or no geometry, of two
// municipalities; projects of every kind, money of every kind. Beside the SQL that loads it stands what is known of it.
type world struct {
	sql      strings.Builder
	rows     []oracleRow // own settlements with geometry, in the order of their codes
	projects []worldProject
}

type worldProject struct {
	id    int64
	sites []string
	scope string
	cents map[string]*int64 // money → what is known of it; nil: nothing
}

func newWorld(r *rand.Rand) *world {
	w := &world{}
	fmt.Fprint(&w.sql, `DELETE FROM projects; DELETE FROM settlements WHERE id > 100;`)
	codes := r.Perm(30)[:4+r.IntN(5)]
	slices.Sort(codes)
	for i, code := range codes {
		w.settlement(r, int64(101+i), code+1)
	}
	for i := range 8 {
		w.project(r, int64(1000+i))
	}
	return w
}

func (w *world) settlement(r *rand.Rand, id int64, code int) {
	town := 1 + r.IntN(5)/4
	x, y, dx, dy := r.IntN(40), r.IntN(12), 1+r.IntN(20), 1+r.IntN(12)
	shape := fmt.Sprintf("ST_Multi(ST_MakeEnvelope(%d, %d, %d, %d, kraj.srid()))", x, y, x+dx, y+dy)
	known := r.IntN(10) > 0
	if !known {
		shape = "NULL"
	}
	fmt.Fprintf(&w.sql, "INSERT INTO settlements (id, code, name, municipality_id, geom) VALUES (%d, '%d', 's%d', %d, %s);\n", id, code, code, town, shape)
	var people *int64
	if r.IntN(3) > 0 {
		n := int64(r.IntN(4) * r.IntN(100))
		people = &n
		fmt.Fprintf(&w.sql, "INSERT INTO population_settlements (set_id, settlement_id, people) VALUES (%d, %d, %d);\n", town, id, n)
	}
	for scheme := range 2 {
		if town == 1 && r.IntN(3) > 0 {
			class := [][]string{{"urban", "rural"}, {"urban", "suburban", "rural"}}[scheme]
			fmt.Fprintf(&w.sql, "INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (%d, %d, '%s');\n", scheme+1, id, class[r.IntN(len(class))])
		}
	}
	if town == 1 && known {
		a, b, c, d := float64(x), float64(y), float64(x+dx), float64(y+dy)
		w.rows = append(w.rows, oracleRow{fmt.Sprint("s", code), people, sf.NewPolygonXY([]float64{a, b, c, b, c, d, a, d, a, b}).AsGeometry()})
	}
}

func (w *world) project(r *rand.Rand, id int64) {
	p := worldProject{id: id, scope: []string{"sites", "sites", "sites", "municipality", "unplaced"}[r.IntN(5)]}
	cost := "NULL"
	var stated int64 = -1
	if r.IntN(3) > 0 {
		stated = []int64{0, 1, 7, 99, int64(r.IntN(1e9))}[r.IntN(5)]
		cost = fmt.Sprint(stated)
	}
	parent := "NULL"
	if r.IntN(4) == 0 { // a group of its own above it: shown, never counted
		parent = fmt.Sprint(id + 1000)
		fmt.Fprintf(&w.sql, "INSERT INTO projects (id, municipality_id, code, title) VALUES (%d, 1, 'g%d', 'Skupina');\n", id+1000, id)
	}
	fmt.Fprintf(&w.sql, "INSERT INTO projects (id, municipality_id, theme_id, code, title, cost_cents, scope, status, parent_id) VALUES (%d, 1, %s, 'p%d', 'Projekt', %s, '%s', '%s', %s);\n",
		id, []string{"NULL", "1", "2"}[r.IntN(3)], id, cost, p.scope, geo.Statuses[r.IntN(7)], parent)
	if p.scope == "sites" {
		for range 1 + r.IntN(4) {
			site := randomSite(r)
			p.sites = append(p.sites, site)
			fmt.Fprintf(&w.sql, "INSERT INTO sites (project_id, geom) VALUES (%d, ST_GeomFromText('%s', kraj.srid()));\n", id, site)
		}
	}
	p.cents = w.money(r, id, stated)
	w.projects = append(w.projects, p)
}

// money makes up lines and says, by another way than the SQL, what of them is known.
func (w *world) money(r *rand.Rand, id, stated int64) map[string]*int64 {
	type same struct{ year, source, mechanism string }
	lines := map[same][4]*int64{} // by certainty
	named := map[string]bool{}
	for range r.IntN(5) {
		k := same{[]string{"NULL", "2026", "2027"}[r.IntN(3)], []string{"own", "eu", "state", "private", "other"}[r.IntN(5)], []string{"NULL", "'CTN'"}[r.IntN(2)]}
		kind, amount := r.IntN(4), int64(r.IntN(3)*r.IntN(100_000)+1)
		text, effective, period, years := fmt.Sprint(amount), &amount, "once", "NULL"
		switch r.IntN(5) {
		case 0:
			text, effective = "NULL", nil
		case 1:
			n := int64(1 + r.IntN(7))
			times := amount * n
			effective, period, years = &times, "yearly", fmt.Sprint(n)
		case 2:
			effective, period = nil, "yearly"
		}
		fmt.Fprintf(&w.sql, "INSERT INTO project_funding (project_id, year, source, mechanism, amount_cents, kind, period, years) VALUES (%d, %s, '%s', %s, %s, '%s', '%s', %s);\n",
			id, k.year, k.source, k.mechanism, text, []string{"estimated", "budgeted", "contracted", "paid"}[kind], period, years)
		named[k.source] = true
		if effective != nil {
			group := lines[k]
			if group[kind] == nil {
				group[kind] = new(int64)
			}
			*group[kind] += *effective
			lines[k] = group
		}
	}
	sums := map[string]int64{}
	var total int64
	for k, group := range lines {
		for kind := 3; kind >= 0; kind-- {
			if group[kind] != nil {
				sums[k.source] += *group[kind]
				total += *group[kind]
				break
			}
		}
	}
	open := stated > total // a part whose source is not stated
	if open {
		total = stated
	}
	known := map[string]*int64{}
	if open || len(sums) > 0 {
		known["total"] = &total
	}
	for _, money := range []string{"own", "eu", "state", "private"} {
		if sum, ok := sums[money]; ok {
			known[money] = &sum
		} else if !named[money] && len(sums) > 0 && !open {
			known[money] = new(int64) // all of it is known to come from elsewhere
		}
	}
	return known
}

// randomSite draws on whole coordinates, where borders and corners are hit often; now and then far away.
func randomSite(r *rand.Rand) string {
	x, y := func() int { return r.IntN(60) - 8 }, func() int { return r.IntN(30) - 4 }
	switch r.IntN(8) {
	case 0, 1:
		return fmt.Sprintf("POINT(%d %d)", x(), y())
	case 2:
		return fmt.Sprintf("MULTIPOINT((%d %d),(%d %d),(%d %d))", x(), y(), x(), y(), x(), y())
	case 3, 4:
		a, b, c := x(), y(), x()
		return fmt.Sprintf("LINESTRING(%d %d,%d %d,%d %d)", a, b, c+100, b, c+100, b+1+r.IntN(9)) // along whole coordinates: along borders
	case 5:
		a, b := x(), y()
		return fmt.Sprintf("LINESTRING(%d %d,%d %d)", a, b, a+1+r.IntN(30), b+r.IntN(12))
	case 6:
		return []string{"POINT(900000 900000)", "LINESTRING(-500000 5,-499000 5)", "POLYGON((99000 0,99010 0,99010 10,99000 10,99000 0))"}[r.IntN(3)]
	}
	a, b, dx, dy := x(), y(), 1+r.IntN(30), 1+r.IntN(12)
	return fmt.Sprintf("POLYGON((%d %d,%d %d,%d %d,%d %d,%d %d))", a, b, a+dx, b, a+dx, b+dy, a, b+dy, a, b)
}

// Made-up lands: weights are what the independent computation says, money is conserved by every method, and every
// question has one total, whatever it is grouped by: that of the lines as written.
func TestRandomWorlds(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`UPDATE municipalities SET geom = ST_Multi(ST_MakeEnvelope(-100, -100, 200, 100, kraj.srid())) WHERE id = 1; DELETE FROM settlements`)
	for seed := range uint64(rounds(4, 60)) {
		r := rand.New(rand.NewPCG(2030, seed))
		w := newWorld(r)
		l.exec(w.sql.String())
		slices.SortFunc(w.rows, func(a, b oracleRow) int { // natural order
			x, _ := strconv.Atoi(a.name[1:])
			y, _ := strconv.Atoi(b.name[1:])
			return x - y
		})
		for _, p := range w.projects {
			w.checkProject(t, l, seed, p)
		}
		w.checkBalance(t, l, seed, r)
		l.verify()
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, w.sql.String())
		}
	}
}

func (w *world) checkProject(t *testing.T, l *land, seed uint64, p worldProject) {
	t.Helper()
	shapes := make([]sf.Geometry, len(p.sites))
	for i, site := range p.sites {
		shapes[i] = must(sf.UnmarshalWKT(site))
	}
	for _, method := range []string{"extent", "population", "equal", "served"} {
		weights := oracleWeights(w.rows, shapes, method)
		want := oracleDivide(whole, weights, w.rows)
		if p.scope == "municipality" {
			want = map[string]int64{"municipality_wide": whole}
		}
		if got := l.parts(p.id, method); !near(got, want) {
			t.Errorf("seed %d, project %d, %s of %v: parts %v, independently %v", seed, p.id, method, p.sites, got, want)
		}
		sum := int64(0)
		for _, cents := range l.cents(p.id, method) {
			sum += cents
		}
		if want := p.cents["total"]; want != nil && sum != *want || want == nil && sum != 0 {
			t.Errorf("seed %d, project %d, %s: %d cents of %v", seed, p.id, method, sum, show(want))
		}
	}
}

func (w *world) checkBalance(t *testing.T, l *land, seed uint64, r *rand.Rand) {
	t.Helper()
	bys := []string{"theme", "measure", "status", "horizon", "mechanism", "source", "holder", "year", "settlement", "local_community"}
	for i := range rounds(10, 40) {
		pick := func(list ...string) string { return list[r.IntN(len(list))] }
		q := geo.BalanceQuery{
			Municipality: "52", By: bys[i%len(bys)], Method: pick("extent", "population", "equal", "served"), Spread: pick("none", "population"),
			Money: pick("total", "total", "own", "eu", "state", "private"), Scheme: pick("municipal", "h3", "municipal@1"),
		}
		b := l.balance(q)
		var want *int64
		without := 0
		for _, p := range w.projects {
			cents := p.cents[q.Money]
			if cents == nil {
				without++
				continue
			}
			if want == nil {
				want = new(int64)
			}
			*want += *cents
		}
		where := fmt.Sprintf("seed %d, %+v", seed, q)
		if (want == nil) != (b.Total.AmountCents == nil) || want != nil && *want != *b.Total.AmountCents {
			t.Errorf("%s: total %v, as written %v", where, show(b.Total.AmountCents), show(want))
		}
		if b.Total.Projects != len(w.projects) || b.Total.WithoutAmount != without {
			t.Errorf("%s: %d projects, %d without amount; want %d, %d", where, b.Total.Projects, b.Total.WithoutAmount, len(w.projects), without)
		}
		if b.Total.AmountCents != nil {
			checkSums(t, where, b)
		}
	}
}

// A few cents over seven settlements, by every method: none is lost, the lower codes come first.
func TestFewCentsOverSeven(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`DELETE FROM settlements;
		INSERT INTO settlements (id, code, name, municipality_id, geom) SELECT i, (i + 5)::text, 's' || (i + 5), 1, ST_Multi(ST_MakeEnvelope(i * 5, 0, i * 5 + 5, 10, kraj.srid())) FROM generate_series(1, 7) i;
		INSERT INTO population_settlements (set_id, settlement_id, people) SELECT 1, i, 11 FROM generate_series(1, 7) i`)
	names := []string{"s6", "s7", "s8", "s9", "s10", "s11", "s12"} // 10 comes after 9
	for cents := range int64(16) {
		id := l.project(fmt.Sprint("p", cents), cents, "LINESTRING(5 5,40 5)")
		for _, method := range []string{"extent", "population", "equal", "served"} {
			want := map[string]int64{}
			for i, name := range names {
				if n := (cents - int64(i) + 6) / 7; n > 0 {
					want[name] = n
				}
			}
			if got := l.cents(id, method); !maps.Equal(got, want) {
				t.Errorf("%d cents by %s: %v, want %v", cents, method, got, want)
			}
		}
	}
	l.verify()
}

// What cannot be money, people or a weight is refused, and refused whole.
func TestWhatIsNoAmountIsRefused(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	id := l.project("p", 100, "POINT(5 5)")
	for _, sql := range []string{
		`UPDATE projects SET cost_cents = -1`,
		`INSERT INTO project_funding (project_id, source, amount_cents) VALUES ($1, 'own', -1)`,
		`INSERT INTO project_funding (project_id, source, amount_cents, period, years) VALUES ($1, 'own', 5, 'yearly', -2)`,
		`INSERT INTO project_funding (project_id, source, amount_cents, period, years) VALUES ($1, 'own', 5, 'yearly', 0)`,
		`INSERT INTO project_weights (project_id, settlement_id, weight, author, reason) VALUES ($1, 1, -1, 'ana', 'x')`,
		`INSERT INTO project_weights (project_id, settlement_id, weight, author, reason) VALUES ($1, 1, 0, 'ana', 'x')`,
		`INSERT INTO project_weights (project_id, settlement_id, weight, author, reason) VALUES ($1, 1, 1, 'ana', '')`,
		`UPDATE population_settlements SET people = -1`,
	} {
		var args []any
		if strings.Contains(sql, "$1") {
			args = []any{id}
		}
		_, err := l.pools.Planner.Exec(t.Context(), sql, args...)
		if e, ok := asPgError(err); !ok || e.Code != "23514" {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if got := l.cents(id, "extent"); !maps.Equal(got, map[string]int64{"A": 100}) {
		t.Errorf("after the refusals: %v", got)
	}
	l.verify()
}
