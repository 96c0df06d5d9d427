-- Two ways to know how many hours above the limit there should be: the lower half of the logarithms mirrored at the median;
-- and, hour by hour under the limit, how often the usual change of an hour would lead across it (logistic for the normal curve).
WITH series AS (SELECT a.*, date_trunc('month', t) AS month FROM asked a WHERE permitted IS NOT NULL),
middle AS (SELECT mn, factor, month, median(avg) AS m FROM series GROUP BY ALL),
counts AS (
  SELECT s.mn, s.factor, s.month, min(s.t) AS begins, max(s.t) AS ends,
    count(*) FILTER (WHERE s.avg > s.permitted) AS above,
    count(*) FILTER (WHERE s.avg < m * m / s.permitted) AS mirrored,
    count(*) FILTER (WHERE s.avg BETWEEN 0.9 * s.permitted AND s.permitted) AS below,
    count(*) FILTER (WHERE s.avg BETWEEN m * m / s.permitted AND m * m / (0.9 * s.permitted)) AS mirrored_below,
    count(*) FILTER (WHERE s.dx IS NOT NULL AND s.x > ln(s.permitted) AND s.x - s.dx BETWEEN ln(s.permitted) - 2 * u.rms AND ln(s.permitted)) AS crossed,
    sum(1 / (1 + exp(1.702 * (ln(s.permitted) - s.x + s.dx) / u.rms)))
      FILTER (WHERE s.x - s.dx BETWEEN ln(s.permitted) - 2 * u.rms AND ln(s.permitted)) AS crossing
  FROM series s JOIN middle USING (mn, factor, month) JOIN usual u USING (mn, factor) WHERE m < 0.95 * s.permitted GROUP BY ALL),
judged AS (
  SELECT *, mirrored >= cliff_hours AND above <= cliff_rest * mirrored AND below > mirrored_below + 0.5 * mirrored AS by_shape,
         below >= cliff_hours AND crossing >= cliff_hours AND crossed <= cliff_rest * crossing AND above <= cliff_rest * crossing AS by_change
  FROM counts JOIN th USING (factor))
SELECT mn, factor, begins, ends, above, CASE WHEN by_shape THEN mirrored ELSE CAST(round(crossing) AS BIGINT) END AS expected, below
FROM judged WHERE by_shape OR by_change
