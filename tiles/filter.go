package tiles

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kraj/geo"
)

// Filter narrows a tile. The zero value shows everything that the audience may see.
type Filter struct {
	Municipality string            // code or folded name: of all layers only what is its own
	Scheme       string            // the classification whose classes settlements carry; empty: the map's own
	Projects     geo.ProjectFilter // narrows the layers of projects; its Scheme is this one's
}

// Normal is the filter with every list sorted and nothing said twice, so that equal questions are equal.
func (f Filter) Normal() Filter {
	f.Municipality = strings.ToLower(strings.TrimSpace(f.Municipality))
	f.Projects.Scheme = ""
	for _, list := range f.lists() {
		*list.values = slices.Compact(slices.Sorted(slices.Values(*list.values)))
	}
	f.Projects.Text = strings.Join(strings.Fields(strings.ToLower(f.Projects.Text)), " ")
	return f
}

type filterList struct {
	name   string
	values *[]string
}

func (f *Filter) lists() []filterList {
	p := &f.Projects
	return []filterList{
		{"class", &p.Classes},
		{"holder", &p.Holders},
		{"horizon", &p.Horizons},
		{"local_community", &p.LocalCommunities},
		{"measure", &p.Measures},
		{"mechanism", &p.Mechanisms},
		{"place", &p.Places},
		{"scope", &p.Scopes},
		{"settlement", &p.Settlements},
		{"source", &p.Sources},
		{"status", &p.Statuses},
		{"theme", &p.Themes},
		{"year", &p.Years},
	}
}

// Query is the filter as the parameters of an address, without "?"; equal filters have equal queries. Empty for none.
func (f Filter) Query() string {
	f = f.Normal()
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("municipality", f.Municipality)
	set("scheme", f.Scheme)
	for _, list := range f.lists() {
		set(list.name, strings.Join(*list.values, ","))
	}
	set("q", f.Projects.Text)
	for name, value := range map[string]*bool{"strategic": f.Projects.Strategic, "located": f.Projects.Located} {
		if value != nil {
			q.Set(name, strconv.FormatBool(*value))
		}
	}
	for name, cents := range map[string]*int64{"min_amount": f.Projects.MinCents, "max_amount": f.Projects.MaxCents} {
		if cents != nil {
			q.Set(name, strconv.FormatFloat(float64(*cents)/100, 'f', -1, 64))
		}
	}
	return q.Encode()
}

// narrowsProjects reports whether the filter asks more of projects than their municipality.
func (f Filter) narrowsProjects() bool {
	f.Municipality, f.Scheme = "", ""
	return f.Query() != ""
}

// Anywhere lists the layers whose changes concern a tile with this filter wherever they are: a project may belong to a
// settlement, a class or a place by a site that lies in another tile.
func (f Filter) Anywhere() []string {
	p := f.Projects
	var layers []string
	if len(p.Settlements)+len(p.Classes) > 0 {
		layers = append(layers, "settlements")
	}
	if len(p.LocalCommunities) > 0 {
		layers = append(layers, "local_communities")
	}
	for _, place := range p.Places {
		layer, _, _ := strings.Cut(place, ":")
		layers = append(layers, layer)
	}
	if len(layers) > 0 {
		layers = append(layers, "projects")
	}
	slices.Sort(layers)
	return slices.Compact(layers)
}

// municipality is the id of the municipality the filter names, 0 for all; a name nobody has is a geo.Error of kind Invalid.
func (f Filter) municipality(ctx context.Context, q geo.Querier) (int64, error) {
	if f.Municipality == "" {
		return 0, nil
	}
	m, err := geo.FindMunicipality(ctx, q, f.Municipality)
	if geo.KindOf(err) == geo.NotFound && err != nil {
		return 0, geo.Errorf(geo.Invalid, "Unknown municipality", "there is no municipality %q; /api/v1/municipalities lists them", clip(f.Municipality))
	}
	return m.ID, err
}

func (f Filter) scheme() string { return cmp.Or(f.Scheme, "municipal") }
