"""CSV → rows: UTF-8 with and without BOM, UTF-16, GB18030; comma, tab or semicolon; never whole in memory."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pa_csv

from hengji.evidence.errors import EvidenceError
from hengji.evidence.headings import LOOKED_AT, Heading, heading
from hengji.evidence.register import Register
from hengji.evidence.sources import Blob, Chunk, Ragged, Rows, filled

BLOCK = 4 << 20
"""Bytes read at once; a single row may not be longer."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


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
    for row in reader:
        first.append(row)
        ends.append(reader.line_num)
        if len(first) == LOOKED_AT:
            break
    found = heading(first, register, source.name)
    rows = Rows(source.name, source.sha256(), iter(()), found.unknown)
    rows.chunks = _chunks(source, encoding, delimiter, ends[found.row], found, rows)
    return rows


def _encoding(source: Blob) -> str:
    with source.open() as file:
        head = file.read(4)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        for name in ("utf-8", "gb18030"):
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
        f"{source.name} 既不是 UTF-8 也不是 GB18030 编码的文字，没有导入。请另存为“CSV UTF-8”。",
        f"{source.name} is text neither in UTF-8 nor in GB18030; nothing was imported. Save it as CSV UTF-8.",
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


def _chunks(
    source: Blob, encoding: str, delimiter: str, lines_before: int, found: Heading, rows: Rows
) -> Iterator[Chunk]:
    names = [f"c{n}" for n in range(len(found.fields))]
    wanted = [n for n, field in enumerate(found.fields) if field is not None]
    fields = [str(found.fields[n]) for n in wanted]
    row = found.row + 2  # of the first row of values, counted from 1
    seen = 0

    def ragged(bad: pa_csv.InvalidRow) -> str:
        if bad.text.strip(f"{delimiter} \"'"):
            rows.ragged.append(
                Ragged(bad.number - lines_before + found.row + 1, bad.expected_columns, bad.actual_columns)
            )
        skipped.append(bad.number - lines_before + found.row + 1)
        return "skip"

    skipped: list[int] = []
    try:
        with source.open() as file:
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
                lines, row, seen = _numbered(len(batch), row, skipped, seen)
                yield filled(pa.RecordBatch.from_arrays(batch.columns, fields), pa.array(lines, pa.int64()))
    except pa.ArrowInvalid as error:
        raise EvidenceError(
            f"{source.name} 读到第 {row} 行附近无法继续，可能有引号没有闭合，整个文件没有导入。请检查导出的文件。({error})",
            f"{source.name} cannot be read on from about row {row}; perhaps a quotation mark never closes. Nothing was "
            f"imported. Check the export. ({error})",
        ) from None


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
