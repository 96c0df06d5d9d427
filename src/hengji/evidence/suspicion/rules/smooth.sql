SELECT m.mn, m.factor, m.since AS begins, m.t AS ends, 100 * m.rms AS change, 100 * u.rms AS usual
FROM moving m JOIN usual u USING (mn, factor) JOIN th USING (factor)
WHERE m.hours >= 16 AND m.rms > 0 AND m.t - m.since <= INTERVAL 48 HOUR AND m.rms < th.smooth_most
  -- What rounding alone would show counts as movement.
  AND sqrt(m.rms * m.rms + (u.step / m.avg) ** 2 / 6) < th.smooth_share * u.rms
