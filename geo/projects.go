package geo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The keys that projects carry.
var (
	Statuses = []string{"idea", "preparation", "implementation", "realised", "not_realised", "dropped", "unknown"}
	Horizons = []string{"2030", "2035", "2030+2035", "none"}
	Scopes   = []string{"sites", "municipality", "unplaced"}
	Classes  = []string{"urban", "suburban", "rural", "unclassified"}
)

// ProjectFilter narrows a list of projects; nil and empty fields do not filter,
// lists mean "any of these".
type ProjectFilter struct {
	Municipality                                                       *MunicipalityRef
	Themes, Measures, Statuses, Horizons, Settlements, Classes, Scopes []string
	Strategic                                                          *bool
	Text                                                               string // every word must occur in code or title, folded
}

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

// Projects lists projects by municipality and natural code, limit at a time.
// cursor is that of the page before, or empty.
func Projects(ctx context.Context, q Querier, f ProjectFilter, limit int, cursor string) (List[Project], error) {
	var after struct {
		name, code       *string
		municipality, id *int64
	}
	if _, err := decodeCursor(cursor, f, &after.name, &after.municipality, &after.code, &after.id); err != nil {
		return List[Project]{}, err
	}
	var municipality *int64
	if f.Municipality != nil {
		municipality = &f.Municipality.ID
	}
	words, err := patterns(ctx, q, f.Text)
	if err != nil {
		return List[Project]{}, err
	}
	rows, err := q.Query(ctx, statement("projects"), municipality, f.Themes, f.Measures, f.Statuses, f.Horizons, f.Strategic,
		f.Settlements, f.Classes, f.Scopes, words, limit+1, after.name, after.municipality, after.code, after.id)
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
	}, f)
}

// patterns folds words as the database does and makes a LIKE pattern of each;
// nil when there are none. Folded words hold no character that LIKE minds.
func patterns(ctx context.Context, q Querier, text string) ([]string, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var folded string
	if err := q.QueryRow(ctx, `SELECT kraj.fold($1)`, text).Scan(&folded); err != nil {
		return nil, fmt.Errorf("folding words: %w", err)
	}
	var list []string
	for _, word := range strings.Fields(folded) {
		list = append(list, "%"+word+"%")
	}
	if list == nil {
		list = []string{text} // nothing but punctuation: it occurs nowhere
	}
	return list, nil
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
