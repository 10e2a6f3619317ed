package main

import (
	"testing"

	"kraj/geo/pgtest"
)

func TestDemo(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	kraj(t, url, "", "demo", "--municipality", "ljubljana").want(t, 2, "only kranj and koper")
	kraj(t, url, "", "demo", "--municipality", "Koper").want(t, 0, "koper: ", "rows loaded")
	const count = "SELECT count(*) FROM kraj.projects"
	before := answer[int](t, url, count)
	if before == 0 {
		t.Fatal("no projects")
	}
	kraj(t, url, "", "demo", "--municipality", "koper").want(t, 0, "koper: 0 rows loaded")
	kraj(t, url, "", "demo", "--municipality", "koper", "--remove", "--json").want(t, 0, `"total"`)
	if after := answer[int](t, url, count); after != 0 {
		t.Errorf("%d of %d projects are left", after, before)
	}
}

// TestServeDemo: what somebody took out of the demonstration does not come back
// with the next start.
func TestServeDemo(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	for range 2 {
		m := startMain(t, url, serveOptions{demo: true})
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		if n := answer[int](t, url, "SELECT count(*) FROM kraj.municipalities WHERE slug IN ('kranj', 'koper')"); n != 2 {
			t.Fatalf("%d municipalities", n)
		}
		execute(t, url, "DELETE FROM kraj.cycling_routes")
	}
	if n := answer[int](t, url, "SELECT count(*) FROM kraj.cycling_routes"); n != 0 {
		t.Errorf("%d routes came back", n)
	}
}
