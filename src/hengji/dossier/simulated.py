"""A labelled simulated year (模拟数据) put into a dossier: records, the attachments they name, and the truth file."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import NamedTuple

from hengji.dossier.attachments import keep
from hengji.dossier.computed import bindings_of, store_of
from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.dossier.in_force import table_in_force
from hengji.evidence.errors import EvidenceError
from hengji.evidence.whole import write_whole
from hengji.simulation import LABEL, simulate, truth_of

FOLDER = "simulated"


class Simulated(NamedTuple):
    """What was put in: how many records in how many registers, how many planted facts, and the truth file."""

    year: int
    records: int
    registers: int
    planted: int
    truth: Path


def simulate_into(dossier: Dossier, *, seed: int, scale: float) -> Simulated:
    """Generate a year for the dossier's confirmed bindings and import it, every batch marked as simulated.

    The same seed and scale again change nothing.

    Raises:
        DossierError: no year, no bindings, or records that are real or of another seed are there already.
    """
    if dossier.year is None:
        raise DossierError(
            f"{dossier.folder} 没有写明年度，无法模拟。", f"{dossier.folder} names no year; nothing to simulate."
        )
    bindings = bindings_of(dossier.folder)
    if not any(b.confirmed for b in bindings):
        raise DossierError(
            f"{dossier.folder} 没有经人确认的口径挂接，不知道该模拟哪些记录。请先用“hengji bind”挂接并确认。",
            f"{dossier.folder} has no confirmed bindings, so it is open which records to make. Use `hengji bind` first.",
        )
    end = datetime.date(dossier.year, 12, 31)
    table = table_in_force(dossier.table, dossier.changes.read(), end)
    made = simulate(table, bindings, dossier.year, seed, scale=scale)
    source = f"{LABEL} seed={seed} scale={scale:g}"
    at = datetime.datetime(dossier.year + 1, 1, 5, 9)  # a clock of its own: the same seed gives the same bytes
    try:
        store = store_of(dossier)
        if other := next((b for b in store.batches() if b.source != source), None):
            raise DossierError(
                f"{store.folder} 里已有别的记录（{other.source}），模拟数据不与其混放，没有写入。请换一个年度文件夹，或先移走该文件夹。",
                f"{store.folder} already holds other records ({other.source}); simulated ones are not mixed in, nothing was "
                "written. Use another dossier, or move that folder away.",
            )
        for name, rows in made.tables.items():
            if rows.num_rows:
                store.add_table(name, rows, at=at, source=source, simulated=True)
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    for content in made.attachments.values():
        keep(dossier.folder, content, "simulated.txt")
    truth = dossier.folder / FOLDER / f"truth-{seed}.json"
    truth.parent.mkdir(exist_ok=True)
    write_whole(
        truth, (json.dumps(truth_of(made, table, bindings), ensure_ascii=False, indent=1) + "\n").encode(), 0o644
    )
    filled = [t.num_rows for t in made.tables.values() if t.num_rows]
    return Simulated(dossier.year, sum(filled), len(filled), len(made.planted), truth)
