"""Tiny hand-written registers for the truth."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from hengji.model.binding import Automatic, Binding, Period
from hengji.model.table import Indicator, Project, Source, TargetTable
from hengji.simulation.truth import truth

YEAR_END = Period(2024, datetime.date(2024, 12, 31))
MID_YEAR = Period(2024, datetime.date(2024, 6, 30))
PERSON = {"confirmed_by": "甲", "confirmed_on": datetime.date(2024, 1, 15)}


def value(text: Any) -> Any:
    """Dates and moments from their ISO text, numbers from floats and "#1.5"; all else as it is."""
    if isinstance(text, str):
        if text.startswith("#"):
            return Decimal(text[1:])
        for kind, length in ((datetime.date, 10), (datetime.datetime, 16), (datetime.datetime, 19)):
            if len(text) == length and text[4] == "-":
                try:
                    return kind.fromisoformat(text)
                except ValueError:
                    continue
    return text


def rows(*records: dict[str, Any]) -> list[dict[str, Any]]:
    made = []
    for n, record in enumerate(records):
        row = {"source_system": "手工", "source_key": f"k{n}"}
        row.update({name: value(v) for name, v in record.items()})
        made.append(row)
    return made


def table(indicators: int = 1) -> TargetTable:
    project = Project("项目甲", tuple(Indicator(n + 1, f"指标{n + 1}") for n in range(indicators)))
    return TargetTable(Source("t", "", "text/plain"), projects=(project,), fiscal_year=2024)


def bind(measure: str | None, number: int = 1, /, **params: Any) -> Binding:
    more = {k: params.pop(k) for k in ("automatic", "same_as") if k in params}
    return Binding("项目甲", number, measure, params, **PERSON, **more)


def answer(measure: str, registers: dict[str, Any], cut: Period = YEAR_END, /, **params: Any) -> dict[str, Any]:
    return truth(registers, table(), [bind(measure, **params)], cut)[0]


def figures(measure: str, registers: dict[str, Any], cut: Period = YEAR_END, /, **params: Any) -> tuple[Any, ...]:
    """value, numerator, denominator, rows, status."""
    found = answer(measure, registers, cut, **params)
    return tuple(found[k] for k in ("value", "numerator", "denominator", "rows", "status"))


__all__ = ["MID_YEAR", "YEAR_END", "Automatic", "answer", "bind", "figures", "rows", "table", "value"]
