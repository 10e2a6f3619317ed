package demo

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

//go:embed sql
var statements embed.FS

// step is one statement of sql/load: it inserts the rows of one table.
type step struct{ relation, sql string }

// steps lists the statements in the order of their numbers: what others refer to comes first.
func steps() ([]step, error) {
	names, err := fs.Glob(statements, "sql/load/*.sql")
	if err != nil {
		return nil, fmt.Errorf("listing the load statements: %w", err)
	}
	slices.Sort(names)
	var out []step
	for _, name := range names {
		text, err := statements.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		base := strings.TrimSuffix(name[strings.LastIndex(name, "/")+1:], ".sql")
		_, relation, _ := strings.Cut(base, "_")
		out = append(out, step{relation: relation, sql: string(text)})
	}
	return out, nil
}

// load copies the facts into temporary tables and inserts from them what is not there yet.
func load(ctx context.Context, tx pgx.Tx, f *facts) (map[string]int, error) {
	if err := stage(ctx, tx, f); err != nil {
		return nil, err
	}
	list, err := steps()
	if err != nil {
		return nil, err
	}
	rows := map[string]int{}
	for _, s := range list {
		for {
			n, err := s.run(ctx, tx, f.municipality)
			if err != nil {
				return nil, fmt.Errorf("loading %s: %w", s.relation, err)
			}
			rows[s.relation] += n
			if s.relation != "projects" || n == 0 { // projects: level by level
				break
			}
		}
	}
	return rows, nil
}

// run inserts the rows of one table and remembers them: for the rest of this load in in_loaded, and for good
// in demo_rows.
func (s step) run(ctx context.Context, tx pgx.Tx, municipality string) (int, error) {
	tag, err := tx.Exec(ctx, `WITH new AS (`+s.sql+` RETURNING id),
		kept AS (INSERT INTO demo_rows (relation, row_id, municipality) SELECT $1, id, $2 FROM new)
		INSERT INTO in_loaded (relation, row_id) SELECT $1, id FROM new`, s.relation, municipality)
	return int(tag.RowsAffected()), err
}

// stage copies the facts into temporary tables of text: in_<file>.
func stage(ctx context.Context, tx pgx.Tx, f *facts) error {
	prepare, err := statements.ReadFile("sql/prepare.sql")
	if err != nil {
		return fmt.Errorf("reading the statements: %w", err)
	}
	if _, err := tx.Exec(ctx, string(prepare)); err != nil {
		return fmt.Errorf("preparing the load: %w", err)
	}
	for _, t := range f.tables {
		if err := t.copy(ctx, tx); err != nil {
			return err
		}
	}
	source := pgx.CopyFromSlice(len(f.shapes), func(i int) ([]any, error) {
		return []any{f.shapes[i].layer, f.shapes[i].code, f.shapes[i].geojson}, nil
	})
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"in_shapes"}, []string{"layer", "code", "geojson"}, source); err != nil {
		return fmt.Errorf("copying the shapes: %w", err)
	}
	_, err = tx.Exec(ctx, `UPDATE in_shapes SET geom = ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(geojson), 3794), kraj.srid())`)
	if err != nil {
		return fmt.Errorf("reading the shapes: %w", err)
	}
	return nil
}

// copy makes the temporary table of one file and fills it.
func (t table) copy(ctx context.Context, tx pgx.Tx) error {
	columns := make([]string, len(t.columns))
	for i, c := range t.columns {
		columns[i] = pgx.Identifier{c}.Sanitize() + " text"
	}
	name := pgx.Identifier{"in_" + t.name}
	create := "CREATE TEMPORARY TABLE " + name.Sanitize() + " (" + strings.Join(columns, ", ") + ") ON COMMIT DROP"
	if _, err := tx.Exec(ctx, create); err != nil {
		return fmt.Errorf("making the table of %s.csv: %w", t.name, err)
	}
	if _, err := tx.CopyFrom(ctx, name, t.columns, pgx.CopyFromRows(t.rows)); err != nil {
		return fmt.Errorf("copying %s.csv: %w", t.name, err)
	}
	return nil
}
