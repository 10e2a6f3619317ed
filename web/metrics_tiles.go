package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kraj/tiles/cache"
)

// tileMetrics are those of the tile cache, by layer and zoom. A tile of several layers counts as "several": strangers who
// combine layers must not multiply the labels.
type tileMetrics struct {
	answered *prometheus.CounterVec
	renders  *prometheus.HistogramVec
	failed   *prometheus.CounterVec
	bytes    *prometheus.CounterVec
	forgets  *prometheus.CounterVec
	cuts     *prometheus.CounterVec
	dropped  *prometheus.CounterVec
	warm     prometheus.Gauge
}

func newTileMetrics(r *prometheus.Registry) *tileMetrics {
	labels := []string{"layer", "zoom"}
	m := &tileMetrics{
		answered: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kraj_tile_answers_total", Help: "Tiles answered: hit (from memory), miss (rendered for it), joined (rendered for another request), stale (the database was away).",
		}, append([]string{"status"}, labels...)),
		renders: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kraj_tile_render_seconds", Help: "Time to render a tile.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, labels),
		failed:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kraj_tile_render_failures_total", Help: "Renderings that failed or that nobody waited for any more."}, labels),
		bytes:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kraj_tile_render_bytes_total", Help: "Bytes of rendered tiles, uncompressed."}, labels),
		forgets: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kraj_tile_forgets_total", Help: "Tiles in memory that turned out to be touched by a change."}, labels),
		cuts:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kraj_tile_cuts_total", Help: "Renderings of a tile that had no room for all features of the layer."}, labels),
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kraj_tile_dropped_features_total", Help: "Features of the layer left out of such tiles."}, labels),
		warm:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "kraj_tile_cache_warm", Help: "1 when the tiles of low zooms have been rendered after the start."}),
	}
	r.MustRegister(m.answered, m.renders, m.failed, m.bytes, m.forgets, m.cuts, m.dropped, m.warm)
	return m
}

// cut counts features of a layer that a tile had no room for. The layer is one of the catalog's.
func (m *tileMetrics) cut(layer string, z, features int) {
	m.cuts.WithLabelValues(layer, strconv.Itoa(z)).Inc()
	m.dropped.WithLabelValues(layer, strconv.Itoa(z)).Add(float64(features))
}

// watchCache shows how full it is.
func (m *tileMetrics) watchCache(r *prometheus.Registry, c *cache.Cache) {
	r.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kraj_tile_cache_bytes", Help: "Memory of the cached tiles."}, func() float64 { return float64(c.Bytes()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kraj_tile_cache_entries", Help: "Cached tiles."}, func() float64 { return float64(c.Len()) }),
	)
}

func tileLabels(k cache.Key) (layer, zoom string) {
	if layer = k.Layers; strings.Contains(layer, ",") {
		layer = "several"
	}
	return layer, strconv.Itoa(k.Z)
}

var statusNames = map[cache.Status]string{cache.Hit: "hit", cache.Miss: "miss", cache.Joined: "joined", cache.Stale: "stale"}

func (m *tileMetrics) Answered(k cache.Key, s cache.Status) {
	layer, zoom := tileLabels(k)
	m.answered.WithLabelValues(statusNames[s], layer, zoom).Inc()
}

func (m *tileMetrics) Rendered(k cache.Key, took time.Duration, bytes int, err error) {
	layer, zoom := tileLabels(k)
	if err != nil {
		m.failed.WithLabelValues(layer, zoom).Inc()
		return
	}
	m.renders.WithLabelValues(layer, zoom).Observe(took.Seconds())
	m.bytes.WithLabelValues(layer, zoom).Add(float64(bytes))
}

func (m *tileMetrics) Forgot(k cache.Key) {
	layer, zoom := tileLabels(k)
	m.forgets.WithLabelValues(layer, zoom).Inc()
}
