-- The past is made after everything it copies: see 44_past_make.sql.
SELECT kraj.past_make();
