"""A labelled simulated year (模拟数据): seeded records for every register, planted facts, and the separate truth."""

from hengji.simulation.planting import FACTS, Fact
from hengji.simulation.tables import rows_of
from hengji.simulation.world import scenario
from hengji.simulation.year import LABEL, Simulation, simulate, truth_of

__all__ = ["FACTS", "LABEL", "Fact", "Simulation", "rows_of", "scenario", "simulate", "truth_of"]
