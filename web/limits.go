package web

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	maxURL  = 8 << 10  // bytes of an address with its query
	maxBody = 64 << 10 // bytes of a request's body; nothing large is ever posted here

	maxSending = 64 << 20        // bytes of answers that slow clients may keep in memory beside the requests worked on
	hurry      = 5 * time.Second // how long an answer may take beyond that
)

// leaveSending gives up the request's place while its answer is sent; the function it returns is called afterwards. When slow
// clients hold too much already the request keeps its place, and its client has to be quick: so the memory is bounded, and
// places come free.
func (n *note) leaveSending(w http.ResponseWriter, bytes int64) (sent func()) {
	if n.sending == nil {
		return func() {}
	}
	if n.sending.Add(bytes) > maxSending {
		n.sending.Add(-bytes)
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(hurry)) // not every writer has a connection
		return func() {}
	}
	n.leave()
	return func() { n.sending.Add(-bytes) }
}

// limit refuses what is too large, and what is too much at once.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.Path)+len(r.URL.RawQuery) > maxURL {
			writeProblem(w, r, problem{
				Status: http.StatusRequestURITooLong, Title: "Address too long",
				Detail: "an address may have at most " + strconv.Itoa(maxURL) + " bytes",
			})
			return
		}
		if r.ContentLength > maxBody {
			writeProblem(w, r, problem{
				Status: http.StatusRequestEntityTooLarge, Title: "Body too large",
				Detail: "a body may have at most " + strconv.Itoa(maxBody) + " bytes",
			})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if r.URL.Path == "/healthz" || r.URL.Path == "/metrics" {
			next.ServeHTTP(w, r) // an operator must see a busy server
			return
		}
		select {
		case s.slots <- struct{}{}:
			leave := sync.OnceFunc(func() { <-s.slots })
			defer leave()
			note := noteOf(r.Context())
			note.left, note.sending = leave, &s.sending
			next.ServeHTTP(w, r)
		default:
			s.metrics.refused.Inc()
			writeProblem(w, r, problem{
				Status: http.StatusServiceUnavailable, Title: "Too busy",
				Detail: "the server works on as many requests as it can; try again shortly", retryAfter: 1,
			})
		}
	})
}
