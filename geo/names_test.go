package geo_test

import (
	"slices"
	"strings"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// namedLand is a municipality with names that are traps: words that are places, places that share a name, quarters, what is outside.
func namedLand(t *testing.T) *pg.Pools {
	t.Helper()
	p := pgtest.New(t)
	_, err := p.Owner.Exec(t.Context(), `
		INSERT INTO municipalities (id, code, name, short_name) VALUES (1, '052', 'Kranj', 'MOK'), (2, '082', 'Naklo', NULL), (3, '050', 'Koper', 'MOK');
		INSERT INTO settlements (code, municipality_id, name) SELECT replace(kraj.fold(n), ' ', '-'), 1, n FROM unnest('{Kranj,Meja,Jama,Zalog,Spodnja Besnica,Zgornja Besnica,
			Spodnje Bitnje,Srednje Bitnje,Zgornje Bitnje,Golnik,Kokrica,Mavčiče,Breg ob Savi,Hrastje,Predoslje,Suha pri Predosljah,Sveti Jošt nad Kranjem,
			Srednja vas - Goriče,Goriče,Bobovek,Britof,Praše,Žabnica,Mlaka pri Kranju}'::text[]) n;
		INSERT INTO settlements (code, municipality_id, name) VALUES ('okroglo', 2, 'Okroglo'), ('strahinj', 2, 'Strahinj');
		INSERT INTO settlements (code, municipality_id, name, name_alt) VALUES ('koper', 3, 'Koper', 'Capodistria'), ('hrvatini', 3, 'Hrvatini', 'Crevatini'),
			('crni-kal', 3, 'Črni Kal', NULL), ('sv-anton', 3, 'Sveti Anton', 'San Antonio'), ('podpec', 3, 'Podpeč', NULL), ('dekani', 3, 'Dekani', NULL);
		INSERT INTO local_communities (code, municipality_id, name) VALUES ('circe', 1, 'KS Čirče'), ('golnik', 1, 'KS Golnik'), ('orehek', 1, 'KS Orehek - Drulovka');
		INSERT INTO business_zones (code, municipality_id, name) VALUES ('hrastje', 1, 'Poslovna cona Hrastje'), ('rupa', 1, 'Rupa');
		INSERT INTO degraded_areas (code, municipality_id, name) VALUES ('planika', 1, 'Planika');
		INSERT INTO cycling_routes (code, municipality_id, name) VALUES ('kr-lj', 1, 'Kranj–Ljubljana');
		INSERT INTO agglomerations (code, municipality_id, name) VALUES ('mlaka', 1, 'Mlaka pri Kranju');
		INSERT INTO known_names (municipality_id, name, kind, layer, place_id) SELECT 1, n, 'quarter', 'settlements', s.id
			FROM unnest('{Stražišče,Planina,Primskovo,Zlato polje,Čirče}'::text[]) n, settlements s WHERE s.name = 'Kranj';
		INSERT INTO known_names (municipality_id, name, kind) VALUES (1, 'Prebačevo', 'outside'), (1, 'OŠ Franceta Prešerna', 'institution'), (1, 'MOK', 'municipality')`)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestNamesInWords: what the words of a title are taken for. likely: over the default score; open: choices; the rest, if any, is unlikely.
func TestNamesInWords(t *testing.T) {
	t.Parallel()
	p := namedLand(t)
	const besnica, bitnje = "settlements:spodnja-besnica|settlements:zgornja-besnica", "settlements:spodnje-bitnje|settlements:srednje-bitnje|settlements:zgornje-bitnje"
	const kranj = "settlements:kranj"
	for title, want := range map[string]struct {
		municipality int
		likely, open string
	}{
		// Words that are names.
		"Meja med parcelami":                   {1, "", ""},
		"Ureditev meje z občino Naklo":         {1, "", ""},
		"Jama za gradbene odpadke":             {1, "", ""},
		"Sanacija jame":                        {1, "", ""},
		"Zalog semen":                          {1, "", ""},
		"Vodna zaloga":                         {1, "", ""},
		"Obnova ceste v Zalogu":                {1, "settlements:zalog", ""},
		"Brv Jama–Prebačevo":                   {1, "settlements:jama", ""},
		"Nova povezava Kranj–Meja–Škofja Loka": {1, kranj + " settlements:meja", ""},
		"Urejanje brega reke":                  {1, "", ""},
		"PRAŠE":                                {1, "settlements:prase", ""},
		// Names for several.
		"OŠ Besnica":                                     {1, "", besnica},
		"Igrišče v Besnici":                              {1, "", besnica},
		"Vodovod Bitnje":                                 {1, "", bitnje},
		"Kanalizacija v Zg. Bitnjah":                     {1, "settlements:zgornje-bitnje", ""},
		"Zgornja Besnica: kanalizacija":                  {1, "settlements:zgornja-besnica", ""},
		"Prenova šole v Spodnji Besnici, Besnica ostaja": {1, "settlements:spodnja-besnica", ""},
		// Quarters, institutions, what is outside, the municipality.
		"Prenova knjižnice v Stražišču":  {1, kranj, ""},
		"Vodovod do Zlatega polja":       {1, kranj, ""},
		"Most v Prebačevem":              {1, "", ""},
		"Pot do Okroglega":               {1, "", ""},
		"Pot v Strahinj":                 {1, "", ""},
		"OŠ Franceta Prešerna":           {1, "", ""},
		"OŠ Antona Goriče":               {1, "", ""},
		"Trg M. Goriče":                  {1, "", ""},
		"Digitalna strategija MOK":       {1, "", ""},
		"Strategija Mestne občine Kranj": {1, "", ""},
		"Kolesarnica v Kranju":           {1, "", "municipalities:052|" + kranj},
		"Obvoznica mesta Kranj":          {1, kranj, ""},
		// Inflection, adjectives, dashes, abbreviations.
		"Obnova vodovoda na Golniku":        {1, "settlements:golnik", ""},
		"Pločnik na Kokrici":                {1, "settlements:kokrica", ""},
		"Vrtec v Mavčičah":                  {1, "settlements:mavcice", ""},
		"Rekonstrukcija ceste Breg–Mavčiče": {1, "settlements:breg-ob-savi settlements:mavcice", ""},
		"Obnova LC Kranj–Hrastje":           {1, "settlements:hrastje " + kranj, ""},
		"OŠ Predoslje: razširitev kuhinje":  {1, "settlements:predoslje", ""},
		"Dom krajanov Suha pri Predosljah":  {1, "settlements:suha-pri-predosljah", ""},
		"Naravni rezervat na Bobovku":       {1, "settlements:bobovek", ""},
		"Ureditev pokopališča Sv. Jošt":     {1, "settlements:sveti-jost-nad-kranjem", ""},
		"obnova ceste v mavcicah":           {1, "settlements:mavcice", ""},
		"Goriče: vodovod":                   {1, "settlements:gorice", ""},
		"Golniška cesta":                    {1, "", ""},
		// Layers.
		"KS Čirče":                            {1, "local_communities:circe " + kranj, ""},
		"Dvorana KS Golnik":                   {1, "local_communities:golnik settlements:golnik", ""},
		"Čirče":                               {1, kranj, ""},
		"KS Orehek":                           {1, "local_communities:orehek", ""},
		"Komunalna oprema PC Hrastje":         {1, "business_zones:hrastje", ""},
		"Širitev poslovne cone Hrastje":       {1, "business_zones:hrastje", ""},
		"Most čez Savo pri Planiki":           {1, "degraded_areas:planika", ""},
		"Kolesarska povezava Kranj–Ljubljana": {1, "cycling_routes:kr-lj " + kranj, ""},
		"Drugi tir proge Ljubljana–Kranj":     {1, kranj, ""},
		"Opremljanje aglomeracije Mlaka":      {1, "agglomerations:mlaka", ""},
		// What is excepted.
		"Urbana oprema (izvzeto Stražišče – ločen katalog)": {1, "", ""},
		"Vodovod po vaseh razen na Golniku in na Kokrici":   {1, "", ""},
		"Obnova cest, z izjemo KS Golnik. Vrtec Mavčiče":    {1, "settlements:mavcice", ""},
		"Optika za Golnik, brez Mavčič":                     {1, "settlements:golnik", ""},
		"Dostop brez ovir na Golniku":                       {1, "settlements:golnik", ""},
		"KS Orehek - Drulovka: pisarna":                     {1, "local_communities:orehek", ""},
		"Ureditev golniškega pokopališča":                   {1, "settlements:golnik", ""},
		// Istria.
		"Vodovod v Hrvatinih":            {3, "settlements:hrvatini", ""},
		"Ponudba Hrvatini/Crevatini":     {3, "settlements:hrvatini", ""},
		"Parkirišče v Črnem Kalu":        {3, "settlements:crni-kal", ""},
		"Razgledna točka pri Sv. Antonu": {3, "settlements:sv-anton", ""},
		"Grad v Podpeči":                 {3, "settlements:podpec", ""},
		"Promocija v Kopru":              {3, "", "municipalities:050|settlements:koper"},
	} {
		t.Run(title, func(t *testing.T) {
			likely, open := read(t, p, want.municipality, title)
			if likely != want.likely || open != want.open {
				t.Errorf("likely %q, open %q; want %q, %q", likely, open, want.likely, want.open)
			}
		})
	}
}

// read stores a project, as psql would, and lists what is proposed by the time the transaction commits.
func read(t *testing.T, p *pg.Pools, municipality int, title string) (likely, open string) {
	t.Helper()
	var id int64
	if err := p.Planner.QueryRow(t.Context(), `INSERT INTO projects (municipality_id, code, title) VALUES ($1, md5($2), $2) RETURNING id`, municipality, title).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return proposed(t, p, id)
}

func proposed(t *testing.T, p *pg.Pools, project int64) (likely, open string) {
	t.Helper()
	rows, err := p.Planner.Query(t.Context(), `SELECT x.layer || ':' || x.code, d.choice IS NOT NULL FROM project_places d JOIN places x ON x.layer = d.layer AND x.id = d.place_id
		WHERE d.project_id = $1 AND d.relation = 'named' AND d.state = 'proposed' AND (d.choice IS NOT NULL OR d.score >= kraj.default_score())`, project)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var sure, choice []string
	for rows.Next() {
		var place string
		var isOpen bool
		if err := rows.Scan(&place, &isOpen); err != nil {
			t.Fatal(err)
		}
		if isOpen {
			choice = append(choice, place)
		} else {
			sure = append(sure, place)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(sure)
	slices.Sort(choice)
	return strings.Join(sure, " "), strings.Join(choice, "|")
}

// TestProposalsFollow: proposals come and go with words, names and decisions, whoever writes, and history begins with a decision.
func TestProposalsFollow(t *testing.T) {
	t.Parallel()
	p := namedLand(t)
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := p.Planner.Exec(t.Context(), query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	text := func(query string, args ...any) (s string) {
		t.Helper()
		if err := p.Owner.QueryRow(t.Context(), query, args...).Scan(&s); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return s
	}
	var id int64
	if err := p.Planner.QueryRow(t.Context(), `INSERT INTO projects (municipality_id, code, title, cost_cents) VALUES (1, '1', 'Vodovod Golnik–Zgornje Duplje', 500) RETURNING id`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	want := func(step, likely, open string) {
		t.Helper()
		if l, o := proposed(t, p, id); l != likely || o != open {
			t.Errorf("%s: likely %q, open %q; want %q, %q", step, l, o, likely, open)
		}
		if wrong := text(`SELECT coalesce(string_agg(v::text, '; '), '') FROM kraj.verify_names(ARRAY(SELECT id FROM projects)) v`); wrong != "" {
			t.Errorf("%s: stored and computed differ: %s", step, wrong)
		}
	}
	statement := func(place string) string {
		return text(`SELECT d.id::text FROM project_places d JOIN places x ON x.layer = d.layer AND x.id = d.place_id WHERE d.project_id = $1 AND x.code = $2`, id, place)
	}
	want("new project", "settlements:golnik", "")
	exec(`UPDATE projects SET title = 'Vodovod Kokrica' WHERE id = $1`, id)
	want("other words", "settlements:kokrica", "")
	exec(`UPDATE settlements SET name = 'Rupa' WHERE code = 'kokrica'`)
	want("the place has another name", "", "")
	exec(`UPDATE settlements SET name = 'Kokrica' WHERE code = 'kokrica'`)
	want("and its own again", "settlements:kokrica", "")
	exec(`INSERT INTO known_names (municipality_id, name, kind) VALUES (1, 'Kokrica', 'not_a_place')`)
	want("planners know better", "", "")
	exec(`DELETE FROM known_names WHERE name = 'Kokrica'`)
	want("or do not", "settlements:kokrica", "")

	logged := text(`SELECT count(*)::text FROM changes WHERE relation = 'project_places'`)
	if logged != "0" {
		t.Errorf("%s proposals are in the history, want none", logged)
	}
	if atoms := text(`SELECT coalesce(special, '') FROM atoms WHERE project_id = $1`, id); atoms != "unplaced" {
		t.Errorf("a proposal moved the money to %q", atoms)
	}
	exec(`SELECT kraj.reject_name($1, 'drug vodovod')`, statement("kokrica"))
	want("rejected", "", "")
	exec(`UPDATE projects SET title = 'Vodovod Kokrica in Golnik' WHERE id = $1`, id)
	want("a rejected one does not come back", "settlements:golnik", "")
	exec(`SELECT kraj.revert((SELECT max(revision) FROM kraj.changes WHERE relation = 'project_places'))`)
	want("the rejection is undone", "settlements:golnik settlements:kokrica", "")
	exec(`SELECT kraj.confirm_name($1)`, statement("kokrica"))
	want("confirmed", "settlements:golnik", "")
	exec(`UPDATE projects SET title = 'Vodovod' WHERE id = $1`, id)
	want("confirmed ones stay without their words", "", "")
	if got := text(`SELECT s.name FROM atoms a JOIN settlements s ON s.id = a.settlement_id WHERE a.project_id = $1`, id); got != "Kokrica" {
		t.Errorf("the money is in %q, want Kokrica", got)
	}

	exec(`UPDATE projects SET title = 'Igrišče v Besnici' WHERE id = $1`, id)
	want("an open choice", "", "settlements:spodnja-besnica|settlements:zgornja-besnica")
	if _, err := p.Planner.Exec(t.Context(), `SELECT kraj.confirm_name($1)`, statement("spodnja-besnica")); err == nil || !strings.Contains(err.Error(), "open choice") {
		t.Errorf("confirming one of several: %v", err)
	}
	exec(`SELECT kraj.choose_name($1)`, statement("spodnja-besnica"))
	want("chosen", "", "")
	if got := text(`SELECT string_agg(x.code || ' ' || d.state || ' ' || (d.author IS NOT NULL), ', ' ORDER BY x.code) FROM project_places d JOIN places x ON x.layer = d.layer AND x.id = d.place_id
		WHERE d.project_id = $1 AND x.code ~ 'besnica'`, id); got != "spodnja-besnica confirmed true, zgornja-besnica rejected true" {
		t.Errorf("the choice is %q", got)
	}

	exec(`INSERT INTO projects (municipality_id, code, title) VALUES (1, '2', 'Kolesarnica v Kranju')`)
	exec(`SELECT kraj.choose_name(d.id) FROM project_places d JOIN projects p ON p.id = d.project_id WHERE p.code = '2' AND d.layer = 'municipalities'`)
	if got := text(`SELECT scope FROM projects WHERE code = '2'`); got != "municipality" {
		t.Errorf("the municipality was chosen, the scope is %q", got)
	}
	exec(`INSERT INTO project_places (project_id, layer, place_id, relation) SELECT $1, 'settlements', id, 'named' FROM settlements WHERE code = 'golnik'`, id)
	exec(`UPDATE projects SET title = 'Vodovod Golnik' WHERE id = $1`, id)
	want("what is stated already is not proposed", "", "")
}
