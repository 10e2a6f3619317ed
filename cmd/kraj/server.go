package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"kraj/geo/pg"
	"kraj/web"
)

// graceTime is how long running requests may take to finish after a signal.
const graceTime = 30 * time.Second

// Main is the running program behind kraj serve: database, pools, web server.
// Tests start it on port 0.
type Main struct {
	program *program
	session *session
	server  *http.Server
	live    func()       // stops what goes on beside the requests
	debug   func() error // ends the profiles' server
	address string
	failed  chan error
}

// serveOptions are the flags of kraj serve.
type serveOptions struct {
	dbListen    string
	debugListen string // empty: no profiles
	demo        bool
}

// Run starts everything and returns when requests are answered. The caller then
// waits for its signal or for Failed, and calls Close.
func (m *Main) Run(ctx context.Context, p *program, o serveOptions) (err error) {
	m.program, m.failed = p, make(chan error, 1)
	defer func() {
		if err != nil {
			err = errors.Join(err, m.Close())
		}
	}()
	// The port first: a second kraj should learn at once that it is taken.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.settings.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w; choose another address with --listen", p.settings.Listen, err)
	}
	if err = m.openDatabase(ctx, o); err != nil {
		return errors.Join(err, listener.Close())
	}
	basemaps, err := web.ParseBasemaps(p.settings.Basemaps)
	if err != nil {
		return errors.Join(fmt.Errorf("KRAJ_BASEMAPS: %w", err), listener.Close())
	}
	if o.debugListen != "" {
		if m.debug, err = p.startDebug(ctx, o.debugListen); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	m.address = listener.Addr().String()
	site := web.New(web.Config{
		Pools: m.session.Pools, Log: p.log, Version: version, Basemaps: basemaps, TileCache: p.settings.TileCache << 20,
		BasePath: p.settings.BasePath, PublicURL: p.settings.PublicURL, TrustedProxies: p.settings.proxies,
		AccessibilityContact: p.settings.AccessibilityContact,
	})
	m.server = site.HTTP(m.address)
	m.live = inBackground(site.Run)
	go func() {
		if err := m.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			m.failed <- fmt.Errorf("serving: %w", err)
		}
	}()
	return nil
}

// inBackground runs a function until the one it returns is called, which waits for its end.
func inBackground(run func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

// openDatabase starts or finds the database, migrates it, opens the pools and
// loads the demonstration when asked to.
func (m *Main) openDatabase(ctx context.Context, o serveOptions) error {
	s, err := m.program.start(ctx, o.dbListen)
	if err != nil {
		return err
	}
	m.session = s
	if err := m.program.migrateAt(ctx, s.url); err != nil {
		return err
	}
	if err := m.program.openPools(ctx, s); err != nil {
		return err
	}
	if o.demo {
		return m.program.loadDemo(ctx, s)
	}
	return nil
}

// URL is the address for a browser.
func (m *Main) URL() string { return "http://" + browsable(m.address) }

// browsable replaces "all addresses" by one that a browser on this machine can open.
func browsable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Failed delivers the error of a web server that ended by itself.
func (m *Main) Failed() <-chan error { return m.failed }

// Pools are the database pools of the running program, for tests.
func (m *Main) Pools() *pg.Pools { return m.session.Pools }

// Close lets running requests finish, then closes the pools and stops the
// private database. It works on a program that came up only in part.
func (m *Main) Close() error {
	var err error
	if m.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), graceTime)
		defer cancel()
		if err = m.server.Shutdown(ctx); err != nil {
			err = errors.Join(fmt.Errorf("some requests did not finish within %s: %w", graceTime, err), m.server.Close())
		}
	}
	if m.debug != nil {
		err = errors.Join(err, m.debug())
	}
	if m.live != nil {
		m.live()
	}
	if m.session != nil {
		err = errors.Join(err, m.session.close())
	}
	return err
}
