package importers

import (
	"context"
	"path/filepath"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// load imports a file and fails the test when it could not be merged.
func load(t *testing.T, pools *pg.Pools, o Options) *Report {
	t.Helper()
	o.RejectsFile = filepath.Join(t.TempDir(), "rejects.csv")
	report, err := Run(t.Context(), pools, o)
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(o.File), err)
	}
	for _, n := range report.Notes {
		t.Logf("note: %s", n.Text.EN)
	}
	for i, x := range report.Rejects {
		if i < 5 {
			t.Logf("row %d, %s %q: %s", x.Row, x.Field, x.Value, x.Reason.EN)
		}
	}
	t.Log(report.Summary())
	return report
}

func withCancel(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}
