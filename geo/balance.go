package geo

// BalanceQuery asks how projects and money divide between city and countryside.
// Empty fields mean the defaults of Defaults; lists mean "any of these".
type BalanceQuery struct {
	Municipality string // code or folded name; may be empty when only one is stored
	By           string // theme, measure, status, horizon, mechanism, source, holder, year, settlement, local_community
	Scheme       string // code of the classification of settlements
	Method       string // extent, population, equal, served
	Spread       string // none, population: what happens with municipality-wide money
	Money        string // total, own, eu, state, private
	Population   string // code of the population set; empty: the preferred one
	AsOf         string // revision, day or time in the past, see AsOf; empty: now
	// Include "proposed": as if the settlements that the words propose were confirmed.
	Include []string

	// ProjectFilter narrows to some projects; its settlements, classes and local
	// communities to the parts there, its sources, mechanisms and years to such lines.
	ProjectFilter
}

// Balance is the answer: groups, their total, indicators and a sentence about it.
// Money is in integer cents; null means that a figure has no meaning.
type Balance struct {
	Municipality string             `json:"municipality"` // slug
	By           string             `json:"by"`
	Scheme       string             `json:"scheme"`
	Method       string             `json:"method"`
	Spread       string             `json:"spread"`
	Money        string             `json:"money"`
	Include      []string           `json:"include,omitempty"` // proposed: what words propose counts as if confirmed
	Currency     string             `json:"currency"`
	AsOf         *AsOf              `json:"as_of,omitempty"` // the past state told of; absent: now
	Population   *BalancePopulation `json:"population"`
	// PopulationBySettlement is the set that the people of the groups come from, in a balance by settlement.
	PopulationBySettlement *BalancePopulation `json:"population_by_settlement,omitempty"`
	Groups                 []BalanceGroup     `json:"groups"`
	Total                  BalanceGroup       `json:"total"`
	Indicators             BalanceIndicators  `json:"indicators"`          // of money
	ByProjects             BalanceIndicators  `json:"indicators_projects"` // the same of weighted projects
	// Sensitivity is the total's.
	Sensitivity *BalanceSensitivity `json:"sensitivity"`
	Summary     Text                `json:"summary"`
}

// Text is a text in both languages.
type Text struct {
	SL string `json:"sl"`
	EN string `json:"en"`
}

// BalancePopulation names the one set of people that a balance uses.
type BalancePopulation struct {
	Set     string `json:"set"`
	Kind    string `json:"kind"`    // settlements: summed; classes: totals as printed
	Total   *int64 `json:"total"`   // the people known to the set
	Unknown int    `json:"unknown"` // settlements of the municipality without a figure
	Source  string `json:"source"`
	Date    string `json:"date"`
}

// BalanceGroup is one line of the table: a theme, a year, a settlement …
type BalanceGroup struct {
	Key           *string             `json:"key"` // null: none (no theme, no year …), and the total
	Name          Text                `json:"name"`
	Projects      int                 `json:"projects"` // distinct
	Weight        float64             `json:"weight"`   // adds up over groups
	AmountCents   *int64              `json:"amount_cents"`
	WithoutAmount int                 `json:"without_amount"`   // projects of which no amount is known
	People        *int64              `json:"people,omitempty"` // of a settlement, in a balance by settlement; absent where unknown
	Rows          []BalanceRow        `json:"rows"`             // all classes, in fixed order
	Sensitivity   *BalanceSensitivity `json:"sensitivity"`      // null: no share, whatever the rule
}

// BalanceRow is a group's part in one class of settlements or special row.
type BalanceRow struct {
	Class            string   `json:"class"`
	Projects         int      `json:"projects"`
	Weight           float64  `json:"weight"`
	WeightShare      *float64 `json:"weight_share"` // of the weight in classed settlements
	AmountCents      *int64   `json:"amount_cents"`
	Share            *float64 `json:"share"`          // v: of the money in classed settlements
	ShareOfTotal     *float64 `json:"share_of_total"` // of all money of the group
	People           *int64   `json:"people"`
	PeopleShare      *float64 `json:"people_share"` // p: of the people in classed settlements
	PerHeadCents     *int64   `json:"per_head_cents"`
	LocationQuotient *float64 `json:"location_quotient"` // v/p
	GapCents         *int64   `json:"gap_cents"`         // p·V − V_g: what the class is short of its share of people
}

// BalanceIndicators condense a balance to single figures; docs/method.md has the
// formulas. Theil over settlements needs people by settlement, so with printed
// class totals only its part between classes is known.
type BalanceIndicators struct {
	Parity       *float64 `json:"parity"`
	Hoover       *float64 `json:"hoover"`
	Gini         *float64 `json:"gini"`
	Theil        *float64 `json:"theil"`
	TheilWithin  *float64 `json:"theil_within"`
	TheilBetween *float64 `json:"theil_between"`
	LeftOut      int      `json:"left_out"` // settlements left out of Theil: people unknown or none
}

// BalanceCell names the part of a balance that BalanceProjects opens.
type BalanceCell struct {
	Group *string // key of the group; nil: all of them
	None  bool    // the group without key (no theme, no year …)
	Class string  // empty: all of them
}

// BalanceProject is one project behind a figure.
type BalanceProject struct {
	ID           int64    `json:"id"`
	Municipality string   `json:"municipality"`
	Code         string   `json:"code"`
	Title        string   `json:"title"`
	Status       string   `json:"status"`
	Theme        *string  `json:"theme"`
	Share        *float64 `json:"share"`        // of the project, in this cell
	AmountCents  *int64   `json:"amount_cents"` // in this cell
	Reason       Text     `json:"reason"`
}
