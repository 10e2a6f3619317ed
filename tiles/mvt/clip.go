package mvt

// cutAt is where the line from a to b meets a straight line of the grid that lies between them: u of it, as v is the direction across.
// The same in both directions, so that neighbours are cut alike.
func cutAt(au, av, bu, bv, v int32) int32 {
	if av > bv {
		au, av, bu, bv = bu, bv, au, av
	}
	span := int64(bv) - int64(av)
	moved := (int64(bu) - int64(au)) * (int64(v) - int64(av)) // at most 2⁶⁰
	if moved >= 0 {
		moved += span / 2
	} else {
		moved -= span / 2
	}
	return au + int32(moved/span)
}

// cutRing cuts a ring to one side of the square at a time (Sutherland and Hodgman), only at those it reaches beyond. The two buffers take
// turns; the result is one of them.
func cutRing(ring, other []point, sides uint8) (cut, spare []point) {
	for side := uint8(beyondWest); side <= beyondSouth; side <<= 1 {
		if sides&side == 0 {
			continue
		}
		other = cutSide(other[:0], ring, side)
		ring, other = other, ring
	}
	return ring, other
}

func cutSide(out, ring []point, side uint8) []point {
	if len(ring) == 0 {
		return out
	}
	a := ring[len(ring)-1]
	aIn := within(a, side)
	for _, b := range ring {
		bIn := within(b, side)
		if aIn != bIn {
			out = append(out, crossing(a, b, side))
		}
		if bIn {
			out = append(out, b)
		}
		a, aIn = b, bIn
	}
	return out
}

func within(p point, side uint8) bool {
	switch side {
	case beyondWest:
		return p.x >= low
	case beyondEast:
		return p.x <= high
	case beyondNorth:
		return p.y >= low
	}
	return p.y <= high
}

func crossing(a, b point, side uint8) point {
	switch side {
	case beyondWest:
		return point{low, cutAt(a.y, a.x, b.y, b.x, low)}
	case beyondEast:
		return point{high, cutAt(a.y, a.x, b.y, b.x, high)}
	case beyondNorth:
		return point{cutAt(a.x, a.y, b.x, b.y, low), low}
	}
	return point{cutAt(a.x, a.y, b.x, b.y, high), high}
}

// cutSegment is the part of a segment within the square; false when there is none.
func cutSegment(a, b point) (point, point, bool) {
	for {
		aOut, bOut := a.beyond(), b.beyond()
		if aOut|bOut == 0 {
			return a, b, true
		}
		if aOut&bOut != 0 {
			return a, b, false
		}
		if aOut != 0 {
			a = crossing(a, b, aOut&-aOut)
		} else {
			b = crossing(a, b, bOut&-bOut)
		}
	}
}

// cleanRing leaves out, in place, what a ring can do without: repeated vertices, those on a straight stretch, spikes. A ring that
// is left with less than a triangle is none.
func cleanRing(ring []point) []point {
	n := 0
	for _, p := range ring {
		for n >= 2 && cross(ring[n-2], ring[n-1], p) == 0 {
			n--
		}
		if n == 0 || ring[n-1] != p {
			ring[n] = p
			n++
		}
	}
	first := 0
	for n-first >= 3 {
		switch {
		case ring[n-1] == ring[first], cross(ring[n-2], ring[n-1], ring[first]) == 0:
			n--
		case cross(ring[n-1], ring[first], ring[first+1]) == 0:
			first++
		default:
			return ring[first:n]
		}
	}
	return nil
}

// area2 is twice the area of a clean ring within the square: positive for one that turns as outer rings do.
func area2(ring []point) (sum int64) {
	a := ring[len(ring)-1]
	for _, b := range ring {
		sum += int64(a.x)*int64(b.y) - int64(b.x)*int64(a.y)
		a = b
	}
	return sum
}
