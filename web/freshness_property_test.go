package web_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pgtest/country"
)

// writer is anybody with a connection of his own.
type writer struct {
	t                           testing.TB
	conn                        *pgx.Conn
	rand                        *rand.Rand
	committed, refused, dropped int // transactions: refused by a rule or another writer, dropped by choice
	reasons                     map[string]int
}

// commit runs statements as one transaction; sometimes it ends with a rollback. False: nothing happened.
func (w *writer) commit(ctx context.Context, statements []string) bool {
	tx, err := w.conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: []pgx.TxIsoLevel{pgx.ReadCommitted, pgx.ReadCommitted, pgx.RepeatableRead}[w.rand.IntN(3)]})
	if err != nil {
		w.t.Error(err)
		return false
	}
	for _, sql := range statements {
		if _, err = tx.Exec(ctx, sql); err != nil {
			break
		}
	}
	if err == nil && w.rand.IntN(8) == 0 {
		_, _ = tx.Exec(ctx, `SELECT kraj.settle()`) // as far as it goes, then not
		_ = tx.Rollback(ctx)
		w.dropped++
		return false
	}
	if err == nil {
		err = tx.Commit(ctx)
	}
	if err != nil {
		_ = tx.Rollback(ctx)
		w.refused++
		if w.reasons == nil {
			w.reasons = map[string]int{}
		}
		w.reasons[err.Error()]++
		return false
	}
	w.committed++
	return true
}

// announced waits until each server has heard of what the writer committed.
func (w *world) announced(ctx context.Context, wr *writer, then func(server int)) {
	n, err := mark(ctx, wr.conn)
	if err != nil {
		w.t.Error(err)
		return
	}
	for i, s := range w.servers {
		eventually(w.t, "the notice arrives", func() bool { return s.ear.has(n) })
		then(i)
	}
}

func (w *world) write(ctx context.Context, seed, number uint64, times int) *writer {
	conn, err := pgx.Connect(ctx, w.url)
	if err != nil {
		w.t.Error(err)
		return &writer{}
	}
	defer func() { _ = conn.Close(ctx) }()
	wr := &writer{t: w.t, conn: conn, rand: rand.New(rand.NewPCG(seed, number))}
	settings := `SET search_path = kraj, public`
	if number%2 == 1 {
		settings = `SET ROLE kraj_planner; ` + settings
	}
	if _, err := conn.Exec(ctx, settings+`; SET deadlock_timeout = '100ms'`); err != nil {
		if _, err = conn.Exec(ctx, settings); err != nil {
			w.t.Error(err)
		}
	}
	for range times {
		if wr.rand.IntN(2) == 0 {
			w.editProbe(ctx, wr, w.probes[wr.rand.IntN(len(w.probes))])
			continue
		}
		var sql []string
		for range 1 + wr.rand.IntN(3) {
			text := anEdit(wr.rand).sql(wr.rand)
			if words := strings.Fields(text); strings.Contains(text, same) {
				text = strings.ReplaceAll(text, same, words[1])
			}
			if wr.rand.IntN(6) == 0 {
				sql = append(sql, `SAVEPOINT aside`, text, `ROLLBACK TO SAVEPOINT aside`)
			} else {
				sql = append(sql, text)
			}
		}
		wr.commit(ctx, sql)
	}
	return wr
}

// questions draws a tile that shows probes, or perhaps does.
func (w *world) question(r *rand.Rand) question {
	at := w.spots[r.IntN(len(w.spots))]
	z := []int{8, 10, 12, 13, 14, 14}[r.IntN(6)]
	q := question{z: z, x: at.x >> (14 - z), y: at.y >> (14 - z), planner: r.IntN(2) == 0}
	q.path = "/tiles/" + []string{"projects", "settlements,projects", "projects,municipalities,settlements_labels"}[r.IntN(3)] + "/" + at.tile(z)
	q.path += []string{"", "", "?q=probe", "?scope=sites", "?strategic=true", "?located=true"}[r.IntN(6)]
	if r.IntN(4) == 0 {
		q.status = []string{"idea", "realised"}[r.IntN(2)]
		q.path, _, _ = strings.Cut(q.path, "?")
		q.path += "?status=" + q.status
	}
	return q
}

// anything draws a tile of whatever, with a filter of whatever.
func (w *world) anything(r *rand.Rand) string {
	at := w.spots[r.IntN(len(w.spots))]
	z := 7 + r.IntN(8)
	layers := []string{"settlements", "settlements_labels", "settlements_labels,settlements", "business_zones,cycling_routes", "agglomerations", "municipalities", "projects"}[r.IntN(7)]
	filter := []string{
		"", "", "?scheme=municipal", "?scheme=other", "?municipality=obcina+nova", "?municipality=2", "?class=urban", "?source=eu", "?source=not_stated", "?min_amount=100000",
		"?theme=T1", "?theme=none", "?holder=H1", "?located=true", "?year=2026", "?settlement=001", "?status=idea&scheme=other", "?class=rural&scheme=other", "?mechanism=CTN&municipality=1",
	}[r.IntN(19)]
	return "/tiles/" + layers + "/" + at.tile(z) + filter
}

// askedTile is a tile that somebody asked for.
type askedTile struct {
	path    string
	planner bool
}

// read asks until the writers are done, and judges what it gets.
func (w *world) read(seed, number uint64, done *atomic.Bool, all *sync.Map) (reads, hits int) {
	r := rand.New(rand.NewPCG(seed, 1000+number))
	for !done.Load() {
		time.Sleep(2 * time.Millisecond) // the writers need the machine, too
		server := r.IntN(len(w.servers))
		q := question{planner: r.IntN(2) == 0}
		probing := r.IntN(3) > 0
		if probing {
			q = w.question(r)
		} else {
			q.path = w.anything(r)
		}
		least := make([]int, len(w.probes))
		for n := range least {
			least[n] = int(w.settled[server][n].Load())
		}
		answer := w.servers[server].get(q.path, w.headers(q.planner)...)
		reads++
		if strings.HasPrefix(answer.header.Get("Cache-Status"), "kraj; hit") {
			hits++
		}
		switch answer.status {
		case http.StatusOK, http.StatusNoContent:
			all.Store(askedTile{q.path, q.planner}, true)
		case http.StatusBadRequest: // the municipality of the filter, of which there are two, or none
			continue
		default:
			w.t.Errorf("GET %s: %d %s", q.path, answer.status, answer.body)
		}
		if !probing {
			continue
		}
		shown := versions(answer.body)
		for n, p := range w.probes {
			if wrong := p.judge(q, least[n], shown[n]); wrong != "" {
				w.t.Errorf("seed %d: GET %s (planner: %t) of server %d, %s: probe %d %s", seed, q.path, q.planner, server, answer.header.Get("Cache-Status"), n, wrong)
			}
		}
	}
	return reads, hits
}

func (w *world) headers(planner bool) []string {
	if planner {
		return []string{w.cookie}
	}
	return nil
}

// equal compares every tile that was asked for, as each server has it, with what the database says now.
func (w *world) equal(when string, all *sync.Map, most int) (compared, cached int) {
	for _, s := range w.servers {
		s.settled()
	}
	all.Range(func(key, _ any) bool {
		a, _ := key.(askedTile)
		var want *string
		for i, s := range w.servers {
			answer := s.get(a.path, w.headers(a.planner)...)
			if answer.status == http.StatusBadRequest { // so is a fresh one: a cached one is never asked what it means
				continue
			}
			if want == nil {
				tile := fresh(w.t, w.pools, a.planner, a.path)
				want = &tile
			}
			compared++
			if strings.HasPrefix(answer.header.Get("Cache-Status"), "kraj; hit") {
				cached++
			}
			if answer.body != *want {
				w.t.Errorf("%s: GET %s (planner: %t) of server %d, %s: %d bytes, a fresh one has %d", when, a.path, a.planner, i, answer.header.Get("Cache-Status"), len(answer.body), len(*want))
			}
		}
		return !w.t.Failed() && compared < most
	})
	return compared, cached
}

// The promise of the cache, over a real database: whatever writers do, nobody who asks after a change was announced gets a tile
// without it; and at rest every cached tile equals a fresh one, byte for byte.
func TestNeverStaleWhateverIsWritten(t *testing.T) {
	t.Parallel()
	rounds, times := 1, 40
	if os.Getenv("KRAJ_TEST_LONG") != "" {
		rounds, times = 10, 250
	}
	for round := range rounds {
		seed := uint64(time.Now().UnixNano())
		if text := os.Getenv("KRAJ_SEED"); text != "" && round == 0 {
			if _, err := fmt.Sscan(text, &seed); err != nil {
				t.Fatal(err)
			}
		}
		neverStale(t, seed, times)
	}
}

func neverStale(t *testing.T, seed uint64, times int) {
	ctx := t.Context()
	w := newWorld(t, country.Clone(t, country.Options{Scale: 0.003}), 2, 6)
	w.servers[0].sql(`INSERT INTO schemes (code, name_sl, name_en, classes) VALUES ('other', 'Druga', 'Other', '{urban,rural}')`)
	var all sync.Map
	var done atomic.Bool
	var writing, reading sync.WaitGroup
	var reads, hits atomic.Int64
	writers := make([]*writer, 3)
	for n := range writers {
		writing.Go(func() { writers[n] = w.write(ctx, seed, uint64(n), times) })
	}
	for n := range 3 {
		reading.Go(func() {
			r, h := w.read(seed, uint64(n), &done, &all)
			reads.Add(int64(r))
			hits.Add(int64(h))
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
	compared, cached := w.equal("at rest", &all, math.MaxInt)
	// Now all of them are cached. The largest changes there are come last.
	for _, sql := range []string{`TRUNCATE sites`, `TRUNCATE settlements CASCADE`} {
		w.servers[0].sql(sql)
		c, h := w.equal(sql, &all, 500)
		compared, cached = compared+c, cached+h
	}
	committed, refused, dropped := 0, 0, 0
	for _, wr := range writers {
		committed, refused, dropped = committed+wr.committed, refused+wr.refused, dropped+wr.dropped
	}
	if committed < times {
		t.Errorf("only %d transactions were committed: this proves nothing", committed)
	}
	for _, wr := range writers {
		for reason, n := range wr.reasons {
			t.Logf("refused %d times: %.150s", n, reason)
		}
	}
	t.Logf("seed %d: %d transactions committed, %d refused, %d rolled back; %d reads (%d hits), 0 stale; at rest %d tiles compared byte for byte, %d of them cached",
		seed, committed, refused, dropped, reads.Load(), hits.Load(), compared, cached)
}
