"""HTML cut into tags and text with their places: one forward scan, never back, whatever the page holds.

No tree is built here and nothing is repaired: unclosed and misplaced tags are for `open_html`. Scripts, styles and
comments are skipped as a whole. Nothing is fetched, no entity but the built-in character names is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]{0,40})")
_SPAN = re.compile(r"\b(rowspan|colspan)\s*=\s*[\"']?\s*([0-9]{1,6})", re.IGNORECASE)
_SKIPPED = frozenset(("script", "style", "template", "noscript", "title", "object", "svg"))
_DECLARED = {"<!--": "-->", "<![": "]>", "<!": ">", "<?": ">"}


class Token(NamedTuple):
    """A tag (`name`, `closing`, its spans) or, with an empty name, the text from `start` to `end`."""

    start: int
    end: int
    name: str = ""
    closing: bool = False
    rowspan: int = 1
    colspan: int = 1


def tokens(text: str) -> Iterator[Token]:
    """The tags and texts of a page in order, with their offsets."""
    at = 0
    length = len(text)
    dead = {">": False, "-->": False, "]>": False}  # closers that never come again: not looked for twice
    while at < length:
        lt = text.find("<", at)
        if lt < 0:
            yield Token(at, length)
            return
        if lt > at:
            yield Token(at, lt)
        opener = next((o for o in _DECLARED if text.startswith(o, lt)), None)
        if opener:
            end = _closer(text, _DECLARED[opener], lt + len(opener), dead)
            at = end if end > 0 else length
            continue
        named = _NAME.match(text, lt)
        end = _closer(text, ">", lt, dead) if named else -1
        if named is None or end < 0:
            yield Token(lt, lt + 1)
            at = lt + 1
            continue
        name, closing = named[1].lower(), text[lt + 1] == "/"
        at = end
        if name in _SKIPPED and not closing and text[end - 2] != "/":
            at = _after_element(text, name, end)
        elif name in ("td", "th") and not closing:
            spans = {m[1].lower(): int(m[2]) for m in _SPAN.finditer(text, lt, min(end, lt + 2000))}
            yield Token(lt, end, name, False, max(1, spans.get("rowspan", 1)), max(1, spans.get("colspan", 1)))
        else:
            yield Token(lt, end, name, closing)


def _closer(text: str, sign: str, at: int, dead: dict[str, bool]) -> int:
    """The offset behind the next `sign`, or -1; remembers when there is none, so that no text is scanned twice."""
    if dead[sign]:
        return -1
    found = text.find(sign, at)
    dead[sign] = found < 0
    return found + len(sign) if found >= 0 else -1


def _after_element(text: str, name: str, at: int) -> int:
    """Where a skipped element ends; the end of the page where it is never closed."""
    closing = re.compile(f"</{name}", re.IGNORECASE).search(text, at)
    if closing is None:
        return len(text)
    end = text.find(">", closing.end())
    return len(text) if end < 0 else end + 1
