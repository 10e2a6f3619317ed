package export

import (
	"slices"
	"strings"

	"kraj/geo"
	"kraj/importers/words"
)

// Extra are columns of projects that say for readers what others hold for the import: the import leaves them out.
// amount_total is what counts in the balance, in euros; money_by_source divides it; in_settlements are those it is tied to.
var Extra = []string{"amount_total", "money_by_source", "in_settlements", "first_day", "last_day"}

var extraFields = map[string]string{
	"amount_total": `round(project_amount(t.id) / 100.0, 2)`,
	"money_by_source": `(SELECT string_agg(m ->> 'source' || coalesce(' ' || round((m ->> 'amount_cents')::bigint / 100.0, 2), ''), '; ' ORDER BY n)
		FROM jsonb_array_elements(project_money(t.id)) WITH ORDINALITY x (m, n))`,
	"in_settlements": `(SELECT string_agg(x.name, '; ' ORDER BY x.name COLLATE "sl-x-icu") FROM settlements x
		WHERE x.id IN (SELECT tie.place_id FROM ties tie WHERE tie.project_id = t.id AND tie.layer = 'settlements' AND tie.relation <> 'near'))`,
	"first_day": `(SELECT min(h.starts_on) FROM project_phases h WHERE h.project_id = t.id)`,
	"last_day":  `(SELECT max(h.ends_on) FROM project_phases h WHERE h.project_id = t.id)`,
}

// choose keeps the columns that the options name, in their order, after code and municipality, and gives tables their words.
func (f *layerFields) choose(o Options) error {
	f.wkt = len(o.Columns) == 0 || slices.Contains(o.Columns, "wkt")
	if len(o.Columns) > 0 {
		if err := f.keep(o.Columns); err != nil {
			return err
		}
	}
	f.lang, f.heads = o.Lang, nil
	for _, name := range f.names {
		f.heads = append(f.heads, words.Heading(name, o.Lang))
	}
	return nil
}

func (f *layerFields) keep(columns []string) error {
	all := map[string]string{}
	for i, name := range f.names {
		all[name] = f.exprs[i]
	}
	accepted := slices.Clone(f.names)
	if f.layer == "projects" {
		accepted = append(accepted, Extra...)
		for name, expr := range extraFields {
			all[name] = expr
		}
		f.dates["first_day"], f.dates["last_day"] = true, true
	}
	f.names, f.exprs = nil, nil
	for _, name := range append([]string{"code", "municipality"}, columns...) {
		if name == "wkt" || slices.Contains(f.names, name) {
			continue
		}
		if all[name] == "" {
			return geo.Errorf(geo.Invalid, "Bad parameter", "columns=%q is not known; accepted: %s, wkt", name, strings.Join(accepted, ", "))
		}
		f.add(name, all[name])
	}
	return nil
}

// header is the first row of a table.
func (f *layerFields) header() []string {
	if f.wkt {
		return append(slices.Clone(f.heads), "wkt")
	}
	return f.heads
}

// said is a value in the words of the table's language.
func (f *layerFields) said(column int, v any) any {
	if f.lang == "" {
		return v
	}
	switch v := v.(type) {
	case bool:
		return words.YesNo(v, f.lang)
	case string:
		if name := f.names[column]; name == "money_by_source" {
			return moneyWords(v, f.lang)
		} else if words.HasList(name) {
			return words.Word(name, v, f.lang)
		}
	}
	return v
}

// sourceWords name whose money it is.
var sourceWords = map[string][2]string{
	"own": {"občina", "own"}, "eu": {"EU", "EU"}, "state": {"država", "state"}, "private": {"zasebno", "private"}, "other": {"drugo", "other"}, "not_stated": {"vir ni naveden", "source not stated"},
}

func moneyWords(text, lang string) string {
	parts := strings.Split(text, "; ")
	for i, part := range parts {
		source, amount, stated := strings.Cut(part, " ")
		if w, ok := sourceWords[source]; ok {
			parts[i] = w[0]
			if lang == "en" {
				parts[i] = w[1]
			}
		}
		if lang == "sl" {
			amount = strings.ReplaceAll(amount, ".", ",")
		}
		if stated {
			parts[i] += " " + amount
		}
	}
	return strings.Join(parts, "; ")
}
