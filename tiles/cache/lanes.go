package cache

import "context"

// lanes bound how many tiles are rendered at the same time, so that they leave the database to the other questions.
// Tiles of low zooms are dear and have a lane of their own: they do not keep the cheap ones waiting.
type lanes struct {
	dear, cheap chan struct{}
	dearZoom    int
}

func newLanes(workers, dearZoom int) lanes {
	return lanes{dear: make(chan struct{}, max(1, workers/2)), cheap: make(chan struct{}, workers), dearZoom: dearZoom}
}

// enter waits for a place in the zoom's lane; the function it returns leaves it.
func (l lanes) enter(ctx context.Context, zoom int) (func(), error) {
	lane := l.cheap
	if zoom <= l.dearZoom {
		lane = l.dear
	}
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
