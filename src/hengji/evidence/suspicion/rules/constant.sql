-- runs of: equal to the hour before
-- Rounding makes equal hours by itself: the coarser the steps against the usual change, the likelier (least_p).
SELECT a.mn, a.factor, a.t, a.dv = 0 AS holds, th.constant_hours - 1 AS at_least, th.chance,
       least(0.95, 0.8 * u.step / (u.rms * a.avg)) AS least_p
FROM asked a JOIN usual u USING (mn, factor) JOIN th USING (factor)
