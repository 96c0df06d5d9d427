-- Runs of hours in which something holds, and which the outlet's own habit does not explain. Taken from `events`
-- (mn, factor, t, holds, at_least, chance, and least_p, below which p is not taken to be); a gap of more than an hour ends a run.
-- Of all other runs shorter than half of this one: how often does one go on (p) and how many are there (k)? Expected number
-- of runs at least as long: (k + 1) p^(hours - 1). Longer ones are left out so that repeated tampering does not excuse itself.
WITH events AS ({events}),
marked AS (
  SELECT *, t - to_hours(row_number() OVER (PARTITION BY mn, factor ORDER BY t)) AS island FROM events WHERE holds),
runs AS (
  SELECT mn, factor, island, min(t) AS begins, max(t) AS ends, count(*) AS hours, any_value(at_least) AS at_least, any_value(chance) AS chance,
    max(least_p) AS least_p
  FROM marked GROUP BY mn, factor, island),
size AS (SELECT mn, factor, count(*) AS n FROM events GROUP BY mn, factor),
longest AS (SELECT * FROM runs WHERE hours >= at_least),
judged AS (
  SELECT l.mn, l.factor, l.begins, l.ends, l.hours, l.chance, l.least_p, count(r.hours) AS k, coalesce(sum(r.hours), 0) AS e, any_value(size.n) AS n
  FROM longest l JOIN size USING (mn, factor)
  LEFT JOIN runs r ON r.mn = l.mn AND r.factor = l.factor AND r.island <> l.island AND r.hours * 2 < l.hours
  GROUP BY ALL)
SELECT mn, factor, begins, ends, hours, ln(k + 1) + (hours - 1) * ln(greatest(least_p, (e - k + 2.0 * (e + 1) / (n + 2)) / (e + 2))) AS odds
FROM judged WHERE odds < ln(chance)
