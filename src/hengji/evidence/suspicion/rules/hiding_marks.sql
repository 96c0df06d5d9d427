-- Spells of marks of maintenance or fault that begin just when values are high: of the values that are sent with the mark, or
-- that stand before it, against the normal hours.
WITH ranked AS (SELECT mn, factor, avg, percent_rank() OVER (PARTITION BY mn, factor ORDER BY avg) AS place FROM asked),
high AS (SELECT mn, factor, min(avg) AS level FROM ranked JOIN th USING (factor) WHERE place >= mark_rank GROUP BY mn, factor),
marked AS (
  SELECT b.mn, b.factor, b.t, b.flag, greatest(b.avg, lead(b.avg) OVER w) AS v, lag(b.flag) OVER w AS before
  FROM base b WHERE role = 'pollutant' WINDOW w AS (PARTITION BY mn, factor ORDER BY t)),
counts AS (
  SELECT mn, factor, m.flag, date_trunc('month', t) AS month, min(t) AS begins, max(t) AS ends, count(*) AS spells,
         count(*) FILTER (WHERE m.v >= h.level) AS high
  FROM marked m JOIN high h USING (mn, factor) JOIN state s USING (mn, t)
  WHERE m.flag IN ('M', 'D') AND m.before = 'N' AND s.running IS DISTINCT FROM FALSE GROUP BY ALL)
SELECT mn, factor, begins, ends, flag, spells, high FROM counts JOIN th USING (factor)
WHERE high >= mark_spells
  -- Two hours of an honest spell are looked at, so that twice the share is what chance would give.
  AND (SELECT sum(exp(lgamma(spells + 1) - lgamma(j + 1) - lgamma(spells - j + 1) + j * ln(2 - 2 * mark_rank) + (spells - j) * ln(2 * mark_rank - 1)))
       FROM (SELECT unnest(range(high, spells + 1)) AS j)) < mark_chance
