package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

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

// removeRemains clears what a killed postmaster leaves: its back ends, which may
// go on with their query and hold the shared memory, and its pid and socket files,
// whose number may be somebody else's by now or a process that nobody buried. The
// folder's lock says that no other kraj is at work.
func (r record) removeRemains(ctx context.Context, pgdata string) error {
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
	socket := filepath.Join(r.Socket, fmt.Sprintf(".s.PGSQL.%d", r.Port))
	for _, file := range []string{filepath.Join(pgdata, "postmaster.pid"), socket, socket + ".lock"} {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("removing what an earlier PostgreSQL left: %w", err)
		}
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
