package importers

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

//go:embed sql/geometry.sql
var geometrySQL string

// repairs counts what was mended, for the report.
type repairs struct {
	closed, invalid, reduced, empty int
	example                         string
}

// checkGeometry brings every geometry into the deployment's CRS, repairs it and
// refuses what the layer cannot hold.
func (r *run) checkGeometry(ctx context.Context) error {
	how, err := r.resolveCRS(ctx)
	if err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, `ANALYZE pg_temp.import_rows`); err != nil {
		return fmt.Errorf("preparing the check: %w", err)
	}
	rows, err := r.tx.Query(ctx, geometrySQL, how.srid, how.zone, how.flip, r.target.Geometry, r.area())
	if err != nil {
		return fmt.Errorf("checking the geometries: %w", err)
	}
	var number int64
	var repair, reject, detail string
	_, err = pgx.ForEachRow(rows, []any{&number, &repair, &reject, &detail}, func() error {
		switch repair {
		case "invalid":
			r.repairs.invalid++
			if r.repairs.example == "" {
				r.repairs.example = fmt.Sprintf("%d: %s", number, detail)
			}
		case "reduced":
			r.repairs.reduced++
		case "empty":
			r.repairs.empty++
		}
		if reject != "" {
			r.rejects = append(r.rejects, Reject{Row: number, Field: "geometry", Value: detail, Reason: r.geometryReason(reject, detail)})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("checking the geometries: %w", err)
	}
	var spatial bool
	if err := r.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_temp.import_rows WHERE geom IS NOT NULL)`).Scan(&spatial); err != nil {
		return fmt.Errorf("checking the geometries: %w", err)
	}
	if spatial {
		r.report.SRID = how.srid
	}
	r.tellRepairs()
	return r.checkDatum(ctx, how.srid)
}

func (r *run) geometryReason(reject, detail string) Text {
	types := strings.Join(r.target.Geometry, ", ")
	switch reject {
	case "transform":
		return say("koordinat ni mogoče pretvoriti v EPSG:%d; ali je koordinatni sistem datoteke pravi (--srid)?", "the coordinates cannot be converted to EPSG:%d; is the file's CRS right (--srid)?", r.target.SRID)
	case "outside":
		return say("leži daleč zunaj območja EPSG:%d, pri %s (dolžina, širina); ali je koordinatni sistem pravi (--srid)?", "it lies far outside the area of EPSG:%d, at %s (longitude, latitude); is the CRS right (--srid)?", r.target.SRID, detail)
	case "ring":
		return say("geometrija je sklenjena črta, sloj %s pa hrani ploskve; v QGIS uporabite »Črte v poligone« in uvozite znova", "the geometry is a closed line, but %s holds areas; use \"Lines to polygons\" in QGIS and import again", r.target.Layer)
	case "collapsed":
		return say("ploskev je brez površine (%s)", "the polygon has no area (%s)", detail)
	case "type":
		return say("geometrije %s sloj %s ne hrani; sprejema: %s", "a %s cannot be stored in %s; accepted: %s", detail, r.target.Layer, types)
	}
	return say("geometrije ni mogoče uporabiti: %s", "the geometry cannot be used: %s", detail)
}

func (r *run) tellRepairs() {
	if n := r.repairs.invalid; n > 0 {
		r.note(n, say("geometrija ni bila veljavna in je popravljena (vrstica %s)", "the geometry was not valid and has been repaired (row %s)", r.repairs.example))
	}
	if n := r.repairs.reduced; n > 0 {
		r.note(n, say("zbirka geometrij je skrčena na dimenzijo sloja", "a collection was reduced to the layer's dimension"))
	}
	if n := r.repairs.closed; n > 0 {
		r.note(n, say("nesklenjen obroč je sklenjen", "an unclosed ring was closed"))
	}
	if n := r.repairs.empty; n > 0 {
		r.note(n, say("geometrija je prazna; kraj je znan le po imenu", "the geometry is empty; the place is known by name only"))
	}
}

// checkRules tries the table's CHECK constraints on the rows, so that a row is
// refused with words instead of the whole merge with an error.
func (r *run) checkRules(ctx context.Context) error {
	for _, c := range r.target.Checks {
		sql := fmt.Sprintf(`WITH bad AS (
			UPDATE pg_temp.import_rows w SET ok = false FROM (
				SELECT i.import_number FROM (SELECT number AS import_number, vals || jsonb_build_object('code', coalesce(code, '?')) AS import_vals
					FROM pg_temp.import_rows WHERE ok AND kind IS NULL) i, LATERAL jsonb_populate_record(NULL::%s, i.import_vals) r
				WHERE NOT (%s)) b WHERE b.import_number = w.number RETURNING w.number)
			SELECT number FROM bad ORDER BY number`, r.table(), c.Expr)
		rows, err := r.tx.Query(ctx, sql)
		if err != nil {
			return fmt.Errorf("trying the rule %s: %w", c.Name, err)
		}
		numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return fmt.Errorf("trying the rule %s: %w", c.Name, err)
		}
		for _, n := range numbers {
			r.rejects = append(r.rejects, Reject{Row: n, Field: c.Name, Reason: say("vrednost krši pravilo sloja %s: %s", "a value breaks the rule of %s: %s", r.target.Layer, c.Expr)})
		}
	}
	return nil
}

//go:embed sql/duplicates.sql
var duplicatesSQL string

// joinDuplicates makes one row of several with the same code: parts of one place,
// if they say the same of it; else the later ones are refused.
func (r *run) joinDuplicates(ctx context.Context) error {
	rows, err := r.tx.Query(ctx, duplicatesSQL, r.target.isProjects())
	if err != nil {
		return fmt.Errorf("looking for repeated codes: %w", err)
	}
	var number, first int64
	var code string
	var same bool
	joined := 0
	_, err = pgx.ForEachRow(rows, []any{&number, &first, &code, &same}, func() error {
		if same {
			joined++
			return nil
		}
		r.rejects = append(r.rejects, Reject{Row: number, Field: "code", Value: code, Reason: say(
			"šifra %q je že v vrstici %d, z drugimi podatki", "the code %q already stands in row %d, with other data", code, first)})
		return nil
	})
	if err != nil {
		return fmt.Errorf("looking for repeated codes: %w", err)
	}
	if joined > 0 {
		r.note(joined, say("ista šifra in isti podatki kot prejšnja vrstica; geometrija je dodana tej", "the same code and data as an earlier row; the geometry was added to that one"))
	}
	return nil
}
