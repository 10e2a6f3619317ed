package migrations

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// rightsFrom is the first code file that sets rights: gaps are made before it.
const rightsFrom = 95

// gap is a question of kraj gaps, as its file declares it in comments at its top.
type gap struct {
	name       string // the file's, without number and suffix
	text       map[string]string
	parameters []gapParameter
}

// gapParameter can be set by whoever asks.
type gapParameter struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`    // a key of gapTypes
	Default string   `json:"default"` // of a list: its words with commas; "limit()" asks a function of the audience's schema
	Low     *float64 `json:"low,omitempty"`
	High    *float64 `json:"high,omitempty"`
	Among   []string `json:"among,omitempty"`
	SL      string   `json:"sl"`
	EN      string   `json:"en"`
}

// gapTypes are the types of parameters and what they are in SQL.
var gapTypes = map[string]string{"text": "text", "number": "double precision", "integer": "bigint", "boolean": "boolean", "list": "text[]"}

// gapColumns are the columns of every gap's rows; no parameter may have such a name.
const gapColumns = "layer text, code text, name text, municipality text, state text, figure double precision, unit text, people bigint, " +
	"reason_sl text, reason_en text, projects jsonb, geom public.geometry"

var (
	gapHeader   = regexp.MustCompile(`^-- (title_sl|title_en|about_sl|about_en|geometry|parameter): (.+)$`)
	gapDeclared = regexp.MustCompile(`^([a-z][a-z_]*) ([a-z]+) = ([^;]*?)(?: (?:from (-?[\d.]+) to (-?[\d.]+)|of ([a-z0-9_,]+)))?; ([^;]+); ([^;]+)$`)
	gapReserved = regexp.MustCompile(`\b(town|layer|code|name|municipality|state|figure|unit|people|reason_sl|reason_en|projects|geom)\b`)
	gapGeometry = regexp.MustCompile(`^(Geometry|MultiPolygon|MultiLineString|LineString|Point|MultiPoint)$`)
)

// loadCode reads the code files, and among them what makes the gaps.
func loadCode(fsys fs.FS) ([]file, error) {
	code, err := load(fsys, "code")
	if err != nil {
		return nil, err
	}
	gaps, err := loadGaps(fsys)
	if err != nil {
		return nil, err
	}
	for i, f := range code {
		if f.number >= rightsFrom {
			return append(append(append([]file{}, code[:i]...), gaps...), code[i:]...), nil
		}
	}
	return append(code, gaps...), nil
}

func loadGaps(fsys fs.FS) ([]file, error) {
	files, err := load(fsys, "gaps")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var made []file
	for _, f := range files {
		g, err := readGap(f)
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", f.name, err)
		}
		made = append(made, g.files(f)...)
	}
	return made, nil
}

// readGap reads what the comments at the file's top declare.
func readGap(f file) (gap, error) {
	_, name, _ := strings.Cut(strings.TrimSuffix(path.Base(f.name), ".sql"), "_")
	g := gap{name: name, text: map[string]string{"geometry": "Geometry"}}
	for line := range strings.Lines(f.text) {
		m := gapHeader.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		switch {
		case m == nil:
		case m[1] == "parameter":
			p, err := readParameter(m[2])
			if err != nil {
				return g, err
			}
			g.parameters = append(g.parameters, p)
		default:
			g.text[m[1]] = strings.TrimSpace(m[2])
		}
	}
	for _, key := range []string{"title_sl", "title_en", "about_sl", "about_en"} {
		if g.text[key] == "" {
			return g, fmt.Errorf("the line %q is missing", "-- "+key+": …")
		}
	}
	if !gapGeometry.MatchString(g.text["geometry"]) {
		return g, fmt.Errorf("geometry %q is not known", g.text["geometry"])
	}
	return g, nil
}

// readParameter reads "pe number = 2000 from 0 to 1000000; Prag; Threshold".
func readParameter(text string) (gapParameter, error) {
	m := gapDeclared.FindStringSubmatch(text)
	if m == nil {
		return gapParameter{}, fmt.Errorf("parameter %q: write: name type = default [from LOW to HIGH | of a,b,c]; slovensko; English", text)
	}
	p := gapParameter{Name: m[1], Type: m[2], Default: strings.TrimSpace(m[3]), SL: strings.TrimSpace(m[7]), EN: strings.TrimSpace(m[8])}
	if gapTypes[p.Type] == "" {
		return p, fmt.Errorf("parameter %s has the type %q; there are text, number, integer, boolean and list", p.Name, p.Type)
	}
	if gapReserved.FindString(p.Name) == p.Name {
		return p, fmt.Errorf("parameter %s has the name of a column", p.Name)
	}
	if m[6] != "" {
		p.Among = strings.Split(m[6], ",")
	}
	for text, bound := range map[string]**float64{m[4]: &p.Low, m[5]: &p.High} {
		if text == "" {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return p, fmt.Errorf("parameter %s: %w", p.Name, err)
		}
		*bound = &v
	}
	return p, nil
}

// files is the SQL that makes the gap: its function for each audience, word for
// word, its view for QGIS, and its row in the registry. The file's text is the
// function's body and begins on the first line, so that errors name its lines.
func (g gap) files(f file) []file {
	var made []file
	for _, audience := range []string{"kraj", "kraj_public"} {
		arguments := "town text DEFAULT NULL"
		for _, p := range g.parameters {
			arguments += fmt.Sprintf(", %s %s DEFAULT %s", p.Name, gapTypes[p.Type], p.literal(audience))
		}
		one := f
		one.name = strings.TrimSuffix(f.name+" for "+audience, " for kraj")
		one.text = fmt.Sprintf("CREATE FUNCTION %[1]s.gap_%[2]s(%[3]s) RETURNS TABLE (%[4]s) LANGUAGE sql STABLE SET search_path = %[1]s, public, pg_temp AS $gap$%[5]s\n$gap$;\n"+
			"CREATE VIEW %[1]s.gaps_%[2]s AS SELECT row_number() OVER () AS id, g.layer, g.code, g.name, g.municipality, g.state, g.figure, g.unit, g.people, g.reason_sl, g.reason_en, g.projects,\n"+
			"g.geom::public.geometry(%[6]s, {{.srid}}) AS geom FROM %[1]s.municipalities m CROSS JOIN LATERAL %[1]s.gap_%[2]s(m.code) g;\n"+
			"GRANT SELECT ON %[1]s.gaps_%[2]s TO kraj_planner;", audience, g.name, arguments, gapColumns, f.text, g.text["geometry"])
		if audience == "kraj_public" {
			one.text += fmt.Sprintf("\nGRANT SELECT ON kraj_public.gaps_%s TO kraj_public;\n", g.name) + g.register(f.number)
		}
		made = append(made, one)
	}
	return made
}

func (g gap) register(sort int) string {
	parameters := []byte("[]")
	if len(g.parameters) > 0 {
		parameters, _ = json.Marshal(g.parameters) // strings and numbers only
	}
	return fmt.Sprintf("INSERT INTO kraj.gaps (name, sort, title_sl, title_en, about_sl, about_en, parameters) VALUES (%s, %d, %s, %s, %s, %s, %s);",
		quote(g.name), sort, quote(g.text["title_sl"]), quote(g.text["title_en"]), quote(g.text["about_sl"]), quote(g.text["about_en"]), quote(string(parameters)))
}

// literal is the default as SQL for an audience.
func (p gapParameter) literal(audience string) string {
	if strings.HasSuffix(p.Default, "()") {
		return audience + "." + p.Default
	}
	if p.Type == "list" {
		return quote("{" + p.Default + "}")
	}
	return quote(p.Default)
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
