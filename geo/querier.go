// Package geo is the domain: it answers what planners ask about places, projects
// and money. Each question has one file here and one statement in geo/sql.
//
// Relation names in the statements are unqualified: the search path of the
// connection decides whether they mean what the public may see (kraj_public) or
// the base (kraj), so one statement serves both audiences.
package geo

import (
	"context"
	"embed"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Querier is what questions are asked of: a pool, a connection or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

//go:embed sql/*.sql
var statements embed.FS

// statement returns the text of geo/sql/NAME.sql; a missing file is a fault of
// the build, found by the first test.
func statement(name string) string {
	text, err := statements.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err)
	}
	return string(text)
}
