WITH span AS (SELECT mn, min(t) AS first, max(t) AS last FROM base GROUP BY mn),
present AS (SELECT DISTINCT mn, t FROM base),
due AS (SELECT mn, unnest(range(first, last + INTERVAL 1 HOUR, INTERVAL 1 HOUR)) AS t, first FROM span),
missing AS (
  SELECT d.mn, CAST(floor(epoch(d.t - d.first) / 864000) AS INTEGER) AS block, hour(d.t) AS hour, min(d.t) AS begins, max(d.t) AS ends,
         count(*) FILTER (WHERE p.t IS NULL) AS days
  FROM due d LEFT JOIN present p USING (mn, t) GROUP BY ALL),
usual AS (SELECT mn, block, quantile_cont(days, 0.6) AS days FROM missing GROUP BY mn, block)
SELECT m.mn, '' AS factor, min(m.begins) AS begins, max(m.ends) AS ends, string_agg(m.hour, '、' ORDER BY m.hour) AS hours, min(m.days) AS days
FROM missing m JOIN usual u USING (mn, block), (SELECT min(gap_days) AS gap_days FROM th) WHERE m.days >= gap_days AND u.days <= m.days / 3
GROUP BY m.mn, m.block
