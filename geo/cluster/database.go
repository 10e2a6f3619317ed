package cluster

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ensureDatabase makes the owner, its database and the extensions, which only the
// superuser may create. Everything is asked first, so an interrupted beginning is
// continued.
func (c *Cluster) ensureDatabase(ctx context.Context) error {
	admin, err := pgx.Connect(ctx, c.AdminURL())
	if err != nil {
		return fmt.Errorf("connecting to the private database: %w", err)
	}
	defer func() { _ = admin.Close(context.WithoutCancel(ctx)) }()
	for _, step := range []struct{ missing, make string }{
		{`SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kraj')`, `CREATE ROLE kraj LOGIN CREATEROLE`},
		{`SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kraj_planner')`, `CREATE ROLE kraj_planner LOGIN; GRANT kraj_planner TO kraj`},
		{`SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kraj_public')`, `CREATE ROLE kraj_public LOGIN; GRANT kraj_public TO kraj`},
		{`SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = 'kraj')`, `CREATE DATABASE kraj OWNER kraj TEMPLATE template0`},
	} {
		if err := makeMissing(ctx, admin, step.missing, step.make); err != nil {
			return err
		}
	}
	conn, err := pgx.Connect(ctx, c.record.url(superuser, Database))
	if err != nil {
		return fmt.Errorf("connecting to the private database: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, x := range []string{"postgis", "pg_trgm"} {
		err := makeMissing(ctx, conn, `SELECT NOT EXISTS (SELECT FROM pg_extension WHERE extname = '`+x+`')`, "CREATE EXTENSION "+x)
		if err != nil {
			return fmt.Errorf("%w (on Debian: apt install postgresql-%d-postgis-3)", err, c.binaries.version)
		}
	}
	return nil
}

func makeMissing(ctx context.Context, conn *pgx.Conn, question, statement string) error {
	var missing bool
	if err := conn.QueryRow(ctx, question).Scan(&missing); err != nil {
		return fmt.Errorf("looking at the private database: %w", err)
	}
	if !missing {
		return nil
	}
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("preparing the private database (%s): %w", statement, err)
	}
	return nil
}
