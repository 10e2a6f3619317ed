package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"kraj/geo"
)

// The sizes of a page of a list.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

// listAnswer is a page of a list as the API gives it.
type listAnswer[T any] struct {
	Items []T     `json:"items"`
	Total int     `json:"total"`
	Next  *string `json:"next"` // the whole address of the next page
}

// writeList answers with a page and the address of the next.
func writeList[T any](w http.ResponseWriter, r *http.Request, list geo.List[T]) error {
	a := listAnswer[T]{Items: list.Items, Total: list.Total}
	if list.Next != "" {
		next := withQuery(r, "cursor", list.Next)
		a.Next = &next
		w.Header().Set("Link", "<"+next+`>; rel="next"`)
	}
	return writeJSON(w, r, a)
}

// writeRaw answers with JSON that is ready to be sent.
func writeRaw(w http.ResponseWriter, r *http.Request, text json.RawMessage) error {
	return write(w, r, answer{contentType: typeJSON, body: text})
}

// withQuery is the request's own address with one parameter changed, and some left out.
func withQuery(r *http.Request, name, value string, without ...string) string {
	q := r.URL.Query()
	q.Set(name, value)
	for _, other := range without {
		q.Del(other)
	}
	return originOf(r.Context()).url(r.URL.EscapedPath()) + "?" + encodeQuery(q)
}

// encodeQuery is readable: commas stay commas.
func encodeQuery(q url.Values) string {
	return commas.Replace(q.Encode())
}

// municipalityOf finds the municipality that the parameter names; nil when it is
// not given. An empty value is as none.
func municipalityOf(ctx context.Context, db geo.Querier, p *params) (*geo.MunicipalityRef, error) {
	if p.Text("municipality") == "" {
		return nil, nil //nolint:nilnil // all of them: neither one nor a failure
	}
	m, err := geo.FindMunicipality(ctx, db, p.Text("municipality"))
	if err != nil {
		return nil, asParameter(err)
	}
	return &m, nil
}

// asParameter: a thing that a parameter names and that does not exist is a bad
// question, not a missing page.
func asParameter(err error) error {
	if e, ok := err.(*geo.Error); ok && e.Kind == geo.NotFound { //nolint:errorlint // exactly this error, not one further down
		return &geo.Error{Kind: geo.Invalid, Title: e.Title, Detail: e.Detail}
	}
	return err
}
