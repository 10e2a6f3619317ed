package web

import (
	"net/http"
	"slices"
	"strings"

	"kraj/geo"
)

// What a balance may be asked by; the first of each is the default.
var (
	balanceBy      = []string{"theme", "measure", "status", "horizon", "mechanism", "source", "holder", "year", "settlement", "local_community"}
	balanceMethods = []string{"extent", "population", "equal", "served"}
	balanceSpreads = []string{"none", "population"}
	balanceMoney   = []string{"total", "own", "eu", "state", "private"}
	balanceParams  = slices.Concat([]string{"municipality", "by", "scheme", "method", "spread", "money", "population", "as_of", "include"}, filterParams)
)

// noGroup is how ?group= names the group without a key: no theme, no year …
const noGroup = "none"

func (s *Server) balance(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, balanceParams...)
	query := balanceQuery(p)
	if err := p.Err(); err != nil {
		return err
	}
	b, err := geo.ComputeBalance(r.Context(), audienceOf(r.Context()).db(), query)
	if err != nil {
		return asParameter(err)
	}
	return writeJSON(w, r, b)
}

// balanceProjects opens a figure: the projects behind one group and one class.
func (s *Server) balanceProjects(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, slices.Concat(balanceParams, []string{"group", "limit", "cursor"})...)
	query := balanceQuery(p)
	cell := geo.BalanceCell{}
	if len(query.Classes) == 1 { // the class of the cell
		cell.Class, query.Classes = query.Classes[0], nil
	}
	switch group := p.Text("group"); {
	case group == noGroup && query.By != "horizon", p.Has("group") && group == "":
		cell.None = true
	case p.Has("group"):
		cell.Group = &group
	}
	limit, offset := p.Int("limit", defaultLimit, 1, maxLimit), p.Int("cursor", 0, 0, 1_000_000)
	if err := p.Err(); err != nil {
		return err
	}
	all, err := geo.BalanceProjects(r.Context(), audienceOf(r.Context()).db(), query, cell)
	if err != nil {
		return asParameter(err)
	}
	offset = min(offset, len(all))
	list := geo.List[geo.BalanceProject]{Items: append([]geo.BalanceProject{}, all[offset:min(len(all), offset+limit)]...), Total: len(all)}
	if offset+limit < len(all) {
		list.Next = itoa(offset + limit)
	}
	return writeList(w, r, list)
}

func balanceQuery(p *params) geo.BalanceQuery {
	return geo.BalanceQuery{
		Municipality:  p.Text("municipality"),
		By:            p.Word("by", balanceBy...),
		Scheme:        p.Text("scheme"),
		Method:        p.Word("method", balanceMethods...),
		Spread:        p.Word("spread", balanceSpreads...),
		Money:         p.Word("money", balanceMoney...),
		Population:    p.Text("population"),
		AsOf:          asOf(p),
		Include:       p.Words("include", "proposed"),
		ProjectFilter: projectFilter(p),
	}
}

// asOf forgives a "+" of a time's offset that was not percent-encoded and so arrived
// as a space. What it means is the database's to say.
func asOf(p *params) string {
	text := strings.ReplaceAll(p.Text("as_of"), " ", "+")
	if p.Has("as_of") && text == "" {
		p.fail("as_of is empty; accepted: the number of a revision (12), a day (2026-06-30, as it ended) or a time (2026-06-30T12:00:00Z)")
	}
	return text
}
