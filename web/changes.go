package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"kraj/geo"
)

const (
	heartbeat    = 15 * time.Second // a comment on a silent stream, so that proxies keep it open
	eventTimeout = 10 * time.Second // how long a client may take to accept what it is sent
)

// changes is a stream of server-sent events: what was committed, as it is committed. Each "change" holds a revision and the
// areas it changed; "reset" says that everything has to be read anew. Last-Event-ID, or ?cursor=, resumes.
func (s *Server) changes(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "cursor")
	from := cmp.Or(r.Header.Get("Last-Event-ID"), p.Text("cursor"))
	if err := p.Err(); err != nil {
		return err
	}
	var since geo.Cursor
	if from != "" {
		var err error
		if since, err = geo.ParseCursor(from); err != nil {
			return err
		}
	}
	planner := audienceOf(r.Context()).user != nil
	listener, err := s.hub.join(r.Context(), planner)
	if err != nil {
		return err
	}
	defer s.hub.leave(listener)
	// After joining: nothing falls between what was and what comes.
	ctx, cancel := context.WithTimeout(r.Context(), quick)
	missed, err := geo.Follow(ctx, s.cfg.Pools.Planner, since)
	cancel()
	if err != nil {
		return err
	}
	noteOf(r.Context()).leave()

	out := &stream{w: w, rc: http.NewResponseController(w), had: map[int64]bool{}}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would keep the events back
	h.Add("Vary", "Cookie")
	w.WriteHeader(http.StatusOK)
	list := missed.Public()
	if planner {
		list = missed.Planner()
	}
	events := eventsOf(list, missed.Next, missed.Gap)
	if since == "" {
		events = nil
	}
	if len(events) == 0 {
		err = out.hello(missed.Next)
	}
	for _, e := range events {
		err = errors.Join(err, out.send(e))
	}
	for _, known := range missed.Revisions {
		out.had[known.Revision] = true
	}
	if err == nil {
		s.follow(r, out, listener)
	}
	return nil // the answer has begun: there is nobody to tell of an error
}

// follow sends what comes until the client goes, is too slow, signs out, or the server stops.
func (s *Server) follow(r *http.Request, out *stream, l *listener) {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		var err error
		select {
		case e, ok := <-l.events:
			if !ok {
				return
			}
			err = out.send(e)
		case <-tick.C:
			out.had = nil // by now the hub has told of what was under way at the beginning
			if l.planner && !s.stillPlanner(r) {
				return
			}
			err = out.write([]byte(": still here\n\n"))
		case <-r.Context().Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// stillPlanner: a stream outlives a session that was ended.
func (s *Server) stillPlanner(r *http.Request) bool {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(r.Context(), eventTimeout)
	defer cancel()
	user, err := geo.SessionUser(ctx, s.cfg.Pools.Planner, cookie.Value)
	return err == nil && user != nil
}

// stream writes events in the format of the HTML standard, "Server-sent events".
type stream struct {
	w   http.ResponseWriter
	rc  *http.ResponseController
	had map[int64]bool // revisions known at the beginning, which may come once more
}

func (s *stream) hello(at geo.Cursor) error {
	return s.write(fmt.Appendf(nil, "retry: 3000\nid: %s\nevent: hello\ndata: {}\n\n", at))
}

func (s *stream) send(e event) error {
	var b bytes.Buffer
	switch {
	case e.data == nil:
		b.WriteString("event: reset\ndata: {}\n")
	case e.revision != 0 && s.had[e.revision]: // only its cursor is news
	default:
		fmt.Fprintf(&b, "event: change\ndata: %s\n", e.data)
	}
	if e.cursor != "" {
		fmt.Fprintf(&b, "id: %s\n", e.cursor)
	}
	if b.Len() == 0 {
		return nil
	}
	b.WriteByte('\n')
	return s.write(b.Bytes())
}

// write sends at once, or fails when the client does not take it in time.
func (s *stream) write(b []byte) error {
	if err := s.rc.SetWriteDeadline(time.Now().Add(eventTimeout)); err != nil {
		return err
	}
	if _, err := s.w.Write(b); err != nil {
		return err
	}
	return s.rc.Flush()
}
