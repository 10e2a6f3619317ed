package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/web"
)

// number is a size for a test: a modest one, or the real one with KRAJ_TEST_LONG=1.
func number(modest, long int) int {
	if os.Getenv("KRAJ_TEST_LONG") != "" {
		return long
	}
	return modest
}

// pipes is a network without buffers: what a client does not read, the server cannot write.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// piped is a running server on a network of pipes, with the limits that the real one has.
type piped struct {
	*pipes
	t      testing.TB
	pools  *pg.Pools
	server *http.Server
	client *http.Client
}

func newPiped(t testing.TB, pools *pg.Pools, c web.Config) *piped {
	t.Helper()
	c.Pools = pools
	site := web.New(c)
	p := &piped{pipes: &pipes{conns: make(chan net.Conn), done: make(chan struct{})}, t: t, pools: pools, server: site.HTTP("")}
	p.client = &http.Client{Transport: &http.Transport{DialContext: p.dial, DisableCompression: true}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{}, 2)
	go func() { site.Run(ctx); ended <- struct{}{} }()
	go func() { _ = p.server.Serve(p); ended <- struct{}{} }()
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		if err := p.server.Close(); err != nil {
			t.Error(err)
		}
		cancel()
		<-ended
		<-ended
	})
	return p
}

// get asks as a client that reads well.
func (p *piped) get(path string) (int, string) {
	p.t.Helper()
	resp, err := p.client.Get("http://kraj.test" + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// ask sends a request and leaves the reading to the caller.
func (p *piped) ask(path, headers string) net.Conn {
	p.t.Helper()
	c, err := p.dial(p.t.Context(), "", "")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = c.Close() })
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: kraj.test\r\n%s\r\n", path, headers); err != nil {
		p.t.Fatal(err)
	}
	return c
}

// Clients that take their answer byte by byte hold no place: many more of them than there are places keep nobody waiting.
func TestClientsThatReadSlowly(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	siteOver(t, pools).filled()
	p := newPiped(t, pools, web.Config{MaxRequests: 2})
	tile := "/tiles/settlements,projects/" + kranjTile
	var slow []net.Conn
	step := func(when string) {
		t.Helper()
		for i, c := range slow {
			if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
				t.Fatalf("slow client %d, %s: %v", i, when, err)
			}
		}
	}
	for range number(100, 1000) / 2 {
		for _, path := range []string{"/api", tile} {
			c := p.ask(path, "")
			if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			slow = append(slow, c)
		}
	}
	for range 50 {
		for _, path := range []string{tile, "/api/v1/projects", "/api", "/tiles/settlements/9/276/181.mvt"} {
			if status, body := p.get(path); status != 200 {
				t.Fatalf("%s beside %d slow clients: %d %s", path, len(slow), status, body)
			}
		}
		step("later")
	}
	_, metrics := p.get("/metrics")
	_, after, _ := strings.Cut(metrics, "\nkraj_http_in_flight ")
	line, _, _ := strings.Cut(after, "\n")
	if n, err := strconv.Atoi(line); err != nil || n < len(slow)/2 { // a small tile has left the handler
		t.Errorf("%q requests in flight beside %d slow clients", line, len(slow))
	}
	t.Logf("%d slow clients on 2 places; 200 other requests were answered", len(slow))
}

// A listener that stops reading is dropped, keeps nobody else waiting, and loses nothing when it comes again.
func TestAListenerThatDoesNotRead(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	siteOver(t, pools).filled()
	p := newPiped(t, pools, web.Config{})
	conn := p.ask("/api/v1/changes", "Connection: close\r\n")
	slow := bufio.NewReader(conn)
	var at string
	for !strings.HasPrefix(at, "id: ") {
		line, err := slow.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		at = strings.TrimSpace(line)
	}
	quick, err := p.client.Get("http://kraj.test/api/v1/changes")
	if err != nil {
		t.Fatal(err)
	}
	defer quick.Body.Close()
	const edits = 200
	heard, all := &eavesdropper{}, make(chan struct{})
	go func() {
		defer close(all)
		heard.read(bufio.NewReader(quick.Body), edits)
	}()
	for i := range edits {
		if _, err := pools.Owner.Exec(t.Context(), `INSERT INTO mechanisms (code, name_sl, name_en) VALUES ('m' || $1::int, 'x', 'x')`, i); err != nil {
			t.Fatal(err)
		}
	}
	want := revisionsSince(t, pools)
	if <-all; len(heard.missing(want)) > 0 {
		t.Errorf("who reads lost %v", heard.missing(want))
	}
	late := &eavesdropper{cursor: strings.TrimPrefix(at, "id: ")}
	late.read(slow, edits)
	if len(late.missing(want)) == 0 {
		t.Fatal("the slow listener was not dropped")
	}
	times := 1
	for ; len(late.missing(want)) > 0 && times < 20; times++ {
		late.read(bufio.NewReader(p.ask("/api/v1/changes", "Connection: close\r\nLast-Event-ID: "+late.cursor+"\r\n")), edits)
	}
	if lost := late.missing(want); len(lost) > 0 {
		t.Errorf("who came again lost %d of %d: %v", len(lost), len(want), lost)
	}
	t.Logf("%d edits: the slow listener had them all after %d connections", edits, times)
}
