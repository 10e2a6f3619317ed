package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/paulmach/orb/encoding/mvt"
)

// get fetches a page, as it comes.
func get(ctx context.Context, url string, header map[string]string) (http.Header, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, err
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, nil, fmt.Errorf("asking for %s: %w", url, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode >= 300 {
		err = fmt.Errorf("%s is answered with %d: %.300s", url, answer.StatusCode, body)
	}
	return answer.Header, body, err
}

// counts are features by layer.
type counts map[string]int

func count(tile []byte) (counts, error) {
	layers, err := mvt.Unmarshal(tile)
	if err != nil {
		return nil, fmt.Errorf("decoding a tile: %w", err)
	}
	n := counts{}
	for _, l := range layers {
		n[l.Name] = len(l.Features)
	}
	return n, nil
}

// check compares what kraj and the reference draw, so that nobody is quick by leaving something out; keeps kraj's bytes for nginx; and notes
// the tags. A shape smaller than the grid may be a dot to one and nothing to the other.
func check(ctx context.Context, d *data, k *server, r *requests, dir string) error {
	ours, raw := counts{}, counts{}
	differ, size, packed := 0, 0, 0
	for i, t := range d.tiles {
		header, body, err := get(ctx, "http://"+k.address+t.path(), map[string]string{"Accept-Encoding": "gzip"})
		if err != nil {
			return err
		}
		if header.Get("Kraj-Dropped") != "" {
			say("%s drops %s", t, header.Get("Kraj-Dropped"))
		}
		r.held[i] = request(t.path(), "If-None-Match: "+header.Get("ETag")+"\r\n")
		file := filepath.Join(dir, "tiles", t.String())
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // nginx's workers are another user
			return fmt.Errorf("keeping a tile: %w", err)
		}
		if err := os.WriteFile(file, body, 0o644); err != nil { //nolint:gosec // nginx's workers are another user
			return fmt.Errorf("keeping a tile: %w", err)
		}
		packed += len(body)
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("unpacking %s: %w", t, err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			return fmt.Errorf("unpacking %s: %w", t, err)
		}
		size += len(plain)
		var reference []byte
		if err := d.conn.QueryRow(ctx, "SELECT bench.raw($1, $2, $3)", t.z, t.x, t.y).Scan(&reference); err != nil {
			return fmt.Errorf("asking for %s: %w", t, err)
		}
		a, err := count(plain)
		if err != nil {
			return err
		}
		b, err := count(reference)
		if err != nil {
			return err
		}
		same := true
		for _, l := range layers {
			ours[l.name] += a[l.name]
			raw[l.name] += b[l.name]
			same = same && a[l.name] == b[l.name]
		}
		if !same {
			differ++
		}
	}
	n := len(d.tiles)
	fmt.Printf("%d tiles, on average %.1f KB, compressed %.1f KB. Features by layer, reference / kraj:", n, float64(size)/1e3/float64(n), float64(packed)/1e3/float64(n))
	for _, l := range layers {
		fmt.Printf(" %s %d / %d", l.name, raw[l.name], ours[l.name])
	}
	fmt.Printf("; %d tiles differ in any.\n", differ)
	for _, l := range layers {
		if gap := ours[l.name] - raw[l.name]; 200*max(gap, -gap) > raw[l.name] {
			return fmt.Errorf("%s: kraj draws %d features, the reference %d: they cannot be compared", l.name, ours[l.name], raw[l.name])
		}
	}
	return nil
}
