package importers

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/twpayne/go-geom/encoding/wkb"
	"github.com/twpayne/go-geom/encoding/wkt"

	"kraj/geo"
	"kraj/importers/words"
)

// municipalities finds a municipality by whatever a file calls it.
type municipalities struct {
	byKey map[string]int64 // code, SURS code, folded name
	twice map[string]bool  // names that mean several
	ids   []int64
}

func loadMunicipalities(ctx context.Context, q geo.Querier) (*municipalities, error) {
	rows, err := q.Query(ctx, `SELECT id, code, coalesce(surs_code, ''), slug, kraj.fold(coalesce(name_alt, '')) FROM kraj.municipalities ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("reading the municipalities: %w", err)
	}
	defer rows.Close()
	m := &municipalities{byKey: map[string]int64{}, twice: map[string]bool{}}
	for rows.Next() {
		var id int64
		var keys [4]string
		if err := rows.Scan(&id, &keys[0], &keys[1], &keys[2], &keys[3]); err != nil {
			return nil, fmt.Errorf("reading the municipalities: %w", err)
		}
		m.ids = append(m.ids, id)
		for _, k := range keys {
			if other, ok := m.byKey[k]; ok && other != id {
				m.twice[k] = true
			}
			m.byKey[k] = id
		}
	}
	delete(m.byKey, "")
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the municipalities: %w", err)
	}
	return m, nil
}

// find tries a code, a number of the statistical office with or without zeros, a
// name in any of its usual forms.
func (m *municipalities) find(text string) (int64, bool) {
	folded := words.Fold(text)
	for _, prefix := range []string{"mestna obcina ", "obcina ", "mo "} {
		folded = strings.TrimPrefix(folded, prefix)
	}
	for _, k := range []string{text, strings.Repeat("0", max(0, 3-len(text))) + text, folded} {
		if id, ok := m.byKey[k]; ok && !m.twice[k] {
			return id, true
		}
	}
	return 0, false
}

// findMunicipality sets the row's municipality by its own fields; with
// --municipality rows that name another one are skipped.
func (r *run) findMunicipality(m *mappedRow, values map[string]any) {
	said := ""
	for _, f := range r.mapping.municipality {
		text := asText(values[f])
		if text == "" {
			continue
		}
		said = text
		if id, ok := r.municipalities.find(text); ok {
			m.municipality, m.given = &id, true
			break
		}
	}
	wanted := r.municipality
	switch {
	case m.municipality != nil:
		m.skipped = wanted != nil && *wanted != *m.municipality
	case said != "" && r.target.isProjects():
		r.reject(m, "municipality", said, say("občina %q ni shranjena", "the municipality %q is not stored", said))
	case said != "":
		r.unknownMunicipality++
		m.attrs["municipality"] = said // not lost while none is stored
		m.skipped = wanted != nil
	case wanted != nil:
		m.municipality, m.given = wanted, true
	case r.target.isProjects() && len(r.municipalities.ids) == 1:
		m.municipality, m.given = &r.municipalities.ids[0], true
	case r.target.isProjects():
		r.reject(m, "municipality", "", say("vrstica ne pove občine; dodajte --municipality", "the row names no municipality; add --municipality"))
	}
}

// pointOf makes a geometry of what a table spells out in its cells.
func (r *run) pointOf(m *mappedRow, values map[string]any) {
	p := r.mapping.point
	if f := p["wkt"]; f != "" {
		r.wkt(m, f, asText(values[f]))
		return
	}
	first, second, srid := p["longitude"], p["latitude"], 4326
	if first == "" {
		first, second, srid = p["easting"], p["northing"], 0
	}
	if first == "" || second == "" {
		return
	}
	x, okX := r.coordinate(m, first, values[first])
	y, okY := r.coordinate(m, second, values[second])
	if !okX || !okY {
		return
	}
	if srid == 4326 && (math.Abs(x) > 180 || math.Abs(y) > 90) {
		r.reject(m, second, asText(values[second]), say("%v, %v nista geografski koordinati", "%v, %v are no geographic coordinates", y, x))
		return
	}
	// In older Slovenian files Y is the easting and X the northing; the two never overlap.
	if srid == 0 && isNorthing(x) && isEasting(y) {
		x, y = y, x
	}
	b := binary.LittleEndian.AppendUint32([]byte{1}, 1)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	m.wkb = binary.LittleEndian.AppendUint64(b, math.Float64bits(y))
	if srid != 0 && r.o.SRID == 0 {
		m.srid = &srid
	}
}

// isEasting and isNorthing are the ranges of Slovenia's metric grids, with and
// without the zone digit of D48.
func isEasting(v float64) bool  { return v > 350e3 && v < 650e3 || v > 5.35e6 && v < 5.65e6 }
func isNorthing(v float64) bool { return v > 10e3 && v < 220e3 || v > 5.01e6 && v < 5.22e6 }

// coordinate reads one number; an empty cell means that the place is not known. In
// coordinates a lone dot is always a decimal point.
func (r *run) coordinate(m *mappedRow, field string, v any) (float64, bool) {
	point := r.staged.point(field)
	if point == words.Unknown && strings.Count(asText(v), ".") == 1 {
		point = words.Dot
	}
	n, err := rational(v, point)
	if err != nil {
		r.reject(m, field, asText(v), fieldReason(field, err))
		return 0, false
	}
	if n == nil {
		return 0, false
	}
	return float(n), true
}

func float(n *big.Rat) float64 {
	f, _ := n.Float64()
	return f
}

func (r *run) wkt(m *mappedRow, field, text string) {
	if text == "" {
		return
	}
	if prefix, rest, ok := strings.Cut(text, ";"); ok && strings.HasPrefix(strings.ToUpper(prefix), "SRID=") {
		var srid int
		if _, err := fmt.Sscanf(prefix[5:], "%d", &srid); err == nil {
			m.srid = &srid
		}
		text = rest
	}
	g, err := wkt.Unmarshal(text)
	if err == nil {
		m.wkb, err = wkb.Marshal(g, wkb.NDR)
	}
	if err != nil {
		r.reject(m, field, "", say("polje %q ni geometrija v obliki WKT", "field %q is not a geometry in WKT", field))
	}
}
