-- spells of: oxygen far from its usual at this outlet, at full flow and temperature
WITH running AS (
  SELECT b.mn, b.factor, b.t, b.avg, s.load, s.warmth FROM base b JOIN state s USING (mn, t)
  WHERE b.role = 'oxygen' AND b.flag = 'N' AND s.running IS DISTINCT FROM FALSE),
usual AS (SELECT mn, median(avg) AS middle, 1.4826 * mad(avg) AS spread, median(load) AS load, median(warmth) AS warmth FROM running GROUP BY mn)
SELECT r.mn, r.factor, r.t, th.oxygen_hours AS at_least, r.avg AS oxygen, u.middle AS usual, 100 * r.load AS load,
  abs(r.avg - u.middle) > greatest(th.oxygen_shift, th.oxygen_times * u.spread)
  AND coalesce(r.load / u.load BETWEEN 0.82 AND 1.25, TRUE) AND coalesce(abs(r.warmth / u.warmth - 1) < 0.15, TRUE) AS holds
FROM running r JOIN usual u USING (mn) JOIN th USING (factor)
