package importers

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
)

// Slovenia's two metric grids and the geographic one.
const (
	d96   = 3794 // D96/TM
	d48   = 3912 // D48/GK
	wgs84 = 4326
)

// reading says how coordinates are to be understood.
type reading struct {
	srid int
	zone bool // take the zone digit off: 5 449 000, 5 121 000
	flip bool // latitude stands first
}

type extent struct{ minX, minY, maxX, maxY float64 }

func (e extent) degrees() bool {
	return math.Abs(e.minX) <= 180 && math.Abs(e.maxX) <= 180 && math.Abs(e.minY) <= 180 && math.Abs(e.maxY) <= 180
}

func (e extent) within(minX, minY, maxX, maxY float64) bool {
	return e.minX >= minX && e.minY >= minY && e.maxX <= maxX && e.maxY <= maxY
}

// grid: D96 and D48 overlap to half a kilometre and cannot be told apart by range.
func (e extent) grid() bool { return e.within(350e3, 10e3, 650e3, 220e3) }

// zoned: without the digit before the easting, a northing of 5 121 000 could as well
// be UTM.
func (e extent) zoned() bool { return e.within(5.35e6, 5.01e6, 5.65e6, 5.22e6) }

// resolveCRS decides how the file's coordinates are read, and says so when it is
// not what the file says.
func (r *run) resolveCRS(ctx context.Context) (reading, error) {
	e, found, err := r.extent(ctx)
	if err != nil || !found {
		return reading{srid: r.target.SRID}, err
	}
	info := r.source.Info()
	declared := info.SRID
	if r.o.SRID != 0 {
		declared = r.o.SRID
	}
	geographic, known, err := r.knownSRID(ctx, declared)
	if err != nil {
		return reading{}, err
	}
	if declared != 0 && !known {
		return reading{}, geo.Errorf(geo.Invalid, "Unknown CRS", "the database knows no EPSG:%d; give another with --srid", declared)
	}
	if declared == 0 {
		return r.guess(ctx, e, info.CRS)
	}
	if geographic && !e.degrees() {
		if r.o.SRID == 0 && (e.grid() || e.zoned()) {
			return r.guess(ctx, e, fmt.Sprintf("EPSG:%d", declared))
		}
		return reading{}, geo.Errorf(geo.Invalid, "Implausible CRS", "the coordinates reach %.0f, %.0f: these are no degrees, as EPSG:%d has; say what they are with --srid N", e.maxX, e.maxY, declared)
	}
	if !geographic && e.degrees() {
		return reading{}, geo.Errorf(geo.Invalid, "Implausible CRS", "the coordinates lie between %.3f, %.3f and %.3f, %.3f: these are degrees, not metres of EPSG:%d; try --srid 4326", e.minX, e.minY, e.maxX, e.maxY, declared)
	}
	got := reading{srid: declared}
	switch {
	case geographic && r.slovene() && e.within(45, 13, 47.2, 17):
		got.flip = true
		r.note(0, say("koordinate so zapisane v vrstnem redu širina, dolžina; obrnjene so", "the coordinates are written latitude first; they were turned round"))
	case (declared == d48 || declared == d96) && e.zoned():
		got = reading{srid: d48, zone: true}
		r.note(0, say("koordinate imajo številko cone (5 449 000, 5 121 000): prebrane so kot D48/GK (EPSG:3912)", "the coordinates have the zone digit (5 449 000, 5 121 000): they are read as D48/GK (EPSG:3912)"))
	}
	return got, nil
}

// guess decides by the numbers alone.
func (r *run) guess(ctx context.Context, e extent, name string) (reading, error) {
	if srid := r.sridByName(ctx, name); srid != 0 {
		return reading{srid: srid}, nil
	}
	got := reading{}
	switch {
	case e.zoned():
		got = reading{srid: d48, zone: true}
	case e.grid():
		got.srid = d96
	case e.degrees() && r.slovene() && e.within(45, 13, 47.2, 17):
		got = reading{srid: wgs84, flip: true}
	case e.degrees() && e.minY >= -90 && e.maxY <= 90:
		got.srid = wgs84
	default:
		return got, geo.Errorf(geo.Invalid, "Unknown CRS", "the file does not say in which coordinate system it is (%s) and the numbers, %.0f, %.0f to %.0f, %.0f, do not tell; give its EPSG code with --srid N", orNothing(name), e.minX, e.minY, e.maxX, e.maxY)
	}
	r.note(0, say("datoteka koordinatnega sistema ne pove (%s); po številkah sodeč je EPSG:%d; drugega podajte z --srid", "the file does not say its CRS (%s); judging by the numbers it is EPSG:%d; give another with --srid", orNothing(name), got.srid))
	return got, nil
}

func orNothing(name string) string {
	if name == "" || name == "null" {
		return "–"
	}
	return name
}

// slovene deployments get the checks that know where Slovenia lies.
func (r *run) slovene() bool { return r.target.SRID == d96 || r.target.SRID == d48 }

// area is the box that geometries of a Slovene deployment must touch, with room
// around the state; nil elsewhere.
func (r *run) area() *string {
	if !r.slovene() {
		return nil
	}
	box := "BOX(330000 -10000,680000 240000)"
	return &box
}

func (r *run) extent(ctx context.Context) (extent, bool, error) {
	var minX, minY, maxX, maxY *float64
	err := r.tx.QueryRow(ctx, `SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM
		(SELECT ST_Extent(ST_GeomFromWKB(wkb)) b FROM pg_temp.import_rows WHERE wkb IS NOT NULL AND srid IS NULL) e`).Scan(&minX, &minY, &maxX, &maxY)
	if err != nil {
		return extent{}, false, fmt.Errorf("looking at the coordinates: %w", err)
	}
	if minX == nil {
		return extent{}, false, nil
	}
	return extent{*minX, *minY, *maxX, *maxY}, true, nil
}

func (r *run) knownSRID(ctx context.Context, srid int) (geographic, known bool, err error) {
	err = r.tx.QueryRow(ctx, `SELECT proj4text LIKE '%+proj=longlat%' FROM public.spatial_ref_sys WHERE srid = $1`, srid).Scan(&geographic)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("looking up EPSG:%d: %w", srid, err)
	}
	return geographic, true, nil
}

// sridByName knows the names that Slovenian programs give to a CRS without a code,
// then asks PostGIS; 0 for unknown.
func (r *run) sridByName(ctx context.Context, name string) int {
	folded := strings.ToLower(strings.NewReplacer("_", " ", "/", " ").Replace(name))
	switch {
	case name == "":
		return 0
	case strings.Contains(folded, "d48"), strings.Contains(folded, "mgi 1901 slovene national grid"), strings.Contains(folded, "mgi 1901 / slovene"):
		return d48
	case strings.Contains(folded, "d96"), strings.Contains(folded, "slovenia 1996 slovene national grid"), strings.Contains(folded, "slovenia 1996 / slovene"):
		return d96
	}
	var srid int
	if err := r.tx.QueryRow(ctx, `SELECT coalesce(min(srid), 0) FROM public.spatial_ref_sys WHERE srtext LIKE '____CS["' || $1 || '"%'`, name).Scan(&srid); err != nil {
		return 0
	}
	return srid
}

//go:embed sql/datum.sql
var datumSQL string

// checkDatum finds D48 that is tagged as D96, and the reverse: everything lies about
// 370 m too far east and 490 m too far south, which no range shows. Who gave --srid
// is only told.
func (r *run) checkDatum(ctx context.Context, declared int) error {
	other := map[int]int{d96: d48, d48: d96}[declared]
	if other == 0 || !r.slovene() {
		return nil
	}
	table, approximate := r.table(), ""
	if r.target.isProjects() { // their sites have no codes to compare by
		table = "(SELECT NULL::text AS code, NULL::geometry AS geom)"
	}
	if _, ok := r.target.column("approximate"); ok {
		approximate = "AND NOT s.approximate"
	}
	var n int
	var as, alternative, dx, dy float64
	sql := strings.NewReplacer("{layer}", table, "{not_approximate}", approximate).Replace(datumSQL)
	if err := r.tx.QueryRow(ctx, sql, declared, other).Scan(&n, &as, &alternative, &dx, &dy); err != nil {
		return fmt.Errorf("comparing with what is stored: %w", err)
	}
	if n == 0 || alternative < 0.98 || alternative-as < 0.002 {
		return nil
	}
	text := say("lega se ne ujema s shranjenimi podatki: %.1f %% površine je na svojem mestu, brano kot EPSG:%d pa %.1f %%. Koordinate so verjetno EPSG:%d, označene kot EPSG:%d; zato leži vse za %.0f m vzhodno in %.0f m severno od pravega mesta. Poženite znova z --srid %d",
		"the location does not fit what is stored: %.1f %% of the area is in its place, read as EPSG:%d it would be %.1f %%. The coordinates are probably EPSG:%d tagged as EPSG:%d, so everything lies %.0f m east and %.0f m north of its true place. Run again with --srid %d",
		as*100, other, alternative*100, other, declared, dx, dy, other)
	if r.o.SRID != 0 || r.o.DryRun {
		r.note(0, text)
		return nil
	}
	return geo.Errorf(geo.Invalid, "Wrong datum", "%s (or with --srid %d, if it is right all the same)", text.EN, declared)
}
