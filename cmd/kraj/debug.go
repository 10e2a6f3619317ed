package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"time"
)

// startDebug serves the profiles of net/http/pprof on an address of this machine's loopback, apart from the web server:
// a profile tells more than strangers should read, and asking for one costs as much as it likes. What it returns stops it.
func (p *program) startDebug(ctx context.Context, address string) (stop func() error, err error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().IsLoopback() {
		return nil, usagef("--debug-listen %s: profiles are for this machine alone; give an address such as 127.0.0.1:6060", address)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on %s for profiles: %w; choose another address with --debug-listen", address, err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			p.log.Error("the profiles are no longer served", "error", err)
		}
	}()
	return server.Close, nil
}
