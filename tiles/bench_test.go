package tiles_test

import (
	"testing"

	"kraj/tiles"
)

// BenchmarkRender makes a tile of all layers, uncached, and reports its size.
func BenchmarkRender(b *testing.B) {
	p := world(b)
	c := catalog(b, p.Public)
	for name, zxy := range map[string][3]int{"z9": whole, "z14": middle} {
		b.Run(name, func(b *testing.B) {
			request := tiles.Request{Address: tiles.Address{Layers: c.Names(), Z: zxy[0], X: zxy[1], Y: zxy[2]}}
			size := 0
			for b.Loop() {
				tile, err := c.Render(b.Context(), p.Public, request)
				if err != nil {
					b.Fatal(err)
				}
				size = len(tile)
			}
			b.ReportMetric(float64(size), "bytes/tile")
		})
	}
}
