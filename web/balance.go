package web

import (
	"encoding/json"
	"fmt"
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
	return s.answerKept(w, r, query, func() (any, error) {
		return geo.ComputeBalance(r.Context(), audienceOf(r.Context()).db(), query)
	})
}

// answerKept answers a question from what is kept, or computes and keeps it: by audience, question and the state of the
// database. The same question in other words (municipality by code or name, lists in another order) may be computed twice.
func (s *Server) answerKept(w http.ResponseWriter, r *http.Request, question any, compute func() (any, error)) error {
	text, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("writing the question down: %w", err)
	}
	key := "public" + r.URL.Path + string(text)
	if audienceOf(r.Context()).user != nil {
		key = "planners" + r.URL.Path + string(text)
	}
	a, epoch, ok := s.answers.get(key)
	if ok {
		w.Header().Set("Cache-Status", "kraj; hit")
		return write(w, r, a)
	}
	v, err := compute()
	if err != nil {
		return asParameter(err)
	}
	if a, err = encoded(v); err != nil {
		return err
	}
	s.answers.keep(key, epoch, a)
	w.Header().Set("Cache-Status", "kraj; fwd=miss")
	return write(w, r, a)
}

// encoded is v as JSON, with its tag, compressed once for all who ask.
func encoded(v any) (answer, error) {
	body, err := jsonBody(v)
	if err != nil {
		return answer{}, err
	}
	a := answer{contentType: typeJSON, body: body, etag: etag(body)}
	if len(body) >= worthCompressing {
		a.body, a.coded = compress(body), true
	}
	return a, nil
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
