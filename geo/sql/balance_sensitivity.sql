-- The least and the most the rural share becomes over all rules; see kraj.balance_sensitivity. of_money: of the money, else of the projects.
SELECT is_total, key, of_money, least, least_scheme, least_method, least_spread, most, most_scheme, most_method, most_spread
FROM balance_sensitivity($1, $2, $3, $4, $5)
