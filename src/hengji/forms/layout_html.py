"""A form as one html file that prints on A4: no script, nothing fetched, every text escaped.

The head and the listing are two tables, because the headings of a table are repeated on each page only as its `thead`.
What must stand above every page, and the count of pages, are margin boxes of `@page`; browsers without them show the
same words above the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

from hengji.forms.evaluation_account import FIGURES, LAWS, TITLE, figures, law_rows, sentences
from hengji.forms.html import Html, el, joined
from hengji.forms.layout import Box, Form, Listing, Look, Row, placed
from hengji.forms.text import one_line

_CSP = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(form: Form) -> bytes:
    """The form, the place to sign and seal, further listings and the account, each on pages of its own."""
    subject = one_line(form.subject)
    style = (files("hengji.forms") / "layout.css").read_text("utf-8") + _margins(form, subject)
    head = el(
        "head", el("meta", charset="utf-8"), el("meta", http_equiv="Content-Security-Policy", content=_CSP),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", form.title if form.number is None else f"{form.title} {subject}"), el("style", Html(style)),
    )  # fmt: skip
    body = el("body", _form(form), *_furthers(form), _account(form))
    return f"<!DOCTYPE html>\n{el('html', head, body, lang='zh-CN')}\n".encode()


def _form(form: Form) -> Html:
    listing = form.listing
    widths = form.widths[1:] if listing.side else form.widths
    banner = el("p", form.header, class_="banner", role="note") if form.header else None
    return el(
        "main", banner, el("h1", form.title), el("p", form.material.year, class_="year"),
        _table(form.widths, form.head), _listing(listing, widths), _table(form.widths, form.foot) if form.foot else None,
        _signatures(form.signed),
    )  # fmt: skip


def _listing(listing: Listing, widths: Sequence[float]) -> Html:
    named = Row((Box(listing.name, len(widths), look=Look.LABEL, align="center"),)) if listing.side else None
    return _table(widths, (*listing.rows, *listing.closing), (named, *listing.heads) if named else listing.heads)


def _table(widths: Sequence[float], rows: Sequence[Row], heads: Sequence[Row] = ()) -> Html:
    whole = sum(widths)
    columns = el("colgroup", *(el("col", style=f"width:{width / whole * 100:.3f}%") for width in widths))
    thead = el("thead", *_rows(heads, "th")) if heads else None
    return el("table", columns, thead, el("tbody", *_rows(rows, "td")))


def _rows(rows: Sequence[Row], tag: str) -> Iterator[Html]:
    made: list[list[Html]] = [[] for _ in rows]
    for r, _, box in placed(rows):
        made[r].append(_cell(box, tag))
    return (el("tr", *cells) for cells in made)


def _cell(box: Box, tag: str) -> Html:
    classes = [box.look.value, *(["top"] if box.top else []), *(["bold"] if box.bold and tag == "td" else [])]
    if box.align != "left":
        classes.append(box.align)
    return el(
        tag, _words(box.text), class_=" ".join(classes), colspan=box.columns if box.columns > 1 else None,
        rowspan=box.rows if box.rows > 1 else None, scope="col" if tag == "th" else None,
    )  # fmt: skip


def _words(text: str) -> Html:
    """A text with its line breaks."""
    first, *rest = text.split("\n")
    return joined((first, *(part for line in rest for part in (el("br"), line))))


def _signatures(signed: Sequence[str]) -> Html:
    leader, accountant, seal, date = signed
    return el(
        "section",
        el("p", leader),
        el("p", accountant),
        el("p", seal),
        el("p", date),
        class_="signed",
        aria_label="签字和盖章",
    )


def _furthers(form: Form) -> Iterator[Html]:
    for listing, widths in form.furthers:
        yield el("section", el("h2", listing.name), _listing(listing, widths), class_="further")


def _account(form: Form) -> Html:
    """The account, not a part of the form: no mark of unverified law stands in the form's own cells."""
    material, n = form.material, form.number
    parts = [el("h2", TITLE), *(el("p", text) for text in sentences(material, n)), _plain(LAWS, law_rows(material, n))]
    if n is not None:
        parts.append(_plain(FIGURES, list(figures(material, n))))
    return el("section", *parts, class_="further account")


def _plain(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    head = el("thead", el("tr", *(el("th", text, class_="heading center", scope="col") for text in headings)))
    body = el("tbody", *(el("tr", *(el("td", _words(text)) for text in row)) for row in rows))
    return el("table", head, body, class_="plain")


def _margins(form: Form, subject: str) -> str:
    """Above every page what must be said, below it the subject and the count of pages."""
    return (
        f"@page{{@top-right{{content:{_css(form.header)}}}@bottom-left{{content:{_css(subject[:60])}}}"
        '@bottom-right{content:"第 " counter(page) " 页 共 " counter(pages) " 页"}}'
    )


def _css(text: str) -> str:
    """A text as a string of a style sheet that can end neither the string nor the element around it."""
    return '"' + "".join(c if c.isalnum() or c in " 　，。（）" else f"\\{ord(c):x} " for c in text) + '"'
