package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"kraj/tiles/cache"
)

const (
	typeJSON    = "application/json; charset=utf-8"
	typeGeoJSON = "application/geo+json; charset=utf-8"

	worthCompressing = 1400 // bytes: less fits into one packet anyway
)

// answer is a whole answer, ready to be written: the one place for ETag, 304,
// compression and the headers of caches.
type answer struct {
	contentType string
	body        []byte
	etag        string // strong, quoted; empty: of the body
	coded       bool   // body is gzipped already
	packed      bool   // body does not get smaller by gzip
}

// writeJSON answers with v as JSON.
func writeJSON(w http.ResponseWriter, r *http.Request, v any) error {
	return writeAs(w, r, typeJSON, v)
}

func writeAs(w http.ResponseWriter, r *http.Request, contentType string, v any) error {
	body, err := jsonBody(v)
	if err != nil {
		return err
	}
	return write(w, r, answer{contentType: contentType, body: body})
}

func jsonBody(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding the answer: %w", err)
	}
	return b.Bytes(), nil
}

// write sends the answer, or 304 when the client has it.
func write(w http.ResponseWriter, r *http.Request, a answer) error {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding, Cookie")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", cacheControl(r))
	}
	if a.etag == "" {
		a.etag = etag(a.body)
	}
	zip := a.coded || (len(a.body) >= worthCompressing && !a.packed)
	zip = zip && accepts(r, "gzip")
	tag := a.etag
	if zip {
		tag = strings.TrimSuffix(tag, `"`) + `-gzip"` // a strong tag is of the bytes as sent
	}
	h.Set("ETag", tag)
	if matches(strings.Join(r.Header.Values("If-None-Match"), ","), a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body, err := a.coding(zip)
	if err != nil {
		return err
	}
	if zip {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	send(w, r, body)
	return nil
}

// send writes a whole body. From here on the request only waits for its client, so it gives up its place among those that
// are worked on: a client that reads one byte a second keeps nobody else waiting.
func send(w http.ResponseWriter, r *http.Request, body []byte) {
	defer noteOf(r.Context()).leaveSending(w, int64(len(body)))()
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client has gone; there is nobody to tell
	}
}

// coding returns the body as it is sent.
func (a answer) coding(zip bool) ([]byte, error) {
	switch {
	case zip == a.coded:
		return a.body, nil
	case zip:
		return compress(a.body), nil
	}
	r, err := gzip.NewReader(bytes.NewReader(a.body))
	if err != nil {
		return nil, fmt.Errorf("decoding the answer: %w", err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		return nil, fmt.Errorf("decoding the answer: %w", err)
	}
	return b.Bytes(), nil
}

// cacheControl: everything may be kept and must be asked after; what a planner
// sees, by their own browser only.
func cacheControl(r *http.Request) string {
	if audienceOf(r.Context()).user != nil {
		return "private, no-cache"
	}
	return "no-cache"
}

func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// matches reports whether If-None-Match names the tag, in whatever coding.
func matches(header, tag string) bool {
	want := strings.Trim(tag, `"`)
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for _, one := range strings.Split(header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if strings.TrimSuffix(strings.Trim(one, `"`), "-gzip") == want {
			return true
		}
	}
	return false
}

var gzipWriters = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is right
	return w
}}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(z)
	z.Reset(&b)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// accepts reports whether the client takes the coding: named, or by "*", with a weight above zero.
func accepts(r *http.Request, coding string) bool {
	return codingWeights(r.Header.Get("Accept-Encoding")).of(cache.Coding(coding)) > 0
}
