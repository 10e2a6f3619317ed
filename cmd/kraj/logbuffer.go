package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"
)

// logBuffer collects the lines of the log and writes many at once: a line a request, each written by itself, costs a
// busy server as much as answering from memory. Lines of warnings and errors are written at once, and everything before them.
type logBuffer struct {
	to io.Writer

	mu      sync.Mutex
	lines   []byte
	pending bool // a timer will write them
}

const (
	logPatience = 200 * time.Millisecond // how long a line may wait; what a kill -9 loses at most
	logFull     = 32 << 10               // bytes that are not kept waiting
)

// Write takes whole lines. It fails only when lines that were full had to be written and could not be.
func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line...)
	if len(b.lines) >= logFull {
		return len(line), b.write()
	}
	if !b.pending {
		b.pending = true
		time.AfterFunc(logPatience, func() { _ = b.flush() })
	}
	return len(line), nil
}

// flush writes what has been collected.
func (b *logBuffer) flush() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pending = false
	return b.write()
}

func (b *logBuffer) write() error {
	if len(b.lines) == 0 {
		return nil
	}
	_, err := b.to.Write(b.lines)
	b.lines = b.lines[:0]
	return err
}

// promptly is a handler that does not keep warnings and errors waiting.
type promptly struct {
	slog.Handler
	buffer *logBuffer
}

func (h promptly) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		err = errors.Join(err, h.buffer.flush())
	}
	return err
}

func (h promptly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return promptly{h.Handler.WithAttrs(attrs), h.buffer}
}

func (h promptly) WithGroup(name string) slog.Handler {
	return promptly{h.Handler.WithGroup(name), h.buffer}
}
