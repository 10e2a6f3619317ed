package web_test

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// metric sums the samples of a metric whose labels hold all the words.
func (s *site) metric(name string, words ...string) (sum float64) {
	s.t.Helper()
	for _, line := range strings.Split(s.get("/metrics").body, "\n") {
		if !strings.HasPrefix(line, name+"{") && !strings.HasPrefix(line, name+" ") {
			continue
		}
		has := true
		for _, w := range words {
			has = has && strings.Contains(line, w)
		}
		if v, err := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64); has && err == nil {
			sum += v
		}
	}
	return sum
}

// lock keeps whoever reads a table waiting, until the function it returns is called.
func (s *site) lock(table string) func() {
	s.t.Helper()
	tx, err := s.pools.Owner.Begin(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := tx.Exec(context.Background(), `LOCK TABLE `+table+` IN ACCESS EXCLUSIVE MODE`); err != nil {
		_ = tx.Rollback(context.Background())
		s.t.Fatal(err)
	}
	return sync.OnceFunc(func() { _ = tx.Rollback(context.Background()) })
}

// Dear tiles that wait keep no cheap one waiting; and what is told of all of them.
func TestLanesAndMetrics(t *testing.T) {
	t.Parallel()
	pools, count := countedPools(t)
	s := liveSite(t, pools)
	s.settled(count, "/tiles/settlements/11/1106/726.mvt")
	if n := s.metric("kraj_tile_render_seconds_count", `layer="several"`, `zoom="6"`); n == 0 {
		t.Error("low zooms were not rendered at the start")
	}
	// The copies for low zooms are locked: renderings of zoom 7 cannot end.
	release := s.lock(`kraj_tiles.z8_settlements`)
	defer release()
	var dear sync.WaitGroup
	for i := range 30 {
		path := fmt.Sprintf("/tiles/settlements/7/%d/%d.mvt", 60+i%3, 40+i/3)
		for range 2 {
			dear.Go(func() {
				if r := s.get(path); r.status != 200 && r.status != 204 {
					t.Errorf("%s: %d %s", path, r.status, r.body)
				}
			})
		}
	}
	s.until("/metrics", func(r reply) bool { return strings.Contains(r.body, "\nkraj_http_in_flight 61\n") }) // and this question
	for y := range 20 {
		if r := s.get(fmt.Sprintf("/tiles/settlements/14/8850/%d.mvt", 5800+y)); r.status != 200 && r.status != 204 {
			t.Errorf("zoom 14 beside waiting tiles of zoom 7: %d %s", r.status, r.body)
		}
	}
	if n := s.metric("kraj_tile_answers_total", `zoom="7"`, `layer="settlements"`); n != 0 {
		t.Errorf("%v tiles of zoom 7 were answered; nothing was proven", n)
	}
	release()
	dear.Wait()
	for status, want := range map[string]float64{"miss": 30, "joined": 30} {
		if n := s.metric("kraj_tile_answers_total", `zoom="7"`, `status="`+status+`"`, `layer="settlements"`); n != want {
			t.Errorf("%s: %v, want %v", status, n, want)
		}
	}
	if n := s.metric("kraj_tile_render_seconds_count", `zoom="7"`, `layer="settlements"`); n != 30 {
		t.Errorf("%v renderings at zoom 7", n)
	}
	if s.metric("kraj_tile_render_bytes_total", `zoom="11"`, `layer="settlements"`) == 0 || s.metric("kraj_tile_cache_bytes") == 0 || s.metric("kraj_tile_cache_entries") < 50 {
		t.Error("bytes and entries are not counted")
	}
	hits := s.metric("kraj_tile_answers_total", `status="hit"`, `zoom="11"`)
	s.get("/tiles/settlements/11/1106/726.mvt")
	if n := s.metric("kraj_tile_answers_total", `status="hit"`, `zoom="11"`); n != hits+1 {
		t.Errorf("%v hits, then %v", hits, n)
	}
	s.sql(`UPDATE settlements SET name = name || '!'`)
	s.until("/tiles/settlements/11/1106/726.mvt", status("fwd=miss"))
	if n := s.metric("kraj_tile_forgets_total", `zoom="11"`, `layer="settlements"`); n != 1 {
		t.Errorf("%v were forgotten", n)
	}
}

// Strangers cannot multiply the series.
func TestLabelsAreBounded(t *testing.T) {
	t.Parallel()
	pools, count := countedPools(t)
	s := liveSite(t, pools)
	s.settled(count, "/tiles/settlements/11/1106/726.mvt")
	ask := func(i int) {
		for _, path := range []string{
			"/tiles/settlements/11/1106/%d.mvt?q=w%[1]d", "/tiles/projects,settlements/11/1106/%d.mvt", "/tiles/none%d/0/0/0.mvt", "/tiles/settlements/%d/0/0.mvt",
			"/nowhere/%d", "/collections/none%d", "/tiles/settlements/11/1106/700.mvt?theme=t%d",
		} {
			s.do([]string{"GET", "HEAD", "PUT", "X" + strconv.Itoa(i)}[i%4], fmt.Sprintf(path, i), "")
		}
	}
	series := func() int { return len(regexp.MustCompile(`(?m)^kraj_`).FindAllString(s.get("/metrics").body, -1)) }
	for i := range 40 {
		ask(i)
	}
	before := series()
	for i := range 40 {
		ask(100 + i)
	}
	if after := series(); after > before {
		t.Errorf("%d series, then %d", before, after)
	}
}
