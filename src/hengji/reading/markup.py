"""Markup taken out of text while every character keeps its place: tags, entities, characters that show nothing.

Linear in the input: one forward scan, no pattern that can look at a character twice.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import NamedTuple

from hengji.reading.grid import TextMap

# The tags that office programs and content systems leave in copied text. Any other "<" is a sign or a word.
TAG = re.compile(
    r"</?(p|br|div|span|font|b|strong|i|em|u|s|o:p|sub|sup|a|li|ul|ol|h[1-6]|tbody|table|tr|td|th|center|section|img)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
BLOCKS = frozenset(("p", "div", "li", "ul", "ol", "tr", "td", "th", "table", "tbody", "center", "section",
                    "h1", "h2", "h3", "h4", "h5", "h6"))  # fmt: skip
# Zero-width blanks and joiners, the byte order mark inside a text, the soft hyphen: they show nothing.
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad"
SPECIAL = f"<&{INVISIBLE}"
_SPECIAL = re.compile(f"[{SPECIAL}]")


def is_plain(text: str) -> bool:
    """Whether there is nothing in a text that `clean` would take out but outer white space."""
    return _SPECIAL.search(text) is None


class Clean(NamedTuple):
    """Text without markup and outer white space, and the way back to the document."""

    text: str
    map: TextMap


class Pieces:
    """Clean text under construction: pieces of the document and what stands between them.

    The border of a block (`</p><p>`) becomes a line break only where no white space of the document parts the two
    already; `<br>` always is one. So the same table reads the same whether its paragraphs were written with blanks
    between the tags or without.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._places: list[int] = []
        self._wide: dict[int, int] = {}
        self._border = False
        self._after_break = False

    def add(self, text: str, place: int) -> None:
        """A piece of clean text that stands at `place` in the document, character for character."""
        if self._after_break:
            kept = text.lstrip(" \t\r\n")
            place += len(text) - len(kept)
            text = kept
        if not text:
            return
        if self._border and self._texts and not self._texts[-1][-1].isspace() and not text[0].isspace():
            self._texts.append("\n")
            self._places.append(place)
        self._border = self._after_break = False
        self._texts.append(text)
        self._places.append(place)

    def entity(self, characters: str, start: int, end: int) -> None:
        """What an entity stands for; it fills the document from `start` to `end`."""
        for character in characters:  # one a piece: all of them stand at one place
            self.add(character, start)
        self._wide[start] = end

    def widen(self, wide: Mapping[int, int]) -> None:
        """Entities of pieces that were added before."""
        self._wide.update(wide)

    def border(self) -> None:
        """A block begins or ends here."""
        self._border = True

    def line_break(self, place: int) -> None:
        """A line break that the document asks for."""
        self._texts.append("\n")
        self._places.append(place)
        self._border, self._after_break = False, True

    def finish(self, start: int) -> Clean:
        """The text without outer white space; `start` is the place of an empty text."""
        whole = "".join(self._texts)
        text = whole.strip()
        if not text:
            return Clean("", TextMap((0,), (start,)))
        skip = len(whole) - len(whole.lstrip())
        starts: list[int] = []
        raws: list[int] = []
        at = 0
        for piece, place in zip(self._texts, self._places, strict=True):
            if at + len(piece) > skip and at - skip < len(text):
                cut = max(0, skip - at)
                begin, first = at + cut - skip, place + cut
                # Runs that follow each other in the document as they do in the text are one run.
                if not starts or raws[-1] + begin - starts[-1] != first:
                    starts.append(begin)
                    raws.append(first)
            at += len(piece)
        return Clean(text, TextMap(tuple(starts), tuple(raws), self._wide))


def clean(raw: str, start: int, end: int) -> Clean:
    """The clean text of `raw[start:end]`: tags out, entities resolved, outer white space off."""
    text = raw[start:end]
    if not text:
        return Clean("", TextMap((0,), (start,)))
    if not _SPECIAL.search(text):
        kept = text.strip()
        lead = len(text) - len(text.lstrip()) if kept else 0
        return Clean(kept, TextMap((0,), (start + lead,)))
    pieces = Pieces()
    at = 0
    while at < len(text):
        found = _SPECIAL.search(text, at)
        stop = found.start() if found else len(text)
        if stop > at:
            pieces.add(text[at:stop], start + at)
        at = stop
        if found:
            at = _special(text, at, start, pieces)
    return pieces.finish(start)


def _special(text: str, at: int, start: int, pieces: Pieces) -> int:
    """Take a tag, an entity or an invisible character at `at`; returns where the text goes on."""
    if text[at] in INVISIBLE:
        return at + 1
    if tag := TAG.match(text, at):
        name = tag[1].lower()
        if name == "br":
            pieces.line_break(start + at)
        elif name in BLOCKS:
            pieces.border()
        return tag.end()
    if (entity := ENTITY.match(text, at)) and (resolved := html.unescape(entity[0])) != entity[0]:
        if resolved not in INVISIBLE:
            pieces.entity(resolved, start + at, start + entity.end())
        return entity.end()
    pieces.add(text[at], start + at)
    return at + 1


def without_markup(words: Clean) -> Clean:
    """Cell text in which tags stand as text (&lt;p&gt;, or quoted in a CSV): those are markup too, and come out."""
    inner = clean(words.text, 0, len(words.text))
    if inner.text == words.text:
        return words
    runs: list[int] = []
    raws: list[int] = []
    outer = words.map
    at = 0
    for k, begin in enumerate(inner.map.clean):
        stop = inner.map.clean[k + 1] if k + 1 < len(inner.map.clean) else len(inner.text)
        shift = inner.map.raw[k] - begin
        runs.append(begin)
        raws.append(outer.at(begin + shift))
        # Every run of the outer map that begins inside this one begins a run of the result.
        while at < len(outer.clean) and outer.clean[at] <= begin + shift:
            at += 1
        while at < len(outer.clean) and outer.clean[at] < stop + shift:
            runs.append(outer.clean[at] - shift)
            raws.append(outer.raw[at])
            at += 1
    wide = {**outer.wide, **{outer.at(a): outer.end(b) for a, b in inner.map.wide.items()}}
    return Clean(inner.text, TextMap(tuple(runs), tuple(raws), wide))
