"""Filed stops (停产停运备案) that a gateway knows of: `stops.csv` in its folder, optional.

Its columns are those of the register stop_notice, so that one file serves both: 排放口编号, 开始时间, 结束时间.
"""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from typing import NamedTuple

from hengji.reception.errors import GatewayError

FILE = "stops.csv"
_COLUMNS = {
    "outlet": ("排放口编号", "outlet_no"),
    "begin": ("开始时间", "from_at"),
    "end": ("结束时间", "to_at"),
}
FOREVER = datetime.datetime(2200, 1, 1)


class Stop(NamedTuple):
    """An outlet that stands from a moment up to another, that one not included; without end it is `FOREVER`."""

    outlet: str
    begin: datetime.datetime
    end: datetime.datetime


def read_stops(folder: Path) -> list[Stop]:
    """The stops of a folder; none where there is no such file.

    Raises:
        GatewayError: the file cannot be read or a row is not in order: a stop that is overlooked makes rates wrong.
    """
    path = folder / FILE
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GatewayError(
            f"{path} 读不出来：{error}。请存为UTF-8编码的CSV。",
            f"{path} cannot be read: {error}. Save it as UTF-8 CSV.",
        ) from None
    heading = [cell.strip() for cell in rows[0]] if rows else []
    places = {name: next((heading.index(w) for w in words if w in heading), -1) for name, words in _COLUMNS.items()}
    if missing := [_COLUMNS[name][0] for name, place in places.items() if place < 0]:
        raise GatewayError(
            f"{path} 缺少列：{'、'.join(missing)}。请补上表头。",
            f"{path} lacks columns: {', '.join(missing)}. Add them.",
        )
    return [_stop(path, n, row, places) for n, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]


def _stop(path: Path, number: int, row: list[str], places: dict[str, int]) -> Stop:
    outlet, begin, end = (row[places[n]].strip() if places[n] < len(row) else "" for n in ("outlet", "begin", "end"))
    try:
        if not outlet:
            raise ValueError("排放口编号为空")
        return Stop(outlet, _moment(begin), _moment(end) if end else FOREVER)
    except ValueError as error:
        raise GatewayError(
            f"{path} 第{number}行不能用：{error}。时间应如 2024-02-08 00:00:00。请更正后再汇总。",
            f"{path} row {number} cannot be used: {error}. Write times like 2024-02-08 00:00:00, then roll up again.",
        ) from None


def _moment(text: str) -> datetime.datetime:
    found = datetime.datetime.fromisoformat(text)
    if found.tzinfo is not None:
        raise ValueError(f"“{text}”带有时区")
    return found
