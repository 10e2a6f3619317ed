package geo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The words that a BalanceQuery accepts, the default first.
var (
	balanceBys      = []string{"theme", "measure", "status", "horizon", "mechanism", "source", "holder", "year", "settlement", "local_community"}
	balanceMethods  = []string{"extent", "population", "equal", "served"}
	balanceSpreads  = []string{"none", "population"}
	balanceMoneys   = []string{"total", "own", "eu", "state", "private"}
	balanceIncludes = []string{"proposed"}
)

const defaultScheme = "municipal"

// ComputeBalance answers a BalanceQuery. A word that does not exist is an error of
// kind Invalid that lists those that do.
func ComputeBalance(ctx context.Context, q Querier, query BalanceQuery) (b *Balance, err error) {
	if query.AsOf == "" {
		return computeBalance(ctx, q, query, nil)
	}
	err = asIf(ctx, q, query.AsOf, query.Municipality, func(q Querier, at AsOf) error {
		b, err = computeBalance(ctx, q, query, &at)
		return err
	})
	return b, err
}

func computeBalance(ctx context.Context, q Querier, query BalanceQuery, at *AsOf) (*Balance, error) {
	query, town, err := query.check(ctx, q)
	if err != nil {
		return nil, err
	}
	b := &Balance{
		Municipality: town.Slug, By: query.By, Scheme: query.Scheme, Method: query.Method, Spread: query.Spread,
		Money: query.Money, Include: query.Include, Currency: "EUR", AsOf: at, Groups: []BalanceGroup{},
	}
	if err := b.readGroups(ctx, q, town, query); err != nil {
		return nil, err
	}
	if b.Population, err = balancePopulation(ctx, q, town, query); err != nil {
		return nil, err
	}
	if err := b.readPeople(ctx, q, town, query); err != nil {
		return nil, err
	}
	settlements, err := balanceSettlements(ctx, q, town, query)
	if err != nil {
		return nil, err
	}
	b.Indicators = indicators(b.Total.Rows, settlements, byMoney)
	b.ByProjects = indicators(b.Total.Rows, settlements, byProjects)
	if err := b.readSensitivity(ctx, q, town, query); err != nil {
		return nil, err
	}
	b.Summary = b.summarise()
	return b, nil
}

// check fills in the defaults and refuses words that mean nothing.
func (query BalanceQuery) check(ctx context.Context, q Querier) (BalanceQuery, MunicipalityRef, error) {
	for _, word := range []struct {
		name    string
		value   *string
		choices []string
	}{
		{"by", &query.By, balanceBys},
		{"method", &query.Method, balanceMethods},
		{"spread", &query.Spread, balanceSpreads},
		{"money", &query.Money, balanceMoneys},
	} {
		if *word.value == "" {
			*word.value = word.choices[0]
		}
		if err := oneOf(word.name, []string{*word.value}, word.choices); err != nil {
			return query, MunicipalityRef{}, err
		}
	}
	for _, list := range []struct {
		name             string
		values, accepted []string
	}{
		{"status", query.Statuses, Statuses},
		{"horizon", query.Horizons, Horizons},
		{"class", query.Classes, Classes},
		{"scope", query.Scopes, Scopes},
		{"source", query.Sources, Sources},
		{"include", query.Include, balanceIncludes},
	} {
		if err := oneOf(list.name, list.values, list.accepted); err != nil {
			return query, MunicipalityRef{}, err
		}
	}
	if query.AsOf != "" && len(query.Places)+len(query.Eligible) > 0 {
		return query, MunicipalityRef{}, Errorf(Invalid, "Not in the past", "the filters place and eligible cannot be asked with as_of: the past keeps settlements and local communities only; accepted: settlement, local_community and the others")
	}
	if query.Scheme == "" {
		query.Scheme = defaultScheme
	}
	town, err := FindMunicipality(ctx, q, query.Municipality)
	if err != nil {
		return query, town, err
	}
	return query, town, query.checkStored(ctx, q, town)
}

// checkStored looks for the scheme and the population set. A municipality that has
// no scheme "municipal" is a fact, not a mistake: all its settlements are unclassified.
func (query BalanceQuery) checkStored(ctx context.Context, q Querier, town MunicipalityRef) error {
	var schemes, sets []string
	if err := q.QueryRow(ctx, statement("balance_choices"), town.ID).Scan(&schemes, &sets); err != nil {
		return fmt.Errorf("reading schemes and population sets: %w", err)
	}
	code, _, _ := strings.Cut(query.Scheme, "@")
	if code != defaultScheme {
		if err := oneOf("scheme", []string{code}, schemes); err != nil {
			return err
		}
	}
	if query.Population != "" {
		return oneOf("population", []string{query.Population}, sets)
	}
	return nil
}

func oneOf(name string, values, accepted []string) error {
	for _, v := range values {
		if !slices.Contains(accepted, v) {
			return Errorf(Invalid, "Unknown "+name, "%s=%q is not known; accepted: %s", name, v, strings.Join(accepted, ", "))
		}
	}
	return nil
}

// filterJSON is the filter as kraj.balance takes it; classes are of the question's scheme.
func (query BalanceQuery) filterJSON() string {
	f := query.ProjectFilter
	f.Scheme = ""
	return f.JSON()
}

func (query BalanceQuery) population() *string {
	if query.Population == "" {
		return nil
	}
	return &query.Population
}

// include is never null: null would include nothing and be no list.
func (query BalanceQuery) include() []string { return append([]string{}, query.Include...) }

func (b *Balance) readGroups(ctx context.Context, q Querier, town MunicipalityRef, query BalanceQuery) error {
	rows, err := q.Query(ctx, statement("balance"), town.Code, query.By, query.Scheme, query.Method, query.Spread, query.Money,
		query.filterJSON(), query.population(), query.include())
	if err != nil {
		return fmt.Errorf("computing the balance: %w", err)
	}
	var total bool
	var g BalanceGroup
	var r BalanceRow
	_, err = pgx.ForEachRow(rows, []any{
		&total, &g.Key, &g.Name.SL, &g.Name.EN, &r.Class, &r.Projects, &r.Weight, &r.WeightShare, &r.AmountCents,
		&g.WithoutAmount, &r.Share, &r.ShareOfTotal, &r.People, &r.PeopleShare, &r.PerHeadCents, &r.LocationQuotient, &r.GapCents,
	}, func() error {
		if r.Class != "" {
			into := &b.Total
			if !total {
				into = &b.Groups[len(b.Groups)-1]
			}
			into.Rows = append(into.Rows, r)
			return nil
		}
		whole := g
		whole.Projects, whole.Weight, whole.AmountCents = r.Projects, r.Weight, r.AmountCents
		whole.Rows = make([]BalanceRow, 0, len(Classes))
		if total {
			whole.Name = balanceTotalName
			b.Total = whole
			return nil
		}
		whole.Name = groupName(query.By, whole.Key, whole.Name)
		b.Groups = append(b.Groups, whole)
		return nil
	})
	if err != nil {
		return fmt.Errorf("computing the balance: %w", err)
	}
	return nil
}

// balancePopulation is nil where no people are known at all.
func balancePopulation(ctx context.Context, q Querier, town MunicipalityRef, query BalanceQuery) (*BalancePopulation, error) {
	rows, err := q.Query(ctx, statement("balance_population"), town.ID, query.Scheme, query.population())
	if err != nil {
		return nil, fmt.Errorf("reading the population set: %w", err)
	}
	sets, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p BalancePopulation, err error) {
		return p, row.Scan(&p.Set, &p.Kind, &p.Source, &p.Date, &p.Total, &p.Unknown)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the population set: %w", err)
	}
	if len(sets) == 0 {
		return nil, nil //nolint:nilnil // no people known is an answer
	}
	return &sets[0], nil
}

// settlementFigure is what one settlement has: nil where unknown.
type settlementFigure struct {
	class  string
	people *int64
	weight float64
	cents  *int64
}

func balanceSettlements(ctx context.Context, q Querier, town MunicipalityRef, query BalanceQuery) ([]settlementFigure, error) {
	rows, err := q.Query(ctx, statement("balance_settlements"), town.Code, query.Scheme, query.Method, query.Spread, query.Money,
		query.filterJSON(), query.population(), query.include())
	if err != nil {
		return nil, fmt.Errorf("computing the balance by settlement: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f settlementFigure, err error) {
		return f, row.Scan(&f.class, &f.people, &f.weight, &f.cents)
	})
	if err != nil {
		return nil, fmt.Errorf("computing the balance by settlement: %w", err)
	}
	return list, nil
}
