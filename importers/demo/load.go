package demo

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/importers"
)

//go:embed sql
var statements embed.FS

// step brings in the rows of one table. Its statement in sql/load selects rows for
// the importers, if the table is a layer; else it inserts. It is empty for what is
// stored together with the projects.
type step struct {
	relation, sql string
	layer         bool
}

// layers are the tables whose rows go the importers' way.
func layers() []string {
	return []string{"municipalities", "settlements", "local_communities", "business_zones", "degraded_areas", "cycling_routes", "agglomerations", "projects"}
}

// withProjects are the tables that the importers fill together with the projects.
func withProjects() []string { return []string{"project_funding", "sites"} }

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
		out = append(out, step{relation: relation, sql: string(text), layer: slices.Contains(layers(), relation)})
		if relation == "projects" {
			for _, with := range withProjects() {
				out = append(out, step{relation: with})
			}
		}
	}
	return out, nil
}

// load copies the facts into temporary tables and brings in from them what is not there yet, or what was corrected.
func load(ctx context.Context, tx pgx.Tx, f *facts, one *Loaded) error {
	if err := stage(ctx, tx, f); err != nil {
		return err
	}
	list, err := steps()
	if err != nil {
		return err
	}
	one.Rows, one.Changed = map[string]int{}, map[string]int{}
	for _, s := range list {
		if s.layer {
			err = s.merge(ctx, tx, one)
		} else if s.sql != "" {
			err = s.insert(ctx, tx, one)
		}
		if err != nil {
			return fmt.Errorf("loading %s: %w", s.relation, err)
		}
	}
	return nil
}

// insert adds the rows of one table and remembers them: for the rest of this load in in_loaded, and for good in
// demo_rows. Ties loaded earlier follow the file first.
func (s step) insert(ctx context.Context, tx pgx.Tx, one *Loaded) error {
	if s.relation == "project_places" {
		if err := correctTies(ctx, tx, one); err != nil {
			return err
		}
	}
	tag, err := tx.Exec(ctx, `WITH new AS (`+s.sql+` RETURNING id),
		kept AS (INSERT INTO demo_rows (relation, row_id, municipality) SELECT $1, id, $2 FROM new)
		INSERT INTO in_loaded (relation, row_id) SELECT $1, id FROM new`, s.relation, one.Municipality)
	one.Rows[s.relation] = int(tag.RowsAffected())
	return err
}

// correctTies brings the ties of earlier loads that nobody else has touched to what the file says now.
func correctTies(ctx context.Context, tx pgx.Tx, one *Loaded) error {
	query, err := statements.ReadFile("sql/correct_ties.sql")
	if err != nil {
		return fmt.Errorf("reading the statements: %w", err)
	}
	var n int
	if err := tx.QueryRow(ctx, string(query), one.Municipality).Scan(&n); err != nil {
		return fmt.Errorf("correcting ties: %w", err)
	}
	if n > 0 {
		one.Changed["project_places"] = n
	}
	return nil
}

// merge takes the rows of a layer through the importers. Stored rows may change only if they are the demonstration's
// and nobody else has touched them.
func (s step) merge(ctx context.Context, tx pgx.Tx, one *Loaded) error {
	source, err := readRows(ctx, tx, s.sql)
	if err != nil {
		return err
	}
	one.Rows[s.relation] = 0
	if len(source.list) == 0 {
		return nil
	}
	query, err := statements.ReadFile("sql/changeable.sql")
	if err != nil {
		return fmt.Errorf("reading the statements: %w", err)
	}
	o := importers.Options{Layer: s.relation, File: one.Municipality + "/" + s.relation + ".csv"}
	if err := tx.QueryRow(ctx, string(query), s.relation, one.Municipality, withProjects()).Scan(&o.Changeable); err != nil {
		return fmt.Errorf("asking which rows may change: %w", err)
	}
	report, stored, err := importers.Merge(ctx, tx, source, o)
	if err != nil {
		return err
	}
	if !report.Merged {
		r := report.Rejects[0]
		return fmt.Errorf("%d rows are refused, the first is %d: %s %q: %s", report.Rejected, r.Row, r.Field, r.Value, r.Reason.EN)
	}
	return s.remember(ctx, tx, stored, one)
}

// remember keeps the ids of what the importers stored, as insert does.
func (s step) remember(ctx context.Context, tx pgx.Tx, stored importers.Stored, one *Loaded) error {
	_, err := tx.Exec(ctx, `WITH kept AS (INSERT INTO demo_rows (relation, row_id, municipality) SELECT $1, id, $2 FROM unnest($3::bigint[]) id)
		INSERT INTO in_loaded (relation, row_id) SELECT $1, id FROM unnest($3::bigint[]) id`, s.relation, one.Municipality, stored.New)
	if err != nil {
		return fmt.Errorf("remembering the rows: %w", err)
	}
	one.Rows[s.relation] = len(stored.New)
	if len(stored.Changed) > 0 {
		one.Changed[s.relation] = len(stored.Changed)
	}
	if s.relation != "projects" {
		return nil
	}
	for _, with := range withProjects() {
		tag, err := tx.Exec(ctx, `INSERT INTO demo_rows (relation, row_id, municipality)
			SELECT $1, t.id, $2 FROM `+pgx.Identifier{"kraj", with}.Sanitize()+` t WHERE t.project_id = ANY ($3)
			ON CONFLICT DO NOTHING`, with, one.Municipality, slices.Concat(stored.New, stored.Changed))
		if err != nil {
			return fmt.Errorf("remembering the rows of %s: %w", with, err)
		}
		one.Rows[with] = int(tag.RowsAffected())
	}
	return nil
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
