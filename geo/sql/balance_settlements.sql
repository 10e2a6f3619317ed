-- People and money by settlement, for the index over settlements; see kraj.balance_settlements.
SELECT class, people, weight, amount_cents
FROM balance_settlements($1, $2, $3, $4, $5, $6, $7, $8)
