package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"

	"kraj/geo"
	"kraj/importers/export"
)

const (
	fileTime  = 3 * time.Minute // the longest that a file may take to be made
	fileSlots = 2               // files made at the same time
	fileWait  = 20 * time.Second
	fileRate  = 50 << 10 // bytes a second that a client has to take at least
	fileBytes = 2 << 30  // of one file
)

// fileFormats are the endings of files of projects with their media types.
var fileFormats = map[string]string{
	"csv":     "text/csv; charset=utf-8; header=present",
	"xlsx":    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"geojson": "application/geo+json",
	"gpkg":    "application/geopackage+sqlite3",
}

// projectFile answers exactly the rows of a list as a file. It is made in a temporary file first: then the database is free,
// however slow the client is, and what goes wrong is still said in words instead of half a file.
func (s *Server) projectFile(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, slices.Concat([]string{"municipality"}, filterParams, []string{"scheme", "sort", "groups", "columns", "lang"})...)
	f := projectFilter(p)
	f.Scheme = p.Text("scheme")
	order := projectOrder(p, f)
	o := export.Options{
		Layer: "projects", Municipality: order.Municipality, Filter: &order.ProjectFilter, Sort: order.Sort, Groups: order.Groups, Columns: p.List("columns"),
		Public: audienceOf(r.Context()).user == nil, File: "projects." + pathValue(r, "format"),
	}
	if p.Has("lang") {
		o.Lang = p.Word("lang", "sl", "en")
	}
	if err := p.Err(); err != nil {
		return err
	}
	m, err := municipalityOf(r.Context(), audienceOf(r.Context()).db(), p)
	if err != nil {
		return err
	}
	name := fileName(m, o.Lang, pathValue(r, "format"))
	if r.Method == http.MethodHead {
		fileHeaders(w, r, name, pathValue(r, "format"))
		return nil
	}
	// Not every writer has a connection.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(fileTime + fileWait + time.Minute))
	leave, err := s.fileSlot(r.Context())
	if err != nil {
		return err
	}
	made, zipped, err := s.makeFile(r, o)
	leave()
	if made != nil {
		defer func() { _ = errors.Join(made.Close(), os.Remove(made.Name())) }()
	}
	if err != nil {
		return asParameter(err)
	}
	fileHeaders(w, r, name, pathValue(r, "format"))
	return sendFile(w, r, made, zipped)
}

// fileSlot waits until a file may be made; the function it returns gives the place to the next.
func (s *Server) fileSlot(ctx context.Context) (leave func(), err error) {
	wait, cancel := context.WithTimeout(ctx, fileWait)
	defer cancel()
	select {
	case s.files <- struct{}{}:
		return func() { <-s.files }, nil
	case <-wait.Done():
		return nil, &problem{
			Status: http.StatusServiceUnavailable, Title: "Too busy",
			Detail: "as many files as the server makes at a time are being made; try again shortly", retryAfter: 10,
		}
	}
}

// makeFile writes the file to the disk, compressed where that is worth it and the client takes it.
func (s *Server) makeFile(r *http.Request, o export.Options) (made *os.File, zipped bool, err error) {
	made, err = os.CreateTemp("", "kraj-*"+filepath.Ext(o.File))
	if err != nil {
		return nil, false, fmt.Errorf("making a temporary file: %w", err)
	}
	out := io.Writer(&bounded{made, fileBytes})
	if zipped = accepts(r, "gzip") && slices.Contains([]string{".csv", ".geojson"}, filepath.Ext(o.File)); !zipped {
		_, err = export.Write(r.Context(), s.cfg.Pools, out, o)
		return made, false, err
	}
	z, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil {
		return made, true, fmt.Errorf("compressing: %w", err)
	}
	if _, err = export.Write(r.Context(), s.cfg.Pools, z, o); err != nil {
		return made, true, err
	}
	return made, true, z.Close()
}

// bounded refuses to write more than the bytes left.
type bounded struct {
	io.Writer
	left int64
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, geo.Errorf(geo.TooLarge, "File too large", "the file would be larger than %d MB; narrow it by filters or columns", fileBytes>>20)
	}
	return b.Writer.Write(p) //nolint:wrapcheck // the writer's own words
}

func fileHeaders(w http.ResponseWriter, r *http.Request, name, format string) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding, Cookie")
	h.Set("Cache-Control", cacheControl(r))
	h.Set("Content-Type", fileFormats[format])
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

// fileName says what is in it, from where and of when: kranj-projekti-2026-11-28.xlsx. A slug is folded: letters and digits
// of ASCII, mostly; what is not becomes a hyphen.
func fileName(m *geo.MunicipalityRef, lang, format string) string {
	what := "projects"
	if lang == "sl" {
		what = "projekti"
	}
	name := []byte(what + time.Now().Format("-2006-01-02") + "." + format)
	if m != nil {
		name = append([]byte(m.Slug+"-"), name...)
	}
	for i, c := range name {
		if c != '-' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			name[i] = '-'
		}
	}
	return string(name)
}

// sendFile sends what was made. The request gives up its place among those worked on; a client has as long as its share
// of the line takes.
func sendFile(w http.ResponseWriter, r *http.Request, made *os.File, zipped bool) error {
	size, err := made.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = made.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("reading the file again: %w", err)
	}
	if zipped {
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute + time.Duration(size/fileRate)*time.Second))
	defer noteOf(r.Context()).leaveSending(w, 64<<10)()
	w.WriteHeader(http.StatusOK)
	_, _ = io.Copy(w, made) // the client has gone; there is nobody to tell
	return nil
}
