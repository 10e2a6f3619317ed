package web

import (
	"context"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"kraj/geo"
	"kraj/geo/pg"
)

// endpoint answers a request or returns why it cannot; it writes only when it
// has the whole answer.
type endpoint func(w http.ResponseWriter, r *http.Request) error

// do makes a handler of an endpoint: a limit on its time, errors as problems.
func (s *Server) do(limit time.Duration, e endpoint) http.Handler {
	if s.cfg.Timeout > 0 {
		limit = min(limit, s.cfg.Timeout)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		if err := e(w, r.WithContext(ctx)); err != nil {
			s.fail(w, r, err)
		}
	})
}

// stream makes a handler of an endpoint that goes on as long as its client stays.
func (s *Server) stream(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := e(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// audience is for whom a request is answered.
type audience struct {
	pools *pg.Pools
	user  *geo.User // nil: the public
}

// db is the pool whose role sees exactly what this audience may.
func (a audience) db() geo.Querier {
	if a.user != nil {
		return a.pools.Planner
	}
	return a.pools.Public
}

func (s *Server) notFound(_ http.ResponseWriter, r *http.Request) error {
	return geo.Errorf(geo.NotFound, "Not found", "there is nothing at %s; /api describes every address", r.URL.Path)
}

func (s *Server) methodNotAllowed(router *mux.Router) endpoint {
	return func(w http.ResponseWriter, r *http.Request) error {
		var allowed []string
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions} {
			probe := r.Clone(r.Context())
			probe.Method = method
			var match mux.RouteMatch
			if router.Match(probe, &match) && match.MatchErr == nil {
				allowed = append(allowed, method)
			}
		}
		for _, m := range allowed {
			w.Header().Add("Allow", m)
		}
		return &problem{
			Status: http.StatusMethodNotAllowed, Title: "Method not allowed",
			Detail: r.Method + " is not possible here; the Allow header lists what is",
		}
	}
}
