-- runs of: between a share of the limit and the limit, as measured or as converted
SELECT a.mn, a.factor, a.t,
       a.avg BETWEEN th.near_from * a.permitted AND a.permitted
       OR coalesce(a.zs BETWEEN th.near_from * a.permitted AND a.permitted, FALSE) AS holds,
       th.near_hours AS at_least, th.chance, 0.0 AS least_p
FROM asked a JOIN usual u USING (mn, factor) JOIN th USING (factor)
-- An outlet whose usual values are hardly wider than the band is held there by its control: nothing to be told.
WHERE a.permitted IS NOT NULL AND u.width > th.near_width * -ln(th.near_from)
