package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// serverAccount is the system account under which the Debian packages run
// PostgreSQL; as root the private cluster belongs to it too.
const serverAccount = "postgres"

// account is the system user that runs the server and owns its files.
type account struct {
	name     string
	uid, gid uint32
	switched bool // this process is root and must become the account
}

// findAccount chooses the server's account for a data folder: oneself; or, because
// PostgreSQL refuses to run as root, when one is root the folder's owner, and
// postgres for a folder that is root's or not there yet.
func findAccount(dir string) (account, error) {
	if os.Geteuid() != 0 {
		u, err := user.Current()
		if err != nil {
			return account{}, fmt.Errorf("this process's user has no name on this system, so PostgreSQL cannot recognise it: %w", err)
		}
		return account{name: u.Username, uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	u, err := ownerOf(dir)
	if err != nil || u.Uid == "0" {
		u, err = user.Lookup(serverAccount)
	}
	if err != nil {
		return account{}, fmt.Errorf("PostgreSQL does not run as root and the account %q does not exist; install PostgreSQL, or start kraj as an ordinary user: %w", serverAccount, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("account %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("account %s: %w", u.Username, err)
	}
	return account{name: u.Username, uid: uint32(uid), gid: uint32(gid), switched: true}, nil
}

// ownerOf is the user to whom a folder belongs.
func ownerOf(dir string) (*user.User, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("looking at the data folder: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil, errors.New("this system does not say whose a folder is")
	}
	u, err := user.LookupId(strconv.FormatUint(uint64(st.Uid), 10))
	if err != nil {
		return nil, fmt.Errorf("looking for the owner of %s: %w", dir, err)
	}
	return u, nil
}

// run makes the command run as the account, apart from the terminal's signals:
// Ctrl-C is for kraj, which stops the server after its last request.
func (a account) run(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.switched {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
		cmd.Env = append(os.Environ(), "HOME=/", "USER="+a.name, "LOGNAME="+a.name)
	}
	cmd.Dir = "/"
}

// own gives a file or folder to the account.
func (a account) own(path string) error {
	if !a.switched {
		return nil
	}
	if err := os.Lchown(path, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("giving %s to %s: %w", path, a.name, err)
	}
	return nil
}

// mkdir makes a folder of the account with mode 0700, or makes an existing one so.
func (a account) mkdir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	return a.own(path)
}

// writeFile replaces a file of the account in one step, so that a crash leaves
// the old one or the new one.
func (a account) writeFile(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, werr := tmp.Write(data)
	if err := errors.Join(werr, tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := a.own(tmp.Name()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
