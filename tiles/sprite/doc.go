// Package sprite draws the symbols and patterns that the map's style names, and packs them into the sheets that MapLibre and QGIS
// load: a PNG and a JSON that says where each image lies.
//
// The page draws the very same at run time (web/app/src/symbols.ts) for what no sheet has; a test compares the two.
package sprite
