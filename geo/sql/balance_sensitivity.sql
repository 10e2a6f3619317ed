-- The least and the most the rural share becomes over all rules; see kraj.balance_sensitivity. of_money: of the money, else of the projects.
SELECT is_total, key, of_money, lowest, lowest_scheme, lowest_method, lowest_spread, highest, highest_scheme, highest_method, highest_spread
FROM balance_sensitivity($1, $2, $3, $4, $5)
