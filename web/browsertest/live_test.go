package browsertest

import (
	"testing"
)

// An edit by anyone is on an open map without a reload, and what it did not touch is not fetched again.
func TestAnEditIsOnTheOpenMap(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj", 1440, 900)
	p.settled()
	p.await(`window.kraj.map.querySourceFeatures("kraj", {sourceLayer: "settlements"}).some(f => f.properties.name === "Golnik")`)
	if _, err := s.pools.Owner.Exec(t.Context(), `UPDATE settlements SET name = 'Golnik pod goro' WHERE name = 'Golnik'`); err != nil {
		t.Fatal(err)
	}
	p.await(`window.kraj.map.querySourceFeatures("kraj", {sourceLayer: "settlements"}).some(f => f.properties.name === "Golnik pod goro")`)
	if _, err := s.pools.Owner.Exec(t.Context(), `UPDATE projects SET title = 'Naslov od drugod' WHERE id = (SELECT min(s.project_id) FROM sites s JOIN projects p ON p.id = s.project_id
		JOIN municipalities m ON m.id = p.municipality_id WHERE m.slug = 'kranj' AND s.visibility = 'public')`); err != nil {
		t.Fatal(err)
	}
	p.await(`window.kraj.map.querySourceFeatures("kraj", {sourceLayer: "projects"}).some(f => f.properties.name === "Naslov od drugod")`)
}
