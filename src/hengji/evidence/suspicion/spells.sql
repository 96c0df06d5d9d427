-- Spells of hours in which something holds, at least so many on end. Taken from `events` (mn, factor, t, holds, at_least and
-- the figures); a gap of more than an hour ends a spell.
WITH events AS ({events}),
marked AS (
  SELECT *, t - to_hours(row_number() OVER (PARTITION BY mn, factor ORDER BY t)) AS island FROM events WHERE holds)
SELECT mn, factor, min(t) AS begins, max(t) AS ends, count(*) AS hours, {figures}
FROM marked GROUP BY mn, factor, island HAVING count(*) >= any_value(at_least)
