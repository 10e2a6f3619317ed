-- Who can pay for the projects of a municipality: $1 its code, $2 code of a project or '', $3 year or null, $4 mechanism or '', $5 state or ''.
SELECT e.code, e.title, e.mechanism, e.mechanism_sl, e.mechanism_en, e.state, e.cause, e.reason_sl, e.reason_en,
       e.inside_share, e.conditional_share, e.outside_share, e.unknown_share,
       e.list, e.fund, e.period_from, e.period_to, e.rule, e.source, e.source_ref, e.source_url, e.warnings_sl, e.warnings_en
FROM eligibility($1, nullif($2, ''), $3) e
WHERE ($4 = '' OR e.mechanism = $4) AND ($5 = '' OR e.state = $5)
