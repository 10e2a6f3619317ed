package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"kraj/geo/pgtest"
)

func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	root := (&program{}).command()
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Short == "" || c.Example == "" {
			t.Errorf("%s: needs a short text and an example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			_, after, ok := strings.Cut(line, "kraj ")
			if !ok {
				continue
			}
			if found, _, err := root.Find(strings.Fields(after)); err != nil || found == root {
				t.Errorf("%s: the example %q names no command", c.CommandPath(), strings.TrimSpace(line))
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(root)
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"nonsense", "unknown command"},
		{"serve --nonsense", "unknown flag"},
		{"serve --database postgres://x --data y", "exclude each other"},
		{"serve --db-listen 127.0.0.1:1", "no meaning with --database"},
		{"version --database host=x", "must be a URL"},
		{"db url --role king", "owner, planner or public"},
		{"db stop", "not the one of KRAJ_DATABASE_URL"},
		{"import settlements", "accepts 2 arg"},
		{"import settlements x.gpkg --map name", "NAME=VALUE"},
		{"balance --format pdf", "table, json or csv"},
	} {
		r := kraj(t, "postgres://nobody@127.0.0.1:1/x", "", strings.Fields(c.args)...)
		r.want(t, 2, c.want, "See kraj", "--help.")
	}
	kraj(t, "postgres://nobody@127.0.0.1:1/x", "", "user", "list").want(t, 1, "connecting to the database", "KRAJ_DATABASE_URL")
}

func TestVersion(t *testing.T) {
	t.Parallel()
	kraj(t, "", "", "version").want(t, 0, "kraj development")
	var b build
	if err := json.Unmarshal([]byte(kraj(t, "", "", "version", "--json").out), &b); err != nil || b.Version == "" {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestMigrateAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	kraj(t, url, "", "db", "backup", t.TempDir()+"/x").want(t, 1, "nothing to back up")
	kraj(t, url, "", "migrate").want(t, 0, "the database is at schema ")
	kraj(t, url, "", "migrate").want(t, 0, "the database is at schema ")
	execute(t, url, "UPDATE kraj.migrations_code SET hash = 'another'")
	kraj(t, url, "", "user", "list").want(t, 1, "kraj migrate")
	kraj(t, url, "", "migrate").want(t, 0)
	execute(t, url, "INSERT INTO kraj.migrations VALUES (999, 'schema/999_later.sql', 'x')")
	kraj(t, url, "", "user", "list").want(t, 1, "newer kraj")
}

func TestUsers(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	kraj(t, url, "dovolj dolgo geslo\n", "user", "add", "ana", "--role", "admin").want(t, 0, "added ana (admin)")
	kraj(t, url, "dovolj dolgo geslo\n", "user", "add", "Ana").want(t, 1, "already")
	kraj(t, url, "kratko\n", "user", "add", "bojan").want(t, 1, "at least")
	kraj(t, url, "dovolj dolgo geslo\n", "user", "add", "bojan", "--role", "king").want(t, 1, "planner, admin")
	kraj(t, url, "drugo dolgo geslo\n", "user", "password", "ana").want(t, 0, "changed")
	kraj(t, url, "drugo dolgo geslo\n", "user", "password", "nobody").want(t, 1, "there is no user")
	kraj(t, url, "", "user", "disable", "ana").want(t, 0, "ana is disabled")
	kraj(t, url, "", "user", "list").want(t, 0, "ana   admin  disabled")
	kraj(t, url, "", "user", "list", "--json").want(t, 0, `"disabled": true`)
	kraj(t, url, "", "user", "disable", "ana", "--enable").want(t, 0, "ana is enabled")
}

func TestDatabaseLogin(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	const name = "kraj-test.login"
	drop := func() { execute(t, url, `DROP ROLE IF EXISTS "`+name+`"`) }
	drop()
	defer drop()
	kraj(t, url, "dovolj dolgo geslo\n", "user", "add", name, "--db-login").want(t, 0)
	const login = `SELECT rolcanlogin AND pg_has_role(rolname, 'kraj_planner', 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = '` + name + `'`
	if !answer[bool](t, url, login) {
		t.Error("no planner's login")
	}
	kraj(t, url, "", "user", "disable", name).want(t, 0)
	if answer[bool](t, url, login) {
		t.Error("a disabled user still has a login")
	}
	kraj(t, url, "dovolj dolgo geslo\n", "user", "add", "kraj_public", "--db-login").want(t, 1, "the database has a role")
	kraj(t, url, "", "user", "list").want(t, 0)
	if n := answer[int](t, url, "SELECT count(*) FROM kraj.users WHERE name = 'kraj_public'"); n != 0 {
		t.Error("a refused login left a user")
	}
}

func TestDatabaseURLs(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	for role, want := range map[string]string{"owner": "kraj", "planner": "kraj_planner", "public": "kraj_public"} {
		r := kraj(t, url, "", "db", "url", "--role", role)
		r.want(t, 0)
		if got := answer[string](t, strings.TrimSpace(r.out), "SELECT current_user::text"); got != want {
			t.Errorf("%s is %s", role, got)
		}
		kraj(t, url, "", "db", "psql", "--role", role, "--", "-Atc", "SELECT 'I am ' || current_user").want(t, 0, "I am "+want)
	}
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func answer[T any](t *testing.T, url, sql string) (v T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if err := conn.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}
