package export

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
)

// layerFields are the columns of a file.
type layerFields struct {
	layer string
	srid  int
	names []string
	heads []string // what tables print for names
	wkt   bool     // tables end with the geometry as text
	dates map[string]bool
	exprs []string // SQL over t (the layer), for each name
	lang  string   // tables say values of closed lists in its words; "": as they are stored
}

//go:embed sql/columns.sql
var columnsSQL string

// left are columns that mean something only inside one database, or that another
// column says better.
var left = []string{"id", "geom", "slug", "municipality_id", "parent_id", "theme_id", "measure_id", "cost_cents", "is_leaf", "effective_visibility", "folded"}

// references of projects are written as codes, amounts in euros, funding as JSON.
var projectFields = [][2]string{
	{"parent", `(SELECT p.code FROM projects p WHERE p.id = t.parent_id)`},
	{"theme", `(SELECT h.code FROM themes h WHERE h.id = t.theme_id)`},
	{"measure", `(SELECT m.code FROM measures m WHERE m.id = t.measure_id)`},
	{"cost", `round(t.cost_cents / 100.0, 2)`},
	{"funding", `(SELECT json_agg(json_strip_nulls(json_build_object('year', f.year, 'source', f.source, 'mechanism', f.mechanism, 'nrp_code', f.nrp_code,
		'amount_cents', f.amount_cents, 'kind', f.kind, 'text', f.text, 'qualifier', f.qualifier, 'period', f.period,
		'period_years', f.period_years, 'years', f.years)) ORDER BY f.id)::text FROM project_funding f WHERE f.project_id = t.id)`},
}

// eligibility says in one text which mechanisms may pay: "CTN: conditional; LAS EKSRP 2021–2027: partly". All projects are asked at once.
// $2 is the municipality, null for all.
const eligibility = `SELECT s.project_id, string_agg(concat_ws(' ', s.mechanism, l.fund, period_words(l.period_from, l.period_to, 'en')) || ': ' || s.state, '; '
		ORDER BY s.mechanism, l.fund NULLS FIRST, l.period_from NULLS FIRST, l.code) AS words
	FROM eligibility_states($2) s LEFT JOIN mechanism_lists l ON l.id = s.list_id GROUP BY s.project_id`

// describe reads which columns this audience may see of the layer.
func describe(ctx context.Context, q geo.Querier, layer string) (*layerFields, error) {
	f := &layerFields{layer: layer, dates: map[string]bool{}}
	var derived bool
	err := q.QueryRow(ctx, `SELECT derived FROM layers WHERE id = $1`, layer).Scan(&derived)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && derived {
		return nil, geo.Errorf(geo.NotFound, "Unknown layer", "there is no layer %q", layer)
	}
	if err != nil {
		return nil, fmt.Errorf("looking up the layer: %w", err)
	}
	if err := q.QueryRow(ctx, `SELECT srid()`).Scan(&f.srid); err != nil {
		return nil, fmt.Errorf("looking up the CRS: %w", err)
	}
	rows, err := q.Query(ctx, columnsSQL, layer)
	if err != nil {
		return nil, fmt.Errorf("reading the columns: %w", err)
	}
	var name, kind string
	_, err = pgx.ForEachRow(rows, []any{&name, &kind}, func() error {
		if slices.Contains(left, name) {
			return nil
		}
		expr := "t." + pgx.Identifier{name}.Sanitize()
		if kind == "text[]" {
			expr = "array_to_string(" + expr + ", '; ')"
		}
		f.add(name, expr)
		f.dates[name] = kind == "date"
		if name == "code" && layer != "municipalities" {
			f.add("municipality", `(SELECT m.code FROM municipalities m WHERE m.id = t.municipality_id)`)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the columns: %w", err)
	}
	if layer == "projects" {
		for _, x := range projectFields {
			f.add(x[0], x[1])
		}
		f.add("eligibility", "e.words") // for readers: the import leaves it out
	}
	return f, nil
}

func (f *layerFields) add(name, expr string) {
	f.names, f.exprs = append(f.names, name), append(f.exprs, expr)
}

// query selects rows as JSON lists beside their geometry: those of the ids $1 in their order, or with $1 null all, in natural
// order; $2 is the municipality, null for all.
func (f *layerFields) query(geometry string) string {
	from := pgx.Identifier{f.layer}.Sanitize() + " t"
	if f.layer == "projects" {
		geometry = strings.ReplaceAll(geometry, "t.geom", "g.geom")
		from = `unnest(coalesce($1::bigint[], ARRAY(SELECT p.id FROM projects p WHERE $2::bigint IS NULL OR p.municipality_id = $2 ORDER BY p.code COLLATE kraj.natural, p.id)))
			WITH ORDINALITY o (id, n) JOIN projects t ON t.id = o.id
			LEFT JOIN LATERAL (SELECT ST_CollectionHomogenize(ST_Collect(s.geom ORDER BY s.id)) AS geom FROM sites s WHERE s.project_id = t.id) g ON true`
		if slices.Contains(f.names, "eligibility") {
			from += ` LEFT JOIN (` + eligibility + `) e ON e.project_id = t.id`
		}
		return fmt.Sprintf(`SELECT json_build_array(%s)::text, coalesce(%s, '') FROM %s ORDER BY o.n`, strings.Join(f.exprs, ", "), geometry, from)
	}
	municipality := "t.municipality_id"
	if f.layer == "municipalities" {
		municipality = "t.id"
	}
	return fmt.Sprintf(`SELECT json_build_array(%s)::text, coalesce(%s, '') FROM %s WHERE $1::bigint[] IS NULL AND ($2::bigint IS NULL OR %s = $2) ORDER BY t.code COLLATE kraj.natural, t.id`,
		strings.Join(f.exprs, ", "), geometry, from, municipality)
}

// ordered lists the ids of the projects that the options choose; nil when they choose none in particular.
func ordered(ctx context.Context, q geo.Querier, o Options, municipality string) ([]int64, error) {
	if o.Layer != "projects" || o.Filter == nil && o.Sort == nil && o.Groups == "" {
		return nil, nil
	}
	order := geo.ProjectOrder{Municipality: municipality, Sort: o.Sort, Groups: o.Groups}
	if o.Filter != nil {
		order.ProjectFilter = *o.Filter
	}
	ids, err := geo.ProjectIDs(ctx, q, order)
	if ids == nil {
		ids = []int64{}
	}
	return ids, err
}

func copyLayer(ctx context.Context, tx pgx.Tx, out io.Writer, form format, o Options) (n, leftOut int64, err error) {
	f, err := describe(ctx, tx, o.Layer)
	if err != nil {
		return 0, 0, err
	}
	if err := f.choose(o); err != nil {
		return 0, 0, err
	}
	var municipality *int64
	var code string
	if o.Municipality != "" {
		m, err := geo.FindMunicipality(ctx, tx, o.Municipality)
		if err != nil {
			return 0, 0, err
		}
		municipality, code = &m.ID, m.Code
	}
	ids, err := ordered(ctx, tx, o, code)
	if err != nil {
		return 0, 0, err
	}
	total := int64(len(ids))
	if ids == nil {
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM `+pgx.Identifier{o.Layer}.Sanitize()).Scan(&total); err != nil {
			return 0, 0, fmt.Errorf("counting: %w", err)
		}
	}
	s, err := form.open(ctx, out, f, o)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = closeAfter(s, err) }()
	rows, err := tx.Query(ctx, f.query(form.geom), ids, municipality)
	if err != nil {
		return 0, 0, fmt.Errorf("reading the layer: %w", err)
	}
	var raw, geometry string
	_, err = pgx.ForEachRow(rows, []any{&raw, &geometry}, func() error {
		n++
		if o.Progress != nil && n%100 == 0 {
			o.Progress(n, total)
		}
		var values []any
		dec := json.NewDecoder(bytes.NewReader([]byte(raw)))
		dec.UseNumber()
		if err := dec.Decode(&values); err != nil {
			return fmt.Errorf("row %d: %w", n, err)
		}
		return s.write(values, geometry)
	})
	if err != nil {
		return n, 0, fmt.Errorf("reading the layer: %w", err)
	}
	if w, ok := s.(*ogr); ok {
		leftOut = w.leftOut
	}
	return n, leftOut, nil
}

// closeAfter finishes a sink; after a failure its own complaint would only hide the
// cause.
func closeAfter(s sink, err error) error {
	closeErr := s.close()
	if err != nil {
		return err
	}
	return closeErr
}
