"""A document at odds with itself is read, with findings of severity error at their place (exit code 1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hengji.model.finding import Finding, Severity
from hengji.model.table import Status, TargetTable
from hengji.reading import packed, read

from .broken import GOOD, HEAD, ITEM, paper, sheet_rows, word_table, workbook

SEED = (Path(__file__).parents[1] / "data" / "panyu-2024.txt").read_text(encoding="utf-8")
SECOND = "2、1-产出指标；12-质量指标；合格率；实施周期指标值:100%；年度指标值:100%。"


def text(packed_cell: str = ITEM, money: str = "36\t36", heads: str = "", after: str = "") -> str:
    return f"{heads}{HEAD}道路养护\t{money}\t保障通行\t{packed_cell}\n{after}"


def found(data: str | bytes, code: str, name: str = "x") -> tuple[TargetTable, Finding]:
    """The table and its first finding of a code, which makes the command end with 1."""
    table = read(data if isinstance(data, bytes) else data.encode(), name)
    assert table.status is Status.READ
    finding = next(f for f in table.findings if f.code == code)
    assert finding.severity is Severity.ERROR
    return table, finding


def shown(data: str, finding: Finding) -> str:
    return data[finding.place.start : finding.place.end]


@pytest.mark.parametrize("label", ["年度指标值:", "；年度指标值:100%", "实施周期指标值:", "；实施周期指标值:100%"])
def test_a_missing_label_is_reported_at_its_indicator_and_the_rest_is_read(label: str) -> None:
    data = text(ITEM + SECOND.replace(label, ""))
    table, finding = found(data, "R03")
    assert shown(data, finding).startswith("2、1-产出指标")
    assert table.projects[0].indicators[0].name == "巡查次数"
    assert table.indicator_count == 2


def test_every_label_that_goes_missing_in_the_example_is_reported() -> None:
    for match in [*re.finditer("年度指标值:", SEED), *re.finditer("实施周期指标值:", SEED)][::9]:
        data = SEED[: match.start()] + SEED[match.end() :]
        table, finding = found(data, "R03")
        assert table.indicator_count == 139
        assert finding.place.start is not None
        assert finding.place.start <= match.start()


def test_a_missing_label_costs_work_in_proportion_to_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in characters handed to the patterns that look for labels and heads: ten times the cell, ten times the work."""

    class Counting:
        def __init__(self, pattern: re.Pattern[str]) -> None:
            self.pattern = pattern
            self.work = 0

        def finditer(self, string: str, start: int = 0, end: int | None = None) -> object:
            stop = len(string) if end is None else end
            self.work += stop - start
            return self.pattern.finditer(string, start, stop)

    counted = {name: Counting(getattr(packed, name)) for name in ("_LABEL", "_LOOSE", "_PARTS")}
    for name, counting in counted.items():
        monkeypatch.setattr(packed, name, counting)

    def work(times: int) -> int:
        before = sum(c.work for c in counted.values())
        items = "".join(f"{k}、1-产出指标；11-数量指标；{'名' * 50}；实施周期指标值:1。" for k in range(1, times + 1))
        table = read(text(items).encode(), "x")
        assert sum(f.code == "R03" for f in table.findings) == 0 or table.indicator_count == times
        return sum(c.work for c in counted.values()) - before

    assert work(2000) <= 11 * work(200)


@pytest.mark.parametrize("number", ["1", "3", "7", ""])
def test_a_number_out_of_sequence_is_reported_where_it_stands(number: str) -> None:
    data = text(ITEM + SECOND.replace("2、", f"{number}、" if number else "", 1))
    table, finding = found(data, "R02")
    assert table.indicator_count == 2
    assert "1-产出指标" in shown(data, finding)
    assert finding.place.start == data.index(ITEM) + len(ITEM)


def test_every_number_that_goes_wrong_in_the_example_is_reported() -> None:
    for match in list(re.finditer(r"(?<=[。；])\d+(?=、[1-3]-)", SEED))[::7]:
        for wrong in (str(int(match[0]) + 1), str(int(match[0]) - 1)):
            table, _ = found(SEED[: match.start()] + wrong + SEED[match.end() :], "R02")
            assert table.indicator_count == 139


def test_sums_that_do_not_tie_are_reported_at_their_row() -> None:
    data = text(money="36\t30", after="合计\t40\t30\n")
    table = read(data.encode(), "x")
    row, total = [f for f in table.findings if f.code == "R01"]
    assert shown(data, row).startswith("道路养护")
    assert shown(data, total) == "合计\t40\t30"
    assert "差 6" in row.zh
    assert "差 4" in total.zh


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(text(heads="单位：万元\n", money="36万元\t360000元"), id="beside the amounts"),
        pytest.param(text(heads="单位：万元\n", money="360000\t36"), id="without saying so"),
        pytest.param(
            text().replace("总计", "总计（元）").replace("财政拨款", "财政拨款（万元）"), id="in the headings"
        ),
        pytest.param(text(heads="单位：万元\n", after="合计\t360000\t360000\n"), id="in the total"),
    ],
)
def test_yuan_and_ten_thousand_yuan_in_one_table_are_reported(data: str) -> None:
    table, finding = found(data, "R04")
    assert finding.place.start is not None
    assert str(table.projects[0].funds.total) in ("36", "360000")


def test_formulas_and_their_errors_are_reported_and_never_read_as_money() -> None:
    data = text(money="#REF!\t=SUM(A1:B2)")
    table = read(data.encode(), "x")
    assert [shown(data, f) for f in table.findings if f.code == "R05"] == ["#REF!", "=SUM(A1:B2)"]
    assert table.projects[0].funds.total is None
    data = text(ITEM.replace("年度指标值:≥12次", "年度指标值:#REF!"))
    table, finding = found(data, "R05")
    assert shown(data, finding) == "#REF!"
    assert table.projects[0].indicators[0].annual_target == "#REF!"


def test_formula_errors_and_uncomputed_formulas_of_a_workbook_are_reported_at_their_cell() -> None:
    cell = '<c r="{}3" t="inlineStr"><is><t>{}</t></is></c>'
    row = (
        f'<row r="3">{cell.format("A", "道路养护")}<c r="B3" t="e"><f>X1</f><v>#REF!</v></c><c r="C3"><f>SUM(A1)</f></c>'
        f"{cell.format('D', '保障通行')}{cell.format('E', ITEM)}</row>"
    )
    table = read(workbook(sheet_rows(f"单位：万元\n{HEAD}") + row), "x")
    at = {(f.place.sheet, f.place.row, f.place.column) for f in table.findings if f.code == "R05"}
    assert at == {("表", 3, 2), ("表", 3, 3)}
    assert table.projects[0].funds.total is None


def page(charset: str, *tables: str) -> str:
    def one(rows: str) -> str:
        cells = ("".join(f"<td>{c}</td>" for c in line.split("\t")) for line in rows.strip().split("\n"))
        return f"<table>{''.join(f'<tr>{c}</tr>' for c in cells)}</table>"

    return (
        f'<html><head><meta charset="{charset}"></head><body>{"<p>另一张表</p>".join(map(one, tables))}</body></html>'
    )


@pytest.mark.parametrize(("said", "real"), [("gb2312", "utf-8"), ("utf-8", "gb18030"), ("gbk", "utf-16")])
def test_a_wrongly_declared_encoding_is_reported_at_the_declaration_and_read_as_it_is(said: str, real: str) -> None:
    data = page(said, GOOD)
    table, finding = found(data.encode(real), "R06")
    assert shown(data, finding) == said
    assert table.projects[0].name == "道路养护"


def test_a_rightly_declared_encoding_is_not_reported() -> None:
    for said, real in (
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8"),
        ("utf-16", "utf-16"),
    ):
        assert read(page(said, GOOD).encode(real), "x").findings == ()


@pytest.mark.parametrize(("was", "taken_for"), [("utf-8", "latin-1"), ("gb18030", "latin-1")])
def test_text_that_was_converted_wrongly_is_set_right_and_reported(was: str, taken_for: str) -> None:
    table, _ = found(GOOD.encode(was).decode(taken_for).encode(), "R06")
    assert table.projects[0].name == "道路养护"


def test_utf_8_taken_for_gbk_is_set_right_where_no_byte_was_lost_and_refused_where_some_were() -> None:
    even = "项目名称,总计,财政拨款,绩效目标,绩效指标\n道路养护,36,36,保障通行,"
    whole = (even + ITEM.replace("；", ";").replace("巡查次数", "巡查").replace("≥", "不少") + "\n").replace("。", "")
    garbled = whole.encode().decode("gb18030", errors="ignore")
    if garbled.encode("gb18030") == whole.encode():
        table, _ = found(garbled.encode(), "R06", "x.csv")
        assert table.projects[0].name == "道路养护"
    table = read((GOOD * 3).encode().decode("gb18030", errors="replace").encode(), "x")
    assert table.status is Status.REFUSED
    assert "丢了字节" in table.findings[0].zh


def test_a_few_damaged_bytes_are_shown_and_reported() -> None:
    data = GOOD.encode()
    table, finding = found(data[:150] + b"\xff" + data[150:], "R06")
    assert table.indicator_count == 1
    assert finding.place.start is not None


OTHER = GOOD.replace("道路养护", "河道清淤").replace("青禾市市政管理局", "红谷市水务局")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"{GOOD}\n\n{OTHER}".encode(), id="text"),
        pytest.param(page("utf-8", GOOD, OTHER).encode(), id="html"),
        pytest.param(
            paper(f"{word_table(GOOD)}<w:p><w:r><w:t>另一张表</w:t></w:r></w:p>{word_table(OTHER)}"), id="docx"
        ),
        pytest.param(workbook(sheet_rows(GOOD) + sheet_rows(OTHER, 8)), id="xlsx"),
        pytest.param(f"{GOOD}\n{OTHER}".replace("\t", ",").encode(), id="csv"),
    ],
)
def test_two_tables_in_one_file_are_both_read_and_nothing_is_made_of_what_stands_between(data: bytes) -> None:
    table = read(data, "x")
    assert [p.name for p in table.projects] == ["道路养护", "河道清淤"]
    assert table.indicator_count == 2
    assert table.department is None  # they differ
    assert not [f for f in table.findings if f.severity is Severity.ERROR]


def test_a_note_below_a_table_is_no_project() -> None:
    note = "注：本表金额保留两位小数。"
    for data in (
        GOOD + note,
        page("utf-8", GOOD + note),
        GOOD.replace("\t", ",") + note,
    ):
        table = read(data.encode(), "x")
        assert [p.name for p in table.projects] == ["道路养护"]
        (finding,) = table.findings
        assert (finding.code, shown(data, finding)) == ("R12", note)
