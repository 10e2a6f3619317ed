package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"kraj/migrations"
)

// healthz says that the process lives; it asks nobody.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, r, struct {
		Status string `json:"status"`
	}{"alive"})
}

// readyz says whether the database is reachable and migrated to this program.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	state, err := s.ready.check(r.Context(), s.state)
	if err != nil {
		return err
	}
	if !state.Current {
		return &problem{
			Status: http.StatusServiceUnavailable, Title: "Database not migrated", retryAfter: 10,
			Detail: "the database's schema is not the one of this kraj; kraj migrate brings it up to date",
		}
	}
	return writeJSON(w, r, struct {
		Status  string `json:"status"`
		Schema  int    `json:"schema"`
		Version string `json:"version"`
	}{"ready", state.Version, s.cfg.Version})
}

func (s *Server) state(ctx context.Context) (migrations.State, error) {
	return migrations.Current(ctx, s.cfg.Pools.Owner)
}

// readiness remembers the last answer for a second: however many ask, the
// owner's few connections are asked once.
type readiness struct {
	mu    sync.Mutex
	at    time.Time
	state migrations.State
	err   error
}

func (c *readiness) check(ctx context.Context, ask func(context.Context) (migrations.State, error)) (migrations.State, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.at) < time.Second {
		return c.state, c.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	c.state, c.err = ask(ctx)
	c.at = time.Now()
	return c.state, c.err
}
