-- spells of: quantity of the hour ÷ mean flow is not what it usually is
WITH ratios AS (SELECT mn, factor, t, cou, avg, cou / avg AS ratio FROM base WHERE role = 'flow' AND cou IS NOT NULL AND avg > 0),
full_load AS (SELECT mn, quantile_cont(avg, 0.8) AS flow FROM ratios GROUP BY mn),
habit AS (SELECT mn, factor, median(ratio) AS ratio FROM ratios GROUP BY mn, factor)
SELECT r.mn, r.factor, r.t, th.formula_hours AS at_least, abs(r.ratio / u.ratio - 1) > th.formula_off AS holds,
       r.cou, r.avg * u.ratio AS expected
FROM ratios r JOIN habit u USING (mn, factor) JOIN full_load f USING (mn) JOIN th USING (factor) WHERE r.avg > 0.05 * f.flow
