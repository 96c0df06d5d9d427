-- runs of: nothing measured, called normal, while the plant runs and usually emits
WITH usual_level AS (SELECT mn, factor, quantile_cont(avg, 0.25) AS low, median(avg) AS middle FROM base
  JOIN state USING (mn, t) WHERE role = 'pollutant' AND flag = 'N' AND running GROUP BY mn, factor)
SELECT b.mn, b.factor, b.t, b.avg <= b.detection AS holds, th.zero_hours AS at_least, th.chance, 0.0 AS least_p
FROM base b JOIN state s USING (mn, t) JOIN usual_level u USING (mn, factor) LEFT JOIN usual v USING (mn, factor) JOIN th USING (factor)
WHERE b.role = 'pollutant' AND b.flag = 'N' AND s.running AND u.middle > 3 * greatest(b.detection, coalesce(v.step, 0))
