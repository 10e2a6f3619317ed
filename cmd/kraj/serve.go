package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func (p *program) serveCommand() *cobra.Command {
	var o serveOptions
	var listen string
	var srid int
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the map and the API",
		Long: `Serves the map, the API and the tiles until it is stopped with Ctrl-C or SIGTERM;
requests that run then are finished.

Without --database it keeps a PostgreSQL of its own in the data folder, made from
the system's programs at the first start. The schema is brought up to date at
every start.`,
		Example: `  kraj serve --demo
  kraj serve --listen 127.0.0.1:9000 --data /srv/kraj
  kraj serve --database postgres://kraj@db.example.org/kraj
  kraj serve --db-listen 192.168.1.10:5432     also open the database to QGIS
  kraj serve --debug-listen 127.0.0.1:6060     go tool pprof http://127.0.0.1:6060/debug/pprof/profile`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("listen") {
				p.settings.Listen = listen
			}
			if cmd.Flags().Changed("srid") {
				p.settings.SRID = srid
			}
			return p.serve(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address of the web server (KRAJ_LISTEN)")
	cmd.Flags().IntVar(&srid, "srid", 3794, "metric EPSG code for a new database (KRAJ_SRID)")
	cmd.Flags().BoolVar(&o.demo, "demo", false, "load the demonstration municipalities if they are not there")
	cmd.Flags().StringVar(&o.dbListen, "db-listen", "", "ADDRESS:PORT on which kraj's own database takes named users with a password")
	cmd.Flags().StringVar(&o.debugListen, "debug-listen", "", "ADDRESS:PORT of this machine's loopback on which profiles are served (net/http/pprof)")
	return cmd
}

func (p *program) serve(ctx context.Context, o serveOptions) error {
	if o.dbListen != "" && p.settings.Database != "" {
		return usagef("--db-listen opens kraj's own database; it has no meaning with --database")
	}
	var m Main
	if err := m.Run(ctx, p, o); err != nil {
		return err
	}
	p.printf("kraj is ready: %s\n", m.URL())
	var failed error
	select {
	case <-ctx.Done():
		p.log.Info("stopping; running requests are finished first")
	case failed = <-m.Failed():
	}
	return errors.Join(failed, m.Close())
}
