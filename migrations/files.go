package migrations

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strconv"
	"text/template"
)

// file is one SQL file, as it lies in the binary: before its template is filled.
type file struct {
	number int
	name   string // with its folder: schema/001_base.sql
	text   string
	hash   string // SHA-256 of text, in hex
}

var fileName = regexp.MustCompile(`^(\d+)_[a-z0-9_]+\.sql$`)

// load reads the SQL files of a folder in the order of their numbers.
func load(fsys fs.FS, folder string) ([]file, error) {
	entries, err := fs.ReadDir(fsys, folder)
	if err != nil {
		return nil, fmt.Errorf("reading migrations in %s: %w", folder, err)
	}
	var files []file
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) != ".sql" {
			continue
		}
		f, err := read(fsys, folder, e.Name())
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	sort.SliceStable(files, func(i, j int) bool { return files[i].number < files[j].number })
	return files, nil
}

func read(fsys fs.FS, folder, name string) (file, error) {
	m := fileName.FindStringSubmatch(name)
	if m == nil {
		return file{}, fmt.Errorf("migration %s/%s: the name must look like 001_words.sql", folder, name)
	}
	number, err := strconv.Atoi(m[1])
	if err != nil {
		return file{}, fmt.Errorf("migration %s/%s: %w", folder, name, err)
	}
	text, err := fs.ReadFile(fsys, path.Join(folder, name))
	if err != nil {
		return file{}, fmt.Errorf("reading migration: %w", err)
	}
	sum := sha256.Sum256(text)
	return file{number: number, name: path.Join(folder, name), text: string(text), hash: hex.EncodeToString(sum[:])}, nil
}

// unique refuses two schema files with one number: their order would be chance.
func unique(files []file) error {
	for i := 1; i < len(files); i++ {
		if files[i].number == files[i-1].number {
			return fmt.Errorf("migrations %s and %s have the same number", files[i-1].name, files[i].name)
		}
	}
	return nil
}

// combined is the hash of several files, names included.
func combined(files []file) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%s %s\n", f.name, f.hash)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Hash identifies the whole set of migrations; the test harness names its
// template database after it.
func Hash(fsys fs.FS) (string, error) {
	schema, err := load(fsys, "schema")
	if err != nil {
		return "", err
	}
	code, err := loadCode(fsys)
	if err != nil {
		return "", err
	}
	return combined(append(schema, code...)), nil
}

// render fills the file's template.
func (f file) render(srid int) (string, error) {
	t, err := template.New(f.name).Option("missingkey=error").Parse(f.text)
	if err != nil {
		return "", fmt.Errorf("migration template: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, map[string]any{"srid": srid}); err != nil {
		return "", fmt.Errorf("migration template: %w", err)
	}
	return b.String(), nil
}
