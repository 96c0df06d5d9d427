"""What people wrote about a monitoring or a self-evaluation: reasons, causes, forecasts, measures taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from hengji.model.table import TableKind, TargetTable

Key = tuple[str, int]
_EMPTY = ("", "-", "—", "/", "无")


@dataclass(frozen=True, slots=True)
class GivenLine:
    """What people wrote about one indicator; None is nothing. `adjustment`: an adjustment of the target was requested.

    `actual` stands only in a monitoring form that was read; ours has the computed one.
    """

    actual: str | None = None
    causes: tuple[str, ...] = ()
    reason: str | None = None
    likelihood: str | None = None
    forecast: str | None = None
    adjustment: bool = False
    corrective_action: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class GivenMoney:
    """What people wrote about the money of a project: why it is behind, and what will be spent by the end of the year."""

    reason: str | None = None
    forecast: Decimal | None = None


_NO_LINE, _NO_MONEY = GivenLine(), GivenMoney()


@dataclass(frozen=True, slots=True)
class Given:
    """What people gave: by (project, number), by project, how far objectives were reached, and the approved targets.

    `approved` is None where they are not known; `corrected` are the indicators whose target differs from it only
    because somebody said that it had been read wrongly.
    """

    lines: Mapping[Key, GivenLine] = field(default_factory=dict)
    money: Mapping[str, GivenMoney] = field(default_factory=dict)
    approved: Mapping[Key, str | None] | None = None
    objectives: Mapping[str, str] = field(default_factory=dict)
    corrected: frozenset[Key] = frozenset()

    def line(self, project: str, number: int) -> GivenLine:
        """What was written about an indicator."""
        return self.lines.get((project, number), _NO_LINE)

    def of_money(self, project: str) -> GivenMoney:
        """What was written about the money of a project."""
        return self.money.get(project, _NO_MONEY)


def given_in(table: TargetTable) -> Given | None:
    """What a monitoring form that was read carries in its own columns; None for any other table."""
    if table.kind is not TableKind.MONITORING:
        return None
    return Given(
        {
            (p.name, i.number): GivenLine(
                i.actual, i.deviation_causes, i.variance_reason, i.likelihood, i.forecast, remark=i.remark
            )
            for p in table.projects
            for i in p.indicators
        }
    )


def written(text: str | None) -> bool:
    """Whether a cell says anything."""
    return text is not None and text.strip() not in _EMPTY
