"""Writing what people give into a dossier's change log, and showing it in the index at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from hengji.dossier import Change, DossierError, GivenKind, entry, keep, table_in_force
from hengji.dossier.in_force import with_entry
from hengji.dossier.locks import changing
from hengji.dossier.structure import KINDS as STRUCTURE
from hengji.web.people.models import User
from hengji.web.years.index import folder_of, index_table
from hengji.web.years.models import Dossier


def give(row: Dossier, kind: GivenKind, fields: Mapping[str, str], *, by: User, why: str) -> Change:
    """One entry of the change log; it is on disk when this returns, and the index shows it.

    Raises:
        DossierError: without a reason, not understood, or what it is about is submitted or approved and so locked.
    """
    return give_all(row, [(kind, fields)], by=by, why=why)[0]


def give_all(
    row: Dossier, given: Sequence[tuple[GivenKind, Mapping[str, str]]], *, by: User, why: str,
    file: tuple[bytes, str] | None = None,
) -> list[Change]:  # fmt: skip
    """Several entries for one reason; all are on disk when this returns, or none is.

    `file` (content, name) is what they rest on: it is kept, and named by an entry behind them.

    Raises:
        DossierError: as `give`; nothing was recorded.
    """
    if not why.strip():
        raise DossierError("请写明理由，没有记录。", "Give a reason; nothing was recorded.")
    folder, now = folder_of(row), timezone.localtime()
    table = table_in_force(folder.table, folder.changes.read(), now.date())
    entries, structural = [], any(kind in STRUCTURE for kind, _ in given)
    for kind, fields in given:
        entries.append(entry(table, kind, fields, now.date()))
        if structural:  # what follows may be about what came, or was renamed, with this entry
            table = with_entry(table, kind, entries[-1][2])
    if file is not None:
        with changing(folder.folder, *(kind.value for kind, _ in given)):
            pass  # asked before a file is kept; the log will ask again
        named, old, new = entry(table, GivenKind.ATTACHMENT, {"file": file[1]}, now.date())
        entries.append((named, old, {**new, "attachment": keep(folder.folder, *file)}))
    made = folder.changes.append(entries, by=str(by), why=why.strip(), at=now)
    index_table(row)
    return made
