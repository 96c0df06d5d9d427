"""Exchange files: a table becomes a package and is the same table again; what is no package is refused in a sentence."""

from __future__ import annotations

import copy
import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.forms.evaluated import self_evaluation
from tests.forms.material import small_table

from hengji.dossier.errors import DossierError
from hengji.dossier.exchange import evaluated_table, exchange_files, package, sign_of
from hengji.model.finding import Place
from hengji.model.table import (
    Funds,
    Indicator,
    PrintedFunds,
    Project,
    Source,
    Status,
    TableKind,
    TargetTable,
)
from hengji.reading import read, read_json
from hengji.reading.exchange import exchange_tables, signs
from hengji.reading.limits import MAX_PACKAGE

TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
MAYBE = st.none() | TEXT
AMOUNT = (
    st.none()
    | st.decimals(-(10**9), 10**12, places=2)
    | st.decimals(0, 10**6, places=6)
    | st.integers(0, 10**9).map(Decimal)
)
YEAR = st.none() | st.integers(1990, 2100)
KINDS = st.sampled_from(TableKind)
INDICATORS = st.builds(
    Indicator, st.integers(1, 999), TEXT, level1=MAYBE, level2=MAYBE, code=MAYBE, whole_term_target=MAYBE,
    annual_target=MAYBE | st.sampled_from(["≥90%", "100%", "≤3天", "满意", "80%~90%", "每季度一次", "不少于12次"]), actual=MAYBE,
    max_points=MAYBE, points=MAYBE, forecast=MAYBE, deviation_causes=st.lists(TEXT, max_size=3).map(tuple), likelihood=MAYBE,
    variance_reason=MAYBE, remark=MAYBE, place=st.just(Place()), confidence=st.just("high"), field_places=st.just(()),
)  # fmt: skip
PRINTED = st.builds(PrintedFunds, TEXT, st.lists(st.text(max_size=5).filter(str.isprintable), max_size=3).map(tuple))


@st.composite
def tables(draw: st.DrawFn, kind: TableKind | None = None) -> TargetTable:
    funds = st.builds(Funds, *[AMOUNT] * 11)
    project = st.builds(
        Project, TEXT, st.lists(INDICATORS, min_size=1, max_size=4).map(tuple), MAYBE, MAYBE, MAYBE, st.none() | KINDS, MAYBE, funds,
        st.lists(PRINTED, max_size=2).map(tuple), MAYBE, MAYBE, MAYBE, MAYBE,
    )  # fmt: skip
    totals = st.builds(Funds, *[AMOUNT] * 4)
    return TargetTable(
        Source("made", "", ""), kind=kind or draw(KINDS), title=draw(MAYBE), department=draw(MAYBE), fiscal_year=draw(YEAR),
        money_unit=draw(MAYBE), printed_totals=draw(totals), projects=tuple(draw(st.lists(project, min_size=1, max_size=3))),
    )  # fmt: skip


def bytes_of(made: dict) -> bytes:
    return exchange_files(made)["exchange.json"]


def again(table: TargetTable) -> TargetTable:
    return read(bytes_of(package(table)), "exchange.json")


@given(tables())
@settings(max_examples=150, deadline=None)
def test_any_table_becomes_a_package_and_is_the_same_table_again(table):
    back = again(table)
    assert back.findings == ()
    assert replace(back, source=table.source) == table


@given(tables(TableKind.SELF_EVALUATION))
@settings(max_examples=50, deadline=None)
def test_any_self_evaluation_has_the_same_contract_again(table):
    before, after = read_json(table), read_json(again(table))
    assert {**before, "source": None} == {**after, "source": None}


def test_a_scored_evaluation_is_the_same_self_evaluation_again_with_its_money_by_source_named_as_not_read():
    evaluation = self_evaluation()
    table = evaluated_table(small_table(), evaluation)
    made = package(table, money=[p.execution.sources for p in evaluation.projects])
    back = read(bytes_of(made), "exchange.json")
    assert replace(back, source=table.source, findings=()) == table
    assert [i.points for i in back.projects[0].indicators] == ["45", "22.5", None]


def test_ids_are_the_same_in_any_package_and_differ_between_indicators():
    table = small_table()
    ids = [row["kpi_id"] for row in package(table)["tables"]["PM_PERF_INDICATOR"]]
    reordered = package(replace(table, projects=table.projects[::-1]))["tables"]["PM_PERF_INDICATOR"]
    assert sorted(ids) == sorted(row["kpi_id"] for row in reordered)
    assert len(set(ids)) == len(ids) == table.indicator_count


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("≥90%", ("≥", "90", "%")),
        ("满意", ("定性", "0", "满意")),
        ("80%~90%", ("定性", "0", "80%~90%")),
        ("每季度一次", ("定性", "0", "每季度一次")),
    ],
)
def test_a_plain_comparison_has_sign_number_and_unit_and_all_else_is_qualitative_with_its_text_as_unit(
    target, expected
):
    code, number, unit = sign_of(target, "指标", 2024)
    assert (next(s.name for s in signs() if s.code == code), number, unit) == expected


def test_no_target_has_no_sign():
    assert sign_of(None, "指标", 2024) == (None, None, None)


def test_only_the_code_of_qualitative_is_taken_for_checked():
    assert [(s.code, s.name) for s in signs() if s.verified] == [("6", "定性")]


def test_a_target_without_text_is_put_together_from_sign_number_and_unit():
    made = package(small_table())
    row = made["tables"]["PM_PERF_INDICATOR"][0]
    row |= {"kpi_val": None, "computesign": "4", "indexval": 90, "meterunit": "%"}
    assert read(bytes_of(made), "p.json").projects[0].indicators[0].annual_target == "≥90%"
    row |= {"computesign": "6", "indexval": 0, "meterunit": "满意"}
    assert read(bytes_of(made), "p.json").projects[0].indicators[0].annual_target == "满意"


def test_the_csv_files_have_exactly_the_fields_of_their_tables_and_the_list_names_each_field_left_empty():
    files = exchange_files(package(small_table()))
    for name, table in exchange_tables().items():
        data = files[f"{name}.csv"]
        assert data.startswith(b"\xef\xbb\xbf")
        heads, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
        assert tuple(heads) == table.names
        assert all(len(row) == len(heads) for row in rows)
    listed = list(csv.reader(io.StringIO(files["fields.csv"].decode("utf-8-sig"))))
    empty = {row[2] for row in listed if row[0] == "PM_PERF_INDICATOR" and row[6] == "0"}
    assert {"mof_div_code", "dept_code", "kpi_evalstd", "PLANVAL", "busi_type_code"} <= empty
    assert any("未核对" in row[4] for row in listed if row[2] == "computesign=4")


def wrong(change) -> bytes:
    made = copy.deepcopy(package(small_table()))
    changed = change(made)
    return bytes_of(made) if changed is None else changed


def put(table, n, **fields):
    return lambda made: made["tables"][table][n].update(fields)


def drop(table, field=None):
    def change(made):
        if field is None:
            del made["tables"][table]
            return json.dumps(made).encode()
        del made["tables"][table][0][field]
        return json.dumps(made).encode()

    return change


def twice(table):
    return lambda made: made["tables"][table].append(made["tables"][table][0])


BAD = {
    "no format": (lambda made: json.dumps({"tables": {}}).encode(), "不是衡绩的交换包"),
    "a list": (lambda made: b"{}", "不是衡绩的交换包"),
    "half of it": (lambda made: json.dumps(made).encode()[:500], "不是完整的 JSON"),
    "deep nesting": (lambda made: b'{"format":' + b"[" * 200_000, "嵌套过深"),
    "another encoding": (lambda made: b'{"format":"hengji.exchange/1","x":"\xd6\xd0"}', "不是 UTF-8"),
    "a key twice": (lambda made: b'{"format":"hengji.exchange/1","format":"x"}', "两个“format”"),
    "not a number": (lambda made: b'{"format":"hengji.exchange/1","tables":NaN}', "NaN 不是数"),
    "a table missing": (drop("HJ_PROJECT"), "缺少表 HJ_PROJECT"),
    "a field missing": (drop("PM_PERF_INDICATOR", "kpi_val"), "缺少字段 kpi_val"),
    "a field unknown": (lambda made: json.dumps({**made, "tables": {**made["tables"], "HJ_TABLE": [{**made["tables"]["HJ_TABLE"][0], "extra": 1}]}}).encode(), "不认识的字段“extra”"),
    "a table unknown": (lambda made: json.dumps({**made, "tables": {**made["tables"], "OTHER": []}}).encode(), "不认识的表“OTHER”"),
    "a list for a text": (put("HJ_PROJECT", 0, name=["x"]), "应是文字或数"),
    "truth for a text": (put("HJ_PROJECT", 0, name=True), "应是文字或数"),
    "words for an amount": (put("HJ_PROJECT", 0, total="很多"), "不是金额或数"),
    "a number beyond sense": (lambda made: json.dumps(made).replace('"total": "1234.50"', '"total": 1E+999999999').encode(), "大小不合常理"),
    "half a character": (put("HJ_PROJECT", 0, name="\ud800"), "半个代码"),
    "an unknown indicator": (put("HJ_INDICATOR", 0, kpi_id="nobody"), "没有对应的行"),
    "an unknown project": (put("PM_PERF_INDICATOR", 0, hj_project_id="nobody"), "没有对应的行"),
    "an indicator twice": (twice("PM_PERF_INDICATOR"), "重复"),
    "a project twice": (twice("HJ_PROJECT"), "重复"),
    "an unknown sign": (put("PM_PERF_INDICATOR", 0, kpi_val=None, computesign="99"), "computesign “99”不认识"),
    "an unknown kind": (put("HJ_TABLE", 0, kind="poem"), "不认识"),
    "a year in words": (put("HJ_TABLE", 0, fiscal_year="去年"), "不是整数"),
    "causes in words": (put("HJ_INDICATOR", 0, deviation_causes="人员"), "JSON 数组"),
    "no name": (put("HJ_PROJECT", 0, name=None), "没有项目名称"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_package_is_refused_in_a_sentence_that_says_what_is_wrong(case):
    change, words = BAD[case]
    if case == "half a character":
        made = package(small_table())
        made["tables"]["HJ_PROJECT"][0]["name"] = "\ud800"
        data = json.dumps(made).encode()
    else:
        data = wrong(change)
    table = read(data, "package.json")
    assert table.status is Status.REFUSED
    (finding,) = table.findings
    assert words in finding.zh, finding.zh


def test_a_package_over_the_limit_is_refused_before_it_is_opened():
    data = b'{"format":"hengji.exchange/1","tables":"' + b"x" * MAX_PACKAGE
    assert [f.code for f in read(data, "p.json").findings] == ["R11"]


def test_a_package_that_could_not_be_read_again_is_not_written(monkeypatch):
    monkeypatch.setattr("hengji.dossier.exchange.MAX_PACKAGE", 1000)
    with pytest.raises(DossierError, match="over 1,000"):
        exchange_files(package(small_table()))


def test_a_figure_that_differs_between_two_tables_of_a_package_is_said():
    table = evaluated_table(small_table(), self_evaluation())
    made = package(table)
    made["tables"]["PM_SELF_EVAL_INDICATOR"][0]["kpi_val"] = "≥99次"
    back = read(bytes_of(made), "p.json")
    assert back.projects[0].indicators[0].annual_target == "≥99次"
    assert any("≥99次" in f.zh and "≥12次" in f.zh for f in back.findings)


@given(st.binary(max_size=300), st.integers(0, 5000))
@settings(max_examples=200, deadline=None)
def test_no_bytes_put_into_a_package_raise_anything(noise, at):
    data = bytes_of(package(small_table()))
    assert read(data[:at] + noise + data[at + len(noise) :], "p.json").status in tuple(Status)
