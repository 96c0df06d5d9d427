"""Bindings proposed and confirmed: what goes into `bindings.toml`, written whole or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hengji.dossier.computed import BINDINGS
from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.dossier.locks import BINDINGS as OF_BINDINGS
from hengji.dossier.locks import changing
from hengji.evidence.binding_text import with_appended, with_confirmed
from hengji.evidence.errors import EvidenceError
from hengji.evidence.measures import ATTESTED, COMPOSITES
from hengji.evidence.register import registers
from hengji.evidence.suggest import Suggestion, Suggestions
from hengji.evidence.whole import write_whole
from hengji.model.binding import Automatic, Binding


def proposed(found: Suggestions, choice: int = 0) -> Binding:
    """The binding that a suggestion comes to, confirmed by nobody; what was not chosen stays as its alternatives."""
    chosen = found.proposals[choice]
    others = [p for n, p in enumerate(found.proposals) if n != choice]
    automatic = Automatic.MANUAL if chosen.measure in ATTESTED else Automatic.FULLY
    if chosen.measure in COMPOSITES:
        automatic = Automatic.PARTLY
    return Binding(
        found.project, found.indicator, chosen.measure, chosen.params, chosen.unit, chosen.target, automatic,
        f"建议，待核对：{'；'.join(r.zh for r in chosen.reasons)}。", tuple(called(o) for o in others),
    )  # fmt: skip


def called(one: Suggestion) -> str:
    """A suggestion in a few words: its measure and the registers it reads."""
    titles = "、".join(registers()[name].title for name in one.registers)
    return f"{one.measure}（{titles}）" if titles else one.measure


def append(dossier: Dossier, bindings: Sequence[Binding]) -> None:
    """Write further bindings behind those that are there; comments and order of the file stay as they are.

    Raises:
        DossierError: bindings are locked, or the folder cannot be written.
    """
    if bindings:
        _write(dossier, lambda text: with_appended(text, bindings))


def accept(dossier: Dossier, bindings: Sequence[Binding], by: str, on: datetime.date) -> None:
    """Write further bindings as confirmed by a person."""
    append(dossier, [replace(b, confirmed_by=by, confirmed_on=on, reading=_confirmed(b.reading)) for b in bindings])


def confirm(dossier: Dossier, wanted: Iterable[tuple[str, int]], by: str, on: datetime.date) -> None:
    """Confirm bindings (project, indicator) that are in the file: all of them or none.

    Raises:
        DossierError: one of them is not in the file, or is confirmed already; else as `append`.
    """

    def confirmed(text: str) -> str:
        for project, indicator in wanted:
            text = with_confirmed(text, str(dossier.folder / BINDINGS), project, indicator, by, on)
        return text

    _write(dossier, confirmed)


def _confirmed(reading: str) -> str:
    return reading.replace("建议，待核对：", "按建议确认：", 1)


def _write(dossier: Dossier, changed: Callable[[str], str]) -> None:
    file = dossier.folder / BINDINGS
    try:
        with changing(dossier.folder, OF_BINDINGS):
            text = file.read_bytes().decode("utf-8") if file.exists() else ""
            write_whole(file, changed(text).encode())
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    except OSError as error:
        raise DossierError(
            f"{file} 写不进去：{error.strerror}，没有改动。请检查文件夹和磁盘空间。",
            f"{file} cannot be written: {error.strerror}; nothing was changed. Check the folder and the disk.",
        ) from None
