"""The truth of a simulated year: every measure once more, in plain Python, written from its description alone."""

from hengji.simulation.truth.records import Records, Row, passes, record_id
from hengji.simulation.truth.year import truth

__all__ = ["Records", "Row", "passes", "record_id", "truth"]
