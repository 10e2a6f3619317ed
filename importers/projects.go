package importers

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/importers/words"
)

// projectColumns are what a list of projects says beside the columns of its table:
// references by code or name, money in euros, and site_details, which describe each
// part of the row's geometry: a JSON list of name, approximate, attributes, source.
var projectColumns = []column{
	{Name: "parent", Type: "text"},
	{Name: "theme", Type: "text"},
	{Name: "measure", Type: "text"},
	{Name: "cost", Type: "amount"},
	{Name: "funding", Type: "lines"},
	{Name: "site_details", Type: "lines"},
	{Name: "funding_own", Type: "amount"},
	{Name: "funding_eu", Type: "amount"},
	{Name: "funding_state", Type: "amount"},
	{Name: "funding_private", Type: "amount"},
	{Name: "funding_other", Type: "amount"},
}

var fundingSources = []string{"own", "eu", "state", "private", "other"}

// money is an amount with the words it was printed in; Text is "" for a number of
// a spreadsheet.
type money struct {
	words.Money
	Text string
}

// amount reads euros. A number in a numeric cell is exact to the cent only.
func amount(v any, point words.Point) (any, error) {
	s := asText(v)
	if s == "" || missing(s) {
		return nil, nil
	}
	if n, ok := v.(json.Number); ok {
		m, err := words.RoundedAmount(n.String())
		return money{Money: m}, err
	}
	if point == words.Dot {
		if m, ok, err := words.PointAmount(s); ok {
			return money{m, s}, err
		}
	}
	m, err := words.Amount(s)
	return money{m, s}, err
}

// lines reads the funding column of an export: a JSON list.
func lines(v any, _ words.Point) (any, error) {
	if list, ok := v.([]any); ok {
		return list, nil
	}
	s, _ := v.(string)
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	var list []any
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	if err := dec.Decode(&list); err != nil {
		return nil, words.Refuse("%q ni seznam vrstic financiranja v obliki JSON", "%q is not a JSON list of funding lines", s)
	}
	return list, nil
}

// references finds themes and measures of a municipality by code or name.
type references struct {
	ids      map[string]int64 // kind, municipality, code or folded name
	accepted map[string][]string
}

func loadReferences(ctx context.Context, q geo.Querier) (*references, error) {
	rows, err := q.Query(ctx, `SELECT 'theme', municipality_id, id, code, name FROM kraj.themes
		UNION ALL SELECT 'measure', municipality_id, id, code, name FROM kraj.measures ORDER BY 1, 2, 4`)
	if err != nil {
		return nil, fmt.Errorf("reading themes and measures: %w", err)
	}
	defer rows.Close()
	r := &references{ids: map[string]int64{}, accepted: map[string][]string{}}
	for rows.Next() {
		var kind, code, name string
		var municipality, id int64
		if err := rows.Scan(&kind, &municipality, &id, &code, &name); err != nil {
			return nil, fmt.Errorf("reading themes and measures: %w", err)
		}
		scope := fmt.Sprint(kind, municipality)
		r.ids[scope+words.Fold(name)] = id
		r.ids[scope+words.Fold(code)] = id
		r.accepted[scope] = append(r.accepted[scope], code)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading themes and measures: %w", err)
	}
	return r, nil
}

// find understands "2.3", "Ukrep 2.3", "2.3 Kolesarske povezave" and the name alone.
func (r *references) find(kind string, municipality int64, text string) (int64, bool) {
	scope := fmt.Sprint(kind, municipality)
	first, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	_, last, _ := strings.Cut(strings.TrimSpace(text), " ")
	for _, candidate := range []string{text, strings.TrimRight(first, ".:–-"), last} {
		if id, ok := r.ids[scope+words.Fold(candidate)]; ok && candidate != "" {
			return id, true
		}
	}
	return 0, false
}

// finishProject turns what a list says into columns: ids of theme and measure, cents,
// funding lines.
func (r *run) finishProject(m *mappedRow) {
	for _, kind := range []string{"theme", "measure"} {
		v, mapped := m.extra[kind]
		delete(m.extra, kind)
		if !mapped || m.municipality == nil {
			continue
		}
		text := asText(v)
		if text == "" {
			m.vals[kind+"_id"] = nil
			continue
		}
		id, ok := r.references.find(kind, *m.municipality, text)
		if !ok {
			accepted := strings.Join(r.references.accepted[fmt.Sprint(kind, *m.municipality)], ", ")
			r.reject(m, kind, text, say("%q ni znan (%s); znani so: %s", "%q is not known (%s); known are: %s", text, kind, orNothing(accepted)))
			continue
		}
		m.vals[kind+"_id"] = id
	}
	r.cost(m)
	r.funding(m)
	if len(m.wkb) > 0 && !r.maps("scope") {
		m.vals["scope"] = "sites"
	}
}

// cost sets the stated total. An amount that recurs without an end is no total: it
// is kept as printed and enters no sum.
func (r *run) cost(m *mappedRow) {
	v, mapped := m.extra["cost"]
	delete(m.extra, "cost")
	if !mapped {
		return
	}
	c, ok := v.(money)
	var cents, text any
	qualifier := "exact"
	if ok {
		qualifier = c.Qualifier
		if cents = c.Cents; c.Period != "once" {
			cents = nil
			r.recurring++
		}
		if c.Text != "" {
			text = c.Text
		}
	}
	m.vals["cost_cents"] = cents
	if !r.maps("cost_text") {
		m.vals["cost_text"] = text
	}
	if !r.maps("cost_qualifier") {
		m.vals["cost_qualifier"] = qualifier
	}
}

// funding collects the lines: from an export's own column, else one a source.
// "managed" are the sources that the file speaks about.
func (r *run) funding(m *mappedRow) {
	if v, ok := m.extra["funding"]; ok {
		if v == nil {
			v = []any{}
		}
		m.extra["funding"] = v
		for _, s := range fundingSources {
			delete(m.extra, "funding_"+s)
		}
		return
	}
	list, managed := []any{}, []string{}
	for _, s := range fundingSources {
		v, ok := m.extra["funding_"+s]
		delete(m.extra, "funding_"+s)
		if !ok {
			continue
		}
		managed = append(managed, s)
		c, ok := v.(money)
		if !ok || c.Cents == 0 {
			continue
		}
		line := map[string]any{"source": s, "amount_cents": c.Cents, "kind": "estimated", "qualifier": c.Qualifier, "period": c.Period}
		if c.PeriodYears > 0 {
			line["period_years"] = c.PeriodYears
		}
		if c.Text != "" {
			line["text"] = c.Text
		}
		list = append(list, line)
	}
	if len(managed) > 0 {
		m.extra["funding"], m.extra["managed"] = list, managed
	}
}

// projectDerived are the columns that finishProject fills, by what has to be mapped.
var projectDerived = map[string][]string{
	"theme": {"theme_id"}, "measure": {"measure_id"}, "cost": {"cost_cents", "cost_text", "cost_qualifier"},
}

//go:embed sql/project_functions.sql
var projectFunctionsSQL string

const projectCompare = `CASE WHEN r.extra ? 'parent' AND (SELECT p.code FROM kraj.projects p WHERE p.id = s.parent_id) IS DISTINCT FROM r.extra->>'parent' THEN 'parent' END,
	CASE WHEN r.extra ? 'funding' AND pg_temp.stored_funding(s.id, r.extra->'managed') <> pg_temp.stated_funding(r.extra->'funding') THEN 'funding' END,
	CASE WHEN r.geom IS NOT NULL AND NOT (pg_temp.same_sites(s.id, r.geom, $1) AND pg_temp.same_details(s.id, r.extra->'site_details')) THEN 'sites' END,`

//go:embed sql/project_merge.sql
var projectMergeSQL string

// mergeProjects writes what belongs to the projects just stored: parents, funding,
// sites.
func (r *run) mergeProjects(ctx context.Context) error {
	for _, sql := range strings.Split(projectMergeSQL, "-- next\n") {
		if _, err := r.tx.Exec(ctx, sql, r.report.File); err != nil {
			return fmt.Errorf("storing what belongs to the projects: %w", err)
		}
	}
	return nil
}

// checkSites refuses rows that do not describe each part of their geometry.
func (r *run) checkSites(ctx context.Context) error {
	rows, err := r.tx.Query(ctx, `UPDATE pg_temp.import_rows SET ok = false
		WHERE ok AND kind IS NULL AND jsonb_typeof(extra->'site_details') = 'array'
		  AND jsonb_array_length(extra->'site_details') <> coalesce(ST_NumGeometries(geom), 0) RETURNING number`)
	if err != nil {
		return fmt.Errorf("comparing sites with their details: %w", err)
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("comparing sites with their details: %w", err)
	}
	for _, n := range numbers {
		r.rejects = append(r.rejects, Reject{Row: n, Field: "site_details", Reason: say(
			"opisov lokacij ni toliko, kolikor je delov geometrije", "there are not as many site details as parts of the geometry")})
	}
	return nil
}

// checkParents refuses rows whose group is neither stored nor in the file.
func (r *run) checkParents(ctx context.Context) error {
	rows, err := r.tx.Query(ctx, `WITH bad AS (
		UPDATE pg_temp.import_rows i SET ok = false
		WHERE i.ok AND i.kind IS NULL AND i.extra->>'parent' IS NOT NULL
		  AND NOT EXISTS (SELECT FROM pg_temp.import_rows p WHERE p.ok AND p.code = i.extra->>'parent' AND p.municipality = i.municipality)
		  AND NOT EXISTS (SELECT FROM kraj.projects p WHERE p.code = i.extra->>'parent' AND p.municipality_id = i.municipality)
		RETURNING i.number, i.extra->>'parent' AS parent)
		SELECT number, parent FROM bad ORDER BY number`)
	if err != nil {
		return fmt.Errorf("looking for the groups: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var number int64
		var parent string
		if err := rows.Scan(&number, &parent); err != nil {
			return fmt.Errorf("looking for the groups: %w", err)
		}
		r.rejects = append(r.rejects, Reject{Row: number, Field: "parent", Value: parent, Reason: say(
			"sklopa %q ni ne v datoteki ne med shranjenimi projekti", "the group %q is neither in the file nor stored", parent)})
	}
	return rows.Err()
}
