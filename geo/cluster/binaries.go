package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// minVersion is the oldest PostgreSQL that kraj runs on.
const minVersion = 15

// binaries are the programs of one installed PostgreSQL.
type binaries struct {
	dir     string
	version int
}

func (b binaries) path(program string) string { return filepath.Join(b.dir, program) }

// findBinaries looks for the system's PostgreSQL: the newest, or exactly the
// wanted major version when a cluster exists already (wanted > 0).
func findBinaries(ctx context.Context, wanted int) (binaries, error) {
	var best binaries
	for _, dir := range candidates() {
		v, err := versionOf(ctx, filepath.Join(dir, "postgres"))
		if err != nil || v < minVersion || (wanted > 0 && v != wanted) {
			continue
		}
		if v > best.version {
			best = binaries{dir: dir, version: v}
		}
	}
	switch {
	case best.version > 0:
		return best, nil
	case wanted > 0:
		return best, fmt.Errorf("this data folder was made by PostgreSQL %d, which is not installed; on Debian: apt install postgresql-%d postgresql-%d-postgis-3", wanted, wanted, wanted)
	}
	return best, fmt.Errorf("no PostgreSQL %d or newer found; on Debian: apt install postgresql postgis postgresql-%d-postgis-3 (or set KRAJ_DATABASE_URL to use another database)", minVersion, minVersion)
}

// candidates are the folders where distributions put the server's programs.
func candidates() []string {
	var dirs []string
	if p, err := exec.LookPath("postgres"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			dirs = append(dirs, filepath.Dir(p))
		}
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql@*/bin"} {
		found, err := filepath.Glob(pattern)
		if err == nil {
			dirs = append(dirs, found...)
		}
	}
	return dirs
}

// versionOf asks the program: "postgres (PostgreSQL) 15.20 (Debian …)" is 15.
func versionOf(ctx context.Context, program string) (int, error) {
	if _, err := os.Stat(program); err != nil {
		return 0, fmt.Errorf("no server program: %w", err)
	}
	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("asking %s for its version: %w", program, err)
	}
	fields := strings.Fields(string(out))
	if len(fields) < 3 {
		return 0, fmt.Errorf("%s says %q", program, out)
	}
	major, _, _ := strings.Cut(fields[2], ".")
	v, err := strconv.Atoi(strings.TrimRight(major, "abcdefghijklmnopqrstuvwxyz"))
	if err != nil {
		return 0, fmt.Errorf("%s says %q: %w", program, out, err)
	}
	return v, nil
}

// Program is the path of a client program (psql, pg_dump, pg_restore) of the
// newest installed PostgreSQL, else of whatever the PATH holds.
func Program(ctx context.Context, name string) (string, error) {
	if b, err := findBinaries(ctx, 0); err == nil {
		if _, err := os.Stat(b.path(name)); err == nil {
			return b.path(name), nil
		}
	}
	p, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("the program %s is not installed; on Debian: apt install postgresql-client: %w", name, err)
	}
	return p, nil
}
