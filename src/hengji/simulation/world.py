"""What a simulated year is made in: its settings, its registers, the rows made so far."""

from __future__ import annotations

import datetime
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from hengji.evidence.register import Register, registers
from hengji.simulation import fields
from hengji.simulation.draw import Draw, draw
from hengji.simulation.truth.records import Records

Row = dict[str, Any]


def scenario() -> dict[str, Any]:
    """The settings that come with the package; a copy that may be changed."""
    return tomllib.loads(files("hengji.simulation").joinpath("scenario.toml").read_text("utf-8"))


class World:
    """Rows by register, and how a further one is made."""

    def __init__(self, year: int, seed: int, scale: float, settings: Mapping[str, Any]) -> None:
        self.year, self.seed, self.scale, self.settings = year, seed, scale, settings
        self.registers: Mapping[str, Register] = registers()
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self._draws: dict[str, Draw] = {}
        self._counts: Counter[tuple[str, int]] = Counter()
        self._keys: Counter[str] = Counter()

    def draw(self, name: str) -> Draw:
        """The source of chance of a register or a purpose."""
        if name not in self._draws:
            self._draws[name] = draw(self.seed, self.year, name)
        return self._draws[name]

    def profile(self, register: str) -> Mapping[str, Any]:
        """The settings of a register."""
        profile: Mapping[str, Any] = self.settings["registers"].get(register, {})
        return profile

    def records(self) -> Records:
        """What has been made so far, as it stands at the end of the year."""
        return Records(self.rows, self.registers, datetime.date(self.year, 12, 31))

    def make(
        self,
        register: str,
        *,
        year: int | None = None,
        on: datetime.date | None = None,
        places: Mapping[str, int] | None = None,
        pool: Mapping[str, Sequence[Any]] | None = None,
    ) -> Row:
        """A row of a register, not yet added.

        `places` says which of several objects a field names (counted from 0), `pool` which objects may be named.
        """
        year = year or self.year
        self._counts[register, year] += 1
        shape = self.registers[register]
        profile = self.profile(register)
        chance = self.draw(register)
        row: Row = {}
        if shape.time:
            day = on or chance.on(year, profile.get("days", "workday"), tuple(profile.get("months", (1, 12))))
            moment = next(f.type for f in shape.fields if f.name == shape.time) == "datetime"
            row[shape.time] = (
                chance.at(day, profile.get("hours", (8, 18)))
                if moment and not isinstance(day, datetime.datetime)
                else day
            )
        kinds = {f.name: f.type for f in shape.fields}
        for name, spec in profile.get("fields", {}).items():
            n = (places or {}).get(name)
            making = fields.Making(
                row, chance, year, self._counts[register, year], n, self.rows, (pool or {}).get(name), shape.time
            )
            fields.fill(making, name, kinds[name], spec)
        return row

    def add(self, register: str, row: Row, year: int | None = None) -> Row:
        """The row with its key, now part of the register."""
        self._keys[register] += 1
        row["source_system"] = self.settings["source_system"]
        row["source_key"] = f"{register}-{year or self.year}-{self._keys[register]:06d}"
        self.rows[register].append(row)
        return row
