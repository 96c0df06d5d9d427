-- Change from hour to hour against that of k days before, in blocks of eight hours; two neighbours at least, four where the
-- plant stands at night.
WITH blocks AS (
  SELECT a.mn, a.factor, days.k, time_bucket(INTERVAL 8 HOUR, a.t) AS block, min(a.t) AS begins, max(a.t) AS ends,
         sum((a.dx - b.dx) ** 2) AS apart, sum(a.dx ** 2) AS own, count(*) AS hours, count(nullif(a.dx, 0)) AS moves
  FROM asked a CROSS JOIN (SELECT unnest(range(1, 15)) AS k) days
  JOIN asked b ON b.mn = a.mn AND b.factor = a.factor AND b.t = a.t - to_days(CAST(days.k AS INTEGER))
  WHERE a.dx IS NOT NULL AND b.dx IS NOT NULL GROUP BY ALL),
windows AS (
  SELECT mn, factor, k, ends, CASE WHEN sum(moves) OVER two >= 13 THEN 2 ELSE 4 END AS width,
    CASE width WHEN 2 THEN sqrt(sum(apart) OVER two / sum(hours) OVER two) ELSE sqrt(sum(apart) OVER four / sum(hours) OVER four) END AS rms,
    CASE width WHEN 2 THEN sqrt(sum(own) OVER two / sum(hours) OVER two) ELSE sqrt(sum(own) OVER four / sum(hours) OVER four) END AS own,
    CASE width WHEN 2 THEN sum(moves) OVER two ELSE sum(moves) OVER four END AS moves,
    CASE width WHEN 2 THEN min(begins) OVER two ELSE min(begins) OVER four END AS begins
  FROM blocks
  WINDOW two AS (PARTITION BY mn, factor, k ORDER BY block ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),
         four AS (PARTITION BY mn, factor, k ORDER BY block ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)),
habit AS (SELECT mn, factor, median(rms) AS rms FROM windows WHERE moves >= 13 GROUP BY mn, factor)
SELECT w.mn, w.factor, w.begins, w.ends, w.k AS days, 100 * w.rms AS difference, 100 * h.rms AS usual
FROM windows w JOIN habit h USING (mn, factor) JOIN usual u USING (mn, factor) JOIN th USING (factor)
WHERE w.moves >= 13 AND w.ends - w.begins <= INTERVAL 48 HOUR AND w.rms < th.copy_most AND w.own > 2.5 * w.rms
  AND w.own > 0.3 * u.rms AND sqrt(w.rms * w.rms + (u.step / u.middle) ** 2 / 3) < th.copy_share * h.rms
