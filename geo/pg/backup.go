package pg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo/cluster"
)

// BackupReport says what a backup holds.
type BackupReport struct {
	Tables int
	Bytes  int64
}

// Backup writes the database into a file in pg_dump's custom format, as of one
// moment. The dump is made beside, read back completely, and only then given its
// name; an existing file is refused.
func Backup(ctx context.Context, url, file string) (BackupReport, error) {
	var report BackupReport
	if _, err := os.Stat(file); err == nil {
		return report, fmt.Errorf("%s exists already: choose another name", file)
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return report, fmt.Errorf("writing the backup: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	defer tmp.Close()
	// Unlogged tables hold only what is on its way within a transaction.
	if _, err := run(ctx, "pg_dump", "--format=custom", "--no-unlogged-table-data", "--file="+tmp.Name(), "--dbname="+url); err != nil {
		return report, err
	}
	list, err := run(ctx, "pg_restore", "--list", tmp.Name())
	if err != nil {
		return report, err
	}
	report.Tables = bytes.Count(list, []byte(" TABLE DATA "))
	if _, err := run(ctx, "pg_restore", "--file=/dev/null", tmp.Name()); err != nil {
		return report, fmt.Errorf("the backup cannot be read back: %w", err)
	}
	return report, finish(tmp, file, &report)
}

// finish makes sure that the file is on the disk, and names it.
func finish(tmp *os.File, file string, report *BackupReport) error {
	if err := tmp.Sync(); err != nil {
		return fmt.Errorf("writing the backup: %w", err)
	}
	info, err := os.Stat(tmp.Name())
	if err != nil {
		return fmt.Errorf("writing the backup: %w", err)
	}
	report.Bytes = info.Size()
	// A link, unlike a rename, never replaces a file that has come up meanwhile.
	err = os.Link(tmp.Name(), file)
	if err != nil && !errors.Is(err, os.ErrExist) {
		err = os.Rename(tmp.Name(), file) // a file system without links
	}
	if err != nil {
		return fmt.Errorf("naming the backup: %w", err)
	}
	return nil
}

// Restore reads a backup into the empty database of conn, whose URL is url, in
// one transaction, and gives the database a new identity: cursors of the old one
// must not be taken for its own. Roles and extensions must be there.
func Restore(ctx context.Context, conn *pgx.Conn, url, file string) error {
	if err := refuseFull(ctx, conn); err != nil {
		return err
	}
	list, err := run(ctx, "pg_restore", "--list", file)
	if err != nil {
		return fmt.Errorf("%s is not a backup made by kraj db backup: %w", file, err)
	}
	if !bytes.Contains(list, []byte(" TABLE kraj migrations ")) {
		return fmt.Errorf("%s is a dump of another database, not of kraj", file)
	}
	toc, err := os.CreateTemp("", "kraj-restore-*.list")
	if err != nil {
		return fmt.Errorf("restoring: %w", err)
	}
	defer func() { _ = os.Remove(toc.Name()) }()
	_, werr := toc.Write(withoutExtensions(list))
	if err := errors.Join(werr, toc.Close()); err != nil {
		return fmt.Errorf("restoring: %w", err)
	}
	_, err = run(ctx, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--use-list="+toc.Name(), "--dbname="+url, file)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `UPDATE kraj.settings SET value = gen_random_uuid()::text WHERE key = 'instance'; NOTIFY kraj, '*'`); err != nil {
		return fmt.Errorf("giving the restored database a new identity: %w", err)
	}
	if _, err := conn.Exec(ctx, `ANALYZE`); err != nil {
		return fmt.Errorf("analysing the restored database: %w", err)
	}
	return nil
}

// refuseFull refuses a database that holds any table besides the extensions'.
func refuseFull(ctx context.Context, conn *pgx.Conn) error {
	var found *string
	err := conn.QueryRow(ctx, `
		SELECT min(format('%I.%I', n.nspname, c.relname))
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')`).Scan(&found)
	if err != nil {
		return fmt.Errorf("looking whether the database is empty: %w", err)
	}
	if found != nil {
		return fmt.Errorf("the database is not empty (it holds %s): restore into a new data folder (--data) or an empty database (--database)", *found)
	}
	return nil
}

// withoutExtensions drops the entries that only an administrator could restore:
// the extensions are there already, with their list of reference systems.
func withoutExtensions(list []byte) []byte {
	var kept bytes.Buffer
	for line := range bytes.Lines(list) {
		foreign := func(mark string) bool { return bytes.Contains(line, []byte(mark)) }
		if foreign(" EXTENSION ") || foreign(" SCHEMA - public ") || foreign(" TABLE DATA public spatial_ref_sys ") {
			continue
		}
		kept.Write(line)
	}
	return kept.Bytes()
}

// run runs one of PostgreSQL's client programs; its complaints become the error.
func run(ctx context.Context, program string, args ...string) ([]byte, error) {
	path, err := cluster.Program(ctx, program)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(complaints.String()))
	}
	return out.Bytes(), nil
}
