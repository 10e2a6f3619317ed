// Package migrations brings a database to the shape this kraj needs: numbered
// schema files that are applied once and only forward, and code files
// (functions, triggers, views) that are replaced whole whenever they change, and
// gaps, one file a question, that become functions and views.
// Everything happens in one transaction, so a database is either as before or
// completely up to date.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed schema code gaps
var embedded embed.FS

// Files returns the migrations built into this binary: the folders "schema",
// "code" and "gaps".
func Files() fs.FS { return embedded }
