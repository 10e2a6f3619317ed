package cluster_test

import (
	"context"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"kraj/geo/cluster"
)

// writer commits one row after the other until the database goes away, and counts
// those that the server has confirmed.
func writer(t *testing.T, url string) (confirmed func() int64) {
	t.Helper()
	exec1(t, url, "CREATE TABLE IF NOT EXISTS acks (n bigint PRIMARY KEY)")
	var count atomic.Int64
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(done)
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return
		}
		defer func() { _ = conn.Close(context.Background()) }()
		for n := int64(1); ; n++ {
			if _, err := conn.Exec(ctx, "INSERT INTO acks VALUES ($1)", n); err != nil {
				return
			}
			count.Store(n)
		}
	}()
	eventually(t, "the writer's first rows", func() bool { return count.Load() > 100 })
	return func() int64 {
		cancel()
		<-done
		return count.Load()
	}
}

func expectRows(t *testing.T, url string, confirmed int64) {
	t.Helper()
	if n := query[int64](t, url, "SELECT count(*) FROM acks WHERE n <= (SELECT max(n) FROM acks)"); n < confirmed {
		t.Errorf("%d rows there, %d were confirmed", n, confirmed)
	}
}

func TestKilledKrajLeavesItsServerToTheNext(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	k := startProcess(t, dir)
	confirmed := writer(t, k.url)
	pid := postmaster(t, dir)
	k.kill(syscall.SIGKILL)
	c := start(t, cluster.Config{Dir: dir})
	if now := postmaster(t, dir); now != pid {
		t.Errorf("the server was not adopted: process %d, before %d", now, pid)
	}
	expectRows(t, c.URL(), confirmed())
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if running(pid) {
		t.Error("an adopted server was not stopped")
	}
}

func TestKilledServerIsStartedAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := start(t, cluster.Config{Dir: dir})
	confirmed := writer(t, c.URL())
	killed := postmaster(t, dir)
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a new server", func() bool {
		conn, err := pgx.Connect(t.Context(), c.URL())
		if err != nil {
			return false
		}
		defer func() { _ = conn.Close(t.Context()) }()
		return postmaster(t, dir) != killed
	})
	expectRows(t, c.URL(), confirmed())
}

func TestEverythingKilled(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	k := startProcess(t, dir)
	confirmed := writer(t, k.url)
	pid := postmaster(t, dir)
	k.kill(syscall.SIGKILL)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	n := confirmed()
	c := start(t, cluster.Config{Dir: dir})
	if now := postmaster(t, dir); now == pid {
		t.Error("still the same process number")
	}
	expectRows(t, c.URL(), n)
}

func TestAdoptedServerWithOtherSettingsIsRestarted(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	k := startProcess(t, dir)
	exec1(t, k.url, "CREATE TABLE kept AS SELECT 1 AS n")
	k.kill(syscall.SIGKILL)
	settings := small()
	settings["work_mem"] = "7MB"
	c := start(t, cluster.Config{Dir: dir, Settings: settings})
	if got := query[string](t, c.URL(), "SHOW work_mem"); got != "7MB" {
		t.Errorf("work_mem %s, want 7MB", got)
	}
	if n := query[int](t, c.URL(), "SELECT n FROM kept"); n != 1 {
		t.Error("the data are gone")
	}
}

func TestSignalsStopCleanly(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			k := startProcess(t, dir)
			pid := postmaster(t, dir)
			// To the whole group, as Ctrl-C in a terminal does.
			if err := syscall.Kill(-k.cmd.Process.Pid, signal); err != nil {
				t.Fatal(err)
			}
			if err := k.cmd.Wait(); err != nil {
				t.Errorf("kraj ended with %v", err)
			}
			if running(pid) {
				t.Error("the server still runs")
			}
			c := start(t, cluster.Config{Dir: dir})
			if crashed := query[bool](t, c.AdminURL(), "SELECT pg_read_file('log/postgresql-'||to_char(now(),'Dy')||'.log') LIKE '%not properly shut down%'"); crashed {
				t.Error("the server had to recover after a clean stop")
			}
		})
	}
}

func TestLeftServerCanBeStopped(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	k := startProcess(t, dir)
	pid := postmaster(t, dir)
	k.kill(syscall.SIGKILL)
	said, err := cluster.StopRunning(t.Context(), dir)
	if err != nil || said == "" {
		t.Errorf("%q, %v", said, err)
	}
	if running(pid) {
		t.Error("the server still runs")
	}
}
