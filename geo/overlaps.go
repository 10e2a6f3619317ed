package geo

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// OverlapPair is what two features of two layers have in common.
type OverlapPair struct {
	A       OverlapEnd `json:"a"`
	B       OverlapEnd `json:"b"`
	Measure float64    `json:"measure"`
	Unit    string     `json:"unit"` // m2, m, count
}

// OverlapEnd is one of the two; Share is the common part of it, null where it is
// measured in another unit.
type OverlapEnd struct {
	Municipality *string  `json:"municipality"`
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	Share        *float64 `json:"share"`
}

// Overlaps lists the pairs of features of layer a in the municipality and of
// layer b anywhere that share an area, a length or points; by the codes of a, the
// largest first. Next of the list is the next offset.
func Overlaps(ctx context.Context, q Querier, a, b string, m MunicipalityRef, limit, offset int) (List[OverlapPair], error) {
	list := List[OverlapPair]{Items: []OverlapPair{}}
	if err := knownLayers(ctx, q, a, b); err != nil {
		return list, err
	}
	rows, err := q.Query(ctx, statement("overlaps"), a, b, m.Code, limit, offset)
	if err != nil {
		return list, fmt.Errorf("looking for overlaps: %w", err)
	}
	var pair *OverlapPair
	_, err = pgx.ForEachRow(rows, []any{&list.Total, &pair}, func() error {
		if pair != nil {
			list.Items = append(list.Items, *pair)
		}
		pair = nil
		return nil
	})
	if err != nil {
		return list, fmt.Errorf("looking for overlaps: %w", err)
	}
	if next := offset + len(list.Items); next < list.Total && len(list.Items) > 0 {
		list.Next = strconv.Itoa(next)
	}
	return list, nil
}
