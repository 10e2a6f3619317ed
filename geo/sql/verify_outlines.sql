-- Where the stored outlines of places differ from computed ones.
SELECT project_id, kind, what, stored, computed FROM kraj.verify_outlines()
