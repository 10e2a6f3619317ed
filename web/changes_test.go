package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kraj/geo"
	"kraj/geo/pgtest"
)

// sse is one event.
type sse struct {
	name, id string
	change   geo.RevisionChange
}

// listen opens the stream; its events come through the channel, which is closed with the stream.
func (s *site) listen(headers ...string) (<-chan sse, context.CancelFunc) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v1/changes", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	events := make(chan sse, 1000)
	go func() {
		defer close(events)
		defer resp.Body.Close()
		var e sse
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "event":
				e.name = value
			case "id":
				e.id = value
			case "data":
				_ = json.Unmarshal([]byte(value), &e.change)
			case "":
				if e.name != "" {
					events <- e
				}
				e = sse{}
			}
		}
	}()
	s.t.Cleanup(cancel)
	return events, cancel
}

func next(t *testing.T, events <-chan sse) sse {
	t.Helper()
	select {
	case e, ok := <-events:
		if !ok {
			t.Fatal("the stream ended")
		}
		return e
	case <-time.After(20 * time.Second):
		t.Fatal("no event")
	}
	return sse{}
}

func layersOf(e sse) map[string]geo.LayerAreas {
	m := map[string]geo.LayerAreas{}
	for _, l := range e.change.Layers {
		m[l.Layer] = l
	}
	return m
}

func TestChangesAreStreamed(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	siteOver(t, pools).filled()
	s := liveSite(t, pools)
	events, cancel := s.listen()
	hello := next(t, events)
	if hello.name != "hello" || hello.id == "" {
		t.Fatalf("%+v", hello)
	}
	s.sql(`UPDATE settlements SET name = name || ' (novo)' WHERE code = (SELECT min(code) FROM settlements)`)
	e := next(t, events)
	l := layersOf(e)["settlements"]
	if e.name != "change" || e.id == "" || e.change.Revision == 0 || e.change.At == nil || len(l.Bounds) == 0 || l.Bounds[0][0] < 13 || l.Bounds[0][1] > 47 {
		t.Errorf("%+v", e)
	}
	// Drafts are no news for the public: nothing at all is heard of them.
	s.sql(`INSERT INTO projects (municipality_id, code, title, visibility, scope) SELECT id, 'osnutek', 'Osnutek', 'internal', 'unplaced' FROM municipalities ORDER BY id LIMIT 1`)
	s.sql(`UPDATE indicators SET name = name; INSERT INTO indicators (municipality_id, code, name) SELECT id, 'x', 'x' FROM municipalities ORDER BY id LIMIT 1`)
	e = next(t, events)
	if got := layersOf(e); len(got) != 1 || got["indicators"].Everywhere || len(got["indicators"].Bounds) != 0 {
		t.Errorf("%+v", e)
	}
	cancel()

	// Two more while nobody listens: they are told to whoever comes with the cursor, and to nobody else.
	s.sql(`UPDATE settlements SET name = name || '!' WHERE code = (SELECT min(code) FROM settlements)`)
	s.sql(`UPDATE settlements SET name = name || '!' WHERE code = (SELECT max(code) FROM settlements)`)
	resumed, _ := s.listen("Last-Event-ID: " + e.id)
	var told []int64
	for len(told) < 2 {
		if one := next(t, resumed); one.change.Revision > e.change.Revision {
			told = append(told, one.change.Revision)
		}
	}
	if told[0] >= told[1] {
		t.Errorf("told of %v", told)
	}
	anew, _ := s.listen()
	if first := next(t, anew); first.name != "hello" {
		t.Errorf("%+v", first)
	}
	for header, status := range map[string]int{"Last-Event-ID: nonsense": 400, "Last-Event-ID: .99999999999999999999": 400} {
		if r := s.get("/api/v1/changes", header); r.status != status {
			t.Errorf("%s: %d %s", header, r.status, r.body)
		}
	}
	// Of another database: everything has to be read anew.
	foreign, _ := s.listen("Last-Event-ID: elsewhere.5")
	if first := next(t, foreign); first.name != "reset" || first.id == "" {
		t.Errorf("%+v", first)
	}
}

// Whoever edits in two transactions that end in another order than they began loses nothing to a listener.
func TestChangesInTheOrderOfCommits(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	siteOver(t, pools).filled()
	s := liveSite(t, pools)
	events, _ := s.listen()
	next(t, events)
	ctx := t.Context()
	slow, err := s.pools.Owner.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Exec(ctx, `INSERT INTO indicators (municipality_id, code, name) SELECT id, 'slow', 'slow' FROM municipalities ORDER BY id LIMIT 1`); err != nil {
		t.Fatal(err)
	}
	s.sql(`INSERT INTO mechanisms (code, name_sl, name_en) VALUES ('quick', 'hitro', 'quick')`)
	if e := next(t, events); layersOf(e)["mechanisms"].Layer == "" {
		t.Errorf("%+v", e)
	}
	if err := slow.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if e := next(t, events); layersOf(e)["indicators"].Layer == "" {
		t.Errorf("%+v", e)
	}
}
