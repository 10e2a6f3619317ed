package web

import (
	"strings"
	"testing"
)

func TestTileTemplate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"XYZ", "https://a.example.si/{z}/{x}/{y}.png", "https://a.example.si/{z}/{x}/{y}.png"},
		{
			"WMTS", "https://a.example.si/wmts/dof/default/GoogleMapsCompatible/{TileMatrix}/{TileRow}/{TileCol}.jpg",
			"https://a.example.si/wmts/dof/default/GoogleMapsCompatible/{z}/{y}/{x}.jpg",
		},
		{
			"WMTS by query", "https://a.example.si/wmts?REQUEST=GetTile&TILEMATRIX={tilematrix}&TILEROW={tilerow}&TILECOL={tilecol}",
			"https://a.example.si/wmts?REQUEST=GetTile&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
		},
		{"ready", "https://a.example.si/wms?x=1&bbox={bbox-epsg-3857}", "https://a.example.si/wms?x=1&bbox={bbox-epsg-3857}"},
		{
			"WMS", "https://a.example.si/wms?LAYERS=dof",
			"https://a.example.si/wms?LAYERS=dof&crs=EPSG%3A3857&format=image%2Fpng&height=256&request=GetMap&service=WMS&styles=&version=1.3.0&width=256&bbox={bbox-epsg-3857}",
		},
		{
			"an older WMS", "https://a.example.si/wms?layers=dof&version=1.1.1&FORMAT=image/jpeg",
			"https://a.example.si/wms?FORMAT=image%2Fjpeg&height=256&layers=dof&request=GetMap&service=WMS&srs=EPSG%3A3857&styles=&version=1.1.1&width=256&bbox={bbox-epsg-3857}",
		},
	} {
		if got, err := tileTemplate(c.in); err != nil || got != c.want {
			t.Errorf("%s: %q %v, want %q", c.name, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "a.example.si/{z}/{x}/{y}", "https://a.example.si/{z}/{x}", "https://a.example.si/wms", "https://a b/{z}/{x}/{y}", "ftp://a/{z}/{x}/{y}"} {
		if got, err := tileTemplate(bad); err == nil {
			t.Errorf("%q became %q", bad, got)
		}
	}
}

// TestWMSReachesThePolicy holds the whole way from the setting to the header.
func TestWMSReachesThePolicy(t *testing.T) {
	t.Parallel()
	maps, err := ParseBasemaps("Ortofoto=https://wms.example.si/ows?layers=dof|GURS")
	if err != nil || len(maps) != 1 || maps[0].Attribution != "GURS" {
		t.Fatalf("%+v %v", maps, err)
	}
	policy := pagePolicy(maps)
	if !strings.Contains(policy, "connect-src 'self' https://wms.example.si;") || strings.Count(policy, "example.si") != 2 {
		t.Errorf("policy %q", policy)
	}
}
