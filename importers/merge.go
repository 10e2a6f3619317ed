package importers

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kraj/geo"
	"kraj/importers/sources"
)

// Stored tells which rows Merge wrote, by their ids.
type Stored struct{ New, Changed []int64 }

// Merge takes the rows of a source through all stages of an import within the
// caller's transaction, so that several layers become one revision. Who acts is the
// caller's to say (kraj.actor, kraj.source); the list of imported files has no entry
// of it. When rows are rejected, nothing is stored and Report.Merged is false. The
// source stays open; Options.File only names it.
func Merge(ctx context.Context, tx pgx.Tx, source sources.Source, o Options) (*Report, Stored, error) {
	r := newRun(o)
	r.tx, r.source = tx, source
	var stored Stored
	if err := r.inspect(ctx); err != nil {
		return nil, stored, err
	}
	if err := r.stages(ctx); err != nil {
		return nil, stored, err
	}
	r.tellRejects()
	if r.held() {
		return r.report, stored, nil
	}
	if r.writesRows() {
		if err := r.store(ctx); err != nil {
			return nil, stored, err
		}
	}
	r.report.Merged = true
	err := tx.QueryRow(ctx, `SELECT array_agg(place ORDER BY number) FILTER (WHERE kind = 'new'), array_agg(place ORDER BY number) FILTER (WHERE kind = 'changed')
		FROM pg_temp.import_rows WHERE ok`).Scan(&stored.New, &stored.Changed)
	if err != nil {
		return nil, stored, fmt.Errorf("listing the stored rows: %w", err)
	}
	return r.report, stored, nil
}

func (r *run) deletes() bool { return r.o.DeleteGone && len(r.gone) > 0 }

func (r *run) writesRows() bool { return r.report.New+r.report.Changed > 0 || r.deletes() }

// merge stores what differs, under the import's name and with an entry in the list
// of imports.
func (r *run) merge(ctx context.Context) error {
	if !r.writesRows() {
		return nil
	}
	if err := r.announce(ctx); err != nil {
		return err
	}
	if err := r.store(ctx); err != nil {
		return err
	}
	return r.logImport(ctx)
}

// store writes new and changed rows. Everything happens in one transaction, so it
// is one revision, or nothing.
func (r *run) store(ctx context.Context) error {
	r.progress("merge", 0, int64(r.report.New+r.report.Changed))
	if r.deletes() {
		if _, err := r.tx.Exec(ctx, `DELETE FROM `+r.table()+` WHERE id = ANY ($1)`, r.gone); err != nil {
			return r.refused(fmt.Errorf("removing what is gone: %w", err))
		}
		r.report.Deleted = len(r.gone)
	}
	for _, sql := range []string{
		`UPDATE pg_temp.import_rows i SET place = n.id FROM (SELECT number, nextval(pg_get_serial_sequence('` + strings.ReplaceAll(r.table(), "'", "''") + `', 'id')) AS id
			FROM (SELECT number FROM pg_temp.import_rows WHERE ok AND kind = 'new' ORDER BY number) o) n WHERE n.number = i.number`,
		r.updateSQL(), r.insertSQL(),
	} {
		if _, err := r.tx.Exec(ctx, sql); err != nil {
			return r.refused(fmt.Errorf("storing the rows: %w", err))
		}
	}
	if r.target.isProjects() {
		if err := r.mergeProjects(ctx); err != nil {
			return r.refused(err)
		}
	}
	return nil
}

// announce names the import to the change log.
func (r *run) announce(ctx context.Context) error {
	err := r.tx.QueryRow(ctx, `SELECT nextval(pg_get_serial_sequence('kraj.imports', 'id'))`).Scan(&r.report.Import)
	if err != nil {
		return fmt.Errorf("opening the import log: %w", err)
	}
	_, err = r.tx.Exec(ctx, `SELECT set_config('kraj.actor', $1, true), set_config('kraj.source', 'import', true),
		set_config('kraj.import', $2, true), set_config('kraj.message', $3, true)`,
		r.o.Actor, fmt.Sprint(r.report.Import), "import "+r.report.Layer+" "+r.report.File)
	if err != nil {
		return fmt.Errorf("naming the import: %w", err)
	}
	return nil
}

func (r *run) logImport(ctx context.Context) error {
	mapping, err := json.Marshal(r.report.Mapping)
	if err != nil {
		return fmt.Errorf("writing the import log: %w", err)
	}
	notes, err := json.Marshal(r.report.Notes)
	if err != nil {
		return fmt.Errorf("writing the import log: %w", err)
	}
	p := r.report
	_, err = r.tx.Exec(ctx, `INSERT INTO kraj.imports (id, layer, file, source_layer, format, srid, actor, new, changed, gone, deleted, same, rejected, mapping, notes)
		OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, nullif($6, 0), $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		p.Import, p.Layer, p.File, p.SourceLayer, p.Format, p.SRID, r.actor(), p.New, p.Changed, p.Gone, p.Deleted, p.Same, p.Rejected, mapping, notes)
	if err != nil {
		return fmt.Errorf("writing the import log: %w", err)
	}
	return r.saveProfile(ctx)
}

func (r *run) actor() string {
	if r.o.Actor == "" {
		return "import"
	}
	return r.o.Actor
}

// insertSQL stores new rows in the file's order. A value that the file leaves out
// of a column that must have one becomes the column's default.
func (r *run) insertSQL() string {
	names, values := []string{"id", "code", "attributes"}, []string{"r.place", "r.code", "pg_temp.merged('{}', r.attrs)"}
	add := func(name, value string) { names, values = append(names, name), append(values, value) }
	if r.target.hasMunicipality() {
		add("municipality_id", "r.municipality")
	}
	if !r.target.isProjects() {
		add("geom", "r.geom")
	}
	for _, c := range r.written() {
		q := pgx.Identifier{c.Name}.Sanitize()
		if c.Default != "" {
			add(q, fmt.Sprintf("coalesce(n.%s, %s)", q, c.Default))
		} else {
			add(q, "n."+q)
		}
	}
	if !r.writes("source") {
		add("source", quote(r.report.File))
	}
	return fmt.Sprintf(`INSERT INTO %s (%s) SELECT %s FROM pg_temp.import_rows r, LATERAL jsonb_populate_record(NULL::%s, r.vals) n
		WHERE r.ok AND r.kind = 'new' ORDER BY r.number`, r.table(), strings.Join(names, ", "), strings.Join(values, ", "), r.table())
}

// updateSQL changes rows. A geometry that is the same within the tolerance keeps
// every bit of the stored one.
func (r *run) updateSQL() string {
	set, from := []string{"attributes = x.new_attributes"}, []string{"r.place", "r.fields AS changed_fields", "r.geom AS new_geom", "r.municipality AS new_municipality", "pg_temp.merged(s.attributes, r.attrs) AS new_attributes"}
	for _, c := range r.written() {
		q := pgx.Identifier{c.Name}.Sanitize()
		set, from = append(set, q+" = x."+q), append(from, "n."+q)
	}
	if !r.writes("source") {
		set = append(set, "source = "+quote(r.report.File))
	}
	if !r.target.isProjects() {
		set = append(set, "geom = CASE WHEN 'geom' = ANY (x.changed_fields) THEN x.new_geom ELSE t.geom END")
		if r.target.hasMunicipality() {
			set = append(set, "municipality_id = CASE WHEN 'municipality' = ANY (x.changed_fields) THEN x.new_municipality ELSE t.municipality_id END")
		}
		if _, ok := r.target.column("approximate"); ok && !r.writes("approximate") {
			// A shape that replaces an approximate one is as exact as its file.
			set = append(set, "approximate = t.approximate AND NOT 'geom' = ANY (x.changed_fields)")
		}
	}
	return fmt.Sprintf(`UPDATE %[1]s t SET %[2]s FROM (SELECT %[3]s FROM pg_temp.import_rows r JOIN %[1]s s ON s.id = r.place,
		LATERAL jsonb_populate_record(s, r.vals) n WHERE r.ok AND r.kind = 'changed') x WHERE t.id = x.place`,
		r.table(), strings.Join(set, ", "), strings.Join(from, ", "))
}

func quote(literal string) string { return "'" + strings.ReplaceAll(literal, "'", "''") + "'" }

func (r *run) writes(name string) bool {
	return slices.ContainsFunc(r.written(), func(c column) bool { return c.Name == name })
}

// refused puts a rule that the database keeps into words; the merge is undone.
func (r *run) refused(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || !strings.HasPrefix(pg.Code, "23") {
		return err
	}
	detail := pg.Message
	for _, more := range []string{pg.Detail, pg.Hint} {
		if more != "" {
			detail += ". " + more
		}
	}
	return &geo.Error{Kind: geo.Conflict, Title: "The import was undone", Detail: r.report.File + ": " + detail, Err: err}
}
