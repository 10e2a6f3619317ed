-- Where the stored extents, ties, proposals and words of the projects $1 differ from computed ones.
SELECT project_id, kind, what, stored, computed FROM kraj.verify_ties($1)
UNION ALL SELECT project_id, kind, what, stored, computed FROM kraj.verify_names($1)
UNION ALL SELECT project_id, kind, what, stored, computed FROM kraj.verify_project_words($1)
