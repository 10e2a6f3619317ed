package main

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"kraj/geo/pgtest"
)

// TestDebugListen: profiles are served to this machine alone, and end with the server.
func TestDebugListen(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	url := "http://" + address + "/debug/pprof/goroutine?debug=1"
	t.Run("on the loopback", func(t *testing.T) {
		m := startMain(t, pgtest.Empty(t), serveOptions{debugListen: address})
		if status, body := get(url); status != http.StatusOK || !strings.Contains(body, "goroutine profile") {
			t.Errorf("profiles: %d %.100s", status, body)
		}
		if status, _ := get(m.URL() + "/debug/pprof/"); status != http.StatusNotFound {
			t.Errorf("profiles on the server's own address: %d", status)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	if status, _ := get(url); status != 0 {
		t.Error("the profiles outlive the server")
	}
	for _, bad := range []string{"0.0.0.0:6060", ":6060", "192.168.1.10:6060", "localhost:6060", "6060"} {
		p := &program{}
		if _, err := p.startDebug(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "127.0.0.1:6060") {
			t.Errorf("--debug-listen %s: %v", bad, err)
		}
	}
}
