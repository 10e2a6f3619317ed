package browsertest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// budget is what the first view of the demonstration may cost over the wire, in bytes.
const budget = 600_000

// wire counts what a server sends: the bodies as they are coded, and their headers.
type wire struct {
	http.Handler
	mu   sync.Mutex
	sent map[string]int
}

type counted struct {
	http.ResponseWriter
	wire *wire
	path string
	head bool
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.Handler.ServeHTTP(&counted{ResponseWriter: rw, wire: w, path: r.URL.Path}, r)
}

func (w *wire) add(path string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent[path] += n
}

// total of everything sent, and its parts with the largest first.
func (w *wire) total() (int, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	sum := 0
	var lines []string
	for _, path := range slices.SortedFunc(maps.Keys(w.sent), func(a, b string) int { return cmp.Compare(w.sent[b], w.sent[a]) }) {
		sum += w.sent[path]
		lines = append(lines, fmt.Sprintf("%8d %s", w.sent[path], path))
	}
	return sum, strings.Join(lines, "\n")
}

// Unwrap lets an http.ResponseController reach the connection.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *counted) Flush() { _ = http.NewResponseController(c.ResponseWriter).Flush() }

func (c *counted) WriteHeader(status int) {
	if !c.head {
		c.head = true
		n := len("HTTP/1.1 200 OK\r\n\r\n")
		for name, values := range c.Header() {
			for _, v := range values {
				n += len(name) + len(v) + 4
			}
		}
		c.wire.add(c.path, n)
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counted) Write(b []byte) (int, error) {
	if !c.head {
		c.WriteHeader(http.StatusOK)
	}
	c.wire.add(c.path, len(b))
	return c.ResponseWriter.Write(b)
}

// TestFirstView adds up what reaches a browser that has nothing yet, on a desktop and a
// phone, and looks whether anything jumped while it came.
func TestFirstView(t *testing.T) {
	s, b := newSite(t), browser(t)
	for _, view := range []struct {
		name          string
		width, height int64
	}{{"desktop", 1440, 900}, {"phone", 360, 760}} {
		t.Run(view.name, func(t *testing.T) {
			w := &wire{Handler: s.handler, sent: map[string]int{}}
			fresh := &site{handler: w, pools: s.pools, addr: "127.0.0.1:0"} // another port: an empty cache
			fresh.up(t)
			t.Cleanup(fresh.down)
			fresh.url = "http://" + fresh.addr + basePath + "/"
			p := open(t, b, fresh, "m=kranj", view.width, view.height)
			p.await(`document.querySelector(".tree")`)
			p.settled()
			sum, parts := w.total()
			t.Logf("%d bytes:\n%s", sum, parts)
			if sum > budget {
				t.Errorf("the first view takes %d bytes, more than %d:\n%s", sum, budget, parts)
			}
			if !strings.Contains(parts, ".mvt") || !strings.Contains(parts, "worker") {
				t.Error("tiles or the worker are not among what was counted")
			}
			p.steady()
		})
	}
}

// steady fails the test when things jumped since the page was opened.
func (p *page) steady() {
	p.t.Helper()
	type jump struct {
		Value float64  `json:"value"`
		Parts []string `json:"parts"`
	}
	jumps := eval[[]jump](p, `new Promise(done => {
		const seen = [];
		new PerformanceObserver(list => list.getEntries().forEach(e => e.hadRecentInput || seen.push({value: e.value, parts: e.sources.map(s => s.node?.className + " " + JSON.stringify(s.previousRect) + " → " + JSON.stringify(s.currentRect))})))
			.observe({type: "layout-shift", buffered: true});
		setTimeout(() => done(seen), 300);
	})`)
	sum := 0.0
	for _, j := range jumps {
		sum += j.Value
	}
	if sum > 0.02 { // a fifth of what Web Vitals calls good
		p.t.Errorf("the layout jumped by %.3f: %v", sum, jumps)
	}
}

// TestPolicy reads the header of every document and script of the page: nothing but its own origin.
func TestPolicy(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"", "dostopnost", "login"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "text/html")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		policy := res.Header.Get("Content-Security-Policy")
		for _, bad := range []string{"unsafe", "http:", "https:", "*", "//"} {
			if policy == "" || strings.Contains(policy, bad) {
				t.Errorf("/%s: policy %q holds %q", path, policy, bad)
			}
		}
	}
}
