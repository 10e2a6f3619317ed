// Package browsertest looks at the map page as a reader does: in headless
// Chromium, over the real server, a real database and the demonstration.
package browsertest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/importers/demo"
	"kraj/web"
	"kraj/web/app"
)

// basePath is where the page lives in the tests: under a path, as behind a proxy.
const basePath = "/pot/do"

func TestMain(m *testing.M) { pgtest.Main(m) }

// chromium is the browser's program, or a skipped test; where CI runs, its absence fails.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{os.Getenv("KRAJ_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "no Chromium found (apt-get install chromium, or set KRAJ_CHROMIUM)")
	return ""
}

func missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// site is a server with the demonstration, which tests may take down and put up again.
type site struct {
	url     string
	handler http.Handler
	addr    string
	mu      sync.Mutex
	server  *http.Server
	pools   *pg.Pools
}

// newSite loads the demonstration into a fresh database and serves it.
func newSite(t testing.TB, more ...func(*web.Config)) *site {
	t.Helper()
	if !app.Built() {
		missing(t, "the page is not built (./dev build)")
	}
	pools := pgtest.New(t)
	if _, err := demo.Load(t.Context(), pools.Owner, demo.Options{}); err != nil {
		t.Fatalf("loading the demonstration: %v", err)
	}
	return siteOver(t, pools, more...)
}

// siteOver serves a database.
func siteOver(t testing.TB, pools *pg.Pools, more ...func(*web.Config)) *site {
	t.Helper()
	config := web.Config{Pools: pools, BasePath: basePath}
	for _, change := range more {
		change(&config)
	}
	handler := web.New(config)
	s := &site{handler: handler, pools: pools}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); handler.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	s.addr = "127.0.0.1:0"
	s.up(t)
	t.Cleanup(s.down)
	s.url = "http://" + s.addr + basePath + "/"
	return s
}

// up listens on the site's address.
func (s *site) up(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	s.server = &http.Server{Handler: s.handler, ReadHeaderTimeout: 5 * time.Second}
	go s.server.Serve(l) //nolint:errcheck // it ends when the test closes it
}

// down closes the listener and every connection.
func (s *site) down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.server.Close()
}

// browser is one Chromium for a test and its subtests.
func browser(t testing.TB) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("enable-unsafe-swiftshader", true),
		chromedp.Flag("lang", "sl-SI"), chromedp.WindowSize(1440, 900))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return ctx
}

// name of a screenshot kept when KRAJ_ARTIFACTS names a folder.
func artefact(name string) (string, bool) {
	dir := os.Getenv("KRAJ_ARTIFACTS")
	if dir == "" || os.MkdirAll(dir, 0o755) != nil {
		return "", false
	}
	return fmt.Sprintf("%s/%s.png", dir, name), true
}
