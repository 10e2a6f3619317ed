package main

import (
	"testing"

	"kraj/geo/pgtest"
)

func TestWeightsAndSchemesWithoutSQL(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	execute(t, url, somewhere)
	execute(t, url, `INSERT INTO kraj.projects (municipality_id, code, title, visibility, cost_cents) SELECT id, '1.1', 'Most', 'public', 500 FROM kraj.municipalities`)

	kraj(t, url, "", "weight", "list").want(t, 0, "no weights")
	kraj(t, url, "", "weight", "set", "1.1", "čadovlje=2", "outside=1,5").want(t, 1, "why")
	kraj(t, url, "", "weight", "set", "1.1", "čadovlje=2", "outside=1,5", "--reason", "dogovor").want(t, 0, "2 weights")
	kraj(t, url, "", "weight", "list", "--project", "1.1").want(t, 0, "Čadovlje", "1.5", "dogovor")
	kraj(t, url, "", "weight", "list", "--json").want(t, 0, `"reason": "dogovor"`)
	kraj(t, url, "", "balance", "--format", "csv", "--by", "settlement", "--class", "outside").want(t, 0, "214")
	kraj(t, url, "", "weight", "set", "1.1", "nikjer=1", "--reason", "x").want(t, 1, "no settlement")
	kraj(t, url, "", "weight", "set", "9", "outside=1", "--reason", "x").want(t, 1, "no project")
	kraj(t, url, "", "weight", "set", "1.1", "outside=0", "--reason", "x").want(t, 2, "above 0")
	kraj(t, url, "", "weight", "clear", "1.1").want(t, 0, "rules")
	kraj(t, url, "", "weight", "list").want(t, 0, "no weights")

	kraj(t, url, "", "scheme", "set", "moja", "Čadovlje=urban").want(t, 1, "--name")
	kraj(t, url, "", "scheme", "set", "moja", "Čadovlje=urban", "--name", "Moja").want(t, 0, "moja@1")
	kraj(t, url, "", "scheme", "set", "moja", "Čadovlje=rural", "--message", "popravek").want(t, 0, "moja@2")
	kraj(t, url, "", "scheme", "list").want(t, 0, "moja@1", "moja@2", "current")
	kraj(t, url, "", "scheme", "copy", "moja@1", "poskus", "--name", "Poskus").want(t, 0, "poskus@1")
	kraj(t, url, "", "scheme", "use", "moja@1").want(t, 0, "moja@1")
	kraj(t, url, "", "scheme", "use", "moja").want(t, 1, "code@version")
	kraj(t, url, "", "scheme", "set", "moja", "Čadovlje=mesto").want(t, 1, "urban")
	kraj(t, url, "", "scheme", "copy", "ni", "x", "--name", "X").want(t, 1, "no scheme")
	kraj(t, url, "", "balance", "--scheme", "moja@2", "--strategic=false", "--max-amount", "5").want(t, 0, "moja@2")
	kraj(t, url, "", "tie", "--verify").want(t, 0, "all ties and sums are right")
}
