package mvt

import (
	"cmp"
	"slices"
)

// cut leaves out features until the tile has at most limit bytes: whole ones, the lowest rank first, of equal rank the later id. Layers
// that take less than an equal share of the room keep all; the others share what is left equally. So the same features are dropped
// whenever the same are there.
func (t *Tile) cut(limit int) (dropped []Dropped, size int) {
	share := t.share(limit)
	for _, l := range t.layers {
		if l.size() > share {
			dropped = append(dropped, Dropped{l.name, l.shrink(share)})
		}
		size += l.size()
	}
	return dropped, size
}

// share is the room for each layer that does not fit otherwise.
func (t *Tile) share(limit int) int {
	sizes := make([]int, len(t.layers))
	for i, l := range t.layers {
		sizes[i] = l.size()
	}
	slices.Sort(sizes)
	for i, size := range sizes {
		if share := limit / (len(sizes) - i); size > share {
			return share
		}
		limit -= size
	}
	return limit
}

// shrink drops features until the layer takes at most room bytes, and tells how many.
func (l *Layer) shrink(room int) (dropped int) {
	all := len(l.features)
	slices.SortStableFunc(l.features, func(a, b feature) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.id, b.id))
	})
	l.clear()
	keep := 0
	for ; keep < all; keep++ {
		l.writeFeature(&l.features[keep])
		if l.size() > room {
			break
		}
	}
	best := slices.Clone(l.features[:keep])
	for {
		l.features = append(l.features[:0], best[:keep]...)
		l.write()
		if l.size() <= room || keep == 0 {
			return all - keep
		}
		// In another order attributes may have longer numbers: a few bytes.
		keep -= max(1, keep/100)
	}
}
