"""HTML cut into tags and text with their places: one forward scan, never back, whatever the page holds.

No tree is built here and nothing is repaired: unclosed and misplaced tags are for `open_html`. Scripts, styles and
comments are skipped as a whole. Nothing is fetched, no entity but the built-in character names is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# A name must be followed by what may follow one: "<x&y" and "<5次" are words.
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]{0,40})(?=[\s/>])")
_QUOTED = re.compile(r"""<(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""")
_SPAN = re.compile(r"\b(rowspan|colspan)\s*=\s*[\"']?\s*([0-9]{1,6})", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"[\"';\s]display\s*:\s*none\b", re.IGNORECASE)
_SKIPPED = frozenset(("script", "style", "template", "noscript", "title", "object", "svg"))
_DECLARED = {"<!--": "-->", "<![": "]>", "<!": ">", "<?": ">"}


class Token(NamedTuple):
    """A tag (`name`, `closing`, its spans) or, with an empty name, the text from `start` to `end`.

    `hidden` tells of a row or cell that a browser does not show.
    """

    start: int
    end: int
    name: str = ""
    closing: bool = False
    rowspan: int = 1
    colspan: int = 1
    hidden: bool = False


def tokens(text: str) -> Iterator[Token]:
    """The tags and texts of a page in order, with their offsets.

    What is never closed hides nothing: of a comment or script without an end only the opening is skipped.
    """
    at = 0
    length = len(text)
    closers = _Closers(text)
    while at < length:
        lt = text.find("<", at)
        if lt < 0:
            yield Token(at, length)
            return
        if lt > at:
            yield Token(at, lt)
        opener = next((o for o in _DECLARED if text.startswith(o, lt)), None)
        named = None if opener else _NAME.match(text, lt)
        if opener:
            end = closers.behind(_DECLARED[opener], lt + len(opener))
            at = end if end > 0 else lt + len(opener)
        elif named is None or (end := _tag_end(text, lt, closers)) < 0:
            yield Token(lt, lt + 1)
            at = lt + 1
        else:
            name, closing = named[1].lower(), text[lt + 1] == "/"
            at = end
            if name in _SKIPPED and not closing and text[end - 2] != "/":
                after = closers.behind(f"</{name}", end)
                at = max(end, closers.behind(">", after)) if after > 0 else end
            elif name in ("td", "th") and not closing:
                spans = {m[1].lower(): int(m[2]) for m in _SPAN.finditer(text, lt, min(end, lt + 2000))}
                yield Token(
                    lt,
                    end,
                    name,
                    False,
                    max(1, spans.get("rowspan", 1)),
                    max(1, spans.get("colspan", 1)),
                    _hidden(text, lt, end),
                )
            elif name == "tr" and not closing:
                yield Token(lt, end, name, hidden=_hidden(text, lt, end))
            else:
                yield Token(lt, end, name, closing)


def _hidden(text: str, start: int, end: int) -> bool:
    return _NOT_SHOWN.search(text, start, min(end, start + 2000)) is not None


def _tag_end(text: str, lt: int, closers: _Closers) -> int:
    """Where a tag ends; -1 where another one begins first, outside any quoted attribute."""
    end = closers.behind(">", lt)
    if end > 0 and (text.count('"', lt, end) % 2 or text.count("'", lt, end) % 2):
        if whole := _QUOTED.match(text, lt):
            return whole.end()  # the ">" stands in an attribute
    inner = text.find("<", lt + 1, end) if end > 0 else -1
    if inner < 0 or any(text.count(quote, lt, inner) % 2 for quote in "\"'"):
        return end
    return -1


class _Closers:
    """Where the next closing sign is; what was found or not found once is not looked for again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, int] = {}
        self._lower: str | None = None

    def behind(self, sign: str, at: int) -> int:
        """The offset behind the first `sign` from `at` on, which never goes back; -1 for none."""
        found = self._found.get(sign, 0)
        if 0 <= found < at or sign not in self._found:
            found = self._look(sign).find(sign, at)
            self._found[sign] = found
        return found + len(sign) if found >= 0 else -1

    def _look(self, sign: str) -> str:
        if not sign.startswith("</"):
            return self._text
        if self._lower is None:
            # Letters of one width only, so that offsets stay: the names of elements are ASCII.
            self._lower = self._text.translate(_SMALL)
        return self._lower


_SMALL = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
