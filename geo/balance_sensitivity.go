package geo

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// BalanceSensitivity tells how much the choice of rules decides: the least and the
// most that a figure becomes over all methods, both spreads and all current schemes
// of the municipality that have a countryside. nil: the figure has no meaning.
type BalanceSensitivity struct {
	RuralShare         *BalanceRange `json:"rural_share"`          // of the money in classed settlements
	RuralShareProjects *BalanceRange `json:"rural_share_projects"` // of the projects there, by weight
}

// BalanceRange is a least and a most figure, each with the first rule that gives it.
type BalanceRange struct {
	Min   float64     `json:"min"`
	Max   float64     `json:"max"`
	MinBy BalanceRule `json:"min_by"`
	MaxBy BalanceRule `json:"max_by"`
}

// BalanceRule names how a balance was divided; its words can be asked again.
type BalanceRule struct {
	Scheme string `json:"scheme"`
	Method string `json:"method"`
	Spread string `json:"spread"`
}

// of is the range of money, or of projects.
func (s *BalanceSensitivity) of(money bool) *BalanceRange {
	switch {
	case s == nil:
		return nil
	case money:
		return s.RuralShare
	}
	return s.RuralShareProjects
}

// readSensitivity adds to each group, and to the total, how far its figures depend on
// the rules.
func (b *Balance) readSensitivity(ctx context.Context, q Querier, town MunicipalityRef, query BalanceQuery) error {
	rows, err := q.Query(ctx, statement("balance_sensitivity"), town.Code, query.By, query.Money, query.filterJSON(), query.include())
	if err != nil {
		return fmt.Errorf("computing the sensitivity: %w", err)
	}
	groups := map[string]*BalanceGroup{}
	var none *BalanceGroup
	for i := range b.Groups {
		if g := &b.Groups[i]; g.Key == nil {
			none = g
		} else {
			groups[*g.Key] = g
		}
	}
	var total, money bool
	var key *string
	var r BalanceRange
	_, err = pgx.ForEachRow(rows, []any{
		&total, &key, &money, &r.Min, &r.MinBy.Scheme, &r.MinBy.Method, &r.MinBy.Spread, &r.Max, &r.MaxBy.Scheme, &r.MaxBy.Method, &r.MaxBy.Spread,
	}, func() error {
		group := none
		switch {
		case total:
			group = &b.Total
		case key != nil:
			group = groups[*key]
		}
		if group == nil { // by another rule something would be there; by the one asked nothing is
			return nil
		}
		if group.Sensitivity == nil {
			group.Sensitivity = &BalanceSensitivity{}
		}
		found := r
		if money {
			group.Sensitivity.RuralShare = &found
		} else {
			group.Sensitivity.RuralShareProjects = &found
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("computing the sensitivity: %w", err)
	}
	b.Sensitivity = b.Total.Sensitivity
	return nil
}
