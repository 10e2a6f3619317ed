package web_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// revisionsSince lists the revisions that made mechanisms called m….
func revisionsSince(t testing.TB, pools *pg.Pools) []int64 {
	t.Helper()
	rows, err := pools.Owner.Query(t.Context(), `SELECT DISTINCT revision FROM changes WHERE relation = 'mechanisms' AND after->>'code' ~ '^m[0-9]+$' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(list) == 0 {
		t.Fatalf("%d revisions, %v", len(list), err)
	}
	return list
}

// eavesdropper is what somebody has heard of a stream.
type eavesdropper struct {
	cursor string
	had    map[int64]bool
}

// read reads events until the stream ends or it has told of n revisions.
func (h *eavesdropper) read(r *bufio.Reader, n int) {
	if h.had == nil {
		h.had = map[int64]bool{}
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		field, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch field {
		case "id":
			h.cursor = value
			if len(h.had) >= n {
				return
			}
		case "data":
			var change struct {
				Revision int64 `json:"revision"`
			}
			if json.Unmarshal([]byte(value), &change) == nil && change.Revision != 0 { // hello has none
				h.had[change.Revision] = true
			}
		}
	}
}

func (h *eavesdropper) missing(want []int64) (list []int64) {
	for _, revision := range want {
		if !h.had[revision] {
			list = append(list, revision)
		}
	}
	return list
}

func TestManyListeners(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	siteOver(t, pools).filled()
	s := liveSite(t, pools)
	listeners, edits := number(100, 1000), number(40, 100)
	memory := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	before := memory()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var streams []*http.Response
	for range listeners {
		resp, err := client.Get(s.URL + "/api/v1/changes")
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("listener %d: %v %v", len(streams), resp, err)
		}
		defer resp.Body.Close()
		streams = append(streams, resp)
	}
	open := memory()
	for i := range edits {
		s.sql(`INSERT INTO mechanisms (code, name_sl, name_en) VALUES ('m' || $1::int, 'x', 'x')`, i)
	}
	want := revisionsSince(t, pools)
	var wait sync.WaitGroup
	var again atomic.Int64
	for i, stream := range streams {
		wait.Go(func() {
			h := &eavesdropper{}
			h.read(bufio.NewReader(stream.Body), len(want))
			for len(h.missing(want)) > 0 && t.Context().Err() == nil { // dropped: comes again, as a browser does
				again.Add(1)
				req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/v1/changes", nil)
				req.Header.Set("Last-Event-ID", h.cursor)
				resp, err := client.Do(req)
				if err != nil {
					t.Errorf("listener %d: %v", i, err)
					return
				}
				h.read(bufio.NewReader(resp.Body), len(want))
				_ = resp.Body.Close()
			}
		})
	}
	wait.Wait()
	after := memory()
	t.Logf("%d listeners, %d edits: every one heard all; %d came again; memory of server and clients %d KiB, open %d KiB, after %d KiB (%d KiB a listener)",
		listeners, edits, again.Load(), before>>10, open>>10, after>>10, int(after-before)>>10/listeners)
	if per := (int64(after) - int64(before)) / int64(listeners); per > 500<<10 {
		t.Errorf("%d bytes a listener", per)
	}
}
