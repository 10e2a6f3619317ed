package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress draws a bar for a person at a terminal; for everybody else it is silent.
// The returned function ends it.
func (p *program) progress() (tick func(stage string, done, total int64), end func()) {
	f, ok := p.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil, func() {}
	}
	bar := newBar(f)
	shown := ""
	tick = func(stage string, done, total int64) {
		if stage != shown {
			shown = stage
			bar.Reset()
			bar.Describe(stage)
		}
		if total <= 0 {
			total = -1 // a spinner
		}
		if bar.GetMax64() != total {
			bar.ChangeMax64(total)
		}
		_ = bar.Set64(done) // a bar that cannot be drawn is no reason to stop
	}
	return tick, func() { _ = bar.Clear() }
}

func newBar(w io.Writer) *progressbar.ProgressBar {
	return progressbar.NewOptions64(-1,
		progressbar.OptionSetWriter(w), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
		progressbar.OptionShowCount(), progressbar.OptionSetWidth(30), progressbar.OptionSpinnerType(14))
}
