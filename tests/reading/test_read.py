"""The example table in every way it can be written reads the same, and nothing that is handed in raises."""

from __future__ import annotations

import csv
import html
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.model.finding import Severity
from hengji.model.table import Status, TargetTable
from hengji.reading import read, read_json

DATA = Path(__file__).parent.parent / "data"
TEXT = (DATA / "panyu-2024.txt").read_text(encoding="utf-8")


def golden() -> list[dict[str, str]]:
    with (DATA / "panyu-2024.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def cells(text: str = TEXT) -> list[list[str]]:
    """The rows of the table, the money column that some of them lack put back."""
    rows = [line.split("\t") for line in text.split("\n") if "\t" in line and not line.startswith("---")]
    return [[*row[:3], "", *row[3:]] if len(row) == 6 else row for row in rows]


HEAD = ("项目支出绩效目标表（含转移支付项目）", "部门名称：广州市生态环境局番禺分局", "单位：万元")


def markdown() -> str:
    header, *rows = cells()
    lines = [f"# {HEAD[0]}", "", HEAD[1], "", HEAD[2], "", "| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def page() -> str:
    """The table as a web page: rows in a table, markup inside cells kept, signs as entities."""

    def cell(text: str, tag: str) -> str:
        kept = re.split(r"(</?p>)", text)
        return f"<{tag}>" + "".join(k if k in ("<p>", "</p>") else html.escape(k) for k in kept) + f"</{tag}>"

    header, *rows = cells()
    body = "".join("<tr>" + "".join(cell(c, "td") for c in row) + "</tr>\n" for row in rows)
    top = "".join(f"<p>{line}</p>" for line in HEAD)
    return (
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>公开</title><style>td{border:1px}</style></head><body>"
        f"<script>var a='<table><tr><td>1</td></tr></table>'</script>{top}<table>"
        "<tr>" + "".join(cell(c, "th") for c in header) + f"</tr>\n{body}</table></body></html>"
    )


def with_pages(every: int = 400) -> str:
    """The table as copied from a paged file: lines cut anywhere by a page break, page numbers between."""
    out: list[str] = []
    page_number = 1
    for line in TEXT.split("\n"):
        while len(line) > every:
            cut = every
            # A page never cuts inside a tag, and the money columns stand on one line.
            while line.rfind("<", 0, cut) > line.rfind(">", 0, cut) or "\t" in line[cut : cut + 60]:
                cut += 1
            page_number += 1
            out.append(line[:cut])
            out.append(f"— {page_number} —" if page_number % 2 else f"第 {page_number} 页 共 90 页")
            out.append("\f" if page_number % 3 else "")
            line = line[cut:]
        out.append(line)
    return "\n".join(out)


FIELDS = ("name", "level1", "level2", "whole_term_target", "annual_target")


def contents(table: TargetTable) -> list[object]:
    """All that was read but places."""
    return [
        (p.name, p.fund_user, p.funds, p.objective, [i._replace(place=None, field_places=()) for i in p.indicators])
        for p in table.projects
    ]


ORIGINAL = read(TEXT.encode(), "table.txt")


def test_every_field_of_every_indicator_of_the_example_is_the_documents() -> None:
    got = [
        {"project": p.name, "number": str(i.number), "code": i.code, "level1": i.level1, "level2": i.level2,
         "name": i.name, "whole_term_target": i.whole_term_target, "annual_target": i.annual_target,
         "start": str(i.place.start), "end": str(i.place.end)}
        for p in ORIGINAL.projects for i in p.indicators
    ]  # fmt: skip
    assert got == golden()


def test_the_head_and_the_money_of_the_example_are_the_documents() -> None:
    assert ORIGINAL.status is Status.READ
    assert (ORIGINAL.title, ORIGINAL.department) == (HEAD[0], "广州市生态环境局番禺分局")
    assert (ORIGINAL.money_unit, ORIGINAL.fiscal_year) == ("万元", None)
    assert ORIGINAL.printed_totals.total == Decimal("2243.96") == sum(p.funds.total or 0 for p in ORIGINAL.projects)
    assert all(p.funds.total == p.funds.fiscal_appropriation for p in ORIGINAL.projects)
    assert {p.fund_user for p in ORIGINAL.projects} == {"广州市生态环境局番禺分局"}
    assert ORIGINAL.findings == ()


def test_every_place_of_the_example_points_at_its_text() -> None:
    plain = re.compile("<[^>]+>")
    for project in ORIGINAL.projects:
        for field in ("name", "objective"):
            place = project.place_of(field)
            assert plain.sub("", TEXT[place.start : place.end]) == getattr(project, field)
        place = project.place_of("total")
        assert TEXT[place.start : place.end].replace(",", "") == str(project.funds.total)
        for indicator in project.indicators:
            for field in FIELDS:
                place = indicator.place_of(field)
                assert TEXT[place.start : place.end] == getattr(indicator, field)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TEXT.encode("utf-8-sig"), id="UTF-8 with BOM"),
        pytest.param(TEXT.encode("gb18030"), id="GB18030"),
        pytest.param(TEXT.encode("utf-16"), id="UTF-16 with BOM"),
        pytest.param(TEXT.encode("utf-16-le"), id="UTF-16 LE without BOM"),
        pytest.param(TEXT.encode("utf-16-be"), id="UTF-16 BE without BOM"),
        pytest.param(TEXT.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(TEXT.replace("\n", "\r").encode(), id="CR"),
        pytest.param(TEXT.replace("\n", "\u2028").encode(), id="line separators"),
        pytest.param(TEXT.replace("\t", " \t\xa0").encode(), id="blanks around tabs"),
        pytest.param(TEXT.replace("指标", "指\u200b标").encode(), id="zero-width blanks"),
        pytest.param(markdown().encode(), id="Markdown"),
        pytest.param(page().encode(), id="HTML"),
        pytest.param(with_pages().encode(), id="pages"),
        pytest.param(with_pages(150).encode(), id="small pages"),
    ],
)
def test_the_same_table_reads_the_same_however_it_is_written(data: bytes) -> None:
    table = read(data, "table")
    assert contents(table) == contents(ORIGINAL)
    assert (table.title, table.department, table.money_unit) == (ORIGINAL.title, ORIGINAL.department, "万元")
    assert table.printed_totals == ORIGINAL.printed_totals
    assert not [f for f in table.findings if f.severity is not Severity.INFO]


@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    table = read(data, "x")
    assert table.status is Status.REFUSED
    assert [f.severity for f in table.findings] == [Severity.ERROR]
    assert read_json(table)["projects"] == []


@given(st.text(alphabet="12、.；;：:。\t\n|\f 产出指标数量年度值实施周期<p>/合计项目绩效万元,", max_size=300))
def test_no_text_raises(text: str) -> None:
    assert read(text.encode(), "x").source.file == "x"
