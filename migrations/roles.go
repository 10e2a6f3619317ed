package migrations

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Roles are the two roles beside the owner. They belong to the whole server, not
// to one database.
var Roles = [...]string{"kraj_planner", "kraj_public"}

// EnsureRoles makes the roles and lets the owner become them. Advisory locks do
// not reach over databases but roles do, so two databases migrating at the same
// time may still meet: then the loser tries again.
func EnsureRoles(ctx context.Context, conn *pgx.Conn) error {
	var err error
	for attempt := range 10 {
		if err = makeRoles(ctx, conn); err == nil || !raced(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt+1) * 20 * time.Millisecond):
		}
	}
	return err
}

func makeRoles(ctx context.Context, conn *pgx.Conn) error {
	for _, role := range Roles {
		var exists, member bool
		err := conn.QueryRow(ctx, `SELECT r.oid IS NOT NULL, COALESCE(pg_has_role(r.oid, 'MEMBER'), false)
			FROM (SELECT $1::name AS rolname) w LEFT JOIN pg_roles r USING (rolname)`, role).Scan(&exists, &member)
		if err != nil {
			return fmt.Errorf("looking for the role %s: %w", role, err)
		}
		ident := pgx.Identifier{role}.Sanitize()
		if !exists {
			if _, err := conn.Exec(ctx, "CREATE ROLE "+ident+" NOLOGIN"); err != nil {
				return roleError(role, err)
			}
		}
		if !exists || !member {
			if _, err := conn.Exec(ctx, "GRANT "+ident+" TO CURRENT_USER"); err != nil {
				return roleError(role, err)
			}
		}
	}
	return nil
}

func roleError(role string, err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "42501" {
		return fmt.Errorf("the database user may not make the role %s; let an administrator run\n"+
			"  CREATE ROLE kraj_planner; CREATE ROLE kraj_public; GRANT kraj_planner, kraj_public TO <this user>;\nand try again: %w", role, err)
	}
	return fmt.Errorf("making the role %s: %w", role, err)
}

// raced tells whether somebody else made the same role at the same moment:
// duplicate_object, unique_violation, or "tuple concurrently updated" (XX000).
func raced(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "42710" || pg.Code == "23505" || pg.Code == "XX000")
}
