-- Every project that exists or that something derived still remembers.
SELECT id FROM projects UNION SELECT project_id FROM extents UNION SELECT project_id FROM ties
UNION SELECT project_id FROM weights UNION SELECT project_id FROM atoms UNION SELECT project_id FROM sums
UNION SELECT project_id FROM project_words UNION SELECT project_id FROM class_sums UNION SELECT project_id FROM class_lines ORDER BY 1
