package mvt_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kraj/tiles/mvt"
)

// GDAL reads what is out of the ordinary: whole numbers beyond 2⁵³, long texts, our letters, attributes that only some have.
func TestGDALReadsAttributes(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ogrinfo"); err != nil {
		t.Skip("ogrinfo is not installed")
	}
	long := strings.Repeat("Žlebič in Čušperk ", 5000)
	at := func(x float64) []byte { return binary(t, move(orb.Point{x, 5})) }
	body, err := encode(
		mvt.Feature{ID: 1, Geometry: at(1), Props: fmt.Appendf(nil, `{"n": 9007199254740993, "name": "Šmarje čez Žabnico", "long": "%s"}`, long)},
		mvt.Feature{ID: 2, Geometry: at(2), Props: []byte(`{"n": -9007199254740993, "name": null, "yes": true}`)},
		mvt.Feature{ID: 3, Geometry: binary(t, move(orb.Polygon{square(10, 10, 50), square(20, 20, 5)})), Props: []byte(`{"x": 1234567.89}`)},
	)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), fmt.Sprint(tz), fmt.Sprint(tx))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, fmt.Sprint(ty)+".mvt")
	if err := os.WriteFile(file, body, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "ogrinfo", "-al", "MVT:"+file).CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	text := string(out)
	for _, want := range []string{
		"Feature Count: 3", "n: Integer64", "n (Integer64) = 9007199254740993", "n (Integer64) = -9007199254740993", "name (String) = Šmarje čez Žabnico",
		"long (String) = " + long[:100], "yes (Integer(Boolean)) = 1", "x (Real) = 1234567.89", "POLYGON ((",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("GDAL does not see %q in\n%.3000s", want, text)
		}
	}
	for _, bad := range []string{"ERROR", "Warning"} {
		if strings.Contains(text, bad) {
			t.Errorf("GDAL complains:\n%.3000s", text)
		}
	}
}
