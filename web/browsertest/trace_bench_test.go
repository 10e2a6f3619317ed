package browsertest

import (
	"cmp"
	"encoding/json"
	neturl "net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"

	"kraj/geo/pg"
)

// BenchmarkPan pans and zooms over the municipality that has the most projects while
// Chromium records a trace, and reports the tasks of the page's main thread: KRAJ_BENCH_DATABASE
// names a database that is loaded (geo/pgtest/country/load); it is only read. With
// KRAJ_ARTIFACTS the trace is kept, for chrome://tracing.
//
// Wall is what a task took, cpu what its thread worked in it: with a software renderer
// the thread also waits for the GPU process, which a reader's machine does not.
func BenchmarkPan(b *testing.B) {
	s, slug, count := largest(b)
	ctx := browser(b)
	for _, state := range []string{"", "&tool=view", "&tab=layers"} {
		state = "m=" + neturl.PathEscape(slug) + state
		b.Run(state, func(b *testing.B) {
			for b.Loop() {
				p := open(b, ctx, s, state, 1440, 900)
				p.settled()
				report(b, p.trace(pan), count)
			}
		})
	}
}

// largest is the site over KRAJ_BENCH_DATABASE, and its municipality that has the most projects.
func largest(b *testing.B) (s *site, slug string, count int) {
	b.Helper()
	url := os.Getenv("KRAJ_BENCH_DATABASE")
	if url == "" {
		b.Skip("KRAJ_BENCH_DATABASE names no database")
	}
	pools, err := pg.Open(b.Context(), pg.Config{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pools.Close)
	if err := pools.Public.QueryRow(b.Context(), `SELECT m.slug, count(*) FROM projects p JOIN municipalities m ON m.id = p.municipality_id GROUP BY 1 ORDER BY 2 DESC LIMIT 1`).Scan(&slug, &count); err != nil {
		b.Fatal(err)
	}
	return siteOver(b, pools), slug, count
}

// pan goes there and back, in and out, as somebody looking around does.
const pan = `(async () => {
	const map = window.kraj.map, pause = ms => new Promise(done => setTimeout(done, ms));
	const moved = act => new Promise(done => { map.once("moveend", done); act(); });
	await moved(() => map.zoomTo(map.getZoom() + 1.5, {duration: 400}));
	for (const [x, y] of [[400, 0], [0, 300], [-400, 0], [0, -300], [300, 200], [-300, -200]]) { await moved(() => map.panBy([x, y], {duration: 500})); await pause(350); }
	await moved(() => map.zoomTo(map.getZoom() + 2, {duration: 600}));
	for (const [x, y] of [[500, 0], [0, 400], [-500, 0], [0, -400]]) { await moved(() => map.panBy([x, y], {duration: 500})); await pause(350); }
	await moved(() => map.zoomTo(map.getZoom() - 2, {duration: 600}));
	await pause(1500);
	return true;
})()`

// event is what a trace says of one piece of work; times in microseconds.
type event struct {
	Name     string  `json:"name"`
	Phase    string  `json:"ph"`
	Process  int     `json:"pid"`
	Thread   int     `json:"tid"`
	Start    float64 `json:"ts"`
	Duration float64 `json:"dur"`
	CPU      float64 `json:"tdur"`
	Args     struct {
		Name string `json:"name"`
		Data struct {
			URL      string `json:"url"`
			Function string `json:"functionName"`
			Type     string `json:"type"`
		} `json:"data"`
	} `json:"args"`
}

// trace records while a script runs.
func (p *page) trace(script string) []event {
	p.t.Helper()
	var raw []json.RawMessage
	done := make(chan struct{})
	if err := chromedp.Listen(p.ctx, func(ev any) {
		switch ev := ev.(type) {
		case *tracing.EventDataCollected:
			for _, v := range ev.Value {
				raw = append(raw, json.RawMessage(slices.Clone(v)))
			}
		case *tracing.EventTracingComplete:
			close(done)
		}
	}); err != nil {
		p.t.Fatal(err)
	}
	config := &tracing.TraceConfig{IncludedCategories: []string{"devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel", "__metadata"}, ExcludedCategories: []string{"*"}}
	if _, err := chromedp.Call(p.ctx, tracing.Start, tracing.StartParams{TraceConfig: config}); err != nil {
		p.t.Fatal(err)
	}
	eval[bool](p, script)
	if _, err := chromedp.Call(p.ctx, tracing.End, struct{}{}); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-done:
	case <-time.After(time.Minute):
		p.t.Fatal("the trace did not end")
	}
	events := make([]event, 0, len(raw))
	for _, r := range raw {
		var e event
		if json.Unmarshal(r, &e) == nil {
			events = append(events, e)
		}
	}
	if path, ok := artefact("trace-" + strings.NewReplacer("/", "-", "&", "-", "=", "-").Replace(p.t.Name())); ok {
		all, _ := json.Marshal(raw)
		_ = os.WriteFile(strings.TrimSuffix(path, ".png")+".json", all, 0o644) //nolint:gosec // a trace for everybody
	}
	return events
}

// report reads the longest task, of all and of those in which the page's own script ran.
func report(b *testing.B, events []event, projects int) {
	b.Helper()
	main := mainThreads(events)
	var tasks, scripts []event
	for _, e := range events {
		if e.Phase != "X" || !main[[2]int{e.Process, e.Thread}] {
			continue
		}
		switch e.Name {
		case "ThreadControllerImpl::RunTask", "RunTask":
			tasks = append(tasks, e)
		case "FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire", "EventDispatch", "RunMicrotasks":
			scripts = append(scripts, e)
		}
	}
	if len(tasks) == 0 || len(scripts) == 0 {
		b.Fatalf("the trace has %d tasks and %d pieces of script: it cannot be read", len(tasks), len(scripts))
	}
	longest := func(of []event) event {
		return slices.MaxFunc(of, func(x, y event) int { return cmp.Compare(x.CPU, y.CPU) })
	}
	over := 0
	for _, e := range scripts {
		if e.Name == "FunctionCall" && e.CPU > 50_000 {
			over++
		}
	}
	task, script := longest(tasks), longest(scripts)
	b.ReportMetric(float64(projects), "projects")
	b.ReportMetric(task.CPU/1000, "task-cpu-ms")
	b.ReportMetric(task.Duration/1000, "task-wall-ms")
	b.ReportMetric(script.CPU/1000, "script-cpu-ms")
	b.ReportMetric(script.Duration/1000, "script-wall-ms")
	b.ReportMetric(float64(over), "scripts-over-50ms")
	slices.SortFunc(scripts, func(x, y event) int { return cmp.Compare(y.CPU, x.CPU) })
	for _, e := range scripts[:min(12, len(scripts))] {
		b.Logf("%6.1f ms cpu %6.1f ms wall  %s %s %s %s", e.CPU/1000, e.Duration/1000, e.Name, e.Args.Data.Type, e.Args.Data.Function, e.Args.Data.URL)
	}
}

// mainThreads of pages, as process and thread.
func mainThreads(events []event) map[[2]int]bool {
	main := map[[2]int]bool{}
	for _, e := range events {
		if e.Name == "thread_name" && e.Args.Name == "CrRendererMain" {
			main[[2]int{e.Process, e.Thread}] = true
		}
	}
	return main
}

// scroll reads a long table as somebody does who looks for something in it: by wheel, by the bar, to its end, sorted otherwise.
const scroll = `(async () => {
	const pause = ms => new Promise(done => setTimeout(done, ms)), frame = () => new Promise(requestAnimationFrame);
	const body = document.querySelector(".grid");
	for (let i = 0; i < 60; i++) { body.scrollTop += 240; await frame(); }
	for (const part of [0.2, 0.5, 0.9, 1, 0.4]) { body.scrollTop = part * body.scrollHeight; await pause(400); }
	document.querySelector('.grid-head [data-column="1"]').click();
	await pause(2500);
	for (let i = 0; i < 60; i++) { body.scrollTop += 240; await frame(); }
	await pause(500);
	return true;
})()`

// BenchmarkTable scrolls and sorts the table of the municipality that has the most projects; it reports what BenchmarkPan does.
func BenchmarkTable(b *testing.B) {
	s, slug, count := largest(b)
	ctx := browser(b)
	for b.Loop() {
		p := open(b, ctx, s, "m="+neturl.PathEscape(slug)+"&table=60", 1440, 900)
		p.await(`document.querySelectorAll(".grid-row[data-code]").length > 3`)
		p.settled()
		report(b, p.trace(scroll), count)
	}
}
