-- The whole table of a balance; see kraj.balance. $7: filter, $8: code of the population set or null, $9: what to include.
SELECT is_total, key, coalesce(name_sl, ''), coalesce(name_en, ''), coalesce(class, ''), projects, weight, weight_share, amount_cents,
       without_amount, share, share_of_total, people, people_share, per_head_cents, location_quotient, gap_cents
FROM balance($1, $2, $3, $4, $5, $6, $7, $8, $9)
