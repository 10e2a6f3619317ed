package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kraj/geo"
)

const cookieName = "kraj_session"

// sessions are what signing in needs to keep in memory: limits, never rights.
type sessions struct {
	limits *attempts
	hashes chan struct{} // hashing a password takes memory: few at a time
}

func newSessions(Config) *sessions {
	return &sessions{limits: newAttempts(time.Now), hashes: make(chan struct{}, 2)}
}

// identify finds out for whom the request is: a planner with a session, or the public.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := audience{pools: s.cfg.Pools}
		if concernsNobody(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		if cookie, err := r.Cookie(cookieName); err == nil && cookie.Value != "" {
			ctx, cancel := context.WithTimeout(r.Context(), quick)
			user, err := geo.SessionUser(ctx, s.cfg.Pools.Planner, cookie.Value)
			cancel()
			if err != nil {
				s.fail(w, r, err) // never show a planner the public's answer as if it were theirs
				return
			}
			if a.user = user; user != nil {
				noteOf(r.Context()).user = user.Name
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), audienceKey, a)))
	})
}

// concernsNobody are addresses that answer all alike, also when the database is away.
func concernsNobody(path string) bool {
	return path == "/healthz" || path == "/readyz" || path == "/metrics" || strings.HasPrefix(path, "/assets/")
}

func audienceOf(ctx context.Context) audience {
	a, _ := ctx.Value(audienceKey).(audience)
	return a
}
