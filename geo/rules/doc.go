// Package rules holds the tests of the rules that the database itself keeps:
// change log, settling, undo, roles, public views. The rules are SQL, in
// migrations/code; docs/database.md explains them.
package rules
