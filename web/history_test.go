package web_test

import (
	"encoding/json"
	"strings"
	"testing"
)

type told struct {
	Items []struct {
		Revision       int64
		Kind           string
		Actor, Message *string
		Total          int
		Counts         []struct {
			Relation           string
			New, Changed, Gone int
		}
		Items []struct {
			Layer      string
			Code, Name *string
			What       string
			Fields     []string
			Parts      []string
			Values     []struct{ Field, Before, After string }
		}
		Areas []struct {
			Layer string
			BBox  [4]float64
		}
	}
	Next *string
}

func (s *site) told(path string, headers ...string) (told, string) {
	s.t.Helper()
	r := s.get(path, headers...)
	var h told
	if err := json.Unmarshal([]byte(r.body), &h); err != nil || r.status != 200 {
		s.t.Fatalf("%s: %d %s %v", path, r.status, r.body, err)
	}
	return h, r.body
}

func word(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestHistorySaysWhatWasDone(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	planner := s.planner()
	s.sql(`SET kraj.actor = 'ana'; UPDATE kraj.projects SET status = 'realised', keeper = 'skrivnost' WHERE id = 101; RESET kraj.actor`)

	public, body := s.told("/api/v1/history?municipality=kranj")
	last := public.Items[0]
	if last.Total != 1 || word(last.Items[0].Code) != "1.9/1" || word(last.Items[0].Name) != "Kolesarska pot Britof–Golnik" || last.Items[0].What != "changed" {
		t.Errorf("the public is told %+v", last)
	}
	if got := strings.Join(last.Items[0].Fields, " "); got != "status" {
		t.Errorf("fields %q, want status only: the keeper is internal", got)
	}
	if last.Actor != nil || last.Items[0].Values != nil || strings.Contains(body, "ana") {
		t.Errorf("the public learns who or what was: %s", body)
	}
	if len(last.Areas) == 0 || last.Areas[0].Layer != "projects" || last.Areas[0].BBox[0] < 13 {
		t.Errorf("where it was: %+v", last.Areas)
	}
	mine, _ := s.told("/api/v1/history?municipality=kranj", planner)
	if m := mine.Items[0]; word(m.Actor) == "" || len(m.Items[0].Values) == 0 || m.Items[0].Values[0].Before != "implementation" || m.Items[0].Values[0].After != "realised" {
		t.Errorf("the planner is told %+v", m)
	}
	// Elsewhere nothing was done since.
	if koper, _ := s.told("/api/v1/history?municipality=koper"); koper.Items[0].Revision == last.Revision {
		t.Errorf("Koper is told of Kranj's change: %+v", koper.Items[0])
	}
	// One project, with what hangs on it; one place.
	s.sql(`UPDATE kraj.project_funding SET amount_cents = 90000000 WHERE project_id = 101 AND source = 'eu'`)
	s.sql(`UPDATE kraj.settlements SET name = 'Golnik pod goro' WHERE id = 13`)
	one, _ := s.told("/api/v1/history?municipality=kranj&layer=projects&code=1.9/1")
	if len(one.Items) != 3 || one.Items[0].Items[0].Parts[0] != "project_funding" || one.Items[2].Items[0].What != "new" {
		t.Errorf("the project's history: %+v", one.Items)
	}
	place, _ := s.told("/api/v1/history?municipality=kranj&layer=settlements&code=003")
	if len(place.Items) != 2 || strings.Join(place.Items[0].Items[0].Fields, " ") != "name" || place.Items[0].Total != 1 {
		t.Errorf("the place's history: %+v", place.Items)
	}
}

func TestHistoryPages(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	for range 5 {
		s.sql(`UPDATE kraj.settlements SET name = name || 'a' WHERE id = 13`)
	}
	var seen []int64
	path := "/api/v1/history?municipality=kranj&limit=2"
	for path != "" {
		page, _ := s.told(path)
		for _, i := range page.Items {
			seen = append(seen, i.Revision)
		}
		path = ""
		if page.Next != nil {
			path = (*page.Next)[strings.Index(*page.Next, "/api/"):]
		}
	}
	if len(seen) < 6 {
		t.Fatalf("pages held %v", seen)
	}
	for i := 1; i < len(seen); i++ {
		if seen[i] >= seen[i-1] {
			t.Errorf("out of order or twice: %v", seen)
		}
	}
	for _, bad := range []string{"?cursor=x", "?layer=settlements", "?layer=castles&code=1&municipality=kranj", "?municipality=nowhere", "?limit=0", "?since=1"} {
		if r := s.get("/api/v1/history" + bad); r.status != 400 {
			t.Errorf("%s: %d %s", bad, r.status, r.body)
		}
	}
	if r := s.get("/api/v1/history?layer=projects&code=1.9/666&municipality=kranj"); r.status != 404 {
		t.Errorf("a draft's history: %d %s", r.status, r.body)
	}
}

// A draft's way: written, changed, published, changed, taken back, deleted. The public is told of none of its words while it is one.
func TestHistoryNeverTellsDrafts(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	planner := s.planner()
	public := func() (told, string) {
		h, body := s.told("/api/v1/history?limit=100&items=500")
		for _, secret := range draftWords {
			if strings.Contains(body, secret) {
				t.Errorf("the public reads %q: %s", secret, body)
			}
		}
		return h, body
	}
	before, _ := public()
	if _, body := s.told("/api/v1/history?limit=100&items=500", planner); !strings.Contains(body, "skrivnost") {
		t.Error("planners find no draft either: the test looks in the wrong place")
	}
	for _, step := range []string{
		`UPDATE kraj.projects SET title = 'Osnutek skrivnost dva', cost_cents = 666000 WHERE id = 666`,
		`UPDATE kraj.project_funding SET text = 'skrivnost' WHERE project_id = 666`,
		`INSERT INTO kraj.sites (id, project_id, name, geom) VALUES (66, 666, 'skrivnost', ST_SetSRID(ST_MakePoint(458000, 125100), 3794))`,
		`UPDATE kraj.projects SET title = 'Javen pod skrivnost dva' WHERE id = 668`,
	} {
		s.sql(step)
		if after, body := public(); len(after.Items) != len(before.Items) {
			t.Errorf("%s: the public learns that something was done: %s", step, body)
		}
	}
	// Published with new words: new to the public, under its public words.
	s.sql(`UPDATE kraj.projects SET title = 'Čitalnica', code = '1.9/3', description = NULL, visibility = 'public' WHERE id = 666`)
	h, body := public()
	if i := h.Items[0].Items[0]; i.What != "new" || word(i.Name) != "Čitalnica" || len(i.Fields) != 0 {
		t.Errorf("the published draft: %s", body)
	}
	// Taken back with other words, then deleted.
	s.sql(`UPDATE kraj.projects SET title = 'Osnutek skrivnost tri', visibility = 'internal' WHERE id = 666`)
	h, body = public()
	if i := h.Items[0].Items[0]; i.What != "gone" || i.Name != nil {
		t.Errorf("taken back: %s", body)
	}
	n := len(h.Items)
	s.sql(`DELETE FROM kraj.project_funding WHERE project_id = 666; DELETE FROM kraj.project_links WHERE project_id = 666; DELETE FROM kraj.project_phases WHERE project_id = 666;
		DELETE FROM kraj.sites WHERE project_id = 666; DELETE FROM kraj.projects WHERE id = 666`)
	if h, body = public(); len(h.Items) != n {
		t.Errorf("the deletion of a draft is told: %s", body)
	}
	// A public project that goes is told by name, unless the same revision rewrote it.
	s.sql(`DELETE FROM kraj.projects WHERE id = 102`)
	h, body = public()
	if i := h.Items[0].Items[0]; i.What != "gone" || word(i.Name) != "Poslovni inkubator" {
		t.Errorf("a public project is deleted: %s", body)
	}
	s.sql(`UPDATE kraj.projects SET title = 'skrivnost' WHERE id = 105; DELETE FROM kraj.projects WHERE id = 105`)
	public()
	// A group that is opened: what was hidden below it is shown from now on, not what was done to it before.
	s.sql(`UPDATE kraj.projects SET title = 'Podprojekt', description = NULL WHERE id = 668; UPDATE kraj.projects SET title = 'Sklop', description = NULL, code = '1.9/4', visibility = 'public' WHERE id = 667; UPDATE kraj.projects SET code = '1.9/4/1', cost_cents = 1 WHERE id = 668`)
	if _, body := s.told("/api/v1/history?limit=100&items=500"); strings.Contains(body, "skrivnost") {
		t.Errorf("an opened group shows what was: %s", body)
	}
}
