package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// SystemDir is where the data go when root's own choice cannot be reached by the
// account that runs PostgreSQL.
const SystemDir = "/var/lib/kraj"

// folder is a data folder: the cluster is in its sub-folder postgres.
type folder struct{ dir string }

func (f folder) pgdata() string { return filepath.Join(f.dir, "postgres") }
func (f folder) record() string { return filepath.Join(f.dir, "cluster.json") }
func (f folder) lock() string   { return filepath.Join(f.dir, "kraj.lock") }

// ResolveDir returns the absolute data folder. As root, a default folder that the
// server's account cannot reach is replaced by SystemDir, with a sentence that
// says so; a folder somebody chose is refused instead.
func ResolveDir(ctx context.Context, dir string, chosen bool) (resolved, notice string, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", "", fmt.Errorf("data folder %s: %w", dir, err)
	}
	a, err := findAccount(abs)
	if err != nil || !a.switched || a.reaches(ctx, abs) {
		return abs, "", err
	}
	if err := ctx.Err(); err != nil {
		return "", "", fmt.Errorf("looking at the data folder: %w", err)
	}
	if chosen {
		return "", "", fmt.Errorf("the data folder %s lies where the account %s, which runs PostgreSQL, cannot reach it; choose another one, such as --data %s", abs, a.name, SystemDir)
	}
	return SystemDir, fmt.Sprintf("the data are kept in %s, because the account %s, which runs PostgreSQL, cannot reach %s", SystemDir, a.name, abs), nil
}

// reaches tells whether the account can enter the nearest existing folder on the
// way to dir; asking a process of that account also honours ACLs.
func (a account) reaches(ctx context.Context, dir string) bool {
	for {
		if _, err := os.Stat(dir); err == nil || dir == "/" {
			break
		}
		dir = filepath.Dir(dir)
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", `cd "$1"`, "sh", dir)
	a.run(cmd)
	return cmd.Run() == nil
}

// LockedError says that another kraj uses the data folder.
type LockedError struct {
	Dir string
	PID int // 0 when unknown
}

func (e *LockedError) Error() string {
	who := "another kraj"
	if e.PID > 0 {
		who = fmt.Sprintf("another kraj (process %d)", e.PID)
	}
	return fmt.Sprintf("%s is using the data folder %s: stop it first, or choose another folder with --data", who, e.Dir)
}

// takeLock locks the folder for this process. The kernel forgets the lock when
// the process ends, however it ends.
func (f folder) takeLock(a account) (*os.File, error) {
	file, err := os.OpenFile(f.lock(), os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("the data folder %s belongs to another user: start kraj as that user, or choose another folder with --data: %w", f.dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = file.Close() }()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, &LockedError{Dir: f.dir, PID: readPID(file)}
		}
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if err = a.own(f.lock()); err == nil {
		err = file.Truncate(0)
	}
	if err == nil {
		_, err = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("writing the lock of the data folder: %w", err)
	}
	return file, nil
}

func readPID(r io.Reader) int {
	data, err := io.ReadAll(io.LimitReader(r, 32))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		return 0
	}
	return pid
}

// record is what a running cluster writes down for others: cluster.json.
type record struct {
	Socket string `json:"socket"` // folder of the socket
	Port   int    `json:"port"`
	Conf   string `json:"conf"` // hash of the configuration the server runs with
}

func (f folder) readRecord() (record, error) {
	var r record
	data, err := os.ReadFile(f.record())
	if err != nil {
		return r, fmt.Errorf("reading the cluster's record: %w", err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("reading %s: %w", f.record(), err)
	}
	return r, nil
}

// maxSocketDir leaves room for "/.s.PGSQL.65535.lock" in the 107 bytes of a
// socket's path.
const maxSocketDir = 107 - 21

// socketFolder makes the short, private folder of the server's socket. Its name
// is the same at every start, unless somebody else has taken it.
func (f folder) socketFolder(ctx context.Context, a account) (string, error) {
	sum := sha256.Sum256([]byte(f.dir))
	name := "kraj-" + hex.EncodeToString(sum[:6])
	for _, base := range socketBases() {
		path := filepath.Join(base, name)
		if len(path) > maxSocketDir {
			continue
		}
		err := os.Mkdir(path, 0o700)
		if err == nil {
			err = a.own(path)
		}
		if (err == nil || errors.Is(err, os.ErrExist)) && a.private(ctx, path) {
			return path, nil
		}
	}
	path, err := os.MkdirTemp("/tmp", "kraj-")
	if err != nil {
		return "", fmt.Errorf("making a folder for the database's socket: %w", err)
	}
	return path, a.own(path)
}

func socketBases() []string {
	var bases []string
	if os.Geteuid() == 0 {
		bases = append(bases, "/run")
	} else if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		bases = append(bases, dir)
	}
	return append(bases, os.TempDir(), "/tmp")
}

// private tells whether path is a real folder of the account that nobody else
// may enter, and that the account itself can reach.
func (a account) private(ctx context.Context, path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Uid == a.uid && (!a.switched || a.reaches(ctx, path))
}
