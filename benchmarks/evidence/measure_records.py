"""Made-up registers of any size for the benchmark of the measures, written as the store would write them.

Every column is worked out from the place of its row, a million rows at a time; columns that no measure here reads stay
empty. One row in a thousand is void, dates run from 2023 into 2025.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hengji.evidence.chain import ChainedLog
from hengji.evidence.columns import TYPES, schema
from hengji.evidence.register import registers
from hengji.evidence.store import MANIFEST

_AT_ONCE = 983_040  # eight row groups
_GROUP = 122_880
_HEX = np.frombuffer("".join(f"{b:02x}" for b in range(256)).encode(), np.uint16)
_NEW_YEAR = (datetime.date(2024, 1, 1) - datetime.date(1970, 1, 1)).days
_HOURS, _TWO_YEARS = 366 * 24, (365 + 366) * 24
ITEMS = ("pH", "溶解氧", "高锰酸盐指数", "化学需氧量", "五日生化需氧量", "氨氮", "总磷", "铜", "锌", "氟化物", "砷", "汞",
         "镉", "六价铬", "铅", "氰化物", "挥发酚", "石油类", "硫化物", "硒")  # fmt: skip
POLLUTANTS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
Columns = dict[str, Any]


class Rows:
    """A stretch of rows of a register: their places, and columns of random values for them."""

    def __init__(self, first: int, size: int, seed: str) -> None:
        self.size = size
        self.place = np.arange(first, first + size)
        digest = hashlib.sha256(f"{seed}{first}".encode()).digest()
        self.rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))

    def share(self, of: float) -> np.ndarray:
        """True for about that share of the rows."""
        return self.rng.random(self.size) < of

    def whole(self, low: int, high: int) -> np.ndarray:
        """Whole numbers from low to high, high included."""
        return self.rng.integers(low, high + 1, self.size)

    def one_of(self, *words: str | None) -> pa.Array:
        """One of the words each."""
        return words_of(self.whole(0, len(words) - 1), words)

    def days(self, first: int = -60, last: int = 400) -> np.ndarray:
        """Days since the epoch, counted from 1 January 2024."""
        return self.whole(_NEW_YEAR + first, _NEW_YEAR + last)


def words_of(places: np.ndarray, words: tuple[str | None, ...]) -> pa.Array:
    """The words at some places of a list."""
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(words, pa.string())).cast(pa.string())


def named(prefix: str, numbers: np.ndarray) -> pa.Array:
    """Names of a few things by their number."""
    known, places = np.unique(numbers, return_inverse=True)
    return words_of(places, tuple(f"{prefix}{n}" for n in known))


def dates(days: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Days since the epoch as dates."""
    return pa.array(days, pa.int32(), mask=missing).cast(pa.date32())


def moments(seconds: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Seconds since the epoch as moments."""
    return pa.array(seconds * 1_000_000, pa.int64(), mask=missing).cast(pa.timestamp("us"))


def numbers(millionths: np.ndarray) -> pa.Array:
    """Exact decimals out of whole millionths."""
    wide = np.stack([millionths, millionths >> 63], axis=1).astype("<i8")
    return pa.Array.from_buffers(TYPES["number"], len(millionths), [None, pa.py_buffer(wide.tobytes())])


def hexes(numbers_: np.ndarray, times: int = 1) -> pa.Array:
    """Different texts of 16 · times hexadecimal digits for different numbers."""
    mixed = [(numbers_.astype(np.uint64) + np.uint64(k)) * np.uint64(0x9E3779B97F4A7C15) for k in range(1, times + 1)]
    digits = _HEX[np.stack(mixed, axis=1).view(np.uint8)]
    offsets = np.arange(0, (len(numbers_) + 1) * 16 * times, 16 * times, dtype=np.int32)
    return pa.StringArray.from_buffers(len(numbers_), pa.py_buffer(offsets), pa.py_buffer(digits.tobytes()))


def _petition(r: Rows, total: int) -> Columns:
    received = r.days()
    due, closed = received + 15, received + r.whole(1, 20)
    return {
        "received_on": dates(received), "due_on": dates(due), "extended_to": dates(due + 15, ~r.share(0.1)),
        "closed_on": dates(closed, r.share(0.05)), "replied_on": dates(received + r.whole(0, 6), r.share(0.05)),
        "outcome": r.one_of("办结", "办结", "办结", "办结", "转办", "撤回", None), "channel": r.one_of("电话", "网络", "来信"),
        "project": named("项目", r.whole(1, 10)), "category": r.one_of("大气", "水", "噪声", "固废"),
    }  # fmt: skip


def _permit_service(r: Rows, total: int) -> Columns:
    return {
        "job_type": named("事项", r.whole(1, 8)), "enterprise": named("企业", r.whole(1, max(total // 200, 1))),
        "done_on": dates(r.days(), r.share(0.02)), "contract_no": named("合同", r.whole(1, 5)),
    }  # fmt: skip


def _workload_table(r: Rows, total: int) -> Columns:
    return {
        "job_type": named("事项", r.place // 5 + 1), "contract_no": named("合同", r.place % 5 + 1),
        "weight": numbers(r.whole(1, 20) * 250_000), "valid_from": dates(np.full(r.size, _NEW_YEAR - 400)),
        "void_reason": pa.nulls(r.size, pa.string()),
    }  # fmt: skip


def _deliverable(r: Rows, total: int) -> Columns:
    file = np.where(r.share(0.02), r.place // 2, r.place)
    return {
        "kind": r.one_of("报告", "图集", "数据库", "名录", "方案"), "submitted_on": dates(r.days(), r.share(0.02)),
        "state": r.one_of("通过", "通过", "通过", "退回", None), "sha256": hexes(file, 4),
        "set_no": hexes(r.place % max(total // 3, 1)),
        "records": pa.array(r.whole(0, 500)),
    }  # fmt: skip


def _lease(r: Rows, total: int) -> Columns:
    start = r.days(-200, 380)
    return {
        "from_on": dates(start), "to_on": dates(start + r.whole(5, 300), r.share(0.1)), "quantity": pa.array(r.whole(1, 9)),
    }  # fmt: skip


def _outlet(r: Rows, total: int) -> Columns:
    start = np.where(r.share(0.1), r.days(1, 200), _NEW_YEAR - 500)
    return {
        "outlet_no": named("MN", r.place), "platform_level": r.one_of("国发", "市", "区"),
        "online_required": pa.array(r.place % 20 != 19),
        "medium": words_of((r.place > total * 1000 // (4 * _HOURS)).astype(int), ("水", "气")), "items": words_of(r.place * 0, ("w01018;w01001;w21003;w21011",)),
        "valid_from": dates(start), "valid_to": dates(start + 600, ~r.share(0.1)),
    }  # fmt: skip


def _stop_notice(r: Rows, total: int) -> Columns:
    start = r.days(0, 350) * 86_400 + 30_000
    return {
        "outlet_no": named("MN", r.place * 7 % (total * 5)), "from_at": moments(start),
        "to_at": moments(start + r.whole(1, 200) * 7_200),
    }  # fmt: skip


def _system_patrol(r: Rows, total: int) -> Columns:
    return {
        "outlet_no": named("MN", r.place % max(total // 1000, 1)),
        "patrolled_at": moments(r.days(-20, 380) * 86_400 + r.whole(20_000, 70_000)),
    }  # fmt: skip


def _online_data(r: Rows, total: int) -> Columns:
    outlet, within = np.divmod(r.place, 4 * _HOURS)
    hour, item = np.divmod(within, 4)
    at = _NEW_YEAR * 86_400 + hour * 3_600
    return {
        "outlet_no": named("MN", outlet), "item": words_of(item, ("w01018", "w01001", "w21003", "w21011")),
        "data_time": moments(at - r.share(0.01) * 3_600), "value": numbers(r.whole(1, 10**8)),
        "flag": r.one_of(*["N"] * 18, "D", "F"),
        "received_at": moments(at + 3_600 + np.where(r.share(0.02), 2_000_000, r.whole(1, 300))),
    }  # fmt: skip


def _it_uptime(r: Rows, total: int) -> Columns:
    start = r.days(-10, 380) * 86_400 + r.whole(0, 1_439) * 60
    return {
        "system": named("系统", r.place % max(total // 2000, 1)), "from_at": moments(start),
        "to_at": moments(start + r.whole(1, 300) * 60, r.share(0.00001)), "planned": pa.array(r.share(0.1)),
    }  # fmt: skip


def _surface_water_quality(r: Rows, total: int) -> Columns:
    section, within = np.divmod(r.place, 52 * len(ITEMS))
    week, item = np.divmod(within, len(ITEMS))
    least = np.where(item == 0, 7_000_000, np.where(item == 1, 8_000_000, 5))
    return {
        "section": named("断面", section), "sampled_on": dates(_NEW_YEAR + week * 7),
        "item": words_of(item, ITEMS), "value": numbers(least + r.whole(0, 1) + r.share(0.01) * 90_000_000),
        "volume": numbers((section % 9 + 1) * 1_000_000), "void_reason": pa.nulls(r.size, pa.string()),
    }  # fmt: skip


def _air_quality(r: Rows, total: int) -> Columns:
    station, within = np.divmod(r.place, 6 * _TWO_YEARS)
    hour, pollutant = np.divmod(within, 6)
    usual = np.array([30, 50, 8, 32, 1, 90])[pollutant] * 1_000_000
    return {
        "station": named("站", station), "hour": moments((_NEW_YEAR - 365) * 86_400 + hour * 3_600),
        "pollutant": words_of(pollutant, POLLUTANTS), "value": numbers(usual * r.whole(50, 150) // 100),
        "flag": r.one_of(*[None] * 30, "无效"),
    }  # fmt: skip


def _city_ranking(r: Rows, total: int) -> Columns:
    year, district = 2024 - r.place // max(total // 3, 1), r.place % max(total // 3, 1)
    return {
        "period": named("", year), "district": named("区", district), "rank": pa.array(district + year % 2),
        "published_on": dates(_NEW_YEAR + (year - 2023) * 365 - 10), "void_reason": pa.nulls(r.size, pa.string()),
    }  # fmt: skip


def _budget(r: Rows, total: int) -> Columns:
    return {
        "approved_on": dates(r.days(), r.share(0.02)), "amount": numbers(r.whole(1, 10**8) * 10_000),
        "project": named("项目", r.whole(1, 10)),
    }  # fmt: skip


def _payment(r: Rows, total: int) -> Columns:
    return {
        "paid_on": dates(r.days(), r.share(0.02)), "amount": numbers(r.whole(1, 10**7) * 10_000),
        "project": named("项目", r.whole(1, 10)), "due_on": dates(r.days()),
    }  # fmt: skip


def _contract(r: Rows, total: int) -> Columns:
    signed = r.days()
    return {
        "signed_on": dates(signed, r.share(0.02)), "amount": numbers(r.whole(1, 10**8) * 10_000),
        "to_on": dates(signed + 200), "project": named("项目", r.whole(1, 10)),
    }  # fmt: skip


def _survey(r: Rows, total: int) -> Columns:
    return {"survey_no": named("问卷", r.place), "title": words_of(r.place % 2, ("企业满意度", "公众满意度"))}


def _survey_response(r: Rows, total: int) -> Columns:
    return {
        "survey_no": named("问卷", r.whole(0, 99)), "answered_on": dates(r.days()), "valid": pa.array(~r.share(0.03)),
        "score": numbers(r.whole(40, 100) * 1_000_000),
    }  # fmt: skip


def _emergency_event(r: Rows, total: int) -> Columns:
    return {
        "received_at": moments(r.days() * 86_400 + r.whole(0, 86_399)), "level": r.one_of("一般", "较大", "重大"),
        "nil_return": pa.array(r.share(0.01)), "month": words_of(r.place % 12, tuple(f"2024-{m:02d}" for m in range(1, 13))),
        "first_action_at": moments(r.days() * 86_400, r.share(0.1)),
    }  # fmt: skip


def _disclosure(r: Rows, total: int) -> Columns:
    due = r.days()
    return {
        "due_on": dates(due), "published_on": dates(due + r.whole(-20, 3), r.share(0.03)),
        "withheld": pa.array(r.share(0.02)),
    }  # fmt: skip


def _data_sync(r: Rows, total: int) -> Columns:
    due = r.days()
    return {
        "due_on": dates(due), "updated_on": dates(due + r.whole(-20, 3), r.share(0.2)),
        "no_change": pa.array(r.share(0.2)), "checked_on": dates(due + r.whole(-20, 3), r.share(0.2)),
    }  # fmt: skip


def _obligation(r: Rows, total: int) -> Columns:
    due, needed = r.days(), r.whole(0, 12)
    return {
        "due_on": dates(due), "quantity_required": numbers(needed * 1_000_000),
        "quantity_done": numbers(np.maximum(needed - r.share(0.1), 0) * 1_000_000),
        "weight": numbers(r.whole(1, 5) * 500_000), "done_on": dates(due - 3, r.share(0.05)), "proof": pa.array(r.share(0.9)),
    }  # fmt: skip


def _asset(r: Rows, total: int) -> Columns:
    return {"accepted_on": dates(r.days(-700, 300)), "state": r.one_of("在用", "在用", "在用", "报废", None)}


def _vehicle_use_log(r: Rows, total: int) -> Columns:
    return {"vehicle": named("K", r.whole(0, max(total // 250, 1))), "used_on": dates(r.days())}


_Maker = Callable[[Rows, int], Columns]
_MAKERS: Mapping[str, tuple[_Maker, float]] = {
    "petition": (_petition, 1), "permit_service": (_permit_service, 1), "workload_table": (_workload_table, 0),
    "deliverable": (_deliverable, 1), "lease": (_lease, 1), "outlet": (_outlet, 0.001), "stop_notice": (_stop_notice, 0.0002),
    "system_patrol": (_system_patrol, 1), "online_data": (_online_data, 1), "it_uptime": (_it_uptime, 1),
    "surface_water_quality": (_surface_water_quality, 1), "air_quality": (_air_quality, 1),
    "city_ranking": (_city_ranking, 1), "budget": (_budget, 0.1), "payment": (_payment, 1), "contract": (_contract, 0.1),
    "survey": (_survey, 0), "survey_response": (_survey_response, 1), "emergency_event": (_emergency_event, 1),
    "disclosure": (_disclosure, 1), "data_sync": (_data_sync, 1), "obligation": (_obligation, 1), "asset": (_asset, 0.004),
    "vehicle_use_log": (_vehicle_use_log, 1),
}  # fmt: skip
"""How each register is made, and how many rows it has to one of the large ones; 0 stands for a table of fixed size."""
_FIXED = {"workload_table": 40, "survey": 100}
_WHOLE = {"online_data": 4 * _HOURS, "surface_water_quality": 52 * len(ITEMS), "air_quality": 6 * _TWO_YEARS}
"""Rows that belong together: whole outlets, sections and stations."""


_ONCE = ("workload_table", "survey", "outlet", "stop_notice", "asset", "city_ranking")
"""Masters and what holds several years by itself: neither corrected nor written again for years before."""
_CORRECTED = 50


def make(folder: Path, rows: int, *, corrected: bool = False, years: int = 1) -> dict[str, int]:
    """Fill an evidence folder with registers of about so many rows; how many each has.

    `corrected` adds a second version of every 50th record, `years` the same records dated in years before, a batch each.
    """
    sizes = {}
    entries = []
    for name, (maker, part) in _MAKERS.items():
        step = _WHOLE.get(name, 1)
        size = _FIXED.get(name) or max(round(rows * part / step), 1) * step
        batches = [(size, 1, 0)]
        if name not in _ONCE:
            batches += [(size, 1, ago) for ago in range(1, years)]
            batches += [(max(size // _CORRECTED, 1), 2, 0)] if corrected else []
        sizes[name] = sum(n for n, _, _ in batches)
        for n, version, ago in batches:
            digest = _write(folder, name, maker, n, size, version, ago)
            new, newer = (n, 0) if version == 1 else (0, n)
            counts = {
                "new": new,
                "versions": newer,
                "voids": 0,
                "unchanged": 0,
                "duplicates": 0,
                "late": 0,
                "rejected": 0,
            }
            entries.append(
                {
                    "kind": "batch", "at": "2025-01-05T09:00:00", "register": name, "sha256": digest, "source": "模拟数据",
                    "source_sha256": digest, "simulated": True, "counts": counts,
                }
            )  # fmt: skip
    ChainedLog(folder / MANIFEST, dict).append(entries)
    return sizes


def _write(folder: Path, name: str, maker: _Maker, size: int, total: int, version: int, ago: int) -> str:
    wanted = schema(registers()[name])
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(f"{name}{size}{version}{ago}".encode()).hexdigest()
    with pq.ParquetWriter(place / f"{digest}.parquet", wanted, compression="zstd", compression_level=1) as writer:
        for first in range(0, size, _AT_ONCE):
            rows = Rows(first, min(_AT_ONCE, size - first), f"{name}{version if version > 1 else ''}")
            columns = {
                **_stored(rows, digest),
                **maker(rows, total),
                "version": pa.array(np.full(rows.size, version, np.int32)),
            }
            if ago:
                columns = {key: _earlier(column, ago) for key, column in columns.items()}
                columns["record_id"] = hexes(rows.place + ago * total)
            arrays = [columns.get(f.name, pa.nulls(rows.size, f.type)) for f in wanted]
            writer.write_table(pa.Table.from_arrays(arrays, schema=wanted), row_group_size=_GROUP)
    return digest


def _earlier(column: pa.Array, years: int) -> pa.Array:
    """Days and moments, years of 366 days before; anything else as it is."""
    if pa.types.is_temporal(column.type):
        return pc.subtract(column, pa.scalar(datetime.timedelta(days=366 * years))).cast(column.type)
    return column


def _stored(rows: Rows, digest: str) -> Columns:
    return {
        "source_system": words_of(rows.place * 0, ("模拟数据",)), "source_key": named("K", rows.place) if rows.size < 20_000
        else pa.array(np.char.add("K", rows.place.astype("U9")), pa.string()),
        "void_reason": words_of((rows.place % 1000 == 999).astype(int), (None, "重复登记")),
        "record_id": hexes(rows.place),
        "batch": words_of(rows.place * 0, (digest,)), "line": pa.array(rows.place + 1),
        "late": pa.array(np.zeros(rows.size, bool)),
    }  # fmt: skip
