package geo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// PlaceRef names a place.
type PlaceRef struct {
	Layer string `json:"layer"`
	Code  string `json:"code"`
	Name  string `json:"name"`
}

// Project as it stands in a list.
type Project struct {
	ID           int64      `json:"id"`
	Municipality string     `json:"municipality"`
	Code         string     `json:"code"`
	SourceCode   *string    `json:"source_code"`
	Title        string     `json:"title"`
	TitleEN      *string    `json:"title_en"`
	Theme        *string    `json:"theme"`
	Measure      *string    `json:"measure"`
	Status       string     `json:"status"`
	Horizon      string     `json:"horizon"`
	Strategic    bool       `json:"strategic"`
	IsGroup      bool       `json:"is_group"`
	Parent       *string    `json:"parent"` // code
	Depth        int        `json:"depth"`  // 0: no parent
	Scope        string     `json:"scope"`
	Holder       *string    `json:"holder"`
	Responsible  *string    `json:"responsible"`
	AmountCents  *int64     `json:"amount_cents"` // the stated total, or the sum of its lines where that is more
	Located      bool       `json:"located"`
	Approximate  *bool      `json:"approximate"`
	BBox         *BBox      `json:"bbox"`
	Places       []PlaceRef `json:"places"`
}

// Projects lists projects by municipality and natural code, limit at a time. m nil
// means of all municipalities. cursor is that of the page before, or empty.
func Projects(ctx context.Context, q Querier, m *MunicipalityRef, f ProjectFilter, limit int, cursor string) (List[Project], error) {
	var after struct {
		name, code       *string
		municipality, id *int64
	}
	question := []any{m, f}
	if _, err := decodeCursor(cursor, question, &after.name, &after.municipality, &after.code, &after.id); err != nil {
		return List[Project]{}, err
	}
	var municipality *int64
	if m != nil {
		municipality = &m.ID
	}
	rows, err := q.Query(ctx, statement("projects"), municipality, f.JSON(), limit+1, after.name, after.municipality, after.code, after.id)
	if err != nil {
		return List[Project]{}, fmt.Errorf("listing projects: %w", err)
	}
	type row struct {
		Total        int
		Name         *string
		Municipality *int64
		Code         *string
		ID           *int64
		Item         *Project
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return List[Project]{}, fmt.Errorf("listing projects: %w", err)
	}
	return page(found, limit, func(r row) (int, *Project, []any) {
		return r.Total, r.Item, []any{r.Name, r.Municipality, r.Code, r.ID}
	}, question)
}

// ProjectDetail is everything about one project.
type ProjectDetail struct {
	Project
	Description   *string         `json:"description"`
	Participants  []string        `json:"participants"`
	Department    *string         `json:"department"`
	PlanState     *string         `json:"plan_state"`
	Source        *string         `json:"source"`
	SourceRef     *string         `json:"source_ref"`
	CostCents     *int64          `json:"cost_cents"`
	CostText      *string         `json:"cost_text"`
	CostQualifier string          `json:"cost_qualifier"`
	Funding       []Funding       `json:"funding"`
	Eligibility   Eligibility     `json:"eligibility"`
	Phases        []Phase         `json:"phases"`
	Links         []Link          `json:"links"`
	Ties          []Tie           `json:"ties"`
	Children      []ProjectRef    `json:"children"`
	Ancestors     []ProjectRef    `json:"ancestors"` // the outermost first
	Geometry      json.RawMessage `json:"geometry"`  // GeoJSON GeometryCollection in CRS84, or null
	Attributes    json.RawMessage `json:"attributes"`
}

// Funding is one line of a project's money.
type Funding struct {
	Year           *int    `json:"year"`
	Source         string  `json:"source"`
	Mechanism      *string `json:"mechanism"`
	NRPCode        *string `json:"nrp_code"`
	AmountCents    *int64  `json:"amount_cents"`
	EffectiveCents *int64  `json:"effective_cents"` // what may enter a sum
	Kind           string  `json:"kind"`
	Text           *string `json:"text"`
	Qualifier      string  `json:"qualifier"`
	Period         string  `json:"period"`
	PeriodYears    *int    `json:"period_years"`
	Years          *int    `json:"years"`
}

// Phase of a project; dates are YYYY-MM-DD.
type Phase struct {
	Kind   string  `json:"kind"`
	Name   *string `json:"name"`
	Starts *string `json:"starts"`
	Ends   *string `json:"ends"`
	Note   *string `json:"note"`
}

// Link to a document.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// ProjectRef names a project above or below.
type ProjectRef struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Status string `json:"status,omitempty"`
}

// FindProject answers everything about the project with the code.
func FindProject(ctx context.Context, q Querier, m MunicipalityRef, code string) (*ProjectDetail, error) {
	p := &ProjectDetail{}
	err := q.QueryRow(ctx, statement("project"), m.ID, code).Scan(&p)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, Errorf(NotFound, "Unknown project", "there is no project %q in %s; /api/v1/projects?municipality=%s lists them", code, m.Name, url.QueryEscape(m.Slug))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the project %q: %w", code, err)
	}
	for i := range p.Ties {
		p.Ties[i].Reason = p.Ties[i].reason()
	}
	return p, nil
}
