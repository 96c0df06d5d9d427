"""The whole run: list, read what is not known yet, keep each result as it comes, then write the tables and the page."""

from __future__ import annotations

import datetime
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from hengji.dossier.bulk.compare import compared
from hengji.dossier.bulk.entry import SKIPPED, Entry, entry_without
from hengji.dossier.bulk.ledger import Ledger
from hengji.dossier.bulk.listing import Listed, hashed, listing
from hengji.dossier.bulk.page import overview
from hengji.dossier.bulk.pool import worked
from hengji.dossier.bulk.tables import opened, written
from hengji.dossier.bulk.terms import Limits, Terms
from hengji.dossier.errors import DossierError
from hengji.legislation import LawError, PackError, pack_named
from hengji.model.table import Source
from hengji.review.practice import Practice

FORMAT = "hengji.bulk/1"
LEDGER = "ledger.jsonl"
OVERVIEW = "overview.html"
Progress = Callable[[int, int], None]


class Summary(NamedTuple):
    """What a run came to: documents by status, sums, and how much of it an earlier run had done."""

    documents: dict[str, int]
    projects: int
    indicators: int
    findings: dict[str, int]
    read_now: int
    kept: int
    anew: bool
    files: tuple[Path, ...]


def summary_json(found: Summary) -> dict[str, Any]:
    """As plain data."""
    return {
        "format": FORMAT, "documents": found.documents, "projects": found.projects, "indicators": found.indicators,
        "findings": found.findings, "read_now": found.read_now, "kept": found.kept, "anew": found.anew,
        "files": [str(file) for file in found.files],
    }  # fmt: skip


def bulk(
    folder: Path, out: Path, terms: Terms, *, day_given: bool, workers: int, limits: Limits, progress: Progress
) -> Summary:  # fmt: skip
    """Read, review and compare all documents of a folder into `out`.

    The same documents under the same terms give the same files, byte for byte, however many workers there are and
    however often the run was cut off. Where no day was given, that of the run that began in `out` holds, so that a run
    over midnight stays one run.

    Raises:
        DossierError: the folder or the pack is not there, `out` cannot be written or is in use, or no worker starts.
    """
    if not folder.is_dir():
        raise DossierError(f"没有这个文件夹：{folder}。请检查路径。", f"No such folder: {folder}. Check the path.")
    if out.resolve() == folder.resolve():
        raise DossierError(
            "结果不能写进所读的文件夹本身。请换一个 --out。", "The results cannot go into the folder that is read."
        )
    try:
        pack_named(terms.pack)
    except (LawError, PackError) as error:
        raise DossierError(f"{error.zh}。请改正 --pack。", f"{error.en}; correct --pack.") from None
    ledger = Ledger(out / LEDGER)
    try:
        if ledger.terms and not day_given:
            terms = terms._replace(on=datetime.date.fromisoformat(ledger.terms["on"]))
        anew = not ledger.begin(terms)
        listed = listing(folder, out)
        kept, todo = _parted(listed, ledger, limits)
        done, total = kept, sum(1 for one in listed if one.left_out is None)
        progress(done, total)
        unread: dict[str, Listed] = {}
        for task, entry in worked(_readable(todo, unread), terms, limits, min(workers, len(todo))):
            ledger.add(task.document, task.sha256, limits, entry)
            done += 1
            progress(done, total)
        listed = [unread.get(one.document, one) for one in listed]
        return _finished(listed, ledger, out, terms, kept, done - kept, anew)
    except OSError as error:
        raise DossierError(
            f"{out} 写不进去：{error.strerror}。请检查文件夹和磁盘空间；已有的结果保留着，再次运行会继续。",
            f"{out} cannot be written: {error.strerror}. Check the folder and the disk; the next run goes on from here.",
        ) from None
    finally:
        ledger.close()


def _parted(listed: list[Listed], ledger: Ledger, limits: Limits) -> tuple[int, list[Listed]]:
    """How many documents the ledger holds as they are, and those that are to be read."""
    kept, todo = 0, []
    for one in listed:
        if one.left_out is not None:
            continue
        if ledger.knows(one.document):
            seen = hashed(one)
            if seen.left_out is None and ledger.holds(one.document, seen.sha256, limits):
                kept += 1
                continue
        todo.append(one)
    return kept, todo


def _readable(todo: list[Listed], unread: dict[str, Listed]) -> Iterator[Listed]:
    """The documents with their digests; those whose bytes cannot be had are put aside."""
    for one in todo:
        seen = hashed(one)
        if seen.left_out is None:
            yield seen
        else:
            unread[one.document] = seen


def _finished(
    listed: list[Listed], ledger: Ledger, out: Path, terms: Terms, kept: int, read_now: int, anew: bool
) -> Summary:
    """Write all files beside their place and move them when the last one is whole."""
    with tempfile.TemporaryDirectory(dir=out, prefix=".hengji-") as name:
        draft = Path(name)
        written(_entries(listed, ledger), draft)
        with opened(draft) as base:
            compared(base, Practice(terms.pack, terms.on))
            (draft / OVERVIEW).write_bytes(overview(base, terms))
            summary = _summary(base, kept, read_now, anew)
        made = sorted(file.name for file in draft.iterdir())
        for file in made:
            (draft / file).replace(out / file)
    return summary._replace(files=tuple(out / file for file in made))


def _entries(listed: list[Listed], ledger: Ledger) -> Iterator[Entry]:
    for one in listed:
        if one.left_out is not None:
            yield entry_without(one.document, Source(one.document, "", ""), one.size, one.left_out, SKIPPED)
        else:
            yield ledger.entry(one.document)


def _summary(base: sqlite3.Connection, kept: int, read_now: int, anew: bool) -> Summary:
    counted = dict(base.execute("SELECT status, count(*) FROM documents GROUP BY status"))
    statuses = {status: counted.get(status, 0) for status in ("read", "partly", "refused", SKIPPED)}
    projects, indicators, *found = base.execute(
        "SELECT total(projects), total(indicators), total(errors), total(warnings), total(infos) FROM documents"
    ).fetchone()
    findings = dict(zip(("error", "warning", "info"), map(int, found), strict=True))
    return Summary(statuses, int(projects), int(indicators), findings, read_now, kept, anew, ())
