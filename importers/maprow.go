package importers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/importers/words"
)

// stagedRow is one row as it was staged.
type stagedRow struct {
	Number   int64
	Vals     string
	WKB      []byte
	Problem  *Text
	Repaired bool
}

// mappedRow is one row as it will be compared with what is stored.
type mappedRow struct {
	number       int64
	ok           bool
	code, name   *string
	municipality *int64
	given        bool
	vals         map[string]any
	attrs        map[string]any
	extra        map[string]any
	wkb          []byte
	srid         *int
	skipped      bool
}

const batch = 2000

// mapRows turns all staged rows into typed ones. It reads and writes in batches, so
// that memory stays small whatever the file's size.
func (r *run) mapRows(ctx context.Context) error {
	for last, done := int64(-1), int64(0); ; {
		rows, err := r.tx.Query(ctx, `SELECT number, vals::text, wkb, problem, repaired FROM pg_temp.import_stage
			WHERE number > $1 ORDER BY number LIMIT $2`, last, batch)
		if err != nil {
			return fmt.Errorf("reading the staged rows: %w", err)
		}
		staged, err := pgx.CollectRows(rows, pgx.RowToStructByPos[stagedRow])
		if err != nil {
			return fmt.Errorf("reading the staged rows: %w", err)
		}
		if len(staged) == 0 {
			return nil
		}
		last = staged[len(staged)-1].Number
		if err := r.mapBatch(ctx, staged); err != nil {
			return err
		}
		done += int64(len(staged))
		r.progress("map", done, r.staged.rows)
	}
}

var rowColumns = []string{"number", "ok", "kind", "code", "name", "municipality", "given", "vals", "attrs", "extra", "wkb", "srid"}

func (r *run) mapBatch(ctx context.Context, staged []stagedRow) error {
	out := make([][]any, 0, len(staged))
	for _, s := range staged {
		m, err := r.mapRow(s)
		if err != nil {
			return err
		}
		var kind *string
		if m.skipped {
			skipped := "skipped"
			kind = &skipped
		}
		out = append(out, []any{m.number, m.ok, kind, m.code, m.name, m.municipality, m.given, m.vals, m.attrs, m.extra, m.wkb, m.srid})
	}
	if _, err := r.tx.CopyFrom(ctx, pgx.Identifier{"pg_temp", "import_rows"}, rowColumns, pgx.CopyFromRows(out)); err != nil {
		return fmt.Errorf("storing the mapped rows: %w", err)
	}
	return nil
}

// mapRow types the fields of one row. What cannot be used rejects the row; every
// reason is told, not only the first.
func (r *run) mapRow(s stagedRow) (*mappedRow, error) {
	values := map[string]any{}
	dec := json.NewDecoder(strings.NewReader(s.Vals))
	dec.UseNumber()
	if err := dec.Decode(&values); err != nil {
		return nil, fmt.Errorf("row %d: reading the staged fields: %w", s.Number, err)
	}
	m := &mappedRow{number: s.Number, ok: true, vals: map[string]any{}, attrs: map[string]any{}, extra: map[string]any{}, wkb: s.WKB}
	if r.target.hasMunicipality() {
		if r.findMunicipality(m, values); m.skipped {
			m.wkb = nil
			return m, nil
		}
	}
	if s.Problem != nil {
		r.reject(m, "", "", *s.Problem)
	}
	if s.Repaired {
		r.repairs.closed++
	}
	r.typed(m, values)
	r.rest(m, values)
	r.constants(m)
	if len(m.wkb) == 0 {
		r.pointOf(m, values)
	}
	if r.target.isProjects() {
		r.finishProject(m)
	}
	r.identify(m)
	return m, nil
}

// typed converts the fields that columns take. A null may only reach a column that
// can hold one; others keep what is stored, or their default.
func (r *run) typed(m *mappedRow, values map[string]any) {
	for _, a := range r.mapping.columns {
		value, point := r.valueOf(a, values)
		v, err := a.convert(value, point)
		if err != nil {
			r.reject(m, a.Field, asText(value), fieldReason(a.Field, err))
			continue
		}
		if a.Column == "attributes" {
			if own, ok := v.(map[string]any); ok {
				m.attrs = own
			}
			continue
		}
		c, isColumn := r.target.column(a.Column)
		switch {
		case !isColumn:
			m.extra[a.Column] = v
		case v != nil || !c.NotNull:
			m.vals[a.Column] = v
		}
	}
}

// valueOf is a field's value; two fields joined by + are digits set side by side.
func (r *run) valueOf(a assignment, values map[string]any) (any, words.Point) {
	if first, second, ok := strings.Cut(a.Field, "+"); ok && a.Column == "surs_code" {
		x, y := asText(values[first]), asText(values[second])
		if x == "" || y == "" || len(x) > 3 || len(y) > 3 {
			return nil, words.Unknown
		}
		return strings.Repeat("0", 3-len(x)) + x + strings.Repeat("0", 3-len(y)) + y, words.Unknown
	}
	return values[a.Field], r.staged.point(a.Field)
}

// rest keeps what no column takes. null stays null: it removes an older value.
func (r *run) rest(m *mappedRow, values map[string]any) {
	for _, f := range r.mapping.attributes {
		v := values[f]
		if s, ok := v.(string); ok {
			if s = strings.TrimSpace(s); s == "" {
				v = nil
			} else {
				v = s
			}
		}
		m.attrs[f] = v
	}
}

// constants are given with --set for all rows; they win over the file.
func (r *run) constants(m *mappedRow) {
	for name, v := range r.constant {
		m.vals[name] = v
	}
}

// identify checks that the row can be told from others and shown to people.
func (r *run) identify(m *mappedRow) {
	title := r.target.title()
	if v, ok := m.vals["code"].(string); ok {
		m.code = &v
	}
	delete(m.vals, "code")
	if v, ok := m.vals[title].(string); ok {
		m.name = &v
		return
	}
	if r.report.Rows == 1 && m.code == nil && !r.target.isProjects() {
		name := r.report.SourceLayer // one nameless track is called like its file
		m.name, m.vals[title] = &name, name
		return
	}
	if m.code == nil || slices.ContainsFunc(r.mapping.columns, func(a assignment) bool { return a.Column == title }) {
		r.reject(m, title, "", say("vrstica nima imena: polje za %q je prazno", "the row has no name: the field for %q is empty", title))
	}
}

// reject marks a row and remembers why.
func (r *run) reject(m *mappedRow, field, value string, reason Text) {
	m.ok = false
	r.rejects = append(r.rejects, Reject{Row: m.number, Field: field, Value: value, Reason: reason})
}
