// Package mvt encodes Mapbox Vector Tiles 2.1 from what the database sends: well-known binary in Web Mercator and attributes as
// JSON. One pass over the bytes; nothing is made of them in between, and all that is needed on the way is kept for the next tile.
//
// Geometry is put on the tile's grid first and cut to the tile and its buffer then, in whole numbers, so that what two
// features share on the ground they share in the tile, also where it is cut. Of a ring or line only vertices that say something
// stay: no repeated ones, none on a straight stretch, no spikes. A ring without an area is left out, with its holes; outer rings
// turn as the specification wants (positive area, the y axis down), holes the other way, and follow their outer ring. The highest
// dimension of a collection is drawn. A feature of which nothing is left is no feature.
//
// Rounding to the grid can make a ring touch or cross itself where it was narrower than a unit, and an area that the tile's edge
// cuts into several pieces stays one ring, whose pieces hang together along the edge of the buffer, where nobody looks. Neither changes
// the area that is filled by more than the grid's coarseness. Making such rings simple is what takes most of ST_AsMVTGeom's time, and
// no renderer asks for it.
package mvt
