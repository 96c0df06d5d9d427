"""Writing what people give into a dossier's change log, and showing it in the index at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from hengji.dossier import Change, DossierError, GivenKind, entry, keep, table_in_force
from hengji.web.flow.models import Subject
from hengji.web.flow.steps import locked
from hengji.web.people.models import User
from hengji.web.years.index import folder_of, index_table
from hengji.web.years.models import Dossier

_TABLE = (GivenKind.CORRECTION, GivenKind.TARGET_CHANGE, GivenKind.WEIGHT)


def give(row: Dossier, kind: GivenKind, fields: Mapping[str, str], *, by: User, why: str) -> Change:
    """One entry of the change log; it is on disk when this returns, and the index shows it.

    Raises:
        DossierError: without a reason, not understood, or the table is under way or approved and so locked.
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
    correcting = {kind for kind, _ in given} & set(_TABLE) - {GivenKind.TARGET_CHANGE}
    if correcting and locked(row, Subject.TARGETS):
        raise DossierError(
            "绩效目标已送审或已批复，不能更正；经批准的调整请按“目标调整”办理，并写明批准文件。",
            "The targets are under way or approved and locked; an approved change needs its document.",
        )
    folder, now = folder_of(row), timezone.localtime()
    table = table_in_force(folder.table, folder.changes.read(), now.date())
    entries = [entry(table, kind, fields, now.date()) for kind, fields in given]
    if file is not None:
        kind, old, new = entry(table, GivenKind.ATTACHMENT, {"file": file[1]}, now.date())
        entries.append((kind, old, {**new, "attachment": keep(folder.folder, *file)}))
    made = folder.changes.append(entries, by=str(by), why=why.strip(), at=now)
    index_table(row)
    return made
