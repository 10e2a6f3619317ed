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
	Participants []string   `json:"participants"`
	Department   *string    `json:"department"`
	Starts       *string    `json:"starts"` // of its first phase, YYYY-MM-DD
	Ends         *string    `json:"ends"`   // of its last phase
	Responsible  *string    `json:"responsible"`
	AmountCents  *int64     `json:"amount_cents"` // what counts in the balance: the stated total, or the sum of its lines where that is more
	Money        []Money    `json:"money"`        // whose money it is
	Located      bool       `json:"located"`
	Approximate  *bool      `json:"approximate"`
	BBox         *BBox      `json:"bbox"`
	Places       []PlaceRef `json:"places"`
}

// Money is the part of an amount that comes from one source.
type Money struct {
	Source      string `json:"source"`       // own, eu, state, private, other, not_stated
	AmountCents *int64 `json:"amount_cents"` // null: named without an amount
}

// Projects lists projects by municipality and natural code, limit at a time.
// municipality is a code or folded name, empty for all. cursor is that of the page
// before, or empty.
func Projects(ctx context.Context, q Querier, municipality string, f ProjectFilter, limit int, cursor string) (List[Project], error) {
	var after struct {
		name, code *string
		town, id   *int64
	}
	question := []any{municipality, f}
	if _, err := decodeCursor(cursor, question, &after.name, &after.town, &after.code, &after.id); err != nil {
		return List[Project]{}, err
	}
	rows, err := q.Query(ctx, statement("projects"), municipality, f.JSON(), limit+1, after.name, after.town, after.code, after.id)
	if err != nil {
		return List[Project]{}, fmt.Errorf("listing projects: %w", err)
	}
	type row struct {
		Known        bool
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
	if len(found) > 0 && !found[0].Known {
		_, err := FindMunicipality(ctx, q, municipality)
		return List[Project]{}, err
	}
	return page(found, limit, func(r row) (int, *Project, []any) {
		return r.Total, r.Item, []any{r.Name, r.Municipality, r.Code, r.ID}
	}, question)
}

// ProjectDetail is everything about one project.
type ProjectDetail struct {
	Project
	Description    *string         `json:"description"`
	Keeper         *string         `json:"keeper,omitempty"` // planners only
	PlanState      *string         `json:"plan_state"`
	Source         *string         `json:"source"`
	SourceRef      *string         `json:"source_ref"`
	CostCents      *int64          `json:"cost_cents"`
	CostText       *string         `json:"cost_text"`
	CostQualifier  string          `json:"cost_qualifier"`
	Funding        []Funding       `json:"funding"`
	NotStatedCents *int64          `json:"not_stated_cents"` // the stated total less the lines that count
	Eligibility    Eligibility     `json:"eligibility"`
	Phases         []Phase         `json:"phases"`
	Links          []Link          `json:"links"`
	Ties           []Tie           `json:"ties"`
	ProposedTies   []ProposedTie   `json:"proposed_ties"`
	Weights        []Weight        `json:"weights"` // how it divides over the rows of the balance
	Nearest        []Nearest       `json:"nearest"` // of each layer; 0 m: it touches
	Children       []ProjectRef    `json:"children"`
	Ancestors      []ProjectRef    `json:"ancestors"` // the outermost first
	Below          *Below          `json:"below"`     // groups: what all projects below come to
	Geometry       json.RawMessage `json:"geometry"`  // GeoJSON GeometryCollection in CRS84, or null
	Attributes     json.RawMessage `json:"attributes"`
	History        *LastChange     `json:"history"`
}

// Funding is one line of a project's money.
type Funding struct {
	Year           *int    `json:"year"`
	Source         string  `json:"source"`
	Mechanism      *string `json:"mechanism"`
	NRPCode        *string `json:"nrp_code"`
	AmountCents    *int64  `json:"amount_cents"`
	EffectiveCents *int64  `json:"effective_cents"` // what may enter a sum
	Counts         bool    `json:"counts"`          // it does enter the sums
	WhyNot         *string `json:"why_not"`         // group, no_amount, no_years, more_certain
	Reason         *Text   `json:"reason"`          // why it does not count, in words
	Kind           string  `json:"kind"`
	Text           *string `json:"text"`
	Qualifier      string  `json:"qualifier"`
	Period         string  `json:"period"`
	PeriodYears    *int    `json:"period_years"`
	Years          *int    `json:"years"`
}

// reason puts into words why a line does not count.
func (f Funding) reason() *Text {
	if f.WhyNot == nil {
		return nil
	}
	switch *f.WhyNot {
	case "group":
		return &Text{"Projekt je skupina: štejejo projekti pod njim.", "The project is a group: the projects below it count."}
	case "no_amount":
		return &Text{"Vir je naveden brez zneska.", "The source is named without an amount."}
	case "no_years":
		return &Text{"Znesek se ponavlja, število let pa ni navedeno.", "The amount recurs, but the number of years is not stated."}
	}
	return &Text{
		"Isti denar je naveden tudi zanesljiveje (plačan, pogodben ali v proračunu); šteje tista vrstica.",
		"The same money is also stated with more certainty (paid, contracted or budgeted); that line counts.",
	}
}

// ProposedTie is a place that the project's words may mean; a planner confirms or
// rejects it. Until then it is no tie.
type ProposedTie struct {
	PlaceRef
	LayerTitle Text     `json:"layer_title"`
	Relation   string   `json:"relation"`
	State      string   `json:"state"`
	Score      *float64 `json:"score"`
	Words      *string  `json:"words"`
}

// Weight is a project's part in one row of the balance, by each method; the parts
// of all rows sum to 1.
type Weight struct {
	Settlement *struct {
		Code string `json:"code"`
		Name string `json:"name"`
	} `json:"settlement"`
	Special     *string `json:"special"` // outside, municipality_wide, unplaced
	Extent      float64 `json:"extent"`
	Population  float64 `json:"population"`
	Equal       float64 `json:"equal"`
	Served      float64 `json:"served"`
	AmountCents *int64  `json:"amount_cents"` // by extent
	Origin      string  `json:"origin"`       // the rule that decided: explicit, municipality, geometry, stated, none
	Note        *string `json:"note"`         // the planner's reason
	Reason      Text    `json:"reason"`
}

// reason puts into words which rule decided.
func (w Weight) reason() Text {
	switch w.Origin {
	case "explicit":
		if w.Note != nil {
			return Text{"Delež je določil načrtovalec: " + *w.Note + ".", "A planner set the share: " + *w.Note + "."}
		}
		return Text{"Delež je določil načrtovalec.", "A planner set the share."}
	case "municipality":
		return Text{"Projekt velja za celotno občino.", "The project concerns the whole municipality."}
	case "geometry":
		return Text{"Po legi na zemljevidu.", "By where it lies on the map."}
	case "stated":
		return Text{"Kraj je navedel načrtovalec.", "A planner stated the place."}
	}
	return Text{"Projekt še nima lokacije.", "The project has no place yet."}
}

// Below sums all projects below a group.
type Below struct {
	Sums
	Realised int `json:"realised"`
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

	IsGroup     *bool  `json:"is_group,omitempty"`     // of children
	AmountCents *int64 `json:"amount_cents,omitempty"` // of children, where one is known
}

// FindProject answers everything about the project with the code, in the
// municipality of this code or folded name.
func FindProject(ctx context.Context, q Querier, municipality, code string) (*ProjectDetail, error) {
	p := &ProjectDetail{}
	err := q.QueryRow(ctx, statement("project"), municipality, code).Scan(&p)
	if errors.Is(err, pgx.ErrNoRows) {
		m, err := FindMunicipality(ctx, q, municipality)
		if err != nil {
			return nil, err
		}
		return nil, Errorf(NotFound, "Unknown project", "there is no project %q in %s; /api/v1/projects?municipality=%s lists them", code, m.Name, url.QueryEscape(m.Slug))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the project %q: %w", code, err)
	}
	for i := range p.Ties {
		p.Ties[i].Reason = p.Ties[i].reason()
	}
	for i := range p.Funding {
		p.Funding[i].Reason = p.Funding[i].reason()
	}
	for i := range p.Weights {
		p.Weights[i].Reason = p.Weights[i].reason()
	}
	return p, nil
}
