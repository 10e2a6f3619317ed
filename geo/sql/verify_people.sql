-- The people by class, compared with a computation from nothing; see kraj.verify_people.
SELECT project_id, kind, what, stored, computed FROM kraj.verify_people()
