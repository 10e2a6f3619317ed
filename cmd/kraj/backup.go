package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"kraj/geo/pg"
	"kraj/migrations"
)

func (p *program) dbBackupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a consistent, checked backup",
		Long: `Writes the whole database into one file (pg_dump's custom format) while everybody
goes on working. The file is read back before it gets its name, so a file that is
there is a good one. An existing file is not overwritten.`,
		Example: `  kraj db backup kraj-$(date +%F).dump`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return p.backup(cmd.Context(), args[0]) },
	}
}

func (p *program) backup(ctx context.Context, file string) (err error) {
	s, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := p.hasSchema(ctx, s.url); err != nil {
		return err
	}
	report, err := pg.Backup(ctx, s.url, file)
	if err != nil {
		return err
	}
	p.printf("%s: %d tables, %.1f MB, checked\n", file, report.Tables, float64(report.Bytes)/1e6)
	return nil
}

// hasSchema refuses a backup of nothing, which would be found out too late.
func (p *program) hasSchema(ctx context.Context, url string) error {
	conn, err := p.dial(ctx, url)
	if err != nil {
		return connectError(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	state, err := migrations.Current(ctx, conn)
	if err == nil && state.Version == 0 {
		return errors.New("there is no kraj in this database, so nothing to back up: is it the right one (--data, --database)?")
	}
	return err
}

func (p *program) dbRestoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Restore a backup into an empty database",
		Long: `Restores a backup into an empty database, all or nothing, and brings it up to date
with this version. A database that holds anything is refused: choose a new data
folder with --data, or an empty database with --database. The restored database
gets a new identity, so that clients that followed the old one start afresh.`,
		Example: `  kraj db restore kraj-2026-11-21.dump --data ./restored`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return p.restore(cmd.Context(), args[0]) },
	}
}

func (p *program) restore(ctx context.Context, file string) (err error) {
	if !exists(file) {
		return fmt.Errorf("there is no file %s", file)
	}
	s, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	conn, err := p.dial(ctx, s.url)
	if err != nil {
		return connectError(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := pg.Check(ctx, conn); err != nil {
		return err
	}
	if err := migrations.EnsureRoles(ctx, conn); err != nil {
		return err
	}
	if err := pg.Restore(ctx, conn, s.url, file); err != nil {
		return err
	}
	if err := p.migrate(ctx, conn); err != nil {
		return fmt.Errorf("the backup is restored, but: %w", err)
	}
	p.printf("restored %s\n", file)
	return nil
}
