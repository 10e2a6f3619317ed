// Package tiles turns layers into vector tiles: addresses, rendering, TileJSON and the map's style.
//
// The database keeps a copy of every layer in Web Mercator beside the layer itself, and generalised copies for the
// lower zooms (migrations/code/5*.sql; docs/tiles.md tells which columns a tile's attributes come from). They are
// right when a transaction commits, for every writer, so rendering is reading: find the rows in the box, encode.
//
// Like all of kraj's questions the statements here name relations without a schema: the search path of the connection
// decides whether a tile shows what the public may see or what planners see.
package tiles
