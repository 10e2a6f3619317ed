package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kraj/geo"
	"kraj/web"
)

// paper follows the council paper to its pinned address.
func (s *site) paper(query string, headers ...string) (address, body string) {
	s.t.Helper()
	r := s.get("/gradivo?"+query, headers...)
	if r.status != http.StatusSeeOther {
		s.t.Fatalf("/gradivo?%s: %d %s", query, r.status, r.body)
	}
	address = strings.TrimPrefix(r.header.Get("Location"), s.URL)
	page := s.get(address, headers...)
	if page.status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", address, page.status, page.body)
	}
	return address, page.body
}

// readable makes no-break spaces readable in expectations.
func readable(body string) string { return strings.ReplaceAll(body, "\u00a0", " ") }

func TestCouncilPaperSaysTheBalance(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	for query, want := range map[string][]string{
		"municipality=kranj&lang=sl": {
			`<html lang="sl">`, "Gradivo za sejo · Kranj", "<h1>Ravnotežje mesto–podeželje</h1>", "Razčlenitev po tematskih področjih", "po spremembi št. 1, ",
			"250.000,00 €", "750.000,00 €", "1.050.000,00 €", "97,4 %", "40.060", "stanje 1. 1. 2024", "po legi: projekt se deli", "1 projekt, 50.000,00 €", "0 projektov, 0,00 €",
			"Kolesarska pot Britof–Golnik", "Leži v več naseljih: Čadovlje (50,0 %), Britof (25,0 %), Golnik (25,0 %).", "vsi javni projekti občine", "najmanj", "<svg class=\"picture\"",
		},
		"municipality=052&lang=en&by=status": {
			`<html lang="en">`, "Council paper · Kranj", "Breakdown by status", "€250,000.00", "97.4%", "as of 1 January 2024", "in implementation", "It lies in several settlements", "all public projects",
		},
		"municipality=kranj&lang=sl&method=equal&spread=population&money=eu&theme=TP1&status=implementation,idea&strategic=true&min_amount=1000": {
			"enakomerno: projekt", "po prebivalstvu", "samo sredstva EU", "področje: TP1 Gospodarstvo; stanje: v izvajanju, zamisel; strateški: da; znesek vsaj: 1.000,00 €", "800.000,00 €",
		},
		// Nothing has an amount: the paper counts, and says so.
		"municipality=kranj&lang=sl&measure=1.10": {"Prebivalci in projekti", "Projektov na 1.000 prebivalcev", "primerja število projektov", "1 projekt", "ukrep: 1.10 Podjetništvo"},
		"municipality=koper&lang=sl":              {"občina razvrstitve še nima", "število prebivalcev ni znano", "Delež podeželja ni izračunljiv"},
		"municipality=kranj&lang=sl&q=nicesar":    {"Temu izboru ne ustreza noben projekt."},
	} {
		_, body := s.paper(query)
		for _, words := range want {
			if !strings.Contains(readable(body), words) {
				t.Errorf("?%s does not say %q:\n%s", query, words, readable(body))
			}
		}
		if strings.Contains(body, "style=") || strings.Contains(body, "<style") {
			t.Errorf("?%s has style of its own, which its policy forbids", query)
		}
	}
}

func TestCouncilPaperKeepsItsFigures(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	queries := []string{"municipality=kranj&lang=sl", "municipality=kranj&lang=en&by=year&method=population", "municipality=kranj&lang=sl&by=settlement&spread=population"}
	before := map[string]string{}
	for _, q := range queries {
		address, body := s.paper(q)
		if !strings.Contains(address, "as_of=1") {
			t.Fatalf("%s is not pinned: %s", q, address)
		}
		before[address] = body
	}
	for _, edit := range []string{
		`UPDATE kraj.project_funding SET amount_cents = 12345678 WHERE project_id = 101 AND year = 2026`,
		`UPDATE kraj.sites SET geom = ST_Translate(geom, 2000, 0) WHERE id = 1`,
		`UPDATE kraj.projects SET title = 'Drugo ime', status = 'dropped' WHERE id = 102`,
		`UPDATE kraj.population_settlements SET people = 5 WHERE settlement_id = 12`,
		`DELETE FROM kraj.scheme_classes WHERE settlement_id = 13`,
		`UPDATE kraj.schemes SET name_sl = 'Nova' WHERE id = 1`,
		`DELETE FROM kraj.projects WHERE id = 104`,
	} {
		s.sql(edit)
	}
	for address, was := range before {
		if now := s.get(address).body; now != was {
			t.Errorf("%s says something else after edits:\n%s\n\nwas\n\n%s", address, now, was)
		}
	}
	_, now := s.paper(queries[0])
	for _, words := range []string{"Drugo ime", "opuščen", "Nova (municipal)"} {
		if !strings.Contains(readable(now), words) {
			t.Errorf("today's paper does not say %q", words)
		}
	}
	if strings.Contains(now, "Cona Laze") {
		t.Error("today's paper has a project that is gone")
	}
}

func TestCouncilPaperIsThePublics(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	planner := s.planner()
	_, public := s.paper("municipality=kranj&lang=sl")
	_, own := s.paper("municipality=kranj&lang=sl", planner)
	if public != own {
		t.Error("a planner's paper differs from the public's: the same address must say the same to everybody")
	}
	for _, word := range draftWords {
		if strings.Contains(strings.ReplaceAll(public, ".", ""), strings.ReplaceAll(word, ".", "")) {
			t.Errorf("the paper shows %q", word)
		}
	}
	s.sql(`UPDATE kraj.projects SET title = '<script>alert(1)</script>"' WHERE id = 102`)
	if _, body := s.paper("municipality=kranj&lang=sl&q=" + url.QueryEscape("alert")); strings.Contains(body, "<script>alert") || !strings.Contains(body, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Error("a title becomes markup")
	}
}

func TestCouncilPaperIsStrict(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	for path, want := range map[string]string{
		"/gradivo?municipality=kranj&colour=red":        "unknown parameter",
		"/gradivo?municipality=kranj&lang=de":           "accepted: , sl, en",
		"/gradivo":                                      ": koper, kranj",
		"/gradivo?municipality=kranj&by=colour":         "accepted: theme",
		"/gradivo?municipality=kranj&as_of=99":          "the last is",
		"/gradivo?municipality=kranj&scheme=narnia":     "accepted: municipal",
		"/gradivo?municipality=kranj&as_of=1&place=a:b": "cannot be asked with as_of",
	} {
		r := s.get(path)
		if path == "/gradivo?municipality=kranj&scheme=narnia" { // refused at the pinned address
			r = s.get(strings.TrimPrefix(r.header.Get("Location"), s.URL))
		}
		if r.status != http.StatusBadRequest || !strings.Contains(r.body, want) {
			t.Errorf("%s: %d %s, want %s", path, r.status, r.body, want)
		}
	}
	// What cannot be pinned is told as it stands.
	r := s.get("/gradivo?municipality=kranj&lang=sl&place=business_zones:PC-1")
	if r.status != http.StatusOK || !strings.Contains(r.body, "sedanje stanje") || !strings.Contains(r.body, "kraj: business_zones:PC-1") {
		t.Errorf("by place: %d %s", r.status, r.body)
	}
	if policy := r.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	if tag := r.header.Get("ETag"); s.get("/gradivo?municipality=kranj&lang=sl&place=business_zones:PC-1", "If-None-Match: "+tag).status != http.StatusNotModified {
		t.Error("the paper is sent again to those who have it")
	}
	for path, kind := range map[string]string{"/gradivo.css": "text/css", "/gradivo.js": "text/javascript"} {
		if r := s.get(path); r.status != http.StatusOK || !strings.HasPrefix(r.header.Get("Content-Type"), kind) {
			t.Errorf("%s: %d %s", path, r.status, r.header.Get("Content-Type"))
		}
	}
}

// TestCouncilPaperUnderAPath: every address in it begins with the server's own.
func TestCouncilPaperUnderAPath(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.PublicURL = "https://karta.example.si/kraj" }).filled()
	r := s.get("/gradivo?municipality=kranj&lang=sl&theme=TP1")
	location, ok := strings.CutPrefix(r.header.Get("Location"), "https://karta.example.si/kraj")
	if !ok {
		t.Fatalf("sent to %s", r.header.Get("Location"))
	}
	page := s.get(location).body
	for _, part := range strings.Split(page, `href="`)[1:] {
		address, _, _ := strings.Cut(part, `"`)
		if !strings.HasPrefix(address, "https://karta.example.si/kraj/") && address != "data:," {
			t.Errorf("an address elsewhere: %s", address)
		}
	}
	if !strings.Contains(page, "https://karta.example.si/kraj/#lang=sl&amp;m=kranj&amp;tab=balance&amp;theme=TP1") {
		t.Error("the map is not linked in the state of the paper")
	}
}

func TestCouncilLongListIsShortened(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(`INSERT INTO kraj.projects (id, municipality_id, measure_id, code, title, status, scope, visibility)
		SELECT 2000 + n, 1, 1, '1.9/x' || n, 'Mnogi ' || n, 'idea', 'unplaced', 'public' FROM generate_series(1, 1005) n`)
	_, body := s.paper("municipality=kranj&lang=sl")
	if n := strings.Count(body, `<td class="code">`); n != 1000 {
		t.Errorf("%d projects are listed", n)
	}
	if !strings.Contains(body, "(+8)") || !strings.Contains(body, "/api/v1/balance/projects?as_of=") {
		t.Error("what the list leaves out is not told")
	}
}

// TestPeopleBySettlement: a balance by settlement names the people of each and their set, also where the balance's own are totals
// printed for classes; what is not known is absent.
func TestPeopleBySettlement(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(`UPDATE kraj.population_settlements SET people = NULL WHERE settlement_id = 12;
		INSERT INTO kraj.population_sets (id, municipality_id, code, name_sl, name_en, kind, scheme, printed_total, source, source_date, preferred) VALUES (2, 1, 'natis', 'Natis', 'Print', 'classes', 'municipal', 41000, 'Natis', '2025-01-01', true);
		INSERT INTO kraj.population_classes (set_id, class, people) VALUES (2, 'urban', 40000), (2, 'rural', 1000)`)
	var b geo.Balance
	s.json("/api/v1/balance?municipality=kranj&by=settlement&population=natis", &b)
	if b.Population == nil || b.Population.Set != "natis" || b.PopulationBySettlement == nil || b.PopulationBySettlement.Set != "surs" || b.PopulationBySettlement.Unknown != 1 || *b.PopulationBySettlement.Total != 40000 {
		t.Errorf("sets: %+v %+v", b.Population, b.PopulationBySettlement)
	}
	got := map[string]int64{}
	for _, g := range b.Groups {
		if g.People != nil {
			got[*g.Key] = *g.People
		}
	}
	if diff := cmp.Diff(map[string]int64{"001": 2000, "003": 1000, "010": 37000}, got); diff != "" {
		t.Error(diff)
	}
	var other geo.Balance
	s.json("/api/v1/balance?municipality=kranj&by=theme", &other)
	if other.PopulationBySettlement != nil || other.Groups[0].People != nil {
		t.Error("a theme has people of settlements")
	}
}
