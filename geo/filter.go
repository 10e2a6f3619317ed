package geo

import "encoding/json"

// The keys that projects carry.
var (
	Statuses = []string{"idea", "preparation", "implementation", "realised", "not_realised", "dropped", "unknown"}
	Horizons = []string{"2030", "2035", "2030+2035", "none"}
	Scopes   = []string{"sites", "municipality", "unplaced"}
	// Classes are those of settlements and the special rows, in the order in which they are shown.
	Classes = []string{"urban", "suburban", "rural", "unclassified", "outside", "municipality_wide", "unplaced"}
	// EligibilityStates say whether a mechanism may pay for a project.
	EligibilityStates = []string{"eligible", "conditional", "partly", "not_eligible", "unknown"}
	// Sources of money; not_stated is what a stated total has more than its lines.
	Sources = []string{"own", "eu", "state", "private", "other", "not_stated"}
)

// ProjectFilter narrows projects, alike in lists, balances and exports; nil and
// empty fields do not filter, lists mean "any of these", the word "none" means
// "without". The database knows what each means: kraj.projects_in.
type ProjectFilter struct {
	Themes           []string `json:"theme,omitempty"`
	Measures         []string `json:"measure,omitempty"`
	Statuses         []string `json:"status,omitempty"`
	Horizons         []string `json:"horizon,omitempty"`
	Strategic        *bool    `json:"strategic,omitempty"`
	Settlements      []string `json:"settlement,omitempty"` // codes, register numbers or names
	Classes          []string `json:"class,omitempty"`
	Scheme           string   `json:"scheme,omitempty"` // of the classes; empty: municipal
	Scopes           []string `json:"scope,omitempty"`
	Holders          []string `json:"holder,omitempty"`
	Mechanisms       []string `json:"mechanism,omitempty"` // one line fits mechanism, source and year
	Sources          []string `json:"source,omitempty"`
	Years            []string `json:"year,omitempty"`
	Places           []string `json:"place,omitempty"` // layer:code
	LocalCommunities []string `json:"local_community,omitempty"`
	Eligible         []string `json:"eligible,omitempty"` // mechanism, or mechanism:state with one of EligibilityStates
	MinCents         *int64   `json:"min_cents,omitempty"`
	MaxCents         *int64   `json:"max_cents,omitempty"`
	Located          *bool    `json:"located,omitempty"`
	Text             string   `json:"q,omitempty"` // every word must occur in code or title, folded
}

// JSON is the filter as the database's functions take it.
func (f ProjectFilter) JSON() string {
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // texts, numbers and truths: nothing that could fail
	}
	return string(text)
}
