// Package gdal runs GDAL's programs on files from strangers: as a child process
// that gets no database URL, no environment, no network, one temporary folder, and
// limits on time, memory and output.
package gdal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"kraj/geo"
)

// Limits of one child process.
type Limits struct {
	Memory  int64         // bytes of address space; 0 means 4 GiB
	CPU     time.Duration // 0 means 30 min
	MaxFile int64         // bytes of a file it may write; 0 means 64 MiB
}

// nobody is the account that a child of root runs as.
const nobody = 65534

// Sandbox is one temporary folder and the right to run GDAL in it. Close removes it.
type Sandbox struct {
	Dir    string
	limits Limits
	attr   *syscall.SysProcAttr
}

// New makes a sandbox and removes those of processes that ended without doing so.
func New(ctx context.Context, l Limits) (*Sandbox, error) {
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		return nil, geo.Errorf(geo.Invalid, "GDAL is missing", "this format is read and written by GDAL; on Debian: apt install gdal-bin. GeoJSON, CSV and Excel need nothing")
	}
	sweep()
	dir, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", prefix, os.Getpid()))
	if err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w", err)
	}
	s := &Sandbox{Dir: dir, limits: l, attr: attributes(ctx)}
	if os.Getuid() == 0 {
		if err := os.Chown(dir, nobody, nobody); err != nil {
			return nil, errors.Join(fmt.Errorf("giving away the temporary folder: %w", err), s.Close())
		}
	}
	return s, nil
}

const prefix = "kraj-gdal-"

// Close removes the folder.
func (s *Sandbox) Close() error { return os.RemoveAll(s.Dir) }

// sweep removes folders whose process no longer lives.
func sweep() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, dir := range dirs {
		id, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), prefix), "-")
		pid, err := strconv.Atoi(id)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(dir) // another account's stays
		}
	}
}

// attributes are how a child is cut off: another account when this one is root,
// no network where the kernel allows a namespace of its own.
func attributes(ctx context.Context) *syscall.SysProcAttr {
	base := func() *syscall.SysProcAttr {
		// The child must not outlive an importer that was killed.
		a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
		if os.Getuid() == 0 {
			a.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		}
		return a
	}
	a := base()
	a.Cloneflags = syscall.CLONE_NEWNET
	if uid := os.Getuid(); uid != 0 {
		a.Cloneflags |= syscall.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	}
	probe := exec.CommandContext(ctx, "true")
	probe.SysProcAttr, probe.Env, probe.Dir = a, []string{}, "/"
	if probe.Run() == nil {
		return a
	}
	return base()
}

// command builds the call: program and arguments are ours, only layer names and
// relative file names come from outside, and never first.
func (s *Sandbox) command(ctx context.Context, drivers []string, program string, args ...string) *exec.Cmd {
	memory, cpu, file := s.limits.Memory, s.limits.CPU, s.limits.MaxFile
	if memory == 0 {
		memory = 4 << 30
	}
	if cpu == 0 {
		cpu = 30 * time.Minute
	}
	if file == 0 {
		file = 64 << 20
	}
	full := []string{
		"--no-new-privs", "prlimit", fmt.Sprintf("--as=%d", memory), fmt.Sprintf("--cpu=%d", int(cpu.Seconds())),
		fmt.Sprintf("--fsize=%d", file), "--core=0", "--nofile=256", program,
	}
	cmd := exec.CommandContext(ctx, "setpriv", append(full, args...)...) //nolint:gosec // see above
	cmd.Dir = s.Dir
	cmd.Env = environment(s.Dir, drivers)
	cmd.SysProcAttr = s.attr
	cmd.WaitDelay = 5 * time.Second
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

func environment(dir string, skip []string) []string {
	list := strings.Join(skip, ",")
	return []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + dir, "TMPDIR=" + dir, "CPL_TMPDIR=" + dir, "LC_ALL=C.UTF-8",
		"OGR_SKIP=" + list, "GDAL_SKIP=" + list,
		"GDAL_DISABLE_READDIR_ON_OPEN=FALSE", "PROJ_NETWORK=OFF", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS=.none", "GDAL_HTTP_TIMEOUT=1",
		"GML_SKIP_RESOLVE_ELEMS=ALL", "OGR_GEOJSON_MAX_OBJ_SIZE=0", "CPL_LOG=/dev/null", "GDAL_CACHEMAX=64",
	}
}

// output runs a program to its end and returns what it printed.
func (s *Sandbox) output(ctx context.Context, skip []string, program string, args ...string) ([]byte, error) {
	cmd := s.command(ctx, skip, program, args...)
	out, stderr := &limited{max: 16 << 20}, &limited{max: 64 << 10}
	cmd.Stdout, cmd.Stderr = out, stderr
	err := cmd.Run()
	if err != nil {
		return nil, failure(ctx, program, err, stderr.String())
	}
	return out.Bytes(), nil
}

// failure puts GDAL's own words first: they name what is wrong with the file.
func failure(ctx context.Context, program string, err error, stderr string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s was stopped: %w", program, context.Cause(ctx))
	}
	said := strings.Join(strings.Fields(stderr), " ")
	if said == "" {
		said = "it ended without a word; the file may be too large or damaged"
	}
	return &geo.Error{Kind: geo.Invalid, Title: "GDAL could not read or write the file", Detail: said, Err: err}
}

// limited keeps the beginning of what is written to it.
type limited struct {
	bytes.Buffer
	max int
}

func (l *limited) Write(p []byte) (int, error) {
	if room := l.max - l.Len(); room > 0 {
		l.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// process is a running child whose output is read.
type process struct {
	io.Reader
	ctx     context.Context //nolint:containedctx // the process lives as long as it
	program string
	cancel  context.CancelFunc
	cmd     *exec.Cmd
	stderr  *limited
	ended   bool
}

// stream starts a program and returns its output. Reading to the end reports the
// child's failure; Close ends it.
func (s *Sandbox) stream(ctx context.Context, skip []string, program string, args ...string) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := s.command(ctx, skip, program, args...)
	stderr := &limited{max: 64 << 10}
	cmd.Stderr = stderr
	pipe, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("starting %s: %w", program, err)
	}
	return &process{Reader: pipe, ctx: ctx, program: program, cancel: cancel, cmd: cmd, stderr: stderr}, nil
}

func (p *process) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if errors.Is(err, io.EOF) && !p.ended {
		p.ended = true
		if werr := p.cmd.Wait(); werr != nil {
			return n, failure(p.ctx, p.program, werr, p.stderr.String())
		}
	}
	return n, err
}

func (p *process) Close() error {
	p.cancel()
	if !p.ended {
		p.ended = true
		_ = p.cmd.Wait() // it was killed
	}
	return nil
}
