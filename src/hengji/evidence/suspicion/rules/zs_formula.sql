-- spells of: converted value ÷ (measured value ÷ (21 − oxygen)) is not what it usually is
WITH ratios AS (
  SELECT mn, factor, t, zs, avg, zs * (21 - oxygen) / avg AS ratio FROM asked WHERE zs > 0 AND oxygen < 19.5),
habit AS (SELECT mn, factor, median(ratio) AS ratio FROM ratios GROUP BY mn, factor)
SELECT r.mn, r.factor, r.t, th.formula_hours AS at_least, abs(r.ratio / u.ratio - 1) > th.formula_off + coalesce(2 * w.step / r.avg, 0) AS holds,
       r.zs, r.zs * u.ratio / r.ratio AS expected, u.ratio
FROM ratios r JOIN habit u USING (mn, factor) LEFT JOIN usual w USING (mn, factor) JOIN th USING (factor)
