-- spells of: mean of the hour is not the mean of its minutes
WITH minutes AS (
  SELECT mn, factor, date_trunc('hour', data_time) AS t, count(DISTINCT data_time) AS n, avg(avg) AS mean, max(data_time) AS last, min(data_time) AS first
  FROM readings WHERE period = 'minute' AND avg IS NOT NULL GROUP BY mn, factor, date_trunc('hour', data_time))
SELECT b.mn, b.factor, b.t, th.formula_hours AS at_least, b.avg AS hour, m.mean,
       abs(b.avg - m.mean) > th.formula_off * abs(m.mean) + coalesce(2 * w.step, 0) AND m.mean > b.detection AS holds
FROM base b JOIN minutes m USING (mn, factor, t) JOIN th USING (factor) LEFT JOIN usual w USING (mn, factor)
WHERE b.role = 'pollutant' AND m.n >= 4 AND m.last - m.first >= INTERVAL 40 MINUTE
