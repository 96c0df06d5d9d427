-- spells of: smallest, mean and largest value of the hour out of order
SELECT b.mn, b.factor, b.t, th.order_hours AS at_least, b.min, b.avg, b.max,
       b.min > b.avg + th.order_off * abs(b.avg) + 0.02 OR b.max < b.avg - th.order_off * abs(b.avg) - 0.02 AS holds
FROM base b JOIN th USING (factor) WHERE b.min IS NOT NULL AND b.max IS NOT NULL
