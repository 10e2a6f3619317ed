package tiles

// RenderSQL is the statement that Render sends, for tests of its plan.
func (c *Catalog) RenderSQL(r Request) string { return r.sql(c.drawn(r)) }
