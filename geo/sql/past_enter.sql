-- From here on this transaction sees the past: $1 a revision, day or time; $2 municipality, by code or folded name. See kraj.past_open.
SELECT revision, committed_at FROM past_enter($1, $2)
