-- spells of: QN far from the receipt, by the same time for hours on end (a packet sent again later is late by less and less)
WITH packets AS (
  SELECT mn, any_value(factor) AS factor, t, any_value(epoch(received) - epoch(qn)) AS drift FROM base
  WHERE received IS NOT NULL AND qn IS NOT NULL GROUP BY mn, t),
steady AS (SELECT *, abs(drift - lag(drift, 1, drift) OVER w) < 600 OR abs(drift - lead(drift, 1, drift) OVER w) < 600 AS even FROM packets WINDOW w AS (PARTITION BY mn ORDER BY t))
SELECT mn, '' AS factor, t, th.clock_hours AS at_least, abs(drift) > th.clock_seconds AND even AS holds, drift
FROM steady JOIN th USING (factor)
