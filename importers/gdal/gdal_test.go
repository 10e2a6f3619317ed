package gdal

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func sandbox(t *testing.T, l Limits) *Sandbox {
	t.Helper()
	s, err := New(t.Context(), l)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// The child has neither this process's environment, nor its account when that is
// root, nor a way to the network, nor a way to more rights.
func TestChildIsCutOff(t *testing.T) {
	t.Setenv("KRAJ_DATABASE_URL", "postgres://secret")
	s := sandbox(t, Limits{})
	run := func(args ...string) string {
		t.Helper()
		out, err := s.output(t.Context(), nil, args[0], args[1:]...)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if env := run("env"); strings.Contains(env, "secret") || strings.Contains(env, "KRAJ") {
		t.Errorf("the child's environment: %s", env)
	}
	if os.Getuid() == 0 {
		if id := run("id", "-u"); strings.TrimSpace(id) != "65534" {
			t.Errorf("the child of root runs as %s", id)
		}
	}
	if status := run("cat", "/proc/self/status"); !strings.Contains(status, "NoNewPrivs:\t1") {
		t.Error("the child could gain rights")
	}
	if s.attr.Cloneflags != 0 {
		if devices := run("cat", "/proc/net/dev"); strings.Contains(devices, "eth") || strings.Count(devices, ":") > 1 {
			t.Errorf("the child's network: %s", devices)
		}
	}
	if pwd := run("pwd"); strings.TrimSpace(pwd) != s.Dir {
		t.Errorf("the child works in %s", pwd)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	s := sandbox(t, Limits{CPU: time.Second, MaxFile: 1 << 10})
	if _, err := s.output(t.Context(), nil, "sh", "-c", "while :; do :; done"); err == nil {
		t.Error("an endless loop ended well")
	}
	if _, err := s.output(t.Context(), nil, "sh", "-c", "head -c 100000 /dev/zero > big"); err == nil {
		t.Error("a file over the limit was written")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := s.output(ctx, nil, "sleep", "60"); err == nil || time.Since(start) > 30*time.Second {
		t.Errorf("a child outlived its context: %v", err)
	}
}

func TestOldSandboxesAreRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	old := filepath.Join(os.TempDir(), prefix+"999999999-x") // no such process: over the kernel's largest
	if err := os.Mkdir(old, 0o700); err != nil {
		t.Fatal(err)
	}
	s := sandbox(t, Limits{})
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("the folder of a dead process is still there: %v", err)
	}
	if _, err := os.Stat(s.Dir); err != nil {
		t.Error(err)
	}
}

func TestDBFEncoding(t *testing.T) {
	t.Parallel()
	header := func(language byte) []byte {
		h := make([]byte, 65)
		h[8], h[10], h[29] = 65, 12, language
		return h
	}
	for name, c := range map[string]struct {
		language byte
		text     string
		cpg      string
		want     string
	}{
		"cp1250":       {0, "\x8eale       \xe8", "", "CP1250"},
		"UTF-8":        {0, "Žale č", "", "UTF-8"},
		"ASCII":        {0x57, "Kranj       ", "", ""},
		"declared":     {0xc8, "\x8eale        ", "", ""},
		"with its cpg": {0, "\x8eale        ", "UTF-8", ""},
	} {
		dir := t.TempDir()
		dbf := filepath.Join(dir, "x.dbf")
		if err := os.WriteFile(dbf, append(header(c.language), []byte(c.text + strings.Repeat(" ", 12))[:12]...), 0o600); err != nil {
			t.Fatal(err)
		}
		if c.cpg != "" {
			if err := os.WriteFile(filepath.Join(dir, "x.cpg"), []byte(c.cpg), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := DBFEncoding(dbf); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}
