package main

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"kraj/geo"
	"kraj/geo/pgtest"
)

func TestHistoryAndRevert(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	kraj(t, url, "", "history").want(t, 0, "nothing was changed")
	execute(t, url, somewhere)
	const name = `SELECT name FROM kraj.settlements WHERE code = '052001'`
	execute(t, url, `UPDATE kraj.settlements SET name = 'Golnik'`)
	execute(t, url, `UPDATE kraj.municipalities SET name = 'Mestna občina Kranj'`)
	r := kraj(t, url, "", "history", "--since", "1h", "--json")
	r.want(t, 0)
	var list []geo.Revision
	if err := json.Unmarshal([]byte(r.out), &list); err != nil || len(list) != 3 {
		t.Fatalf("%v: %s", err, r.out)
	}
	if c := list[1].Changes; len(c) != 1 || c[0].Relation != "settlements" || c[0].Updated != 1 || c[0].Inserted != 0 {
		t.Errorf("the second revision changed %+v", c)
	}
	kraj(t, url, "", "history", strconv.FormatInt(list[1].ID, 10)).want(t, 0, "settlements: 1 changed")
	kraj(t, url, "", "revert", strconv.FormatInt(list[1].ID, 10)).want(t, 0, "undid")
	if got := answer[string](t, url, name); got != "Čadovlje" {
		t.Errorf("after undoing: %s", got)
	}
	kraj(t, url, "", "history", "--limit", "1").want(t, 0, "undid "+strconv.FormatInt(list[1].ID, 10))
	kraj(t, url, "", "revert", strconv.FormatInt(list[1].ID, 10)).want(t, 1, "Not undone")
	kraj(t, url, "", "revert", "999999").want(t, 1, "There is no revision 999999")
	kraj(t, url, "", "revert", "last").want(t, 2, "kraj history lists them")
	kraj(t, url, "", "history", "--since", "yesterday").want(t, 2, "2026-11-01")
}

func TestParseSince(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.Local)
	for text, want := range map[string]time.Time{
		"":                     {},
		"7d":                   now.AddDate(0, 0, -7),
		"90m":                  now.Add(-90 * time.Minute),
		"2026-11-01":           time.Date(2026, 11, 1, 0, 0, 0, 0, time.Local),
		"2026-11-01T08:30":     time.Date(2026, 11, 1, 8, 30, 0, 0, time.Local),
		"2026-11-01T08:30:00Z": time.Date(2026, 11, 1, 8, 30, 0, 0, time.UTC),
	} {
		if got, err := parseSince(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"-7d", "-1h", "1. 11. 2026"} {
		if _, err := parseSince(text, now); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
