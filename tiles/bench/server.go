package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a program that listens.
type server struct {
	address string
	cmd     *exec.Cmd
	log     *os.File // a file: reading a pipe would cost the asking process time
}

// port is free at this moment, unless the user names one.
func port(ctx context.Context, o options, n int) (string, error) {
	if o.listen != 0 {
		return "127.0.0.1:" + strconv.Itoa(o.listen+n), nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}

// start runs a program and waits until it answers at a path.
func start(ctx context.Context, cmd *exec.Cmd, address, path string) (*server, error) {
	log, err := os.CreateTemp("", "kraj-bench-*.log")
	if err != nil {
		return nil, fmt.Errorf("making a log: %w", err)
	}
	s := &server{address: address, cmd: cmd, log: log}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		s.forgetLog()
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	for range 300 {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
		if err != nil {
			return nil, err
		}
		if r, err := http.DefaultClient.Do(request); err == nil {
			_ = r.Body.Close()
			if r.StatusCode < 500 {
				return s, nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	said, _ := os.ReadFile(log.Name())
	s.stop()
	return nil, fmt.Errorf("%s does not answer; it says:\n%s", cmd.Path, said)
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
	s.forgetLog()
}

func (s *server) forgetLog() {
	_ = s.log.Close()
	_ = os.Remove(s.log.Name())
}

func startKraj(ctx context.Context, o options, url, dir string) (*server, error) {
	address, err := port(ctx, o, 0)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, o.kraj, "serve", "--listen", address, "--database", url)
	cmd.Dir = dir
	if cmd.Path, err = filepath.Abs(o.kraj); err != nil {
		return nil, err
	}
	cmd.Env = append(os.Environ(), "KRAJ_DATA="+dir, "KRAJ_BASE_PATH=", "KRAJ_LOG_LEVEL=warn") // nginx writes no line a request either
	return start(ctx, cmd, address, "/readyz")
}

// startNginx serves the folder's tiles, which are compressed already.
func startNginx(ctx context.Context, program string, o options, dir string) (*server, error) {
	address, err := port(ctx, o, 1)
	if err != nil {
		return nil, err
	}
	for _, d := range []string{dir, filepath.Join(dir, "tiles")} {
		if err := os.Chmod(d, 0o755); err != nil { //nolint:gosec // nginx's workers are another user
			return nil, fmt.Errorf("opening the tiles to nginx: %w", err)
		}
	}
	config := filepath.Join(dir, "nginx.conf")
	text := fmt.Sprintf(`daemon off; worker_processes 2; pid %[1]s/nginx.pid; error_log %[1]s/nginx.log;
events { worker_connections 256; }
http {
	access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000000; open_file_cache max=2000; etag on;
	client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
	server { listen %[2]s; root %[1]s/tiles; default_type application/vnd.mapbox-vector-tile; add_header Content-Encoding gzip; }
}
`, dir, address)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("writing nginx's configuration: %w", err)
	}
	return start(ctx, exec.CommandContext(ctx, program, "-e", dir+"/nginx.log", "-p", dir, "-c", config), address, "/")
}

// memory is how much the program has in memory now and had at most, in bytes.
func (s *server) memory() (now, most int64) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			now = kb << 10
		case "VmHWM":
			most = kb << 10
		}
	}
	return now, most
}

// metric reads a figure of kraj's.
func (s *server) metric(ctx context.Context, name string) float64 {
	_, body, err := get(ctx, "http://"+s.address+"/metrics", nil)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			v, _ := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			return v
		}
	}
	return 0
}
