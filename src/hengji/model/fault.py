"""An entry of a catalogue of faults (R, B, S, M, F …): what a code means, and the finding made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hengji.model.finding import Citation, Finding, Place, Severity


class Fault(NamedTuple):
    """One code: its title, how it is treated where nothing else is said, what it means in Chinese and English."""

    code: str
    title: str
    severity: Severity
    zh: str
    en: str

    def at(
        self,
        place: Place,
        zh: str,
        en: str,
        *,
        on: tuple[int | None, int | None] = (None, None),
        severity: Severity | None = None,
        suggestion: str | None = None,
        cites: Sequence[Citation] = (),
    ) -> Finding:
        """A finding of this fault on (project, indicator): where, what was seen, why it matters and what to do, in both languages."""
        return Finding(self.code, severity or self.severity, zh, en, place, suggestion, tuple(cites), *on)
