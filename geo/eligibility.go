package geo

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Eligibility says which funding mechanisms the places of a project allow. Groups
// have none: they are shown, never counted.
type Eligibility struct {
	Items    []Eligible       `json:"items"`
	Warnings []FundingWarning `json:"warnings"`
}

// Eligible is what one territory list says of a project, or why nothing can be said.
// Shares are of the project, by extent; they are nil where they cannot be told.
type Eligible struct {
	Mechanism        string   `json:"mechanism"`
	Name             Text     `json:"name"`
	State            string   `json:"state"` // one of EligibilityStates
	Cause            *string  `json:"cause"` // why it is unknown, or municipality_wide
	Reason           Text     `json:"reason"`
	InsideShare      *float64 `json:"inside_share"`
	ConditionalShare *float64 `json:"conditional_share"`
	OutsideShare     *float64 `json:"outside_share"`
	UnknownShare     *float64 `json:"unknown_share"`
	List             *string  `json:"list"` // nil: none is loaded, or none is valid in the year asked for
	Fund             *string  `json:"fund"`
	PeriodFrom       *int     `json:"period_from"` // years, both included
	PeriodTo         *int     `json:"period_to"`
	Rule             *string  `json:"rule"`
	Source           *string  `json:"source"` // the legal source
	SourceRef        *string  `json:"source_ref"`
	SourceURL        *string  `json:"source_url"`
	Note             *Text    `json:"note"`
}

// FundingWarning says that money entered does not fit a mechanism's territory or period.
type FundingWarning struct {
	Mechanism string `json:"mechanism"`
	Year      *int   `json:"year"`
	Kind      string `json:"kind"` // period, outside, partly, justification
	Reason    Text   `json:"reason"`
}

// EligibilityQuery asks for the projects of one municipality.
type EligibilityQuery struct {
	Municipality string // code or folded name
	Project      string // code; empty: all
	Mechanism    string // code; empty: all
	State        string // one of EligibilityStates; empty: all
	Year         *int   // only lists that are valid then
}

// ProjectEligibility is Eligible with the project and what to be warned of.
type ProjectEligibility struct {
	Project string `json:"project"`
	Title   string `json:"title"`
	Eligible
	Warning *Text `json:"warning"` // of the mechanism, whichever list
}

// ListEligibility answers an EligibilityQuery, by project and mechanism. Unknown
// words are errors of kind Invalid or NotFound.
func ListEligibility(ctx context.Context, q Querier, query EligibilityQuery) ([]ProjectEligibility, error) {
	if query.State != "" {
		if err := oneOf("state", []string{query.State}, EligibilityStates); err != nil {
			return nil, err
		}
	}
	town, err := FindMunicipality(ctx, q, query.Municipality)
	if err != nil {
		return nil, err
	}
	var known bool
	err = q.QueryRow(ctx, `SELECT ($1 = '' OR EXISTS (SELECT FROM projects WHERE municipality_id = $2 AND code = $1))`, query.Project, town.ID).Scan(&known)
	if err != nil {
		return nil, fmt.Errorf("looking for the project: %w", err)
	}
	if !known {
		return nil, Errorf(NotFound, "Unknown project", "%s has no project %q", town.Name, query.Project)
	}
	if query.Mechanism != "" {
		var codes []string
		if err := q.QueryRow(ctx, `SELECT coalesce(array_agg(code ORDER BY code), '{}') FROM mechanisms`).Scan(&codes); err != nil {
			return nil, fmt.Errorf("reading the mechanisms: %w", err)
		}
		if err := oneOf("mechanism", []string{query.Mechanism}, codes); err != nil {
			return nil, err
		}
	}
	rows, err := q.Query(ctx, statement("eligibility"), town.Code, query.Project, query.Year, query.Mechanism, query.State)
	if err != nil {
		return nil, fmt.Errorf("asking who can pay: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e ProjectEligibility, err error) {
		var sl, en *string
		err = row.Scan(&e.Project, &e.Title, &e.Mechanism, &e.Name.SL, &e.Name.EN, &e.State, &e.Cause, &e.Reason.SL, &e.Reason.EN,
			&e.InsideShare, &e.ConditionalShare, &e.OutsideShare, &e.UnknownShare,
			&e.List, &e.Fund, &e.PeriodFrom, &e.PeriodTo, &e.Rule, &e.Source, &e.SourceRef, &e.SourceURL, &sl, &en)
		if sl != nil && en != nil {
			e.Warning = &Text{SL: *sl, EN: *en}
		}
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("asking who can pay: %w", err)
	}
	return list, nil
}

// MechanismList is a loaded territory list.
type MechanismList struct {
	Mechanism    string  `json:"mechanism"`
	Code         string  `json:"code"`
	Municipality *string `json:"municipality"` // slug; nil: it names places of several
	Fund         *string `json:"fund"`
	PeriodFrom   *int    `json:"period_from"`
	PeriodTo     *int    `json:"period_to"`
	Layer        string  `json:"layer"`
	Rule         string  `json:"rule"`
	Source       string  `json:"source"`
	SourceRef    *string `json:"source_ref"`
	SourceURL    *string `json:"source_url"`
	Places       int     `json:"places"`
}

// MechanismLists lists the territory lists; with a municipality those of it and those of several.
func MechanismLists(ctx context.Context, q Querier, municipality string) ([]MechanismList, error) {
	var town *int64
	if municipality != "" {
		m, err := FindMunicipality(ctx, q, municipality)
		if err != nil {
			return nil, err
		}
		town = &m.ID
	}
	rows, err := q.Query(ctx, statement("mechanism_lists"), town)
	if err != nil {
		return nil, fmt.Errorf("listing the territory lists: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[MechanismList])
	if err != nil {
		return nil, fmt.Errorf("listing the territory lists: %w", err)
	}
	return list, nil
}
