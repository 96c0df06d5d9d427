WITH days AS (
  SELECT mn, factor, date_trunc('day', t) AS day, count(DISTINCT avg) AS found, count(*) AS n, sqrt(avg(dx * dx)) AS rms
  FROM asked GROUP BY ALL HAVING count(*) >= 8),
habit AS (SELECT mn, factor, median(found) AS found, median(found / n) AS share FROM days GROUP BY mn, factor),
few AS (
  SELECT d.*, h.found AS usual, th.few_days FROM days d JOIN habit h USING (mn, factor) JOIN usual u USING (mn, factor) JOIN th USING (factor)
  WHERE h.found >= 8 AND h.share >= 0.75 AND d.found / d.n <= th.few_share * h.share AND d.rms > 0.5 * u.rms),
spells AS (
  SELECT *, day - to_days(CAST(row_number() OVER (PARTITION BY mn, factor ORDER BY day) AS INTEGER)) AS island FROM few)
SELECT mn, factor, min(day) AS begins, max(day) + INTERVAL 23 HOUR AS ends, max(found) AS found, any_value(usual) AS usual
FROM spells GROUP BY mn, factor, island HAVING count(*) >= any_value(few_days)
