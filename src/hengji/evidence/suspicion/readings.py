"""Readings as the rules take them: from folders of replayed packets, or from tables of Arrow.

A folder holds `X.packets.parquet` with `X.values.parquet` (see `hj212.replay`), and beside `DAY.raw.packets.parquet`
`DAY.receipts.parquet` where the packets came through the gateway (see `gateway.segments`): only then are receipt times and digests known. `outlet_limits.csv` in the folder gives limits,
ranges and detection limits by MN and factor.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from hengji.evidence.errors import EvidenceError

READINGS = pa.schema(
    [(name, pa.string()) for name in ("mn", "period", "factor")]
    + [("data_time", pa.timestamp("us"))]
    + [(name, pa.float64()) for name in ("avg", "min", "max", "zs", "cou")]
    + [("flag", pa.string()), ("qn", pa.timestamp("us")), ("received", pa.timestamp("us"))]
    + [("file", pa.string()), ("packet", pa.int64())]
)
"""`period` is hour or minute; `data_time` the beginning of the period, local time; `packet` its number in `file`. Null: unknown."""
PARAMETERS = pa.schema(
    {
        "mn": pa.string(),
        "data_time": pa.timestamp("us"),
        "factor": pa.string(),
        "parameter": pa.string(),
        "value": pa.float64(),
        "file": pa.string(),
        "packet": pa.int64(),
    }
)
REGISTER = pa.schema(
    {name: pa.string() for name in ("mn", "factor")}
    | {name: pa.float64() for name in ("limit", "range_top", "detection")}
)
LIMITS = "outlet_limits.csv"
PACKETS, VALUES, RECEIPTS = ".packets.parquet", ".values.parquet", ".receipts.parquet"


def connection(readings: pa.Table, parameters: pa.Table, register: pa.Table) -> duckdb.DuckDBPyConnection:
    """A database in memory over tables of Arrow."""
    db = database()
    for name, table in (("readings", readings), ("parameters", parameters), ("register", register)):
        db.register(name, table)
    return db


def database() -> duckdb.DuckDBPyConnection:
    """An empty database in memory that fetches nothing from elsewhere."""
    return duckdb.connect(
        config={"threads": 2, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )


def replayed(folder: Path, limits: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A database with the readings of all replayed files of a folder, and their packets.

    `limits` is a CSV as `outlet_limits.csv`, which is taken where none is given and it is there.

    Raises:
        EvidenceError: nothing replayed is there, a table lacks its fellow or cannot be read, or the limits are no such table.
        OSError: the folder cannot be read.
    """
    names = sorted(path.name.removesuffix(PACKETS) for path in folder.iterdir() if path.name.endswith(PACKETS))
    if not names:
        raise EvidenceError(
            f"{folder} 里没有重放得到的数据（*{PACKETS}）。请先用 hengji gateway export 导出，或给出网关的文件夹。",
            f"{folder} has no replayed data (*{PACKETS}). Run hengji gateway export first, or give a gateway's folder.",
        )
    lost = [name + VALUES for name in names if not (folder / (name + VALUES)).is_file()]
    if lost:
        raise EvidenceError(
            f"{folder} 缺少 {'、'.join(lost)}，数据不全。请重新导出这些天。",
            f"{folder} lacks {', '.join(lost)}: data would be missing. Export these days again.",
        )
    db = database()
    try:
        _take(db, folder, names)
        _limits(db, limits or folder / LIMITS, given=limits is not None)
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise EvidenceError(
            f"{folder} 里的表读不出来：{said}。请重新导出，或更正 {LIMITS}。",
            f"The tables in {folder} cannot be read: {said}. Export again, or correct {LIMITS}.",
        ) from None
    return db


def _take(db: duckdb.DuckDBPyConnection, folder: Path, names: list[str]) -> None:
    packets, values = ([str(folder / (name + kind)) for name in names] for kind in (PACKETS, VALUES))
    queries = Path(__file__).with_name("replayed.sql").read_text("utf-8").split(";\n")
    days = [folder / (name.removesuffix(".raw") + RECEIPTS) for name in names]
    receipts = [str(path) for path in days if path.is_file()]
    db.execute(queries[0], [PACKETS, packets])
    if receipts:
        db.execute(queries[1], [RECEIPTS, receipts])
    else:
        db.execute(queries[2])
    db.execute(queries[3])
    db.execute(queries[4], [VALUES, values])
    for query in queries[5:]:
        db.execute(query)


def _limits(db: duckdb.DuckDBPyConnection, path: Path, given: bool) -> None:
    db.register("no_register", REGISTER.empty_table())
    db.execute("CREATE TABLE register AS FROM no_register")
    if given or path.is_file():
        db.execute(
            'INSERT INTO register SELECT mn, factor, "limit", range_top, detection FROM read_csv(?, header = true, '
            "columns = {'mn': 'VARCHAR', 'factor': 'VARCHAR', 'limit': 'DOUBLE', 'range_top': 'DOUBLE', 'detection': 'DOUBLE'})",
            [str(path)],
        )
