"""A simulated year for a table and its bindings: all registers, the planted facts, the truth."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hengji.model.binding import Binding, Period
from hengji.model.table import TargetTable
from hengji.simulation import finish, people, services, surroundings
from hengji.simulation.air import air_tables, emissions
from hengji.simulation.batches import make_register
from hengji.simulation.demands import demands
from hengji.simulation.jobs import make_jobs
from hengji.simulation.masters import make_masters
from hengji.simulation.money import make_money
from hengji.simulation.online import make_stops, online_table, silent_month
from hengji.simulation.planting import Fact, plant
from hengji.simulation.rounds import make_rounds
from hengji.simulation.tables import rows_of, table_of
from hengji.simulation.truth import truth
from hengji.simulation.world import World, scenario

LABEL = "模拟数据"
FORMAT = "hengji.truth/1"


@dataclass(frozen=True)
class Simulation:
    """A labelled simulated year.

    `tables`: a pyarrow table for every register; `planted`: the facts put into it; `attachments`: the bytes of the
    attachments that attestations name, by their SHA-256; `emissions`: the level of the air's pollutants by year, of which
    the change under the same weather is made.
    """

    year: int
    seed: int
    tables: Mapping[str, Any]
    planted: tuple[Fact, ...]
    attachments: Mapping[str, bytes]
    emissions: Mapping[int, Fraction]

    @property
    def records(self) -> int:
        """How many records there are in all registers."""
        return sum(table.num_rows for table in self.tables.values())


def simulate(
    table: TargetTable,
    bindings: Iterable[Binding],
    year: int,
    seed: int,
    *,
    scale: float = 1,
    settings: Mapping[str, Any] | None = None,
) -> Simulation:
    """A year of records in which every confirmed binding finds some; the same seed gives the same bytes.

    `scale` 1 is about a million records; it changes how many outlets and petitions there are. `settings` replaces
    the scenario of the package.

    Raises:
        KeyError: a binding names a register or a field that does not exist.
    """
    bindings = tuple(bindings)
    world = World(year, seed, scale, copy.deepcopy(dict(settings or scenario())))
    asked = demands(table, bindings, seed, world.settings)
    make_masters(world, asked)
    make_stops(world)
    made = services.make_stocks(world, asked)
    for register, more in make_rounds(world, asked).items():
        made[register] += more
    made["payment"] += make_money(world, table, asked)
    for register, more in make_jobs(world, asked).items():
        made[register] += more
    people.settle_levels(world, asked)
    for register in world.settings["registers"]:
        make_register(world, register, [d for d in asked if d.register == register], made.get(register, ()))
    services.make_services(world, asked)
    services.make_use(world)
    surroundings.make_water(world, asked)
    surroundings.make_ranking(world, asked)
    surroundings.make_sources(world, asked)
    people.make_surveys(world, asked)
    people.make_nil_returns(world, asked)
    attachments = people.make_attestations(world, bindings)
    finish.tidy_petitions(world)
    finish.tidy_issues(world)
    finish.cut_at_year_end(world)
    finish.drop_likes(world)
    finish.enter(world)
    finish.void_some(world)
    silent = silent_month(world)
    planted = plant(world, asked, silent)
    tables = {name: table_of(register, world.rows.get(name, ())) for name, register in world.registers.items()}
    tables["online_data"] = online_table(world, asked, silent)
    tables |= air_tables(world, asked)
    return Simulation(year, seed, tables, tuple(planted), attachments, emissions(world, asked))


def truth_of(
    simulation: Simulation,
    table: TargetTable,
    bindings: Sequence[Binding],
    as_of: datetime.date | None = None,
) -> dict[str, Any]:
    """The truth file of a simulated year as of a day (its last one where none is given)."""
    period = Period(simulation.year, as_of or datetime.date(simulation.year, 12, 31))
    rows = {name: rows_of(t) for name, t in simulation.tables.items()}
    return {
        "format": FORMAT,
        "simulated": True,
        "label": LABEL,
        "seed": simulation.seed,
        "as_of": period.as_of.isoformat(),
        "indicators": truth(rows, table, bindings, period, emissions=simulation.emissions),
        "planted": [fact.as_json() for fact in simulation.planted],
    }
