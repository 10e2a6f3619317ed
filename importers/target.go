package importers

import (
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
)

// column of a layer's table that a file can fill.
type column struct {
	Name    string
	Type    string // as format_type writes it
	NotNull bool
	Default string // the expression, "" for none
	Derived bool   `db:"-"` // not to be mapped itself
}

// check is a CHECK constraint that can be tried on a row before it is stored.
type check struct {
	Name string
	Expr string
}

// target is the layer that is imported into, as the catalogue describes it, so
// planners' own layers work like the builtin ones.
type target struct {
	Layer    string
	Title    Text
	SRID     int
	Columns  []column
	Checks   []check
	Geometry []string // accepted types, e.g. MULTIPOLYGON
	Own      bool     // not builtin
}

//go:embed sql/target_columns.sql
var targetColumnsSQL string

//go:embed sql/target_checks.sql
var targetChecksSQL string

// notFromFiles are columns that only kraj fills.
var notFromFiles = []string{"id", "geom", "municipality_id", "parent_id", "is_leaf", "effective_visibility"}

// derived are columns that are filled from what a file says in other words.
var derived = []string{"theme_id", "measure_id", "cost_cents"}

func loadTarget(ctx context.Context, q geo.Querier, layer string) (*target, error) {
	t := &target{Layer: layer}
	err := q.QueryRow(ctx, `SELECT title_sl, title_en, kraj.srid(), NOT builtin FROM kraj.layers
		WHERE id = $1 AND NOT derived`, layer).Scan(&t.Title.SL, &t.Title.EN, &t.SRID, &t.Own)
	if err == pgx.ErrNoRows { //nolint:errorlint // QueryRow returns it bare
		return nil, unknownLayer(ctx, q, layer)
	}
	if err != nil {
		return nil, fmt.Errorf("looking up the layer %s: %w", layer, err)
	}
	rows, err := q.Query(ctx, targetColumnsSQL, layer)
	if err != nil {
		return nil, fmt.Errorf("reading the columns of %s: %w", layer, err)
	}
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	if err != nil {
		return nil, fmt.Errorf("reading the columns of %s: %w", layer, err)
	}
	t.Columns = slices.DeleteFunc(columns, func(c column) bool { return slices.Contains(notFromFiles, c.Name) })
	for i := range t.Columns {
		t.Columns[i].Derived = slices.Contains(derived, t.Columns[i].Name)
	}
	return t, t.loadChecks(ctx, q)
}

func unknownLayer(ctx context.Context, q geo.Querier, layer string) error {
	var known []string
	err := q.QueryRow(ctx, `SELECT array_agg(id ORDER BY sort, id) FROM kraj.layers WHERE NOT derived`).Scan(&known)
	if err != nil {
		return fmt.Errorf("listing the layers: %w", err)
	}
	return geo.Errorf(geo.NotFound, "Unknown layer", "there is no layer %q; the layers are: %s", layer, strings.Join(known, ", "))
}

var acceptedTypes = regexp.MustCompile(`check_geometry\(.*'\{([A-Z,]+)\}'`)

func (t *target) loadChecks(ctx context.Context, q geo.Querier) error {
	rows, err := q.Query(ctx, targetChecksSQL, t.Layer)
	if err != nil {
		return fmt.Errorf("reading the rules of %s: %w", t.Layer, err)
	}
	checks, err := pgx.CollectRows(rows, pgx.RowToStructByPos[check])
	if err != nil {
		return fmt.Errorf("reading the rules of %s: %w", t.Layer, err)
	}
	for _, c := range checks {
		if m := acceptedTypes.FindStringSubmatch(c.Expr); m != nil {
			t.Geometry = strings.Split(m[1], ",")
		} else if !strings.Contains(c.Expr, "geom") {
			t.Checks = append(t.Checks, c)
		}
	}
	if t.isProjects() {
		t.Geometry = []string{"POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON", "GEOMETRYCOLLECTION"}
	}
	return nil
}

func (t *target) isProjects() bool { return t.Layer == "projects" }

// hasMunicipality is false for the municipalities themselves.
func (t *target) hasMunicipality() bool { return t.Layer != "municipalities" }

func (t *target) column(name string) (column, bool) {
	i := slices.IndexFunc(t.Columns, func(c column) bool { return c.Name == name })
	if i < 0 {
		return column{}, false
	}
	return t.Columns[i], true
}

// title is the column that a row cannot do without.
func (t *target) title() string {
	if t.isProjects() {
		return "title"
	}
	return "name"
}

// accepts says whether a dimension (0 points, 1 lines, 2 areas) may be stored.
func (t *target) accepts(dimension int) bool {
	return slices.Contains(t.Geometry, [3]string{"MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"}[dimension])
}
