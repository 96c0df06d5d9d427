"""Whether a device writes the start or the end of a period as DataTime, learnt of when it sends its data.

The standard asks for the start; many devices send the end, and an hour beside it ruins the transmission rate. Data of a
period cannot be sent before it is over: what is sent less than a period's length behind its DataTime bears the end of it,
what is sent within the next length most likely the start, what is sent later says nothing. QN is when it was sent, by the
same clock as DataTime, so that a wrong clock and a slow network do no harm; where there is none the receipt counts. The
majority decides, for each kind of data of a device.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from hengji.reception.store.decoded import DAY, HOUR, MINUTE

LEAST = 6
"""Packets that must speak before the standard's habit is given up for a device, and as many for a kind of its data."""
SURE = 0.9


class Habit(NamedTuple):
    """The habit of a device in one kind of data: how many packets speak for the start and how many for the end.

    `ends`: DataTime is taken for the end of the period.
    """

    mn: str
    cn: str
    start: int
    end: int
    ends: bool

    @property
    def share(self) -> float | None:
        """How many of those that speak agree with what was taken, of 1; None where none speaks."""
        votes = self.start + self.end
        return (self.end if self.ends else self.start) / votes if votes else None

    @property
    def sure(self) -> bool:
        """Whether enough packets speak and nearly all agree."""
        return self.start + self.end >= LEAST and (self.share or 0) >= SURE


def learnt(db: duckdb.DuckDBPyConnection, packets: Sequence[Path], steps: Iterable[tuple[str, int]]) -> list[Habit]:
    """The habits of all devices that sent hour, minute or day data.

    `packets` are the decoded files, `steps` the minutes between minute data of each device (0 where not known: such data
    follow the habit of the hours).
    """
    if not packets:
        return []
    db.execute("CREATE OR REPLACE TEMP TABLE step (mn VARCHAR, seconds BIGINT)")
    given = [(mn, minutes * 60) for mn, minutes in steps if minutes]
    if given:
        db.executemany("INSERT INTO step VALUES (?, ?)", given)
    found = db.execute(
        f"""WITH said AS (
            SELECT p.mn, cn, CASE cn WHEN '{HOUR}' THEN 3600 WHEN '{DAY}' THEN 86400 ELSE seconds END AS length,
                epoch(coalesce(try_strptime(left(qn, 14), '%Y%m%d%H%M%S'), received_at))
                - epoch(try_strptime(left(data_time, 14), '%Y%m%d%H%M%S')) AS lag
            FROM read_parquet(?) p LEFT JOIN step USING (mn)
            WHERE cn IN ('{HOUR}', '{MINUTE}', '{DAY}') AND NOT duplicate)
        SELECT mn, cn, count(*) FILTER (lag >= length AND lag < 2 * length), count(*) FILTER (lag >= 0 AND lag < length)
        FROM said GROUP BY mn, cn ORDER BY mn, cn""",
        [[str(p) for p in packets]],
    ).fetchall()
    return judged(found)


def judged(votes: Iterable[tuple[Any, ...]]) -> list[Habit]:
    """Habits of (device, kind of data, packets for the start, packets for the end)."""
    listed = list(votes)
    hours = {mn: end > start for mn, cn, start, end in listed if cn == HOUR and start + end >= LEAST}
    return [
        Habit(mn, cn, start, end, end > start if start + end >= LEAST else hours.get(mn, False))
        for mn, cn, start, end in listed
    ]
