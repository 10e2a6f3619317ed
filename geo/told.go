package geo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Told is what one revision did, as an audience may know it.
type Told struct {
	Revision int64           `json:"revision"`
	At       time.Time       `json:"at"`
	Kind     string          `json:"kind"`    // edit, import, revert, demo
	Actor    *string         `json:"actor"`   // null for the public
	Source   *string         `json:"source"`  // null for the public
	Message  *string         `json:"message"` // null for the public
	Reverts  []int64         `json:"reverts"` // empty for the public
	Counts   []ToldCount     `json:"counts"`
	Total    int             `json:"total"` // things concerned: projects and places
	Items    json.RawMessage `json:"items"` // the first of them, see told.sql
	Areas    json.RawMessage `json:"areas"` // where, by layer
}

// ToldCount says how many rows of a relation came, changed or went.
type ToldCount struct {
	Relation string `json:"relation"`
	New      int    `json:"new"`
	Changed  int    `json:"changed"`
	Gone     int    `json:"gone"`
}

// ToldQuery narrows what is told; the zero value means all of it.
type ToldQuery struct {
	Municipality *MunicipalityRef // what belongs to it; with Thing: whose it is
	Layer, Code  string           // one place or, in the layer projects, one project
	Revision     int64            // only this one
	Limit, Named int              // revisions, and things named of each
}

// ToldHistory tells what the last revisions did, the newest first; the cursor goes on
// with older ones. Which drafts are left out is the audience's affair: q decides.
func ToldHistory(ctx context.Context, q Querier, query ToldQuery, cursor string) (List[Told], error) {
	list := List[Told]{Items: []Told{}}
	question := []any{townCode(query.Municipality), query.Layer, query.Code}
	var before, revision, town *int64
	var last int64
	if ok, err := decodeCursor(cursor, question, &last); err != nil {
		return list, err
	} else if ok {
		before = &last
	}
	if query.Revision != 0 {
		revision = &query.Revision
	}
	layer, row, err := toldRow(ctx, q, query)
	if err != nil {
		return list, err
	}
	if query.Municipality != nil {
		town = &query.Municipality.ID
	}
	rows, err := q.Query(ctx, statement("told"), town, layer, row, before, revision, query.Limit+1, query.Named)
	if err != nil {
		return list, fmt.Errorf("reading the history: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var t Told
		if err := rows.Scan(&t.Revision, &t.At, &t.Kind, &t.Actor, &t.Source, &t.Message, &t.Reverts, &t.Counts, &t.Total, &t.Items, &t.Areas); err != nil {
			return list, fmt.Errorf("reading the history: %w", err)
		}
		list.Items = append(list.Items, t)
	}
	if err := rows.Err(); err != nil {
		return list, fmt.Errorf("reading the history: %w", err)
	}
	if len(list.Items) > query.Limit {
		list.Items = list.Items[:query.Limit]
		list.Next, err = encodeCursor(question, list.Items[query.Limit-1].Revision)
	}
	return list, err
}

// toldRow finds the row of a place or project; nils when none is asked for.
func toldRow(ctx context.Context, q Querier, query ToldQuery) (layer, row *string, err error) {
	if query.Layer == "" {
		return nil, nil, nil
	}
	key := PlaceKey{Layer: query.Layer, Code: query.Code, Municipality: query.Municipality}
	if err := knownLayers(ctx, q, slices.DeleteFunc([]string{key.Layer}, func(l string) bool { return l == "municipalities" })...); err != nil {
		return nil, nil, err
	}
	err = q.QueryRow(ctx, `SELECT p.id::text FROM place_shape($1, $2, $3) p`, key.Layer, townCode(key.Municipality), key.Code).Scan(&row)
	if err != nil {
		return nil, nil, fmt.Errorf("finding %s of the layer %s: %w", key.Code, key.Layer, err)
	}
	if row == nil {
		return nil, nil, key.missing()
	}
	return &key.Layer, row, nil
}
