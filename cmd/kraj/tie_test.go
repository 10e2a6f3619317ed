package main

import (
	"testing"

	"kraj/geo/pgtest"
)

func TestTie(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	execute(t, url, somewhere)
	execute(t, url, `
		INSERT INTO kraj.projects (municipality_id, code, title, visibility) SELECT id, '1.1', 'Most', 'public' FROM kraj.municipalities;
		INSERT INTO kraj.sites (project_id, geom) SELECT id, ST_SetSRID(ST_Point(450500, 120500), 3794) FROM kraj.projects;`)
	kraj(t, url, "", "tie", "--project", "1.1", "--layer", "settlements").want(t, 0, "kranj 1.1", "Čadovlje", "within")
	kraj(t, url, "", "tie", "--municipality", "kranj", "--json").want(t, 0, `"relation": "within"`)
	kraj(t, url, "", "tie", "--project", "none").want(t, 0, "no ties")
	kraj(t, url, "", "tie", "--municipality", "nowhere").want(t, 1, "nowhere")
	kraj(t, url, "", "tie", "--verify").want(t, 0, "all ties and sums are right")
	// What no trigger saw: the verifier must find it.
	execute(t, url, `DELETE FROM kraj.ties`)
	kraj(t, url, "", "tie", "--verify").want(t, 1, "differences", "please report")
}

func TestTieDecisions(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	execute(t, url, somewhere)
	execute(t, url, `INSERT INTO kraj.projects (municipality_id, code, title, visibility, cost_cents) SELECT id, '1.1', 'Most', 'public', 500 FROM kraj.municipalities`)
	const place = "052001"
	kraj(t, url, "", "tie", "confirm", "--project", "1.1", "--place", place, "--relation", "manual").want(t, 0, "confirmed")
	kraj(t, url, "", "tie", "--project", "1.1").want(t, 0, "manual")
	kraj(t, url, "", "tie", "reject", "--project", "1.1", "--place", place, "--relation", "manual", "--reason", "napaka").want(t, 0, "rejected")
	kraj(t, url, "", "tie", "--project", "1.1").want(t, 0, "no ties")
	kraj(t, url, "", "tie", "confirm", "--project", "9", "--place", place).want(t, 1, "no project")
	kraj(t, url, "", "tie", "confirm", "--project", "1.1", "--place", "nowhere").want(t, 1, "no place")
	kraj(t, url, "", "tie", "confirm", "--project", "1.1", "--place", place, "--relation", "within").want(t, 1, "serves")
	kraj(t, url, "", "tie", "confirm").want(t, 2, "--project")
	kraj(t, url, "", "tie", "--verify").want(t, 0, "all ties and sums are right")
}
