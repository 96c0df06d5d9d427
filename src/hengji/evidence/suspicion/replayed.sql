-- The tables of hj212.replay and of the gateway's export as readings. Parameters: the ending and the names of the files.
CREATE TABLE sent AS
SELECT regexp_replace(parse_filename(filename), '\.packets\.parquet$', '') AS file, number AS packet, "offset", mn, cn,
       CASE WHEN regexp_full_match(data_time, '\d{14}(\d{3})?') THEN try_strptime(left(data_time, 14), '%Y%m%d%H%M%S') END AS data_time,
       CASE WHEN regexp_full_match(qn, '\d{17}') THEN try_strptime(left(qn, 14), '%Y%m%d%H%M%S') END AS qn
FROM (SELECT *, ? AS ending FROM read_parquet(?, filename = true)) WHERE NOT garbage AND cn IN ('2061', '2051', '3020');
-- Duplicates are marked by the gateway: the first receipt counts.
CREATE TABLE receipts AS
SELECT regexp_replace(parse_filename(filename), '\.receipts\.parquet$', '.raw') AS file, "offset", received_at AS received, sha256, duplicate
FROM (SELECT *, ? AS ending FROM read_parquet(?, filename = true));
CREATE TABLE receipts (file VARCHAR, "offset" BIGINT, received TIMESTAMP, sha256 VARCHAR, duplicate BOOLEAN);
-- Some devices write the end of a period as DataTime: known by QN, which then is no later than a part of the period behind it.
CREATE TABLE packets AS
WITH lags AS (
  SELECT mn, cn, median(epoch(qn) - epoch(data_time)) AS lag FROM sent
  WHERE cn IN ('2061', '2051') AND qn IS NOT NULL AND data_time IS NOT NULL GROUP BY mn, cn),
steps AS (
  SELECT mn, min(gap) AS step FROM (
    SELECT mn, epoch(data_time - lag(data_time) OVER (PARTITION BY mn ORDER BY data_time)) AS gap FROM sent WHERE cn = '2051')
  WHERE gap > 0 GROUP BY mn)
SELECT s.* EXCLUDE (data_time), r.received, r.sha256, s.data_time AS sent_time,
       CASE WHEN s.cn = '2061' AND l.lag < 1800 THEN s.data_time - INTERVAL 1 HOUR
            WHEN s.cn = '2051' AND l.lag < p.step / 2 THEN s.data_time - to_seconds(p.step) ELSE s.data_time END AS data_time
FROM sent s LEFT JOIN receipts r ON r.file = s.file AND r."offset" = s."offset"
LEFT JOIN lags l ON l.mn = s.mn AND l.cn = s.cn LEFT JOIN steps p ON p.mn = s.mn
WHERE NOT coalesce(r.duplicate, FALSE);
CREATE TABLE fields AS
SELECT regexp_replace(parse_filename(filename), '\.values\.parquet$', '') AS file, packet, code, suffix, value
FROM (SELECT *, ? AS ending FROM read_parquet(?, filename = true));
-- What is no number, or no number that a device can measure, is no figure.
CREATE MACRO figure(text) AS (CASE WHEN regexp_full_match(text, '-?\d{1,12}(\.\d{1,12})?') THEN CAST(text AS DOUBLE) END);
CREATE TABLE readings AS
SELECT p.mn, CASE p.cn WHEN '2061' THEN 'hour' ELSE 'minute' END AS period, f.code AS factor, p.data_time,
       max(figure(f.value)) FILTER (WHERE f.suffix = 'Avg') AS avg,
       max(figure(f.value)) FILTER (WHERE f.suffix = 'Min') AS min,
       max(figure(f.value)) FILTER (WHERE f.suffix = 'Max') AS max,
       max(figure(f.value)) FILTER (WHERE f.suffix = 'ZsAvg') AS zs,
       max(figure(f.value)) FILTER (WHERE f.suffix = 'Cou') AS cou,
       max(f.value) FILTER (WHERE f.suffix = 'Flag') AS flag, p.qn, p.received, p.file, p.packet
FROM fields f JOIN packets p USING (file, packet)
WHERE p.cn IN ('2061', '2051') AND f.code IS NOT NULL AND p.data_time IS NOT NULL
GROUP BY p.mn, p.cn, f.code, p.data_time, p.qn, p.received, p.file, p.packet;
CREATE TABLE parameters AS
SELECT p.mn, p.data_time, coalesce(o.value, '') AS factor, f.code AS parameter, figure(f.value) AS value, p.file, p.packet
FROM fields f JOIN packets p USING (file, packet)
LEFT JOIN (SELECT file, packet, any_value(value) AS value FROM fields WHERE code IS NULL AND suffix = 'PolId' GROUP BY ALL) o USING (file, packet)
WHERE p.cn = '3020' AND f.suffix = 'Info' AND regexp_full_match(f.code, 'i130(01|07|08|09)') AND p.data_time IS NOT NULL
