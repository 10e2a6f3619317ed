package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"kraj/migrations"
)

func (p *program) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to date with this version",
		Long: `Brings the database up to date with this version of kraj, in one transaction.
kraj serve does the same when it starts; run migrate by hand when several servers
share a database, or to do it at a quiet hour. Make a backup first.`,
		Example: "  kraj db backup before.dump && kraj migrate",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.runMigrate(cmd.Context())
		},
	}
}

func (p *program) runMigrate(ctx context.Context) (err error) {
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
	if err := p.migrate(ctx, conn); err != nil {
		return err
	}
	state, err := migrations.Current(ctx, conn)
	if err != nil {
		return err
	}
	p.printf("the database is at schema %d\n", state.Version)
	return nil
}
