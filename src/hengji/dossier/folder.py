"""The dossier folder: settings, the published table untouched, what people gave.

Layout (public contract): `hengji.toml` (unit, year, pack) · `table.*` · `changes.jsonl` · `out/`. A dossier begun from
last year's keeps that year's table as `last_year/table.*`, so that the review can compare.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hengji.dossier.changes import CHANGES, ChangeLog
from hengji.dossier.errors import DossierError
from hengji.dossier.opening import read_document
from hengji.legislation import packs
from hengji.model.table import Status, TargetTable

SETTINGS = "hengji.toml"
DEFAULT_PACK = "national-2020"
LAST_YEAR = "last_year"


@dataclass(frozen=True, slots=True)
class Dossier:
    """An opened dossier. `table` has the year and the unit of the settings where the document names none.

    `first_batches` gives it as it was when it had only so many batches of records (None: all that are there).
    """

    folder: Path
    unit: str | None
    pack: str
    table_file: Path
    table: TargetTable
    prior: TargetTable | None
    changes: ChangeLog
    first_batches: int | None = None

    @property
    def year(self) -> int | None:
        """The budget year; None where neither the document nor a person said it."""
        return self.table.fiscal_year


def open_dossier(folder: Path) -> Dossier:
    """The dossier in `folder`, its table read.

    Raises:
        DossierError: no settings, no table or several, settings that make no sense, or a table that cannot be read.
    """
    try:
        settings = tomllib.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DossierError(
            f"{folder} 不是衡绩的年度文件夹：里面没有 {SETTINGS}。请先用“hengji init 绩效目标表 文件夹”建立。",
            f"{folder} is not a dossier: it has no {SETTINGS}. Make one with `hengji init FILE DIR`.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DossierError(
            f"{folder / SETTINGS} 无法解析：{error}。请按 TOML 格式改正。",
            f"{folder / SETTINGS} cannot be parsed: {error}. Correct it as TOML.",
        ) from None
    unit, year, pack = settings.get("unit"), settings.get("year"), settings.get("pack", DEFAULT_PACK)
    _check(folder, unit, year, pack)
    table_file = _only_table(folder)
    prior_file = _only_table(folder / LAST_YEAR) if (folder / LAST_YEAR).is_dir() else None
    # What the document leaves open, the settings say: real tables often name no year.
    table = _readable(table_file).in_year(year, unit)
    prior = _readable(prior_file) if prior_file else None
    return Dossier(folder, unit, pack, table_file, table, prior, ChangeLog(folder / CHANGES))


def create(
    data: bytes,
    file: str,
    folder: Path,
    *,
    year: int | None = None,
    pack: str | None = None,
    origin: Dossier | None = None,
) -> Dossier:
    """Make a dossier in `folder` from the bytes of a published table; nothing is left behind on failure.

    `origin` is last year's dossier: its pack and its table (to compare with) are carried over; bindings and masters
    follow by `carry_over`.

    Raises:
        DossierError: the folder exists and is not empty, or the table cannot be read.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DossierError(
            f"{folder} 已存在且不为空，未作任何改动。请换一个文件夹名。",
            f"{folder} exists and is not empty; nothing was changed. Choose another folder.",
        )
    table = read_document(data, file)
    if table.status is Status.REFUSED:
        raise DossierError(table.findings[0].zh, table.findings[0].en)
    settings = {
        "unit": table.department or (origin.unit if origin else None),
        "year": year if year is not None else table.fiscal_year,
        "pack": pack or (origin.pack if origin else DEFAULT_PACK),
    }
    _check(folder, settings["unit"], settings["year"], settings["pack"])
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".hengji-") as name:
        draft = Path(name) / "dossier"
        draft.mkdir()
        (draft / f"table{Path(file).suffix or '.txt'}").write_bytes(data)
        lines = [f"{key} = {_toml(value)}" for key, value in settings.items() if value is not None]
        (draft / SETTINGS).write_text("\n".join(lines) + "\n", encoding="utf-8")
        if origin:
            (draft / LAST_YEAR).mkdir()
            shutil.copyfile(origin.table_file, draft / LAST_YEAR / origin.table_file.name)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    return open_dossier(folder)


def _toml(value: object) -> str:
    # A JSON string is a valid TOML basic string; only DEL and lone surrogates would differ, and json escapes the latter.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _check(folder: Path, unit: object, year: object, pack: object) -> None:
    if unit is not None and not isinstance(unit, str):
        raise DossierError(
            f"{folder / SETTINGS} 的 unit 应为单位名称(文字)，现为 {unit!r}。",
            f"unit in {folder / SETTINGS} should be the unit's name (text), not {unit!r}.",
        )
    if year is not None and not (isinstance(year, int) and 1990 <= year <= 2100):
        raise DossierError(
            f"{folder / SETTINGS} 的 year 应为四位年份，现为 {year!r}。",
            f"year in {folder / SETTINGS} should be a four-digit year, not {year!r}.",
        )
    if pack not in packs():
        raise DossierError(
            f"{folder / SETTINGS} 的 pack 为 {pack!r}，没有这套规则；可用：{'、'.join(packs())}。",
            f"pack in {folder / SETTINGS} is {pack!r}, which is not a rule pack; there are: {', '.join(packs())}.",
        )


def _only_table(folder: Path) -> Path:
    found = sorted(p for p in folder.glob("table.*") if p.is_file())
    if len(found) != 1:
        raise DossierError(
            f"{folder} 里应有且只有一个 table.* 文件(公布的绩效目标表)，现有 {len(found)} 个。",
            f"{folder} should hold exactly one table.* file (the published table); it holds {len(found)}.",
        )
    return found[0]


@lru_cache(maxsize=64)
def _read(file: Path, *_as_it_is: int) -> TargetTable:
    """A file that was not touched is the same table: a site opens a dossier for every page, and reading takes longest."""
    return read_document(file.read_bytes(), file.name)


def _readable(file: Path) -> TargetTable:
    now = file.stat()
    table = _read(file, now.st_ino, now.st_mtime_ns, now.st_size)
    if table.status is Status.REFUSED:
        raise DossierError(f"{file}：{table.findings[0].zh}", f"{file}: {table.findings[0].en}")
    return table
