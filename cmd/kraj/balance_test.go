package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"kraj/geo"
	"kraj/geo/pgtest"
)

func TestBalanceFormats(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	kraj(t, url, "", "balance").want(t, 1, "kraj import municipalities")
	kraj(t, url, "", "demo", "--municipality", "kranj").want(t, 0)
	r := kraj(t, url, "", "balance", "--format", "json")
	r.want(t, 0)
	var b geo.Balance
	if err := json.Unmarshal([]byte(r.out), &b); err != nil || b.Municipality != "kranj" || len(b.Groups) == 0 {
		t.Fatalf("%v: %.500s", err, r.out)
	}
	table := kraj(t, url, "", "balance", "--by", "theme")
	table.want(t, 0, "urban", "unplaced", "scheme municipal", b.Summary.EN)
	if lines := strings.Count(table.out, "\n"); lines < len(b.Groups)+2 {
		t.Errorf("%d lines for %d groups", lines, len(b.Groups))
	}
	kraj(t, url, "", "balance", "--format", "csv").want(t, 0, "group,name,class,", "TP2,")
	table.want(t, 0, "rural share over all rules: from ")
	kraj(t, url, "", "balance", "--as-of", "yesterday").want(t, 1, "Accepted: the number of a revision")
	kraj(t, url, "", "balance", "--as-of", time.Now().Format(time.DateOnly)).want(t, 0, "as of revision ", "As it stood after revision ")
	kraj(t, url, "", "balance", "--by", "colour").want(t, 1, "theme")
	kraj(t, url, "", "balance", "--municipality", "koper").want(t, 1, "koper")
}

func TestEuros(t *testing.T) {
	t.Parallel()
	for cents, want := range map[int64][2]string{
		0:          {"0,00", "0.00"},
		5:          {"0,05", "0.05"},
		-123456:    {"-1.234,56", "-1,234.56"},
		12345678:   {"123.456,78", "123,456.78"},
		1000000000: {"10.000.000,00", "10,000,000.00"},
	} {
		if sl, en := euros(&cents, "sl"), euros(&cents, "en"); sl != want[0] || en != want[1] {
			t.Errorf("%d: %s, %s", cents, sl, en)
		}
	}
	if euros(nil, "sl") != "–" {
		t.Error("no amount must not be a number")
	}
}
