"""XLSX → rows: the first visible sheet whose heading is known; dates and numbers as the sheet holds them, 95% as 95%."""

from __future__ import annotations

import datetime
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import cast

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from hengji.evidence.errors import EvidenceError
from hengji.evidence.headings import LOOKED_AT, Heading, heading
from hengji.evidence.register import Register
from hengji.evidence.sheet_marks import marked_cells
from hengji.evidence.sources import Blob, Chunk, Rows, filled
from hengji.reading.grid import Refused

NOTES_SHEET = "说明"
"""The sheet of explanations in a workbook to fill in; it holds no records."""
INFLATED = 4 << 30
"""Bytes a workbook may unpack to."""
_AT_ONCE = 50_000
_EXACT = 10**15  # a spreadsheet keeps fifteen digits; what is longer was rounded before it came here


def open_xlsx(source: Blob, register: Register) -> Rows:
    """The rows of a workbook.

    Raises:
        EvidenceError: damaged or encrypted, too large, no sheet with a known heading, or columns missing.
    """
    try:
        with source.open() as file, zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > INFLATED:
                raise EvidenceError(
                    f"{source.name} 解压后超过 4 GB，没有导入。请改用 csv 或 parquet。",
                    f"{source.name} unpacks to more than 4 GB; nothing was imported. Use CSV or Parquet.",
                )
            file.seek(0)
            book = CalamineWorkbook.from_filelike(file)
            return _rows(book, packed, source, register)
    except (CalamineError, Refused, zipfile.BadZipFile, zlib.error, OSError, ValueError):
        raise EvidenceError(
            f"{source.name} 打不开，可能已损坏或加密，没有导入。请用办公软件重新保存为 xlsx。",
            f"{source.name} cannot be opened; perhaps it is damaged or encrypted. Nothing was imported. Save it again.",
        ) from None


def _rows(book: CalamineWorkbook, packed: zipfile.ZipFile, source: Blob, register: Register) -> Rows:
    visible = [m.name for m in book.sheets_metadata if m.visible is SheetVisibleEnum.Visible and m.name != NOTES_SHEET]
    trouble: EvidenceError | None = None
    for name in visible:
        values = cast("list[list[object]]", book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        try:
            found = heading([[_text(v) for v in row] for row in values[:LOOKED_AT]], register, f"{source.name}[{name}]")
        except EvidenceError as error:
            trouble = trouble or error
            continue
        marked = marked_cells(packed, name)
        for (row, column), shown in marked.items():
            if row < len(values) and column < len(values[row]):
                values[row][column] = shown
        rows = Rows(source.name, source.sha256(), _chunks(values, found), found.unknown)
        if others := [n for n in visible if n != name]:
            rows.notes.append(
                (
                    f"只读了工作表“{name}”，没有读：{'、'.join(others)}",
                    f"only the sheet {name!r} was read, not {', '.join(others)}",
                )
            )
        return rows
    raise trouble or EvidenceError(
        f"{source.name} 里没有可见的工作表，没有导入。", f"{source.name} has no visible sheet; nothing was imported."
    )


def _chunks(values: Sequence[Sequence[object]], found: Heading) -> Iterator[Chunk]:
    wanted = [(n, field) for n, field in enumerate(found.fields) if field is not None]
    for start in range(found.row + 1, len(values), _AT_ONCE):
        part = values[start : start + _AT_ONCE]
        columns = [pa.array([_text(row[n]) if n < len(row) else "" for row in part], pa.string()) for n, _ in wanted]
        batch = pa.RecordBatch.from_arrays(columns, [field for _, field in wanted])
        yield filled(batch, pa.array(range(start + 1, start + 1 + len(part)), pa.int64()))


def _text(value: object) -> str:
    """A cell as text that reads back to the same value; see `values`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        # Fifteen digits are what a sheet holds; more are the noise of binary fractions.
        return f"{value:.0f}" if value == int(value) and abs(value) < _EXACT else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return (value + datetime.timedelta(milliseconds=500)).replace(microsecond=0).isoformat(" ")
    if isinstance(value, datetime.date):
        return f"{value.isoformat()} 00:00:00"
    return "" if value is None else str(value)
