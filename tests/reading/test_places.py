"""Every place points at the words it is of, whatever stands around and inside them."""

from __future__ import annotations

import csv
import html
import io
import re

from hypothesis import given
from hypothesis import strategies as st

from hengji.reading import read

HEADINGS = ("项目名称", "总计", "财政拨款", "绩效目标", "绩效指标")
# Words as they come out of documents, each with a field's text behind its markup.
PIECE = st.sampled_from(
    ["道路", "养护", "≥90%", "&ge;", "&#8805;", "&amp;", "&ldquo;甲&rdquo;", "<b>重</b>", "<span style='x'>点</span>",
     "\u200b", "（一期）", "2024年", "&nbsp;", " ", "3次", "<", "&", "x&y"]
)  # fmt: skip
WORDS = st.lists(PIECE, min_size=1, max_size=6).map(lambda p: "甲" + "".join(p)).filter(lambda w: "指标" not in w)
ROWS = st.lists(
    st.tuples(WORDS, WORDS, st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=3)), min_size=1, max_size=3
)
_TAG = re.compile(r"</?(?:b|span|p)\b[^<>]*>")


def plain(raw: str) -> str:
    """What a reader sees of a piece of the document."""
    seen = html.unescape(_TAG.sub("", raw))
    return seen.replace("\u200b", "").strip()


def one_blank(text: str) -> str:
    """A web page shows blanks that follow each other as one."""
    return re.sub(" +", " ", text)


def lines(rows: list[tuple[str, str, list[tuple[str, str]]]]) -> list[list[str]]:
    def packed(items: list[tuple[str, str]]) -> str:
        return "".join(
            f"{k}、1-产出指标；11-数量指标；{name}；实施周期指标值:{value}；年度指标值:{value}。"
            for k, (name, value) in enumerate(items, 1)
        )

    return [[name, "1,036.50", "1,036.50", aim, packed(items)] for name, aim, items in rows]


def check(document: str, file: str, count: int) -> None:
    table = read(document.encode(), file)
    assert len(table.projects) == count
    for project in table.projects:
        for field, value in (("name", project.name), ("objective", project.objective)):
            place = project.place_of(field)
            assert one_blank(plain(document[place.start : place.end])) == one_blank(value or "")
        place = project.place_of("total")
        assert document[place.start : place.end] == "1,036.50"
        for indicator in project.indicators:
            for field in ("level1", "level2", "name", "whole_term_target", "annual_target"):
                place = indicator.place_of(field)
                assert one_blank(plain(document[place.start : place.end])) == one_blank(getattr(indicator, field))
            place = indicator.place
            assert document[place.start : place.end].endswith(document[slice(*indicator.place_of("annual_target")[:2])])


@given(ROWS, st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\f\n"]), st.sampled_from(["\t", " \t", "\t\xa0"]))
def test_places_in_text(rows: list[tuple[str, str, list[tuple[str, str]]]], end: str, tab: str) -> None:
    check(end.join(tab.join(line) for line in [list(HEADINGS), *lines(rows)]), "x", len(rows))


@given(ROWS)
def test_places_in_pipes(rows: list[tuple[str, str, list[tuple[str, str]]]]) -> None:
    check("\n".join(f"| {' | '.join(line)} |" for line in [list(HEADINGS), *lines(rows)]), "x", len(rows))


@given(
    ROWS,
    st.sampled_from(["<tr>{}</tr>", "<tr>\n  {}\n</tr>\n", "<tr>{}"]),
    st.sampled_from(["<td>{}</td>", "<td><p>{}</p>"]),
)
def test_places_in_pages(rows: list[tuple[str, str, list[tuple[str, str]]]], row: str, cell: str) -> None:
    body = "".join(row.format("".join(cell.format(c) for c in line)) for line in [list(HEADINGS), *lines(rows)])
    check(f"<!doctype html><html><body><table>{body}</table></body></html>", "x", len(rows))


@given(ROWS, st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), st.sampled_from([",", ";"]))
def test_places_in_csv(rows: list[tuple[str, str, list[tuple[str, str]]]], quoting: int, delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, delimiter=delimiter)  # type: ignore[arg-type]
    writer.writerows([list(HEADINGS), *lines(rows)])
    check(out.getvalue(), "x.csv", len(rows))
