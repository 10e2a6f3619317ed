package cluster_test

import (
	"errors"
	"net"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"kraj/geo/cluster"
)

func TestStartStopStart(t *testing.T) {
	t.Parallel()
	// A long path: the socket must not lie in the data folder.
	dir := filepath.Join(folder(t), strings.Repeat("dolga-pot-", 12))
	if err := os.MkdirAll(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil {
		t.Fatal(err)
	}
	giveToServer(t, dir)
	c := start(t, cluster.Config{Dir: dir})
	for sql, want := range map[string]string{
		"SHOW server_encoding":         "UTF8",
		"SHOW lc_collate":              "C.UTF-8",
		"SHOW data_checksums":          "on",
		"SHOW listen_addresses":        "",
		"SHOW unix_socket_permissions": "0700",
		"SELECT current_user::text":    "kraj",
		"SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)::text":                                             "false",
		"SELECT string_agg(extname, ',' ORDER BY extname) FROM pg_extension WHERE extname <> 'plpgsql'":                         "pg_trgm,postgis",
		"SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()":                              "kraj",
		"SELECT count(*)::text FROM pg_roles WHERE rolname IN ('kraj_planner', 'kraj_public') AND rolcanlogin AND NOT rolsuper": "2",
	} {
		if got := query[string](t, c.URL(), sql); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
	if got := query[string](t, c.AdminURL(), "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"); got != "peer" {
		t.Errorf("authentication %q, want peer alone", got)
	}
	if uid := owner(t, filepath.Join("/proc", strconv.Itoa(postmaster(t, dir)))); uid == 0 {
		t.Error("the server runs as root")
	}
	socket := query[string](t, c.AdminURL(), "SHOW unix_socket_directories")
	if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o700 || len(socket) > 80 {
		t.Errorf("socket folder %s: %v, %v", socket, info.Mode(), err)
	}
	exec1(t, c.URL(), "CREATE TABLE kept AS SELECT 42 AS n")
	for range 2 { // twice, the second does nothing
		if err := c.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	again := start(t, cluster.Config{Dir: dir})
	if n := query[int](t, again.URLFor("kraj"), "SELECT n FROM kept"); n != 42 {
		t.Errorf("after a restart: %d", n)
	}
	if again.URL() != c.URL() {
		t.Errorf("the URL changed from %s to %s", c.URL(), again.URL())
	}
}

func TestSecondKrajIsRefusedOrJoins(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := start(t, cluster.Config{Dir: dir})
	_, err := cluster.Start(t.Context(), cluster.Config{Dir: dir, Settings: small()})
	var locked *cluster.LockedError
	if !errors.As(err, &locked) || locked.PID != os.Getpid() || !strings.Contains(err.Error(), dir) {
		t.Fatalf("second start: %v; want LockedError with our process and the folder", err)
	}
	joined, err := cluster.Open(t.Context(), cluster.Config{Dir: dir, Settings: small()})
	if err != nil || !joined.Attached() || joined.URL() != c.URL() {
		t.Fatalf("joining: %v", err)
	}
	if err := joined.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := query[int](t, c.URL(), "SELECT 1"); n != 1 {
		t.Error("leaving stopped the other's server")
	}
}

func TestListenWithPasswordsOnly(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	_ = free.Close()
	c := start(t, cluster.Config{Dir: folder(t), Listen: addr})
	exec1(t, c.URL(), `CREATE ROLE ana LOGIN PASSWORD 'skrivnost' IN ROLE kraj_planner`)
	exec1(t, c.AdminURL(), `ALTER ROLE postgres PASSWORD 'skrivnost'`)
	for _, login := range []struct {
		user, password, database string
		ok                       bool
	}{
		{"ana", "skrivnost", "kraj", true},
		{"ana", "napačno", "kraj", false},
		{"ana", "", "kraj", false},
		{"ana", "skrivnost", "postgres", false},
		{"postgres", "skrivnost", "kraj", false},
		{"kraj", "", "kraj", false},
	} {
		u := url.URL{Scheme: "postgres", User: url.UserPassword(login.user, login.password), Host: addr, Path: login.database}
		conn, err := pgx.Connect(t.Context(), u.String())
		if err == nil {
			_ = conn.Close(t.Context())
		}
		if (err == nil) != login.ok {
			t.Errorf("%s with %q at %s: %v", login.user, login.password, login.database, err)
		}
	}
	if _, err := cluster.Start(t.Context(), cluster.Config{Dir: folder(t), Listen: "5432"}); err == nil || !strings.Contains(err.Error(), "ADDRESS:PORT") {
		t.Errorf("a bad address: %v", err)
	}
}

func TestUnfinishedBeginningsAreTakenAway(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, "postgres.new", "base"), 0o711); err != nil {
		t.Fatal(err)
	}
	giveToServer(t, dir)
	c := start(t, cluster.Config{Dir: dir})
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	// A pid file whose number belongs to somebody else by now: this process.
	pidFile := filepath.Join(dir, "postgres", "postmaster.pid")
	if err := os.WriteFile(pidFile, []byte(strconv.Itoa(os.Getpid())+"\n"+dir+"/postgres\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c = start(t, cluster.Config{Dir: dir})
	if n := query[int](t, c.URL(), "SELECT 1"); n != 1 {
		t.Error("no answer")
	}
}

func TestErrorsOfTheServerAreShown(t *testing.T) {
	t.Parallel()
	settings := small()
	settings["shared_buffers"] = "plenty"
	_, err := cluster.Start(t.Context(), cluster.Config{Dir: folder(t), Settings: settings})
	if err == nil || !strings.Contains(err.Error(), "shared_buffers") {
		t.Errorf("got %v, want the server's own words", err)
	}
}

func TestFoldersOutOfReach(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root runs the server as somebody else")
	}
	closed := t.TempDir() // 0700 and root's
	dir, notice, err := cluster.ResolveDir(t.Context(), filepath.Join(closed, "kraj-data"), false)
	if err != nil || dir != cluster.SystemDir || !strings.Contains(notice, closed) {
		t.Errorf("a default folder: %q, %q, %v", dir, notice, err)
	}
	if _, _, err := cluster.ResolveDir(t.Context(), filepath.Join(closed, "chosen"), true); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("a chosen folder: %v, want a refusal", err)
	}
	open := folder(t)
	if dir, notice, err := cluster.ResolveDir(t.Context(), open, true); err != nil || dir != open || notice != "" {
		t.Errorf("a good folder: %q, %q, %v", dir, notice, err)
	}
}

func TestStopRunning(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if said, err := cluster.StopRunning(t.Context(), dir); err != nil || said != "" {
		t.Errorf("nothing there: %q, %v", said, err)
	}
	k := startProcess(t, dir)
	server := postmaster(t, dir)
	done := make(chan struct{})
	go func() { // a parent that takes note of the end, as a shell or systemd would
		_ = k.cmd.Wait()
		close(done)
	}()
	said, err := cluster.StopRunning(t.Context(), dir)
	if err != nil || !strings.Contains(said, strconv.Itoa(k.cmd.Process.Pid)) {
		t.Errorf("a running kraj: %q, %v", said, err)
	}
	<-done
	if running(server) {
		t.Error("the server still runs")
	}
}

// giveToServer hands a folder made by the test to the account of the server.
func giveToServer(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, uid, -1))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func owner(t *testing.T, path string) uint32 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		t.Skip("no owners on this system")
	}
	return st.Uid
}

func TestRootLeavesAFolderToItsOwner(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root runs the server as somebody else")
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skip(err)
	}
	uid, err := strconv.Atoi(nobody.Uid)
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t)
	if err := errors.Join(os.Mkdir(dir, 0o700), os.Chown(dir, uid, -1)); err != nil {
		t.Fatal(err)
	}
	c := start(t, cluster.Config{Dir: dir})
	if n := query[int](t, c.URL(), "SELECT 1"); n != 1 {
		t.Error("no answer")
	}
	for _, path := range []string{dir, filepath.Join(dir, "postgres"), filepath.Join(dir, "kraj.lock"), filepath.Join(dir, "cluster.json")} {
		if got := owner(t, path); int(got) != uid {
			t.Errorf("%s belongs to %d, want %d", path, got, uid)
		}
	}
}
