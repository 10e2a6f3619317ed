package geo

// Statement is the SQL of a question, for those who ask it without geo.
func Statement(name string) string { return statement(name) }
