package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// origin is the server as the client sees it: what every address that an answer
// holds begins with.
type origin struct {
	scheme string
	host   string
	prefix string // "" or "/name"
	client string // the client's address, for limits and never for rights
}

func (o origin) secure() bool { return o.scheme == "https" }

// url of a path on this server, which begins with a slash.
func (o origin) url(path string) string { return o.scheme + "://" + o.host + o.prefix + path }

// originOf is where the request came to.
func originOf(ctx context.Context) origin {
	o, _ := ctx.Value(originKey).(origin)
	return o
}

var prefixPattern = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)

// isHost reports whether a text is the name or address of a host, with a port or without: name:8080, [::1]:8080.
func isHost(s string) bool {
	if at := strings.LastIndexByte(s, ':'); at >= 0 && !strings.HasSuffix(s, "]") {
		port := s[at+1:]
		if len(port) < 1 || len(port) > 5 || strings.Trim(port, "0123456789") != "" {
			return false
		}
		s = s[:at]
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		return ok && inner != "" && strings.Trim(inner, "0123456789ABCDEFabcdef:.") == ""
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
		default:
			return false
		}
	}
	return s != ""
}

func cleanPrefix(prefix string) string {
	prefix = strings.TrimRight(prefix, "/")
	if !prefixPattern.MatchString(prefix) || strings.Contains(prefix, "/..") {
		return ""
	}
	return prefix
}

// forwarded finds the server's own address and takes the base path off.
func (s *Server) forwarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o, ok := s.origin(r)
		if !ok {
			writeProblem(w, r, problem{Status: http.StatusBadRequest, Title: "Bad host", Detail: "the Host header is not the name of a host"})
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), originKey, o))
		if s.cfg.BasePath != "" {
			if r.URL.Path == s.cfg.BasePath && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
				http.Redirect(w, r, o.url("/"), http.StatusPermanentRedirect)
				return
			}
			r = withoutPrefix(r, s.cfg.BasePath)
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) origin(r *http.Request) (origin, bool) {
	o := origin{scheme: "http", host: r.Host, prefix: s.cfg.BasePath, client: r.RemoteAddr}
	if r.TLS != nil {
		o.scheme = "https"
	}
	if address, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		o.client = address
	}
	if s.trusted(o.client) {
		o.believe(r.Header)
	}
	if u, err := url.Parse(s.cfg.PublicURL); s.cfg.PublicURL != "" && err == nil {
		o.scheme, o.host, o.prefix = u.Scheme, u.Host, cleanPrefix(u.Path)
	}
	return o, isHost(o.host)
}

// believe takes over what a proxy says, as far as it makes sense.
func (o *origin) believe(h http.Header) {
	if proto := lastOf(h, "X-Forwarded-Proto"); proto == "http" || proto == "https" {
		o.scheme = proto
	}
	if host := lastOf(h, "X-Forwarded-Host"); isHost(host) {
		o.host = host
	}
	if prefix := cleanPrefix(lastOf(h, "X-Forwarded-Prefix")); prefix != "" {
		o.prefix = prefix
	}
	if _, err := netip.ParseAddr(lastOf(h, "X-Forwarded-For")); err == nil {
		o.client = lastOf(h, "X-Forwarded-For")
	}
}

// lastOf is what the nearest proxy said: it appends, whoever came before may lie.
func lastOf(h http.Header, name string) string {
	values := h.Values(name)
	if len(values) == 0 {
		return ""
	}
	parts := strings.Split(values[len(values)-1], ",")
	return strings.TrimSpace(parts[len(parts)-1])
}

func (s *Server) trusted(address string) bool {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, p := range s.cfg.TrustedProxies {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

func withoutPrefix(r *http.Request, prefix string) *http.Request {
	path, ok := strings.CutPrefix(r.URL.Path, prefix+"/")
	if !ok {
		return r
	}
	u := *r.URL
	u.Path = "/" + path
	if raw, ok := strings.CutPrefix(u.RawPath, prefix+"/"); ok {
		u.RawPath = "/" + raw
	}
	clone := *r
	clone.URL = &u
	return &clone
}
