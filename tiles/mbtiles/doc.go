// Package mbtiles reads and writes MBTiles 1.3: a pyramid of tiles in an SQLite database. Rows count from the south (TMS); each
// content is stored once (table images) and shown by a view "tiles".
package mbtiles
