package territory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/importers/words"
)

// list is a territory list as the database takes it, with its places.
type list struct {
	Mechanism    string  `json:"mechanism"`
	Municipality *int64  `json:"municipality_id"` // nil: it names places of several
	Code         string  `json:"code"`
	Fund         *string `json:"fund"`
	PeriodFrom   *int    `json:"period_from"`
	PeriodTo     *int    `json:"period_to"`
	Layer        string  `json:"layer"`
	Rule         string  `json:"rule"`
	ConditionSL  *string `json:"condition_sl"`
	ConditionEN  *string `json:"condition_en"`
	Source       string  `json:"source"`
	SourceRef    *string `json:"source_ref"`
	SourceURL    *string `json:"source_url"`
	NoteSL       *string `json:"note_sl"`
	NoteEN       *string `json:"note_en"`

	first  int64 // row
	said   string
	towns  map[int64]bool
	places []place
}

type place struct {
	Row    int64   `json:"row"`
	Layer  string  `json:"layer"`
	Town   *int64  `json:"municipality_id"`
	Word   string  `json:"place"`
	ID     int64   `json:"place_id"`
	State  string  `json:"state"`
	Note   *string `json:"note"`
	inTown int64
}

type builder struct {
	lists  map[string]*list
	order  []*list
	towns  map[string]*geo.MunicipalityRef
	report *Report
}

func (b *builder) refuse(row int64, err error) {
	b.report.Refusals = append(b.report.Refusals, Refusal{Row: row, Reason: words.Reason(err)})
}

// build turns records into lists and looks their places up; what cannot be taken is refused by row.
func (b *builder) build(ctx context.Context, tx pgx.Tx, records []record, o Options) error {
	for _, rec := range records {
		if rec.broken != nil {
			b.refuse(rec.number, rec.broken)
			continue
		}
		town, err := b.town(ctx, tx, rec.values["municipality"], o.Municipality)
		if err != nil {
			b.refuse(rec.number, err)
			continue
		}
		if err := b.add(rec, town); err != nil {
			b.refuse(rec.number, err)
		}
	}
	if err := b.mechanisms(ctx, tx, records); err != nil {
		return err
	}
	if err := b.resolve(ctx, tx); err != nil {
		return err
	}
	for _, l := range b.order {
		b.finish(l)
	}
	return nil
}

// town is the municipality that a row, or else the whole import, names. A name that means nothing is a refusal.
func (b *builder) town(ctx context.Context, tx pgx.Tx, named, standard string) (*geo.MunicipalityRef, error) {
	name := named
	if name == "" {
		name = standard
	}
	if known, ok := b.towns[name]; ok {
		return known, nil
	}
	found, err := geo.FindMunicipality(ctx, tx, name)
	if err != nil {
		return nil, words.Refuse("občina %q: %v", "municipality %q: %v", name, err)
	}
	b.towns[name] = &found
	return &found, nil
}

// add puts a record into its list. Rows of one list must say the same of it.
func (b *builder) add(rec record, town *geo.MunicipalityRef) error {
	v := rec.values
	for _, needed := range []string{"mechanism", "list", "source", "rule"} {
		if v[needed] == "" {
			return words.Refuse("manjka %s: v stolpcu ali z --set %s=…", "%s is missing: in a column, or with --set %s=…", needed, needed)
		}
	}
	next := list{
		Mechanism: v["mechanism"], Code: v["list"], Source: v["source"], Fund: text(v["fund"]), ConditionSL: text(v["condition_sl"]), ConditionEN: text(v["condition_en"]),
		SourceRef: text(v["source_ref"]), SourceURL: text(v["source_url"]), NoteSL: text(v["note_sl"]), NoteEN: text(v["note_en"]), first: rec.number, towns: map[int64]bool{},
	}
	var err error
	if next.Layer, err = choose("layer", v["layer"], "settlements"); err != nil {
		return err
	}
	if next.Rule, err = choose("rule", v["rule"], ""); err != nil {
		return err
	}
	if next.PeriodFrom, err = year("period_from", v["period_from"]); err != nil {
		return err
	}
	if next.PeriodTo, err = year("period_to", v["period_to"]); err != nil {
		return err
	}
	state, err := choose("state", v["state"], "included")
	if err != nil {
		return err
	}
	if err := next.sound(); err != nil {
		return err
	}
	for _, field := range []string{"fund", "period_from", "period_to", "layer", "rule", "condition_sl", "condition_en", "source", "source_ref", "source_url", "note_sl", "note_en"} {
		next.said += v[field] + "\x00"
	}
	key := next.Mechanism + "\x00" + next.Code
	l := b.lists[key]
	if l == nil {
		l = &next
		b.lists[key] = l
		b.order = append(b.order, l)
	} else if l.said != next.said {
		return words.Refuse("o seznamu %q piše drugače kot v vrstici %d: sklad, obdobje, pravilo in vir veljajo za ves seznam",
			"it says something else of the list %q than row %d: fund, period, rule and source are of the whole list", next.Code, l.first)
	}
	l.towns[town.ID] = true
	if v["place"] == "" {
		if next.Rule != "whole_municipality" || next.Layer == "municipalities" {
			return words.Refuse("manjka kraj", "the place is missing")
		}
		return nil
	}
	p := place{Row: rec.number, Layer: next.Layer, Word: v["place"], State: state, Note: text(v["note"])}
	if v["municipality"] != "" || next.Layer != "municipalities" {
		p.Town = &town.ID
	}
	l.places = append(l.places, p)
	return nil
}

// sound checks what the database would refuse with fewer words.
func (l *list) sound() error {
	switch {
	case l.PeriodFrom != nil && l.PeriodTo != nil && *l.PeriodFrom > *l.PeriodTo:
		return words.Refuse("obdobje %d–%d se konča pred začetkom", "the period %d–%d ends before it begins", *l.PeriodFrom, *l.PeriodTo)
	case l.Layer == "municipalities" && l.Rule != "whole_municipality":
		return words.Refuse("seznam občin ima pravilo whole_municipality", "a list of municipalities has the rule whole_municipality")
	case l.SourceURL != nil && !strings.HasPrefix(*l.SourceURL, "http://") && !strings.HasPrefix(*l.SourceURL, "https://"):
		return words.Refuse("source_url %q ni spletni naslov", "source_url %q is no web address", *l.SourceURL)
	case (l.ConditionSL == nil) != (l.ConditionEN == nil):
		return words.Refuse("pogoj mora biti v obeh jezikih: condition_sl in condition_en", "the condition is needed in both languages: condition_sl and condition_en")
	}
	return nil
}

func text(v string) *string {
	if v == "" {
		return nil
	}
	return &v
}

// mechanisms makes those that the file names in both languages, and refuses unknown ones.
func (b *builder) mechanisms(ctx context.Context, tx pgx.Tx, records []record) error {
	for _, rec := range records {
		if v := rec.values; v["mechanism"] != "" && v["mechanism_sl"] != "" && v["mechanism_en"] != "" {
			_, err := tx.Exec(ctx, `INSERT INTO mechanisms (code, name_sl, name_en) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM mechanisms WHERE code = $1)`,
				v["mechanism"], v["mechanism_sl"], v["mechanism_en"])
			if err != nil {
				return fmt.Errorf("adding the mechanism %s: %w", v["mechanism"], err)
			}
		}
	}
	var known []string
	if err := tx.QueryRow(ctx, `SELECT coalesce(array_agg(code ORDER BY code), '{}') FROM mechanisms`).Scan(&known); err != nil {
		return fmt.Errorf("reading the mechanisms: %w", err)
	}
	for _, l := range b.order {
		if !slices.Contains(known, l.Mechanism) {
			b.refuse(l.first, words.Refuse("mehanizma %q ni; znani so: %s (nov potrebuje mechanism_sl in mechanism_en)", "there is no mechanism %q; known: %s (a new one needs mechanism_sl and mechanism_en)",
				l.Mechanism, strings.Join(known, ", ")))
		}
	}
	return nil
}

// resolve looks all places up at once.
func (b *builder) resolve(ctx context.Context, tx pgx.Tx) error {
	asked := []place{}
	for _, l := range b.order {
		asked = append(asked, l.places...)
	}
	rows, err := statement(ctx, tx, "resolve", asked)
	if err != nil {
		return fmt.Errorf("looking the places up: %w", err)
	}
	type match struct{ row, count, id, town int64 }
	found := map[int64]match{}
	var m match
	var town *int64
	if _, err := pgx.ForEachRow(rows, []any{&m.row, &m.count, &m.id, &town}, func() error {
		if m.town = 0; town != nil {
			m.town = *town
		}
		found[m.row] = m
		return nil
	}); err != nil {
		return fmt.Errorf("looking the places up: %w", err)
	}
	for _, l := range b.order {
		for i := range l.places {
			p := &l.places[i]
			hit, ok := found[p.Row]
			switch {
			case !ok:
				b.refuse(p.Row, words.Refuse("kraja %q ni (%s); pričakovana je šifra ali ime", "there is no place %q (%s); its code or name is expected", p.Word, p.Layer))
			case hit.count > 1:
				b.refuse(p.Row, words.Refuse("%q pomeni %d krajev; navedite šifro", "%q means %d places; give its code", p.Word, hit.count))
			}
			p.ID, p.inTown = hit.id, hit.town
		}
	}
	return nil
}

// finish tells whose list it is, and refuses places that stand on it twice.
func (b *builder) finish(l *list) {
	seen := map[int64]int64{}
	for _, p := range l.places {
		if row, ok := seen[p.ID]; ok && p.ID != 0 {
			b.refuse(p.Row, words.Refuse("%q je na seznamu že v vrstici %d", "%q is on the list already, in row %d", p.Word, row))
		}
		seen[p.ID] = p.Row
	}
	if l.Layer == "municipalities" || len(l.towns) != 1 {
		if l.Layer != "municipalities" && l.Rule == "whole_municipality" {
			b.refuse(l.first, words.Refuse("seznam %q velja za več občin: naštejte jih s slojem municipalities", "the list %q is about several municipalities: list them with layer municipalities", l.Code))
		}
		return
	}
	for town := range l.towns {
		l.Municipality = &town
	}
}

// store writes the lists; what is the same is not written.
func (b *builder) store(ctx context.Context, tx pgx.Tx) error {
	for _, l := range b.order {
		var id int64
		var what string
		rows, err := statement(ctx, tx, "list", l)
		if err == nil {
			_, err = pgx.ForEachRow(rows, []any{&id, &what}, func() error { return nil })
		}
		if err != nil {
			return fmt.Errorf("storing the list %s: %w", l.Code, err)
		}
		switch what {
		case "new":
			b.report.Lists.New++
		case "changed":
			b.report.Lists.Changed++
		default:
			b.report.Lists.Same++
		}
		if l.places == nil {
			l.places = []place{}
		}
		var c Counts
		rows, err = statement(ctx, tx, "places", id, l.places)
		if err == nil {
			_, err = pgx.ForEachRow(rows, []any{&c.New, &c.Changed, &c.Gone, &c.Same}, func() error { return nil })
		}
		if err != nil {
			return fmt.Errorf("storing the places of the list %s: %w", l.Code, err)
		}
		p := &b.report.Places
		p.New, p.Changed, p.Gone, p.Same = p.New+c.New, p.Changed+c.Changed, p.Gone+c.Gone, p.Same+c.Same
	}
	return nil
}
