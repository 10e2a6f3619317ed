package importers

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

var (
	//go:embed sql/locate.sql
	locateSQL string
	//go:embed sql/skip.sql
	skipSQL string
	//go:embed sql/match.sql
	matchSQL string
	//go:embed sql/diff.sql
	diffSQL string
	//go:embed sql/gone.sql
	goneSQL string
)

// tolerance within which two vertices are the same place, in metres: more than
// seven decimals of a degree or a file's rounding move them, less than any map shows.
const tolerance = 0.02

// shown limits the lists in a report.
const shown = 1000

// table is the layer's quoted name.
func (r *run) table() string { return pgx.Identifier{"kraj", r.target.Layer}.Sanitize() }

// locate finds the municipality of rows by where they lie and leaves out those of
// others when one was asked for.
func (r *run) locate(ctx context.Context) error {
	if !r.target.hasMunicipality() || r.target.isProjects() {
		return nil
	}
	if r.municipality != nil {
		if _, err := r.tx.Exec(ctx, skipSQL, *r.municipality, len(r.mapping.municipality) == 0); err != nil {
			return fmt.Errorf("leaving out rows elsewhere: %w", err)
		}
	}
	if _, err := r.tx.Exec(ctx, locateSQL); err != nil {
		return fmt.Errorf("finding the municipalities: %w", err)
	}
	if r.unknownMunicipality > 0 {
		r.note(r.unknownMunicipality, say("navedena občina ni shranjena; dopolni se po legi, ko bo uvožena", "the municipality that the file names is not stored; it is filled in by location once it is"))
	}
	return nil
}

// match finds the stored row of each.
func (r *run) match(ctx context.Context) error {
	register := r.target.Layer == "settlements" || r.target.Layer == "local_communities" || r.target.Layer == "municipalities"
	parts := map[string]string{
		"{layer}": r.table(), "{title}": r.target.title(),
		"{same_municipality}": "s.municipality_id IS NOT DISTINCT FROM r.municipality", "{no_municipality}": "r.municipality IS NULL OR s.municipality_id IS NULL",
		"{row_municipality}": "coalesce(r.municipality, -1)", "{stored_municipality}": "coalesce(s.municipality_id, -1)",
		"{stored_geom}": "s.geom", "{code_is_here}": "($1 OR r.municipality IS NOT DISTINCT FROM s.municipality_id)",
	}
	if !r.target.hasMunicipality() {
		parts["{same_municipality}"], parts["{no_municipality}"], parts["{row_municipality}"], parts["{stored_municipality}"] = "true", "true", "-1::bigint", "-1::bigint"
		parts["{code_is_here}"] = "true"
	}
	if r.target.isProjects() {
		parts["{stored_geom}"] = "NULL::geometry"
	}
	var renamed int
	if err := r.tx.QueryRow(ctx, fill(matchSQL, parts), register, register, tolerance).Scan(&renamed); err != nil {
		return fmt.Errorf("comparing with what is stored: %w", err)
	}
	if renamed > 0 {
		r.note(renamed, say("druga šifra, a isto ime v isti občini: velja za isto, shranjena šifra ostane", "another code, but the same name in the same municipality: taken for the same, the stored code stays"))
	}
	return nil
}

// keep leaves stored rows alone that must not change.
func (r *run) keep(ctx context.Context) error {
	if r.o.Changeable == nil {
		return nil
	}
	tag, err := r.tx.Exec(ctx, `UPDATE pg_temp.import_rows SET kind = 'kept' WHERE ok AND kind IS NULL AND place IS NOT NULL AND place <> ALL ($1)`, r.o.Changeable)
	if err != nil {
		return fmt.Errorf("keeping stored rows: %w", err)
	}
	if n := int(tag.RowsAffected()); n > 0 {
		r.note(n, say("je shranjena in ostane, kot je", "stored, and kept as it is"))
	}
	return nil
}

func fill(sql string, parts map[string]string) string {
	var pairs []string
	for k, v := range parts {
		pairs = append(pairs, k, v)
	}
	return strings.NewReplacer(pairs...).Replace(sql)
}

// diff says of every row whether it is new, changed or the same, and what is gone.
func (r *run) diff(ctx context.Context) error {
	if err := r.match(ctx); err != nil {
		return err
	}
	if err := r.keep(ctx); err != nil {
		return err
	}
	var compare strings.Builder
	for _, c := range r.written() {
		q := pgx.Identifier{c.Name}.Sanitize()
		fmt.Fprintf(&compare, "CASE WHEN n.%s IS DISTINCT FROM s.%s THEN '%s' END,\n", q, q, strings.ReplaceAll(c.Name, "'", "''"))
	}
	more := "CASE WHEN r.geom IS NOT NULL AND NOT pg_temp.same_geometry(s.geom, r.geom, $1) THEN 'geom' END,"
	if r.target.isProjects() {
		more = projectCompare
	}
	if r.target.hasMunicipality() && !r.target.isProjects() {
		more += "CASE WHEN r.given AND r.municipality IS DISTINCT FROM s.municipality_id THEN 'municipality' END,"
	}
	sql := fill(diffSQL, map[string]string{"{layer}": r.table(), "{compare}": compare.String(), "{compare_more}": more})
	if _, err := r.tx.Exec(ctx, sql, tolerance); err != nil {
		return fmt.Errorf("comparing with what is stored: %w", err)
	}
	if _, err := r.tx.Exec(ctx, `UPDATE pg_temp.import_rows SET kind = 'new' WHERE ok AND kind IS NULL`); err != nil {
		return fmt.Errorf("comparing with what is stored: %w", err)
	}
	if err := r.nameless(ctx); err != nil {
		return err
	}
	if err := r.findGone(ctx); err != nil {
		return err
	}
	return r.count(ctx)
}

// nameless refuses new rows of a file that has codes but no names: such a file can
// only add to what is stored.
func (r *run) nameless(ctx context.Context) error {
	rows, err := r.tx.Query(ctx, `UPDATE pg_temp.import_rows SET ok = false, kind = NULL WHERE ok AND kind = 'new' AND name IS NULL
		RETURNING number, coalesce(code, '')`)
	if err != nil {
		return fmt.Errorf("looking for names: %w", err)
	}
	var number int64
	var code string
	_, err = pgx.ForEachRow(rows, []any{&number, &code}, func() error {
		r.rejects = append(r.rejects, Reject{Row: number, Field: r.target.title(), Value: code, Reason: say(
			"šifra %q ni shranjena, datoteka pa ne pove imena", "the code %q is not stored, and the file has no name for it", code)})
		return nil
	})
	if err != nil {
		return fmt.Errorf("looking for names: %w", err)
	}
	return nil
}

func (r *run) findGone(ctx context.Context) error {
	scope := `s.municipality_id IN (SELECT municipality FROM pg_temp.import_rows WHERE kind IN ('new', 'changed', 'same'))
		OR s.municipality_id IS NULL AND EXISTS (SELECT FROM pg_temp.import_rows WHERE kind IN ('new', 'changed', 'same') AND municipality IS NULL)`
	if !r.target.hasMunicipality() {
		scope = `EXISTS (SELECT FROM pg_temp.import_rows r WHERE ST_Intersects(r.geom, ST_PointOnSurface(s.geom)))`
	}
	rows, err := r.tx.Query(ctx, fill(goneSQL, map[string]string{"{layer}": r.table(), "{title}": r.target.title(), "{in_scope}": "(" + scope + ")"}))
	if err != nil {
		return fmt.Errorf("looking for what is gone: %w", err)
	}
	var id int64
	var code, name string
	_, err = pgx.ForEachRow(rows, []any{&id, &code, &name}, func() error {
		r.gone = append(r.gone, id)
		if len(r.report.Changes) < shown {
			r.report.Changes = append(r.report.Changes, Change{Kind: "gone", Code: code, Name: name})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("looking for what is gone: %w", err)
	}
	r.report.Gone = len(r.gone)
	return nil
}

// count fills the report.
func (r *run) count(ctx context.Context) error {
	var skipped int
	err := r.tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE kind = 'new'), count(*) FILTER (WHERE kind = 'changed'),
		count(*) FILTER (WHERE kind = 'same'), count(*) FILTER (WHERE kind = 'skipped' AND ok), count(*) FILTER (WHERE NOT ok)
		FROM pg_temp.import_rows`).Scan(&r.report.New, &r.report.Changed, &r.report.Same, &skipped, &r.report.Rejected)
	if err != nil {
		return fmt.Errorf("counting: %w", err)
	}
	if skipped > 0 {
		r.note(skipped, say("pripada drugi občini in je izpuščena", "belongs to another municipality and is left out"))
	}
	rows, err := r.tx.Query(ctx, `SELECT kind, coalesce(code, ''), coalesce(name, ''), coalesce(fields, '{}') FROM pg_temp.import_rows
		WHERE kind IN ('new', 'changed') ORDER BY kind, number LIMIT $1`, shown)
	if err != nil {
		return fmt.Errorf("listing the changes: %w", err)
	}
	changes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Change])
	if err != nil {
		return fmt.Errorf("listing the changes: %w", err)
	}
	r.report.Changes = append(changes, r.report.Changes...)
	if r.report.Gone > 0 && !r.o.DeleteGone {
		r.note(r.report.Gone, say("shranjena, v datoteki je ni več; ostane, dokler ne zahtevate --delete-gone", "stored, but no longer in the file; kept unless you ask for --delete-gone"))
	}
	return nil
}

// written are the columns of the table that the file or --set fills.
func (r *run) written() []column {
	var list []column
	for _, c := range r.target.Columns {
		_, constant := r.constant[c.Name]
		if c.Name != "code" && c.Name != "attributes" && (constant || r.fills(c.Name)) {
			list = append(list, c)
		}
	}
	return list
}
