package main

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pgtest"
)

// theTile shows the settlement of somewhere.
const theTile = "/tiles/settlements/9/276/181.mvt"

var edition = regexp.MustCompile(`izdaja(\d+)x`)

// shown asks for the tile: the edition of the name in it, and whether the answer claims to be current.
func shown(url string) (v int64, current bool, cache string) {
	resp, err := http.Get(url + theTile)
	if err != nil {
		return 0, false, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	cache = resp.Header.Get("Cache-Status")
	if err != nil || resp.StatusCode != http.StatusOK || strings.Contains(cache, "stale") {
		return 0, false, cache
	}
	if found := edition.FindSubmatch(body); found != nil {
		v, _ = strconv.ParseInt(string(found[1]), 10, 64)
	}
	return v, true, cache
}

// TestNoStaleTileAfterAKill kills PostgreSQL while a tile is read by many and edited without a pause. Once the database is back, no
// answer lacks an edit that was confirmed, before the kill or after it.
func TestNoStaleTileAfterAKill(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	s := serveProcess(t, dir)
	url := strings.TrimSpace(own(t, dir, "db", "url").out)
	execute(t, url, somewhere)
	var confirmed, answers atomic.Int64
	stop, done := make(chan struct{}), make(chan struct{}, 5)
	go func() {
		defer func() { done <- struct{}{} }()
		var conn *pgx.Conn
		for v := int64(1); ; {
			select {
			case <-stop:
				return
			default:
			}
			var err error
			if conn == nil || conn.IsClosed() {
				if conn, err = pgx.Connect(t.Context(), url); err != nil {
					time.Sleep(20 * time.Millisecond)
					continue
				}
			}
			if _, err = conn.Exec(t.Context(), "UPDATE kraj.settlements SET name = $1", fmt.Sprintf("izdaja%dx", v)); err == nil {
				confirmed.Store(v)
				v++
			} else {
				_ = conn.Close(t.Context())
			}
		}
	}()
	for range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, current, _ := shown(s.url); current {
					answers.Add(1)
				}
			}
		}()
	}
	for kill := range 3 {
		begin := confirmed.Load()
		eventually(t, "edits and answers", func() bool { return confirmed.Load() > begin+20 && answers.Load() > 50 })
		pid := s.postmaster(t)
		before := confirmed.Load()
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, "ready again", func() bool {
			code, _ := get(s.url + "/readyz")
			return code == http.StatusOK && s.postmaster(t) != pid && s.postmaster(t) != 0
		})
		for range 100 {
			if v, current, cache := shown(s.url); current && v < before {
				t.Errorf("kill %d: STALE: edition %d, %d was confirmed before the kill: %s", kill, v, before, cache)
			}
		}
	}
	close(stop)
	for range 5 {
		<-done
	}
	last := confirmed.Load()
	eventually(t, "the last edit, from the cache", func() bool {
		v, current, cache := shown(s.url)
		return current && v >= last && strings.HasPrefix(cache, "kraj; hit")
	})
	for range 50 {
		if v, current, cache := shown(s.url); current && v < last {
			t.Errorf("STALE: edition %d of %d at rest: %s", v, last, cache)
		}
	}
	t.Logf("3 kills under load: %d edits confirmed, %d current answers read, 0 stale", last, answers.Load())
	if code := s.signal(syscall.SIGTERM); code != 0 {
		t.Errorf("stopped with %d: %s", code, s.said)
	}
}

// TestNothingOfBeforeARestore restores a backup into the database that a running kraj serves: nothing of before is served.
func TestNothingOfBeforeARestore(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	execute(t, url, somewhere)
	execute(t, url, "UPDATE kraj.settlements SET name = 'izdaja1x'")
	file := filepath.Join(t.TempDir(), "kraj.dump")
	kraj(t, url, "", "db", "backup", file).want(t, 0)
	m := startMain(t, url, serveOptions{})
	defer func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}()
	execute(t, url, "UPDATE kraj.settlements SET name = 'izdaja2x'")
	eventually(t, "edition 2 is cached", func() bool {
		v, _, cache := shown(m.URL())
		return v == 2 && strings.HasPrefix(cache, "kraj; hit")
	})
	execute(t, url, "DROP SCHEMA kraj, kraj_public, kraj_tiles, kraj_past, kraj_past_public CASCADE")
	kraj(t, url, "", "db", "restore", file).want(t, 0, "restored")
	eventually(t, "edition 1 is cached", func() bool {
		v, current, cache := shown(m.URL())
		if current && v != 1 {
			t.Logf("edition %d: %s", v, cache)
		}
		return v == 1 && strings.HasPrefix(cache, "kraj; hit")
	})
	for range 20 {
		if v, current, cache := shown(m.URL()); !current || v != 1 {
			t.Errorf("STALE: edition %d: %s", v, cache)
		}
	}
	execute(t, url, "UPDATE kraj.settlements SET name = 'izdaja3x'")
	eventually(t, "an edit after it", func() bool { v, _, _ := shown(m.URL()); return v == 3 })
}
