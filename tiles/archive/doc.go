// Package archive writes the public's tiles into one file, PMTiles or MBTiles, that any static host can serve, and checks such
// files.
package archive
