package web

import (
	"context"
	"sync"
	"time"

	"kraj/geo/notice"
	"kraj/tiles"
	"kraj/tiles/cache"
)

// Run does what goes on beside the requests, until ctx ends: it hears what changes in the database, so that answers may be
// kept, and renders the tiles that everybody looks at first. A Server that is not run is right, but keeps nothing.
func (s *Server) Run(ctx context.Context) {
	defer s.tileCache.Close()
	connected := make(chan struct{}, 1)
	var beside sync.WaitGroup
	beside.Go(func() { s.warm(ctx, connected) })
	beside.Go(func() { s.hub.run(ctx) })
	notice.Listen(ctx, notice.Config{Connection: s.cfg.Pools.Owner.Config().ConnConfig, Log: s.log},
		append(s.subscribers, whenConnected{connected})...)
	beside.Wait()
}

// whenConnected rings a bell.
type whenConnected struct{ bell chan<- struct{} }

func (w whenConnected) Connected() {
	select {
	case w.bell <- struct{}{}:
	default:
	}
}
func (whenConnected) Heard(notice.Notice) {}
func (whenConnected) Hold(time.Time)      {}
func (whenConnected) Dropped()            {}

const (
	warmZoom  = 9   // the deepest zoom that is rendered before anybody asks
	warmTiles = 200 // at most
)

// warm renders the tiles of the style's source at low zooms, for the public, one after the other and only while nobody waits
// for another dear tile: a start must not slow down those who are there already.
func (s *Server) warm(ctx context.Context, connected <-chan struct{}) {
	select {
	case <-connected:
	case <-ctx.Done():
		return
	}
	db := s.cfg.Pools.Public
	catalog, err := s.layers.Catalog(ctx, db)
	if err != nil {
		return // whoever asks will be told
	}
	for _, address := range catalog.Low(ctx, db, warmZoom, warmTiles) {
		if s.tileCache.Calm(ctx) != nil {
			return
		}
		key, scope := tileKey(address, tiles.Filter{}, false)
		if _, _, err := s.tileCache.Get(ctx, key, scope, databaseAway, s.renderer(db, tiles.Request{Address: address})); err != nil {
			return
		}
	}
	s.metrics.tiles.warm.Set(1)
}

// newTileCache cannot fail: the limits are checked before.
func newTileCache(c Config, journal *cache.Journal, m *metrics) *cache.Cache {
	made, err := cache.New(cache.Config{Journal: journal, Limit: max(0, c.TileCache), Observer: m.tiles})
	if err != nil {
		panic(err)
	}
	return made
}
