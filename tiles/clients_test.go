package tiles_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// GDAL reads every layer, with its attributes and their types.
func TestGDALReadsTiles(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ogrinfo"); err != nil {
		t.Skip("ogrinfo is not installed")
	}
	p := world(t)
	dir := filepath.Join(t.TempDir(), "14", "8845")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "5813.mvt")
	if err := os.WriteFile(file, render(t, p.Planner, middle), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "ogrinfo", "-al", "-so", "MVT:"+file).CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	for _, want := range []string{
		"Layer name: settlements\n", "Layer name: municipalities", "Layer name: projects", "Layer name: cycling_routes", "Layer name: degraded_areas",
		"amount: Real", "strategic: Integer(Boolean)", "status: String", "load_pe: Integer", "area_ha: Real",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("GDAL does not see %q in\n%s", want, out)
		}
	}
	for _, bad := range []string{"ERROR", "Warning"} {
		if strings.Contains(string(out), bad) {
			t.Errorf("GDAL complains:\n%s", out)
		}
	}
}

// The JavaScript decoder finds the same features as ours.
func TestVectorTileReadsTiles(t *testing.T) {
	t.Parallel()
	dir := packages(t)
	p := world(t)
	tile := render(t, p.Planner, middle)
	script := `
import { VectorTile } from '@mapbox/vector-tile'; import Pbf from 'pbf'; import { readFileSync } from 'node:fs';
const pbf = Pbf.default ?? Pbf; const tile = new VectorTile(new pbf(Uint8Array.from(readFileSync(0)))); const out = {};
for (const [name, l] of Object.entries(tile.layers)) {
  out[name] = []; if (l.version !== 2 || l.extent !== 4096) throw new Error(name + ' v' + l.version);
  for (let i = 0; i < l.length; i++) { const f = l.feature(i); const g = f.toGeoJSON(8845, 5813, 14); if (!g.geometry.coordinates.length) throw new Error('empty');
    out[name].push({ id: f.id, type: f.type, properties: f.properties }); } }
console.log(JSON.stringify(out));`
	cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", script)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(tile)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr(err))
	}
	var seen map[string][]struct {
		ID         float64        `json:"id"`
		Type       int            `json:"type"`
		Properties map[string]any `json:"properties"`
	}
	if err := json.Unmarshal(text, &seen); err != nil {
		t.Fatal(err)
	}
	for name, l := range decode(t, tile) {
		if len(seen[name]) != len(l.Features) {
			t.Errorf("%s: %d features, want %d", name, len(seen[name]), len(l.Features))
			continue
		}
		for i, f := range l.Features {
			got, _ := json.Marshal(seen[name][i].Properties)
			want, _ := json.Marshal(f.Properties)
			if seen[name][i].ID != f.ID.(float64) || !bytes.Equal(got, want) {
				t.Errorf("%s: %v %s, want %v %s", name, seen[name][i].ID, got, f.ID, want)
			}
		}
	}
}

// packages installs the JavaScript judges once, in a folder of their own.
func packages(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	dir, err := installed()
	if err != nil {
		t.Skipf("the JavaScript packages cannot be installed: %v", err)
	}
	return dir
}

var installed = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(os.TempDir(), "kraj-tiles-judges-2")
	if _, err := os.Stat(filepath.Join(dir, "complete")); err == nil {
		return dir, nil
	}
	made, err := os.MkdirTemp(os.TempDir(), "kraj-tiles-judges-*")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("npm", "install", "--prefix", made, "--no-audit", "--no-fund", "--loglevel=error",
		"@maplibre/maplibre-gl-style-spec@26.6.0", "@mapbox/vector-tile@3.0.0", "pbf@4.0.1", "pmtiles@4.5.0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", &installError{string(out), err}
	}
	if err := os.WriteFile(filepath.Join(made, "complete"), nil, 0o644); err != nil {
		return "", err
	}
	if err := os.Rename(made, dir); err != nil {
		return made, nil //nolint:nilerr // another test process was first; ours is as good
	}
	return dir, nil
})

type installError struct {
	out string
	err error
}

func (e *installError) Error() string { return e.err.Error() + ": " + e.out }

func stderr(err error) string {
	if e, ok := err.(*exec.ExitError); ok { //nolint:errorlint // straight from Output
		return string(e.Stderr)
	}
	return ""
}
