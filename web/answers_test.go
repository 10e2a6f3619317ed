package web_test

import (
	"net/http"
	"strings"
	"testing"

	"kraj/geo/pgtest"
)

func TestKeptBalances(t *testing.T) {
	t.Parallel()
	s := liveSite(t, pgtest.New(t)).filled()
	path := "/api/v1/balance?municipality=kranj"
	first := s.get(path)
	hit := s.until(path, status("hit"))
	if hit.body != first.body || hit.header.Get("ETag") != first.header.Get("ETag") || first.header.Get("ETag") == "" {
		t.Errorf("the kept answer differs: %v, %v", first.header, hit.header)
	}
	asked := s.pools.Public.Stat().AcquireCount() + s.pools.Planner.Stat().AcquireCount() + s.pools.Owner.Stat().AcquireCount()
	for range 20 {
		s.get(path)
	}
	if now := s.pools.Public.Stat().AcquireCount() + s.pools.Planner.Stat().AcquireCount() + s.pools.Owner.Stat().AcquireCount(); now != asked {
		t.Errorf("20 repeats took %d connections", now-asked)
	}
	if r := s.get(path, "If-None-Match: "+hit.header.Get("ETag")); r.status != http.StatusNotModified || !status("hit")(r) {
		t.Errorf("revalidation: %d %v", r.status, r.header)
	}
	// Planners and the public never share: the fixture has a draft of 666 000 €.
	planner := s.planner()
	if r := s.get(path, planner); r.body == first.body || status("hit")(r) {
		t.Error("a planner was given the public's answer")
	}
	s.until(path, status("hit"), planner)
	if r := s.get(path); r.body != first.body {
		t.Error("the public was given a planner's answer")
	}

	// Another writer's edit shows within the time of a notification.
	s.sql(`UPDATE kraj.projects SET cost_cents = cost_cents + 123400 WHERE id = 101`)
	changed := s.until(path, func(r reply) bool { return r.body != first.body })
	if changed.header.Get("ETag") == first.header.Get("ETag") {
		t.Error("another answer has the same tag")
	}
	if r := s.get(path, "If-None-Match: "+first.header.Get("ETag")); r.status != http.StatusOK {
		t.Errorf("a client that has the old answer was told %d", r.status)
	}

	// Without the listener nothing is kept, and nothing old is told.
	s.until(path, status("hit"))
	s.sql(`UPDATE kraj.projects SET cost_cents = cost_cents + 1 WHERE id = 101`)
	s.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kraj listener' AND datname = current_database()`)
	after := s.until(path, func(r reply) bool { return r.body != changed.body })
	if !strings.Contains(after.body, `"amount_cents":`) {
		t.Errorf("after the listener was killed: %s", after.body)
	}
	s.until(path, status("hit"))
}
