package web

import (
	"strings"
	"testing"

	"kraj/tiles"
)

// FuzzHitKey: what the short way reads as a tile's key is the very key under which the ordinary way keeps that tile, or one
// under which it keeps none.
func FuzzHitKey(f *testing.F) {
	for _, path := range []string{
		"/tiles/settlements/9/276/181.mvt", "/tiles/settlements,projects/0/0/0.mvt", "/tiles/a/15/32767/32767.mvt", "/tiles/projects/16/0/0.mvt",
		"/tiles/projects/09/1/1.mvt", "/tiles/projects/+9/1/1.mvt", "/tiles/projects/-0/1/1.mvt", "/tiles/projects/9/1.mvt", "/tiles/projects/9/1/1/1.mvt",
		"/tiles//9/1/1.mvt", "/tiles/projects/9//1.mvt", "/tiles/projects/9/1/1", "/tiles/projects/1_0/1/1.mvt", "/tiles/projects.json", "",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "/tiles/"), ".mvt"), "/")
		whole := strings.HasPrefix(path, "/tiles/") && strings.HasSuffix(path, ".mvt") && len(parts) == 4
		short, ok := hitKey(path)
		if !whole {
			if ok {
				t.Fatalf("%q is no address of a tile, yet has the key %+v", path, short)
			}
			return
		}
		address, err := tiles.ParseAddress(parts[0], parts[1], parts[2], parts[3])
		if err != nil {
			return // no tile was ever kept of it: whatever key it has finds nothing
		}
		if long, _ := tileKey(address, tiles.Filter{}.Normal(), false); !ok || short != long {
			t.Errorf("%q: the short way reads %+v (%v), the ordinary way %+v", path, short, ok, long)
		}
	})
}
