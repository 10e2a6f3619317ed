-- Where the stored weights and atoms of the projects $1 differ from computed ones.
SELECT project_id, kind, what, stored, computed FROM kraj.verify_sums($1)
