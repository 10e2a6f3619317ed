package pg

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// MinVersion is the oldest PostgreSQL that kraj runs on.
const MinVersion = 15

// extensions that kraj needs, with the Debian package that brings each.
var extensions = [...]struct{ name, pkg string }{
	{"postgis", "postgresql-VERSION-postgis-3"},
	{"pg_trgm", "postgresql-contrib"},
}

// ShortfallError says what a database lacks and what an administrator can do.
type ShortfallError struct{ Problems []string }

func (e *ShortfallError) Error() string {
	return "the database is not ready for kraj:\n- " + strings.Join(e.Problems, "\n- ")
}

// Check looks whether kraj can live in the database of conn, before anything is
// migrated: the server's version, the extensions (it creates those that it may),
// the right to make schemas and roles. *ShortfallError lists all that is missing.
func Check(ctx context.Context, conn *pgx.Conn) error {
	var e ShortfallError
	var version int
	var user, database string
	var mayCreate, mayRoles, rolesExist bool
	err := conn.QueryRow(ctx, `
		SELECT current_setting('server_version_num')::int / 10000, current_user, current_database(),
			has_database_privilege(current_database(), 'CREATE'),
			(SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user),
			(SELECT count(*) = 2 FROM pg_roles WHERE rolname IN ('kraj_planner', 'kraj_public') AND pg_has_role(oid, 'MEMBER'))`).
		Scan(&version, &user, &database, &mayCreate, &mayRoles, &rolesExist)
	if err != nil {
		return fmt.Errorf("looking at the database: %w", err)
	}
	quoted, db := pgx.Identifier{user}.Sanitize(), pgx.Identifier{database}.Sanitize()
	if version < MinVersion {
		e.add("the server is PostgreSQL %d; kraj needs %d or newer", version, MinVersion)
	}
	if !mayCreate {
		e.add("the user %s may not create schemas here; as an administrator: GRANT CREATE ON DATABASE %s TO %s;", user, db, quoted)
	}
	if !mayRoles && !rolesExist {
		e.add("the roles kraj_planner and kraj_public are missing and %s may not make them; as an administrator: ALTER ROLE %s CREATEROLE;"+
			" or: CREATE ROLE kraj_planner; CREATE ROLE kraj_public; GRANT kraj_planner, kraj_public TO %s;", user, quoted, quoted)
	}
	for _, x := range extensions {
		if problem := extend(ctx, conn, x.name, strings.ReplaceAll(x.pkg, "VERSION", strconv.Itoa(version))); problem != "" {
			e.Problems = append(e.Problems, problem)
		}
	}
	if len(e.Problems) > 0 {
		return &e
	}
	return nil
}

func (e *ShortfallError) add(format string, args ...any) {
	e.Problems = append(e.Problems, fmt.Sprintf(format, args...))
}

// extend creates an extension if need be; the answer is a problem in words, or "".
func extend(ctx context.Context, conn *pgx.Conn, name, pkg string) string {
	_, err := conn.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS "+pgx.Identifier{name}.Sanitize()+" SCHEMA public")
	if err == nil {
		return ""
	}
	var have bool // somebody else may have made it at the same moment
	if conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = $1)`, name).Scan(&have) == nil && have {
		return ""
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return fmt.Sprintf("the extension %s cannot be created: %v", name, err)
	}
	switch pg.Code {
	case "0A000", "58P01", "22023": // not available on the server
		return fmt.Sprintf("the extension %s is not installed on the server; on Debian: apt install %s", name, pkg)
	case "42501":
		return fmt.Sprintf("the extension %s is not enabled; as an administrator, in this database: CREATE EXTENSION %s;", name, name)
	}
	return fmt.Sprintf("the extension %s cannot be created: %s", name, pg.Message)
}
