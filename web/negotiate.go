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
	for _, choice := range [...][]cache.Coding{preferred, others} {
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
	named [4]float64 // of the codings that kraj knows; negative when one is not named
	other float64    // of "*"; negative when it is not named
}

// codingNumber is the place of a coding in weights; -1 of one that kraj does not know.
func codingNumber(name string) int {
	switch name {
	case string(cache.Brotli):
		return 0
	case string(cache.Zstd):
		return 1
	case string(cache.Gzip):
		return 2
	case "identity":
		return 3
	}
	return -1
}

func codingWeights(header string) weights {
	w := weights{named: [4]float64{-1, -1, -1, -1}, other: -1}
	for part := range strings.SplitSeq(header, ",") {
		name, parameter, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(part, " ", "")), ";")
		q := 1.0
		if value, ok := strings.CutPrefix(parameter, "q="); ok {
			f, err := strconv.ParseFloat(value, 64)
			if err != nil || !(f >= 0 && f <= 1) {
				continue
			}
			q = f
		}
		if name == "*" {
			w.other = q
		} else if n := codingNumber(name); n >= 0 {
			w.named[n] = q
		}
	}
	return w
}

func (w weights) of(coding cache.Coding) float64 {
	name := string(coding)
	if coding == cache.Identity {
		name = "identity"
	}
	if n := codingNumber(name); n >= 0 && w.named[n] >= 0 {
		return w.named[n]
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
