package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"kraj/geo"
	"kraj/geo/notice"
)

const (
	maxListeners   = 4000 // of events, at the same time
	listenerBuffer = 64   // events that a listener may be behind before it is dropped

	beginning = 5 * time.Second // how long a listener waits for the server to begin
)

// event is what a listener is sent: a revision, or that it must read everything anew. All listeners share the bytes.
type event struct {
	cursor   geo.Cursor // where to go on after it; "" when more of the same moment follow
	revision int64
	data     []byte // JSON; nil: read everything anew
}

// listener is one open stream.
type listener struct {
	planner bool
	events  chan event // closed when the listener is dropped
}

// hub reads each change once from the database and hands it to all listeners. It is a notice.Subscriber: a notice only
// wakes it, what it tells comes from the log.
type hub struct {
	db   func() geo.Querier
	log  *slog.Logger
	wake chan struct{}

	begun chan struct{} // closed when the first place in the log is known: from there on listeners miss nothing

	mu        sync.Mutex
	closed    bool
	listeners map[*listener]struct{}
}

func newHub(db func() geo.Querier, log *slog.Logger) *hub {
	return &hub{db: db, log: log, wake: make(chan struct{}, 1), begun: make(chan struct{}), listeners: map[*listener]struct{}{}}
}

func (h *hub) ring() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Connected looks for what was committed while nobody listened.
func (h *hub) Connected() { h.ring() }

// Heard looks what it was.
func (h *hub) Heard(notice.Notice) { h.ring() }

// Hold means nothing to a hub, which never claims to be current.
func (h *hub) Hold(time.Time) {}

// Dropped neither.
func (h *hub) Dropped() {}

// run follows the log until ctx ends.
func (h *hub) run(ctx context.Context) {
	defer h.close()
	var at geo.Cursor
	sent := map[int64]bool{} // revisions that may come again
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
		}
		changes, err := geo.Follow(ctx, h.db(), at)
		if err != nil {
			if ctx.Err() == nil {
				h.log.LogAttrs(ctx, slog.LevelWarn, "listeners hear of changes later", slog.Any("cause", err))
				time.AfterFunc(time.Second, h.ring)
			}
			continue
		}
		if at == "" {
			for _, r := range changes.Revisions {
				sent[r.Revision] = true
			}
			close(h.begun)
		} else {
			h.tell(changes, sent)
		}
		at = changes.Next
	}
}

// tell hands out what is new. sent is brought up to date: what did not come again now cannot come again later.
func (h *hub) tell(changes geo.Changes, sent map[int64]bool) {
	again := map[int64]bool{}
	var fresh geo.Changes
	for _, r := range changes.Revisions {
		if r.Revision == 0 || !sent[r.Revision] {
			fresh.Revisions = append(fresh.Revisions, r)
		}
		again[r.Revision] = true
	}
	clear(sent)
	for id := range again {
		sent[id] = true
	}
	if h.count() == 0 {
		return
	}
	public := eventsOf(fresh.Public(), changes.Next, changes.Gap)
	planner := eventsOf(fresh.Planner(), changes.Next, changes.Gap)

	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		list := public
		if l.planner {
			list = planner
		}
		for _, e := range list {
			select {
			case l.events <- e:
				continue
			default:
			}
			h.drop(l) // too slow: it comes again with its cursor
			break
		}
	}
}

// eventsOf gives the cursor to the last event only: who loses the connection between them gets all of them again.
func eventsOf(list []geo.RevisionChange, next geo.Cursor, gap bool) []event {
	if gap {
		return []event{{cursor: next}}
	}
	events := make([]event, len(list))
	for i, change := range list {
		events[i].revision = change.Revision
		events[i].data, _ = json.Marshal(change) // what cannot be told is a reason to read anew
	}
	if len(events) > 0 {
		events[len(events)-1].cursor = next
	}
	return events
}

// join adds a listener; an error of kind Unavailable when there are too many, the log is not followed yet, or the server is
// about to stop.
func (h *hub) join(ctx context.Context, planner bool) (*listener, error) {
	select {
	case <-h.begun:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(beginning):
		return nil, geo.Errorf(geo.Unavailable, "Not listening", "the server does not hear of changes yet; try again shortly")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.listeners) >= maxListeners {
		return nil, geo.Errorf(geo.Unavailable, "Too many listeners", "as many streams are open as the server allows; try again later, or reload now and then")
	}
	l := &listener{planner: planner, events: make(chan event, listenerBuffer)}
	h.listeners[l] = struct{}{}
	return l, nil
}

func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(l)
}

func (h *hub) drop(l *listener) {
	if _, ok := h.listeners[l]; ok {
		delete(h.listeners, l)
		close(l.events)
	}
}

// close ends all streams, so that the server can stop.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for l := range h.listeners {
		h.drop(l)
	}
}

func (h *hub) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.listeners)
}
