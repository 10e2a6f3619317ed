package territory_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/importers/territory"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const places = `
INSERT INTO kraj.municipalities (code, name) VALUES ('052', 'Kranj'), ('117', 'Šenčur');
INSERT INTO kraj.settlements (code, name, municipality_id) SELECT c, n, m.id FROM kraj.municipalities m,
	(VALUES ('052', '001', 'Britof'), ('052', '002', 'Čadovlje'), ('052', '003', 'Besnica'), ('052', '004', 'Besnica'), ('117', '001', 'Hotemaže')) x (m, c, n) WHERE m.code = x.m;
INSERT INTO kraj.local_communities (code, name, municipality_id) SELECT '7', 'KS Čirče', id FROM kraj.municipalities WHERE code = '052';
INSERT INTO kraj.mechanisms (code, name_sl, name_en) VALUES ('LAS', 'LAS', 'CLLD'), ('CTN', 'CTN', 'ITI')`

func world(t *testing.T) *pg.Pools {
	t.Helper()
	p := pgtest.New(t)
	if _, err := p.Owner.Exec(t.Context(), places); err != nil {
		t.Fatal(err)
	}
	return p
}

func load(t *testing.T, p *pg.Pools, csv string, o territory.Options) *territory.Report {
	t.Helper()
	o.File = filepath.Join(t.TempDir(), "seznam.csv")
	if err := os.WriteFile(o.File, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := territory.Import(t.Context(), p.Owner, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAListIsReplacedWhole(t *testing.T) {
	t.Parallel()
	p := world(t)
	o := territory.Options{Municipality: "kranj", Set: map[string]string{"mechanism": "LAS", "list": "SLR", "rule": "seznam", "source": "SLR LAS", "fund": "EKSRP", "period_from": "2021", "period_to": "2027"}}
	first := "naselje;stanje;opomba\nBritof;vključeno;\n002;pogojno;le jedro\n"
	for _, step := range []struct{ csv, want string }{
		{first, "lists: 1 new, 0 changed, 0 same; places: 2 new, 0 changed, 0 gone, 0 same; 0 rejected"},
		{first, "lists: 0 new, 0 changed, 1 same; places: 0 new, 0 changed, 0 gone, 2 same; 0 rejected"},
		{"naselje;stanje\nBritof;izključeno\n003;\n", "lists: 0 new, 0 changed, 1 same; places: 1 new, 1 changed, 1 gone, 0 same; 0 rejected"},
	} {
		if got := load(t, p, step.csv, o).Summary(); got != step.want {
			t.Errorf("%s\nwant %s", got, step.want)
		}
	}
	var revisions int
	var stored string
	err := p.Owner.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM kraj.revisions WHERE source = 'import'),
		(SELECT string_agg(concat_ws(' ', l.mechanism, l.fund, l.period_from, l.period_to, l.rule, m.name, s.code, t.state), ', ' ORDER BY s.code) FROM kraj.mechanism_territory t
		 JOIN kraj.mechanism_lists l ON l.id = t.list_id JOIN kraj.municipalities m ON m.id = l.municipality_id JOIN kraj.settlements s ON s.id = t.settlement_id)`).Scan(&revisions, &stored)
	if want := "LAS EKSRP 2021 2027 listed Kranj 001 excluded, LAS EKSRP 2021 2027 listed Kranj 003 included"; err != nil || stored != want || revisions != 2 {
		t.Errorf("%v %d %s, want %s", err, revisions, stored, want)
	}
}

func TestSeveralListsInOneFile(t *testing.T) {
	t.Parallel()
	p := world(t)
	csv := "mechanism,list,rule,layer,source,municipality,place,mechanism_sl,mechanism_en\n" +
		"LAS,A,listed,settlements,SLR,Kranj,Britof,,\nLAS,A,listed,settlements,SLR,Šenčur,001,,\nLAS,KS,listed,KS,SLR,Kranj,Čirče,,\n" +
		"DRR,vse,celotna občina,,Dogovor,Kranj,,Dogovor za razvoj regije,Regional agreement\nCTN,mesta,whole_municipality,občine,Uredba,,Kranj,,\n"
	dry := load(t, p, csv, territory.Options{Municipality: "kranj", DryRun: true})
	got := load(t, p, csv, territory.Options{Municipality: "kranj"})
	if want := "lists: 4 new, 0 changed, 0 same; places: 4 new, 0 changed, 0 gone, 0 same; 0 rejected"; got.Summary() != want || dry.Summary() != want {
		t.Errorf("%s, dry %s %v", got.Summary(), dry.Summary(), got.Refusals)
	}
	var stored string
	err := p.Owner.QueryRow(t.Context(), `SELECT string_agg(concat_ws(' ', l.mechanism, l.code, coalesce(m.name, '–'), l.layer), ', ' ORDER BY l.id) FROM kraj.mechanism_lists l LEFT JOIN kraj.municipalities m ON m.id = l.municipality_id`).Scan(&stored)
	if want := "LAS A – settlements, LAS KS Kranj local_communities, DRR vse Kranj settlements, CTN mesta – municipalities"; err != nil || stored != want {
		t.Errorf("%v %s", err, stored)
	}
}

// Every row that cannot be taken is told, and nothing is stored.
func TestRefusals(t *testing.T) {
	t.Parallel()
	p := world(t)
	csv := "mechanism,list,rule,source,period_from,period_to,place,state\n" +
		"LAS,A,listed,SLR,2021,2027,Britof,\nLAS,A,listed,SLR,2021,2027,Nikjer,\nLAS,A,listed,SLR,2021,2027,Besnica,\nLAS,A,listed,SLR,2021,2027,001,\n" +
		"LAS,A,listed,SLR,2014,2020,002,\nXYZ,B,listed,SLR,,,002,\nLAS,C,listed,,,,002,\nLAS,C,morda,SLR,,,002,\nLAS,C,listed,SLR,2027,2021,002,\nLAS,D,listed,SLR,,,002,mogoče\nLAS,E,listed,SLR,letos,,002,\nLAS,F,listed,SLR,,,,\n"
	r := load(t, p, csv, territory.Options{Municipality: "kranj"})
	want := []string{"3 no place", "4 means 2", "5 already, in row 2", "6 something else", "7 no mechanism", "8 source is missing", "9 not known", "10 ends before", "11 not known", "12 not a year", "13 missing"}
	var got []string
	for i, refusal := range r.Refusals {
		row, words, _ := strings.Cut(want[min(i, len(want)-1)], " ")
		if !strings.Contains(refusal.Reason.EN, words) || refusal.Reason.SL == "" || refusal.Reason.SL == refusal.Reason.EN || row != strconv.FormatInt(refusal.Row, 10) {
			t.Errorf("row %d: %s, want %s", refusal.Row, refusal.Reason.EN, want[min(i, len(want)-1)])
		}
		got = append(got, refusal.Reason.EN)
	}
	var stored int
	if err := p.Owner.QueryRow(t.Context(), `SELECT count(*) FROM kraj.mechanism_lists`).Scan(&stored); err != nil || stored != 0 || len(got) != len(want) {
		t.Errorf("%v, %d lists stored, refusals: %q", err, stored, got)
	}
}
