-- Where the stored extents, ties and proposals of the projects $1 differ from computed ones.
SELECT project_id, kind, what, stored, computed FROM kraj.verify_ties($1)
UNION ALL SELECT project_id, kind, what, stored, computed FROM kraj.verify_names($1)
