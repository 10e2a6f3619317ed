// Package migrations brings a database to the shape this kraj needs: numbered
// schema files that are applied once and only forward, and code files
// (functions, triggers, views) that are replaced whole whenever they change.
// Everything happens in one transaction, so a database is either as before or
// completely up to date.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed schema code
var embedded embed.FS

// Files returns the migrations built into this binary: the folders "schema"
// and "code".
func Files() fs.FS { return embedded }
