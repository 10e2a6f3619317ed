// Package web serves kraj over HTTP: the map page, the API, the OGC API, tiles
// and signing in. It asks geo and tiles, maps their errors to RFC 9457 problems
// in one place and writes answers only after the database has been read fully,
// so that a slow client never holds a connection to it.
package web

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"kraj/geo"
	"kraj/geo/notice"
	"kraj/geo/pg"
	"kraj/tiles"
	"kraj/tiles/cache"
)

// Config of a Server. Pools is required; everything else has a default.
type Config struct {
	Pools *pg.Pools
	// Log receives one line a request and the causes of internal errors; nil is silent.
	Log *slog.Logger
	// Version of this kraj, shown in documents and metrics.
	Version string
	// BasePath is the path under which the server is mounted, "" or "/name". A
	// request may come with or without it, as the proxy in front does.
	BasePath string
	// PublicURL is the address that people use, "https://host[/path]". Empty: it is
	// taken from the request, and from X-Forwarded-* of a trusted proxy.
	PublicURL string
	// TrustedProxies may say X-Forwarded-Proto, -Host, -Prefix and -For; nil means
	// the loopback addresses.
	TrustedProxies []netip.Prefix
	// Basemaps extend the page's Content-Security-Policy by exactly their hosts.
	Basemaps []Basemap
	// AccessibilityContact is whom the accessibility statement says to write to; empty: the municipality.
	AccessibilityContact string
	// TileCache limits the memory of cached tiles, in bytes; 0 means 256 MiB.
	TileCache int64
	// MaxRequests limits the requests worked on at the same time; 0 means 256.
	MaxRequests int
	// Timeout of a request's work; 0 means 15 s. Tiles and balances have their own.
	Timeout time.Duration
}

// Server is an http.Handler; New makes it, Run lets it keep answers.
type Server struct {
	cfg      Config
	log      *slog.Logger
	handler  http.Handler
	metrics  *metrics
	sessions *sessions
	layers   tiles.Registry
	journal  cache.Journal
	crs      atomic.Pointer[crsList]
	ready    readiness
	slots    chan struct{} // one for each request worked on
	files    chan struct{} // one for each file being made
	sending  atomic.Int64  // bytes of answers on their way to clients
	requests atomic.Uint64

	tileCache   *cache.Cache
	sprites     spriteSheets
	hub         *hub
	answers     answers             // balances, counts
	orders      answers             // of lists of projects
	subscribers []notice.Subscriber // in this order: a tile must not be rendered anew with the old catalog
	started     string              // a random word: request ids of two processes differ
}

// New makes the server: routes, limits, metrics. It starts nothing and asks the
// database nothing.
func New(c Config) *Server {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.TrustedProxies == nil {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	c.BasePath = cleanPrefix(c.BasePath)
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	c.Version = cmp.Or(c.Version, "dev")
	s := &Server{
		cfg:     c,
		log:     c.Log,
		slots:   make(chan struct{}, cmp.Or(c.MaxRequests, 256)),
		files:   make(chan struct{}, fileSlots),
		started: randomWord(),
	}
	s.metrics = newMetrics(c)
	s.tileCache = newTileCache(c, &s.journal, s.metrics)
	s.metrics.tiles.watchCache(s.metrics.registry, s.tileCache)
	s.hub = newHub(func() geo.Querier { return c.Pools.Planner }, c.Log)
	s.metrics.watchListeners(s.hub)
	s.subscribers = []notice.Subscriber{&s.layers, &s.journal, &s.answers, &s.orders, s.hub}
	s.sessions = newSessions(c)
	s.handler = s.middleware(s.routes())
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// HTTP returns an http.Server with limits on every phase of a connection, for
// the caller to run and to shut down.
func (s *Server) HTTP(addr string) *http.Server {
	server := &http.Server{
		Addr:              addr,
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(s.hub.close) // streams do not end by themselves
	return server
}
