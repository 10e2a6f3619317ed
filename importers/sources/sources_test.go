package sources

import (
	"archive/zip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-geom/encoding/wkb"
)

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string, o Options) (Source, []Row, error) {
	t.Helper()
	s, err := Open(t.Context(), path, o)
	if err != nil {
		return nil, nil, err
	}
	t.Cleanup(func() { _ = s.Close() })
	rows, err := All(s)
	return s, rows, err
}

func TestCSVDialects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content string
		fields  []string
		first   map[string]any
		rows    int
		line    int64
	}{
		"semicolons, BOM":   {"\ufeffšifra;naziv\r\n1;Žale\r\n", []string{"šifra", "naziv"}, map[string]any{"šifra": "1", "naziv": "Žale"}, 1, 2},
		"cp1250":            {"\x9aifra;naziv\n1;\x8eale\n", []string{"šifra", "naziv"}, map[string]any{"šifra": "1", "naziv": "Žale"}, 1, 2},
		"UTF-16":            {"\xff\xfei\x00d\x00;\x00n\x00\n\x001\x00;\x00a\x00\n\x00", []string{"id", "n"}, map[string]any{"id": "1", "n": "a"}, 1, 2},
		"tabs":              {"code\tname\n1\ta, b; c\n", []string{"code", "name"}, map[string]any{"code": "1", "name": "a, b; c"}, 1, 2},
		"commas in quotes":  {"code,name,cost\n1,\"a, b\",\"1,5\"\n2,c,3\n", []string{"code", "name", "cost"}, map[string]any{"code": "1", "name": "a, b", "cost": "1,5"}, 2, 2},
		"title and blank":   {"Seznam;;\n;;\nŠifra;Naziv;Ukrep\n7;x;2.3\n;;\n8;y;\nSkupaj;;12\n", []string{"Šifra", "Naziv", "Ukrep"}, map[string]any{"Šifra": "7", "Naziv": "x", "Ukrep": "2.3"}, 2, 4},
		"two-line header":   {"Šifra;Naziv;Sredstva;\n;;EU;Občina\n7;x;1;2\n", []string{"Šifra", "Naziv", "EU", "Občina"}, map[string]any{"Šifra": "7", "Naziv": "x", "EU": "1", "Občina": "2"}, 1, 3},
		"groups repeat":     {"Šifra;Naziv;2026;;2027;\n;;EU;MOK;EU;MOK\n7;x;1;2;3;4\n", []string{"Šifra", "Naziv", "2026 EU", "2026 MOK", "2027 EU", "2027 MOK"}, map[string]any{"Šifra": "7", "Naziv": "x", "2026 EU": "1", "2026 MOK": "2", "2027 EU": "3", "2027 MOK": "4"}, 1, 3},
		"the same name":     {"code,note,note\n1,a,b\n", []string{"code", "note", "note 2"}, map[string]any{"code": "1", "note": "a", "note 2": "b"}, 1, 2},
		"formula made safe": {"code,name\n1,'=A1\n", []string{"code", "name"}, map[string]any{"code": "1", "name": "=A1"}, 1, 2},
	} {
		s, rows, err := read(t, file(t, "t.csv", c.content), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.fields, s.Fields()); diff != "" {
			t.Errorf("%s: fields %s", name, diff)
		}
		if len(rows) != c.rows || rows[0].Number != c.line {
			t.Errorf("%s: %d rows, the first in line %d", name, len(rows), rows[0].Number)
			continue
		}
		if diff := cmp.Diff(c.first, rows[0].Values); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	archive := filepath.Join(t.TempDir(), "a.zip")
	out, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(out)
	w, err := z.Create("../../evil.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("code,name\n1,a\n")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	if _, rows, err := read(t, archive, Options{}); err != nil || len(rows) != 1 {
		t.Errorf("a CSV in an archive: %v, %v", rows, err)
	}
	for _, c := range [][3]string{
		{"a.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null},`, "ends in the middle"},
		{"a.geojson", `{"type":"Feature","properties":{}}`, "FeatureCollection"},
		{"a.geojson", `{"features":[]`, "ends in the middle"},
		{"a.geojson", `[1]`, "FeatureCollection"},
		{"a.geojson", ``, "empty"},
		{"a.docx", `x`, "accepted: .geojson"},
		{"a.gpkg", `not a GeoPackage`, "GDAL"},
		{"a.zip", `not a zip`, "zip"},
		{"a.xlsx", `not a workbook`, "Excel"},
		{"a.csv", "1;2\n3;4\n", "names the columns"},
		{"a.csv", "\x00\x01\x02", "zero bytes"},
	} {
		if _, _, err := read(t, file(t, c[0], c[1]), Options{}); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s %q: %v; want %q", c[0], c[1], err, c[2])
		}
	}
	if _, _, err := read(t, file(t, "big.csv", strings.Repeat("a,b\n", 100)), Options{MaxBytes: 100}); err == nil {
		t.Error("a file larger than allowed was read")
	}
}

func TestLegacyCRS(t *testing.T) {
	t.Parallel()
	for crs, want := range map[string]int{
		``: 4326,
		`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3794"}},`:    3794,
		`"crs":{"type":"name","properties":{"name":"EPSG:3912"}},`:                     3912,
		`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},`: 4326,
		`"crs":{"type":"EPSG","properties":{"code":3857}},`:                            3857,
		`"crs":null,`: 0,
	} {
		s, _, err := read(t, file(t, "a.geojson", `{`+crs+`"type":"FeatureCollection","features":[]}`), Options{})
		if err != nil || s.Info().SRID != want {
			t.Errorf("%s: %v, %v", crs, s, err)
		}
	}
	s, _, err := read(t, file(t, "a.geojson", `{"type":"FeatureCollection","features":[],"crs":{"type":"name","properties":{"name":"EPSG:3794"}}}`), Options{})
	if err != nil || s.Info().SRID != 3794 {
		t.Errorf("a crs behind the features: %v", err)
	}
}

func TestMended(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Moravèe": "Moravče", "ME\u008eICA": "MEŽICA", "Moravče": "Moravče", "Kranj": "Kranj"} {
		if got := Mended(in, "cp1250"); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// What geometryWKB makes can be read by another library, whatever comes in.
func FuzzGeometry(f *testing.F) {
	for _, s := range []string{
		`{"type":"Point","coordinates":[1,2,3]}`, `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}`, `null`,
		`{"type":"MultiPolygon","coordinates":[]}`, `{"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[[1,2],[3,4]]}]}`,
		`{"type":"Point","coordinates":[null,1]}`, `{"type":"MultiLineString","coordinates":[[[1,2]]]}`, `{"type":"Point","coordinates":[]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out, _, err := geometryWKB(json.RawMessage(s))
		if err != nil || out == nil {
			return
		}
		if _, err := wkb.Unmarshal(out); err != nil && !errors.Is(err, io.EOF) && len(out) < 1<<16 {
			t.Errorf("%s: %x: %v", s, out, err)
		}
		if binary.LittleEndian.Uint32(out[1:5]) > 7 {
			t.Errorf("%s: %x", s, out)
		}
	})
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a;b\n1;2\n", "\ufeffcode,name\n\"x\ny\",2", "\xff\xfea\x00", "Skupaj;1\n", "a;;b\n;x;\n1;2;3;4;5\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		table, err := newCSV(strings.NewReader(s), "x.csv", Options{})
		if err != nil {
			return
		}
		for range 1000 {
			row, err := table.Next()
			if err != nil {
				return
			}
			for name := range row.Values {
				if name == "" {
					t.Errorf("%q: a field without a name", s)
				}
			}
		}
	})
}
