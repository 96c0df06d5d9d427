"""Text as it is recognised: without signs that are not seen and with figures of ordinary width; and the way back.

Web pages sprinkle zero-width blanks between words, and some offices type figures full width. Every pattern of a layout
would have to know of both, so they are taken out once, before; what was read is then given the document's own text and
places again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from hengji.model.finding import Place
from hengji.model.table import Indicator, PrintedFunds, Project
from hengji.reading.grid import Reading
from hengji.reading.markup import INVISIBLE

_WIDE = re.compile("[０-９]|(?<=[０-９])．(?=[０-９])")
_NARROW = str.maketrans("０１２３４５６７８９．", "0123456789.")
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_SKIPPED = " \t\r\n\u00a0\u3000|｜│┃"  # between the halves of a text that was wrapped
_LONGEST = 4000
_TEXTS = (
    "name", "level1", "level2", "code", "whole_term_target", "annual_target", "actual", "max_points", "points", "forecast",
    "variance_reason", "remark",
)  # fmt: skip
_OF_PROJECT = (
    "name", "code", "fund_user", "supervising_department", "objective", "whole_term_objective", "objective_actual",
    "total_points",
)  # fmt: skip


def narrow(text: str) -> str:
    """A text with its full-width figures at ordinary width; no character moves."""
    return _WIDE.sub(lambda m: m[0].translate(_NARROW), text)


def without_invisible(text: str) -> str:
    """A text without the signs that are not seen."""
    return _INVISIBLE.sub("", text)


class PlainText(NamedTuple):
    """A text as it is recognised, the document's text, and where in that each of its characters stands (None: the same)."""

    text: str
    printed: str
    origin: Sequence[int] | None

    def restored(self, reading: Reading) -> Reading:
        """What was read of the plain text, with the places and figures of the document."""
        if self.text == self.printed:
            return reading
        reading.projects = [self._project(p) for p in reading.projects]
        reading.title, reading.department = self._words(reading.title), self._words(reading.department)
        reading.findings = [replace(f, place=self._place(f.place)) for f in reading.findings]
        reading.columns = [c._replace(place=self._place(c.place)) for c in reading.columns]
        return reading

    def _project(self, project: Project) -> Project:
        said: dict[str, Any] = {role: self._words(getattr(project, role)) for role in _OF_PROJECT}
        funds = [PrintedFunds(f.label, tuple(self._words(v) or v for v in f.values)) for f in project.printed_funds]
        return replace(
            project, **said, printed_funds=tuple(funds), indicators=tuple(map(self._indicator, project.indicators)),
            place=self._place(project.place),
            field_places=tuple((role, self._place(place)) for role, place in project.field_places),
        )  # fmt: skip

    def _indicator(self, one: Indicator) -> Indicator:
        near = one.place.start or 0
        said: dict[str, Any] = {
            role: self._words(getattr(one, role), one.place_of(role).start or near) for role in _TEXTS
        }
        places = tuple((role, self._place(place)) for role, place in one.field_places)
        return one._replace(**said, place=self._place(one.place), field_places=places)

    def _place(self, place: Place) -> Place:
        if self.origin is None or place.start is None or place.end is None:
            return place
        first = self.origin[place.start]
        return place._replace(start=first, end=self.origin[place.end - 1] + 1 if place.end > place.start else first)

    def _words(self, said: str | None, near: int = 0) -> str | None:
        """A text that was read, as the document prints it: figures as wide as they are from `near` on."""
        if not said or len(said) > _LONGEST or not re.search("[0-9]", said) or not _WIDE.search(self.printed):
            return said
        solid = [character for character in said if character not in _SKIPPED]
        pattern = re.compile(f"[{re.escape(_SKIPPED)}]*".join(map(re.escape, solid)))
        found = pattern.search(self.text, near) or pattern.search(self.text)
        if found is None:  # put together of several cells
            return said
        at, words = found.start(), []
        for character in said:
            if character in _SKIPPED:
                words.append(character)
                continue
            while self.text[at] != character:
                at += 1
            words.append(self.printed[at if self.origin is None else self.origin[at]])
            at += 1
        return "".join(words)


def plain_text(text: str) -> PlainText:
    """A document's text as layouts recognise it."""
    origin = None
    seen = without_invisible(text)
    if seen != text:
        gone = {p for m in _INVISIBLE.finditer(text) for p in range(*m.span())}
        origin = [p for p in range(len(text)) if p not in gone]
    return PlainText(narrow(seen), text, origin)
