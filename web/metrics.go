package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are kraj's own. Labels come from lists in this program (route
// templates, methods, classes of status), so strangers cannot multiply them.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	refused  prometheus.Counter
	panics   prometheus.Counter
	logins   *prometheus.CounterVec
	tiles    *tileMetrics
}

func newMetrics(c Config) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kraj_http_requests_total", Help: "Requests answered, by route, method and class of status.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kraj_http_request_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "kraj_http_in_flight", Help: "Requests being worked on."}),
		refused:  prometheus.NewCounter(prometheus.CounterOpts{Name: "kraj_http_refused_total", Help: "Requests refused because too many were worked on."}),
		panics:   prometheus.NewCounter(prometheus.CounterOpts{Name: "kraj_http_panics_total", Help: "Requests that ended in a panic."}),
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kraj_logins_total", Help: "Attempts to sign in, by outcome.",
		}, []string{"outcome"}),
	}
	info := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kraj_info", Help: "Always 1; the version is a label.", ConstLabels: prometheus.Labels{"version": c.Version},
	}, func() float64 { return 1 })
	m.registry.MustRegister(m.requests, m.seconds, m.inFlight, m.refused, m.panics, m.logins, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.tiles = newTileMetrics(m.registry)
	if c.Pools != nil {
		m.watch("public", c.Pools.Public)
		m.watch("planner", c.Pools.Planner)
		m.watch("owner", c.Pools.Owner)
	}
	return m
}

// watch shows how busy a pool is.
func (m *metrics) watch(name string, pool *pgxpool.Pool) {
	if pool == nil {
		return
	}
	gauge := func(metric, help string, value func(*pgxpool.Stat) float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: metric, Help: help, ConstLabels: prometheus.Labels{"pool": name},
		}, func() float64 { return value(pool.Stat()) }))
	}
	gauge("kraj_db_connections", "Connections open.", func(s *pgxpool.Stat) float64 { return float64(s.TotalConns()) })
	gauge("kraj_db_connections_busy", "Connections in use.", func(s *pgxpool.Stat) float64 { return float64(s.AcquiredConns()) })
	gauge("kraj_db_connections_max", "Most connections allowed.", func(s *pgxpool.Stat) float64 { return float64(s.MaxConns()) })
	gauge("kraj_db_wait_seconds", "Time spent waiting for a connection since the start.", func(s *pgxpool.Stat) float64 { return s.EmptyAcquireWaitTime().Seconds() })
}

// watchListeners shows how many streams of changes are open.
func (m *metrics) watchListeners(h *hub) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kraj_listeners", Help: "Open streams of changes."},
		func() float64 { return float64(h.count()) }))
}

// count adds one answered request.
func (m *metrics) count(n *note, method string, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(n.route, method, strconv.Itoa(n.status/100)+"xx").Inc()
	m.seconds.WithLabelValues(n.route).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}
