package importers

import (
	"slices"
	"strings"

	"kraj/geo"
	"kraj/importers/words"
)

// assignment says that a column is filled from a field.
type assignment struct {
	Mapped
	convert conversion
}

// mapping is the plan for one file.
type mapping struct {
	columns      []assignment // of the layer's table, or pseudo columns of projects
	municipality []string     // fields that may name the municipality, the surest first
	point        map[string]string
	attributes   []string // fields that nothing else takes
}

// Pseudo columns hold a geometry that a table spells out.
var pointColumns = []string{"wkt", "latitude", "longitude", "easting", "northing"}

// mapper builds a mapping step by step; a field is taken only once.
type mapper struct {
	t       *target
	fields  []string
	sample  []map[string]any
	taken   map[string]bool
	columns []column
	m       *mapping
}

// buildMapping decides which field fills which column: what the user said, a
// profile, the known registers, the usual names, then likeness.
func buildMapping(t *target, fields []string, sample []map[string]any, said, profile map[string]string, spatial bool) (*mapping, error) {
	b := &mapper{t: t, fields: fields, sample: sample, taken: map[string]bool{}, m: &mapping{point: map[string]string{}}}
	b.columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c column) bool { return c.Derived })
	if t.isProjects() {
		b.columns = append(b.columns, projectColumns...)
	}
	if err := b.option(said); err != nil {
		return nil, err
	}
	for column, field := range profile {
		if c, ok := b.find(column); ok && slices.Contains(fields, field) {
			b.assign(c, field, "profile", nil)
		}
	}
	if t.isProjects() {
		for _, f := range fields {
			b.taken[f] = b.taken[f] || words.IsComputed(f) // of kraj's own exports
		}
	}
	b.registers()
	b.names()
	b.municipality()
	if !spatial {
		b.coordinates()
	}
	b.likeness()
	return b.m, b.finish()
}

func (b *mapper) find(name string) (column, bool) {
	i := slices.IndexFunc(b.columns, func(c column) bool { return c.Name == name })
	if i < 0 {
		return column{}, false
	}
	return b.columns[i], true
}

func (b *mapper) has(column string) bool {
	return slices.ContainsFunc(b.m.columns, func(a assignment) bool { return a.Column == column })
}

func (b *mapper) assign(c column, field, by string, convert conversion) {
	if b.has(c.Name) {
		return
	}
	if convert == nil {
		convert = converter(b.t, c)
	}
	b.taken[field] = true
	b.m.columns = append(b.m.columns, assignment{Mapped{c.Name, field, by}, convert})
}

// option takes column=field, and the reverse where only that makes sense.
func (b *mapper) option(said map[string]string) error {
	for left, right := range said {
		name, field := left, b.field(right)
		if _, ok := b.find(name); !ok && !special(name) || field == "" {
			if f := b.field(left); f != "" {
				name, field = right, f
			}
		}
		c, ok := b.find(name)
		switch {
		case field == "":
			return geo.Errorf(geo.Invalid, "Unknown field", "--map %s=%s: the file has no field %q; its fields are: %s", left, right, right, strings.Join(b.fields, ", "))
		case name == "municipality":
			b.m.municipality = append(b.m.municipality, field)
		case slices.Contains(pointColumns, name):
			b.m.point[name] = field
			b.taken[field] = true
		case !ok:
			return geo.Errorf(geo.Invalid, "Unknown column", "--map %s=%s: %s has no column %q; its columns are: %s", left, right, b.t.Layer, name, strings.Join(b.columnNames(), ", "))
		default:
			b.assign(c, field, "option", nil)
		}
	}
	return nil
}

func special(name string) bool { return name == "municipality" || slices.Contains(pointColumns, name) }

// field finds a field by its exact or folded name; "" for none.
func (b *mapper) field(name string) string {
	if slices.Contains(b.fields, name) {
		return name
	}
	for _, f := range b.fields {
		if words.Fold(f) == words.Fold(name) {
			return f
		}
	}
	return ""
}

func (b *mapper) columnNames() []string {
	var names []string
	for _, c := range b.columns {
		names = append(names, c.Name)
	}
	return append(names, "municipality", "latitude", "longitude", "easting", "northing", "wkt")
}

// registers applies the known schemas. A rule that looks for a pattern counts only
// when the sample has it. A field may serve several such rules.
func (b *mapper) registers() {
	mine := map[string]bool{}
	for _, r := range registers[b.t.Layer] {
		c, ok := b.find(r.column)
		if !ok {
			continue
		}
		for _, f := range b.fields {
			if !r.field.MatchString(fieldKey(f)) || b.taken[f] && !mine[f] || b.has(r.column) || r.convert != nil && !b.yields(r.convert, f) {
				continue
			}
			mine[f] = true
			b.assign(c, f, "known", r.convert)
		}
	}
	if b.t.Layer == "settlements" && !b.has("surs_code") {
		b.settlementNumber()
	}
}

// settlementNumber makes the statistical office's six digits of the register's two
// numbers.
func (b *mapper) settlementNumber() {
	municipality, settlement := b.key("ob id"), b.key("na id")
	if municipality == "" || settlement == "" {
		return
	}
	b.taken[settlement] = true
	b.m.columns = append(b.m.columns, assignment{Mapped{"surs_code", municipality + "+" + settlement, "known"}, padded(6)})
}

func (b *mapper) key(key string) string {
	for _, f := range b.fields {
		if fieldKey(f) == key {
			return f
		}
	}
	return ""
}

func (b *mapper) yields(convert conversion, field string) bool {
	for _, row := range b.sample {
		if v, err := convert(row[field], words.Unknown); v != nil && err == nil {
			return true
		}
	}
	return false
}

// names applies the columns' own names, which exports use, then the usual words.
func (b *mapper) names() {
	for _, c := range b.columns {
		for _, f := range b.fields {
			if !b.taken[f] && (f == c.Name || words.Fold(f) == words.Fold(c.Name)) {
				b.assign(c, f, "known", nil)
			}
		}
	}
	for _, c := range b.columns {
		for _, name := range words.NamesOf(c.Name) {
			for _, f := range b.fields {
				if !b.taken[f] && fieldKey(f) == name {
					b.assign(c, f, "known", nil)
				}
			}
		}
	}
}

// municipality fields of registers are not taken: what the source says of the
// municipality also stays in the attributes. That of kraj's own exports is.
func (b *mapper) municipality() {
	for _, re := range municipalityFields {
		for _, f := range b.fields {
			if re.MatchString(fieldKey(f)) {
				b.m.municipality = append(b.m.municipality, f)
				b.taken[f] = b.taken[f] || words.IsHeading(f, "municipality")
			}
		}
	}
	for _, name := range words.NamesOf("municipality") {
		for _, f := range b.fields {
			if fieldKey(f) == name && !b.taken[f] {
				b.m.municipality = append(b.m.municipality, f)
				b.taken[f] = b.taken[f] || words.IsHeading(f, "municipality")
			}
		}
	}
}

// coordinates looks for a geometry spelled out in a table: WKT, else latitude and
// longitude, else easting and northing, if the layer takes points.
func (b *mapper) coordinates() {
	find := func(column string) string {
		for _, name := range words.NamesOf(column) {
			for _, f := range b.fields {
				if !b.taken[f] && fieldKey(f) == name {
					return f
				}
			}
		}
		return ""
	}
	if len(b.m.point) > 0 {
		return
	}
	if f := find("wkt"); f != "" {
		b.m.point["wkt"] = f
		b.taken[f] = true
		return
	}
	for _, pair := range [][2]string{{"latitude", "longitude"}, {"easting", "northing"}} {
		if !b.t.accepts(0) {
			return
		}
		first, second := find(pair[0]), find(pair[1])
		if first != "" && second != "" && first != second {
			b.m.point[pair[0]], b.m.point[pair[1]] = first, second
			b.taken[first], b.taken[second] = true, true
			return
		}
	}
}

// likeness maps what is left by similar names: typing errors, plural, shortened.
func (b *mapper) likeness() {
	for _, c := range b.columns {
		if b.has(c.Name) {
			continue
		}
		best, bestScore := "", likeEnough
		for _, f := range b.fields {
			if b.taken[f] || slices.Contains(b.m.municipality, f) {
				continue
			}
			for _, name := range append([]string{words.Fold(c.Name)}, words.NamesOf(c.Name)...) {
				if s := similarity(fieldKey(f), name); s > bestScore {
					best, bestScore = f, s
				}
			}
		}
		if best != "" {
			b.assign(c, best, "likeness", nil)
		}
	}
}

// finish checks that rows can be named and collects the rest.
func (b *mapper) finish() error {
	for _, f := range b.fields {
		if !b.taken[f] && !noise[fieldKey(f)] {
			b.m.attributes = append(b.m.attributes, f)
		}
	}
	if b.has("code") || b.has(b.t.title()) || b.t.title() == "name" && len(b.fields) == 0 {
		return nil
	}
	return geo.Errorf(geo.Invalid, "No name and no code", "no field of the file could be taken for %q or \"code\" of %s; its fields are: %s. Say which with --map %s=FIELD",
		b.t.title(), b.t.Layer, strings.Join(b.fields, ", "), b.t.title())
}
