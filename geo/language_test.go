package geo_test

import (
	"strings"
	"testing"
	"time"

	"kraj/geo"
)

func TestLanguagesWrite(t *testing.T) {
	t.Parallel()
	at := time.Date(2021, time.March, 15, 23, 5, 0, 0, time.UTC) // the 16th in Slovenia
	for _, c := range []struct{ got, want string }{
		{geo.Slovene.Int(57138), "57.138"},
		{geo.English.Int(57138), "57,138"},
		{geo.Slovene.Int(-1234), "−1.234"},
		{geo.Slovene.Euro(123456789), "1.234.567,89 €"},
		{geo.English.Euro(123456789), "€1,234,567.89"},
		{geo.Slovene.Euro(5), "0,05 €"},
		{geo.Slovene.Euro(-723750432), "−7.237.504,32 €"},
		{geo.Slovene.Percent(0.74741), "74,7 %"},
		{geo.English.Percent(0.74741), "74.7%"},
		{geo.Slovene.Percent(1), "100,0 %"},
		{geo.Slovene.Number(0.3288, 2), "0,33"},
		{geo.English.Number(1234.5, 1), "1,234.5"},
		{geo.Slovene.ISODate("2021-03-15"), "15. 3. 2021"},
		{geo.English.ISODate("2021-03-15"), "15 March 2021"},
		{geo.Slovene.ISODate("2021"), "2021"},
		{geo.Slovene.Moment(at), "16. 3. 2021 ob 00.05"},
		{geo.English.Moment(at), "16 March 2021, 00:05"},
		{geo.Slovene.Of(geo.Word("status", "realised")), "realiziran"},
		{geo.English.Of(geo.Word("horizon", "none")), "no horizon"},
	} {
		if got := strings.ReplaceAll(c.got, "\u00a0", " "); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
		if strings.Contains(c.got, " €") || strings.Contains(c.got, " %") || strings.Contains(c.got, ". 3") {
			t.Errorf("%q can break before its unit", c.got)
		}
	}
	for n, want := range map[int]string{0: "projektov", 1: "projekt", 2: "projekta", 3: "projekti", 5: "projektov", 101: "projekt", 102: "projekta", 111: "projektov"} {
		if got := geo.Slovene.Plural(n, "projekt", "projekta", "projekti", "projektov"); got != want {
			t.Errorf("%d %s, want %s", n, got, want)
		}
	}
	if got := geo.English.Plural(2, "project", "", "", "projects"); got != "projects" {
		t.Errorf("2 %s", got)
	}
}
