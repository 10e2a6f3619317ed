package cluster

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is a running postmaster: our child, or one that another kraj left.
type server struct {
	pid  int
	done chan struct{} // closed when the process is gone
}

func (s *server) gone() <-chan struct{} { return s.done }

// adoptOrLaunch takes over a server that runs in the folder with the right
// configuration, or starts one.
func (c *Cluster) adoptOrLaunch(ctx context.Context) (*server, error) {
	if pid := runningPostmaster(c.folder.pgdata()); pid > 0 {
		s, err := c.adopt(ctx, pid)
		if s != nil || err != nil {
			return s, err
		}
	}
	if err := c.record.removeRemains(ctx, c.folder.pgdata()); err != nil {
		return nil, err
	}
	return c.launch(ctx)
}

// adopt takes over the postmaster pid. It returns nil when that one had to be
// stopped, because its configuration or its socket is not what it should be.
func (c *Cluster) adopt(ctx context.Context, pid int) (*server, error) {
	s := &server{pid: pid, done: make(chan struct{})}
	go s.poll()
	old, err := c.folder.readRecord()
	if err == nil && old == c.record {
		if err := c.waitReady(ctx, s); err == nil {
			c.config.Log.InfoContext(ctx, "adopted the running PostgreSQL", "pid", pid)
			return s, nil
		}
	}
	c.config.Log.InfoContext(ctx, "stopping the running PostgreSQL to start it anew", "pid", pid)
	return nil, s.shutdown(ctx)
}

// launch starts the postmaster and waits until it takes connections.
func (c *Cluster) launch(ctx context.Context) (*server, error) {
	output, err := os.OpenFile(filepath.Join(c.folder.dir, "postgres-start.log"), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}
	defer output.Close()
	if err := c.account.own(output.Name()); err != nil {
		return nil, err
	}
	// A file, not a pipe: the server must outlive a kraj that is killed.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), c.binaries.path("postgres"), "-D", c.folder.pgdata())
	cmd.Stdout, cmd.Stderr = output, output
	c.account.run(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}
	s := &server{pid: cmd.Process.Pid, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(s.done)
	}()
	if err := c.waitReady(ctx, s); err != nil {
		return nil, errors.Join(fmt.Errorf("PostgreSQL does not start: %w\n%s", err, c.lastWords(output.Name())), s.shutdown(context.WithoutCancel(ctx)))
	}
	return s, c.writeRecord()
}

// waitReady waits until the server answers: during recovery that may take
// minutes, so only the end of the process or of ctx ends the wait.
func (c *Cluster) waitReady(ctx context.Context, s *server) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	told := time.Now()
	for {
		err := ping(ctx, c.AdminURL())
		if err == nil {
			return nil
		}
		if time.Since(told) > 10*time.Second {
			c.config.Log.InfoContext(ctx, "waiting for PostgreSQL", "said", err)
			told = time.Now()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for PostgreSQL: %w", ctx.Err())
		case <-s.done:
			return errors.New("the process ended")
		case <-tick.C:
		}
	}
}

// ping connects once.
func ping(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// poll watches a process that is not our child.
func (s *server) poll() {
	for alive(s.pid) {
		time.Sleep(200 * time.Millisecond)
	}
	close(s.done)
}

// shutdown asks for a fast shutdown: sessions end, everything is written. When
// ctx or a minute ends first, it insists: an immediate shutdown, recovered later.
func (s *server) shutdown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	select {
	case <-s.done: // its number may be somebody else's by now
		return nil
	default:
	}
	if err := syscall.Kill(s.pid, syscall.SIGINT); err != nil {
		if errors.Is(err, syscall.ESRCH) {
			return nil
		}
		return fmt.Errorf("stopping PostgreSQL (process %d): %w", s.pid, err)
	}
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
	}
	_ = syscall.Kill(s.pid, syscall.SIGQUIT)
	select {
	case <-s.done:
		return nil
	case <-time.After(10 * time.Second):
		return fmt.Errorf("PostgreSQL (process %d) does not stop", s.pid)
	}
}

// lastWords is what the server said before it ended: on its standard error, then
// in its newest log, where it goes on once it has read its configuration.
func (c *Cluster) lastWords(output string) string {
	newest, when := "", time.Time{}
	logs, _ := filepath.Glob(filepath.Join(c.folder.pgdata(), "log", "*.log"))
	for _, log := range logs {
		if info, err := os.Stat(log); err == nil && info.ModTime().After(when) {
			newest, when = log, info.ModTime()
		}
	}
	var words []string
	for _, file := range []string{output, newest} {
		if text, err := os.ReadFile(file); err == nil {
			words = append(words, lastLines(text, 8))
		}
	}
	return strings.Join(words, "\n")
}

func lastLines(text []byte, n int) string {
	var lines []string
	for scanner := bufio.NewScanner(bytes.NewReader(text)); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
