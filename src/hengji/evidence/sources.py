"""What an import reads from, whatever the format: named columns in chunks, each row with its place in the source."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hengji.evidence.errors import EvidenceError

EXAMPLE = "示例（导入时跳过）"
"""What stands for the source in a row that only shows how to fill in."""


class Chunk(NamedTuple):
    """Some rows: columns named by field, and the row of each in its source (the heading is a row too)."""

    rows: pa.RecordBatch
    lines: pa.Array


class Ragged(NamedTuple):
    """A row that has more or fewer cells than the heading."""

    line: int
    expected: int
    actual: int


@dataclass(slots=True)
class Rows:
    """An opened source. `chunks` can be read once; `ragged` and `notes` are complete when it ended.

    `sha256` is None where only the rows themselves have a digest (a query, a table in memory).
    """

    name: str
    sha256: str | None
    chunks: Iterator[Chunk]
    unknown: tuple[str, ...] = ()
    ragged: list[Ragged] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of a file, on disk or in memory, with a name for people."""

    name: str
    data: bytes | None
    path: Path | None

    def open(self) -> BinaryIO:
        """A handle at the beginning.

        Raises:
            EvidenceError: the file is not there or cannot be read.
        """
        if self.data is not None:
            return io.BytesIO(self.data)
        assert self.path is not None
        try:
            return self.path.open("rb")
        except OSError as error:
            raise EvidenceError(
                f"{self.path} 读不出来：{error.strerror}。请检查路径。",
                f"{self.path} cannot be read: {error.strerror}. Check the path.",
            ) from None

    def sha256(self) -> str:
        """The digest of the bytes."""
        digest = hashlib.sha256()
        with self.open() as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()


def blob(source: Path | bytes, name: str | None = None) -> Blob:
    """The bytes of a path, or bytes under a name."""
    if isinstance(source, bytes):
        return Blob(name or "导入的数据", source, None)
    return Blob(name or source.name, None, source)


def filled(batch: pa.RecordBatch, lines: pa.Array) -> Chunk:
    """A chunk of texts without rows that are empty or only show how to fill in."""
    drop = None
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        plain = pc.fill_null(pc.utf8_trim_whitespace(column), "")
        here = pc.equal(plain, "")
        drop = here if drop is None else pc.and_(drop, here)
        if name == "source_system":
            shows = pc.equal(plain, EXAMPLE)
    drop = pc.or_(drop, shows)
    if not pc.any(drop).as_py():
        return Chunk(batch, lines)
    keep = pc.invert(drop)
    return Chunk(batch.filter(keep), lines.filter(keep))
