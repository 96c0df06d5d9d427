"""Characters with boxes → lines → the text of a cell: blanks and line breaks only where the document has them.

A PDF knows neither. Characters spread over a cell are one word; a line that has no room for the next word was wrapped
and is joined without a blank, one that had room was ended by its author and keeps its line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hengji.reading.pdf_page import Char
from hengji.reading.radicals import RADICALS

_WORD_GAP = 0.22  # of the height: a gap from which on two Latin characters are two words
# Characters: room that a line must have left beyond the next word to have been ended on purpose, with or without the end
# of a sentence. Programs break lines by rules of their own, so without one it must be plain.
_ROOM, _PLAIN_ROOM = 0.6, 3.5
_NARROW = 14  # characters
_ENDS = ("。", "；", ";", "！", "!", "？", "?", "：", ":")
_LATIN = re.compile("[!-~]")
_WORD = re.compile("[A-Za-z]")
# What a program may keep on one line: a character with all the figures, letters and signs that follow it.
_UNIT = re.compile("[^\u3400-\u9fff]*[\u3400-\u9fff]?[^\u3400-\u9fff]*")
_INDENT = 12.0  # points of an inner margin, at most


def lines_of(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters line by line from top to bottom, each line from left to right; those printed twice once."""
    lines: list[list[Char]] = []
    middle = height = 0.0
    for char in sorted(chars, key=lambda c: (c.top + c.bottom) / 2):
        own, size = (char.top + char.bottom) / 2, char.bottom - char.top
        if lines and own - middle < 0.5 * max(height, size, 1.0):
            lines[-1].append(char)
            if size > height:  # a dash or a comma may come first: the box of some fonts is that of the ink
                middle, height = own, size
        else:
            lines.append([char])
            middle, height = own, size
    return [_once(sorted(line, key=lambda c: c.left)) for line in lines if any(c.text.strip() for c in line)]


def _once(line: list[Char]) -> list[Char]:
    """A line without the second print of a character that imitates bold type."""
    kept: list[Char] = []
    for char in line:
        for k in kept[-3:]:
            # Two characters alike are rare, so this is asked first.
            if (
                k.text == char.text
                and abs(k.left - char.left) < 0.25 * max(k.right - k.left, 1.0)
                and abs(k.top - char.top) < 0.25 * (k.bottom - k.top)
            ):
                break
        else:
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


class CellText(NamedTuple):
    """The text of a cell; how many points its last line has left, how many its first word needs, how wide a character is."""

    text: str
    left: float = 0.0
    need: float = 0.0
    size: float = 0.0


def cell_text(chars: Iterable[Char], left: float, right: float) -> CellText:
    """The text of a cell whose sides are at `left` and `right`."""
    lines = lines_of(chars)
    if not lines:
        return CellText("")
    texts = [_unspread(line_text(line)) for line in lines]
    size = max(c.right - c.left for line in lines for c in line)
    margin = min(max(min(line[0].left for line in lines) - left, 0.0), _INDENT)
    room = right - left - 2 * margin
    out = [texts[0]]
    for k in range(1, len(lines)):
        need, alone = _need(lines[k], texts[k])
        left_here = room - (lines[k - 1][-1].right - lines[k - 1][0].left)
        # In a narrow cell programs part words at odd places, and what cannot be parted goes on in the next line.
        narrow = room < _NARROW * size or (alone and k + 1 < len(lines))
        out.append(glue(texts[k - 1], texts[k], left_here, need, size, narrow))
        out.append(texts[k])
    need, _ = _need(lines[0], texts[0])
    return CellText("".join(out), room - (lines[-1][-1].right - lines[-1][0].left), need, size)


def _need(line: Sequence[Char], text: str) -> tuple[float, bool]:
    """The points that the first word of a line needs, and whether it is all of the line."""
    word = _UNIT.match(text)
    count = min(max(1, word.end() if word else 1), len(line))
    return line[count - 1].right - line[0].left, count >= len(line)


def first_word(line: Sequence[Char], text: str) -> float:
    """The points that the first word of a line needs."""
    return _need(line, text)[0]


def glue(above: str, below: str, left: float, need: float, size: float, narrow: bool = False) -> str:
    """What stands between two lines: nothing where the upper was wrapped, a line break where it had room for more."""
    ended = above.endswith(_ENDS)
    if left > need + (_ROOM if ended else _PLAIN_ROOM) * size and (ended or not narrow):
        return "\n"
    if _WORD.match(above[-1:]) and _WORD.match(below[:1]):
        return " "
    return ""


def _unspread(text: str) -> str:
    """A label spread over its cell by blanks (实   施   单   位) as the word it is."""
    parts = text.split()
    return "".join(parts) if len(parts) > 2 and all(len(p) == 1 for p in parts) else text
