package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"syscall"
	"time"
)

// Open is for commands beside a server: it joins the cluster that another kraj
// runs in the folder, and starts it for the time being when none does.
func Open(ctx context.Context, config Config) (*Cluster, error) {
	c, err := Start(ctx, config)
	var locked *LockedError
	if !errors.As(err, &locked) {
		return c, err
	}
	return attach(ctx, config, locked)
}

// attach waits for the cluster of the kraj that holds the lock: it may be just
// starting, or recovering.
func attach(ctx context.Context, config Config, locked *LockedError) (*Cluster, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c := &Cluster{config: config, folder: folder{config.Dir}}
	if c.config.Log == nil {
		c.config.Log = slog.New(slog.DiscardHandler)
	}
	for {
		var err error
		if c.record, err = c.folder.readRecord(); err == nil {
			if err = ping(ctx, c.URL()); err == nil {
				return c, nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(locked, fmt.Errorf("its database does not answer: %w", err))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// ErrNotRunning says that no server runs in a data folder.
var ErrNotRunning = errors.New("no database runs in the data folder")

// Running joins the cluster that runs in a data folder, if one does.
func Running(ctx context.Context, dir string) (*Cluster, error) {
	c := &Cluster{config: Config{Dir: dir, Log: slog.New(slog.DiscardHandler)}, folder: folder{dir}}
	if runningPostmaster(c.folder.pgdata()) == 0 {
		return nil, ErrNotRunning
	}
	return attach(ctx, c.config, &LockedError{Dir: dir})
}

// Attached tells whether another kraj runs the cluster; Stop then does nothing.
func (c *Cluster) Attached() bool { return c.lock == nil }

// StopRunning ends whatever runs in the data folder: the kraj that holds the lock,
// by SIGTERM, and a server that a killed kraj has left. The answer says, for
// people, what was stopped; it is empty when nothing ran.
func StopRunning(ctx context.Context, dir string) (string, error) {
	f := folder{dir}
	if _, err := os.Stat(f.lock()); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	a, err := findAccount(dir)
	if err != nil {
		return "", err
	}
	stopped := ""
	lock, err := f.takeLock(a)
	var held *LockedError
	if errors.As(err, &held) && held.PID > 0 {
		if err := syscall.Kill(held.PID, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
			return "", fmt.Errorf("stopping kraj (process %d): %w", held.PID, err)
		}
		stopped = fmt.Sprintf("stopped kraj (process %d) and its database", held.PID)
		lock, err = f.awaitLock(ctx, a)
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = lock.Close() }()
	pid := runningPostmaster(f.pgdata())
	if pid == 0 {
		return stopped, nil
	}
	s := &server{pid: pid, done: make(chan struct{})}
	go s.poll()
	if err := s.shutdown(ctx); err != nil {
		return stopped, err
	}
	if r, err := f.readRecord(); err == nil {
		_ = os.Remove(r.Socket) // only if it is empty
	}
	return fmt.Sprintf("stopped PostgreSQL (process %d)", pid), nil
}

// awaitLock waits until the other kraj has ended.
func (f folder) awaitLock(ctx context.Context, a account) (*os.File, error) {
	for {
		lock, err := f.takeLock(a)
		var held *LockedError
		if !errors.As(err, &held) {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: it does not end: %w", held, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
