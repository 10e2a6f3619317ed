package geo_test

import "testing"

func TestEligibilitySmoke(t *testing.T) {
	l := newLand(t)
	l.project("1", nil, "LINESTRING(2 5, 18 5)")
	for _, p := range []string{"kraj", "kraj_public"} {
		l.exec(`SELECT * FROM ` + p + `.eligibility('kranj')`)
	}
	l.exec(`INSERT INTO mechanism_lists (mechanism, municipality_id, code, rule, source) VALUES ('CTN', 1, 'a', 'conditional', 'x');
		INSERT INTO mechanism_territory (list_id, settlement_id) SELECT id, 1 FROM mechanism_lists`)
	var text string
	if err := l.pools.Public.QueryRow(t.Context(), `SELECT jsonb_pretty(jsonb_agg(e)) FROM eligibility('kranj') e`).Scan(&text); err != nil {
		t.Fatal(err)
	}
	t.Log(text)
	if err := l.pools.Public.QueryRow(t.Context(), `SELECT jsonb_pretty(eligibility_json(1, 1))`).Scan(&text); err != nil {
		t.Fatal(err)
	}
	t.Log(text)
}
