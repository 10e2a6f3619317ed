package tiles_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// QGIS draws a tile: pixels of more than one colour where it is, none beside it.
func TestQGISDrawsTiles(t *testing.T) {
	t.Parallel()
	python := ""
	for _, candidate := range []string{"/usr/bin/python3", "python3"} { // Debian's own: a newer one on the path does not have its packages
		if exec.CommandContext(t.Context(), candidate, "-c", "import qgis.core").Run() == nil {
			python = candidate
			break
		}
	}
	if python == "" {
		t.Skip("QGIS's Python module is not installed: apt-get install python3-qgis")
	}
	p := world(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "14", "8845", "5813.mvt")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, render(t, p.Planner, middle), 0o644); err != nil {
		t.Fatal(err)
	}
	script := `
import math, sys
from qgis.core import *
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
app = QgsApplication([], False)
app.initQgis()
layer = QgsVectorTileLayer('type=xyz&url=file://' + sys.argv[1] + '/{z}/{x}/{y}.mvt&zmin=14&zmax=14', 'kraj')
if not layer.isValid():
    sys.exit('the layer is not valid')
side, half = 2 * math.pi * 6378137 / 2 ** 14, math.pi * 6378137
def colours(x, y):
    s = QgsMapSettings()
    s.setLayers([layer]); s.setDestinationCrs(QgsCoordinateReferenceSystem('EPSG:3857')); s.setOutputSize(QSize(256, 256)); s.setBackgroundColor(QColor('white'))
    s.setExtent(QgsRectangle(x * side - half, half - (y + 1) * side, (x + 1) * side - half, half - y * side))
    job = QgsMapRendererSequentialJob(s); job.start(); job.waitForFinished()
    image = job.renderedImage()
    return len({image.pixel(i, j) for i in range(0, 256, 2) for j in range(0, 256, 2)})
print(colours(8845, 5813), colours(8900, 5813))`
	cmd := exec.CommandContext(t.Context(), python, "-c", script, dir)
	cmd.Env = append(os.Environ(), "QT_QPA_PLATFORM=offscreen")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("QGIS: %v\n%s", err, stderr(err))
	}
	lines := strings.Fields(string(out))
	if len(lines) < 2 || lines[len(lines)-2] == "1" || lines[len(lines)-1] != "1" {
		t.Errorf("colours where the tile is and beside it: %s", out)
	}
}
