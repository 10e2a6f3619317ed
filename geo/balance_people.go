package geo

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// readPeople adds the people of each settlement to a balance by settlement, and names
// their set. It may be another one than the balance's: totals printed for classes say
// nothing of a settlement.
func (b *Balance) readPeople(ctx context.Context, q Querier, town MunicipalityRef, query BalanceQuery) error {
	if query.By != "settlement" {
		return nil
	}
	rows, err := q.Query(ctx, statement("balance_people"), town.ID, query.population())
	if err != nil {
		return fmt.Errorf("reading the people of settlements: %w", err)
	}
	set := BalancePopulation{}
	people := map[string]*int64{}
	var total int64
	var code string
	var n *int64
	_, err = pgx.ForEachRow(rows, []any{&set.Set, &set.Kind, &set.Source, &set.Date, &code, &n}, func() error {
		if n == nil {
			set.Unknown++
			return nil
		}
		known := *n
		people[code] = &known
		total += known
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the people of settlements: %w", err)
	}
	if set.Set == "" || len(people) == 0 {
		return nil
	}
	set.Total = &total
	b.PopulationBySettlement = &set
	for i := range b.Groups {
		if g := &b.Groups[i]; g.Key != nil {
			g.People = people[*g.Key]
		}
	}
	return nil
}
