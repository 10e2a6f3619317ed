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
	"strconv"
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
	if err := removeRemains(ctx, c.folder.pgdata()); err != nil {
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
	defer func() { _ = output.Close() }()
	// A file, not a pipe: the server must outlive a kraj that is killed.
	cmd := exec.Command(c.binaries.path("postgres"), "-D", c.folder.pgdata()) //nolint:gosec // our own arguments
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
		said, _ := os.ReadFile(output.Name())
		return nil, errors.Join(fmt.Errorf("PostgreSQL does not start: %w\n%s", err, lastLines(said, 10)), s.shutdown(context.WithoutCancel(ctx)))
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
		try, cancel := context.WithTimeout(ctx, 5*time.Second)
		conn, err := pgx.Connect(try, c.AdminURL())
		cancel()
		if err == nil {
			return conn.Close(ctx) //nolint:wrapcheck // nothing to add
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

// runningPostmaster is the process that serves pgdata, 0 if none. The number in
// postmaster.pid alone proves nothing: after a restart of the machine it may be
// anybody's. A postmaster's working folder is its data folder.
func runningPostmaster(pgdata string) int {
	data, err := os.ReadFile(filepath.Join(pgdata, "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(data), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 || !alive(pid) || !worksIn(pid, pgdata) {
		return 0
	}
	return pid
}

// removeRemains clears what a killed postmaster leaves: its pid file, when the
// number now belongs to somebody else, and its back ends, which may go on with
// their query and hold the shared memory.
func removeRemains(ctx context.Context, pgdata string) error {
	for range 100 {
		left := processesIn(pgdata)
		if len(left) == 0 {
			break
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGQUIT)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for processes of an earlier PostgreSQL: %w", ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	if err := os.Remove(filepath.Join(pgdata, "postmaster.pid")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("removing the pid file of an earlier PostgreSQL: %w", err)
	}
	return nil
}

// processesIn lists the living processes whose working folder is dir.
func processesIn(dir string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err == nil && alive(pid) && worksIn(pid, dir) && program(pid) == "postgres" {
			pids = append(pids, pid)
		}
	}
	return pids
}

func worksIn(pid int, dir string) bool {
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil {
		return false
	}
	real, err := filepath.EvalSymlinks(dir)
	return err == nil && cwd == real
}

func program(pid int) string {
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return ""
	}
	return filepath.Base(strings.TrimSuffix(exe, " (deleted)"))
}

// alive tells whether the process runs; one that ended and waits for its parent
// (a zombie) does not.
func alive(pid int) bool {
	if err := syscall.Kill(pid, 0); err != nil && !errors.Is(err, syscall.EPERM) {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, after, ok := bytes.Cut(stat, []byte(") "))
	return ok && len(after) > 0 && after[0] != 'Z' && after[0] != 'X'
}

func lastLines(text []byte, n int) string {
	var lines []string
	for scanner := bufio.NewScanner(bytes.NewReader(text)); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
