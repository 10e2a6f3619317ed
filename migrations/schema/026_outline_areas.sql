-- Whose outline a stretch is: two lines that cross are tied, a line and a fence are not. Derived: the code files of this version cut all
-- outlines anew.
TRUNCATE kraj.outlines;
ALTER TABLE kraj.outlines ADD COLUMN area boolean NOT NULL DEFAULT false;
