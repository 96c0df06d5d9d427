-- spells of: above the range of the instrument, called normal
SELECT b.mn, b.factor, b.t, th.range_hours AS at_least, b.avg > b.range_top AND b.flag = 'N' AS holds, b.avg AS value, b.range_top AS top
FROM base b JOIN th USING (factor) WHERE b.range_top IS NOT NULL
