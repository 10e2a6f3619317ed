package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The layers of the reference, and from which zoom on.
var layers = []struct {
	name string
	from int
}{{"settlements", 7}, {"business_zones", 9}, {"cycling_routes", 10}, {"projects", 11}}

// layers are those of the reference that the zoom shows.
func (t tile) layers() []string {
	var names []string
	for _, l := range layers {
		if t.z >= l.from {
			names = append(names, l.name)
		}
	}
	return names
}

// path of a tile with the layers of its zoom.
func (t tile) path() string {
	return "/tiles/" + strings.Join(t.layers(), ",") + "/" + t.String() + ".mvt"
}

// requests are what is sent for each tile, in HTTP/1.1: made once, so that asking costs the machine as little as possible.
type requests struct {
	tiles []tile
	plain [][]byte // to kraj
	held  [][]byte // to kraj, with the tag it gave
	file  [][]byte // to nginx
}

func newRequests(tiles []tile, address string) (*requests, error) {
	r := &requests{tiles: tiles, held: make([][]byte, len(tiles))}
	for _, t := range tiles {
		r.plain = append(r.plain, request(t.path(), ""))
		r.file = append(r.file, request("/"+t.String(), ""))
	}
	return r, nil
}

func request(path, more string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n" + more + "\r\n")
}

// sample is one answer.
type sample struct {
	tile   int
	took   time.Duration
	status int
	bytes  int
}

// pass is the answers to all tiles once.
type pass struct {
	samples []sample
	took    time.Duration
}

// asker sends requests over connections that stay open.
type asker struct {
	address string
	conns   [connections]net.Conn
	readers [connections]*bufio.Reader
}

func newAsker(ctx context.Context, address string) (*asker, error) {
	a := &asker{address: address}
	for i := range a.conns {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err != nil {
			a.close()
			return nil, fmt.Errorf("connecting to %s: %w", address, err)
		}
		a.conns[i], a.readers[i] = c, bufio.NewReaderSize(c, 64<<10)
	}
	return a, nil
}

func (a *asker) close() {
	for _, c := range a.conns {
		if c != nil {
			_ = c.Close()
		}
	}
}

// pass asks for every tile once: each connection takes the next one when it is free. Every answer must have the status wanted and, where
// a mark is given, say it in its head.
func (a *asker) pass(list [][]byte, status int, mark string) (pass, error) {
	next := make(chan int, len(list))
	for i := range list {
		next <- i
	}
	close(next)
	var all [connections][]sample
	var errs [connections]error
	var asking sync.WaitGroup
	begin := time.Now()
	for c := range connections {
		asking.Go(func() {
			for i := range next {
				start := time.Now()
				if _, err := a.conns[c].Write(list[i]); err != nil {
					errs[c] = err
					return
				}
				s, marked, err := answer(a.readers[c], []byte(mark))
				if err == nil && s.status != status && s.status != 204 {
					err = fmt.Errorf("the answer is %d, not %d", s.status, status)
				}
				if err == nil && !marked {
					err = fmt.Errorf("the answer does not say %q", mark)
				}
				if err != nil {
					errs[c] = fmt.Errorf("%.100s: %w", list[i], err)
					return
				}
				s.tile, s.took = i, time.Since(start)
				all[c] = append(all[c], s)
			}
		})
	}
	asking.Wait()
	p := pass{took: time.Since(begin), samples: slices.Concat(all[:]...)}
	for _, err := range errs {
		if err != nil {
			return p, err
		}
	}
	return p, nil
}

// answer reads a response with a Content-Length and throws its body away.
func answer(r *bufio.Reader, mark []byte) (s sample, marked bool, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil || len(line) < 12 {
		return s, false, fmt.Errorf("reading an answer: %w", err)
	}
	s.status, _ = strconv.Atoi(string(line[9:12]))
	marked = len(mark) == 0
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return s, false, fmt.Errorf("reading an answer: %w", err)
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if name, value, _ := bytes.Cut(line, []byte(": ")); bytes.EqualFold(name, []byte("Content-Length")) {
			s.bytes, _ = strconv.Atoi(string(value))
		}
		marked = marked || bytes.Contains(line, mark)
	}
	if s.status != 304 {
		if _, err = r.Discard(s.bytes); err != nil {
			return s, false, fmt.Errorf("reading an answer: %w", err)
		}
	}
	return s, marked, nil
}
