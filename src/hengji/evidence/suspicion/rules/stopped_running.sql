-- spells of: said to stand still, while flow (or, where no flow is known, oxygen) says that it runs
SELECT b.mn, b.factor, b.t, th.stopped_hours AS at_least,
       b.flag = 'F' AND coalesce(s.running, s.oxygen < 19) AS holds, 100 * s.load AS load, s.oxygen
FROM base b JOIN state s USING (mn, t) JOIN th USING (factor) WHERE b.role = 'pollutant'
