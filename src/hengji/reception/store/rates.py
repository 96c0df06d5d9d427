"""传输率, 有效率 and 传输有效率 of outlets and factors over any hours, as sums of what was rolled up.

Definition: rate of transmission = received / due, of validity = valid / received, effective rate = valid / due. Received
and valid count in due periods only. Two conventions live side by side, so the one used is always printed: periods in
filed stops are deducted from both sides (`deducted`), or they are due like all others.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from hengji.evidence.compute import number
from hengji.reception.status import GRACE
from hengji.reception.store.decoded import DAY, HOUR, MINUTE
from hengji.reception.store.rolled import State, state_of

KINDS = {"hour": HOUR, "minute": MINUTE, "day": DAY}


class Rate(NamedTuple):
    """Parts of the rates of an outlet's factor (of several: `outlet` and the others empty); whole numbers that add up."""

    outlet: str
    mn: str
    item: str
    unit: str | None
    due: int
    received: int
    valid: int
    repeats: int
    too_late: int

    @property
    def transmission(self) -> Fraction | None:
        """Received among due; None where nothing was due."""
        return Fraction(self.received, self.due) if self.due else None

    @property
    def validity(self) -> Fraction | None:
        """Valid among received; None where nothing was received."""
        return Fraction(self.valid, self.received) if self.received else None

    @property
    def effective(self) -> Fraction | None:
        """Valid among due; None where nothing was due."""
        return Fraction(self.valid, self.due) if self.due else None

    def as_json(self) -> dict[str, Any]:
        """As the command tells it: counts, and rates in percent."""
        return {
            "outlet": self.outlet or None, "mn": self.mn or None, "item": self.item or None, "unit": self.unit,
            "due": self.due, "received": self.received, "valid": self.valid, "repeats": self.repeats,
            "too_late": self.too_late, "transmission_rate": _percent(self.transmission),
            "validity_rate": _percent(self.validity), "effective_transmission_rate": _percent(self.effective),
        }  # fmt: skip


def rates(
    folder: Path, begin: datetime.datetime, end: datetime.datetime, *, cn: str = HOUR, deducted: bool = True
) -> list[Rate]:
    """The parts of each outlet and factor of which periods that begin in [begin, end) were due.

    What is not rolled up yet is not in it (`rolled.roll` first).
    """
    state = state_of(folder)
    days = [str(begin.date() + datetime.timedelta(days=n)) for n in range((end.date() - begin.date()).days + 1)]
    files = state.files(folder, "hours", days)
    if not files:
        return []
    stands = "AND stopped = 0" if deducted else ""
    with contextlib.closing(duckdb.connect(config={"threads": 2})) as db:
        rows = db.execute(
            f"""SELECT outlet, mn, item, any_value(unit), sum(expected), sum(received), sum(valid), sum(repeats), sum(too_late)
            FROM read_parquet($files) WHERE cn = $cn AND begin >= $begin AND begin < $end AND expected > 0 {stands}
            GROUP BY outlet, mn, item ORDER BY outlet, mn, item""",
            {"files": files, "cn": cn, "begin": begin, "end": end},
        ).fetchall()
    return [Rate(*row[:4], *map(int, row[4:])) for row in rows]


def span(state: State) -> tuple[datetime.datetime, datetime.datetime] | None:
    """From the first day that is rolled up to the last hour that was due at the last receipt; None where there is none.

    An hour is due `GRACE` after its end.
    """
    if not state.days or not state.until:
        return None
    until = (datetime.datetime.fromisoformat(state.until) - GRACE).replace(minute=0, second=0, microsecond=0)
    return datetime.datetime.fromisoformat(min(state.days)), until


def of_today(folder: Path, now: datetime.datetime) -> tuple[str, dict[str, Rate]] | None:
    """The rates of each device (by MN) in the hours of today that were due at the last roll-up, and its last receipt.

    Filed stops are deducted. None where nothing of today is rolled up.
    """
    state = state_of(folder)
    whole, midnight = span(state), datetime.datetime.combine(now.date(), datetime.time())
    if whole is None or str(now.date()) not in state.days:
        return None
    found: dict[str, list[Rate]] = {}
    for rate in rates(folder, midnight, min(whole[1], midnight + datetime.timedelta(days=1))):
        found.setdefault(rate.mn, []).append(rate)
    return state.until, {mn: added(several)._replace(mn=mn) for mn, several in found.items()}


def added(several: Iterable[Rate]) -> Rate:
    """The rates of several outlets and factors together: sums of parts, not a mean of rates."""
    listed = list(several)
    return Rate("", "", "", None, *(sum(getattr(r, name) for r in listed) for name in Rate._fields[4:]))


def _percent(value: Fraction | None) -> str | None:
    return None if value is None else str(number(value * 100))


def shown(value: Fraction | None) -> str:
    """A rate for the screen, in percent with two places."""
    return "—" if value is None else f"{Decimal(number(value * 100)):.2f}%"
