package web_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kraj/geo"
	"kraj/geo/pgtest"
)

// orderedPage is a list that is read by offset.
type orderedPage struct {
	list[geo.Project]
	Offset   int
	Position *int
}

func codesIn(items []geo.Project) string {
	var codes []string
	for _, p := range items {
		codes = append(codes, p.Code)
	}
	return strings.Join(codes, " ")
}

// Every count is what one gets by clicking: the list with that value in the filter's place, groups left out.
func TestFacetsPromiseWhatTheListGives(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	s.sql(`UPDATE kraj.projects SET holder = 'Zavod, d. o. o.' WHERE id IN (102, 666); UPDATE kraj.projects SET measure_id = NULL, theme_id = 1 WHERE id = 104`)
	for _, filter := range []string{
		"", "theme=TP1", "status=idea,preparation&strategic=false", "source=eu", "source=eu&year=2026", "year=2027&mechanism=none&status=implementation", "class=rural", "settlement=002",
		"holder=" + url.QueryEscape(`Zavod\, d. o. o.`), "min_amount=50000", "max_amount=500000&horizon=2035", "q=cona", "scope=municipality&class=municipality_wide", "eligible=URB:unknown", "theme=none", "local_community=KS1",
	} {
		query, err := url.ParseQuery(filter)
		if err != nil {
			t.Fatal(err)
		}
		query.Set("municipality", "kranj")
		var answer geo.FacetAnswer
		s.json("/api/v1/facets?"+query.Encode(), &answer)
		total := func(q url.Values) int {
			var got orderedPage
			s.json("/api/v1/projects?groups=none&"+q.Encode(), &got)
			return got.Total
		}
		if want := total(query); answer.Projects != want {
			t.Errorf("%s: %d projects, the list has %d", filter, answer.Projects, want)
		}
		for _, kind := range geo.FacetKinds {
			for _, v := range answer.Facets[kind].Values {
				q := url.Values{}
				for name := range query {
					q.Set(name, query.Get(name))
				}
				q.Set(kind, strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(v.Key))
				if want := total(q); v.Projects != want {
					t.Errorf("%s: %s %s promises %d, the list gives %d", filter, kind, v.Key, v.Projects, want)
				}
			}
			if len(answer.Facets[kind].Values) == 0 && answer.Projects > 0 && kind != "settlement" && kind != "local_community" {
				t.Errorf("%s: no value of %s", filter, kind)
			}
		}
	}
}

func TestFacetsSumAndName(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	var a geo.FacetAnswer
	s.json("/api/v1/facets?municipality=kranj&theme=TP1&status=dropped&by=theme,status,measure,settlement&limit=2", &a)
	if a.Projects != 0 || a.AmountCents != nil || a.AllProjects != 3 {
		t.Errorf("%+v", a)
	}
	if got := a.Facets["status"].Values; !slices.ContainsFunc(got, func(v geo.FacetValue) bool { return v.Key == "dropped" && v.Projects == 0 }) {
		t.Errorf("a chosen value has gone: %+v", got)
	}
	a = geo.FacetAnswer{}
	s.json("/api/v1/facets?municipality=kranj&by=measure,settlement,class", &a)
	want := []geo.FacetValue{
		{Key: "1.9", Name: &geo.Text{SL: "Poslovne cone", EN: "Business zones"}, Parent: "TP1", Projects: 2},
		{Key: "1.10", Name: &geo.Text{SL: "Podjetništvo", EN: "Enterprise"}, Parent: "TP1", Projects: 1},
	}
	if diff := cmp.Diff(want, a.Facets["measure"].Values); diff != "" {
		t.Error(diff)
	}
	var names []string
	for _, v := range a.Facets["settlement"].Values {
		names = append(names, v.Name.SL)
	}
	if diff := cmp.Diff([]string{"Britof", "Čadovlje", "Golnik", "Kranj"}, names); diff != "" {
		t.Error(diff)
	}
	if a.Projects != 3 || a.WithoutAmount != 0 || *a.AmountCents != 100000000+5000000+1400000 {
		t.Errorf("%d projects, %v cents, %d without", a.Projects, *a.AmountCents, a.WithoutAmount)
	}
	if len(a.Facets) != 3 {
		t.Errorf("asked for three kinds, got %d", len(a.Facets))
	}
	for path, want := range map[string]string{
		"/api/v1/facets":                            "needs one municipality",
		"/api/v1/facets?municipality=atlantis":      "no municipality",
		"/api/v1/facets?municipality=kranj&by=fate": "accepted: theme",
		"/api/v1/facets?municipality=kranj&limit=0": "from 1 to",
	} {
		if r := s.get(path); r.status != 400 || !strings.Contains(r.body, want) {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

// The public counts nothing of drafts, planners do.
func TestFacetsHideDrafts(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	public := s.get("/api/v1/facets?municipality=kranj").body
	if strings.Contains(public, "krivnost") || strings.Contains(public, "66600000") {
		t.Errorf("a draft is in %s", public)
	}
	var mine, all geo.FacetAnswer
	s.json("/api/v1/facets?municipality=kranj", &all)
	ana := s.planner()
	s.json("/api/v1/facets?municipality=kranj", &mine, ana)
	if mine.Projects <= all.Projects {
		t.Errorf("the planner counts %d, the public %d", mine.Projects, all.Projects)
	}
	var list orderedPage
	s.json("/api/v1/projects?municipality=kranj&sort=-amount", &list)
	for _, p := range list.Items {
		if p.ID > 600 {
			t.Errorf("the public's list has %s", p.Code)
		}
	}
	s.json("/api/v1/projects?municipality=kranj&sort=-amount", &list, ana)
	if list.Items[0].Code != "1.9/1" || list.Items[1].Code != "1.9/666" {
		t.Errorf("the planner's list is %s", codesIn(list.Items))
	}
}

func TestProjectsInOrder(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	for query, want := range map[string]string{
		"sort=code":                             "1.9/1 1.9/2 1.9/2/1 1.10/2",
		"sort=-code":                            "1.10/2 1.9/2/1 1.9/2 1.9/1",
		"sort=title&groups=none":                "1.9/2/1 1.9/1 1.10/2",
		"sort=-amount&groups=none":              "1.9/1 1.9/2/1 1.10/2",
		"sort=amount&groups=none":               "1.10/2 1.9/2/1 1.9/1",
		"sort=status":                           "1.10/2 1.9/2/1 1.9/1 1.9/2", // idea, preparation, implementation, unknown
		"sort=-status":                          "1.9/1 1.9/2/1 1.10/2 1.9/2", // what is missing stays last
		"sort=horizon,-code":                    "1.9/1 1.9/2 1.9/2/1 1.10/2",
		"sort=settlement&groups=none":           "1.9/1 1.9/2/1 1.10/2",
		"sort=starts&groups=none":               "1.9/1 1.9/2/1 1.10/2",
		"sort=holder&groups=none":               "1.9/1 1.9/2/1 1.10/2",
		"groups=above&status=preparation":       "1.9/2 1.9/2/1",
		"groups=none&status=preparation":        "1.9/2/1",
		"sort=title&groups=none&offset=1":       "1.9/1 1.10/2",
		"sort=title&groups=none&offset=99":      "",
		"sort=code&limit=2&around=kranj:1.10/2": "1.9/2/1 1.10/2",
	} {
		var got orderedPage
		s.json("/api/v1/projects?municipality=kranj&"+query, &got)
		if codes := codesIn(got.Items); codes != want {
			t.Errorf("?%s: %s, want %s", query, codes, want)
		}
	}
	var page orderedPage
	s.json("/api/v1/projects?municipality=kranj&sort=code&limit=3", &page)
	if page.Next == nil || page.Total != 4 {
		t.Fatalf("%+v", page)
	}
	next := strings.TrimPrefix(*page.Next, s.URL)
	s.json(next, &page)
	if codesIn(page.Items) != "1.10/2" || page.Offset != 3 || page.Next != nil {
		t.Errorf("the next page: %+v", page)
	}
	page = orderedPage{}
	s.json("/api/v1/projects?municipality=kranj&sort=code&status=idea&around=kranj:1.9/1", &page)
	if page.Position != nil || page.Total != 1 {
		t.Errorf("a project that the filter leaves out has a position: %+v", page)
	}
	for path, want := range map[string]string{
		"sort=colour":                  "accepted, each also with -",
		"sort=code,title,status,theme": "at most 3",
		"groups=some":                  "accepted: any, none, above",
		"around=1.9":                   "municipality:code",
		"offset=-1":                    "from 0",
		"sort=code&cursor=x":           "goes on by offset",
	} {
		if r := s.get("/api/v1/projects?municipality=kranj&" + path); r.status != 400 || !strings.Contains(r.body, want) {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

// An order that is kept is forgotten with the change that makes it wrong.
func TestOrdersFollowChanges(t *testing.T) {
	t.Parallel()
	s := hearing(t, pgtest.New(t)).filled()
	ask := func() string {
		var got orderedPage
		s.json("/api/v1/projects?municipality=kranj&sort=title&groups=none", &got)
		return codesIn(got.Items)
	}
	if got := ask(); got != "1.9/2/1 1.9/1 1.10/2" {
		t.Fatalf("before: %s", got)
	}
	for i := range 3 {
		s.sql(fmt.Sprintf(`UPDATE kraj.projects SET title = '%s' WHERE id = 102`, []string{"Aaa", "Žaba", "Banka"}[i]))
		want := []string{"1.10/2 1.9/2/1 1.9/1", "1.9/2/1 1.9/1 1.10/2", "1.10/2 1.9/2/1 1.9/1"}[i]
		eventually(t, fmt.Sprintf("change %d shows", i), func() bool { return ask() == want })
	}
}
