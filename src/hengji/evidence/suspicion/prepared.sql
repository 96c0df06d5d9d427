-- What the rules share. `th` (thresholds by factor), `readings`, `parameters` and `register` are there.
-- base: one row an outlet, factor and hour; of several the one received last.
CREATE TABLE base AS
SELECT r.mn, r.factor, th.role, r.data_time AS t, r.avg, r.min, r.max, r.zs, r.cou, r.flag, r.qn, r.received, r.file, r.packet,
       coalesce(g.detection, th.detection) AS detection, g."limit" AS permitted, g.range_top
FROM readings r JOIN th USING (factor) LEFT JOIN register g USING (mn, factor)
WHERE r.period = 'hour' AND r.avg IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY r.mn, r.factor, r.data_time ORDER BY r.received DESC NULLS LAST, r.packet DESC) = 1;

-- An outlet's full load is the flow (temperature) that it exceeds in a fifth of its hours: most plants stand more than they rush.
CREATE TABLE state AS
WITH full_load AS (
  SELECT mn, quantile_cont(avg, 0.8) FILTER (WHERE role = 'flow' AND avg > 0) AS flow,
         quantile_cont(avg, 0.8) FILTER (WHERE role = 'temperature') AS temperature
  FROM base WHERE role IN ('flow', 'temperature') GROUP BY mn),
now AS (
  SELECT mn, t, max(avg) FILTER (WHERE role = 'flow') AS flow, max(avg) FILTER (WHERE role = 'oxygen') AS oxygen,
         max(avg) FILTER (WHERE role = 'temperature') AS temperature
  FROM base WHERE role IN ('flow', 'oxygen', 'temperature') GROUP BY mn, t)
SELECT mn, t, now.oxygen, now.flow / full_load.flow AS load, now.temperature / full_load.temperature AS warmth,
       now.flow / full_load.flow >= (SELECT min(running_load) FROM th) AS running
FROM now LEFT JOIN full_load USING (mn);

-- asked: hours of pollutants that a device calls normal, above detection, while the plant runs (or its flow is not known).
-- dx: change of the logarithm since the hour before, null after a gap.
CREATE TABLE asked AS
SELECT *, CASE WHEN t - before = INTERVAL 1 HOUR THEN x - lag(x) OVER w END AS dx,
       CASE WHEN t - before = INTERVAL 1 HOUR THEN avg - lag(avg) OVER w END AS dv
FROM (SELECT b.*, s.load, s.oxygen, s.warmth, ln(b.avg) AS x, lag(t) OVER (PARTITION BY mn, factor ORDER BY t) AS before
      FROM base b LEFT JOIN state s USING (mn, t)
      WHERE b.role = 'pollutant' AND b.flag = 'N' AND b.avg > greatest(b.detection, 0) AND s.running IS DISTINCT FROM FALSE)
WINDOW w AS (PARTITION BY mn, factor ORDER BY t);

-- usual: how an outlet's factor moves from hour to hour: the finest difference between its values, and the middle of its twenty-hour changes.
CREATE TABLE moving AS
SELECT mn, factor, t, file, packet, avg, x, dx, sqrt(avg(dx * dx) OVER w) AS rms,
       count(dx) OVER w AS hours, min(t) OVER w AS since
FROM asked WINDOW w AS (PARTITION BY mn, factor ORDER BY t ROWS BETWEEN 19 PRECEDING AND CURRENT ROW);

CREATE TABLE usual AS
SELECT mn, factor, step, rms, middle, width FROM
  (SELECT mn, factor, median(rms) FILTER (WHERE hours >= 18) AS rms, median(avg) AS middle, quantile_cont(x, 0.9) - quantile_cont(x, 0.1) AS width FROM moving GROUP BY mn, factor)
  LEFT JOIN (
    SELECT mn, factor, min(gap) AS step FROM (
      SELECT mn, factor, avg - lag(avg) OVER (PARTITION BY mn, factor ORDER BY avg) AS gap FROM (SELECT DISTINCT mn, factor, avg FROM asked))
    WHERE gap > 1e-9 GROUP BY mn, factor)
  USING (mn, factor);
