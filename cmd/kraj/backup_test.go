package main

import (
	"os"
	"path/filepath"
	"testing"

	"kraj/geo/pgtest"
)

const somewhere = `
	INSERT INTO kraj.municipalities (code, name, geom) VALUES ('052', 'Kranj', ST_Multi(ST_MakeEnvelope(440000, 110000, 460000, 130000, 3794)));
	INSERT INTO kraj.settlements (code, name, geom) VALUES ('052001', 'Čadovlje', ST_Multi(ST_MakeEnvelope(450000, 120000, 451000, 121000, 3794)));`

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	execute(t, url, somewhere)
	file := filepath.Join(t.TempDir(), "kraj.dump")
	kraj(t, url, "", "db", "backup", file).want(t, 0, "tables", "checked")
	kraj(t, url, "", "db", "backup", file).want(t, 1, "exists already")
	kraj(t, url, "", "db", "restore", file).want(t, 1, "not empty", "--data")

	target := pgtest.Empty(t)
	kraj(t, target, "", "db", "restore", file).want(t, 0, "restored")
	const fingerprint = `SELECT string_agg(code || name || encode(ST_AsEWKB(geom), 'hex') || municipality_id, ',' ORDER BY code) || (SELECT count(*) FROM kraj.changes) FROM kraj.settlements`
	if before, after := answer[string](t, url, fingerprint), answer[string](t, target, fingerprint); before != after {
		t.Errorf("restored %s, backed up %s", after, before)
	}
	const instance = `SELECT value FROM kraj.settings WHERE key = 'instance'`
	if answer[string](t, url, instance) == answer[string](t, target, instance) {
		t.Error("the restored database has the identity of the old one")
	}
	// The restored database works: rules, roles and triggers are there.
	execute(t, target, `UPDATE kraj.settlements SET name = 'Čadovlje pri Tržiču'`)
	kraj(t, target, "", "migrate").want(t, 0)
	kraj(t, target, "", "db", "psql", "--role", "public", "--", "-Atc", "SELECT name FROM kraj_public.settlements").want(t, 0, "Tržiču")
}

func TestRestoreRefusesOtherFiles(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	dir := t.TempDir()
	good, broken, text := filepath.Join(dir, "good"), filepath.Join(dir, "broken"), filepath.Join(dir, "text")
	kraj(t, url, "", "db", "backup", good).want(t, 0)
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	write(t, broken, data[:len(data)*2/3])
	write(t, text, []byte("no backup"))
	target := pgtest.Empty(t)
	kraj(t, target, "", "db", "restore", filepath.Join(dir, "missing")).want(t, 1, "there is no file")
	kraj(t, target, "", "db", "restore", text).want(t, 1, "not a backup")
	kraj(t, target, "", "db", "restore", broken).want(t, 1, "pg_restore")
	if answer[bool](t, target, "SELECT to_regnamespace('kraj') IS NOT NULL") {
		t.Error("a broken backup left something behind")
	}
	kraj(t, target, "", "db", "restore", good).want(t, 0)
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
