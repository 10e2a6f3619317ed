package geo

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// BBox is west, south, east, north in degrees (CRS84).
type BBox [4]float64

// Municipality is a municipality with what a client needs to ask about it: its
// themes, measures and schemes. null means: no data.
type Municipality struct {
	MunicipalityRef
	NameAlt     *string  `json:"name_alt"`
	ShortName   *string  `json:"short_name"`
	Strategy    *Text    `json:"strategy"`
	Approximate bool     `json:"approximate"`
	Projects    int      `json:"projects"` // without groups
	Settlements int      `json:"settlements"`
	Population  *int64   `json:"population"` // of the preferred set
	BBox        *BBox    `json:"bbox"`
	HasAmounts  bool     `json:"has_amounts"`
	Schemes     []Scheme `json:"schemes"`
	Themes      []Theme  `json:"themes"`
}

// Scheme is a classification of settlements.
type Scheme struct {
	Code    string   `json:"code"`
	Name    Text     `json:"name"`
	Classes []string `json:"classes"`
}

// Theme of a strategy.
type Theme struct {
	Code     string    `json:"code"`
	Name     Text      `json:"name"`
	Kind     string    `json:"kind"`  // theme, horizontal
	Color    *string   `json:"color"` // #rrggbb
	Goal     *Text     `json:"goal"`
	Measures []Measure `json:"measures"`
}

// Measure of a theme.
type Measure struct {
	Code string `json:"code"`
	Name Text   `json:"name"`
}

// Municipalities lists those stored in Slovene order, limit at a time. cursor is
// that of the page before, or empty.
func Municipalities(ctx context.Context, q Querier, limit int, cursor string) (List[Municipality], error) {
	const question = "municipalities"
	var afterName, afterCode *string
	if _, err := decodeCursor(cursor, question, &afterName, &afterCode); err != nil {
		return List[Municipality]{}, err
	}
	rows, err := q.Query(ctx, statement("municipalities"), limit+1, afterName, afterCode)
	if err != nil {
		return List[Municipality]{}, fmt.Errorf("listing municipalities: %w", err)
	}
	type row struct {
		Total      int
		Name, Code *string
		Item       *Municipality
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return List[Municipality]{}, fmt.Errorf("listing municipalities: %w", err)
	}
	return page(found, limit, func(r row) (int, *Municipality, []any) { return r.Total, r.Item, []any{r.Name, r.Code} }, question)
}

// page takes the row too many off, and makes the cursor from the last one left.
func page[R, T any](rows []R, limit int, parts func(R) (total int, item *T, keys []any), question any) (List[T], error) {
	list := List[T]{Items: []T{}}
	for i, r := range rows {
		total, item, _ := parts(r)
		list.Total = total
		if item == nil {
			break // nothing on this page: the row only brings the total
		}
		if i == limit {
			_, _, keys := parts(rows[i-1])
			var err error
			list.Next, err = encodeCursor(question, keys...)
			return list, err
		}
		list.Items = append(list.Items, *item)
	}
	return list, nil
}
