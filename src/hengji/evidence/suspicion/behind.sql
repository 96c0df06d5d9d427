-- Hours, or packets that tell parameters, within the span of each suspicion (`found`).
WITH wanted AS (
  SELECT DISTINCT f.n, b.file, b.packet, b.t FROM found f
  JOIN base b ON b.mn = f.mn AND b.t BETWEEN f.begins AND f.ends AND (f.factor = '' OR b.factor = f.factor) WHERE f.rule <> 'parameter'
  UNION ALL
  SELECT f.n, c.file, c.packet, c.data_time FROM found f
  JOIN parameters c ON c.mn = f.mn AND c.factor = f.factor AND c.data_time BETWEEN f.begins AND f.ends + INTERVAL 1 HOUR WHERE f.rule = 'parameter')
