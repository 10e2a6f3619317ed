package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pgtest"
)

// startMain starts the program in this process on a free port.
func startMain(t *testing.T, url string, o serveOptions) *Main {
	t.Helper()
	p := &program{out: &bytes.Buffer{}, err: &bytes.Buffer{}, environ: []string{"KRAJ_DATABASE_URL=" + url}}
	if err := p.settings.read(p.environ, p.command().PersistentFlags()); err != nil {
		t.Fatal(err)
	}
	p.settings.Listen = "127.0.0.1:0"
	p.log = testLog(t)
	m := &Main{}
	if err := m.Run(t.Context(), p, o); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestServeAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	m := startMain(t, pgtest.Empty(t), serveOptions{})
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/nowhere": 404} {
		if code, body := get(m.URL() + path); code != want {
			t.Errorf("%s: %d, want %d: %s", path, code, want, body)
		}
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if code, _ := get(m.URL() + "/healthz"); code != 0 {
		t.Error("it still answers after Close")
	}
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	m := startMain(t, url, serveOptions{})
	defer func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}()
	kraj(t, url, "", "serve", "--listen", m.address).want(t, 1, "listening on", "--listen")
}

func TestRunningRequestsAreFinished(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	m := startMain(t, url, serveOptions{})
	// A lock makes the request wait in the database while the server stops.
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "LOCK TABLE kraj.migrations"); err != nil {
		t.Fatal(err)
	}
	answered := make(chan int, 1)
	go func() {
		code, _ := get(m.URL() + "/readyz")
		answered <- code
	}()
	eventually(t, "the request waiting", func() bool {
		return answer[bool](t, url, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'kraj.migrations'::regclass)")
	})
	closed := make(chan error, 1)
	go func() { closed <- m.Close() }()
	eventually(t, "no new connections", func() bool {
		code, _ := get(m.URL() + "/healthz")
		return code == 0
	})
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if code := <-answered; code != http.StatusOK {
		t.Errorf("the running request got %d", code)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

// server is kraj serve as a process with a database of its own.
type server struct {
	cmd  *exec.Cmd
	url  string
	dir  string
	said *bytes.Buffer
}

func serveProcess(t *testing.T, dir string) *server {
	t.Helper()
	cmd := exec.Command(os.Args[0], "serve", "--data", dir, "--listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), asKraj+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s := &server{cmd: cmd, dir: dir, said: &bytes.Buffer{}}
	cmd.Stderr = s.said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.signal(syscall.SIGKILL) })
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "kraj is ready: ")
	if !ok {
		s.signal(syscall.SIGKILL)
		t.Fatalf("kraj serve said %q, %v: %s", line, err, s.said)
	}
	s.url = url
	return s
}

// signal ends the process and returns its exit code.
func (s *server) signal(signal syscall.Signal) int {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Signal(signal)
		_ = s.cmd.Wait()
	}
	return s.cmd.ProcessState.ExitCode()
}

func (s *server) postmaster(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, "postgres", "postmaster.pid"))
	if err != nil {
		return 0 // just between two servers
	}
	pid, err := strconv.Atoi(strings.Split(string(data), "\n")[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func dataFolder(t *testing.T) string {
	t.Helper()
	base, err := os.MkdirTemp("", "kraj-serve-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(base, 0o711); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(base, "data")
	t.Cleanup(func() {
		own(t, dir, "db", "stop").want(t, 0)
		if err := os.RemoveAll(base); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// own runs a command on a private database.
func own(t *testing.T, dir string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	p := &program{in: strings.NewReader(""), out: &out, err: &errs}
	code := p.run(context.Background(), append([]string{"--data", dir}, args...)) // also after the test's end
	return result{out: out.String(), err: errs.String(), code: code}
}

// load reads and writes as long as it can, and counts the rows that the database
// has confirmed.
func load(t *testing.T, s *server) (confirmed func() int64) {
	t.Helper()
	url := strings.TrimSpace(own(t, s.dir, "db", "url").out)
	execute(t, url, "CREATE TABLE IF NOT EXISTS public.acks (n bigint PRIMARY KEY)")
	var count atomic.Int64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for n := count.Load() + 1; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			conn, err := pgx.Connect(t.Context(), url)
			if err != nil {
				time.Sleep(20 * time.Millisecond)
				continue
			}
			if _, err = conn.Exec(t.Context(), "INSERT INTO acks VALUES ($1) ON CONFLICT DO NOTHING", n); err == nil {
				count.Add(1)
			}
			_ = conn.Close(t.Context())
			_, _ = get(s.url + "/readyz")
		}
	}()
	eventually(t, "the first confirmed rows", func() bool { return count.Load() > 20 })
	return func() int64 {
		close(stop)
		<-done
		return count.Load()
	}
}

// TestKilledUnderLoad kills kraj, its server, and both, while rows are written,
// and finds every confirmed row again.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	for _, victim := range []string{"kraj", "postgres", "both"} {
		t.Run(victim, func(t *testing.T) {
			t.Parallel()
			dir := dataFolder(t)
			s := serveProcess(t, dir)
			confirmed := load(t, s)
			pid := s.postmaster(t)
			if victim != "postgres" {
				s.signal(syscall.SIGKILL)
			}
			if victim != "kraj" {
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
			}
			if victim == "postgres" {
				eventually(t, "ready again", func() bool {
					code, _ := get(s.url + "/readyz")
					return code == http.StatusOK && s.postmaster(t) != pid && s.postmaster(t) != 0
				})
			} else {
				s = serveProcess(t, dir)
			}
			n := confirmed()
			if code, body := get(s.url + "/readyz"); code != http.StatusOK {
				t.Errorf("ready: %d %s", code, body)
			}
			r := own(t, dir, "db", "psql", "--", "-Atc", "SELECT count(*) FROM public.acks")
			if got, err := strconv.ParseInt(strings.TrimSpace(r.out), 10, 64); err != nil || got < n {
				t.Errorf("%d rows there, %d were confirmed (%v)", got, n, err)
			}
			if code := s.signal(syscall.SIGTERM); code != 0 {
				t.Errorf("stopped with %d: %s", code, s.said)
			}
		})
	}
}

func TestOneKrajAFolder(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	own(t, dir, "db", "url").want(t, 1, "does not run", "kraj serve")
	own(t, dir, "db", "stop").want(t, 0, "nothing runs")
	s := serveProcess(t, dir)
	own(t, dir, "serve", "--listen", "127.0.0.1:0").want(t, 1, fmt.Sprintf("process %d", s.cmd.Process.Pid), dir)
	own(t, dir, "user", "list").want(t, 0, "name")
	stopped := make(chan int)
	go func() { stopped <- s.signal(0) }()
	own(t, dir, "db", "stop").want(t, 0, "stopped kraj")
	if code := <-stopped; code != 0 {
		t.Errorf("kraj serve ended with %d: %s", code, s.said)
	}
	// Without a server a command starts the database for itself.
	own(t, dir, "user", "list").want(t, 0, "name")
	own(t, dir, "db", "url").want(t, 1, "does not run")
}
