WITH around AS (
  SELECT mn, factor, t, avg(x) OVER late4 - avg(x) OVER early4 AS e4, avg(x) OVER late24 - avg(x) OVER early24 AS e24,
    exp(avg(x) OVER early24) AS level, exp(avg(x) OVER late24) AS new_level,
    max(t) OVER late24 - min(t) OVER early24 AS width
  FROM asked
  WINDOW early4 AS (PARTITION BY mn, factor ORDER BY t ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING),
         late4 AS (PARTITION BY mn, factor ORDER BY t ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING),
         early24 AS (PARTITION BY mn, factor ORDER BY t ROWS BETWEEN 20 PRECEDING AND 1 PRECEDING),
         late24 AS (PARTITION BY mn, factor ORDER BY t ROWS BETWEEN CURRENT ROW AND 19 FOLLOWING)),
usual_change AS (SELECT mn, factor, 1.4826 * median(abs(e4)) AS e4 FROM around GROUP BY mn, factor),
steps AS (
  SELECT a.*, u.e4 AS usual FROM around a JOIN usual_change u USING (mn, factor) JOIN usual v USING (mn, factor) JOIN th USING (factor)
  WHERE a.e4 < -th.step_down AND a.e24 < -th.step_down AND -a.e4 > th.step_times * u.e4 AND a.level - a.new_level > 3 * v.step AND a.width <= INTERVAL 60 HOUR
  -- the middle of the step, where neighbouring hours see the same one
  QUALIFY row_number() OVER (PARTITION BY mn, factor, date_trunc('day', t) ORDER BY a.e4) = 1),
others AS (  -- what else moved in the same hours: flow, oxygen, other pollutants
  SELECT mn, factor, role, t, CASE WHEN role = 'oxygen' THEN (avg(avg) OVER late - avg(avg) OVER early) / 5.0
    ELSE ln(greatest(avg(avg) OVER late, 1e-6)) - ln(greatest(avg(avg) OVER early, 1e-6)) END AS e4
  FROM base WHERE role IN ('flow', 'oxygen', 'pollutant') AND flag = 'N'
  WINDOW early AS (PARTITION BY mn, factor ORDER BY t ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING),
         late AS (PARTITION BY mn, factor ORDER BY t ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING))
SELECT s.mn, s.factor, s.t AS begins, s.t + INTERVAL 19 HOUR AS ends, s.level, s.new_level, 100 * (1 - exp(s.e4)) AS down
FROM steps s
WHERE NOT EXISTS (
  SELECT 1 FROM others o WHERE o.mn = s.mn AND o.t = s.t AND o.factor <> s.factor AND abs(o.e4) > CASE o.role WHEN 'pollutant' THEN 0.5 ELSE 0.25 END * abs(s.e4))
