package geo

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Hit is something that words may mean.
type Hit struct {
	Kind         string  `json:"kind"`  // settlement, municipality, project, measure, theme, or the layer of another place
	Layer        *string `json:"layer"` // null: measures and themes
	Municipality *string `json:"municipality"`
	Code         string  `json:"code"`
	Name         string  `json:"name"`
	Context      *Text   `json:"context"`
	BBox         *BBox   `json:"bbox"`
	Score        float64 `json:"score"`
}

// Search finds what words may mean: places, projects, measures and themes whose
// name begins with them, contains them, or looks like them. Letters count
// without their marks. m narrows it to a municipality, nil does not.
func Search(ctx context.Context, q Querier, words string, m *MunicipalityRef, limit int) ([]Hit, error) {
	var id *int64
	if m != nil {
		id = &m.ID
	}
	rows, err := q.Query(ctx, statement("search"), words, id, limit, nil)
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	hits, err := pgx.CollectRows(rows, pgx.RowTo[Hit])
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	return hits, nil
}
