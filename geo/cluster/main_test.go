package cluster_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo/cluster"
)

// helperEnv makes the test binary a kraj that only holds a cluster, to be killed.
const helperEnv = "KRAJ_CLUSTER_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperEnv); dir != "" {
		if err := hold(dir); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// hold runs a cluster until SIGINT or SIGTERM.
func hold(dir string) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	c, err := cluster.Start(ctx, cluster.Config{Dir: dir, Settings: small(), Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	fmt.Println("ready", c.URL())
	<-ctx.Done()
	return c.Stop(context.Background())
}

func small() map[string]string {
	return map[string]string{"shared_buffers": "32MB", "max_connections": "20", "fsync": "off"}
}

// folder is a data folder that the server's account can reach; whatever runs in it
// at the end of the test is stopped.
func folder(t *testing.T) string {
	t.Helper()
	base, err := os.MkdirTemp("", "kraj-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(base, 0o711); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(base, "data")
	t.Cleanup(func() {
		if _, err := cluster.StopRunning(context.Background(), dir); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(base); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// start starts a cluster in this process.
func start(t *testing.T, config cluster.Config) *cluster.Cluster {
	t.Helper()
	if config.Settings == nil {
		config.Settings = small()
	}
	c, err := cluster.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// kraj is another process that holds a cluster.
type kraj struct {
	cmd *exec.Cmd
	url string
}

func startProcess(t *testing.T, dir string) *kraj {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperEnv+"="+dir)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	k := &kraj{cmd: cmd}
	t.Cleanup(func() { k.kill(syscall.SIGKILL) })
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if !ok {
		t.Fatalf("the other kraj said %q, %v", line, err)
	}
	k.url = url
	return k
}

// kill sends the signal and waits for the process's end.
func (k *kraj) kill(s syscall.Signal) {
	if k.cmd.ProcessState != nil {
		return
	}
	_ = k.cmd.Process.Signal(s)
	_ = k.cmd.Wait()
}

// postmaster is the process number of the server in the folder.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Split(string(data), "\n")[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func query[T any](t *testing.T, url, sql string) (v T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if err := conn.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func exec1(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// eventually waits for a condition that another process brings about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s: not within half a minute", what)
}

// running tells whether a process runs; one that has ended but whose parent has
// not asked for it yet does not.
func running(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
