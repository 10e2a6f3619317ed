package web_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
)

// edit is a change. One of everything in a layer is wide: it leaves nothing cached, so there must not be too many.
type edit struct {
	name string
	sql  func(r *rand.Rand) string
}

func anEdit(r *rand.Rand) edit {
	e := edits[r.IntN(len(edits))]
	for strings.Contains(e.name, "*") && r.IntN(5) > 0 {
		e = edits[r.IntN(len(edits))]
	}
	return e
}

// edits are changes by anybody, of everything that tiles depend on, of rows that chance picks; probes are left alone.
// Each takes a number that chance has drawn.
var edits = []edit{
	{"names", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE %s SET name = 'N%d' WHERE id = %s`, layer(r), r.IntN(1e6), "(SELECT id FROM "+same+someone(r)+")")
	}},
	{"a settlement is redrawn, and overlaps", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE settlements SET geom = ST_Multi(ST_Buffer(geom, %d, 'quad_segs=1')) WHERE id = (SELECT id FROM settlements%s)`, []int{-40, 30, 90}[r.IntN(3)], someone(r))
	}},
	{"a boundary moves between two", func(r *rand.Rand) string {
		return fmt.Sprintf(`WITH a AS (SELECT id, geom FROM settlements%s), b AS (SELECT b.id, b.geom FROM settlements b, a WHERE b.id <> a.id AND ST_Intersects(a.geom, b.geom) LIMIT 1),
			piece AS (SELECT ST_Buffer(ST_ClosestPoint(a.geom, ST_PointOnSurface(b.geom)), %d) AS geom FROM a, b)
			UPDATE settlements s SET geom = CASE s.id WHEN a.id THEN ST_Multi(ST_CollectionExtract(ST_Union(a.geom, ST_Intersection(piece.geom, b.geom)), 3))
				ELSE ST_Multi(ST_CollectionExtract(ST_Difference(b.geom, piece.geom), 3)) END FROM a, b, piece WHERE s.id IN (a.id, b.id)`, someone(r), 100+r.IntN(400))
	}},
	{"a settlement goes", func(r *rand.Rand) string {
		return `DELETE FROM settlements WHERE id = (SELECT id FROM settlements` + someone(r) + `)`
	}},
	{"a settlement comes", func(r *rand.Rand) string {
		return fmt.Sprintf(`INSERT INTO settlements (code, name, municipality_id, geom) SELECT 'x%d', 'Nova', municipality_id, ST_Multi(ST_Buffer(ST_Centroid(geom), 300)) FROM settlements%s`, r.IntN(1e9), someone(r))
	}},
	{"classes", func(r *rand.Rand) string {
		return fmt.Sprintf(`INSERT INTO scheme_classes (scheme_id, settlement_id, class) SELECT s.id, t.id, '%s' FROM (SELECT id FROM schemes%s) s, (SELECT id FROM settlements ORDER BY md5(id::text || '%d') LIMIT %d) t
			ON CONFLICT (scheme_id, settlement_id) DO UPDATE SET class = excluded.class`, []string{"urban", "rural"}[r.IntN(2)], someone(r), r.IntN(1e6), 1+r.IntN(8))
	}},
	{"another scheme (*)", func(r *rand.Rand) string {
		return `UPDATE schemes SET current = NOT current WHERE id = (SELECT id FROM schemes` + someone(r) + `)`
	}},
	{"people", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE population_settlements SET people = %d WHERE id %% 7 = %d`, r.IntN(5000), r.IntN(7))
	}},
	{"another set of people (*)", func(*rand.Rand) string { return `UPDATE population_sets SET preferred = NOT preferred` }},
	{"money", func(r *rand.Rand) string {
		return fmt.Sprintf(`INSERT INTO project_funding (project_id, source, amount_cents, kind) SELECT id, '%s', %d, 'paid' FROM projects WHERE id = %s`, []string{"eu", "own"}[r.IntN(2)], r.Int64N(1e11), project(r))
	}},
	{"money goes", func(r *rand.Rand) string { return `DELETE FROM project_funding WHERE project_id = ` + project(r) }},
	{"a status", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE projects SET status = '%s', holder = 'H%d' WHERE id = %s`, []string{"idea", "realised"}[r.IntN(2)], r.IntN(3), project(r))
	}},
	{"a draft", func(r *rand.Rand) string {
		return `UPDATE projects SET visibility = CASE visibility WHEN 'public' THEN 'internal' ELSE 'public' END WHERE id = ` + project(r)
	}},
	{"a cost", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE projects SET cost_cents = %d WHERE id = %s`, r.Int64N(1e10), project(r))
	}},
	{"another theme", func(r *rand.Rand) string {
		return `UPDATE projects p SET measure_id = m.id, theme_id = m.theme_id FROM (SELECT * FROM measures` + someone(r) + `) m WHERE p.municipality_id = m.municipality_id AND p.id = ` + project(r)
	}},
	{"a part of another", func(r *rand.Rand) string {
		return fmt.Sprintf(`INSERT INTO projects (municipality_id, parent_id, code, title, visibility) SELECT municipality_id, id, 'part%d', 'Del', '%s' FROM projects WHERE id = %s`,
			r.IntN(1e9), []string{"public", "internal"}[r.IntN(2)], project(r))
	}},
	{"no part any more", func(*rand.Rand) string { return `DELETE FROM projects WHERE code LIKE 'part%'` }},
	{"a project goes", func(r *rand.Rand) string { return `DELETE FROM projects WHERE id = ` + project(r) }},
	{"a site moves", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE sites SET geom = ST_Translate(geom, %d, %d) WHERE project_id = %s`, r.IntN(9000)-4500, r.IntN(9000)-4500, project(r))
	}},
	{"a site goes", func(r *rand.Rand) string { return `DELETE FROM sites WHERE project_id = ` + project(r) }},
	{"a site comes", func(r *rand.Rand) string {
		return `INSERT INTO sites (project_id, geom) SELECT p.id, ST_PointOnSurface(s.geom) FROM projects p, (SELECT geom FROM settlements` + someone(r) + `) s WHERE p.id = ` + project(r)
	}},
	{"a theme's colour (*)", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE themes SET color = '#%06x' WHERE id = (SELECT id FROM themes%s)`, r.IntN(1<<24), someone(r))
	}},
	{"a theme's code (*)", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE themes SET code = 'T%d' WHERE id = (SELECT id FROM themes%s)`, r.IntN(1e6), someone(r))
	}},
	{"a measure's code (*)", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE measures SET code = 'M%d' WHERE id = (SELECT id FROM measures%s)`, r.IntN(1e6), someone(r))
	}},
	{"a municipality's name (*)", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE municipalities SET name = 'Občina %s' WHERE id = 2`, []string{"Nova", "Stara"}[r.IntN(2)])
	}},
	{"a municipality of the same name (*)", func(r *rand.Rand) string {
		return fmt.Sprintf(`INSERT INTO municipalities (code, name) VALUES ('c%d', 'Občina Nova')`, r.IntN(1e9))
	}},
	{"municipalities go (*)", func(*rand.Rand) string {
		return `DELETE FROM municipalities m WHERE code LIKE 'c%' AND NOT EXISTS (SELECT FROM settlements s WHERE s.municipality_id = m.id)`
	}},
	{"a layer's zooms (*)", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE layers SET min_zoom = %d WHERE id = 'business_zones'`, 7+r.IntN(5))
	}},
	{"what counts as equipped (*)", func(r *rand.Rand) string {
		return fmt.Sprintf(`INSERT INTO settings VALUES ('equipped_share', '0.%d') ON CONFLICT (key) DO UPDATE SET value = excluded.value`, 1+r.IntN(9))
	}},
	{"many sites (*)", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE sites SET approximate = NOT approximate WHERE id < 9000 AND id %% 5 = %d`, r.IntN(5))
	}},
	{"many sites move (*)", func(r *rand.Rand) string {
		return fmt.Sprintf(`UPDATE sites SET geom = ST_Translate(geom, 40, -30) WHERE id < 9000 AND id %% 9 = %d`, r.IntN(9))
	}},
	{"TRUNCATE (*)", func(r *rand.Rand) string {
		return `TRUNCATE ` + []string{"cycling_routes", "business_zones", "scheme_classes", "population_settlements", "project_funding", "agglomerations"}[r.IntN(6)] + ` CASCADE`
	}},
	{"routes come", func(r *rand.Rand) string {
		return fmt.Sprintf(`INSERT INTO cycling_routes (code, name, geom) SELECT 'r' || %d || id, 'Pot', ST_Multi(ST_Boundary(geom)) FROM settlements%s`, r.IntN(1e6), someone(r))
	}},
}

const same = "\x00" // stands for the table that layer has chosen

func layer(r *rand.Rand) string {
	return []string{"settlements", "business_zones", "cycling_routes", "agglomerations"}[r.IntN(4)]
}

// someone picks a row.
func someone(r *rand.Rand) string {
	return fmt.Sprintf(` ORDER BY md5(id::text || '%d') LIMIT 1`, r.IntN(1e6))
}

func project(r *rand.Rand) string {
	return fmt.Sprintf(`(SELECT id FROM projects WHERE id < 9000 ORDER BY md5(id::text || '%d') LIMIT 1)`, r.IntN(1e6))
}

// editProbe changes a probe in one transaction: its version in any case, and perhaps its place, status or audience. What it says
// is said before COMMIT, so that no reader can see it earlier than it is known.
func (w *world) editProbe(ctx context.Context, wr *writer, p *probe) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hist.RLock()
	s := p.states[len(p.states)-1]
	for i := len(p.states) - 1; s.lost; i-- {
		s = p.states[i]
	}
	p.hist.RUnlock()
	r := wr.rand
	if s.status == "" {
		s.status = "idea"
	}
	moved := s.gone
	switch r.IntN(6) {
	case 0:
		s.status = []string{"idea", "realised"}[r.IntN(2)]
	case 1:
		s.draft = !s.draft
	case 2:
		s.gone, moved = !s.gone, true
	default:
		moved = true
	}
	if moved {
		s.at = w.spots[r.IntN(len(w.spots))]
	}
	v := p.say(s)
	id := 9000 + p.n
	sql := []string{fmt.Sprintf(`UPDATE projects SET title = '%s', status = '%s', visibility = '%s' WHERE id = %d`, p.title(v), s.status, map[bool]string{true: "internal", false: "public"}[s.draft], id)}
	switch {
	case s.gone:
		sql = append(sql, fmt.Sprintf(`DELETE FROM sites WHERE project_id = %d`, id))
	case moved && r.IntN(2) == 0:
		sql = append(sql, fmt.Sprintf(`DELETE FROM sites WHERE project_id = %d`, id), fmt.Sprintf(`INSERT INTO sites (project_id, geom) VALUES (%d, %s)`, id, s.at.line()))
	case moved:
		sql = append(sql, fmt.Sprintf(`WITH moved AS (UPDATE sites SET geom = %[2]s WHERE project_id = %[1]d RETURNING 1) INSERT INTO sites (project_id, geom) SELECT %[1]d, %[2]s WHERE NOT EXISTS (SELECT FROM moved)`, id, s.at.line()))
	}
	if r.IntN(3) == 0 { // an edit that is taken back within the transaction
		sql = append(sql, `SAVEPOINT s`, fmt.Sprintf(`UPDATE projects SET title = 'taken back' WHERE id = %d`, id), `ROLLBACK TO SAVEPOINT s`)
	}
	if !wr.commit(ctx, sql) {
		p.lose(v)
		return
	}
	w.announced(ctx, wr, func(server int) { w.settled[server][p.n].Store(int64(v)) })
}
