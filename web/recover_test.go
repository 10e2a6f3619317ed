package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestPanicsAreInternalErrors(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	s := New(Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	h := s.number(s.observe(s.recover(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a secret cause") }))))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/x", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), `"request_id":"`+s.started) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "a secret cause") || !strings.Contains(log.String(), "recover_test.go") {
		t.Errorf("the log lacks the cause or where: %s", log.String())
	}
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := newAttempts(func() time.Time { return now })
	for range maxTries {
		if _, ok := a.allow("ana"); !ok {
			t.Fatal("refused too early")
		}
	}
	wait, ok := a.allow("ana")
	if ok || wait <= 0 || wait > perTry {
		t.Errorf("after all tries: %v %v", wait, ok)
	}
	now = now.Add(perTry)
	if _, ok := a.allow("ana"); !ok {
		t.Error("a try did not come back")
	}
	for i := range maxKeys + 100 {
		a.allow(itoa(i))
	}
	if len(a.keys) > maxKeys {
		t.Errorf("%d keys are kept", len(a.keys))
	}
}

func TestFormHasBothLanguages(t *testing.T) {
	t.Parallel()
	for key := range loginWords["sl"] {
		if loginWords["en"][key] == "" {
			t.Errorf("no English word for %q", key)
		}
	}
	if len(loginWords["sl"]) != len(loginWords["en"]) {
		t.Error("the languages have different keys")
	}
}

func TestAccepts(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "*": true, "*;q=0": false, "gzip;q=0, *": false, "GZIP": true, "gzip; q=x": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if got := accepts(r, "gzip"); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

func TestPolicyGainsExactlyTheHosts(t *testing.T) {
	t.Parallel()
	plain := pagePolicy(nil)
	more := pagePolicy([]Basemap{{URL: "https://tiles.example.si/{z}/{x}/{y}.png"}, {URL: "https://tiles.example.si/b/{z}/{x}/{y}.png"}})
	if strings.Count(more, " https://tiles.example.si") != 2 || strings.ReplaceAll(more, " https://tiles.example.si", "") != plain {
		t.Errorf("policy %s", more)
	}
}

// While slow clients hold too much, a request keeps its place.
func TestSendingIsBounded(t *testing.T) {
	t.Parallel()
	var sending atomic.Int64
	left := 0
	n := &note{sending: &sending, left: func() { left++ }}
	w := httptest.NewRecorder()
	first := n.leaveSending(w, maxSending)
	if left != 1 || sending.Load() != maxSending {
		t.Fatalf("the first: left %d times, %d bytes", left, sending.Load())
	}
	n.leaveSending(w, 1)()
	if left != 1 || sending.Load() != maxSending {
		t.Errorf("beyond the limit: left %d times, %d bytes", left, sending.Load())
	}
	first()
	n.leaveSending(w, 1)()
	if left != 2 || sending.Load() != 0 {
		t.Errorf("when there is room again: left %d times, %d bytes", left, sending.Load())
	}
}
