-- Outlets and factors for which a rule lacks what it needs.
SELECT (SELECT count(*) FROM (SELECT DISTINCT mn, factor FROM readings WHERE period = 'hour') WHERE factor NOT IN (SELECT factor FROM th)),
  (SELECT count(*) FROM (SELECT mn, factor FROM base WHERE role = 'pollutant' GROUP BY ALL HAVING max(permitted) IS NULL)),
  (SELECT count(*) FROM (SELECT mn, factor FROM base WHERE role = 'pollutant' GROUP BY ALL HAVING max(range_top) IS NULL)),
  (SELECT count(*) FROM (SELECT mn FROM base GROUP BY ALL HAVING max(received) IS NULL)),
  (SELECT count(*) FROM (SELECT DISTINCT mn FROM base) WHERE mn NOT IN (SELECT mn FROM readings WHERE period = 'minute')),
  (SELECT count(*) FROM (SELECT mn FROM base GROUP BY ALL HAVING count(*) FILTER (WHERE role = 'flow') = 0))
