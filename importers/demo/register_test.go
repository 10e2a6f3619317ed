package demo_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kraj/geo/pgtest"
)

// TestSettlementsAreTheRegisters compares our settlements with the register that they were copied from.
func TestSettlementsAreTheRegisters(t *testing.T) {
	t.Parallel()
	register := records(t, pgtest.Shared(t, "naselja", "rpe_na_2024.csv"))
	for folder, municipality := range map[string]string{"kranj": "11027784", "koper": "11027776"} {
		want := map[string][]string{}
		for _, r := range register {
			if r["OB_MID"] == municipality {
				want[r["NA_MID"]] = []string{r["NA_UIME"], r["NA_DJ"], r["CEN_E"], r["CEN_N"], r["POV_KM2"]}
			}
		}
		got := map[string][]string{}
		for _, r := range records(t, filepath.Join(folder, "settlements.csv")) {
			got[r["code"]] = []string{r["name"], r["name_alt"], r["easting"], r["northing"], r["area_km2"]}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-register +ours):\n%s", folder, diff)
		}
	}
}

// records reads a CSV file by the names of its columns.
func records(t *testing.T, file string) (out []map[string]string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, row := range rows[1:] {
		r := map[string]string{}
		for i, name := range rows[0] {
			r[strings.TrimPrefix(name, "\ufeff")] = row[i]
		}
		out = append(out, r)
	}
	return out
}
