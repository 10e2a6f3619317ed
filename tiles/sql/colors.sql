-- The colours that themes have.
SELECT DISTINCT color FROM themes WHERE color IS NOT NULL ORDER BY color
