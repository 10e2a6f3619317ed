-- Where the stored extents and ties of the projects $1 differ from computed ones.
SELECT project_id, kind, what, stored, computed FROM kraj.verify_ties($1)
