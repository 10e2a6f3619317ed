package cache

import (
	"context"
	"sync"
)

// lanes bound how many tiles are rendered at the same time, so that they leave the database to the other questions.
// Tiles of low zooms are dear and have a lane of their own: they do not keep the cheap ones waiting.
type lanes struct {
	dear, cheap chan struct{}
	dearZoom    int

	mu   sync.Mutex
	busy int           // dear tiles that wait or are being rendered
	calm chan struct{} // closed while there are none
}

func newLanes(workers, dearZoom int) *lanes {
	l := &lanes{dear: make(chan struct{}, max(1, workers/2)), cheap: make(chan struct{}, workers), dearZoom: dearZoom, calm: make(chan struct{})}
	close(l.calm)
	return l
}

// enter waits for a place in the zoom's lane; the function it returns leaves it.
func (l *lanes) enter(ctx context.Context, zoom int) (func(), error) {
	if zoom > l.dearZoom {
		return take(ctx, l.cheap)
	}
	l.count(1)
	leave, err := take(ctx, l.dear)
	if err != nil {
		l.count(-1)
		return nil, err
	}
	return func() {
		leave()
		l.count(-1)
	}, nil
}

func take(ctx context.Context, lane chan struct{}) (func(), error) {
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *lanes) count(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.busy
	l.busy += n
	switch {
	case before == 0 && l.busy > 0:
		l.calm = make(chan struct{})
	case before > 0 && l.busy == 0:
		close(l.calm)
	}
}

// wait returns when no dear tile is being rendered or waited for, or with the error of ctx.
func (l *lanes) wait(ctx context.Context) error {
	l.mu.Lock()
	calm := l.calm
	l.mu.Unlock()
	select {
	case <-calm:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
