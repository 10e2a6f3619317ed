package geo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Gap is a question about what is missing or contradicts itself. Each is a file
// of migrations/gaps.
type Gap struct {
	Name       string         `json:"name"`
	Title      Text           `json:"title"`
	About      Text           `json:"about"`
	Parameters []GapParameter `json:"parameters"`
	Gaps       *int           `json:"gaps"`    // rows; null where not counted
	Unknown    *int           `json:"unknown"` // and those of which it is not known
	stated     Text           // about with {parameters}
}

// GapParameter is what may be set, with what it is unless set.
type GapParameter struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"` // text, number, integer, boolean, list
	Default string   `json:"default"`
	Low     *float64 `json:"low,omitempty"`
	High    *float64 `json:"high,omitempty"`
	Among   []string `json:"among,omitempty"`
	Title   Text     `json:"title"`
}

// GapRow is one thing that is missing. State is gap or unknown; Geometry is
// GeoJSON in CRS84, null where there is none.
type GapRow struct {
	Layer        string          `json:"layer"`
	Code         string          `json:"code"`
	Name         string          `json:"name"`
	Municipality string          `json:"municipality"` // slug
	State        string          `json:"state"`
	Figure       *float64        `json:"figure"`
	Unit         *string         `json:"unit"` // people, PE, ha, m, m2, count, EUR
	People       *int64          `json:"people"`
	Reason       Text            `json:"reason"`
	Projects     json.RawMessage `json:"projects"` // {municipality, code, title}
	BBox         *BBox           `json:"bbox"`
	Geometry     json.RawMessage `json:"geometry"`
}

// GapFeature is a row as a GeoJSON feature.
type GapFeature struct {
	Type       string          `json:"type"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties gapProperties   `json:"properties"`
}

// gapProperties are a row without its geometry, which these shadow.
type gapProperties struct {
	GapRow
	BBox     *struct{} `json:"bbox,omitempty"`
	Geometry *struct{} `json:"geometry,omitempty"`
}

// GapFeatures are rows as GeoJSON.
func GapFeatures(rows []GapRow) []GapFeature {
	features := make([]GapFeature, len(rows))
	for i, r := range rows {
		features[i] = GapFeature{Type: "Feature", Geometry: r.Geometry, Properties: gapProperties{GapRow: r}}
	}
	return features
}

// GapQuery opens a gap. Set holds parameters by name, as text: lists with commas.
type GapQuery struct {
	Name          string
	Municipality  MunicipalityRef
	Set           map[string]string
	Limit, Offset int
}

// Gaps lists all gaps; with a municipality, each with the numbers of its rows.
func Gaps(ctx context.Context, q Querier, m *MunicipalityRef) ([]Gap, error) {
	var code *string
	if m != nil {
		code = &m.Code
	}
	rows, err := q.Query(ctx, statement("gaps"), code)
	if err != nil {
		return nil, fmt.Errorf("listing gaps: %w", err)
	}
	var list []Gap
	var g Gap
	_, err = pgx.ForEachRow(rows, []any{&g.Name, &g.Title.SL, &g.Title.EN, &g.stated.SL, &g.stated.EN, &g.Parameters, &g.Gaps, &g.Unknown}, func() error {
		g.About = g.told(nil)
		list = append(list, g)
		g = Gap{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("listing gaps: %w", err)
	}
	return list, nil
}

// FindGap finds a gap by its name, uncounted.
func FindGap(ctx context.Context, q Querier, name string) (Gap, error) {
	list, err := Gaps(ctx, q, nil)
	if err != nil {
		return Gap{}, err
	}
	names := make([]string, 0, len(list))
	for _, g := range list {
		if g.Name == name {
			return g, nil
		}
		names = append(names, g.Name)
	}
	return Gap{}, Errorf(NotFound, "Unknown gap", "there is no gap %q; there are: %s", name, strings.Join(names, ", "))
}

// OpenGap answers a page of a gap's rows, in the gap's own order: what is known
// first. The gap says how many there are; Next of the list is the next offset.
func OpenGap(ctx context.Context, q Querier, query GapQuery) (Gap, List[GapRow], error) {
	gap, err := FindGap(ctx, q, query.Name)
	if err != nil {
		return gap, List[GapRow]{}, err
	}
	set, err := gap.values(query.Set)
	if err != nil {
		return gap, List[GapRow]{}, err
	}
	gap.About = gap.told(query.Set)
	list := List[GapRow]{Items: []GapRow{}}
	rows, err := q.Query(ctx, statement("gap"), gap.Name, query.Municipality.Code, set, query.Limit, query.Offset)
	if err != nil {
		return gap, list, fmt.Errorf("opening the gap %s: %w", gap.Name, err)
	}
	var r *GapRow
	_, err = pgx.ForEachRow(rows, []any{&gap.Gaps, &gap.Unknown, &r}, func() error {
		if r != nil {
			list.Items = append(list.Items, *r)
		}
		r = nil
		return nil
	})
	if err != nil {
		return gap, list, fmt.Errorf("opening the gap %s: %w", gap.Name, err)
	}
	list.Total = *gap.Gaps + *gap.Unknown
	if next := query.Offset + len(list.Items); next < list.Total && len(list.Items) > 0 {
		list.Next = strconv.Itoa(next)
	}
	return gap, list, nil
}

// told is what the gap is about, with the values of its parameters.
func (g Gap) told(set map[string]string) Text {
	pairs := make([]string, 0, 2*len(g.Parameters))
	for _, p := range g.Parameters {
		value, ok := set[p.Name]
		if !ok {
			value = p.Default
		}
		pairs = append(pairs, "{"+p.Name+"}", strings.TrimSpace(value))
	}
	fill := strings.NewReplacer(pairs...)
	return Text{SL: fill.Replace(g.stated.SL), EN: fill.Replace(g.stated.EN)}
}

// Accepted are the names of the gap's parameters.
func (g Gap) Accepted() []string {
	names := make([]string, len(g.Parameters))
	for i, p := range g.Parameters {
		names[i] = p.Name
	}
	return names
}

const badGapParameter = "Bad parameter"

// values reads parameters given as text; a name that the gap does not know, and a
// value outside of what it accepts, are errors that say what is accepted.
func (g Gap) values(given map[string]string) (map[string]any, error) {
	set := map[string]any{}
	for name, text := range given {
		i := slices.IndexFunc(g.Parameters, func(p GapParameter) bool { return p.Name == name })
		if i < 0 {
			accepted := "none"
			if len(g.Parameters) > 0 {
				accepted = strings.Join(g.Accepted(), ", ")
			}
			return nil, Errorf(Invalid, badGapParameter, "unknown parameter %q of the gap %s; accepted: %s", name, g.Name, accepted)
		}
		value, err := g.Parameters[i].value(strings.TrimSpace(text))
		if err != nil {
			return nil, Errorf(Invalid, badGapParameter, "%s=%q: %v", name, text, err)
		}
		set[name] = value
	}
	return set, nil
}

func (p GapParameter) value(text string) (any, error) {
	switch p.Type {
	case "number", "integer":
		return p.number(text)
	case "boolean":
		v, err := strconv.ParseBool(text)
		if err != nil {
			return nil, errors.New("must be true or false")
		}
		return v, nil
	case "list":
		list := []string{}
		for _, word := range strings.Split(text, ",") {
			if word = strings.TrimSpace(word); word == "" {
				continue
			}
			if err := p.known(word); err != nil {
				return nil, err
			}
			list = append(list, word)
		}
		return list, nil
	}
	return text, p.known(text)
}

func (p GapParameter) number(text string) (any, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err == nil && p.Type == "integer" {
		_, err = strconv.ParseInt(text, 10, 64)
	}
	low, high := -1e15, 1e15
	if p.Low != nil {
		low = *p.Low
	}
	if p.High != nil {
		high = *p.High
	}
	if err != nil || !(v >= low && v <= high) {
		return nil, fmt.Errorf("must be a number from %s to %s, with a decimal point", plain(low), plain(high))
	}
	return json.Number(strconv.FormatFloat(v, 'f', -1, 64)), nil
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func (p GapParameter) known(word string) error {
	if len(p.Among) > 0 && !slices.Contains(p.Among, word) {
		return fmt.Errorf("%q is not known; accepted: %s", word, strings.Join(p.Among, ", "))
	}
	return nil
}
