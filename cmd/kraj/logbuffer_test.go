package main

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// written is a log that another goroutine may read.
type written struct {
	mu    sync.Mutex
	text  bytes.Buffer
	times int
}

func (w *written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.times++
	return w.text.Write(b)
}

func (w *written) lines() (n, times int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.text.String(), "\n"), w.times
}

// TestLogBuffer: lines wait for company but not long, errors wait for nobody, none is lost or broken.
func TestLogBuffer(t *testing.T) {
	to := &written{}
	buffer := &logBuffer{to: to}
	log := slog.New(promptly{slog.NewJSONHandler(buffer, nil), buffer}).With("who", "test")
	for range 10 {
		log.Info("request")
	}
	if n, _ := to.lines(); n != 0 {
		t.Errorf("%d lines were written alone", n)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(logPatience / 10) {
		if n, times := to.lines(); n == 10 && times == 1 {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("%d lines in %d pieces after a long time", n, times)
		}
	}
	log.Info("before")
	log.Error("broken")
	if n, times := to.lines(); n != 12 || times != 2 {
		t.Errorf("after an error there are %d lines in %d pieces", n, times)
	}
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for range 1000 {
				log.Info(strings.Repeat("č", 40))
			}
		})
	}
	writers.Wait()
	if err := buffer.flush(); err != nil {
		t.Fatal(err)
	}
	n, times := to.lines()
	if n != 4012 || times > 4000/50 {
		t.Errorf("%d lines in %d pieces", n, times)
	}
	for line := range strings.Lines(to.text.String()) {
		if !strings.HasPrefix(line, "{") || !strings.HasSuffix(line, "}\n") {
			t.Fatalf("a broken line: %q", line)
		}
	}
}
