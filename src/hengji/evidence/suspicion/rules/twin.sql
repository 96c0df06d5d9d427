WITH few AS (SELECT mn, factor, t, avg FROM asked QUALIFY count(*) OVER (PARTITION BY factor, t, avg) BETWEEN 2 AND 4),
days AS (
  SELECT a.mn, a.factor, b.mn AS other, date_trunc('day', a.t) AS day, min(a.t) AS begins, max(a.t) AS ends, count(*) AS hours, count(DISTINCT a.avg) AS found
  FROM few a JOIN few b ON b.factor = a.factor AND b.t = a.t AND b.avg = a.avg AND b.mn <> a.mn GROUP BY ALL)
SELECT mn, factor, begins, ends, other, hours FROM days JOIN th USING (factor) WHERE hours >= twin_hours AND found >= 8
