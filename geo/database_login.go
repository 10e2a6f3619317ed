package geo

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/jackc/pgx/v5/pgconn"
)

// loginMark is the comment of the database roles that kraj has made for people;
// no other role is ever changed.
const loginMark = "made by kraj user add --db-login"

var loginName = regexp.MustCompile(`^[\pL][\pL\pN._-]{0,62}$`)

// AddDatabaseLogin lets a user into the database itself as a planner, for QGIS.
// q is the owner's, who must be allowed to make roles.
func AddDatabaseLogin(ctx context.Context, q Querier, name, password string) error {
	if !loginName.MatchString(name) {
		return Errorf(Invalid, "Bad name for a database login", "it begins with a letter and has letters, digits, dots, dashes and underscores")
	}
	err := formatted(ctx, q, `format('CREATE ROLE %I LOGIN PASSWORD %L IN ROLE kraj_planner', $1::text, $2::text)`, name, password)
	if err == nil {
		err = formatted(ctx, q, `format('COMMENT ON ROLE %I IS %L', $1::text, $2::text)`, name, loginMark)
	}
	if err == nil {
		err = formatted(ctx, q, `format('ALTER ROLE %I SET search_path = kraj, public', $1::text)`, name)
	}
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg) && pg.Code == "42710":
		return Errorf(Conflict, "Database login exists", "the database has a role %q already; choose another name", name)
	case errors.As(err, &pg) && pg.Code == "42501":
		return Errorf(Forbidden, "No right to make logins", "the database's owner may not make roles; an administrator can: ALTER ROLE ... CREATEROLE")
	case err != nil:
		return fmt.Errorf("making the database login %q: %w", name, err)
	}
	return nil
}

// SetDatabasePassword gives the user's database login, if there is one, a new
// password. q is the owner's.
func SetDatabasePassword(ctx context.Context, q Querier, name, password string) error {
	return changeLogin(ctx, q, name, `format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)`, name, password)
}

// SetDatabaseLogin locks the user's database login, if there is one, out or lets
// it in again. q is the owner's.
func SetDatabaseLogin(ctx context.Context, q Querier, name string, enabled bool) error {
	state := "NOLOGIN"
	if enabled {
		state = "LOGIN"
	}
	return changeLogin(ctx, q, name, `format('ALTER ROLE %I `+state+`', $1::text)`, name)
}

func changeLogin(ctx context.Context, q Querier, name, expression string, args ...any) error {
	var ours bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND shobj_description(oid, 'pg_authid') = $2)`, name, loginMark).Scan(&ours)
	if err == nil && ours {
		err = formatted(ctx, q, expression, args...)
	}
	if err != nil {
		return fmt.Errorf("changing the database login %q: %w", name, err)
	}
	return nil
}

// formatted executes a statement that takes no parameters, quoted by the server.
func formatted(ctx context.Context, q Querier, expression string, args ...any) error {
	var sql string
	if err := q.QueryRow(ctx, `SELECT `+expression, args...).Scan(&sql); err != nil {
		return err
	}
	_, err := q.Exec(ctx, sql)
	return err
}
