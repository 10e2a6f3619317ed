package tiles

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

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
	if f.zero() {
		return f
	}
	f.Municipality = strings.ToLower(strings.TrimSpace(f.Municipality))
	words := f.words()
	f.Projects = geo.ProjectFilter{}
	text, err := json.Marshal(words)
	if err == nil {
		err = json.Unmarshal(text, &f.Projects)
	}
	if err != nil {
		panic(err) // what was one filter a moment ago
	}
	return f
}

// zero reports whether nothing is asked, as nearly always: then nothing has to be read.
func (f Filter) zero() bool {
	return f.Municipality == "" && f.Scheme == "" && reflect.ValueOf(f.Projects).IsZero()
}

// words is the project filter as the database takes it, in order; so a key that is added to it counts here as well.
func (f Filter) words() map[string]any {
	f.Projects.Scheme = ""
	f.Projects.Text = strings.Join(strings.Fields(strings.ToLower(f.Projects.Text)), " ")
	words := map[string]any{}
	d := json.NewDecoder(strings.NewReader(f.Projects.JSON()))
	d.UseNumber()
	if err := d.Decode(&words); err != nil {
		panic(err) // JSON that was written a moment ago
	}
	for key, value := range words {
		if list, ok := value.([]any); ok {
			texts := make([]string, len(list))
			for i, v := range list {
				texts[i] = fmt.Sprint(v)
			}
			slices.Sort(texts)
			words[key] = slices.Compact(texts)
		}
	}
	return words
}

// amounts are the keys that addresses say in euros.
var amounts = map[string]string{"min_cents": "min_amount", "max_cents": "max_amount"}

// Query is the filter as the parameters of an address, without "?"; equal filters have equal queries. Empty for none.
func (f Filter) Query() string {
	if f.zero() {
		return ""
	}
	f = f.Normal()
	q := url.Values{}
	for key, value := range f.words() {
		text := fmt.Sprint(value)
		if list, ok := value.([]string); ok {
			text = joined(list)
		}
		if name, ok := amounts[key]; ok {
			cents, _ := value.(json.Number).Int64() // it came from an int64
			key, text = name, strconv.FormatFloat(float64(cents)/100, 'f', -1, 64)
		}
		q.Set(key, text)
	}
	for name, value := range map[string]string{"municipality": f.Municipality, "scheme": f.Scheme} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

var escapeComma = strings.NewReplacer(`\`, `\\`, `,`, `\,`)

// joined writes a list as addresses have it: commas between values, a backslash before one inside.
func joined(list []string) string {
	escaped := make([]string, len(list))
	for i, value := range list {
		escaped[i] = escapeComma.Replace(value)
	}
	return strings.Join(escaped, ",")
}

// narrowsProjects reports whether the filter asks more of projects than their municipality.
func (f Filter) narrowsProjects() bool {
	f.Municipality, f.Scheme = "", ""
	return f.Query() != ""
}

// ownWords are the keys that ask only for what a project itself states: whatever changes that is announced where the project
// lies. The others ask for ties, classes or territories, which something far away can change.
var ownWords = []string{
	"theme", "measure", "status", "horizon", "strategic", "scope", "holder", "mechanism", "source", "year", "min_cents", "max_cents", "located", "q",
}

// Anything reports whether any change, wherever and of whatever, may concern a tile with this filter.
func (f Filter) Anything() bool {
	if f.zero() {
		return false
	}
	for key := range f.words() {
		if !slices.Contains(ownWords, key) {
			return true
		}
	}
	return false
}

// Tables are those in which names of the filter are looked up: who comes there, goes or is renamed may change what it means.
func (f Filter) Tables() []string {
	if f.Municipality == "" {
		return nil
	}
	return []string{"municipalities"}
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

// ownScheme is the classification that the map itself shows. A municipality that has none is a fact, not a mistake.
const ownScheme = "municipal"

func (f Filter) scheme() string { return cmp.Or(f.Scheme, ownScheme) }

// checkScheme returns a geo.Error of kind Invalid that lists what is accepted when nobody has the filter's scheme; the
// municipality's id narrows who may, 0 does not.
func (f Filter) checkScheme(ctx context.Context, q geo.Querier, municipality int64) error {
	code, _, _ := strings.Cut(f.scheme(), "@")
	if code == ownScheme {
		return nil
	}
	rows, err := q.Query(ctx, statement("schemes"), municipality)
	if err != nil {
		return fmt.Errorf("reading the schemes: %w", err)
	}
	schemes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("reading the schemes: %w", err)
	}
	if slices.Contains(schemes, code) {
		return nil
	}
	if !slices.Contains(schemes, ownScheme) {
		schemes = append(schemes, ownScheme)
	}
	return geo.Errorf(geo.Invalid, "Unknown scheme", "scheme=%q is not known; accepted: %s", clip(f.Scheme), strings.Join(schemes, ", "))
}
