package web_test

import (
	"context"
	"fmt"
	"math"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo/notice"
	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/tiles"
	"kraj/web"
)

// ear hears what a server has heard and made use of. Markers are notices that change nothing.
type ear struct {
	mu        sync.Mutex
	markers   map[int64]bool
	connected int
	heard     []notice.Notice // but for markers
	until     time.Time
}

func (e *ear) Connected() { e.mu.Lock(); defer e.mu.Unlock(); e.connected++ }
func (e *ear) Hold(until time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.until = until
}
func (e *ear) Dropped() { e.Hold(time.Time{}) }
func (e *ear) Heard(n notice.Notice) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n.Layer != "marker" {
		e.heard = append(e.heard, n)
		return
	}
	if e.markers == nil {
		e.markers = map[int64]bool{}
	}
	e.markers[n.Revision] = true
}

func (e *ear) has(marker int64) bool { e.mu.Lock(); defer e.mu.Unlock(); return e.markers[marker] }
func (e *ear) certain() bool         { e.mu.Lock(); defer e.mu.Unlock(); return time.Now().Before(e.until) }
func (e *ear) times() int            { e.mu.Lock(); defer e.mu.Unlock(); return e.connected }

// take returns the notices heard since it was asked last.
func (e *ear) take() []notice.Notice {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := e.heard
	e.heard = nil
	return list
}

// hearingSite is a server that runs, and what it hears. listen is where it listens, if not at its own pools.
type hearingSite struct {
	*site
	ear *ear
}

func hearing(t testing.TB, pools *pg.Pools) *hearingSite {
	t.Helper()
	s := &site{t: t, pools: pools, log: &strings.Builder{}}
	server, e := web.New(web.Config{Pools: pools, Version: "test"}), &ear{}
	server.Subscribe(e)
	s.Server = httptest.NewServer(server)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); server.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; s.Close() })
	h := &hearingSite{s, e}
	eventually(t, "the listener is there", e.certain)
	return h
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// lastMarker numbers the markers of all tests.
var lastMarker atomic.Int64

// mark tells all who listen to a database a marker. Notices arrive in the order of commits, so whoever has heard it has heard
// of all that was committed before.
func mark(ctx context.Context, conn interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
},
) (int64, error) {
	n := lastMarker.Add(1)
	err := conn.QueryRow(ctx, `SELECT pg_notify('kraj', $1)::text`, fmt.Sprintf(`{"layer":"marker","revision":%d,"boxes":[]}`, n)).Scan(new(string))
	return n, err
}

// settled waits until the server has heard of everything that is committed.
func (h *hearingSite) settled() {
	h.t.Helper()
	n, err := mark(context.Background(), h.pools.Owner)
	if err != nil {
		h.t.Fatal(err)
	}
	eventually(h.t, "the notice arrives", func() bool { return h.ear.has(n) })
}

// fresh renders a tile with nothing in between: "" for an empty one.
func fresh(t testing.TB, pools *pg.Pools, planner bool, path string) string {
	t.Helper()
	db := pools.Public
	if planner {
		db = pools.Planner
	}
	c, err := tiles.LoadCatalog(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	request, err := web.ParseTile(path)
	if err != nil {
		t.Fatal(err)
	}
	tile, err := c.Render(t.Context(), db, request)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(tile)
}

// spot is a place on the map: the middle of a tile of zoom 14, so that it is clear which tiles show it.
type spot struct{ x, y int }

func (s spot) in(z, x, y int) bool {
	side := math.Exp2(float64(14 - z)) // in tiles of zoom 14
	reach := side / 64
	px, py := float64(s.x)+.5, float64(s.y)+.5
	return px > float64(x)*side-reach && px < float64(x+1)*side+reach && py > float64(y)*side-reach && py < float64(y+1)*side+reach
}

func (s spot) tile(z int) string {
	return fmt.Sprintf("%d/%d/%d.mvt", z, s.x>>(14-z), s.y>>(14-z))
}

// line is a short line there, as SQL, in the deployment's SRID.
func (s spot) line() string {
	side := 40075016.685578488 / (1 << 14)
	x, y := (float64(s.x)+.5)*side-20037508.342789244, 20037508.342789244-(float64(s.y)+.5)*side
	return fmt.Sprintf(`ST_Transform(ST_SetSRID(ST_MakeLine(ST_MakePoint(%.1f, %.1f), ST_MakePoint(%.1f, %.1f)), 3857), kraj.srid())`, x-150, y-150, x+150, y+150)
}

// probe is a project that is edited in ways that can be read in a tile: its title holds its number and version.
type probe struct {
	n      int
	mu     sync.Mutex // held by who edits it
	hist   sync.RWMutex
	states []probeState // by version; the last ones may not be committed yet
}

// probeState is what a version of a probe looks like.
type probeState struct {
	gone, draft bool
	at          spot
	status      string
	lost        bool // rolled back: nobody may ever see it
}

func (p *probe) title(v int) string { return fmt.Sprintf("probe%dv%dx", p.n, v) }

var probeTitle = regexp.MustCompile(`probe(\d+)v(\d+)x`)

// versions reads which probes a tile shows, and of which version.
func versions(tile string) map[int]int {
	m := map[int]int{}
	for _, found := range probeTitle.FindAllStringSubmatch(tile, -1) {
		n, _ := strconv.Atoi(found[1])
		m[n], _ = strconv.Atoi(found[2])
	}
	return m
}

// question is a tile of which it is known when it has to show which probe.
type question struct {
	path    string
	z, x, y int
	status  string // filter; empty: all
	planner bool
}

func (q question) shows(s probeState) bool {
	return !s.gone && !s.lost && (q.planner || !s.draft) && (q.status == "" || q.status == s.status) && s.at.in(q.z, q.x, q.y)
}

// judge says what is wrong with how a probe is shown (0: not at all), when versions up to least had been committed and
// announced before the question was put. Empty: nothing.
func (p *probe) judge(q question, least, shown int) string {
	p.hist.RLock()
	defer p.hist.RUnlock()
	if shown > 0 {
		switch {
		case shown >= len(p.states) || p.states[shown].lost:
			return fmt.Sprintf("shows version %d, which was rolled back", shown)
		case shown < least:
			return fmt.Sprintf("STALE: shows version %d, %d had been announced", shown, least)
		case !q.shows(p.states[shown]):
			return fmt.Sprintf("shows version %d, which does not belong there: %+v", shown, p.states[shown])
		}
		return ""
	}
	for _, s := range p.states[least:] {
		if !s.lost && !q.shows(s) {
			return ""
		}
	}
	return fmt.Sprintf("STALE: does not show it, although version %d had been announced and is there", least)
}

// world is a small country with probes.
type world struct {
	t       testing.TB
	pools   *pg.Pools
	url     string
	spots   []spot
	probes  []*probe
	servers []*hearingSite
	settled [][]atomic.Int64 // by server and probe: the last version that the server has heard of
	cookie  string
}

func newWorld(t testing.TB, pools *pg.Pools, servers, probes int) *world {
	t.Helper()
	w := &world{t: t, pools: pools, url: pgtest.URL(t, pools)}
	rows, err := pools.Owner.Query(t.Context(), `SELECT DISTINCT floor((ST_X(p) + 20037508.342789244) / 2445.98490512564)::int, floor((20037508.342789244 - ST_Y(p)) / 2445.98490512564)::int
		FROM (SELECT ST_Transform(ST_PointOnSurface(geom), 3857) AS p FROM settlements ORDER BY id LIMIT 5) s ORDER BY 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	if w.spots, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (s spot, err error) { return s, r.Scan(&s.x, &s.y) }); err != nil {
		t.Fatal(err)
	}
	for range servers {
		w.servers = append(w.servers, hearing(t, pools))
		w.settled = append(w.settled, make([]atomic.Int64, probes))
	}
	w.cookie = w.servers[0].planner() // a session is the database's: it holds for all servers
	for n := range probes {
		p := &probe{n: n, states: []probeState{{gone: true}}}
		w.probes = append(w.probes, p)
		w.servers[0].sql(`INSERT INTO projects (id, municipality_id, code, title, scope, strategic) VALUES ($1, 1, $2, $3, 'sites', true)`,
			9000+n, fmt.Sprintf("probe%d", n), p.title(0))
	}
	return w
}

// say writes the history of a version down, before it is committed.
func (p *probe) say(s probeState) int {
	p.hist.Lock()
	defer p.hist.Unlock()
	p.states = append(p.states, s)
	return len(p.states) - 1
}

func (p *probe) lose(v int) {
	p.hist.Lock()
	defer p.hist.Unlock()
	p.states[v].lost = true
}
