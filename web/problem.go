package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"kraj/geo"
)

// problem is an answer in the sense of RFC 9457.
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty"`
	RequestID string `json:"request_id,omitempty"`

	retryAfter int // seconds; 0: no header
}

func (p *problem) Error() string { return p.Title + ": " + p.Detail }

// statusClientGone is what the log says when the client left before the answer.
const statusClientGone = 499

// statuses is the one table from a failure's kind to HTTP.
var statuses = map[geo.Kind]problem{
	geo.Invalid:     {Status: http.StatusBadRequest, Title: "Bad request"},
	geo.NotFound:    {Status: http.StatusNotFound, Title: "Not found"},
	geo.Conflict:    {Status: http.StatusConflict, Title: "Conflict"},
	geo.Unprocessed: {Status: http.StatusUnprocessableEntity, Title: "Not to be worked with"},
	geo.Forbidden:   {Status: http.StatusForbidden, Title: "Forbidden"},
	geo.TooLarge:    {Status: http.StatusServiceUnavailable, Title: "Too much work", Detail: "the answer took longer than a request may; ask for less: a smaller area, one municipality, fewer filters", retryAfter: 30},
	geo.Unavailable: {Status: http.StatusServiceUnavailable, Title: "Database away", Detail: "the database does not answer at the moment; nothing is lost, try again shortly", retryAfter: 5},
	geo.Internal:    {Status: http.StatusInternalServerError, Title: "Internal error", Detail: "kraj made a mistake; the log has it under this request_id"},
}

// problemOf puts any error into words that anybody may read.
func problemOf(err error) problem {
	var own *problem
	if errors.As(err, &own) {
		return *own
	}
	p := statuses[geo.KindOf(err)]
	var e *geo.Error
	if errors.As(err, &e) && p.Status != http.StatusInternalServerError {
		p.Title, p.Detail = e.Title, e.Detail
		if e.Kind == geo.TooLarge && e.Err == nil {
			p.Status, p.retryAfter = http.StatusRequestEntityTooLarge, 0
		}
	} else if p.Status == http.StatusBadRequest {
		p.Detail = "a value does not fit its type"
	}
	return p
}

// fail writes the problem that err is, and logs causes that are kraj's own.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	note := noteOf(r.Context())
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		note.status = statusClientGone
		return // nobody reads the answer
	}
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError {
		s.log.LogAttrs(r.Context(), slog.LevelError, "request failed", slog.String("request_id", note.id),
			slog.String("route", note.route), slog.Any("error", err))
	}
	writeProblem(w, r, p)
}

func writeProblem(w http.ResponseWriter, r *http.Request, p problem) {
	note := noteOf(r.Context())
	if note.wrote {
		return // the answer has begun; the connection ends short
	}
	p.Type, p.RequestID = "about:blank", note.id
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{"title":"Internal error","status":500}`)
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Content-Encoding", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/problem+json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client has gone; there is nobody to tell
	}
}
