package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"

	"kraj/geo/cluster"
)

func (p *program) dbCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "db",
		Short: "Look after the database: address, console, backup, restore, stop",
		Example: `  kraj db url --role planner
  kraj db backup kraj-2026-11-21.dump`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.dbURLCommand(), p.dbPsqlCommand(), p.dbBackupCommand(), p.dbRestoreCommand(), p.dbStopCommand())
	return cmd
}

func (p *program) dbURLCommand() *cobra.Command {
	var role string
	var service bool
	cmd := &cobra.Command{
		Use:   "url",
		Short: "Print the address of the running database",
		Long: `Prints the URL of the running database, for psql, ogr2ogr or another program on
this machine. It holds the password if the URL you gave holds one. With --service it
prints the section [kraj] for ~/.pg_service.conf, which docs/kraj.qgs asks for; a
password is left out there and belongs into ~/.pgpass.`,
		Example: `  psql "$(kraj db url)"
  ogrinfo "$(kraj db url --role public)" settlements
  kraj db url --role planner --service >> ~/.pg_service.conf`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.running(cmd.Context())
			if err != nil {
				return err
			}
			u, err := s.urlFor(role)
			if err != nil {
				return err
			}
			if service {
				u, err = serviceSection(u)
			}
			if err != nil {
				return err
			}
			p.printf("%s\n", u)
			return nil
		},
	}
	roleFlag(cmd, &role)
	cmd.Flags().BoolVar(&service, "service", false, "print a section for ~/.pg_service.conf instead")
	return cmd
}

// serviceSection turns a URL into libpq's service file form (PostgreSQL manual,
// "The Connection Service File"), without the password.
func serviceSection(url string) (string, error) {
	c, err := pgconn.ParseConfig(url)
	if err != nil {
		return "", fmt.Errorf("reading the database's URL: %w", err)
	}
	return fmt.Sprintf("[kraj]\nhost=%s\nport=%d\ndbname=%s\nuser=%s", c.Host, c.Port, c.Database, c.User), nil
}

// running finds a database that goes on running after this command.
func (p *program) running(ctx context.Context) (*session, error) {
	if p.settings.Database != "" {
		return &session{url: p.settings.Database}, nil
	}
	dir, err := p.dataDir(ctx)
	if err != nil {
		return nil, err
	}
	c, err := cluster.Running(ctx, dir)
	if errors.Is(err, cluster.ErrNotRunning) {
		return nil, fmt.Errorf("kraj's own database in %s does not run: start it with kraj serve, or name another folder with --data", dir)
	}
	if err != nil {
		return nil, err
	}
	return &session{url: c.URL(), cluster: c}, nil
}

func (p *program) dbPsqlCommand() *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use:   "psql [-- ARGUMENTS]",
		Short: "Open psql on the database",
		Long: `Opens PostgreSQL's console psql on the database. Everything behind -- goes to psql.
When kraj's own database does not run it is started for as long as psql runs.`,
		Example: `  kraj db psql
  kraj db psql --role public -- -c 'SELECT code, name FROM settlements LIMIT 5'`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.psql(cmd.Context(), role, args) },
	}
	roleFlag(cmd, &role)
	return cmd
}

func (p *program) psql(ctx context.Context, role string, args []string) (err error) {
	s, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	u, err := s.urlFor(role)
	if err != nil {
		return err
	}
	program, err := cluster.Program(ctx, "psql")
	if err != nil {
		return err
	}
	// Ctrl-C belongs to psql, which cancels its query; kraj waits for psql's end.
	signal.Ignore(syscall.SIGINT)
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, append([]string{"-d", u}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.in, p.out, p.err
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c search_path="+searchPath(role))
	if s.cluster == nil && role != "owner" {
		cmd.Env = os.Environ() // the URL has options of its own
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("psql: %w", err)
	}
	return nil
}

func searchPath(role string) string {
	if role == "public" {
		return "kraj_public,public"
	}
	return "kraj,public"
}

func roleFlag(cmd *cobra.Command, role *string) {
	cmd.Flags().StringVar(role, "role", "owner", "owner, planner or public")
}

func (p *program) dbStopCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stop",
		Short: "Stop kraj's own database and the kraj that runs it",
		Long: `Stops the kraj that serves from the data folder, after its running requests, and
its database; also a database that a killed kraj has left running.`,
		Example: "  kraj db stop --data /srv/kraj",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.settings.Database != "" {
				return usagef("kraj stops only its own database, not the one of KRAJ_DATABASE_URL or --database")
			}
			dir, err := p.dataDir(cmd.Context())
			if err != nil {
				return err
			}
			said, err := cluster.StopRunning(cmd.Context(), dir)
			if said == "" && err == nil {
				said = "nothing runs in " + dir
			}
			if said != "" {
				p.printf("%s\n", said)
			}
			return err
		},
	}
}
