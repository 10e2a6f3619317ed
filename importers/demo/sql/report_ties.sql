-- Ties of the demonstration by who or what decided them: the first words of their reason.
SELECT coalesce(w.code, 'somebody else'), count(*)
FROM demo_rows d
JOIN project_places s ON s.id = d.row_id
LEFT JOIN (VALUES ('naslov', 'title'), ('opis', 'description'), ('naslov sklopa', 'group'), ('besedilo strategije', 'source'),
           ('splošno poznavanje kraja', 'knowledge')) w (words, code) ON s.author = 'demonstration' AND w.words = split_part(s.reason, ':', 1)
WHERE d.relation = 'project_places' AND d.municipality = $1
GROUP BY 1
