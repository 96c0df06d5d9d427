"""The files of a folder in a fixed order, and why some of them are not documents to read."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hengji.dossier.bulk.faults import left_out
from hengji.model.finding import Finding, Severity
from hengji.reading.limits import MAX_FILE

_NOISE = ("~$", ".~")
_NAMED_NOISE = ("thumbs.db", "desktop.ini")


class Listed(NamedTuple):
    """A file by its path inside the folder, in text that is always valid; `left_out` says why it is not read.

    `sha256` is there once its bytes were looked at.
    """

    document: str
    file: str
    size: int
    left_out: Finding | None = None
    sha256: str = ""


def listing(folder: Path, out: Path) -> list[Listed]:
    """Everything in the folder and below, by path in the order of code points; the results in `out` are no documents."""
    found = list(_within(folder, folder, out.resolve()))
    return sorted(found, key=lambda one: one.document)


def hashed(one: Listed) -> Listed:
    """The file with its digest, or with the reason why its bytes cannot be had."""
    try:
        with Path(one.file).open("rb") as stream:
            return one._replace(sha256=hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        said = left_out(f"文件读不出来：{error.strerror}。请检查权限。", f"The file cannot be read: {error.strerror}.")
        return one._replace(left_out=said)


def _within(folder: Path, root: Path, out: Path) -> Iterator[Listed]:
    try:
        with os.scandir(folder) as entries:
            inside = list(entries)
    except OSError as error:
        said = left_out(
            f"文件夹打不开：{error.strerror}。请检查权限。", f"The folder cannot be opened: {error.strerror}."
        )
        yield Listed(_named(folder, root), str(folder), 0, said)
        return
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            if Path(entry.path).resolve() != out:
                yield from _within(Path(entry.path), root, out)
        else:
            size, reason = _looked_at(entry)
            yield Listed(_named(Path(entry.path), root), entry.path, size, reason)


def _looked_at(entry: os.DirEntry[str]) -> tuple[int, Finding | None]:
    if entry.is_symlink():
        return 0, left_out("这是链接，没有跟随。请放入文件本身。", "A link, not followed. Put the file itself here.")
    if entry.name.startswith((".", *_NOISE)) or entry.name.lower() in _NAMED_NOISE:
        return 0, left_out("隐藏文件或临时文件，不是文档。", "A hidden or temporary file, no document.", Severity.INFO)
    try:
        seen = entry.stat(follow_symlinks=False)
    except OSError as error:
        return 0, left_out(f"文件读不出来：{error.strerror}。", f"The file cannot be read: {error.strerror}.")
    if not stat.S_ISREG(seen.st_mode):
        return 0, left_out("这是设备或管道，不是文件。", "A device or pipe, no file.")
    if seen.st_size > MAX_FILE:
        return seen.st_size, left_out(
            f"文件有 {seen.st_size:,} 字节，上限 {MAX_FILE:,} 字节，没有读取。请拆分后再读。",
            f"The file has {seen.st_size:,} bytes, over {MAX_FILE:,}; not read. Split it.",
            Severity.ERROR,
        )
    return seen.st_size, None


def _named(file: Path, root: Path) -> str:
    """The path with / between; bytes of a name that are no text are shown by their numbers."""
    return os.fsencode(file.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")
