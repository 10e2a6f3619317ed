package geo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// BalanceProjects lists the projects of a cell, the largest first, each with its
// share, its amount and the sentence that says why.
func BalanceProjects(ctx context.Context, q Querier, query BalanceQuery, cell BalanceCell) (list []BalanceProject, err error) {
	if query.AsOf == "" {
		return balanceProjects(ctx, q, query, cell)
	}
	err = asIf(ctx, q, query.AsOf, query.Municipality, func(q Querier, _ AsOf) error {
		list, err = balanceProjects(ctx, q, query, cell)
		return err
	})
	return list, err
}

func balanceProjects(ctx context.Context, q Querier, query BalanceQuery, cell BalanceCell) ([]BalanceProject, error) {
	query, town, err := query.check(ctx, q)
	if err != nil {
		return nil, err
	}
	var class *string
	if cell.Class != "" {
		if err := oneOf("class", []string{cell.Class}, Classes); err != nil {
			return nil, err
		}
		class = &cell.Class
	}
	rows, err := q.Query(ctx, statement("balance_open"), town.Code, query.By, cell.Group, cell.None, class, query.Scheme, query.Method,
		query.Spread, query.Money, query.filterJSON(), query.include())
	if err != nil {
		return nil, fmt.Errorf("listing the projects of a figure: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (BalanceProject, error) {
		p := BalanceProject{Municipality: town.Slug}
		why := why{method: query.Method}
		err := row.Scan(&p.ID, &p.Code, &p.Title, &p.Status, &p.Theme, &p.Share, &p.AmountCents, &why.origin, &why.note, &why.served,
			&why.spread, &why.parts, &why.extents)
		p.Reason = why.sentence()
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the projects of a figure: %w", err)
	}
	return list, nil
}

// why is what the sentence of a project in a cell is made of.
type why struct {
	method, origin, note string
	served, spread       bool
	parts                []whyPart
	extents              []whyMeasure
}

type whyPart struct {
	Name    *string      `json:"name"`    // a settlement
	Special *string      `json:"special"` // or a special row
	Parts   int64        `json:"parts"`   // of 10¹²
	Ties    []whyMeasure `json:"ties"`
}

type whyMeasure struct {
	Dimension int     `json:"dimension"`
	Measure   float64 `json:"measure"` // count, m, m²
}

// sentence says which rule put the project's share here.
func (w why) sentence() Text {
	t := w.rule()
	switch {
	case w.spread:
		t = Text{t.SL + " Občinski del je razdeljen po prebivalcih naselij.", t.EN + " The municipality-wide part is divided by the people of the settlements."}
	case w.origin != "geometry" || w.served || w.divided() == "":
	case w.method == "population":
		t = Text{t.SL + " Med naselja je razdeljen po prebivalcih.", t.EN + " It is divided among settlements by people."}
	case w.method == "equal":
		t = Text{t.SL + " Med naselja je razdeljen enakomerno.", t.EN + " It is divided equally among settlements."}
	}
	return t
}

// divided tells whether only a part of the project is meant.
func (w why) divided() string {
	for _, p := range w.parts {
		if p.Parts < 1_000_000_000_000 {
			return "divided"
		}
	}
	return ""
}

func (w why) rule() Text {
	switch {
	case w.origin == "explicit":
		return Text{"Delež je določil načrtovalec: " + w.note + ".", "A planner set the share: " + w.note + "."}
	case w.served:
		sl, en := w.settlements()
		return Text{"Po navedbi načrtovalca služi: " + sl + ".", "By a planner's statement it serves: " + en + "."}
	case w.origin == "municipality":
		return Text{"Projekt velja za celotno občino.", "The project concerns the whole municipality."}
	case w.origin == "none" || w.origin == "":
		return Text{"Projekt še nima lokacije.", "The project has no place yet."}
	case w.origin == "proposed":
		sl, en := w.settlements()
		return Text{"Kraj predlagajo besede projekta, potrjen še ni: " + sl + ".", "The project's words propose the place, nobody has confirmed it: " + en + "."}
	case w.origin == "stated":
		sl, en := w.settlements()
		return Text{"Kraj je navedel načrtovalec: " + sl + ".", "A planner stated the place: " + en + "."}
	case len(w.parts) == 1:
		return w.onePart(w.parts[0])
	}
	sl, en := w.settlements()
	return Text{"Leži v več naseljih: " + sl + ".", "It lies in several settlements: " + en + "."}
}

// onePart measures what lies in one settlement, or outside.
func (w why) onePart(p whyPart) Text {
	share := float64(p.Parts) / 1e12
	if p.Name == nil {
		return Text{"Zunaj občine leži " + slPercent(share) + " projekta.", enPercent(share) + " of the project lies outside the municipality."}
	}
	var sl, en []string
	for _, t := range p.Ties {
		i := slices.IndexFunc(w.extents, func(e whyMeasure) bool { return e.Dimension == t.Dimension })
		if i < 0 {
			continue
		}
		a, b := measured(t, w.extents[i])
		sl, en = append(sl, a), append(en, b)
	}
	if len(sl) == 0 {
		return Text{"Leži v naselju " + *p.Name + ".", "It lies in " + *p.Name + "."}
	}
	return Text{"V naselju " + *p.Name + " leži " + enumerateWords(sl, " in ") + ".", "In " + *p.Name + " lies " + enumerateWords(en, " and ") + "."}
}

// measured says how much of the whole a part is, in units people use.
func measured(part, whole whyMeasure) (sl, en string) {
	all := part.Measure >= whole.Measure
	switch part.Dimension {
	case 0:
		n, m := int(part.Measure), int(whole.Measure)
		if all && m == 1 {
			return "točka projekta", "the project's point"
		}
		return slInt(int64(n)) + " od " + slInt(int64(m)) + " " + slPlural(m, "točke", "točk", "točk", "točk"),
			enInt(int64(n)) + " of " + enInt(int64(m)) + " " + enPlural(m, "point", "points")
	case 1:
		if all {
			return "vsa dolžina, " + slNumber(whole.Measure, 0) + nbsp + "m", "the whole length, " + enNumber(whole.Measure, 0) + nbsp + "m"
		}
		return slNumber(part.Measure, 0) + " od " + slNumber(whole.Measure, 0) + nbsp + "m dolžine (" + slPercent(part.Measure/whole.Measure) + ")",
			enNumber(part.Measure, 0) + " of " + enNumber(whole.Measure, 0) + nbsp + "m of length (" + enPercent(part.Measure/whole.Measure) + ")"
	}
	if all {
		return "vsa površina, " + slNumber(whole.Measure/1e4, 2) + nbsp + "ha", "the whole area, " + enNumber(whole.Measure/1e4, 2) + nbsp + "ha"
	}
	return slNumber(part.Measure/1e4, 2) + " od " + slNumber(whole.Measure/1e4, 2) + nbsp + "ha površine (" + slPercent(part.Measure/whole.Measure) + ")",
		enNumber(part.Measure/1e4, 2) + " of " + enNumber(whole.Measure/1e4, 2) + nbsp + "ha of area (" + enPercent(part.Measure/whole.Measure) + ")"
}

// settlements lists the first few with their shares.
func (w why) settlements() (sl, en string) {
	const enough = 4
	var a, b []string
	for _, p := range w.parts[:min(len(w.parts), enough)] {
		name := Text{"zunaj občine", "outside the municipality"}
		if p.Name != nil {
			name = Text{*p.Name, *p.Name}
		} else if p.Special != nil {
			name = specialRows[*p.Special]
		}
		share := float64(p.Parts) / 1e12
		a, b = append(a, name.SL+" ("+slPercent(share)+")"), append(b, name.EN+" ("+enPercent(share)+")")
	}
	sl, en = strings.Join(a, ", "), strings.Join(b, ", ")
	if more := len(w.parts) - enough; more > 0 {
		sl += fmt.Sprintf(" in še %d", more)
		en += fmt.Sprintf(" and %d more", more)
	}
	return sl, en
}
