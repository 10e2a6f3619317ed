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

// initialise runs initdb once. It works in a folder beside, so that a broken
// attempt is never taken for a cluster.
func (c *Cluster) initialise(ctx context.Context) error {
	pgdata := c.folder.pgdata()
	version, err := clusterVersion(pgdata)
	if err != nil {
		return err
	}
	if c.binaries, err = findBinaries(ctx, version); err != nil || version > 0 {
		return err
	}
	fresh := pgdata + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("removing an unfinished cluster: %w", err)
	}
	if err := c.account.mkdir(fresh); err != nil {
		return err
	}
	c.config.Log.InfoContext(ctx, "making the database cluster", "folder", pgdata, "postgresql", c.binaries.version)
	args := []string{
		"-D", fresh, "-U", superuser, "--encoding=UTF8", "--locale=C.UTF-8",
		"--auth-local=peer", "--auth-host=reject", "--data-checksums", "--no-instructions",
	}
	if c.config.Settings["fsync"] == "off" {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, c.binaries.path("initdb"), args...)
	c.account.run(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	if err := appendIncludes(filepath.Join(fresh, "postgresql.conf")); err != nil {
		return err
	}
	local := "# Settings of your own, in the form of postgresql.conf; they win over kraj.conf. Valid after a restart.\n"
	if err := c.account.writeFile(filepath.Join(fresh, "local.conf"), []byte(local)); err != nil {
		return err
	}
	if err := os.Rename(fresh, pgdata); err != nil {
		return fmt.Errorf("putting the new cluster in its place: %w", err)
	}
	return nil
}

// clusterVersion is the major version that made the cluster, 0 if there is none.
func clusterVersion(pgdata string) (int, error) {
	data, err := os.ReadFile(filepath.Join(pgdata, "PG_VERSION"))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("looking at the cluster: %w", err)
	}
	v, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		return 0, fmt.Errorf("looking at the cluster in %s: %w", pgdata, err)
	}
	return v, nil
}

func appendIncludes(conf string) error {
	f, err := os.OpenFile(conf, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("configuring the cluster: %w", err)
	}
	_, err = f.WriteString("\ninclude = 'kraj.conf'\ninclude_if_exists = 'local.conf'\n")
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("configuring the cluster: %w", err)
	}
	return nil
}
