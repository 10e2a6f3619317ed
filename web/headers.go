package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kraj/web/app"
)

// plainHost refuses whatever could end a source in a policy and begin another.
func plainHost(host string) bool {
	return host != "" && strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == ""
}

// pagePolicy is the page's Content-Security-Policy with exactly the hosts of the
// basemaps added: MapLibre fetches tiles, and may show them as images.
func pagePolicy(basemaps []Basemap) string {
	var hosts []string
	for _, b := range basemaps {
		if u, err := url.Parse(b.URL); err == nil && plainHost(u.Host) {
			if source := u.Scheme + "://" + u.Host; !slices.Contains(hosts, source) {
				hosts = append(hosts, source)
			}
		}
	}
	if len(hosts) == 0 {
		return app.ContentSecurityPolicy
	}
	directives := strings.Split(app.ContentSecurityPolicy, ";")
	for i, d := range directives {
		if d = strings.TrimSpace(d); strings.HasPrefix(d, "connect-src ") || strings.HasPrefix(d, "img-src ") {
			directives[i] = " " + d + " " + strings.Join(hosts, " ")
		}
	}
	return strings.TrimSpace(strings.Join(directives, ";"))
}

// documentPolicy is for answers that are data: whoever opens one in a browser
// runs nothing.
const documentPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// headers sets what every answer carries; the page and the sign-in form replace
// the policy by their own.
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setAll(w.Header(),
			"X-Content-Type-Options", "nosniff",
			"Referrer-Policy", "same-origin",
			"Content-Security-Policy", documentPolicy,
			"Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// open lets pages from anywhere read what anybody may read: without credentials,
// so a planner's session is of no use to them.
func open(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		openly(h)
		if r.Method != http.MethodOptions {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Allow", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "Accept, If-None-Match")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	})
}

// openly says that pages from anywhere may read the answer, and which of its headers.
func openly(h http.Header) {
	setAll(h,
		"Access-Control-Allow-Origin", "*",
		"Access-Control-Expose-Headers", "ETag, Link, Cache-Status, Content-Crs, Kraj-Dropped, OGC-NumberMatched, OGC-NumberReturned, Retry-After, X-Request-Id")
}

// setAll sets headers, given as name and value in turns, the names written canonically (http.CanonicalHeaderKey). Answers from
// memory have a dozen of them, so all values share one piece of memory.
func setAll(h http.Header, namesAndValues ...string) {
	values := make([]string, len(namesAndValues)/2)
	for i := range values {
		values[i] = namesAndValues[2*i+1]
		h[namesAndValues[2*i]] = values[i : i+1 : i+1]
	}
}
