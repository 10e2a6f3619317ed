package web

import (
	"net/http"
	"strconv"
	"strings"

	"kraj/tiles/cache"
)

// negotiate chooses the coding with the highest weight in Accept-Encoding; among equals the first preferred. Where the client
// takes none of them, the first of the others that it takes. Without the header, or when nothing fits, the answer goes as
// it is.
func negotiate(r *http.Request, preferred, others []cache.Coding) cache.Coding {
	weights := codingWeights(strings.Join(r.Header.Values("Accept-Encoding"), ","))
	for _, choice := range [][]cache.Coding{preferred, others} {
		best, weight := cache.Identity, 0.0
		for _, coding := range choice {
			if w := weights.of(coding); w > weight {
				best, weight = coding, w
			}
		}
		if weight > 0 {
			return best
		}
	}
	return cache.Identity
}

type weights struct {
	named map[string]float64
	other float64 // of "*"; negative when it is not named
}

func codingWeights(header string) weights {
	w := weights{named: map[string]float64{}, other: -1}
	for _, part := range strings.Split(header, ",") {
		name, parameter, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(part, " ", "")), ";")
		q := 1.0
		if value, ok := strings.CutPrefix(parameter, "q="); ok {
			f, err := strconv.ParseFloat(value, 64)
			if err != nil || !(f >= 0 && f <= 1) {
				continue
			}
			q = f
		}
		switch name {
		case "":
		case "*":
			w.other = q
		default:
			w.named[name] = q
		}
	}
	return w
}

func (w weights) of(coding cache.Coding) float64 {
	name := string(coding)
	if coding == cache.Identity {
		name = "identity"
	}
	if q, ok := w.named[name]; ok {
		return q
	}
	switch {
	case coding == cache.Identity:
		if w.other == 0 {
			return 0
		}
		return 0.0005 // accepted unless refused, but only when nothing is asked for
	case w.other > 0:
		return w.other
	}
	return 0
}
