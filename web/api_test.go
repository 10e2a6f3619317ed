package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kraj/geo"
)

type list[T any] struct {
	Items []T     `json:"items"`
	Total int     `json:"total"`
	Next  *string `json:"next"`
}

func TestMunicipalities(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	var got list[geo.Municipality]
	s.json("/api/v1/municipalities", &got)
	if got.Total != 2 || len(got.Items) != 2 || got.Items[0].Name != "Koper" || got.Items[1].Slug != "kranj" {
		t.Fatalf("municipalities: %+v", got)
	}
	k := got.Items[1]
	if k.Projects != 3 || k.Settlements != 4 || k.Population == nil || *k.Population != 40060 || !k.HasAmounts || k.BBox == nil {
		t.Errorf("Kranj: %+v", k)
	}
	if len(k.Themes) != 1 || k.Themes[0].Name.EN != "Economy" || k.Themes[0].Measures[0].Code != "1.9" || len(k.Schemes) != 1 {
		t.Errorf("themes and schemes of Kranj: %+v %+v", k.Themes, k.Schemes)
	}
	if b := k.BBox; b[0] < 13 || b[2] > 16 || b[1] < 45 || b[3] > 47 {
		t.Errorf("bbox %v is not in degrees", b)
	}
}

func TestProjectsAreFilteredAndSorted(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	for query, want := range map[string]string{
		"":                                     "P.1 1.9/1 1.9/2 1.9/2/1 1.10/2",
		"municipality=kranj":                   "1.9/1 1.9/2 1.9/2/1 1.10/2",
		"municipality=052&status=idea,unknown": "1.9/2 1.10/2",
		"municipality=kranj&measure=1.10":      "1.10/2",
		"theme=TP1&municipality=koper":         "P.1",
		"horizon=2030%2B2035":                  "1.9/2",
		"horizon=2030+2035":                    "1.9/2",
		"strategic=true":                       "1.9/1",
		"settlement=%C4%8Dadovlje":             "1.9/1",
		"settlement=052010":                    "1.10/2",
		"class=urban":                          "1.9/1 1.10/2",
		"class=rural":                          "1.9/1",
		"scope=municipality":                   "1.9/2/1",
		"q=POSLOVNI+inku":                      "1.10/2",
		"q=cona":                               "1.9/2/1",
		"q=...":                                "",
		"q=nothing":                            "",
		"eligible=URB":                         "1.10/2",
		"eligible=URB,URB:conditional":         "1.9/1 1.9/2/1 1.10/2",
		"eligible=LAS:unknown&theme=TP1&municipality=koper": "P.1",
	} {
		var got list[geo.Project]
		s.json("/api/v1/projects?"+query, &got)
		var codes []string
		for _, p := range got.Items {
			codes = append(codes, p.Code)
		}
		if diff := cmp.Diff(want, strings.Join(codes, " ")); diff != "" {
			t.Errorf("?%s: %s", query, diff)
		}
		if got.Total != len(codes) {
			t.Errorf("?%s: total %d of %d", query, got.Total, len(codes))
		}
	}
}

func TestProjectsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	var codes []string
	next := s.URL + "/api/v1/projects?limit=2"
	for next != "" {
		var page list[geo.Project]
		s.json(strings.TrimPrefix(next, s.URL), &page)
		if page.Total != 5 || len(page.Items) > 2 {
			t.Fatalf("page %+v", page)
		}
		for _, p := range page.Items {
			codes = append(codes, p.Code)
		}
		if next = ""; page.Next != nil {
			next = *page.Next
		}
	}
	if got := strings.Join(codes, " "); got != "P.1 1.9/1 1.9/2 1.9/2/1 1.10/2" {
		t.Errorf("pages together: %s", got)
	}
	var first list[geo.Project]
	s.json("/api/v1/projects?limit=2", &first)
	u, _ := url.Parse(*first.Next)
	r := s.get("/api/v1/projects?status=idea&cursor=" + u.Query().Get("cursor"))
	if r.status != 400 || !strings.Contains(r.body, "other filters") {
		t.Errorf("a cursor of other filters: %d %s", r.status, r.body)
	}
}

func TestProject(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	var p geo.ProjectDetail
	s.json("/api/v1/projects/kranj/1.9%2F1", &p)
	if p.Title != "Kolesarska pot Britof–Golnik" || *p.AmountCents != 100000000 || len(p.Funding) != 2 || len(p.Links) != 1 || len(p.Phases) != 1 {
		t.Errorf("project: %+v", p)
	}
	var settlements []string
	for _, tie := range p.Ties {
		if tie.Layer == "settlements" {
			settlements = append(settlements, tie.Name)
			if tie.Reason.SL == "" || tie.Reason.EN == "" || tie.Share == nil {
				t.Errorf("tie without reason or share: %+v", tie)
			}
		}
	}
	if len(settlements) != 3 {
		t.Errorf("ties: %+v", p.Ties)
	}
	if !strings.Contains(string(p.Geometry), "GeometryCollection") {
		t.Errorf("geometry %s", p.Geometry)
	}
	var child geo.ProjectDetail
	s.json("/api/v1/projects/kranj/1.9/2/1", &child)
	if child.Depth != 1 || len(child.Ancestors) != 1 || child.Ancestors[0].Code != "1.9/2" || child.Located || string(child.Geometry) != "null" {
		t.Errorf("child: %+v", child)
	}
	var group geo.ProjectDetail
	s.json("/api/v1/projects/kranj/1.9%2F2", &group)
	if !group.IsGroup || len(group.Children) != 1 || group.Children[0].Status != "preparation" {
		t.Errorf("group: %+v", group)
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	var p geo.Place
	s.json("/api/v1/places/settlements/kranj/010", &p)
	if p.Name != "Kranj" || p.Class == nil || p.Class.Class != "urban" || p.Population == nil || *p.Population.Value != 37000 || p.Population.Date != "2024-01-01" {
		t.Errorf("settlement: %+v", p)
	}
	if p.AreaM2 == nil || *p.AreaM2 != 4e7 || !p.Approximate || p.Centroid == nil {
		t.Errorf("measures: %+v", p)
	}
	var layers []string
	for _, o := range p.Overlaps {
		layers = append(layers, o.Layer)
	}
	if got := strings.Join(layers, " "); got != "business_zones cycling_routes" {
		t.Errorf("overlaps %s: neighbours have only a border in common", got)
	}
	if p.Projects.Total != 1 || p.Projects.Items[0].Code != "1.10/2" {
		t.Errorf("projects: %+v", p.Projects)
	}
	var zone geo.Place
	s.json("/api/v1/places/business_zones/kranj/HR%206%2F1", &zone)
	if zone.AreaM2 != nil || zone.BBox != nil || len(zone.Overlaps) != 0 || !strings.Contains(string(zone.Properties), `"plan_state"`) {
		t.Errorf("a zone known only by name: %+v", zone)
	}
	var m geo.Place
	s.json("/api/v1/places/municipalities/kranj/052", &m)
	if m.Name != "Kranj" {
		t.Errorf("municipality as a place: %+v", m)
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	var h geo.Here
	s.json("/api/v1/at?lon=14.458&lat=46.26&radius=3000", &h)
	if h.Municipality == nil || h.Municipality.Slug != "kranj" || h.Settlement == nil || h.Settlement.Name != "Kranj" || *h.Settlement.Class != "urban" {
		t.Errorf("at: %+v %+v", h.Municipality, h.Settlement)
	}
	if len(h.Places) < 3 || len(h.Projects) != 1 || h.Projects[0].Code != "1.10/2" {
		t.Errorf("at: %+v %+v", h.Places, h.Projects)
	}
	s.json("/api/v1/at?lon=0&lat=0", &h)
	if h.Municipality != nil || len(h.Places) != 0 {
		t.Errorf("at nowhere: %+v", h)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	for words, want := range map[string]string{
		"cadovlje":      "settlement Čadovlje",
		"CADOV":         "settlement Čadovlje",
		"čadovle":       "settlement Čadovlje", // a slip
		"bri":           "settlement Britof",
		"kranj":         "municipality Kranj",
		"inkubator":     "project Poslovni inkubator",
		"1.10":          "measure Podjetništvo",
		"TP1":           "theme Gospodarstvo",
		"hrastje":       "business_zones PC Hrastje",
		"%":             "",
		"nekaj drugega": "",
	} {
		var got list[geo.Hit]
		s.json("/api/v1/search?q="+url.QueryEscape(words)+"&municipality=kranj", &got)
		first := ""
		if len(got.Items) > 0 {
			first = got.Items[0].Kind + " " + got.Items[0].Name
		}
		if first != want {
			t.Errorf("search %q: %q, want %q", words, first, want)
		}
	}
}

func TestStrictParameters(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	for path, want := range map[string]string{
		"/api/v1/projects?colour=red":                                 `unknown parameter \"colour\"; accepted: municipality`,
		"/api/v1/projects?status=done":                                `accepted: idea, preparation`,
		"/api/v1/projects?limit=0":                                    `whole number from 1 to 1000`,
		"/api/v1/projects?limit=1&limit=2":                            `give it once`,
		"/api/v1/projects?municipality=atlantida":                     `there is no municipality \"atlantida\"`,
		"/api/v1/projects?cursor=abc":                                 `cannot be read`,
		"/api/v1/projects?q=%00":                                      `not clean`,
		"/api/v1/projects?q=%ff":                                      `not clean`,
		"/api/v1/projects?q=%zz":                                      `cannot be read`,
		"/api/v1/at?lon=14":                                           `lon and lat are needed`,
		"/api/v1/at?lon=abc&lat=46":                                   `must be a number`,
		"/api/v1/at?lon=NaN&lat=46":                                   `must be a number`,
		"/api/v1/search":                                              `q is needed`,
		"/api/v1/balance?by=theme":                                    `: koper, kranj`,
		"/api/v1/balance?by=colour":                                   `accepted: theme, measure`,
		"/api/v1/balance?municipality=kranj&as_of=yesterday":          `Accepted: the number of a revision`,
		"/api/v1/balance/projects?municipality=kranj&as_of=999999999": `the last is`,
	} {
		r := s.get(path)
		if r.status != 400 || !strings.Contains(r.body, want) || !strings.HasPrefix(r.header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("GET %s: %d %s, want %s", path, r.status, r.body, want)
		}
	}
	for _, path := range []string{
		"/api/v1/projects/kranj/none", "/api/v1/projects/atlantida/1", "/api/v1/places/castles/kranj/1", "/api/v1/places/settlements/kranj/999",
		"/api/v1/places/settlements_labels/kranj/010", "/api/v1/places/projects/kranj/1.9%2F1", "/api/v1/projects/kranj/%00", "/api/v1/projects/-/1",
	} {
		if r := s.get(path); r.status != 404 {
			t.Errorf("GET %s: %d %s", path, r.status, r.body)
		}
	}
}
