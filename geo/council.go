package geo

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// CouncilPaper is what a council decides on: a balance with everything that it was
// made of, all of one and the same state of the database.
type CouncilPaper struct {
	Query        BalanceQuery // with its defaults filled in
	Municipality MunicipalityRef
	Scheme       Text // its name; empty where the municipality has none
	Balance      *Balance
	Summary      Text             // the balance in words; of when it tells, the paper says itself
	Projects     []BalanceProject // behind the total, the largest first
	names        map[string]Text
}

// Name is what a filter's value is called, or the value itself.
func (c *CouncilPaper) Name(what, code string) Text {
	if name, ok := c.names[what+"/"+code]; ok {
		return name
	}
	return Text{code, code}
}

// Council puts a council paper together.
func Council(ctx context.Context, q Querier, query BalanceQuery) (c *CouncilPaper, err error) {
	if query.AsOf == "" {
		return council(ctx, q, query, nil)
	}
	err = asIf(ctx, q, query.AsOf, query.Municipality, func(q Querier, at AsOf) error {
		c, err = council(ctx, q, query, &at)
		return err
	})
	return c, err
}

func council(ctx context.Context, q Querier, query BalanceQuery, at *AsOf) (*CouncilPaper, error) {
	query, town, err := query.check(ctx, q)
	if err != nil {
		return nil, err
	}
	c := &CouncilPaper{Query: query, Municipality: town}
	if c.Balance, err = computeBalance(ctx, q, query, at); err != nil {
		return nil, err
	}
	timeless := *c.Balance
	timeless.AsOf = nil
	c.Summary = timeless.summarise()
	if c.Projects, err = balanceProjects(ctx, q, query, BalanceCell{}); err != nil {
		return nil, err
	}
	schemes, err := Schemes(ctx, q, town.Code)
	if err != nil {
		return nil, err
	}
	code, version, versioned := strings.Cut(query.Scheme, "@")
	for _, s := range schemes {
		if s.Code == code && (versioned && fmt.Sprint(s.Version) == version || !versioned && s.Current) {
			c.Scheme = s.Name
			break
		}
	}
	return c, c.readNames(ctx, q)
}

func (c *CouncilPaper) readNames(ctx context.Context, q Querier) error {
	f := c.Query.ProjectFilter
	rows, err := q.Query(ctx, statement("council_names"), c.Municipality.ID, f.Themes, f.Measures, f.Settlements, f.LocalCommunities, f.Mechanisms)
	if err != nil {
		return fmt.Errorf("reading the names of the filters: %w", err)
	}
	c.names = map[string]Text{}
	var what, code string
	var name Text
	_, err = pgx.ForEachRow(rows, []any{&what, &code, &name.SL, &name.EN}, func() error {
		c.names[what+"/"+code] = name
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the names of the filters: %w", err)
	}
	return nil
}

// LatestRevision is the last one that everybody can see by now: its number in an address
// pins what the address shows. An error of kind Invalid says that nothing has been recorded.
func LatestRevision(ctx context.Context, q Querier, municipality string) (at AsOf, err error) {
	var now string // by the database's own clock
	if err := q.QueryRow(ctx, statement("council_now")).Scan(&now); err != nil {
		return at, fmt.Errorf("reading the time: %w", err)
	}
	err = asIf(ctx, q, now, municipality, func(_ Querier, found AsOf) error {
		at = found
		return nil
	})
	return at, err
}
