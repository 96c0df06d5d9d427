"""Characters with boxes → lines → the text of a cell: blanks and line breaks only where the document has them.

A PDF knows neither. Characters spread over a cell are one word; a line that has no room for the next word was wrapped
and is joined without a blank, one that had room was ended by its author and keeps its line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median

from hengji.reading.pdf_page import Char
from hengji.reading.radicals import RADICALS

_WORD_GAP = 0.22  # of the height: a gap from which on two Latin characters are two words
_ROOM = 0.6  # of a character: room that a line must have left beyond the next word to have been ended on purpose
_LATIN = re.compile("[!-~]")
_UNIT = re.compile(r"[!-~]+|.")
_NEVER_FIRST = "，。、；：！？）》」』】〕”’％%),.;:!?"
_INDENT = 12.0  # points of an inner margin, at most


def lines_of(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters line by line from top to bottom, each line from left to right; those printed twice once."""
    lines: list[list[Char]] = []
    middle = height = 0.0
    for char in sorted(chars, key=lambda c: (c.top + c.bottom) / 2):
        own, size = (char.top + char.bottom) / 2, char.bottom - char.top
        if lines and own - middle < 0.5 * max(min(height, size), 1.0):
            lines[-1].append(char)
            if size > height:
                height = size
        else:
            lines.append([char])
            middle, height = own, size
    return [_once(sorted(line, key=lambda c: c.left)) for line in lines if any(c.text.strip() for c in line)]


def _once(line: list[Char]) -> list[Char]:
    """A line without the second print of a character that imitates bold type."""
    kept: list[Char] = []
    for char in line:
        again = any(
            k.text == char.text and abs(k.left - char.left) < 0.25 * max(k.right - k.left, 1.0) for k in kept[-3:]
        )
        if not again:
            kept.append(char)
    return kept


def line_text(line: Sequence[Char]) -> str:
    """The text of a line, radicals as the characters they look like."""
    pieces: list[str] = []
    before: Char | None = None
    for char in line:
        if before is not None and char.text != " " and before.text != " ":
            gap = char.left - before.right
            if gap > _WORD_GAP * (char.bottom - char.top) and _LATIN.match(char.text) and _LATIN.match(before.text):
                pieces.append(" ")
        pieces.append(char.text)
        before = char
    return "".join(pieces).translate(RADICALS).strip()


def cell_text(chars: Iterable[Char], left: float, right: float) -> str:
    """The text of a cell whose sides are at `left` and `right`."""
    lines = lines_of(chars)
    texts = [_unspread(line, line_text(line)) for line in lines]
    if len(lines) < 2:
        return texts[0] if texts else ""
    inner = min((line[0].left for line in lines), default=left) - left
    margin = min(max(inner, 0.0), _INDENT)
    out = [texts[0]]
    for line, following, text in zip(lines, lines[1:], texts[1:], strict=False):
        out.append(_glue(line, following, text, right - left - 2 * margin))
        out.append(text)
    return "".join(out)


def _glue(line: Sequence[Char], following: Sequence[Char], text: str, room: float) -> str:
    """What stands between two lines: nothing where the first was wrapped, else a line break."""
    word = _UNIT.match(text)
    count = word.end() if word else 1
    while count < len(text) and text[count] in _NEVER_FIRST:
        count += 1
    size = median(c.right - c.left for c in following)
    need = following[min(count, len(following)) - 1].right - following[0].left
    left = room - (line[-1].right - line[0].left)
    if left > need + _ROOM * size:
        return "\n"
    if _LATIN.match(line[-1].text) and _LATIN.match(text[0]) and line[-1].text.isalpha() and text[0].isalpha():
        return " "
    return ""


def _unspread(line: Sequence[Char], text: str) -> str:
    """A label spread over its cell by blanks (实   施   单   位) as the word it is."""
    if "  " in text or " " in text.strip():
        parts = text.split()
        if len(parts) > 2 and all(len(p) == 1 for p in parts):
            return "".join(parts)
    return text
