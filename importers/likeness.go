package importers

// likeEnough is how similar two names must be: one letter in seven may differ.
const likeEnough = 0.85

// shortest is the shortest name that is compared by likeness: among short ones
// everything is similar.
const shortest = 5

// similarity is 1 − edit distance ÷ length, by letters.
func similarity(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if len(x) < shortest || len(y) < shortest || len(x) > 60 || len(y) > 60 {
		return 0
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range y {
			cost := 1
			if r == s {
				cost = 0
			}
			next := min(row[j+1]+1, row[j]+1, diagonal+cost)
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return 1 - float64(row[len(y)])/float64(max(len(x), len(y)))
}
