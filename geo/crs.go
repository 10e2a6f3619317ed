package geo

import (
	"context"
	"fmt"
	"strings"
)

// StoredCRS is the deployment's own coordinate system.
func StoredCRS(ctx context.Context, q Querier) (CRS, error) {
	var c CRS
	var wkt string
	err := q.QueryRow(ctx, `SELECT kraj.srid(), s.srtext FROM public.spatial_ref_sys s WHERE s.srid = kraj.srid()`).Scan(&c.SRID, &wkt)
	if err != nil {
		return CRS{}, fmt.Errorf("looking up the coordinate system: %w", err)
	}
	_, axes, _ := strings.Cut(wkt, "AXIS[")
	first, _, _ := strings.Cut(axes, "]")
	c.Flip = strings.HasSuffix(strings.ToUpper(first), "NORTH")
	return c, nil
}
