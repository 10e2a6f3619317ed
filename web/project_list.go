package web

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"kraj/geo"
)

// maxListOffset is beyond what any list has.
const maxListOffset = 100_000_000

// orderParams put projects in order; with any of them a list is read by offset.
var orderParams = []string{"sort", "groups", "offset", "around"}

// projectPage is a part of a list in an order of its own: it can be entered anywhere, as a table needs it.
type projectPage struct {
	Items    []geo.Project `json:"items"`
	Total    int           `json:"total"`
	Next     *string       `json:"next"`
	Offset   int           `json:"offset"`   // of the first item
	Position *int          `json:"position"` // of the project that around names; null without one, or when the list does not have it
}

// projectOrder reads what puts projects in order.
func projectOrder(p *params, f geo.ProjectFilter) geo.ProjectOrder {
	o := geo.ProjectOrder{Municipality: p.Text("municipality"), ProjectFilter: f, Sort: p.List("sort"), Groups: p.Word("groups", geo.ListGroups...)}
	if err := geo.CheckSort(o.Sort); err != nil && p.err == nil {
		p.err = err
	}
	return o
}

// sortedProjects answers a page of projects in the order that is asked for. The order is worked out once and kept until
// something changes, so that scrolling through a hundred thousand rows asks the database for rows alone.
func (s *Server) sortedProjects(w http.ResponseWriter, r *http.Request, p *params, f geo.ProjectFilter) error {
	order := projectOrder(p, f)
	limit, offset, around := p.Int("limit", defaultLimit, 1, maxLimit), p.Int("offset", 0, 0, maxListOffset), p.Text("around")
	municipality, code, named := strings.Cut(around, ":")
	if around != "" && (!named || municipality == "" || code == "") {
		p.fail("around=%q must be municipality:code, e.g. kranj:2.3/1", around)
	}
	if p.Has("cursor") {
		p.fail("cursor goes with the natural order; a list with sort, groups, offset or around goes on by offset")
	}
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	ids, err := s.projectIDs(r, order)
	if err != nil {
		return asParameter(err)
	}
	page := projectPage{Total: len(ids)}
	if around != "" {
		id, err := geo.ProjectID(ctx, db, municipality, code)
		if err != nil {
			return err
		}
		if at := slices.Index(ids, id); at >= 0 {
			page.Position = &at
			offset = at - at%limit
		}
	}
	page.Offset = min(offset, len(ids))
	end := min(page.Offset+limit, len(ids))
	if page.Items, err = geo.ProjectsByID(ctx, db, ids[page.Offset:end]); err != nil {
		return err
	}
	if end < len(ids) {
		next := withQuery(r, "offset", itoa(end), "around")
		page.Next = &next
		w.Header().Set("Link", "<"+next+`>; rel="next"`)
	}
	return writeJSON(w, r, page)
}

// projectIDs are the ids of a list in order, from what is kept or anew.
func (s *Server) projectIDs(r *http.Request, order geo.ProjectOrder) ([]int64, error) {
	text, err := json.Marshal(order)
	if err != nil {
		return nil, fmt.Errorf("writing the question down: %w", err)
	}
	key := "public" + string(text)
	if audienceOf(r.Context()).user != nil {
		key = "planners" + string(text)
	}
	kept, epoch, ok := s.orders.get(key)
	if ok {
		ids := make([]int64, len(kept.body)/8)
		if err := binary.Read(bytes.NewReader(kept.body), binary.LittleEndian, ids); err != nil {
			return nil, fmt.Errorf("reading a kept order: %w", err)
		}
		return ids, nil
	}
	ids, err := geo.ProjectIDs(r.Context(), audienceOf(r.Context()).db(), order)
	if err != nil {
		return nil, err
	}
	body := make([]byte, 0, 8*len(ids))
	for _, id := range ids {
		body = binary.LittleEndian.AppendUint64(body, uint64(id)) //nolint:gosec // the same bits, read back as they were
	}
	s.orders.keep(key, epoch, answer{body: body})
	return ids, nil
}
