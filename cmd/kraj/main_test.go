package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"kraj/geo/pgtest"
)

// asKraj makes the test binary behave as kraj itself, to be started and killed.
const asKraj = "KRAJ_TEST_AS_KRAJ"

func TestMain(m *testing.M) {
	if os.Getenv(asKraj) != "" {
		main()
		return
	}
	pgtest.Main(m)
}

// result of a command.
type result struct {
	out, err string
	code     int
}

// kraj runs a command in this process against a database.
func kraj(t *testing.T, database, stdin string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	p := &program{in: strings.NewReader(stdin), out: &out, err: &errs, environ: []string{"KRAJ_DATABASE_URL=" + database, "LANG=C"}}
	code := p.run(t.Context(), args)
	return result{out: out.String(), err: errs.String(), code: code}
}

// want checks a result: the exit code and words in the output or the error.
func (r result) want(t *testing.T, code int, words ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d\n%s%s", r.code, code, r.out, r.err)
	}
	for _, w := range words {
		if !strings.Contains(r.out+r.err, w) {
			t.Errorf("no %q in\n%s%s", w, r.out, r.err)
		}
	}
}

func get(url string) (int, string) {
	client := http.Client{Timeout: 20 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(body)
}

// eventually waits for what another process brings about.
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

// testLog writes into the test's own log.
func testLog(t *testing.T) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}
