// Package pmtiles reads and writes PMTiles, version 3: a pyramid of tiles in one file that any host can serve which answers
// range requests. The files of this package follow the chapters of the specification: header.go, directory.go (entries, their
// coding, root and leaves), tileid.go (the order of tiles), writer.go and reader.go.
//
// It knows nothing of what tiles contain.
package pmtiles
