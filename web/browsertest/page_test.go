package browsertest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for what must come; on a busy machine the
// software renderer takes its time.
const patience = 60 * time.Second

// page is one tab on a site. It notes every request to another host and
// everything that reaches the console as a warning or an error.
type page struct {
	t     testing.TB
	ctx   context.Context
	site  *site
	mu    sync.Mutex
	wrong []string
	seen  int // requests reported: none would mean that nothing was watched
	// excused are pieces of messages that the test itself provokes.
	excused []string
	// allowed are hosts that the page may ask: backgrounds that the test chose.
	allowed []string
}

// open shows the page with a state (what stands after '#') in a window of a size.
func open(t testing.TB, browser context.Context, s *site, state string, width, height int64) *page {
	t.Helper()
	return openFor(t, browser, s, state, width, height, 3*time.Minute)
}

// openFor is open for a test that stays longer on its page.
func openFor(t testing.TB, browser context.Context, s *site, state string, width, height int64, stay time.Duration) *page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, cancelTime := context.WithTimeout(ctx, stay)
	t.Cleanup(cancelTime)
	p := &page{t: t, ctx: ctx, site: s}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(s.url+"#"+state))
	p.await(`window.kraj && window.kraj.map.getStyle()?.layers.length > 5 && document.querySelector(".tab")`)
	t.Cleanup(p.clean)
	return p
}

func (p *page) note(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		url := ev.Request.URL
		p.seen++
		if !strings.HasPrefix(url, p.site.url) && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(url, "blob:") && url != "about:blank" && !p.mayAsk(url) {
			p.wrong = append(p.wrong, "request elsewhere: "+url)
		}
	case *runtime.EventExceptionThrown:
		p.wrong = append(p.wrong, "exception: "+ev.ExceptionDetails.Text+" "+arguments([]*runtime.RemoteObject{ev.ExceptionDetails.Exception}))
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			p.wrong = append(p.wrong, fmt.Sprintf("console %s: %s", ev.Type, arguments(ev.Args)))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError || ev.Entry.Level == log.EntryLevelWarning {
			p.wrong = append(p.wrong, fmt.Sprintf("log: %s %s", ev.Entry.Text, ev.Entry.URL))
		}
	}
}

// allow lets the page ask another host from now on.
func (p *page) allow(host string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = append(p.allowed, host)
}

func (p *page) mayAsk(url string) bool {
	for _, host := range p.allowed {
		if strings.HasPrefix(url, host) {
			return true
		}
	}
	return false
}

func arguments(args []*runtime.RemoteObject) string {
	var b strings.Builder
	for _, a := range args {
		if a == nil {
			continue
		}
		b.WriteString(string(a.Value))
		b.WriteString(a.Description)
		b.WriteString(" ")
	}
	return b.String()
}

// clean fails the test for anything wrong that it did not provoke itself.
func (p *page) clean() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == 0 {
		p.t.Error("the browser reported no request at all")
	}
	for _, w := range p.wrong {
		if strings.Contains(w, "GPU stall") || strings.Contains(w, "swiftshader") {
			continue // the software renderer about itself
		}
		excused := false
		for _, e := range p.excused {
			excused = excused || strings.Contains(w, e)
		}
		if !excused {
			p.t.Error(w)
		}
	}
}

func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// await waits until the expression is truthy.
func (p *page) await(expression string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		ok, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if ok {
			return
		}
		if time.Now().After(deadline) {
			p.shoot("failed-" + strings.ReplaceAll(p.t.Name(), "/", "-"))
			p.t.Fatalf("waited in vain for %s (%v)\n%s", expression, err, strings.Join(p.wrong, "\n"))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// text of the first element that the selector finds, "" when there is none.
func (p *page) text(selector string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))
}

// click presses an element as a mouse does, through its own listeners.
func (p *page) click(selector string) {
	p.t.Helper()
	p.await(fmt.Sprintf("document.querySelector(%q)", selector))
	eval[bool](p, fmt.Sprintf("(document.querySelector(%q).click(), true)", selector))
}

func eval[T any](p *page, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// settled waits until the map has drawn all its tiles.
func (p *page) settled() {
	p.t.Helper()
	p.await("window.kraj.map.loaded() && window.kraj.map.areTilesLoaded() && !window.kraj.map.isMoving()")
}

// shoot keeps a screenshot when the run asks for them.
func (p *page) shoot(name string) {
	path, ok := artefact(name)
	if !ok {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(path, png, 0o644) //nolint:gosec // a picture for everybody
	}
	if err != nil {
		p.t.Logf("no screenshot %s: %v", name, err)
	}
}
