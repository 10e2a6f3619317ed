package app

import (
	"io/fs"
	"strings"
)

// Face is a font file of the map page, for pages that the server writes itself.
type Face struct {
	File  string // its name under assets/
	Range string // the characters it holds, as CSS says it
}

// Faces lists the files of the page's face; none when the page is not built.
func Faces() []Face {
	names, err := fs.Glob(dist, "dist/assets/source-sans-3-latin*-wght-normal-*.woff2")
	if err != nil {
		return nil // the pattern is right
	}
	var list []Face
	for _, name := range names {
		f := Face{File: strings.TrimPrefix(name, "dist/assets/"), Range: "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"}
		if strings.Contains(f.File, "latin-ext") {
			f.Range = "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113"
		}
		list = append(list, f)
	}
	return list
}
