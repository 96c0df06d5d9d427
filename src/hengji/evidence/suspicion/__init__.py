"""Suspicion with reasons over online monitoring data: readings, rules in SQL, thresholds and words as data."""
