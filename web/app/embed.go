// Package app holds the built map page: the files that `npm run build` writes
// to dist, served with the caching, compression and Content-Security-Policy
// they are made for. Without a build the package still compiles, and the
// handler says how to make one.
package app

import (
	"embed"
	"fmt"
	"html"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// ContentSecurityPolicy is what the page needs and nothing more: its own files,
// MapLibre's worker from the same origin, and the data: images of its controls.
const ContentSecurityPolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// Built reports whether the page was built before this binary was.
func Built() bool {
	_, err := fs.Stat(dist, "dist/index.html")
	return err == nil
}

// Page serves the page itself, whatever the path of the request, under the given
// Content-Security-Policy: ContentSecurityPolicy, or one that allows more hosts.
func Page(policy string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Built() {
			notBuilt(w)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		serve(w, r, "dist/index.html")
	})
}

// Record is the page of one project or place. It lies depth folders below the map's, whose addresses it is given relative to
// itself; title and language are its own.
type Record struct {
	Depth       int
	Title, Lang string
	Status      int
}

// ServeHTTP writes the page, under ContentSecurityPolicy.
func (p Record) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !Built() {
		notBuilt(w)
		return
	}
	text, err := fs.ReadFile(dist, "dist/record.html")
	if err != nil {
		notBuilt(w)
		return
	}
	root := "./"
	if p.Depth > 0 {
		root = strings.Repeat("../", p.Depth)
	}
	page := strings.NewReplacer(
		`lang="sl" data-root="./"`, `lang="`+p.Lang+`" data-root="`+root+`"`, `"assets/`, `"`+root+`assets/`,
		"<title>kraj</title>", "<title>"+html.EscapeString(p.Title)+"</title>").Replace(string(text))
	h := w.Header()
	h.Set("Content-Security-Policy", ContentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Add("Vary", "Cookie")
	w.WriteHeader(p.Status)
	if r.Method == http.MethodGet {
		_, _ = w.Write([]byte(page)) // the client has gone; there is nobody to tell
	}
}

// Assets serves the files that the page names as assets/NAME: mount it at
// /assets/ beside the page. Their names carry a hash, so they are cached for ever.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Base(path.Clean(r.URL.Path))
		w.Header().Set("X-Content-Type-Options", "nosniff")
		// A worker lives under the policy of its own file: without one that allows it, MapLibre's gets no tile.
		w.Header().Set("Content-Security-Policy", ContentSecurityPolicy)
		if strings.Contains(name, "-") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		serve(w, r, "dist/assets/"+name)
	})
}

// serve writes the file, in the smallest coding that the client accepts.
func serve(w http.ResponseWriter, r *http.Request, name string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	file, coding := name, ""
	for _, c := range []struct{ coding, ext string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if _, err := fs.Stat(dist, name+c.ext); err == nil && accepts(r, c.coding) {
			file, coding = name+c.ext, c.coding
			break
		}
	}
	body, err := fs.ReadFile(dist, file)
	if err != nil {
		w.Header().Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType(name))
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the client has gone; there is nobody to tell
	}
}

// contentType does not ask the machine's mime table, which differs between systems.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// accepts reports whether the request's Accept-Encoding names the coding with a weight above zero.
func accepts(r *http.Request, coding string) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, weighted := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q := strings.TrimPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		f, err := strconv.ParseFloat(q, 64)
		return !weighted || (err == nil && f > 0)
	}
	return false
}

func notBuilt(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotImplemented)
	fmt.Fprintln(w, "Ta kraj je zgrajen brez zemljevida. Zgradite ga z ./dev build (ali: cd web/app && npm ci && npm run build) in znova prevedite program.")
	fmt.Fprintln(w, "This kraj was built without its map page. Build it with ./dev build (or: cd web/app && npm ci && npm run build), then build the program again.")
}
