package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"kraj/geo/pgtest"
)

// serveOver is kraj serve as a process over a database that is there.
func serveOver(t *testing.T, url string, environ ...string) *server {
	t.Helper()
	cmd := exec.Command(os.Args[0], "serve", "--listen", "127.0.0.1:0")
	cmd.Env = append(append(os.Environ(), asKraj+"=1", "KRAJ_DATABASE_URL="+url), environ...)
	s := &server{cmd: cmd, said: &bytes.Buffer{}}
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
	ready, ok := strings.CutPrefix(strings.TrimSpace(line), "kraj is ready: ")
	if !ok {
		s.signal(syscall.SIGKILL)
		t.Fatalf("kraj serve said %q, %v: %s", line, err, s.said)
	}
	s.url = ready
	return s
}

var (
	anAddress = regexp.MustCompile(`https?://[^"\s<>\\]+`)
	ofOthers  = regexp.MustCompile(`^https?://(www\.opengis\.net|www\.w3\.org|www\.openstreetmap\.org|creativecommons\.org|www\.apache\.org|spec\.openapis\.org|example\.org|json-schema\.org)/`)
)

// Every address that the server writes is the one that people use.
func TestAddressesBehindAProxy(t *testing.T) {
	t.Parallel()
	forwarded := http.Header{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"karta.example.si"}, "X-Forwarded-Prefix": {"/mesto/karta"}}
	for _, c := range []struct {
		name, prefix string
		environ      []string
		headers      http.Header
		want         string // HERE is the process's own address
	}{
		{"base path", "/karta", []string{"KRAJ_BASE_PATH=/karta"}, nil, "HERE/karta"},
		{"public address", "", []string{"KRAJ_PUBLIC_URL=https://kraj.example.si/x"}, forwarded, "https://kraj.example.si/x"},
		{"a proxy on this machine", "", nil, forwarded, "https://karta.example.si/mesto/karta"},
		{"a proxy that is not trusted", "", []string{"KRAJ_TRUSTED_PROXIES=192.0.2.0/24,2001:db8::1"}, forwarded, "HERE"},
		{"a trusted one", "/karta", []string{"KRAJ_TRUSTED_PROXIES=127.0.0.1", "KRAJ_BASE_PATH=/karta"}, forwarded, "https://karta.example.si/mesto/karta"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := serveOver(t, pgtest.NewURL(t), c.environ...)
			want := strings.Replace(c.want, "HERE", s.url, 1)
			for path, least := range map[string]int{
				"/tiles/settlements,projects.json": 1, "/styles/kraj.json": 1, "/?f=json": 5, "/collections": 5, "/collections/settlements": 2,
				"/collections/settlements/tiles": 2, "/tiles": 2, "/tiles/WebMercatorQuad": 2, "/api": 1,
			} {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+c.prefix+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				req.Header = c.headers.Clone()
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if err != nil || resp.StatusCode != http.StatusOK {
					t.Errorf("%s: %d %v", path, resp.StatusCode, err)
					continue
				}
				own := 0
				for _, address := range anAddress.FindAllString(string(body), -1) {
					switch {
					case strings.HasPrefix(address, want+"/") || address == want:
						own++
					case !ofOthers.MatchString(address):
						t.Errorf("%s writes %s, not %s/…", path, address, want)
					}
				}
				if own < least {
					t.Errorf("%s: %d addresses begin with %s", path, own, want)
				}
			}
		})
	}
}

// Open streams and idle connections do not hold a server up that is told to stop: without care it would wait for them until
// its grace ends.
func TestStopsWithOpenStreams(t *testing.T) {
	t.Parallel()
	s := serveOver(t, pgtest.NewURL(t))
	const streams = 50
	for range streams {
		resp, err := http.Get(s.url + "/api/v1/changes")
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%v %v", resp, err)
		}
		defer resp.Body.Close()
	}
	for range 20 {
		idle(t, s)
	}
	began := time.Now()
	code := s.signal(syscall.SIGTERM)
	took := time.Since(began)
	if code != 0 || took > graceTime/3 {
		t.Errorf("stopped with %d after %s: %s", code, took, s.said)
	}
	t.Logf("stopped after %s with %d open streams", took.Round(time.Millisecond), streams)
}

// idle opens a connection, asks once, and keeps it.
func idle(t *testing.T, s *server) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: kraj.test\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReaderSize(conn, 512), nil)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", resp, err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
}

// resident is the memory of the process, in MiB.
func (s *server) resident(t *testing.T) (mib int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Skipf("the memory of a process: %v", err)
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	if _, err := fmt.Sscanf(strings.TrimSpace(after), "%d kB", &mib); err != nil {
		t.Fatal(err)
	}
	return mib / 1024
}

func TestIdleConnections(t *testing.T) {
	t.Parallel()
	n := 1000
	if os.Getenv("KRAJ_TEST_LONG") != "" {
		n = 10_000
	}
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	n = min(n, int(min(files.Cur, 1<<20))-500)
	s := serveOver(t, pgtest.NewURL(t))
	before := s.resident(t)
	for range n {
		idle(t, s)
	}
	for range 100 {
		for _, path := range []string{"/healthz", "/readyz", "/api/v1/municipalities", "/tiles/settlements/8/138/90.mvt"} {
			if code, body := get(s.url + path); code != http.StatusOK && code != http.StatusNoContent {
				t.Fatalf("%s beside %d idle connections: %d %s", path, n, code, body)
			}
		}
	}
	after := s.resident(t)
	t.Logf("%d idle connections: the server takes %d MiB, before them %d MiB (%d KiB each)", n, after, before, (after-before)*1024/n)
	if after > 300 {
		t.Errorf("%d MiB", after)
	}
}
