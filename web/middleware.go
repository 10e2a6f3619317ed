package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"
)

// note is what the layers of one request tell each other.
type note struct {
	id     string
	route  string // the address's template, never what a stranger typed
	user   string
	status int
	bytes  int
	wrote  bool
	left   func() // gives up the request's place; may be called twice

	sending *atomic.Int64 // bytes of answers that clients have yet to take, of all requests that gave up their place
}

// leave gives up the request's place among those that are worked on.
func (n *note) leave() {
	if n.left != nil {
		n.left()
	}
}

type contextKey int

const (
	noteKey contextKey = iota
	audienceKey
	originKey
)

// noteOf is never nil: outside of a request it is a note that nobody reads.
func noteOf(ctx context.Context) *note {
	if n, ok := ctx.Value(noteKey).(*note); ok {
		return n
	}
	return &note{}
}

func randomWord() string { return strings.ToLower(rand.Text()[:10]) }

// number gives the request an id, which its answer and its log lines carry.
func (s *Server) number(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := &note{id: s.started + "-" + strconv.FormatUint(s.requests.Add(1), 10), route: "other"}
		w.Header().Set("X-Request-Id", n.id)
		next.ServeHTTP(&recorder{ResponseWriter: w, note: n}, r.WithContext(context.WithValue(r.Context(), noteKey, n)))
	})
}

// recorder notes what has been written.
type recorder struct {
	http.ResponseWriter
	note *note
}

func (w *recorder) WriteHeader(status int) {
	if !w.note.wrote && status >= http.StatusOK {
		w.note.status, w.note.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if !w.note.wrote {
		w.note.status, w.note.wrote = http.StatusOK, true
	}
	n, err := w.ResponseWriter.Write(b)
	w.note.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// noteRoute runs inside the router, which alone knows the matched address.
func noteRoute(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if route := mux.CurrentRoute(r); route != nil {
			if template, err := route.GetPathTemplate(); err == nil {
				noteOf(r.Context()).route = template
			}
		}
		next.ServeHTTP(w, r)
	})
}

// observe logs and counts. The query of an address is logged only where it
// cannot hold what somebody typed into a form.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		s.metrics.inFlight.Inc()
		defer func() {
			s.metrics.inFlight.Dec()
			n, took := noteOf(r.Context()), time.Since(begin)
			s.metrics.count(n, r.Method, took)
			level := slog.LevelInfo
			if n.route == "/healthz" || n.route == "/readyz" || n.route == "/metrics" {
				level = slog.LevelDebug
			}
			if !s.log.Enabled(r.Context(), level) {
				return
			}
			attrs := []slog.Attr{
				slog.String("request_id", n.id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
				slog.Int("status", n.status), slog.Int("bytes", n.bytes), slog.Duration("took", took.Round(10*time.Microsecond)),
			}
			if r.URL.RawQuery != "" && n.route != "/login" && n.route != "/logout" {
				attrs = append(attrs, slog.String("query", r.URL.RawQuery[:min(len(r.URL.RawQuery), 500)]))
			}
			if n.user != "" {
				attrs = append(attrs, slog.String("user", n.user))
			}
			s.log.LogAttrs(r.Context(), level, "request", attrs...)
		}()
		next.ServeHTTP(w, r)
	})
}

// recover turns a panic into an internal error; the process goes on.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // the value that net/http compares with as well
				panic(cause)
			}
			n := noteOf(r.Context())
			s.metrics.panics.Inc()
			s.log.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request_id", n.id),
				slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
			if n.wrote {
				panic(http.ErrAbortHandler) // the client must not take half an answer for a whole one
			}
			p := problemOf(nil)
			writeProblem(w, r, p)
		}()
		next.ServeHTTP(w, r)
	})
}
