// Package cache keeps rendered tiles that are never stale.
//
// A Journal remembers, in the order in which they were heard, which areas of which layers changed. Every cached tile
// knows the place in the journal at which its rendering began, before it read the database. It may be served as long
// as nothing later in the journal touches it: looking it up is the check, so nothing has to be searched for and thrown
// away when something changes, nothing expires by time, and a tile that was not touched is found again as it was.
//
// The same rule settles the hard cases. A change that comes while a tile is being rendered stands after the tile's
// beginning: the result answers only those who asked before it, and is not kept. Who asks after the change does not
// join the rendering but starts a new one. While it is not certain that every change was heard (Journal.Certain), nothing
// cached is served as current and nothing is kept; when the listener had to connect anew, everything is forgotten.
package cache
