"""CSV → rows: UTF-8 with and without BOM, UTF-16, GB18030; comma, tab or semicolon; never whole in memory."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from hengji.evidence.errors import EvidenceError
from hengji.evidence.headings import LOOKED_AT, Heading, heading
from hengji.evidence.register import Register
from hengji.evidence.sources import Blob, Chunk, Ragged, Rows, filled
from hengji.evidence.values import BadCell, read_value

BLOCK = 4 << 20
"""Bytes read at once; a single row may not be longer."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_END = "\x1e\x1e\x1e"
"""Every cell of a row that is put behind the last one: where it does not come out again, a quotation mark swallowed it."""


def open_csv(source: Blob, register: Register) -> Rows:
    """The rows of a CSV file.

    Raises:
        EvidenceError: not text, no heading, or columns missing; also while reading, where a quotation mark never closes.
    """
    encoding = _encoding(source)
    text = _beginning(source, encoding)
    delimiter = max(
        ",\t;", key=lambda d: (max((line.count(d) for line in text.splitlines()[:LOOKED_AT]), default=0), d == ",")
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    first: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in reader:
            first.append(row)
            ends.append(reader.line_num)
            if len(first) == LOOKED_AT:
                break
    except csv.Error as error:
        raise _unclosed(source, len(first) + 1, str(error)) from None
    found = heading(first, register, source.name)
    rows = Rows(source.name, source.sha256(), iter(()), found.unknown)
    rows.chunks = _chunks(source, register, encoding, delimiter, ends[found.row], found, rows)
    return rows


def _encoding(source: Blob) -> str:
    with source.open() as file:
        head = file.read(4)
        marked = [name for mark, name in _MARKS if head.startswith(mark)]
        for name in marked or ("utf-8", "gb18030"):
            decoder = codecs.getincrementaldecoder(name)()
            file.seek(0)
            try:
                while block := file.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return name
    raise EvidenceError(
        f"{source.name} 不是 UTF-8、UTF-16 或 GB18030 编码的完好文字，没有导入。请另存为“CSV UTF-8”。",
        f"{source.name} is no intact text in UTF-8, UTF-16 or GB18030; nothing was imported. Save it as CSV UTF-8.",
    )


def _beginning(source: Blob, encoding: str) -> str:
    with source.open() as file:
        text = codecs.getincrementaldecoder(encoding)().decode(file.read(256 << 10))
    if "\0" in text:
        raise EvidenceError(
            f"{source.name} 不是文字文件，没有导入。可导入 csv、xlsx、parquet。",
            f"{source.name} is no text; nothing was imported. CSV, XLSX and Parquet can be imported.",
        )
    return text.removeprefix("\ufeff")


class _WithEnd:
    """A file and, behind it, one more row; `quoted` tells whether a quotation mark was in it."""

    closed = False

    def __init__(self, file: BinaryIO, end: bytes) -> None:
        self._file = file
        self._end = end
        self.quoted = False

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.quoted = self.quoted or b'"' in block
        if not block:
            block, self._end = self._end, b""
        return block


def _chunks(
    source: Blob, register: Register, encoding: str, delimiter: str, lines_before: int, found: Heading, rows: Rows
) -> Iterator[Chunk]:
    names = [f"c{n}" for n in range(len(found.fields))]
    wanted = [n for n, field in enumerate(found.fields) if field is not None]
    fields = [str(found.fields[n]) for n in wanted]
    row = found.row + 2  # of the first row of values, counted from 1
    seen = 0
    skipped: list[int] = []
    unclosed = ended = False

    def swallowed(cell: str) -> bool:
        lines = cell.split("\n")[1:]
        return any(_is_record(line.split(delimiter), found, register) for line in lines)

    def ragged(bad: pa_csv.InvalidRow) -> str:
        nonlocal unclosed
        unclosed = unclosed or _END in bad.text or swallowed(bad.text)
        if bad.text.strip(f"{delimiter} \"'"):
            rows.ragged.append(
                Ragged(bad.number - lines_before + found.row + 1, bad.expected_columns, bad.actual_columns)
            )
        skipped.append(bad.number - lines_before + found.row + 1)
        return "skip"

    last = "\n" + delimiter.join([_END] * len(names)) + "\n"
    try:
        with source.open() as opened:
            file = _WithEnd(opened, last.encode(encoding))
            reader = pa_csv.open_csv(
                pa.PythonFile(file, "r"),
                pa_csv.ReadOptions(
                    use_threads=False, block_size=BLOCK, skip_rows=lines_before, column_names=names, encoding=encoding
                ),
                pa_csv.ParseOptions(
                    delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=ragged
                ),
                pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False,
                    include_columns=[names[n] for n in wanted], check_utf8=encoding != "utf-8",
                ),
            )  # fmt: skip
            for batch in reader:
                ended = len(batch) > 0 and batch.column(0)[-1].as_py() == _END
                if ended:
                    batch = batch.slice(0, len(batch) - 1)
                if unclosed or (file.quoted and any(map(swallowed, _broken(batch)))):
                    raise _unclosed(source, row)
                lines, row, seen = _numbered(len(batch), row, skipped, seen)
                yield filled(pa.RecordBatch.from_arrays(batch.columns, fields), pa.array(lines, pa.int64()))
    except pa.ArrowInvalid as error:
        raise _unclosed(source, row, str(error)) from None
    if unclosed or not ended:
        raise _unclosed(source, row)


def _is_record(cells: list[str], found: Heading, register: Register) -> bool:
    """Whether a line inside a cell would be a row of its own."""
    if len(cells) != len(found.fields):
        return False
    try:
        for cell, name in zip(cells, found.fields, strict=True):
            if field := register.field(name) if name else None:
                read_value(cell, field)
    except BadCell:
        return False
    return True


def _broken(batch: pa.RecordBatch) -> Iterator[str]:
    """The cells that hold a line break."""
    for column in batch.columns:
        yield from column.filter(pc.match_substring(column, "\n")).to_pylist()


def _unclosed(source: Blob, row: int, said: str = "") -> EvidenceError:
    return EvidenceError(
        f"{source.name} 从第 {row} 行起有引号没有闭合，后面的行无法分开，整个文件没有导入。请检查导出的文件。{said}",
        f"{source.name} has a quotation mark that never closes from row {row} on, so the rows behind it cannot be told "
        f"apart; nothing was imported. Check the export. {said}",
    )


def _numbered(count: int, row: int, skipped: list[int], seen: int) -> tuple[list[int] | range, int, int]:
    """The row numbers of the next `count` rows, the next row number, and how many skipped ones lie behind."""
    if seen == len(skipped) or skipped[seen] >= row + count:
        return range(row, row + count), row + count, seen
    numbers: list[int] = []
    while len(numbers) < count:
        if seen < len(skipped) and skipped[seen] == row:
            seen += 1
        else:
            numbers.append(row)
        row += 1
    return numbers, row, seen
