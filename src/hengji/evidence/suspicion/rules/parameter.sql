WITH changed AS (
  SELECT mn, factor, parameter, data_time AS t, value, lag(value) OVER (PARTITION BY mn, factor, parameter ORDER BY data_time, packet) AS old
  FROM parameters WHERE value IS NOT NULL),
moved AS (
  SELECT c.*, (value - old) / nullif(abs(old), 0) AS share FROM changed c WHERE old IS NOT NULL AND value <> old)
SELECT m.mn, m.factor, date_trunc('hour', m.t) AS begins, date_trunc('hour', m.t) + INTERVAL 1 HOUR AS ends,
       m.parameter, m.old, m.value, 100 * m.share AS change
FROM moved m JOIN th USING (factor)
WHERE abs(coalesce(m.share, 1)) > th.parameter_change OR abs(coalesce(m.share, 1)) > th.parameter_small AND NOT EXISTS (
  SELECT 1 FROM base b WHERE b.mn = m.mn AND b.factor = m.factor AND b.flag IN ('C', 'M')
  AND b.t BETWEEN m.t - to_hours(CAST(th.parameter_service_hours AS INTEGER)) AND m.t + to_hours(CAST(th.parameter_service_hours AS INTEGER)))
