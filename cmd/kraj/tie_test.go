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

func TestTieProposals(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	execute(t, url, somewhere)
	execute(t, url, `
		INSERT INTO kraj.settlements (code, name, municipality_id) SELECT c, n, m.id FROM kraj.municipalities m, (VALUES ('sb', 'Spodnja Besnica'), ('zb', 'Zgornja Besnica'), ('go', 'Golnik')) s (c, n);
		INSERT INTO kraj.projects (municipality_id, code, title, visibility) SELECT id, c, n, 'public' FROM kraj.municipalities,
			(VALUES ('2', 'Vodovod v Besnici'), ('3', 'Pločnik na Golniku'), ('4', 'Strategija')) p (c, n);`)
	kraj(t, url, "", "tie", "propose").want(t, 0, "kranj 2", "Zgornja Besnica", "besnici", "Golnik", "Golniku")
	kraj(t, url, "", "tie", "propose", "--open", "--json").want(t, 0, `"choice": "besnici"`, `"words": "Besnici"`)
	kraj(t, url, "", "tie", "propose", "--project", "4").want(t, 0, "nothing is proposed")
	kraj(t, url, "", "tie", "confirm", "--min-score", "0.9", "--author", "ana", "--reason", "pregledano").want(t, 0, "confirmed: project 3, settlements go Golnik", "proposals confirmed: 1")
	kraj(t, url, "", "tie", "--project", "3").want(t, 0, "named", "Golnik")
	kraj(t, url, "", "tie", "choose", "--project", "2", "--place", "go").want(t, 1, "not proposed")
	kraj(t, url, "", "tie", "choose", "--project", "2", "--place", "sb", "--author", "ana").want(t, 0, "chosen: project 2, settlements sb")
	kraj(t, url, "", "tie", "propose").want(t, 0, "nothing is proposed")
	kraj(t, url, "", "tie", "choose").want(t, 2, "--project")
	kraj(t, url, "", "history").want(t, 0, "ana")
	kraj(t, url, "", "tie", "--verify").want(t, 0, "all ties and sums are right")
}
