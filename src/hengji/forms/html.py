"""HTML that escapes by default: whatever is not marked as markup is text of a document and is printed as text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from hengji.forms.text import printable

_VOID = frozenset(("br", "col", "input", "meta"))


class Html(str):
    """Markup made here, safe to print as it is."""

    __slots__ = ()


def words(text: object) -> Html:
    """Any text as markup that shows exactly this text."""
    return Html(escape(printable(str(text)), quote=False))


def el(tag: str, /, *inside: str | None, **attributes: str | int | bool | None) -> Html:
    """An element: text inside is escaped, `Html` is not, None is left out.

    Attributes are named as in HTML with `_` for `-` and a `_` behind Python's own words (`class_`). None and False are
    left out, and so is "" but for `value`, where it says something. True has no value.
    """
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(printable(str(value)))}"')
        for key, value in attributes.items()
        if value is not None and value is not False and (value != "" or key == "value")
    )
    return Html(f"<{tag}{said}>") if tag in _VOID else Html(f"<{tag}{said}>{joined(inside)}</{tag}>")


def joined(parts: Iterable[str | None]) -> Html:
    """Parts one behind the other, text escaped."""
    return Html("".join(part if isinstance(part, Html) else words(part) for part in parts if part is not None))


def both(zh: str, en: str) -> Html:
    """The page's own words in both languages; the page shows one of them, or both."""
    return joined((el("span", zh, lang="zh"), el("span", f" {en}", lang="en")))
